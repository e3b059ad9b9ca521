"""Counts of seed matches in a transcriptome, for all 16,384 seeds at once."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from deepchem_genomics.runs import Execution
from deepchem_genomics.sirna.sites import CODES, UNKNOWN

__all__ = ["SEED", "Kmers", "SeedCounts", "SeedTable", "count_seeds", "kmers_of", "numbers_of"]

SEED = slice(1, 8)
"""Bases 2 to 8 of a guide or a miRNA."""

_KMER = 7
_N_KMERS = 4**_KMER
_BATCH = 1 << 19  # bases
_MOST = 256  # transcripts at a time, whose table stays in the cache of a processor
_A = 0


class SeedCounts(NamedTuple):
    """Matches of the seeds of N guides, bases 2 to 8.

    Parameters
    ----------
    matches : ndarray of int64, (N,)
        Places in all transcripts that pair with the seed without a mismatch.
    transcripts : ndarray of int64, (N,)
        Transcripts with one of them or more.
    transcripts_8mer : ndarray of int64, (N,)
        Transcripts with one that is followed by A (opposite base 1 of the guide), which acts more strongly.
    rank : ndarray of float64, (N,)
        Share of all 16,384 seeds that match fewer transcripts: 0 for the rarest.
    """

    matches: NDArray[np.int64]
    transcripts: NDArray[np.int64]
    transcripts_8mer: NDArray[np.int64]
    rank: NDArray[np.float64]


class SeedTable:
    """Matches of every seed in a transcriptome.

    Parameters
    ----------
    k-mers, transcripts, transcripts_8mer : ndarray of int64, (16384,)
        By 7-mer, as a number in base 4: how often it occurs; in how many transcripts; in how many with an A
        behind it.
    """

    def __init__(
        self, kmers: NDArray[np.int64], transcripts: NDArray[np.int64], transcripts_8mer: NDArray[np.int64]
    ) -> None:
        self.kmers, self.transcripts, self.transcripts_8mer = kmers, transcripts, transcripts_8mer
        self._rank = np.searchsorted(np.sort(transcripts), transcripts) / len(transcripts)

    def of(self, targets: NDArray[np.uint8]) -> SeedCounts:
        """Look up the seeds of guides."""
        length = targets.shape[1]
        kmer = numbers_of(targets[:, length - SEED.stop : length - SEED.start])
        return SeedCounts(self.kmers[kmer], self.transcripts[kmer], self.transcripts_8mer[kmer], self._rank[kmer])


def count_seeds(sequences: Iterable[str], execution: Execution | None = None) -> SeedTable:
    """Count every 7-mer; in this process by default.

    Examples
    --------
    >>> table = count_seeds(["GGCAUGGCA", "GGCAUGGU"])
    >>> int(table.kmers.sum()), int(table.transcripts.max()), int(table.transcripts_8mer.sum())
    (5, 2, 1)
    """
    totals = np.zeros((3, _N_KMERS), dtype=np.int64)
    with closing((execution or Execution()).map(_count, _batches(sequences))) as found:
        for counts in found:
            totals += counts
    return SeedTable(*totals)


def _batches(sequences: Iterable[str]) -> Iterator[list[str]]:
    batch, size = list[str](), 0
    for sequence in sequences:
        batch.append(sequence)
        size += len(sequence) + 1
        if size >= _BATCH or len(batch) == _MOST:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _count(batch: list[str]) -> NDArray[np.int64]:
    """Count k-mers, and transcripts that have them."""
    has = np.zeros((len(batch), _N_KMERS), dtype=np.uint8)
    codes = CODES[np.frombuffer(("N".join(batch) + "N" * (_KMER + 1)).encode("ascii"), np.uint8)]
    known, kmer = rolling_kmers(codes, _KMER)
    owner = np.repeat(np.arange(len(batch), dtype=np.int32), [len(sequence) + 1 for sequence in batch])
    key = owner[known] * np.int32(_N_KMERS) + kmer
    found = [np.bincount(kmer, minlength=_N_KMERS)]
    for keys in (key, key[codes[known + _KMER] == _A]):
        has[:] = 0
        has.reshape(-1)[keys] = 1
        found.append(has.sum(axis=0, dtype=np.int64))
    return np.array(found)


def rolling_kmers(codes: NDArray[np.uint8], length: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return where the k-mers without an unknown base begin, and which they are, as numbers in base 4; up to 15 bases.

    >>> starts, numbers = rolling_kmers(CODES[np.frombuffer(b"ACGNUA", np.uint8)], 2)
    >>> starts.tolist(), numbers.tolist()
    ([0, 1, 4], [1, 6, 12])
    """
    n = max(0, len(codes) - length + 1)
    number, known = np.zeros(n, dtype=np.int32), np.ones(n, dtype=bool)
    is_known = codes != UNKNOWN
    for offset in range(length):
        number *= 4
        number += codes[offset : offset + n]
        known &= is_known[offset : offset + n]
    starts = np.flatnonzero(known)
    return starts, number[starts]


class Kmers(NamedTuple):
    """All k-mers of one length in a sequence, but for those with an unknown base.

    Parameters
    ----------
    starts : ndarray of int64, (N,)
        Where they begin, 0-based.
    numbers : ndarray of int64, (N,)
        Which they are, as numbers in base 4.
    """

    starts: NDArray[np.int64]
    numbers: NDArray[np.int64]


def kmers_of(sequence: str, length: int) -> Kmers:
    """List the k-mers of a sequence.

    Examples
    --------
    >>> kmers_of("ACGNUA", 2)
    Kmers(starts=array([0, 1, 4]), numbers=array([ 1,  6, 12]))
    """
    codes = CODES[np.frombuffer(sequence.encode("ascii"), np.uint8)]
    if len(codes) < length:
        return Kmers(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    windows = sliding_window_view(codes, length)
    known = np.flatnonzero(~(windows == UNKNOWN).any(axis=1))
    return Kmers(known, numbers_of(windows[known]))


def numbers_of(kmers: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return k-mers of codes as numbers in base 4; up to 31 bases."""
    number = np.zeros(len(kmers), dtype=np.int64)
    for column in kmers.T:
        number = number * 4 + column
    return number
