"""Chromosomes cut into windows of one length, and how much of each window is covered by a set of intervals."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_choice, require_whole_number
from deepchem_genomics.errors import ChromosomeNameError
from deepchem_genomics.genome.intervals import Intervals, as_intervals
from deepchem_genomics.genome.placing import match_names
from deepchem_genomics.typing import Ids
from deepchem_genomics.wording import listed

__all__ = ["Spans", "merged_spans", "overlap_bases", "sizes_of", "tile"]

_LOG = logging.getLogger(__name__)


def tile(
    sizes: Mapping[str, int],
    length: int,
    stride: int | None = None,
    chroms: Sequence[str] | None = None,
    exclude: Intervals | None = None,
    chunk_size: int = 65_536,
) -> Iterator[Intervals]:
    """Cut chromosomes into windows, some at a time.

    Windows begin at 0, ``stride``, ``2 * stride`` and so on; what is left at the end of a chromosome and too short for
    a window is not covered.

    Parameters
    ----------
    sizes : mapping of str to int
        Length of each chromosome in bp: ``genome.sizes``.
    length : int
        Of each window, bp.
    stride : int, optional
        From one start to the next, bp; by default ``length``, so that windows lie side by side.
    chroms : sequence of str, optional
        The chromosomes to cut, in this order; by default all.
    exclude : DataFrame, optional
        Intervals, such as a blacklist: windows that share a base with one are left out. Their number is logged.
    chunk_size : int, default 65536
        How many windows are made at a time.

    Yields
    ------
    DataFrame
        Columns chrom, start and end, at most ``chunk_size`` rows, never none.

    Raises
    ------
    BadValueError
        If the length, stride or chunk size is less than 1.
    ChromosomeNameError
        If a chromosome has no size, or has two names in ``exclude``.

    Examples
    --------
    >>> [window for chunk in tile({"chr1": 7, "chr2": 3}, 3, stride=2) for window in chunk.values.tolist()]
    [['chr1', 0, 3], ['chr1', 2, 5], ['chr1', 4, 7], ['chr2', 0, 3]]
    """
    stride = length if stride is None else stride
    for name, value in (("length", length), ("stride", stride), ("chunk_size", chunk_size)):
        require_whole_number(name, value, lowest=1)
    n_windows = n_excluded = 0
    for chunk in _chunks(sizes_of(chroms, sizes), length, stride, chunk_size):
        n_windows += len(chunk)
        if exclude is not None:
            free = overlap_bases(chunk, exclude) == 0
            n_excluded += int((~free).sum())
            chunk = chunk[free].reset_index(drop=True)
        if len(chunk):
            yield chunk
    if n_excluded:
        _LOG.info(
            "%d of %d windows of %d bp overlap excluded intervals and are left out", n_excluded, n_windows, length
        )


def sizes_of(chroms: Sequence[str] | None, sizes: Mapping[str, int]) -> Mapping[str, int]:
    """Return the sizes of some chromosomes, or of all; ChromosomeNameError if one has no size."""
    unknown = [chrom for chrom in chroms or () if chrom not in sizes]
    if unknown:
        raise ChromosomeNameError(f"no size is given for {unknown[0]!r}, only for {listed(sizes)}; correct the name")
    return {chrom: sizes[chrom] for chrom in chroms or sizes}


def _chunks(sizes: Mapping[str, int], length: int, stride: int, chunk_size: int) -> Iterator[Intervals]:
    for chrom, size in sizes.items():
        n_windows = max(0, (size - length) // stride + 1)
        for first in range(0, n_windows, chunk_size):
            starts = np.arange(first, min(first + chunk_size, n_windows), dtype=np.int64) * stride
            yield pd.DataFrame({"chrom": chrom, "start": starts, "end": starts + length})


_PAIRS_AT_ONCE = 1 << 22


class Spans(NamedTuple):
    """Stretches of a line, 0-based and half-open."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def overlap_bases(windows: Intervals | Ids, peaks: Intervals | Ids, statistic: str = "total") -> NDArray[np.int64]:
    """Count the bases of each window that lie in peaks.

    Chromosome names are matched as :func:`match_names` does. Strands play no part.

    Parameters
    ----------
    windows : DataFrame or sequence of str
        N intervals, or their ids.
    peaks : DataFrame or sequence of str
        Any number of intervals, in any order; they may overlap one another.
    statistic : {"total", "longest"}, default "total"
        Bases that lie in any peak, each counted once; or the most that one peak covers.

    Returns
    -------
    ndarray of shape (N,), int64
        In bp; 0 where no peak touches the window.

    Raises
    ------
    IntervalError
        If the intervals are not intervals.
    ChromosomeNameError
        If one of the tables names a chromosome in two ways.
    BadValueError
        If there is no such statistic.

    Examples
    --------
    >>> overlap_bases(["chr1:0-10", "chr1:10-20"], ["1:5-8", "1:7-12"]).tolist()
    [5, 2]
    >>> overlap_bases(["chr1:0-10", "chr1:10-20"], ["1:5-8", "1:7-12"], "longest").tolist()
    [3, 2]
    """
    require_choice("statistic", statistic, ("total", "longest"))
    windows, peaks = as_intervals(windows), as_intervals(peaks)
    codes, peak_codes = _common_chromosomes(windows, peaks)
    peaks, peak_codes = peaks[peak_codes >= 0], peak_codes[peak_codes >= 0]
    if windows.empty or peaks.empty:
        return np.zeros(len(windows), dtype=np.int64)
    # Lay the chromosomes end to end: what follows knows one line only.
    lowest = min(windows["start"].min(), peaks["start"].min())
    room = max(windows["end"].max(), peaks["end"].max()) - lowest + 1
    on_line = _shifted(windows, codes * room - lowest)
    peaks_on_line = _shifted(peaks, peak_codes * room - lowest)
    return (_total if statistic == "total" else _longest)(on_line, peaks_on_line)


def _common_chromosomes(windows: Intervals, peaks: Intervals) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Assign numbers to the windows' chromosomes and to the peaks', -1 where no window lies."""
    codes, chroms = pd.factorize(windows["chrom"])
    peak_codes, peak_chroms = pd.factorize(peaks["chrom"])
    match = match_names(peak_chroms, chroms, wanted_in="the table of peaks", available_in="that of windows")
    numbers = {chrom: i for i, chrom in enumerate(chroms)}
    translated = [numbers[match[chrom]] if chrom in match else -1 for chrom in peak_chroms]
    return codes.astype(np.int64), np.array([*translated, -1], dtype=np.int64)[peak_codes]


def _shifted(intervals: Intervals, by: NDArray[np.int64]) -> Spans:
    return Spans(intervals["start"].to_numpy(np.int64) + by, intervals["end"].to_numpy(np.int64) + by)


def merged_spans(spans: Spans) -> Spans:
    """Join stretches that overlap or touch; the result is in order, with a gap between any two.

    Examples
    --------
    >>> merged = merged_spans(Spans(np.array([5, 0, 8]), np.array([7, 6, 9])))
    >>> merged.starts.tolist(), merged.ends.tolist()
    ([0, 8], [7, 9])
    """
    order = np.argsort(spans.starts, kind="stable")
    starts = spans.starts[order]
    reach = np.maximum.accumulate(spans.ends[order])
    first = np.flatnonzero(np.r_[True, starts[1:] > reach[:-1]])
    return Spans(starts[first], reach[np.r_[first[1:] - 1, len(reach) - 1]])


def _total(windows: Spans, peaks: Spans) -> NDArray[np.int64]:
    merged = merged_spans(peaks)
    before = np.r_[0, np.cumsum(merged.ends - merged.starts)]  # bases in peaks before each

    def covered_up_to(positions: NDArray[np.int64]) -> NDArray[np.int64]:
        last = np.searchsorted(merged.starts, positions, side="right") - 1  # the last that starts there or before
        inside = np.minimum(positions, merged.ends[last]) - merged.starts[last]
        return np.where(last < 0, 0, before[last] + inside)

    return covered_up_to(windows.ends) - covered_up_to(windows.starts)


def _longest(windows: Spans, peaks: Spans) -> NDArray[np.int64]:
    order = np.argsort(peaks.starts, kind="stable")
    starts, ends = peaks.starts[order], peaks.ends[order]
    # From the first peak such that none before reaches into the window, to the last that starts before its end.
    first = np.searchsorted(np.maximum.accumulate(ends), windows.starts, side="right")
    last = np.searchsorted(starts, windows.ends, side="left")
    counts = np.maximum(last - first, 0)
    longest = np.zeros(len(counts), dtype=np.int64)
    busy = np.flatnonzero(counts)
    if not len(busy):
        return longest
    at_once = np.searchsorted(np.cumsum(counts[busy]), np.arange(0, counts.sum(), _PAIRS_AT_ONCE), side="right")
    for members in np.split(busy, np.unique(at_once)[1:]):
        edges = np.cumsum(counts[members]) - counts[members]
        window = np.repeat(members, counts[members])
        peak = np.arange(len(window)) - np.repeat(edges - first[members], counts[members])
        shared = np.minimum(windows.ends[window], ends[peak]) - np.maximum(windows.starts[window], starts[peak])
        longest[members] = np.maximum(np.maximum.reduceat(shared, edges), 0)
    return longest
