"""Splitting by gene, or any other group."""

import functools

import deepchem as dc
import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.errors import BadValueError, MissingIdError, ShapeMismatchError, SplitError
from deepchem_genomics.splits import GroupSplitter

N = 300
GENES = [f"gene{number % 40}" for number in range(N)]
IDS = [f"guide{number}" for number in range(N)]


@pytest.fixture
def dataset():
    return dc.data.NumpyDataset(np.zeros((N, 1)), y=(np.arange(N) % 40 < 4).astype(float)[:, None], ids=IDS)


def gene_of(name):
    return GENES[int(name.removeprefix("guide"))]


@pytest.mark.parametrize(
    "groups",
    [
        GENES,
        np.array(GENES),
        pd.Series(GENES, index=range(5, N + 5)),
        dict(zip(IDS, GENES, strict=True)),
        gene_of,
        [(gene, "human") for gene in GENES],
        [int(gene.removeprefix("gene")) for gene in GENES],
    ],
    ids=["list", "array", "series", "mapping", "function", "tuples", "numbers"],
)
def test_group__may_be_given_in_any_of_these_ways(dataset, groups):
    parts = GroupSplitter(groups).split(dataset, seed=5)
    for rows, expected in zip(parts, GroupSplitter(GENES).split(dataset, seed=5), strict=True):
        np.testing.assert_array_equal(rows, expected)
    genes = [{GENES[row] for row in rows} for rows in parts]
    assert sum(map(len, genes)) == len(set.union(*genes)) == 40


def test_group__the_groups_must_be_one_a_row(dataset):
    with pytest.raises(ShapeMismatchError, match=mentions("299", "300")):
        GroupSplitter(GENES[:-1]).split(dataset)


def test_group__names_the_first_id_without_one(dataset):
    groups = dict(zip(IDS, GENES, strict=True))
    del groups["guide7"], groups["guide9"]
    with pytest.raises(MissingIdError, match=mentions("2 of 300", "guide7")):
        GroupSplitter(groups).split(dataset)


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA])
def test_group__a_missing_one_is_no_group(dataset, missing):
    groups = [*GENES[:3], missing, *GENES[4:]]
    with pytest.raises(BadValueError, match=mentions("row 3", "guide3", "group")):
        GroupSplitter(groups).split(dataset)


def test_group__stratified_folds_have_positives_in_like_number(dataset):
    positives = [
        int(dataset.y[held_out].sum()) for _, held_out in GroupSplitter(GENES, stratify=True).k_fold_indices(dataset, 4)
    ]
    assert positives == [8, 8, 8, 8]  # of 32


def test_group__stratifying_wants_one_task_of_zeros_and_ones():
    dataset = dc.data.NumpyDataset(np.zeros((4, 1)), y=np.array([[0.1], [0.2], [0.3], [0.4]]))
    with pytest.raises(SplitError, match=mentions("stratify", "0", "1")):
        GroupSplitter([1, 2, 3, 4], stratify=True).k_fold_split(dataset, 2)


def test_group__fewer_than_folds_are_an_error(dataset):
    with pytest.raises(SplitError, match=mentions("2 groups", "3 folds")):
        GroupSplitter([row % 2 for row in range(N)]).k_fold_split(dataset, 3)


def test_group__str_tells_tables_and_functions_apart():
    words = [
        str(GroupSplitter(groups))
        for groups in (GENES, GENES[::-1], dict(zip(IDS, GENES, strict=True)), gene_of, str.lower, np.arange(5))
    ]
    assert len(set(words)) == len(words)
    assert str(GroupSplitter(GENES)) == str(GroupSplitter(np.array(GENES))) == words[0]
    assert words[3].endswith("test_group_splitter.gene_of")


def test_group__str_never_gives_one_name_to_two_unnamed_functions():
    def lambdas():
        return lambda name: name

    one, other, partial = (GroupSplitter(function) for function in (lambdas(), lambdas(), functools.partial(gene_of)))
    assert str(one) == str(one)
    assert len({str(one), str(other), str(partial)}) == 3


def test_group__repr_is_short():
    assert repr(GroupSplitter(GENES)) == "GroupSplitter[groups=<300 of them>, stratify=False]"
    assert repr(GroupSplitter([1, 2])) == "GroupSplitter[groups=[1, 2], stratify=False]"


def test_group__of_a_column_asks_for_a_plain_one():
    dataset = dc.data.NumpyDataset(np.zeros((4, 3, 4)))
    with pytest.raises(ShapeMismatchError, match=mentions("(4, 1)", "(N,)")):
        GroupSplitter(groups=np.arange(4)[:, None]).split(dataset)


def test_group__stratified_folds_need_as_many_rows_of_a_class():
    dataset = dc.data.NumpyDataset(np.zeros((6, 3, 4)), np.array([0, 0, 0, 1, 1, 1]))
    with pytest.raises(SplitError, match=mentions("4", "6", "stratify")):
        GroupSplitter(groups=np.arange(6), stratify=True).k_fold_split(dataset, 4)
