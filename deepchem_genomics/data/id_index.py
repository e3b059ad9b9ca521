"""Many texts in little memory, and the row of each: some 50 bytes an id, where a dictionary takes 200."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from typing import overload

import numpy as np
from numpy.typing import NDArray

__all__ = ["IdIndex", "PackedTexts"]

AT_ONCE = 8192


class PackedTexts(Sequence[str]):
    """Texts that are kept as one string of bytes.

    Examples
    --------
    >>> texts = PackedTexts()
    >>> texts.extend(["chr1:0-4", "chr1:4-8"])
    >>> len(texts), texts[-1], list(texts)
    (2, 'chr1:4-8', ['chr1:0-4', 'chr1:4-8'])
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._bytes = bytearray()
        self._ends = array("q")
        texts = iter(texts)
        while some := list(islice(texts, AT_ONCE)):
            self.extend(some)

    def extend(self, texts: Sequence[str]) -> None:
        """Add texts at the end."""
        parts = [_encoded(text) for text in texts]
        ends = np.cumsum([len(part) for part in parts], dtype=np.int64) + len(self._bytes)
        self._bytes += b"".join(parts)
        self._ends.frombytes(ends.tobytes())

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, row: int) -> str: ...

    @overload
    def __getitem__(self, row: slice) -> list[str]: ...

    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return list(map(self.__getitem__, range(*row.indices(len(self)))))
        row = range(len(self))[row]  # IndexError past the ends
        start = self._ends[row - 1] if row else 0
        return self._bytes[start : self._ends[row]].decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        start = 0
        for end in self._ends:
            yield self._bytes[start:end].decode("utf-8", "surrogatepass")
            start = end

    def chunks(self) -> Iterator[list[str]]:
        """Return all texts, some at a time."""
        texts = iter(self)
        while some := list(islice(texts, AT_ONCE)):
            yield some

    def hashes(self, attempt: int) -> NDArray[np.int64]:
        """Return a hash of each, (N,); another one each attempt."""
        return np.concatenate([np.empty(0, np.int64), *(_hashes(some, attempt) for some in self.chunks())])


class IdIndex:
    """The row of each of N different texts, found by a hash of 64 bits.

    A text that is not among them is taken for one that is with a probability of N / 2**64: 1e-12 among ten million.

    Parameters
    ----------
    texts : PackedTexts
        In the order of their rows.

    Raises
    ------
    KeyError
        If a text is there twice; its arguments are the two rows.

    Examples
    --------
    >>> index = IdIndex(PackedTexts(["a", "b"]))
    >>> index.find(["b", "c", "a"]).tolist(), "b" in index
    ([1, -1, 0], True)
    """

    def __init__(self, texts: PackedTexts) -> None:
        self.texts = texts
        for attempt in count():  # another one where two texts have one hash
            hashes = texts.hashes(attempt)
            order = np.argsort(hashes, kind="stable").astype(np.uint32 if len(texts) < 1 << 32 else np.int64)
            hashes.sort()
            self._hashes, self._order, self._attempt = hashes, order, attempt
            alike = np.flatnonzero(hashes[1:] == hashes[:-1])
            pairs = [(int(order[i]), int(order[i + 1])) for i in alike]
            repeated = [pair for pair in pairs if texts[pair[0]] == texts[pair[1]]]
            if repeated:
                raise KeyError(*min(repeated, key=lambda pair: pair[1]))
            if not pairs:
                return

    def __reduce__(self) -> tuple[type["IdIndex"], tuple[PackedTexts]]:
        """Send the texts alone to another process."""
        return type(self), (self.texts,)

    def __len__(self) -> int:
        return len(self.texts)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(self.find([name])[0] >= 0)

    def find(self, names: Sequence[str]) -> NDArray[np.intp]:
        """Return the rows of names, (n,); -1 for one that is not there."""
        wanted = _hashes(names, self._attempt)
        by_hash = np.argsort(wanted)  # in this order neighbors are found in the same part of the table
        places = np.searchsorted(self._hashes, wanted[by_hash])
        places[places == len(self._hashes)] = 0
        rows = np.empty(len(wanted), np.intp)
        rows[by_hash] = np.where(self._hashes[places] == wanted[by_hash], self._order[places].astype(np.intp), -1)
        return rows


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _hashes(texts: Sequence[str], attempt: int) -> NDArray[np.int64]:
    """Return Python's own hashes, which are salted: other processes have others."""
    hashed = map(hash, texts) if not attempt else (hash((text, attempt)) for text in texts)
    return np.fromiter(hashed, np.int64, len(texts))
