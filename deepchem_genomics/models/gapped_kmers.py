"""The features of gapped k-mer regression, packed: two bytes per k-mer, and no number where a k-mer occurs once.

A sparse matrix takes eight bytes per k-mer, and more while it is multiplied. K-mers of one pattern have numbers of 16
bits, and nine of ten occur once in their sequence. They become a sparse matrix, some rows of one pattern at a time,
when they are multiplied.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import LinearOperator

from deepchem_genomics.feat.kmers import gapped_kmer_blocks
from deepchem_genomics.typing import OneHot

__all__ = ["GappedKmers"]

_ROWS_AT_A_TIME = 4096


class _Kmers(NamedTuple):
    """K-mers of some rows: numbers, where each row begins and ends among them, and counts of those that repeat."""

    numbers: NDArray[np.uint16]
    ends: NDArray[np.int32]
    counts: NDArray[np.unsignedinteger] | None

    @classmethod
    def of(cls, counts: csr_matrix, kept: NDArray[np.bool_], once: bool) -> "_Kmers":
        """Select some of the k-mers that were counted."""
        ends = np.concatenate([[0], np.cumsum(kept, dtype=np.int32)]).astype(np.int32)[counts.indptr]
        repeats = counts.data[kept]
        size = np.min_scalar_type(int(repeats.max(initial=0)))
        return cls(counts.indices[kept].astype(np.uint16), ends, None if once else repeats.astype(size))

    def logarithms(self, ones: NDArray[np.float64], n_kmers: int) -> csr_matrix:
        """Return the logarithms of one plus the counts, those of k-mers that occur once divided by log(2)."""
        values = ones[: len(self.numbers)] if self.counts is None else np.log1p(self.counts.astype(np.float64))
        return csr_matrix((values, self.numbers.astype(np.int32), self.ends), (len(self.ends) - 1, n_kmers))


class GappedKmers(LinearOperator):
    """Logarithms of one plus the counts of gapped k-mers, each row divided by its length: (N, P * 4**k) for P patterns.

    It can be multiplied with a vector, and so can its transpose ``T``. A sequence of 101 bases takes 13 kB with the
    default width and k.
    """

    def __init__(self, one_hot: OneHot, width: int, k: int) -> None:
        self._n_kmers = 4**k
        self._parts: list[list[tuple[_Kmers, _Kmers]]] = []
        scales = []
        most = 0
        for start in range(0, len(one_hot), _ROWS_AT_A_TIME) if len(one_hot) else [0]:
            part, squares = [], np.zeros(len(one_hot[start : start + _ROWS_AT_A_TIME]))
            for counts in gapped_kmer_blocks(one_hot[start : start + _ROWS_AT_A_TIME], width, k):
                once = counts.data == 1
                part.append((_Kmers.of(counts, once, once=True), _Kmers.of(counts, ~once, once=False)))
                most = max(most, len(part[-1][0].numbers))
                np.log1p(counts.data, out=counts.data)
                squares += np.asarray(counts.multiply(counts).sum(axis=1, dtype=np.float64))[:, 0]
            self._parts.append(part)
            scales.append(1 / np.sqrt(np.where(squares == 0, 1, squares)))
        self._scale = np.concatenate(scales)
        self._ones = np.ones(most)
        super().__init__(np.float64, (len(one_hot), len(self._parts[0]) * self._n_kmers))

    def _matvec(self, vector: NDArray[Any]) -> NDArray[np.float64]:
        weights = np.reshape(vector, (-1, self._n_kmers))  # (P, 4**k)
        sums = [
            sum(
                np.log(2) * (once.logarithms(self._ones, self._n_kmers) @ weight)
                + more.logarithms(self._ones, self._n_kmers) @ weight
                for (once, more), weight in zip(part, weights, strict=True)
            )
            for part in self._parts
        ]
        found: NDArray[np.float64] = self._scale * np.concatenate(sums)
        return found

    def _rmatvec(self, vector: NDArray[Any]) -> NDArray[np.float64]:
        scaled = self._scale * np.ravel(vector)
        found = np.zeros((len(self._parts[0]), self._n_kmers))
        start = 0
        for part in self._parts:
            rows = scaled[start : start + len(part[0][0].ends) - 1]
            start += len(rows)
            for column, (once, more) in zip(found, part, strict=True):
                column += np.log(2) * (once.logarithms(self._ones, self._n_kmers).T @ rows)
                column += more.logarithms(self._ones, self._n_kmers).T @ rows
        return found.ravel()
