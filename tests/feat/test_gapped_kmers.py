"""K-mers with gaps, against counting them one by one."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import BadValueError, SequenceLengthError, ShapeMismatchError
from deepchem_genomics.feat import gapped_kmer_counts, gapped_kmer_patterns, one_hot, reverse_complement


def count_slowly(sequence: str, width: int, k: int) -> Counter:
    counts: Counter = Counter()
    for number, pattern in enumerate(gapped_kmer_patterns(width, k)):
        for strand in (sequence, reverse_complement(sequence)):
            for start in range(len(strand) - pattern[-1]):
                kmer = "".join(strand[start + place] for place in pattern)
                if "N" not in kmer:
                    counts[number, kmer] += 1
    return counts


@settings(max_examples=50)
@given(st.text("ACGTN", min_size=5, max_size=30), st.sampled_from([(5, 3), (3, 3), (5, 1), (4, 2)]))
def test_counts__are_those_of_counting_one_by_one(sequence, sizes):
    width, k = sizes
    kmers = ["".join(letters) for letters in product("ACGT", repeat=k)]
    row = gapped_kmer_counts(one_hot([sequence]), width, k).toarray()[0]
    found = {divmod(column, len(kmers)): value for column, value in enumerate(row) if value}
    assert {(pattern, kmers[kmer]): value for (pattern, kmer), value in found.items()} == dict(
        count_slowly(sequence, width, k)
    )


@given(st.text("ACGT", min_size=9, max_size=20))
def test_counts__are_the_same_from_either_strand(sequence):
    forward, backward = gapped_kmer_counts(one_hot([sequence, reverse_complement(sequence)]), 6, 4).toarray()
    np.testing.assert_array_equal(forward, backward)


def test_counts__do_not_depend_on_how_many_rows_there_are(monkeypatch):
    X = one_hot(["".join(row) for row in np.random.default_rng(0).choice(list("ACGT"), (25, 12))])
    whole = gapped_kmer_counts(X, 5, 3).toarray()
    monkeypatch.setattr("deepchem_genomics.feat.kmers._ROWS_AT_A_TIME", 4)
    np.testing.assert_array_equal(gapped_kmer_counts(X, 5, 3).toarray(), whole)
    assert gapped_kmer_counts(X[:0], 5, 3).shape == (0, whole.shape[1])


def test_patterns__begin_and_end_with_a_base_that_counts_and_have_no_mirror_image():
    patterns = gapped_kmer_patterns(9, 6)
    assert len(patterns) == len(set(patterns)) == 32
    assert all(pattern[0] == 0 and pattern[-1] < 9 and len(pattern) == 6 for pattern in patterns)
    mirrors = {tuple(pattern[-1] - place for place in reversed(pattern)) for pattern in patterns}
    assert all(mirror == pattern for pattern in patterns for mirror in mirrors & {pattern})
    assert len(set(patterns) | mirrors) == 56  # all ways to choose five further places of eight


@pytest.mark.parametrize(("width", "k"), [(3, 4), (9, 0), (9, 9), (17, 6)])
def test_patterns__name_sizes_out_of_range(width, k):
    with pytest.raises(BadValueError, match=mentions("k", str(k), "width", str(width))):
        gapped_kmer_patterns(width, k)


def test_counts__name_wrong_input():
    with pytest.raises(SequenceLengthError, match=mentions("8", "9", "width")):
        gapped_kmer_counts(np.zeros((2, 8, 4), np.int8))
    with pytest.raises(ShapeMismatchError, match=mentions("(2, 8, 5)")):
        gapped_kmer_counts(np.zeros((2, 8, 5), np.int8))
