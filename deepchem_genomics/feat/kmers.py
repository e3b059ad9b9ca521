"""Counts of each k-mer in a sequence."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, product
from typing import Any, Literal, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import BadValueError, SequenceLengthError, ShapeMismatchError
from deepchem_genomics.feat.alphabet import DNA, Alphabet
from deepchem_genomics.typing import OneHot

__all__ = [
    "gapped_kmer_blocks",
    "gapped_kmer_counts",
    "gapped_kmer_patterns",
    "kmer_counts",
    "kmer_names",
    "known_bases",
    "require_one_hot",
]

_LONGEST = 12  # 16.8 million columns
_ROWS_AT_A_TIME = 4096


@overload
def kmer_counts(
    one_hot: OneHot, k: int | Sequence[int] = (1, 2, 3), *, canonical: bool = False, sparse: Literal[False] = False
) -> NDArray[np.float32]: ...
@overload
def kmer_counts(
    one_hot: OneHot, k: int | Sequence[int] = (1, 2, 3), *, canonical: bool = False, sparse: Literal[True]
) -> csr_matrix: ...
def kmer_counts(
    one_hot: OneHot, k: int | Sequence[int] = (1, 2, 3), *, canonical: bool = False, sparse: bool = False
) -> NDArray[np.float32] | csr_matrix:
    """Count the k-mers in one-hot encoded sequences, overlapping ones included.

    A k-mer with a base that is not known for certain, a row of zeros or of fractions, is not counted.

    Parameters
    ----------
    one_hot : ndarray, (N, L, 4)
        Columns A, C, G and T or U.
    k : int or sequence of int, default (1, 2, 3)
        Lengths of the k-mers, 1 to 12 and at most L.
    canonical : bool, default False
        Whether a k-mer and its reverse complement are one, named after the alphabetically first: for double-stranded
        DNA, whose strand is arbitrary.
    sparse : bool, default False
        Whether to return a sparse matrix. A sequence of L bases has at most L of the 4**k k-mers: from k = 5 on, take
        this.

    Returns
    -------
    ndarray of float32, (N, n) or scipy.sparse.csr_matrix of float32, (N, n)
        Counts, in the columns that :func:`kmer_names` names: n is the sum of 4**k if not canonical.

    Raises
    ------
    ShapeMismatchError
        If ``one_hot`` has another shape.
    SequenceLengthError
        If k is longer than the sequences.
    BadValueError
        If k is not a whole number from 1 to 12, or none is given.

    Examples
    --------
    >>> from deepchem_genomics.feat import one_hot
    >>> kmer_counts(one_hot(["AACA", "ANCA"]), k=(1,)).tolist()
    [[3.0, 1.0, 0.0, 0.0], [2.0, 1.0, 0.0, 0.0]]
    >>> counts = kmer_counts(one_hot(["AACANTG"]), k=2, canonical=True)[0]
    >>> {name: int(count) for name, count in zip(kmer_names(2, canonical=True), counts) if count}
    {'AA': 1, 'AC': 1, 'CA': 2}
    """
    require_one_hot(one_hot)
    lengths = _lengths(k)
    n_bases = np.shape(one_hot)[1]
    if max(lengths) > n_bases:
        raise SequenceLengthError(
            f"k is {max(lengths)} but the sequences have {n_bases} bases; take a k up to {n_bases}"
        )
    columns = [_columns(length, canonical) for length in lengths]
    parts = []
    for start in range(0, len(one_hot), _ROWS_AT_A_TIME) if len(one_hot) else [0]:
        bases, known = known_bases(one_hot[start : start + _ROWS_AT_A_TIME])  # (n, L) each
        blocks = [_counts(bases, known, length, own) for length, own in zip(lengths, columns, strict=True)]
        parts.append(hstack(blocks, format="csr"))
    return vstack(parts, format="csr") if sparse else np.vstack([part.toarray() for part in parts])


def kmer_names(
    k: int | Sequence[int] = (1, 2, 3), alphabet: Alphabet | str = DNA, *, canonical: bool = False
) -> list[str]:
    """Name the columns of :func:`kmer_counts`.

    Parameters
    ----------
    k : int or sequence of int, default (1, 2, 3)
        Lengths of the k-mers.
    alphabet : Alphabet or str, default DNA
        ``DNA`` or ``RNA``: writes the fourth letter.
    canonical : bool, default False
        Whether a k-mer and its reverse complement are one.

    Returns
    -------
    list of str
        All k-mers of the first length in the order of the alphabet, then those of the next.

    Raises
    ------
    BadValueError
        If k is not a whole number from 1 to 12, or none is given.
    AlphabetMismatchError
        If ``alphabet`` is neither of the two.

    Examples
    --------
    >>> kmer_names(1), kmer_names(2, canonical=True)
    (['A', 'C', 'G', 'T'], ['AA', 'AC', 'AG', 'AT', 'CA', 'CC', 'CG', 'GA', 'GC', 'TA'])
    """
    alphabet = Alphabet.of(alphabet)
    names: list[str] = []
    for length in _lengths(k):
        kmers = ["".join(letters) for letters in product(alphabet.letters, repeat=length)]
        names += [kmers[code] for code in np.unique(_first_of_both_strands(length))] if canonical else kmers
    return names


def require_one_hot(one_hot: Any) -> None:
    """Raise an error for an array that does not hold N one-hot encoded sequences."""
    if np.ndim(one_hot) != 3 or np.shape(one_hot)[2] != 4:
        raise ShapeMismatchError(
            f"an array of shape {np.shape(one_hot)} is not (N, L, 4); encode the sequences with feat.one_hot"
        )


def _lengths(k: int | Sequence[int]) -> list[int]:
    given: list[Any] = list(k) if isinstance(k, Iterable) else [k]
    if not given:
        raise BadValueError("k is empty; give the length of at least one k-mer")
    return [require_whole_number("k", length, lowest=1, highest=_LONGEST, of="bases") for length in given]


def known_bases(one_hot: OneHot) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return which base stands where.

    Returns
    -------
    bases : ndarray of int32, (N, L)
        The column of each base, 0 to 3.
    known : ndarray of bool, (N, L)
        Whether it is known for certain; where not, ``bases`` means nothing.
    """
    is_base = np.asarray(one_hot) == 1  # (N, L, 4)
    a, c, g, t = (is_base[..., column] for column in range(4))  # column by column: much faster than a sum over four
    bases = c.astype(np.int32)
    bases += 2 * g.astype(np.int32)
    bases += 3 * t.astype(np.int32)
    return bases, a | c | g | t


class _Columns(NamedTuple):
    """How many columns of counts there are, and that of each k-mer, (4**k,), unless it is the k-mer's own number."""

    n: int
    of_kmer: NDArray[np.int32] | None


@lru_cache(maxsize=8)  # that of 12-mers takes 64 MB, and seconds
def _columns(k: int, canonical: bool) -> _Columns:
    if not canonical:
        return _Columns(4**k, None)
    first = _first_of_both_strands(k)
    n_first = np.cumsum(first == np.arange(4**k), dtype=np.int32)  # up to each
    return _Columns(int(n_first[-1]), (n_first - 1)[first])


def _counts(bases: NDArray[np.int32], known: NDArray[np.bool_], k: int, columns: _Columns) -> csr_matrix:
    n, n_kmers = len(bases), bases.shape[1] - k + 1
    kmers = np.zeros((n, n_kmers), dtype=np.int32)
    whole = np.ones((n, n_kmers), dtype=bool)
    for offset in range(k):
        kmers = 4 * kmers + bases[:, offset : offset + n_kmers]
        whole &= known[:, offset : offset + n_kmers]
    kmers = kmers if columns.of_kmer is None else columns.of_kmer[kmers]
    return _runs_counted(np.sort(np.where(whole, kmers, columns.n), axis=1), columns.n)


def _first_of_both_strands(k: int) -> NDArray[np.int64]:
    """Map the number of each k-mer to the smaller of its own and that of its reverse complement, (4**k,)."""
    kmers = np.arange(4**k)
    rest, other = kmers.copy(), np.zeros_like(kmers)
    for _ in range(k):
        other = 4 * other + (3 - rest % 4)
        rest //= 4
    return np.minimum(kmers, other)


_LONGEST_GAPPED = 8  # bases that count: 65,536 k-mers a pattern
_WIDEST = 16


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
    if not 1 <= k <= min(_LONGEST_GAPPED, width) or width > _WIDEST:
        raise BadValueError(
            f"k is {k!r} and width {width!r}; k bases count of width: k from 1 to {_LONGEST_GAPPED}, width from k to "
            f"{_WIDEST}"
        )
    patterns = [(0, *rest) for rest in combinations(range(1, width), k - 1)]
    return [pattern for pattern in patterns if pattern <= tuple(pattern[-1] - place for place in reversed(pattern))]


def gapped_kmer_counts(one_hot: OneHot, width: int = 9, k: int = 6) -> csr_matrix:
    """Count the gapped k-mers of sequences on both strands, overlapping ones included.

    A sequence and its reverse complement have the same counts. A k-mer with a base that is not known for certain, a
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
        The k-mers of the first of the P patterns (:func:`gapped_kmer_patterns`) in the order of the alphabet, then
        those of the next. About P x 2 x L numbers per row are not 0.

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
    starts = range(0, len(one_hot), _ROWS_AT_A_TIME) if len(one_hot) else [0]
    parts = (one_hot[start : start + _ROWS_AT_A_TIME] for start in starts)
    return vstack([hstack(list(gapped_kmer_blocks(part, width, k)), format="csr") for part in parts], format="csr")


def gapped_kmer_blocks(one_hot: OneHot, width: int = 9, k: int = 6) -> Iterator[csr_matrix]:
    """Yield the columns of :func:`gapped_kmer_counts` pattern by pattern, (N, 4**k) each."""
    require_one_hot(one_hot)
    patterns = gapped_kmer_patterns(width, k)
    length = np.shape(one_hot)[1]
    if length < width:
        raise SequenceLengthError(f"the sequences have {length} bases, fewer than the width {width}; take a lower one")
    bases, known = known_bases(one_hot)
    strands = [(bases, known), (3 - bases[:, ::-1], known[:, ::-1])]
    for pattern in patterns:
        kmers, whole = (np.hstack(parts) for parts in zip(*_kmers(strands, pattern), strict=True))
        yield _runs_counted(np.sort(np.where(whole, kmers, 4**k), axis=1), 4**k)


def _runs_counted(kmers: NDArray[np.int32], n_kmers: int) -> csr_matrix:
    """Count the k-mers of rows that ascend, (N, n_kmers); what is not below ``n_kmers`` is none."""
    is_kmer = kmers < n_kmers
    starts, ends = is_kmer.copy(), is_kmer.copy()
    changes = kmers[:, 1:] != kmers[:, :-1]
    starts[:, 1:] &= changes
    ends[:, :-1] &= changes
    counts = np.flatnonzero(ends) - np.flatnonzero(starts) + 1
    row_ends = np.concatenate([[0], np.cumsum(starts.sum(axis=1))])
    return csr_matrix((counts.astype(np.float32), kmers[starts], row_ends), shape=(len(kmers), n_kmers))


def _kmers(
    strands: list[tuple[NDArray[np.int32], NDArray[np.bool_]]], pattern: tuple[int, ...]
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.bool_]]]:
    """Yield, for each strand, the number of the k-mer at each place and whether its bases are known."""
    for bases, known in strands:
        n_kmers = bases.shape[1] - pattern[-1]
        kmers = np.zeros((len(bases), n_kmers), dtype=np.int32)
        whole = np.ones((len(bases), n_kmers), dtype=bool)
        for place in pattern:
            kmers = 4 * kmers + bases[:, place : place + n_kmers]
            whole &= known[:, place : place + n_kmers]
        yield kmers, whole
