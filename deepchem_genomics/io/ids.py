"""Ids of rows: those of a dataset, a shard at a time, and those that name a place in a genome.

As Python objects, the ids of all rows of a dataset take 90 bytes each.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import IntervalError

__all__ = ["Places", "WithIds", "each_id", "id_chunks", "read_places"]

# Names of contigs may have colons (HLA-A*01:01:01:01), so the name is all that comes before the last coordinates.
# A window that is padded may start before its chromosome.
_PLACE = r"^(.+):(-?[0-9]{1,15})-([0-9]{1,15})(?::([-+.]))?"
_PLACES = re.compile(rf"{_PLACE}$", re.MULTILINE)
_ALSO_SHUFFLED = re.compile(rf"{_PLACE}(?::shuffled[0-9]+)?$", re.MULTILINE)
_MOST_DIGITS = 15
_READ_AT_ONCE = 1 << 11

_Column = NDArray[np.int64]
_AT_ONCE = 8192  # ids of rows in memory


class WithIds(Protocol):
    """A dataset, or rows in memory."""

    @property
    def ids(self) -> Any:
        """One for each row, (N,)."""


def id_chunks(dataset: WithIds) -> Iterator[NDArray[Any]]:
    """Yield the ids of successive rows, (n,) each.

    >>> import deepchem as dc
    >>> dataset = dc.data.DiskDataset.from_numpy(np.zeros((3, 1)), ids=["a", "b", "c"])
    >>> [chunk.tolist() for chunk in id_chunks(dataset)]
    [['a', 'b', 'c']]
    """
    if not hasattr(dataset, "get_shard_ids"):
        ids = np.asarray(dataset.ids)
        yield from (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
        return
    for shard in range(dataset.get_number_shards()):  # type: ignore[attr-defined]
        yield np.atleast_1d(np.squeeze(dataset.get_shard_ids(shard)))


def each_id(dataset: WithIds) -> Iterator[Any]:
    """Yield the ids one by one."""
    return chain.from_iterable(id_chunks(dataset))


class Places(NamedTuple):
    """Places of some ids, 0-based and half-open; ``strands`` are ``+``, ``-``, ``.`` or "", None if all are ""."""

    names: list[str]
    starts: _Column
    ends: _Column
    strands: list[str] | None = None


def read_places(ids: Iterable[object], shuffled: bool = False, remedy: str = "correct the id") -> Iterator[Places]:
    """Read ids ``chrom:start-end`` or ``chrom:start-end:strand``, some at a time; IntervalError for one that is not.

    With ``shuffled``, ids of shuffled sequences, ``chr21:100-201:shuffled1``, are read as the place of their original.

    >>> [places.names for places in read_places(["chr21:100-201", "HLA-A*01:01:5-9:+"])]
    [['chr21', 'HLA-A*01:01']]
    """
    ids = iter(ids.tolist() if isinstance(ids, np.ndarray) else ids)
    n_read = 0
    while some := list(map(str, islice(ids, _READ_AT_ONCE))):
        yield _plain_places(some) or _any_places(some, n_read, _ALSO_SHUFFLED if shuffled else _PLACES, remedy)
        n_read += len(some)


def _plain_places(ids: list[str]) -> Places | None:
    """Read ids that are all ``chrom:start-end`` and no more, several times as fast as any; None if one is not."""
    text = "\n".join(ids)
    if not text.isascii():
        return None
    letters = np.frombuffer(text.encode("ascii"), np.uint8)
    line_ends = np.append(np.flatnonzero(letters == ord("\n")), len(letters))
    colons, hyphens = (np.flatnonzero(letters == ord(mark)) for mark in ":-")
    if not len(line_ends) == len(colons) == len(hyphens) == len(ids):
        return None
    line_starts = np.append(0, line_ends[:-1] + 1)
    if not (line_starts < colons).all():
        return None
    starts, ends = _whole_numbers(letters, colons + 1, hyphens), _whole_numbers(letters, hyphens + 1, line_ends)
    if starts is None or ends is None or not (starts < ends).all():
        return None
    names = [text[start:end] for start, end in zip(line_starts.tolist(), colons.tolist(), strict=True)]
    return Places(names, starts, ends)


def _whole_numbers(letters: NDArray[np.uint8], starts: NDArray[np.intp], ends: NDArray[np.intp]) -> _Column | None:
    """Read the numbers between some places of a text; None if one has no digits, too many, or anything else."""
    n_letters = ends - starts
    if n_letters.min() < 1 or n_letters.max() > _MOST_DIGITS:
        return None
    numbers = np.zeros(len(ends), np.int64)
    for place in range(int(n_letters.max())):
        is_there = n_letters > place
        digits = letters[ends - 1 - place] - ord("0")  # what is below 0 becomes a large number
        if (digits[is_there] > 9).any():
            return None
        numbers += np.where(is_there, digits, 0) * np.int64(10**place)
    return numbers


def _any_places(ids: list[str], first_row: int, pattern: re.Pattern[str], remedy: str) -> Places:
    """Read ids by a pattern, all at once, one per line."""
    text = "\n".join(ids)
    found = pattern.findall(text)
    if len(found) == len(ids) == text.count("\n") + 1:
        names, *places, strands = map(list, zip(*found, strict=True))
        starts, ends = (np.array(list(map(int, column)), np.int64) for column in places)
        if (starts < ends).all():
            return Places(names, starts, ends, strands if any(strands) else None)
    matches = map(pattern.fullmatch, ids)
    row = next(row for row, match in enumerate(matches) if match is None or int(match[2]) >= int(match[3]))
    raise IntervalError(
        f"id {first_row + row} is {ids[row]!r}; an interval is written chrom:start-end[:strand], 0-based and "
        f"with its start before its end, such as chr21:100-201:+; {remedy}"
    )
