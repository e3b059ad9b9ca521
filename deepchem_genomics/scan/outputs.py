"""Predictions to a bigWig, in order, some thousand at a time."""

import logging
import math
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from deepchem_genomics.errors import EmptyInputError, GenomeFileError, MissingExtraError
from deepchem_genomics.genome.signal import NAMED
from deepchem_genomics.io.outputs import temporary_directory
from deepchem_genomics.models.threshold import wanted_precision
from deepchem_genomics.scan.stretches import Layout

__all__ = [
    "Moved",
    "Peak",
    "ScoredStretch",
    "call_peaks",
    "require_bigwig_writer",
    "threshold_of_rule",
    "threshold_of_top",
    "write_peaks",
    "write_track",
]

logger = logging.getLogger(__name__)

ScoredStretch = tuple[str, NDArray[np.int64], NDArray[np.float32]]
"""A chromosome, starts of windows (n,), and their predictions (n,), NaN where a window was left out."""


def require_bigwig_writer() -> Any:
    """Import what writes bigWig files."""
    try:
        return import_module("pybigtools")
    except ImportError:
        raise MissingExtraError(
            "writing a bigWig needs pybigtools, which is not installed; pip install 'deepchem_genomics[genome]', or "
            "write peaks alone"
        ) from None


def write_track(path: Path, sizes: Mapping[str, int], scored: Iterable[ScoredStretch], layout: Layout) -> None:
    """Write a value for each window that has one."""
    pybigtools = require_bigwig_writer()
    entries = _Entries(scored, layout)
    with _named_for_pybigtools(path) as named:
        pybigtools.open(str(named), "w").write(dict(sizes), iter(entries))
        if entries.error is not None:
            raise entries.error
        try:  # a full disk may show only now, that of the temporary folder as values that are missing
            whole = entries.finished and _is_whole(pybigtools.open(str(named)), entries.counts)
        except pybigtools.BBIReadError:
            whole = False
    if not whole:
        raise GenomeFileError(
            f"{path} was not written whole by pybigtools; look at what it said, and at the free disk there and in "
            f"{tempfile.gettempdir()}, where it keeps parts meanwhile (TMPDIR names another folder)"
        )


@contextmanager
def _named_for_pybigtools(path: Path) -> Iterator[Path]:
    """Yield a name of a file that ends as pybigtools wants it, upper and lower case included: a link, if need be."""
    if path.suffix in NAMED:
        yield path
        return
    with temporary_directory() as folder:
        link = folder / "track.bw"
        link.symlink_to(path.absolute())
        yield link


def _is_whole(file: Any, counts: Mapping[str, int]) -> bool:
    """Read all values of a track and of its summaries, and tell whether the values are as many as were given."""
    if file.chroms().keys() != counts.keys():
        return False
    zooms = file.zooms()
    return all(
        sum(1 for _ in file.records(chrom)) == count
        and all(sum(1 for _ in file.zoom_records(zoom, chrom)) > 0 for zoom in zooms)
        for chrom, count in counts.items()
    )


class _Entries:
    """What pybigtools reads. It prints an exception and continues as if that were the end, so none may reach it."""

    def __init__(self, scored: Iterable[ScoredStretch], layout: Layout) -> None:
        self.scored, self.layout = scored, layout
        self.error: BaseException | None = None
        self.finished = False
        self.counts: Counter[str] = Counter()

    def __iter__(self) -> Iterator[tuple[str, int, int, float]]:
        try:
            for chrom, starts, predictions in self.scored:
                has_value = ~np.isnan(predictions)
                begins = self.layout.span_starts(starts[has_value])
                ends = (begins + self.layout.span).tolist()
                values = predictions[has_value].tolist()
                if values:
                    self.counts[chrom] += len(values)
                for begin, end, value in zip(begins.tolist(), ends, values, strict=True):
                    yield chrom, begin, end, value
            self.finished = True
        except GeneratorExit:
            raise
        except BaseException as error:
            self.error = error


class Peak(NamedTuple):
    """A stretch of chromosome under windows that reach the threshold.

    Parameters
    ----------
    chrom : str
        Its chromosome.
    start, end : int
        From the start of its first window to the end of its last, 0-based and half-open.
    summit : int
        Middle of the window that scores highest, the first of them in a tie; counted from ``start``.
    score : float
        Prediction of that window.
    """

    chrom: str
    start: int
    end: int
    summit: int
    score: float


def call_peaks(scored: Iterable[ScoredStretch], layout: Layout, threshold: float) -> Iterator[Peak]:
    """Merge windows that reach a threshold.

    Examples
    --------
    >>> scored = [("chr1", np.array([0, 5, 10, 15, 20]), np.array([0.9, 0.2, 0.6, 0.8, np.nan], np.float32))]
    >>> [tuple(peak)[:4] for peak in call_peaks(scored, Layout(6, 5), 0.5)]
    [('chr1', 0, 6, 3), ('chr1', 10, 21, 8)]
    """
    waiting: Peak | None = None
    for chrom, starts, predictions in scored:
        called = np.flatnonzero(predictions >= threshold)
        apart = np.flatnonzero(np.diff(starts[called]) > layout.length) + 1
        for members in np.split(called, apart):
            if not len(members):
                continue
            peak = _peak(chrom, starts[members], predictions[members], layout.length)
            if waiting is not None and waiting.chrom == chrom and peak.start <= waiting.end:
                peak = _joined(waiting, peak)
            elif waiting is not None:
                yield waiting
            waiting = peak
    if waiting is not None:
        yield waiting


def _peak(chrom: str, starts: NDArray[np.int64], predictions: NDArray[np.float32], length: int) -> Peak:
    best = int(np.argmax(predictions))
    start = int(starts[0])
    return Peak(
        chrom, start, int(starts[-1]) + length, int(starts[best]) + length // 2 - start, float(predictions[best])
    )


def _joined(left: Peak, right: Peak) -> Peak:
    if left.score >= right.score:
        return left._replace(end=right.end)
    return right._replace(start=left.start, summit=right.summit + right.start - left.start)


def write_peaks(path: Path, peaks: Iterable[Peak]) -> int:
    """Write peaks in the columns of ENCODE's narrowPeak."""
    number = 0
    with path.open("w") as file:
        for number, peak in enumerate(peaks, 1):
            of_a_thousand = min(1000, max(0, round(1000 * peak.score)))
            file.write(
                f"{peak.chrom}\t{peak.start}\t{peak.end}\tpeak_{number}\t{of_a_thousand}\t.\t{peak.score:.6g}\t-1\t-1\t"
                f"{peak.summit}\n"
            )
    return number


def threshold_of_top(scored: Callable[[], Iterable[ScoredStretch]], fraction: float) -> float:
    """Find the prediction that a fraction of the windows reach.

    Exact, in two passes over the predictions, with none of them held: the first counts their upper 16 bits, the second
    the lower 16 bits of those in the bin that has the threshold.

    Examples
    --------
    >>> predictions = np.arange(10, dtype=np.float32)
    >>> threshold_of_top(lambda: [("chr1", np.arange(10), predictions)], 0.2)
    8.0
    """
    upper = np.zeros(1 << 16, dtype=np.int64)
    for keys in _sortable(scored()):
        upper += np.bincount(keys >> 16, minlength=1 << 16)
    if not upper.sum():
        raise EmptyInputError("no window has a prediction, so none can be called; scan other chromosomes")
    wanted = max(1, math.ceil(round(fraction * int(upper.sum()), 6)))
    high, above = _bin_of_rank(upper, wanted)
    lower = np.zeros(1 << 16, dtype=np.int64)
    for keys in _sortable(scored()):
        lower += np.bincount(keys[keys >> 16 == high] & 0xFFFF, minlength=1 << 16)
    low, _ = _bin_of_rank(lower, wanted - above)
    key = high << 16 | low
    bits = key & 0x7FFFFFFF if key >> 31 else ~key & 0xFFFFFFFF
    return float(np.array(bits, dtype=np.uint32).view(np.float32))


class Moved(NamedTuple):
    """A rule to choose a threshold by on the windows of a genome.

    Parameters
    ----------
    shift : float
        Added to the log-odds of predictions, which makes them probabilities at the genome's prevalence.
    rule : str
        See :class:`~deepchem_genomics.models.Threshold`.
    """

    shift: float
    rule: str


def threshold_of_rule(scored: Iterable[ScoredStretch], moved: Moved) -> float:
    """Find the prediction from which on windows are called, with the expected F1 or precision of the called ones.

    In one pass, with no prediction held: windows are counted, and their probabilities added up, by the upper 16 bits of
    their predictions, so that the threshold is a number of three digits.

    Examples
    --------
    >>> predictions = np.repeat(np.array([0.875, 0.5, 0.0625], np.float32), [2, 4, 94])
    >>> [threshold_of_rule([("chr1", np.arange(100), predictions)], Moved(0.0, rule)) for rule in ("f1", "fdr=0.2")]
    [0.5, 0.875]
    """
    counts, sums = np.zeros(1 << 16, dtype=np.int64), np.zeros(1 << 16)
    for _, _, predictions in scored:
        known = predictions[~np.isnan(predictions)]
        likely = expit(logit(np.clip(known.astype(np.float64), 1e-300, 1 - 2**-53)) + moved.shift)
        bins = np.ascontiguousarray(known, np.float32).view(np.uint32) >> 16
        counts += np.bincount(bins, minlength=1 << 16)
        sums += np.bincount(bins, weights=likely, minlength=1 << 16)
    bins = np.flatnonzero(counts)[::-1]
    called, found = np.cumsum(counts[bins]), np.cumsum(sums[bins])
    least = wanted_precision(moved.rule)
    if least is None:
        best = int(np.argmax(2 * found / (called + found[-1])))
    else:
        reached = np.flatnonzero(found / called >= least)
        best = int(reached[-1]) if len(reached) else 0
    threshold = float(np.array(bins[best] << 16, dtype=np.uint32).view(np.float32))
    logger.info(
        "peaks are windows of %.3g or more: %d, of which %.3g%% are expected to be bound, and with them %.3g%% of "
        "all that are", threshold, called[best], 100 * found[best] / called[best], 100 * found[best] / found[-1],
    )  # fmt: skip
    return threshold


def _sortable(scored: Iterable[ScoredStretch]) -> Iterator[NDArray[np.int64]]:
    """Turn predictions into whole numbers of 32 bits that are in the same order."""
    for _, _, predictions in scored:
        bits = np.ascontiguousarray(predictions[~np.isnan(predictions)], np.float32).view(np.uint32).astype(np.int64)
        yield np.where(bits >> 31, ~bits & 0xFFFFFFFF, bits | 0x80000000)


def _bin_of_rank(counts: NDArray[np.int64], rank: int) -> tuple[int, int]:
    """Find the bin that has the value of a rank, counted from the highest, and how many values are above that bin."""
    so_far = np.cumsum(counts[::-1])
    at = int(np.searchsorted(so_far, rank))
    return len(counts) - 1 - at, int(so_far[at] - counts[::-1][at])
