"""Splitting so that no near-duplicates are on two sides."""

import itertools

import deepchem as dc
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import BadValueError, ShapeMismatchError, SplitError
from deepchem_genomics.feat import RNA, decode, one_hot, reverse_complement
from deepchem_genomics.splits import SimilaritySplitter


def dataset_of(sequences, alphabet=None):
    return dc.data.NumpyDataset(one_hot(sequences) if alphabet is None else one_hot(sequences, alphabet))


def random_sequences(n, length, seed=0, letters="ACGT"):
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(list(letters), length)) for _ in range(n)]


def kmers(sequences, k, both_strands):
    strands = [*sequences, *reverse_complement(sequences)] if both_strands else sequences
    found = {text[start : start + k] for text in strands for start in range(len(text) - k + 1)}
    return {kmer for kmer in found if "N" not in kmer}


@settings(max_examples=50)
@given(st.lists(st.text("ACGTN", min_size=12, max_size=12), min_size=5, max_size=30), st.booleans(), st.integers(0, 9))
def test_similarity__no_kmer_is_in_two_parts(sequences, both_strands, seed):
    try:
        parts = SimilaritySplitter(4, both_strands).split(dataset_of(sequences), 0.6, 0.2, 0.2, seed)
    except SplitError:
        return
    found = [kmers([sequences[row] for row in rows], 4, both_strands) for rows in parts]
    for one, other in itertools.combinations(found, 2):
        assert not one & other


def test_similarity__copies_with_changes_shifts_and_other_strands_stay_together():
    originals = random_sequences(60, 101)
    shifted = [text[40:] + "ACGT" * 10 for text in originals]
    changed = [text[:50] + "N" * 10 + text[60:] for text in originals]
    sequences = originals + [text[:101] for text in shifted] + changed + reverse_complement(originals)
    # What the shifted copies were filled up with would link them all to one another.
    X = one_hot(sequences)
    X[60:120, 61:] = 0
    parts = SimilaritySplitter().split(dc.data.NumpyDataset(X), 0.5, 0.25, 0.25, seed=1)
    for rows in parts:
        assert len(rows) % 4 == 0
        assert {*(rows % 60)} == {*(rows[: len(rows) // 4])}


def test_similarity__one_strand_only_keeps_reverse_complements_apart():
    sequences = random_sequences(1, 101)
    sequences += [*reverse_complement(sequences), *random_sequences(1, 101, seed=1)]
    dataset = dataset_of(sequences)
    assert [len(rows) for rows in SimilaritySplitter(reverse_complement=False).split(dataset)] == [1, 1, 1]
    with pytest.raises(SplitError, match=mentions("2 clusters", "train", "valid")):
        SimilaritySplitter().split(dataset)


def test_similarity__guides_of_rna_are_compared_as_they_are():
    guides = random_sequences(200, 21, letters="ACGU")
    guides += ["A" + guide[:-1] for guide in guides[:50]]  # shifted by one: they share 20 bases
    splitter = SimilaritySplitter(k=19, reverse_complement=False)
    parts = splitter.split(dataset_of(guides, RNA), seed=0)
    found = [kmers([guides[row] for row in rows], 19, both_strands=False) for rows in parts]
    assert not any(one & other for one, other in itertools.combinations(found, 2))
    assert [len(rows) for rows in parts] == [200, 25, 25]


def test_similarity__sequences_without_a_known_kmer_are_alone():
    sequences = ["N" * 30] * 4
    assert [len(rows) for rows in SimilaritySplitter().split(dataset_of(sequences), 0.5, 0.25, 0.25)] == [2, 1, 1]


def test_similarity__a_repeat_is_passed_over_only_if_asked_for_and_then_counted(caplog):
    caplog.set_level("INFO", logger="deepchem_genomics")
    sequences = [text[:79] + "N" + "A" * 21 for text in random_sequences(100, 101)]
    dataset = dataset_of(sequences)
    with pytest.raises(SplitError, match=mentions("1 clusters")):
        SimilaritySplitter().split(dataset)
    assert [len(rows) for rows in SimilaritySplitter(max_count=50).split(dataset)] == [80, 10, 10]
    passed_over = [message for message in caplog.messages if "passed over" in message]
    assert passed_over == [
        "SimilaritySplitter: passed over 1 15-mers that more than 50 sequences have; they may be in two parts"
    ]


def test_similarity__likeness_by_chance_is_a_warning(caplog):
    dataset = dataset_of(random_sequences(2_000, 101))
    with pytest.raises(SplitError):
        SimilaritySplitter(k=6).split(dataset)
    assert caplog.messages == [
        "SimilaritySplitter: by chance alone each of 2000 sequences shares a 6-mer with 1972.1 others, so that "
        "clusters run into one another; with k=16 that would be rare"
    ]
    caplog.clear()
    SimilaritySplitter(k=15).split(dataset)
    assert caplog.messages == []


def test_similarity__is_the_same_on_disk_whatever_the_shards(tmp_path):
    sequences = random_sequences(300, 60)
    sequences += [text[10:] + text[:10] for text in sequences[::-1]]
    memory = dataset_of(sequences)
    disk = dc.data.DiskDataset.from_numpy(memory.X, data_dir=str(tmp_path))
    disk.reshard(70)  # also turns int8 into float64
    for one, other in zip(SimilaritySplitter().split(memory), SimilaritySplitter().split(disk), strict=True):
        np.testing.assert_array_equal(one, other)
    assert decode(disk.X[:1]) == sequences[:1]


def test_similarity__x_must_be_one_hot():
    with pytest.raises(ShapeMismatchError, match=mentions("X", "(3, 8)", "15-mers")):
        SimilaritySplitter().split(dc.data.NumpyDataset(np.zeros((3, 8))))


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        ({"k": 0}, ("k", "0", "1", "31")),
        ({"k": 32}, ("k", "32", "1", "31")),
        ({"k": "15"}, ("k", "'15'", "1", "31")),
        ({"max_count": 1}, ("max_count", "1", "2", "None")),
    ],
)
def test_similarity__arguments_are_checked(arguments, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        SimilaritySplitter(**arguments)
