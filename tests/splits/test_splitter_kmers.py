"""K-mers of one-hot sequences, and clusters of sequences that share one."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import ShapeMismatchError
from deepchem_genomics.feat import one_hot, reverse_complement
from deepchem_genomics.splits.groups import cluster_by_shared_kmers, kmer_codes


def same_length(length):
    return st.lists(st.text("ACGTN", min_size=length, max_size=length), min_size=1, max_size=12)


def kmers(sequence, k, both_strands):
    """The k-mers of a sequence as strings, on both strands if asked for; slow and obvious."""
    found = {sequence[start : start + k] for start in range(len(sequence) - k + 1)}
    found = {kmer for kmer in found if "N" not in kmer}
    return {min(kmer, reverse_complement(kmer)) for kmer in found} if both_strands else found


def written(code, k):
    return "".join("ACGT"[code >> 2 * (k - 1 - at) & 3] for at in range(k))


@given(st.integers(1, 40).flatmap(lambda length: st.tuples(same_length(length), st.integers(1, min(length, 31)))),
       st.booleans())  # fmt: skip
def test_kmer_codes__are_the_kmers_of_each_sequence_once(drawn, both_strands):
    sequences, k = drawn
    codes, sequence = kmer_codes(one_hot(sequences), k, both_strands)
    assert codes.dtype == np.int64
    assert sequence.dtype == np.int32
    for row, text in enumerate(sequences):
        found = [written(int(code), k) for code in codes[sequence == row]]
        assert sorted(found) == sorted(kmers(text, k, both_strands))


def test_kmer_codes__are_alike_for_both_strands():
    texts = ["ACGGTTTACCATGACCATAC", "GGGGATATTTTACCCAACAA"]
    forward, _ = kmer_codes(one_hot(texts), 9)
    backward, _ = kmer_codes(one_hot(reverse_complement(texts)), 9)
    np.testing.assert_array_equal(forward, backward)


def test_kmer_codes__take_fractions_and_padding_for_unknown_bases():
    X = one_hot(["ACRGT"], unknown="fractional")
    codes, _ = kmer_codes(X, 2, reverse_complement=False)
    assert [written(int(code), 2) for code in codes] == ["AC", "GT"]
    codes, sequence = kmer_codes(np.zeros((3, 9, 4), dtype=np.int8), 2)
    assert len(codes) == len(sequence) == 0


@pytest.mark.parametrize("shape", [(3, 9), (3, 9, 5), (3, 4, 9), (3, 4, 4)])
def test_kmer_codes__need_one_hot_sequences_of_k_bases(shape):
    with pytest.raises(ShapeMismatchError, match=mentions(f"X has shape {shape}", "5-mers", "(N, L, 4)")):
        kmer_codes(np.zeros(shape, dtype=np.int8), 5)


def clusters_by_hand(sets):
    """Join sets that meet until none do."""
    cluster = list(range(len(sets)))
    for one, other in itertools.combinations(range(len(sets)), 2):
        if sets[one] & sets[other] and cluster[one] != cluster[other]:
            cluster = [cluster[one] if name == cluster[other] else name for name in cluster]
    return cluster


@given(same_length(9), st.sampled_from([3, 4]), st.booleans(), st.sampled_from([None, 2, 3]))
def test_clusters__are_those_found_by_comparing_all_pairs(sequences, k, both_strands, max_count):
    sets = [kmers(text, k, both_strands) for text in sequences]
    everywhere = list(itertools.chain(*sets))
    repeats = {kmer for kmer in everywhere if max_count is not None and everywhere.count(kmer) > max_count}
    expected = clusters_by_hand([kmers_of - repeats for kmers_of in sets])
    found = cluster_by_shared_kmers(*kmer_codes(one_hot(sequences), k, both_strands), len(sequences), max_count)
    assert found.n_repeats == len(repeats)
    assert len(set(zip(found.cluster.tolist(), expected, strict=True))) == len(set(expected))
    assert set(found.cluster.tolist()) == set(range(len(set(expected))))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), unique=True, max_size=40), st.booleans())
def test_clusters__are_the_same_for_numbers_too_large_to_pack(pairs, sort):
    pairs = sorted(pairs, key=lambda pair: pair[1]) if sort else pairs
    codes = np.array([code for code, _ in pairs], dtype=np.int64)
    sequence = np.array([row for _, row in pairs], dtype=np.int32)
    small = cluster_by_shared_kmers(codes, sequence, 10).cluster
    large = cluster_by_shared_kmers(codes + (1 << 61), sequence, 10).cluster
    np.testing.assert_array_equal(small, large)
