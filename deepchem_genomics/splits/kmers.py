"""Sequences as sets of k-mers, and which of them share one."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from deepchem_genomics.errors import ShapeMismatchError
from deepchem_genomics.typing import OneHot

__all__ = ["Clusters", "cluster_by_shared_kmers", "kmer_codes"]

LONGEST_KMER = 31
"""Two bits a base, and the sign of a 64-bit integer is left alone."""


def kmer_codes(X: OneHot, k: int, reverse_complement: bool = True) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Give each k-mer of one-hot sequences its number.

    Parameters
    ----------
    X : ndarray, (N, L, 4)
        One-hot sequences; a row that does not have exactly one 1 is an unknown base.
    k : int
        From 1 to 31, at most L.
    reverse_complement : bool, default True
        Whether a k-mer and its reverse complement have the same number.

    Returns
    -------
    codes : ndarray of int64, (M,)
        The numbers, two bits a base with A, C, G, T as 0 to 3 and the first base highest; each once a sequence. A
        k-mer with an unknown base has none.
    sequence : ndarray of int32, (M,)
        Which sequence each comes from; sorted.

    Raises
    ------
    ShapeMismatchError
        If X is not (N, L, 4), or L is smaller than k.

    Examples
    --------
    >>> codes, sequence = kmer_codes(np.eye(4, dtype=np.int8)[None], k=2, reverse_complement=False)  # ACGT
    >>> [np.base_repr(code, 4).zfill(2) for code in codes]  # AC, CG, GT
    ['01', '12', '23']
    """
    X = np.asarray(X)  # type: ignore[assignment]
    if X.ndim != 3 or X.shape[2] != 4 or X.shape[1] < k:
        raise ShapeMismatchError(
            f"X has shape {X.shape}; {k}-mers are read from one-hot sequences (N, L, 4) of {k} bases or more; "
            "featurize the sequences one-hot, or take a smaller k"
        )
    a, c, g, t = np.moveaxis((X == 1).view(np.uint8), 2, 0)  # each (N, L)
    known = (a + c + g + t) == 1
    base = c + 2 * g + 3 * t
    code = _every_stretch(base, k)
    if reverse_complement:
        other_strand = _every_stretch((3 - base)[:, ::-1], k)[:, ::-1]
        np.minimum(code, other_strand, out=code)
    n_known = np.cumsum(known, axis=1, dtype=np.int32)
    n_known[:, k:] -= n_known[:, :-k].copy()  # among the k bases up to each
    code[n_known[:, k - 1 :] < k] = -1
    code.sort(axis=1)
    keep = code >= 0
    keep[:, 1:] &= code[:, 1:] != code[:, :-1]
    return code[keep], np.repeat(np.arange(len(X), dtype=np.int32), keep.sum(axis=1))


def _every_stretch(base: NDArray[np.uint8], k: int) -> NDArray[np.int64]:
    """Return the number of each stretch of k bases, (N, L - k + 1); a long one is made of its two halves."""
    if k == 1:
        return base.astype(np.int64)
    half = _every_stretch(base, k // 2)
    tail = half if k % 2 == 0 else _every_stretch(base, k - k // 2)
    return (half[:, : base.shape[1] - k + 1] << 2 * (k - k // 2)) | tail[:, k // 2 :]


class Clusters(NamedTuple):
    """Sequences, grouped by the k-mers they share.

    Parameters
    ----------
    cluster : ndarray of int64, (N,)
        The cluster of each sequence, from 0 without gaps.
    n_repeats : int
        Number of k-mers that were passed over since too many sequences have them.
    """

    cluster: NDArray[np.int64]
    n_repeats: int


def cluster_by_shared_kmers(
    codes: NDArray[np.int64], sequence: NDArray[np.int32], n_sequences: int, max_count: int | None = None
) -> Clusters:
    """Put sequences that share a k-mer, and those that share one with these, and so on, into one cluster.

    Parameters
    ----------
    codes : ndarray of int64, (M,)
        Numbers of k-mers, each once a sequence.
    sequence : ndarray of int32, (M,)
        Which sequence each comes from.
    n_sequences : int
        N.
    max_count : int, optional
        Pass over k-mers that more sequences have.

    Returns
    -------
    Clusters
        The cluster of each sequence; one without k-mers is alone.

    Examples
    --------
    >>> clusters = cluster_by_shared_kmers(np.array([5, 7, 7, 9]), np.array([0, 0, 2, 1]), n_sequences=4)
    >>> clusters.cluster.tolist()
    [0, 1, 0, 2]
    """
    sequence, same = _side_by_side(codes, sequence, n_sequences)
    n_repeats = 0
    if max_count is not None and len(sequence):
        first = np.flatnonzero(np.concatenate(([True], ~same)))
        counts = np.diff(first, append=len(sequence))
        n_repeats = int((counts > max_count).sum())
        same &= np.repeat(counts <= max_count, counts)[1:]
    left, right = sequence[:-1][same], sequence[1:][same]
    links = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(n_sequences, n_sequences))
    _, cluster = connected_components(links, directed=False)
    return Clusters(cluster.astype(np.int64), n_repeats)


def _side_by_side(
    codes: NDArray[np.int64], sequence: NDArray[np.int32], n_sequences: int
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return the sequences sorted by k-mer, (M,), and whether each has the k-mer of the next, (M - 1,)."""
    bits = n_sequences.bit_length()
    if len(codes) and int(codes.max()).bit_length() + bits <= 63:
        # Both fit into one number; sorting numbers is ten times faster than finding their order.
        pairs = codes << bits
        pairs |= sequence
        pairs.sort()
        same = (pairs[1:] ^ pairs[:-1]) < (1 << bits)
        pairs &= (1 << bits) - 1
        return pairs.astype(np.int32), same
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    return sequence[order], codes[1:] == codes[:-1]
