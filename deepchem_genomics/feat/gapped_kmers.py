"""Which words with gaps a sequence has: k bases that count, among ``width``, and any base at the other places."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack

from deepchem_genomics.errors import BadValueError, SequenceLengthError
from deepchem_genomics.feat.kmers import known_bases, require_one_hot
from deepchem_genomics.typing import OneHot

__all__ = ["gapped_kmer_counts", "gapped_kmer_patterns"]

_LONGEST = 8  # bases that count: 65,536 words a pattern
_WIDEST = 16
_ROWS_AT_A_TIME = 4096


def gapped_kmer_patterns(width: int = 9, k: int = 6) -> list[tuple[int, ...]]:
    """List the patterns of k places that count, no wider than ``width``; a pattern and its mirror image are one.

    Parameters
    ----------
    width : int, default 9
        Places from the first that counts to the last, at most; up to 16.
    k : int, default 6
        How many of them count, the first and the last among them; up to 8 and up to ``width``.

    Returns
    -------
    list of tuple of int
        Each begins with 0 and ascends.

    Raises
    ------
    BadValueError
        If k or the width is out of range.

    Examples
    --------
    >>> gapped_kmer_patterns(width=4, k=3)
    [(0, 1, 2), (0, 1, 3)]
    """
    if not 1 <= k <= min(_LONGEST, width) or width > _WIDEST:
        raise BadValueError(
            f"k is {k!r} and width {width!r}; k bases count of width: k from 1 to {_LONGEST}, width from k to {_WIDEST}"
        )
    patterns = [(0, *rest) for rest in combinations(range(1, width), k - 1)]
    return [pattern for pattern in patterns if pattern <= tuple(pattern[-1] - place for place in reversed(pattern))]


def gapped_kmer_counts(one_hot: OneHot, width: int = 9, k: int = 6) -> csr_matrix:
    """Count the gapped words of sequences on both strands, overlapping ones included.

    A sequence and its reverse complement have the same counts. A word with a base that is not known for certain, a
    row of zeros or of fractions, is not counted.

    Parameters
    ----------
    one_hot : ndarray, (N, L, 4)
        Columns A, C, G and T or U.
    width : int, default 9
        Bases from the first that counts to the last, at most; up to L.
    k : int, default 6
        Bases that count.

    Returns
    -------
    scipy.sparse.csr_matrix of float32, (N, P x 4**k)
        The words of the first of the P patterns (:func:`gapped_kmer_patterns`) in the order of the alphabet, then
        those of the next. About P x 2 x L numbers a row are not 0.

    Raises
    ------
    ShapeMismatchError
        If the array is not (N, L, 4).
    SequenceLengthError
        If the sequences are shorter than the width.
    BadValueError
        If k or the width is out of range.

    References
    ----------
    Ghandi, Lee, Mohammad-Noori and Beer (2014), Enhanced regulatory sequence prediction using gapped k-mer features,
    PLoS Computational Biology 10, e1003711, doi:10.1371/journal.pcbi.1003711.

    Examples
    --------
    >>> from deepchem_genomics.feat import one_hot
    >>> counts = gapped_kmer_counts(one_hot(["ACA"]), width=3, k=2)
    >>> counts.shape, [int(column) for column in counts[0].indices]  # AC, CA, GT, TG; A.A, T.T
    ((1, 32), [1, 4, 11, 14, 16, 31])
    """
    require_one_hot(one_hot)
    patterns = gapped_kmer_patterns(width, k)
    n, length = np.shape(one_hot)[:2]
    if length < width:
        raise SequenceLengthError(f"the sequences have {length} bases, fewer than the width {width}; take a lower one")
    starts = range(0, n, _ROWS_AT_A_TIME) if n else [0]
    return vstack([_counts(one_hot[start : start + _ROWS_AT_A_TIME], patterns, k) for start in starts], format="csr")


def _counts(one_hot: OneHot, patterns: list[tuple[int, ...]], k: int) -> csr_matrix:
    bases, known = known_bases(one_hot)
    strands = [(bases, known), (3 - bases[:, ::-1], known[:, ::-1])]
    blocks = []
    for pattern in patterns:
        words, whole = (np.hstack(parts) for parts in zip(*_words(strands, pattern), strict=True))
        row_ends = np.concatenate([[0], np.cumsum(whole.sum(axis=1))])
        ones = np.ones(row_ends[-1], dtype=np.float32)
        block = csr_matrix((ones, words[whole], row_ends), shape=(len(bases), 4**k))
        block.sum_duplicates()
        blocks.append(block)
    return hstack(blocks, format="csr")


def _words(
    strands: list[tuple[NDArray[np.int32], NDArray[np.bool_]]], pattern: tuple[int, ...]
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.bool_]]]:
    """Yield, for each strand, the number of the word at each place and whether its bases are known."""
    for bases, known in strands:
        n_words = bases.shape[1] - pattern[-1]
        words = np.zeros((len(bases), n_words), dtype=np.int32)
        whole = np.ones((len(bases), n_words), dtype=bool)
        for place in pattern:
            words = 4 * words + bases[:, place : place + n_words]
            whole &= known[:, place : place + n_words]
        yield words, whole
