"""Packed k-mers with gaps multiply as the sparse matrix of their counts does, and take a third of its memory."""

import numpy as np
import pytest
from sklearn.preprocessing import normalize

from deepchem_genomics.feat import gapped_kmer_counts, one_hot
from deepchem_genomics.models import kmer_models
from deepchem_genomics.models.kmer_models import GappedKmers


def windows(n, length=60):
    rng = np.random.default_rng(0)
    return ["".join(row) for row in rng.choice(list("ACGTN"), (n, length), p=[0.25, 0.24, 0.25, 0.24, 0.02])]


def sparse(X, width, k):
    counts = gapped_kmer_counts(X, width, k).astype(np.float64)
    np.log1p(counts.data, out=counts.data)
    return normalize(counts)


@pytest.mark.parametrize("sizes", [(6, 4), (4, 4), (5, 1), (3, 2)])
@pytest.mark.parametrize("rows_at_a_time", [3, 1000])
def test_gapped_kmers__multiply_as_the_sparse_matrix(monkeypatch, sizes, rows_at_a_time):
    monkeypatch.setattr(kmer_models, "_ROWS_AT_A_TIME", rows_at_a_time)
    X = one_hot([*windows(7), "N" * 60, "A" * 60])
    packed, expected = GappedKmers(X, *sizes), sparse(X, *sizes)
    assert packed.shape == expected.shape
    rng = np.random.default_rng(1)
    slope, errors = rng.normal(size=expected.shape[1]), rng.normal(size=len(X))
    np.testing.assert_allclose(packed @ slope, expected @ slope, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(packed.T @ errors, expected.T @ errors, rtol=1e-6, atol=1e-7)


def test_gapped_kmers__that_occur_more_than_255_times_are_counted():
    X = one_hot(["A" * 400, "AC" * 200])
    packed, expected = GappedKmers(X, 5, 3), sparse(X, 5, 3)
    np.testing.assert_allclose(packed @ np.eye(packed.shape[1])[0], expected.toarray()[:, 0], rtol=1e-6)


def test_gapped_kmers__of_no_rows():
    packed = GappedKmers(one_hot(["ACGTACGT"])[:0], 5, 3)
    assert (packed @ np.ones(packed.shape[1])).shape == (0,)
    assert not (packed.T @ np.zeros(0)).any()


def test_gapped_kmers__take_a_third_of_the_memory_of_the_sparse_matrix():
    X = one_hot(windows(200, 101))
    counts = gapped_kmer_counts(X)
    kmers = [each for part in GappedKmers(X, 9, 6)._parts for pair in part for each in pair]
    packed = sum(values.nbytes for each in kmers for values in each if values is not None)
    assert packed < (counts.data.nbytes + counts.indices.nbytes) / 3
