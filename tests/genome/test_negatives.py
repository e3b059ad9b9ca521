"""Negatives: random windows keep away, matched windows match, shuffled sequences keep their dinucleotides."""

import logging
import re
from collections import Counter
from itertools import pairwise, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import (
    BadValueError,
    ChromosomeNameError,
    EmptyInputError,
    ShapeMismatchError,
    UnknownBaseError,
)
from deepchem_genomics.genome import (
    Genome,
    dinucleotide_shuffle,
    gc_content,
    gc_matched_windows,
    overlap_bases,
    random_windows,
    share_of_n,
)

SPANS = st.lists(st.tuples(st.sampled_from(["chr1", "chr2"]), st.integers(0, 100), st.integers(1, 40)), max_size=5)


@given(SPANS, st.integers(1, 20), st.integers(0, 10), st.integers(0, 9))
def test_random_windows__takes_every_place_that_is_allowed_and_no_other(spans, length, distance, seed):
    sizes = {"chr1": 120, "chr2": 60}
    peaks = pd.DataFrame([(c, s, s + n) for c, s, n in spans], columns=["chrom", "start", "end"])
    allowed = {
        (chrom, start)
        for chrom, size in sizes.items()
        for start in range(size - length + 1)
        if not any(c == chrom and start < s + n + distance and s < start + length + distance for c, s, n in spans)
    }
    if not allowed:
        with pytest.raises(BadValueError, match=mentions("0")):
            random_windows(sizes, 1, length, away_from=peaks, distance=distance)
        return
    drawn = random_windows(sizes, len(allowed), length, away_from=peaks, distance=distance, seed=seed)
    assert set(zip(drawn["chrom"], drawn["start"], strict=True)) == allowed
    assert ((drawn["end"] - drawn["start"]) == length).all()
    one = random_windows(sizes, 1, length, away_from=peaks, distance=distance, seed=seed)
    assert one.equals(random_windows(sizes, 1, length, away_from=peaks, distance=distance, seed=seed))


def test_random_windows__are_spread_evenly():
    drawn = random_windows({"chr1": 3_000_000, "chr2": 1_000_000}, 4000, 101, seed=0)
    assert 2890 < (drawn["chrom"] == "chr1").sum() < 3110  # 3000 expected, four standard deviations
    assert 1_430_000 < drawn.loc[drawn["chrom"] == "chr1", "start"].mean() < 1_570_000


def test_random_windows__refuses_what_it_cannot_draw():
    with pytest.raises(BadValueError, match=mentions("12", "10 bp", "11")):
        random_windows({"chr1": 20}, 12, 10)
    with pytest.raises(BadValueError, match=mentions("n", "0", "1")):
        random_windows({"chr1": 20}, 0, 10)
    with pytest.raises(ChromosomeNameError, match=mentions("chr9", "chr1")):
        random_windows({"chr1": 20}, 1, 10, chroms=["chr9"])


@pytest.fixture
def genome(tmp_path):
    rng = np.random.default_rng(0)
    letters = np.where(rng.random(20_000) < np.linspace(0.2, 0.8, 20_000), *rng.choice([*"GC"], (1, 20_000)), "A")
    letters[5000:6000] = "N"
    path = tmp_path / "toy.fa"
    path.write_text(">chr1\n" + "".join(letters) + "\n")
    return Genome(path)


def test_gc_matched_windows__match_in_order_and_are_not_used_twice(genome, caplog):
    caplog.set_level(logging.INFO)
    positives = random_windows({"chr1": 20_000}, 40, 50, away_from=["chr1:4900-20000"], seed=0)
    candidates = random_windows(genome.sizes, 4000, 50, away_from=positives, seed=1)
    chosen = gc_matched_windows(genome, positives, candidates, per_positive=2, seed=2)
    assert len(chosen) == 80
    assert not chosen.index.duplicated().any()
    assert not overlap_bases(chosen, positives).any()
    wanted, found = gc_content(genome.fetch(positives)), gc_content(genome.fetch(chosen))
    assert np.abs(found - np.tile(wanted, 2)).max() <= 0.1
    assert abs(found.mean() - wanted.mean()) < 0.01
    assert share_of_n(genome.fetch(chosen)).max() == 0
    assert chosen.equals(gc_matched_windows(genome, positives, candidates, per_positive=2, seed=2))
    assert re.search(mentions("80", "G and C", "40", "0.000"), caplog.text)


def test_gc_matched_windows__says_when_there_are_too_few(genome):
    with pytest.raises(BadValueError, match=mentions("2", "1 of 2", "0")):
        gc_matched_windows(genome, ["chr1:0-50", "chr1:50-100"], ["chr1:5000-5050", "chr1:100-150"])
    with pytest.raises(BadValueError, match=mentions("1", "G and C")):
        gc_matched_windows(genome, ["chr1:5000-5050"], ["chr1:0-50"])
    with pytest.raises(EmptyInputError, match=mentions("positives")):
        gc_matched_windows(genome, [], ["chr1:0-50"])
    with pytest.raises(BadValueError, match=mentions("per_positive", "0")):
        gc_matched_windows(genome, ["chr1:0-50"], ["chr1:0-50"], per_positive=0)


def dinucleotides(sequence):
    return Counter(pairwise(sequence))


@given(st.lists(st.text("ACGTN", max_size=40), min_size=1), st.integers(0, 99))
def test_dinucleotide_shuffle__keeps_dinucleotides_and_ends(sequences, seed):
    shuffled = dinucleotide_shuffle(sequences, seed)
    for before, after in zip(sequences, shuffled, strict=True):
        assert dinucleotides(before) == dinucleotides(after)
        assert (before[:1], before[-1:]) == (after[:1], after[-1:])
    assert shuffled == dinucleotide_shuffle(sequences, seed)


@pytest.mark.parametrize("sequence", ["AACATAGA", "ACGTACGTN", "CACAGAGC"])
def test_dinucleotide_shuffle__draws_each_possible_sequence_equally_often(sequence):
    possible = {
        "".join(letters)
        for letters in permutations(sequence)
        if (letters[0], letters[-1]) == (sequence[0], sequence[-1])
        and dinucleotides(letters) == dinucleotides(sequence)
    }
    counts = Counter(dinucleotide_shuffle([sequence] * 20_000, seed=0))
    assert counts.keys() == possible
    expected = 20_000 / len(possible)
    chi_square = sum((count - expected) ** 2 / expected for count in counts.values())
    assert chi_square < len(possible) + 4 * np.sqrt(2 * len(possible))


def test_dinucleotide_shuffle__takes_and_gives_letters_as_an_array():
    letters = np.random.default_rng(0).choice(np.frombuffer(b"ACGT", np.uint8), (50, 101))
    shuffled = dinucleotide_shuffle(letters, seed=1)
    assert shuffled.dtype == np.uint8
    assert shuffled.shape == letters.shape
    assert [row.tobytes().decode() for row in shuffled] == dinucleotide_shuffle(
        [row.tobytes().decode() for row in letters], seed=1
    )
    assert (shuffled != letters).any(axis=1).all()


def test_dinucleotide_shuffle__reads_lower_case_and_rna():
    assert set(dinucleotide_shuffle(["acguuacguacg"], seed=0)[0]) == set("ACGU")


def test_dinucleotide_shuffle__names_what_it_cannot_shuffle():
    with pytest.raises(UnknownBaseError, match=mentions("sequence 1", "'R'", "position 2", "A, C, G, T, N")):
        dinucleotide_shuffle(["ACGT", "ACRT"])
    with pytest.raises(EmptyInputError, match=mentions("sequences")):
        dinucleotide_shuffle([])
    with pytest.raises(BadValueError, match=mentions("string", "ACGT")):
        dinucleotide_shuffle("ACGT")
    with pytest.raises(ShapeMismatchError, match=mentions("(4,)", "(N, L)")):
        dinucleotide_shuffle(np.frombuffer(b"ACGT", np.uint8))


@given(st.lists(st.text("ACGTUacgtuNRX"), min_size=1))
def test_composition__equals_counting(sequences):
    known = [sum(letter in "ACGTUacgtu" for letter in text) for text in sequences]
    strong = [sum(letter in "GCgc" for letter in text) for text in sequences]
    np.testing.assert_allclose(
        gc_content(sequences), [s / k if k else np.nan for s, k in zip(strong, known, strict=True)]
    )
    np.testing.assert_allclose(
        share_of_n(sequences),
        [1 - k / len(text) if text else np.nan for k, text in zip(known, sequences, strict=True)],
        atol=1e-12,
    )


def test_composition__reads_letters_as_an_array():
    letters = np.frombuffer(b"GGATCNNN", np.uint8).reshape(2, 4)
    assert gc_content(letters).tolist() == [0.5, 1.0]
    assert share_of_n(letters).tolist() == [0.0, 0.75]
    with pytest.raises(ShapeMismatchError, match=mentions("(4,)")):
        share_of_n(letters[0])
    with pytest.raises(BadValueError, match=mentions("string")):
        gc_content("ACGT")
