"""Whatever holds sequences, read as records that have a length, bytes, and a name for error messages.

Nothing here knows what the letters mean. The two classes answer the same questions: ``Texts`` for strings, and
``ByteMatrix`` for bases that lie side by side already and need no joining.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError

__all__ = ["ByteMatrix", "Records", "Texts", "read_records"]


class Texts:
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
        """Join some records, one byte a base.

        Parameters
        ----------
        start, stop : int
            The first record and the one after the last; there may be fewer.

        Returns
        -------
        ndarray of shape (total number of bases,), uint8
            ASCII codes.
        """
        texts = self.texts[start:stop]
        try:
            # What is not ASCII becomes "?": no nucleotide, so the check for letters finds it.
            joined = b"".join(texts) if self.kind is bytes else "".join(texts).encode("ascii", "replace")
        except TypeError:
            self._name_what_is_no_text()
            raise
        return np.frombuffer(joined, np.uint8)

    def sliced(self, windows: Iterable[slice]) -> "Texts":
        """Cut the given part out of each record.

        Parameters
        ----------
        windows : iterable of slice
            One for each record.

        Returns
        -------
        Texts
            As many records, of the same names.
        """
        return Texts([text[window] for text, window in zip(self.texts, windows, strict=True)], self.labels)

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
        return self.matrix[i].tobytes().decode("latin-1")

    def lengths(self) -> list[int]:
        """Return the length of each record, in bases."""
        return [self.matrix.shape[1]] * len(self.matrix)

    def common_length(self) -> int:
        """Return the length that all records have."""
        return self.matrix.shape[1]

    def codes(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Join some records, one byte a base.

        Parameters
        ----------
        start, stop : int
            The first record and the one after the last; there may be fewer.

        Returns
        -------
        ndarray of shape (total number of bases,), uint8
            ASCII codes.
        """
        return self.matrix[start:stop].reshape(-1)

    def sliced(self, windows: Iterable[slice]) -> "ByteMatrix":
        """Cut the same part out of all records, which are equally long.

        Parameters
        ----------
        windows : iterable of slice
            One for each record.

        Returns
        -------
        ByteMatrix
            As many records.
        """
        return ByteMatrix(self.matrix[:, next(iter(windows))])


Records: TypeAlias = Texts | ByteMatrix


def read_records(sequences: Any) -> Records:
    """Read sequences from whatever holds them.

    Parameters
    ----------
    sequences : iterable of str or bytes, or ndarray
        A list, tuple, pandas Series (its index then names the records in error messages), generator, an array of
        strings (N,), or ASCII bytes (N, L) as uint8 or "S1".

    Returns
    -------
    Texts or ByteMatrix
        At least one record. That each is a string is not looked at here, but when its bytes are asked for.

    Raises
    ------
    EmptyInputError
        If there are no sequences.
    BadValueError
        If a string is given instead of a list of strings.
    ShapeMismatchError
        If an array or a table has more dimensions.

    Examples
    --------
    >>> read_records(np.array([b"ACG", b"TTT"])).text(1)
    'TTT'
    """
    if isinstance(sequences, str | bytes):
        raise BadValueError(
            f"a single {type(sequences).__name__} was given, {sequences[:20]!r}; its letters are not sequences; "
            "put it into a list"
        )
    matrix = _byte_matrix(sequences) if isinstance(sequences, np.ndarray) else None
    if matrix is None and getattr(sequences, "ndim", 1) != 1:
        raise ShapeMismatchError(
            f"the sequences are a {type(sequences).__name__} of shape {sequences.shape}; it must hold one string a "
            "sequence, (N,), or one byte a base, (N, L) uint8; choose a column, or join the letters"
        )
    texts = _as_list(sequences) if matrix is None else []
    if not texts and (matrix is None or not len(matrix)):
        raise EmptyInputError("there are no sequences; at least one is needed; check what selected them")
    if matrix is not None:
        return ByteMatrix(matrix)
    labels = getattr(sequences, "index", None)  # a method of lists, the row labels of a Series
    return Texts(texts, None if callable(labels) else labels)


def _as_list(sequences: Any) -> list[Any]:
    if isinstance(sequences, list):
        return sequences
    return sequences.tolist() if hasattr(sequences, "tolist") else list(sequences)


def _byte_matrix(array: np.ndarray) -> NDArray[np.uint8] | None:
    """See an array as (N, L) bytes, if its sequences lie side by side and are equally long."""
    if array.ndim == 2 and (array.dtype == np.uint8 or array.dtype == "S1"):
        return array.view(np.uint8)
    if array.ndim == 1 and array.dtype.kind == "S" and array.size:
        matrix = np.ascontiguousarray(array).view(np.uint8).reshape(len(array), -1)
        # NumPy pads shorter strings with zero bytes on the right.
        return matrix if matrix[:, -1].all() else None
    return None
