"""Splitting by chromosome."""

import re

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.errors import IntervalError, SplitError
from deepchem_genomics.splits import ChromosomeSplitter


def dataset_on(*chromosomes, n_windows=10):
    ids = [f"{name}:{start}-{start + 101}" for name in chromosomes for start in range(0, n_windows * 50, 50)]
    return dc.data.NumpyDataset(np.zeros((len(ids), 1)), ids=ids)


def chromosomes(dataset, rows):
    return {name.split(":")[0] for name in dataset.ids[rows]}


def test_chromosome__named_ones_make_the_parts_and_the_rest_is_trained_on():
    dataset = dataset_on("chr1", "chr2", "21", "chr21", "chr22", "chrX")
    splitter = ChromosomeSplitter(valid=("chr21",), test=("22",))
    parts = splitter.split(dataset, frac_train=0.1, frac_valid=0.1, frac_test=0.8)
    assert [chromosomes(dataset, rows) for rows in parts] == [{"chr1", "chr2", "chrX"}, {"21", "chr21"}, {"chr22"}]


def test_chromosome__with_train_named_the_others_are_left_out_and_counted(caplog):
    dataset = dataset_on("chr1", "chr2", "chr3")
    train, valid, test = ChromosomeSplitter(train="1", test=["chr3"]).split(dataset)
    assert chromosomes(dataset, train) == {"chr1"}
    assert chromosomes(dataset, test) == {"chr3"}
    assert len(valid) == 0
    assert re.search(mentions("ChromosomeSplitter", "10 of 30", "33.3%"), caplog.text)


def test_chromosome__is_named_for_one_part_only():
    with pytest.raises(SplitError, match=mentions("'22'", "chr22", "valid", "test")):
        ChromosomeSplitter(valid=("chr21", "chr22"), test=("22",))


def test_chromosome__an_absent_one_is_a_warning_and_an_empty_part_an_error(caplog):
    dataset = dataset_on("chr1", "chr2")
    ChromosomeSplitter(test=("chr2", "chr23")).split(dataset)
    assert re.search(mentions("ChromosomeSplitter", "chromosome 23"), caplog.text)
    with pytest.raises(SplitError, match=mentions("test", "22", "chr1, chr2")):
        ChromosomeSplitter(test=("chr22",)).split(dataset)
    with pytest.raises(SplitError, match=mentions("train", "empty")):
        ChromosomeSplitter(valid="1", test="2").split(dataset)


def test_chromosome__without_names_whole_ones_meet_the_fractions():
    dataset = dataset_on(*(f"chr{number}" for number in range(1, 21)))
    for seed in range(5):
        parts = ChromosomeSplitter().split(dataset, seed=seed)
        assert [len(rows) for rows in parts] == [160, 20, 20]
        assert not chromosomes(dataset, parts[0]) & chromosomes(dataset, parts[1])


def test_chromosome__seeds_choose_other_chromosomes():
    dataset = dataset_on(*(f"chr{number}" for number in range(1, 21)))
    tests = {
        tuple(sorted(chromosomes(dataset, ChromosomeSplitter().split(dataset, seed=seed)[2]))) for seed in range(9)
    }
    assert len(tests) > 5


def test_chromosome__one_alone_cannot_be_split():
    with pytest.raises(SplitError, match=mentions("1", "train", "valid", "test")):
        ChromosomeSplitter().split(dataset_on("chr22"))


def test_chromosome__parts_far_from_the_fractions_are_a_warning(caplog):
    ChromosomeSplitter().split(dataset_on("chr1", "chr2", "chr3"))
    assert caplog.messages == [
        "ChromosomeSplitter: the parts have 0.333 / 0.333 / 0.333 of the rows, not 0.800 / 0.100 / 0.100 as requested: "
        "there are 3 chromosomes, the largest with 10 rows"
    ]


def test_chromosome__needs_ids_that_are_intervals():
    with pytest.raises(IntervalError, match=mentions("id 0", "chrom:start-end")):
        ChromosomeSplitter().split(dc.data.NumpyDataset(np.zeros((3, 1))))


def test_chromosome__folds_are_made_of_whole_chromosomes_whatever_is_named():
    dataset = dataset_on(*(f"chr{number}" for number in range(1, 7)))
    for train, held_out in ChromosomeSplitter(test="1").k_fold_indices(dataset, 3):
        assert len(chromosomes(dataset, held_out)) == 2
        assert not chromosomes(dataset, train) & chromosomes(dataset, held_out)


def test_chromosome__str_does_not_pass_over_lists():
    assert str(ChromosomeSplitter(valid=["chr21"], test=("chr22", "X"))) == (
        "ChromosomeSplitter_valid_chr21_test_chr22-X"
    )
    assert str(ChromosomeSplitter()) == "ChromosomeSplitter"
    assert repr(ChromosomeSplitter(test="22")) == (
        "ChromosomeSplitter[train=None, valid=(), test='22', stratify=False]"
    )
