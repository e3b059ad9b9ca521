"""Sequences of any kind, read as records that have a length, bytes, and a name for error messages.

Nothing here depends on what the letters mean. The two classes have one interface: ``StringRecords`` for strings, and
``ByteMatrix`` for bases that are one array already.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, EmptyInputError, SequenceLengthError, ShapeMismatchError

__all__ = ["ByteMatrix", "Records", "StringRecords", "as_text", "middle", "pad_rows", "read_records", "require_lengths"]


class StringRecords:
    """N sequences as Python strings, all ``str`` or all ``bytes``.

    Parameters
    ----------
    texts : list of str or list of bytes
        N sequences, at least one.
    labels : sequence, optional
        What an error message calls each of them; their positions by default.
    """

    def __init__(self, texts: list[Any], labels: Sequence[Any] | None = None) -> None:
        self.texts = texts
        self.labels = labels
        self.kind = bytes if isinstance(texts[0], bytes) else str

    def __len__(self) -> int:
        return len(self.texts)

    def name(self, i: int) -> str:
        """Name record ``i`` as error messages do: ``sequence 3``."""
        return f"sequence {i if self.labels is None else self.labels[i]}"

    def text(self, i: int) -> str:
        """Return record ``i`` as a string."""
        text = self.texts[i]
        return text.decode("latin-1") if isinstance(text, bytes) else text

    def lengths(self) -> list[int]:
        """Return the length of each record, in bases."""
        return list(map(len, self.texts))

    def common_length(self) -> int | None:
        """Return the length that all records have, or None if they differ."""
        try:
            lengths = set(map(len, self.texts))
        except TypeError:
            self._name_what_is_no_text()
            raise
        return lengths.pop() if len(lengths) == 1 else None

    def codes(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Join records ``start`` to ``stop``, or fewer, one ASCII code a base."""
        texts = self.texts[start:stop]
        try:
            # What is not ASCII becomes "?": no nucleotide, so the check for letters finds it.
            joined = b"".join(texts) if self.kind is bytes else "".join(texts).encode("ascii", "replace")
        except TypeError:
            self._name_what_is_no_text()
            raise
        return np.frombuffer(joined, np.uint8)

    def sliced(self, windows: Iterable[slice]) -> "StringRecords":
        """Cut the part that ``windows`` has for each record out of it."""
        return StringRecords([text[window] for text, window in zip(self.texts, windows, strict=True)], self.labels)

    def _name_what_is_no_text(self) -> None:
        for i, text in enumerate(self.texts):
            if not isinstance(text, self.kind):
                raise BadValueError(
                    f"{self.name(i)} is {text!r}, a {type(text).__name__}; sequences must be all str or all bytes; "
                    "drop the records without a sequence, or convert them"
                )


class ByteMatrix:
    """N sequences of L bases, one ASCII byte a base.

    Parameters
    ----------
    matrix : ndarray of shape (N, L), uint8
        The letters' ASCII codes.
    """

    def __init__(self, matrix: NDArray[np.uint8]) -> None:
        self.matrix = np.ascontiguousarray(matrix)

    def __len__(self) -> int:
        return len(self.matrix)

    def name(self, i: int) -> str:
        """Name record ``i`` as error messages do: ``sequence 3``."""
        return f"sequence {i}"

    def text(self, i: int) -> str:
        """Return record ``i`` as a string."""
        found: str = self.matrix[i].tobytes().decode("latin-1")
        return found

    def lengths(self) -> list[int]:
        """Return the length of each record, in bases."""
        return [self.matrix.shape[1]] * len(self.matrix)

    def common_length(self) -> int:
        """Return the length that all records have."""
        found: int = self.matrix.shape[1]
        return found

    def codes(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Join records ``start`` to ``stop``, or fewer, one ASCII code a base."""
        return self.matrix[start:stop].reshape(-1)

    def sliced(self, windows: Iterable[slice]) -> "ByteMatrix":
        """Cut the part that ``windows`` has for each record out of it."""
        return ByteMatrix(self.matrix[:, next(iter(windows))])


Records: TypeAlias = StringRecords | ByteMatrix


def read_records(sequences: Any) -> Records:
    """Read sequences of any kind.

    That is a list, tuple, pandas Series (its index then names the records in errors), generator, an array of strings
    (N,), or ASCII bytes (N, L) as uint8 or "S1"; Biopython's sequences and records count as strings. Whether each is a
    string is checked when its bytes are requested.

    Examples
    --------
    >>> read_records(np.array([b"ACG", b"TTT"])).text(1)
    'TTT'
    """
    sequences = as_text(sequences)
    if isinstance(sequences, str | bytes):
        raise BadValueError(
            f"a single {type(sequences).__name__} was given, {sequences[:20]!r}; its letters are not sequences; "
            "put it into a list"
        )
    matrix = _byte_matrix(sequences) if isinstance(sequences, np.ndarray) else None
    if matrix is None and getattr(sequences, "ndim", 1) != 1:
        raise ShapeMismatchError(
            f"the sequences are a {type(sequences).__name__} of shape {sequences.shape}; it must hold one string a "
            "sequence, (N,), or one byte per base, (N, L) uint8; choose a column, or join the letters"
        )
    texts = _as_list(sequences) if matrix is None else []
    if not texts and (matrix is None or not len(matrix)):
        raise EmptyInputError("there are no sequences; at least one is needed; check what selected them")
    if matrix is not None:
        return ByteMatrix(matrix)
    labels = getattr(sequences, "index", None)  # a method of lists, the row labels of a Series
    return StringRecords(texts, None if callable(labels) else labels)


def as_text(sequence: Any) -> Any:
    """Return Biopython's ``Seq``, ``MutableSeq`` or ``SeqRecord`` as a string, and anything else as it is."""
    biopython = sys.modules.get("Bio.Seq")  # not imported: nothing of its is here
    if biopython is None or isinstance(sequence, str | bytes):
        return sequence
    sequence = getattr(sequence, "seq", sequence)
    if not isinstance(sequence, biopython.Seq | biopython.MutableSeq):
        return sequence
    try:
        return str(sequence)
    except biopython.UndefinedSequenceError as error:
        raise BadValueError(
            f"a sequence of Biopython has {len(sequence)} bases and no letters; give its letters"
        ) from error


def _as_list(sequences: Any) -> list[Any]:
    if not isinstance(sequences, list):
        sequences = sequences.tolist() if hasattr(sequences, "tolist") else list(sequences)
    return list(map(as_text, sequences)) if "Bio.Seq" in sys.modules else sequences


def _byte_matrix(array: np.ndarray) -> NDArray[np.uint8] | None:
    """See an array as (N, L) bytes, if its sequences lie side by side and are equally long."""
    if array.ndim == 2 and (array.dtype == np.uint8 or array.dtype == "S1"):
        return array.view(np.uint8)
    if array.ndim == 1 and array.dtype.kind == "S" and array.size:
        matrix = np.ascontiguousarray(array).view(np.uint8).reshape(len(array), -1)
        # NumPy pads shorter strings with zero bytes on the right.
        return matrix if matrix[:, -1].all() else None
    return None


def require_lengths(records: Records, length: int | None, on_length: str, is_rna: bool = False) -> int:
    """Return the length of the result, or raise SequenceLengthError if a sequence may not be brought to it."""
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
                "pad the shorter or crop the longer (one_hot does, with a length and on_length='fit')"
            )
        allowing = "pad" if n_bases < wanted else "crop"
        if n_bases != wanted and on_length not in (allowing, "fit"):
            remedy = "'guide'" if is_rna and on_length == "error" else f"{allowing!r} or 'fit'"
            raise SequenceLengthError(
                f"{records.name(i)} has {n_bases} bases, and {wanted} are requested; drop the record, or pass "
                f"on_length={remedy}"
            )
    return wanted


def middle(n_bases: int, length: int) -> slice:
    """Return the slice of a sequence of ``n_bases`` that is kept in ``length``: all of it if it is shorter.

    Examples
    --------
    >>> "ABCDE"[middle(5, 3)], "ABCDEF"[middle(6, 3)], "ABCDE"[middle(5, 4)]
    ('BCD', 'CDE', 'ABCD')
    """
    start = max(0, n_bases // 2 - length // 2)
    return slice(start, start + length)


def pad_rows(rows: np.ndarray, n_bases: NDArray[np.intp], length: int) -> np.ndarray:
    """Pad sequences that lie end to end with blank rows: (N * length, 4), or ``rows`` if nothing is missing."""
    left = (length // 2 - n_bases // 2)[:, None]  # blanks on the left of each, (N, 1)
    column = np.arange(length)
    filled = (left <= column) & (column < left + n_bases[:, None])  # (N, length)
    if filled.all():
        return rows
    padded = np.zeros((filled.size, 4), dtype=rows.dtype)
    word = np.int32 if rows.dtype == np.int8 else np.complex128  # as wide as a row: moved in one go
    padded.view(word)[filled.ravel()] = rows.view(word)
    return padded
