"""Places in a transcriptome that differ from 18 bases in up to three, by a table of where each 9-mer is.

Of 18 bases with up to three mismatches, one half has one at most. So the places of the 28 k-mers similar to the first
half are looked up, and those of the k-mers similar to the second, and the other half is compared. BWA finds the same;
its index takes nine times as long to make.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.runs import Execution
from deepchem_genomics.sirna.seed_counts import numbers_of, rolling_kmers
from deepchem_genomics.sirna.sites import CODES

__all__ = ["DUPLEX", "MOST_MISMATCHES", "KmerTable", "NearMatch", "codes_of", "table_files", "write_kmer_table"]

DUPLEX = 18
MOST_MISMATCHES = 3
"""More would take long and find much by chance."""

_HALF = 9
_N_KMERS = 4**_HALF
_MASK = _N_KMERS - 1
_CHUNK = 1 << 22  # bases
_CANDIDATES = 1 << 21  # compared at a time
_MOST_BASES = 2**32 - 1  # what a place of four bytes can be
_LETTERS, _PLACES, _OFFSETS = "letters.bin", "places.bin", "offsets.npy"


class NearMatch(NamedTuple):
    """A place in one of the sequences."""

    query: int
    sequence: int
    start: int  # 0-based
    differ: tuple[int, ...]  # which of the 18 bases there are others, from 0


def write_kmer_table(
    folder: Path, codes: NDArray[np.uint8], advance: Callable[[int], object], execution: Execution
) -> list[Path]:
    """Write the table of a text.

    Parameters
    ----------
    folder : Path
        Where.
    codes : ndarray of uint8, (N,)
        The sequences, one after the other, without unknown bases.
    advance : function
        Is called with the number of bases that were done; twice that of the text in all.
    execution : Execution
        Where k-mers are sorted; the files do not depend on it.

    Returns
    -------
    list of Path
        The files.
    """
    if len(codes) > _MOST_BASES:
        raise BadValueError(f"{len(codes)} bases are more than the {_MOST_BASES} that fit; give a part of them")
    files = table_files(folder)
    padded = np.zeros(-(-len(codes) // 4) * 4 + 32, dtype=np.uint8)  # so that 32 bases can be read at every place
    padded[: len(codes)] = codes
    fours = padded.reshape(-1, 4)
    files[0].write_bytes((fours[:, 0] << 6 | fours[:, 1] << 4 | fours[:, 2] << 2 | fours[:, 3]).tobytes())
    chunks = [codes[begin : begin + _CHUNK + _HALF - 1] for begin in range(0, max(0, len(codes) - _HALF + 1), _CHUNK)]
    tasks = ((chunk, sort) for sort in (False, True) for chunk in chunks)
    with closing(execution.map(_kmers_of_chunk, tasks)) as found:
        offsets = np.zeros(_N_KMERS + 1, dtype=np.int64)
        for counts, _ in islice(found, len(chunks)):
            offsets[1:] += counts
            advance(int(counts.sum()))
        np.cumsum(offsets, out=offsets)
        np.save(files[2], offsets)
        _write_places(files[1], offsets, found, advance)
    return files


def _write_places(
    path: Path,
    offsets: NDArray[np.int64],
    chunks: Iterable[tuple[NDArray[np.int32], NDArray[np.uint32]]],
    advance: Callable[[int], object],
) -> None:
    """Write where each k-mer is, given the counts and the sorted places of each chunk of the text."""
    with path.open("wb") as file:  # a full disk is an error here; in a file that is mapped it would end the process
        for begin in range(0, int(offsets[-1]), _CHUNK):
            file.write(bytes(4 * min(_CHUNK, int(offsets[-1]) - begin)))
    places = np.memmap(path, np.uint32, "r+")
    free = offsets[:-1].copy()
    begin = 0
    for counts, within in chunks:
        first = np.cumsum(counts, dtype=np.int64) - counts  # of each k-mer in this chunk
        places[np.repeat(free - first, counts) + np.arange(len(within))] = within + np.uint32(begin)
        free += counts
        begin += len(within)
        advance(len(within))
    places.flush()


def table_files(folder: Path) -> list[Path]:
    """Return the files of a table."""
    return [folder / name for name in (_LETTERS, _PLACES, _OFFSETS)]


def _kmers_of_chunk(task: tuple[NDArray[np.uint8], bool]) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    """Count each k-mer of a chunk of the text, and sort the places of all by k-mer, if requested."""
    codes, sort = task
    kmers = rolling_kmers(codes, _HALF)[1]
    counts = np.bincount(kmers, minlength=_N_KMERS).astype(np.int32)
    order = np.sort(kmers.astype(np.int64) << 32 | np.arange(len(kmers))) if sort else kmers[:0]
    return counts, order.astype(np.uint32)  # the lower half


class KmerTable:
    """The table of a folder, mapped into memory.

    Parameters
    ----------
    folder : Path
        Where :func:`write_kmer_table` wrote.
    lengths : ndarray of int64, (S,)
        Of the sequences.
    """

    def __init__(self, folder: Path, lengths: NDArray[np.int64]) -> None:
        self._begin = np.concatenate([[0], np.cumsum(lengths)])
        letters = np.memmap(folder / _LETTERS, np.uint8, "r")
        self._letters = np.ndarray((len(letters) - 7,), ">u8", letters, strides=(1,))  # 32 bases from each fourth on
        self._places = np.memmap(folder / _PLACES, np.uint32, "r")
        self._offsets = np.load(folder / _OFFSETS)

    def search(self, queries: NDArray[np.uint8], mismatches: int) -> Iterator[NearMatch]:
        """Find all places that differ from queries, codes of shape (Q, 18), in at most so many bases; by query."""
        kmers = numbers_of(queries)
        halves = np.stack([kmers >> 18, kmers & _MASK], axis=1)
        like = _differences(mismatches // 2)
        for begin, end in self._shares(halves, like):
            yield from self._found(begin, halves[begin:end], like, mismatches)

    def _shares(self, halves: NDArray[np.int64], like: NDArray[np.int64]) -> Iterable[tuple[int, int]]:
        """Divide queries so that not too many places are compared at a time."""
        begin = size = 0
        for number, pair in enumerate(halves):
            near = pair[:, None] ^ like
            size += int((self._offsets[near + 1] - self._offsets[near]).sum())
            if size >= _CANDIDATES:
                yield begin, number + 1
                begin, size = number + 1, 0
        if begin < len(halves):
            yield begin, len(halves)

    def _found(
        self, first_query: int, halves: NDArray[np.int64], like: NDArray[np.int64], mismatches: int
    ) -> Iterator[NearMatch]:
        found = []
        for half in range(2 if mismatches else 1):
            query, place = self._places_of(halves[:, half], like)
            place -= half * _HALF
            there = self._kmers_at(np.maximum(place, 0))
            n_first = _MISMATCHES[there >> 18 ^ halves[query, 0]]
            n_all = n_first + _MISMATCHES[there & _MASK ^ halves[query, 1]]
            hit = (n_all <= mismatches) & (place >= 0)
            if half:  # the others are found by their first half
                hit &= n_first > mismatches // 2
            found.append(np.stack([query[hit], place[hit], there[hit]]))
        query, place, there = np.concatenate(found, axis=1)
        sequence = np.searchsorted(self._begin, place, side="right") - 1
        whole = place + DUPLEX <= self._begin[np.minimum(sequence + 1, len(self._begin) - 1)]
        order = np.lexsort([place, query])
        order = order[whole[order]]
        start = place - self._begin[sequence]
        wanted = halves[query, 0] << 18 | halves[query, 1]
        shifts = 2 * np.arange(DUPLEX - 1, -1, -1)
        differ = (there[:, None] ^ wanted[:, None]) >> shifts & 3 != 0
        for row in order.tolist():
            places = tuple(np.flatnonzero(differ[row]).tolist())
            yield NearMatch(first_query + int(query[row]), int(sequence[row]), int(start[row]), places)

    def _places_of(self, kmers: NDArray[np.int64], like: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
        """Return the places of all k-mers that are like those of queries, with the query of each."""
        near = (kmers[:, None] ^ like).ravel()
        begin = self._offsets[near]
        counts = self._offsets[near + 1] - begin
        ends = np.cumsum(counts)
        at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begin - ends + counts, counts)
        query = np.repeat(np.repeat(np.arange(len(kmers)), len(like)), counts)
        return query, self._places[at].astype(np.int64)

    def _kmers_at(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the 18 bases that begin at each place, as numbers in base 4."""
        shift = (64 - 2 * DUPLEX - 2 * (places & 3)).astype(np.uint64)
        there: NDArray[np.uint64] = self._letters[places >> 2].astype(np.uint64) >> shift
        return (there & np.uint64(4**DUPLEX - 1)).astype(np.int64)


def _differences(most: int) -> NDArray[np.int64]:
    """Return what 9-mers with no mismatch, or one, differ by: 0, or 1 to 3 at each base."""
    ones = [value << 2 * base for base in range(_HALF) for value in (1, 2, 3)]
    return np.array([0, *ones][: 1 + len(ones) * most], dtype=np.int64)


def _n_mismatches() -> NDArray[np.uint8]:
    """Count the bases that differ for each difference of two 9-mers."""
    kmers = np.arange(_N_KMERS)
    counts = np.zeros(_N_KMERS, dtype=np.uint8)
    for base in range(_HALF):
        counts += kmers >> 2 * base & 3 != 0
    return counts


_MISMATCHES = _n_mismatches()


def codes_of(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Return the codes of equally long texts of known bases, (Q, L)."""
    return CODES[np.frombuffer("".join(texts).encode("ascii"), np.uint8)].reshape(len(texts), -1)
