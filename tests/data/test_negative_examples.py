"""Labelled tables with negatives, ready for loaders."""

import itertools
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.data import IntervalLoader, SequenceLoader, with_negatives, with_shuffles
from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.genome import Genome, gc_content, overlap_bases, share_of_n

LENGTH = 21


@pytest.fixture(scope="module")
def genome(tmp_path_factory):
    """Two chromosomes: every other 500 bp are rich in G and C; a fifth of chr1 is N."""
    rng = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("genome") / "toy.fa"
    lines = []
    for name in ("chr1", "chr2"):
        shares = ([0.35, 0.15, 0.15, 0.35], [0.15, 0.35, 0.35, 0.15])  # of A, C, G, T
        blocks = ["".join(rng.choice(list("ACGT"), 500, p=shares[i % 2])) for i in range(20)]
        if name == "chr1":
            blocks[4:8] = ["N" * 500] * 4
        lines.append(f">{name}\n{''.join(blocks)}\n")
    path.write_text("".join(lines))
    with Genome(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def peaks():
    """Forty peaks of 30 bp, all where G and C are many."""
    starts = [1000 * block + 520 + 60 * i for block in (0, 1, 4, 5, 6) for i in range(4)]
    return pd.DataFrame(
        [(chrom, start, start + 30, f"peak{start}") for chrom in ("chr1", "chr2") for start in starts],
        columns=["chrom", "start", "end", "name"],
    )


@pytest.mark.parametrize("kind", ["gc-matched", "random"])
@pytest.mark.parametrize("ratio", [1, 3])
def test_negatives__are_as_many_as_asked_and_away_from_the_peaks(genome, peaks, kind, ratio):
    table = with_negatives(peaks, genome, kind, ratio, length=LENGTH, distance=5, seed=1)
    assert table.columns.tolist() == ["chrom", "start", "end", "label"]
    assert table.index.tolist() == list(range(40 * (1 + ratio)))
    assert table["label"].tolist() == [1.0] * 40 + [0.0] * 40 * ratio
    assert ((table["end"] - table["start"]) == LENGTH).all()
    positives, negatives = table[:40], table[40:]
    assert (positives["start"] == peaks["start"] + 15 - LENGTH // 2).all()
    assert not negatives.duplicated().any()
    wider = negatives.assign(start=negatives["start"] - 5, end=negatives["end"] + 5)
    assert not overlap_bases(wider, peaks).any()
    assert not share_of_n(genome.fetch(negatives)).any()


def test_negatives__matched_in_gc_are_alike_and_random_ones_are_not(genome, peaks):
    def mean_gc(kind):
        table = with_negatives(peaks, genome, kind, length=LENGTH, seed=2)
        gc = gc_content(genome.fetch(table))
        return gc[:40].mean(), gc[40:].mean()

    positive, matched = mean_gc("gc-matched")
    _, drawn = mean_gc("random")
    assert abs(positive - matched) < 0.02
    assert positive - drawn > 0.08


def test_negatives__follow_from_the_seed_and_leave_the_peaks_alone(genome, peaks):
    before = peaks.copy(deep=True)
    first, again, other = (with_negatives(peaks, genome, length=LENGTH, seed=seed) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)
    pd.testing.assert_frame_equal(peaks, before)


def test_negatives__lie_on_the_chromosomes_of_the_peaks_under_their_names(genome, peaks, tmp_path):
    path = tmp_path / "peaks.narrowPeak"
    path.write_text("".join(f"2\t{start}\t{start + 60}\tp\t0\t.\t1\t1\t1\t25\n" for start in (500, 1500, 9900)))
    table = with_negatives(path, genome.path, length=LENGTH, at="summit", label="bound", seed=0)
    assert table["bound"].tolist() == [1, 1, 1, 0, 0, 0]
    assert set(table["chrom"]) == {"2"}
    assert table["start"][0] == 525 - LENGTH // 2


def test_negatives__positives_that_do_not_fit_are_left_out_and_counted(genome, caplog):
    odd = pd.DataFrame(
        {"chrom": ["chr1", "chr1", "chr1", "chr9"], "start": [500, 2100, 0, 5], "end": [530, 2130, 4, 35]}
    )
    table = with_negatives(odd, genome, length=LENGTH, seed=0)
    assert table["label"].tolist() == [1.0, 0.0]
    assert re.search(mentions("1 of 2", "0", "N"), caplog.text)
    assert re.search(mentions("1 of 4"), caplog.text)
    with pytest.raises(EmptyInputError, match=mentions("1", "0", "N", "max_n")):
        with_negatives(odd[1:2], genome, length=LENGTH)
    with pytest.raises(EmptyInputError, match=mentions("toy.fa", "peak")):
        with_negatives(odd[3:], genome, length=LENGTH)


def test_negatives__without_room_are_an_error(genome):
    everywhere = pd.DataFrame({"chrom": ["chr2"], "start": [10], "end": [9990]})
    with pytest.raises(BadValueError, match=mentions("1", "21 bp", "0")):
        with_negatives(everywhere, genome, length=LENGTH)
    for options, facts in (({"kind": "close"}, ("kind", "close")), ({"ratio": 0}, ("ratio", "0"))):
        with pytest.raises(BadValueError, match=mentions(*facts)):
            with_negatives(everywhere, genome, **options)


def test_negatives__make_a_dataset(genome, peaks, tmp_path):
    table = with_negatives(peaks, genome, length=LENGTH, seed=1)
    dataset = IntervalLoader(["label"], genome, shuffle_seed=0).create_dataset(table, tmp_path / "data")
    assert dataset.X.shape == (80, LENGTH, 4)
    assert dataset.y.sum() == 40


def test_shuffles__have_the_same_dinucleotides_and_make_a_dataset(genome, peaks, tmp_path):
    sequences = pd.Series(genome.fetch(peaks), index=peaks["name"] + peaks["chrom"])
    table = with_shuffles(sequences, 2, seed=1)
    assert len(table) == 120
    assert table["label"].tolist() == [1.0] * 40 + [0.0] * 80
    assert table["id"][0] == sequences.index[0]
    assert table["id"][80] == f"{sequences.index[0]}:shuffled2"
    pairs = [Counter(itertools.pairwise(text)) for text in table["sequence"]]
    assert pairs[:40] == pairs[40:80] == pairs[80:]
    assert (table["sequence"][40:80].to_numpy() != table["sequence"][80:].to_numpy()).any()
    dataset = SequenceLoader(["label"], id_column="id").create_dataset(table, tmp_path / "data")
    assert dataset.ids.tolist() == table["id"].tolist()
    with pytest.raises(BadValueError, match=mentions("ratio", "0")):
        with_shuffles(["ACGT"], 0)
