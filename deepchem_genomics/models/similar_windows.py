"""Labels of the training windows that share k-mers with a window: repeats and families of sites, by example."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from deepchem_genomics.feat.kmers import known_bases, require_one_hot
from deepchem_genomics.typing import OneHot

__all__ = ["SimilarWindows"]

# A k-mer is 11 bases at these places of 19: two windows that differ in one base of ten still share some. The places are
# the same from either end, so that a k-mer and its reverse complement can be one.
_PLACES = (0, 1, 3, 5, 6, 9, 12, 13, 15, 17, 18)
_FEWEST = (2, 3, 4, 6, 8, 12, 16, 24, 40)  # k-mers that are shared; one k-mer is shared by chance
_COMMON = 500  # windows that may have a k-mer; one of more says little, and takes time that grows with their square
_SAME = 0.75  # fraction of shared k-mers above which two windows are the same: one base changed, or moved a little
_ROWS_AT_A_TIME = 256  # pairs of windows that share a k-mer: 10 million at most
_UNKNOWN = 4


class SimilarWindows:
    """Training windows, and how those are labeled that share k-mers with a window.

    ``bases``: uint8 (n, L), the columns of the bases, 4 where unknown; ``labels``: (n,), 0 or 1.
    """

    def __init__(self, bases: NDArray[np.uint8], labels: NDArray[Any]) -> None:
        if bases.ndim != 2 or labels.shape != bases.shape[:1] or bases.max(initial=0) > _UNKNOWN:
            raise ValueError(
                f"bases of shape {bases.shape} and labels of shape {labels.shape} are not those of windows"
            )
        self._bases, self._labels = bases, labels.astype(np.float64)
        kmers = _kmers(bases)
        found, n_windows = np.unique(kmers[kmers >= 0], return_counts=True)
        self._vocabulary = found[n_windows <= _COMMON]
        self._windows_of = self._occurrences(kmers).T.tocsr()

    @classmethod
    def of(cls, one_hot: OneHot, labels: NDArray[Any]) -> "SimilarWindows":
        """Keep windows (n, L, 4) and their labels (n,)."""
        return cls(_bases(one_hot), np.asarray(labels))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "SimilarWindows":
        """Build it from what :meth:`arrays` returned; KeyError or ValueError if that is not what it is given."""
        return cls(np.asarray(arrays["bases"], dtype=np.uint8), np.asarray(arrays["labels"]))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the windows and labels, named as the constructor's parameters."""
        return {"bases": self._bases, "labels": self._labels.astype(np.uint8)}

    def features(self, one_hot: OneHot) -> NDArray[np.float32]:
        """Describe windows (N, L, 4) by the labels of those that share k-mers with them, (N, 20).

        For 2, 3, 4, 6, 8, 12, 16, 24 and 40 k-mers or more: how many that share as many are 1, and how many are 0. At
        last the most k-mers that any shares, and the fraction of 1 among those. A training window that has more than
        three quarters of a window's k-mers is left out: it is this window, for all one can tell, so that training
        windows are described without their own labels, and both alleles of a variant alike.
        """
        kmers = _kmers(_bases(one_hot))
        starts = range(0, len(kmers), _ROWS_AT_A_TIME)
        parts = [self._features(kmers[start : start + _ROWS_AT_A_TIME]) for start in starts]
        return np.concatenate([np.zeros((0, 2 * len(_FEWEST) + 2), np.float32), *parts])

    def _features(self, kmers: NDArray[np.int32]) -> NDArray[np.float32]:
        own = self._occurrences(kmers)
        shared = own @ self._windows_of
        rows = np.repeat(np.arange(len(kmers)), np.diff(shared.indptr))
        kept = (shared.data >= _FEWEST[0]) & (shared.data <= _SAME * np.diff(own.indptr)[rows])
        rows, numbers, labels = rows[kept], shared.data[kept], self._labels[shared.indices[kept]]

        def count(of: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[Any]]:
            bound = np.bincount(rows[of], labels[of], len(kmers))
            return bound, np.bincount(rows[of], 1 - labels[of], len(kmers))

        columns = [column for fewest in _FEWEST for column in count(numbers >= fewest)]
        most = np.zeros(len(kmers))
        np.maximum.at(most, rows, numbers)
        bound, unbound = count(numbers == most[rows])
        return np.stack([*columns, most, (bound + 0.5) / (bound + unbound + 1)], axis=1).astype(np.float32)

    def _occurrences(self, kmers: NDArray[np.int32]) -> csr_matrix:
        """Return which k-mers of the vocabulary each window has, (N, k-mers)."""
        kmers = np.sort(kmers, axis=1)
        is_kmer = kmers >= 0
        is_kmer[:, 1:] &= kmers[:, 1:] != kmers[:, :-1]
        columns = np.searchsorted(self._vocabulary, kmers)
        is_kmer &= np.append(self._vocabulary, -1)[columns] == kmers
        row_ends = np.concatenate([[0], np.cumsum(is_kmer.sum(axis=1))])
        ones = np.ones(row_ends[-1], dtype=np.float32)
        return csr_matrix((ones, columns[is_kmer], row_ends), shape=(len(kmers), len(self._vocabulary)))


def _bases(one_hot: OneHot) -> NDArray[np.uint8]:
    require_one_hot(one_hot)
    bases, known = known_bases(one_hot)
    return np.where(known, bases, _UNKNOWN).astype(np.uint8)


def _kmers(bases: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return the numbers of k-mers, one and its reverse complement as one; -1 where a base is unknown."""
    n_kmers = max(0, bases.shape[1] - _PLACES[-1])
    forward, backward = (np.zeros((len(bases), n_kmers), dtype=np.int32) for _ in range(2))
    whole = np.ones(forward.shape, dtype=bool)
    for place in _PLACES:
        one = bases[:, place : place + n_kmers]
        forward = 4 * forward + one
        whole &= one != _UNKNOWN
    for place in reversed(_PLACES):
        backward = 4 * backward + 3 - bases[:, place : place + n_kmers].astype(np.int32)
    return np.where(whole, np.minimum(forward, backward), -1)
