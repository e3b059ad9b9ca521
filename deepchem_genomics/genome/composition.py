"""What sequences are made of: their share of G and C, and of bases that are not known."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, ShapeMismatchError
from deepchem_genomics.typing import Sequences

__all__ = ["gc_content", "share_of_n"]

_KNOWN = "ACGTUacgtu"


def share_of_n(sequences: Sequences | NDArray[np.uint8]) -> NDArray[np.float64]:
    """Give the fraction of each sequence that is not known: N, another IUPAC code, or anything but A, C, G, T and U.

    These are the bases whose one-hot rows are all zero.

    Parameters
    ----------
    sequences : sequence of str, or ndarray of shape (N, L), uint8
        N sequences, as strings or as ASCII letters; upper and lower case are alike.

    Returns
    -------
    ndarray of shape (N,), float64
        Fractions, 0 to 1; NaN for a sequence without bases.

    Raises
    ------
    ShapeMismatchError
        If an array of letters does not have two dimensions.
    BadValueError
        If there is a single string instead of a list.

    Examples
    --------
    >>> share_of_n(["ACGT", "ANNN"]).tolist()
    [0.0, 0.75]
    """
    known, n_bases = _counts(sequences, _KNOWN)
    return _shares(n_bases - known, n_bases)


def gc_content(sequences: Sequences | NDArray[np.uint8]) -> NDArray[np.float64]:
    """Give the fraction of G and C among the bases of each sequence that are known.

    Parameters
    ----------
    sequences : sequence of str, or ndarray of shape (N, L), uint8
        N sequences, as strings or as ASCII letters; upper and lower case are alike.

    Returns
    -------
    ndarray of shape (N,), float64
        Fractions, 0 to 1; NaN for a sequence without a known base.

    Raises
    ------
    ShapeMismatchError
        If an array of letters does not have two dimensions.
    BadValueError
        If there is a single string instead of a list.

    Examples
    --------
    >>> gc_content(["GGAT", "CNNN"]).tolist()
    [0.5, 1.0]
    """
    return _shares(_counts(sequences, "GCgc")[0], _counts(sequences, _KNOWN)[0])


def _counts(sequences: Sequences | NDArray[np.uint8], letters: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count some letters in each sequence, and all."""
    if isinstance(sequences, str | bytes):
        raise BadValueError(f"a single string was given, {sequences[:20]!r}; put it into a list")
    if isinstance(sequences, np.ndarray) and sequences.dtype == np.uint8:
        if sequences.ndim != 2:
            raise ShapeMismatchError(
                f"the letters have shape {sequences.shape}; they must be (N, L), one row a sequence; reshape them"
            )
        counts = _among(letters)[sequences].sum(axis=1, dtype=np.int64)
        return counts, np.full(len(sequences), sequences.shape[1], dtype=np.int64)
    texts = [text if isinstance(text, bytes) else str(text).encode("ascii", "replace") for text in sequences]
    n_bases = np.array(list(map(len, texts)), dtype=np.int64)
    hits = np.concatenate([[0], np.cumsum(_among(letters)[np.frombuffer(b"".join(texts), np.uint8)], dtype=np.int64)])
    ends = np.cumsum(n_bases)
    return hits[ends] - hits[ends - n_bases], n_bases


@cache
def _among(letters: str) -> NDArray[np.bool_]:
    return np.isin(np.arange(256), np.frombuffer(letters.encode(), np.uint8))


def _shares(counts: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(counts, of, out=np.full(len(counts), np.nan), where=of > 0)
