"""Sequences that are not as long as asked for: which are allowed, which part counts, where the blanks go.

One rule for cropping and padding: the middle base, at index ``n_bases // 2``, lands on index ``length // 2``. Windows
centered on the summit of a peak keep it in the center, and cropping what was padded gives the sequence back.
"""

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import EmptyInputError, SequenceLengthError
from deepchem_genomics.feat.records import Records

__all__ = ["middle", "pad_rows", "require_lengths"]


def require_lengths(records: Records, length: int | None, on_length: str) -> int:
    """Return the length of the result, once every sequence is as long or may be brought to it.

    Parameters
    ----------
    records : Records
        N sequences.
    length : int or None
        The length asked for; None if it is to be that of the sequences.
    on_length : {"error", "pad", "crop", "fit"}
        What may be done to sequences of another length.

    Returns
    -------
    int
        Number of bases.

    Raises
    ------
    EmptyInputError
        If a sequence has no bases.
    SequenceLengthError
        If a sequence has another length, and that is not allowed for.
    """
    lengths = records.lengths()
    wanted = lengths[0] if length is None else int(length)
    if 0 in lengths:
        raise EmptyInputError(
            f"{records.name(lengths.index(0))} is empty; a sequence needs at least one base; drop the record"
        )
    for i, n_bases in enumerate(lengths):
        if n_bases != wanted and length is None:
            raise SequenceLengthError(
                f"{records.name(i)} has {n_bases} bases and {records.name(0)} has {wanted}; all must be equally long; "
                "give a length and on_length='fit' to pad the shorter and crop the longer"
            )
        allowing = "pad" if n_bases < wanted else "crop"
        if n_bases != wanted and on_length not in (allowing, "fit"):
            raise SequenceLengthError(
                f"{records.name(i)} has {n_bases} bases; length={wanted} and on_length={on_length!r} do not allow "
                f"for that; drop the record, or pass on_length={allowing!r} or 'fit'"
            )
    return wanted


def middle(n_bases: int, length: int) -> slice:
    """Say which part of a sequence of ``n_bases`` is kept in ``length``: all of it if it is shorter.

    Parameters
    ----------
    n_bases, length : int
        Number of bases before and after.

    Returns
    -------
    slice
        From the first base kept to the one after the last.

    Examples
    --------
    >>> "ABCDE"[middle(5, 3)], "ABCDEF"[middle(6, 3)], "ABCDE"[middle(5, 4)]
    ('BCD', 'CDE', 'ABCD')
    """
    start = max(0, n_bases // 2 - length // 2)
    return slice(start, start + length)


def pad_rows(rows: np.ndarray, n_bases: NDArray[np.intp], length: int) -> np.ndarray:
    """Put blank rows around sequences that lie end to end.

    Parameters
    ----------
    rows : ndarray of shape (n_bases.sum(), 4), int8 or float32
        The encoded bases of all sequences.
    n_bases : ndarray of shape (N,)
        How many of them each sequence has, at most ``length``.
    length : int
        How many it is to have.

    Returns
    -------
    ndarray of shape (N * length, 4)
        ``rows`` itself if nothing is missing.
    """
    left = (length // 2 - n_bases // 2)[:, None]  # blanks on the left of each, (N, 1)
    column = np.arange(length)
    filled = (left <= column) & (column < left + n_bases[:, None])  # (N, length)
    if filled.all():
        return rows
    padded = np.zeros((filled.size, 4), dtype=rows.dtype)
    word = np.int32 if rows.dtype == np.int8 else np.complex128  # as wide as a row: moved in one go
    padded.view(word)[filled.ravel()] = rows.view(word)
    return padded
