"""K-mer counts, against counting by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import BadValueError, SequenceLengthError, ShapeMismatchError
from deepchem_genomics.feat import DNA, RNA, kmer_counts, kmer_names, one_hot, reverse_complement

LENGTH = 12
texts = st.lists(st.text("ACGTN", min_size=LENGTH, max_size=LENGTH), min_size=1, max_size=5)
kmer_lengths = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True).map(tuple)


def counted_by_hand(text, k, canonical):
    """Count overlapping k-mers of one text, in the order of kmer_names."""
    counts = dict.fromkeys(kmer_names(k, canonical=canonical), 0)
    for length in k:
        for start in range(len(text) - length + 1):
            kmer = text[start : start + length]
            if "N" not in kmer:
                counts[min(kmer, reverse_complement(kmer)) if canonical else kmer] += 1
    return list(counts.values())


@given(texts, kmer_lengths, st.booleans())
def test_kmer_counts__are_those_counted_by_hand(sequences, k, canonical):
    counts = kmer_counts(one_hot(sequences), k, canonical=canonical)
    assert counts.dtype == np.float32
    assert counts.tolist() == [counted_by_hand(text, k, canonical) for text in sequences]


@given(texts, kmer_lengths, st.booleans())
def test_kmer_counts__sparse_ones_are_the_same(sequences, k, canonical):
    encoded = one_hot(sequences)
    sparse = kmer_counts(encoded, k, canonical=canonical, sparse=True)
    np.testing.assert_array_equal(sparse.toarray(), kmer_counts(encoded, k, canonical=canonical))
    assert sparse.format == "csr" and sparse.nnz == np.count_nonzero(sparse.toarray())


@given(texts, kmer_lengths)
def test_kmer_counts__canonical_ones_do_not_know_the_strand(sequences, k):
    forward = kmer_counts(one_hot(sequences), k, canonical=True)
    backward = kmer_counts(one_hot(reverse_complement(sequences)), k, canonical=True)
    np.testing.assert_array_equal(forward, backward)


def test_kmer_counts__of_many_kmers_that_are_their_own_reverse_complement():
    assert kmer_counts(one_hot(["ATATAT"]), 2, canonical=True)[0].tolist() == [0, 0, 0, 3, 0, 0, 0, 0, 0, 2]


def test_kmer_counts__a_base_given_in_fractions_is_in_no_kmer():
    encoded = one_hot(["ARA"], unknown="fractional")
    assert kmer_counts(encoded, 1).tolist() == [[2, 0, 0, 0]]
    assert kmer_counts(encoded, 2).sum() == 0


def test_kmer_counts__of_integers_and_of_floats_are_the_same():
    encoded = one_hot(["ACGTNACG"])
    before = encoded.copy()
    np.testing.assert_array_equal(kmer_counts(encoded), kmer_counts(encoded.astype(np.float32)))
    np.testing.assert_array_equal(encoded, before)


def test_kmer_counts__of_no_sequences_are_no_rows():
    assert kmer_counts(np.zeros((0, 21, 4), np.int8)).shape == (0, 84)


def test_kmer_names__are_in_the_order_of_the_columns():
    names = kmer_names((1, 3), RNA)
    assert len(names) == 4 + 64 and names[3] == "U" and names[4:7] == ["AAA", "AAC", "AAG"]
    kmers = kmer_names(3)
    counts = kmer_counts(one_hot(kmers), 3)
    np.testing.assert_array_equal(counts, np.eye(64))


@pytest.mark.parametrize(("k", "n"), [(1, 2), (2, 10), (3, 32), (4, 136), (5, 512), (6, 2080)])
def test_kmer_names__as_many_as_there_are_kmers_on_both_strands(k, n):
    names = kmer_names(k, canonical=True)
    assert len(names) == len(set(names)) == n
    assert names == sorted(names) and all(name <= reverse_complement(name) for name in names)


def test_kmer_counts__says_what_is_wrong():
    encoded = one_hot(["ACGT"])
    with pytest.raises(ShapeMismatchError, match=mentions("(4, 4)", "(N, L, 4)")):
        kmer_counts(encoded[0])
    with pytest.raises(SequenceLengthError, match=mentions("k", "5", "4")):
        kmer_counts(encoded, (1, 5))
    for wrong in (0, 13, 2.0, "3"):
        with pytest.raises(BadValueError, match=mentions("1", "12")):
            kmer_counts(encoded, [wrong])
    with pytest.raises(BadValueError, match=mentions("k", "empty")):
        kmer_names((), DNA)
