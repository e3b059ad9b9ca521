"""From a chunk of input to rows of a dataset: features, labels, signals, and what is dropped and why.

Workers run this. It imports neither DeepChem nor TensorFlow, unless a featurizer of DeepChem's is used, so that a
worker is small and starts at once.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.errors import LabelError, SequenceLengthError, ShapeMismatchError
from deepchem_genomics.feat.encoding import OneHotEncoding
from deepchem_genomics.genome import (
    Genome,
    Intervals,
    Signal,
    center,
    dinucleotide_shuffle,
    interval_ids,
    match_names,
    overlap_bases,
    share_of_n,
)
from deepchem_genomics.genome.intervals import outside_summits, place

__all__ = [
    "ON_MIDDLE",
    "ON_SUMMIT",
    "SHUFFLED",
    "ColumnLabels",
    "IntervalParts",
    "Part",
    "PeakLabels",
    "SequenceParts",
    "Track",
    "encoder_of",
    "is_missing",
    "label_values",
    "pieces",
]

ON_SUMMIT = "centered on a summit"
ON_MIDDLE = "centered on the middle, without a summit"
"""Where windows of peaks with summits were put: noted, but as it should be."""

SHUFFLED = "shuffled"
"""Column that says of which shuffle of a window a row is, from 1."""

_BASES = np.frombuffer(b"ACGT", np.uint8)

NO_LABEL = {"", ".", "na", "nan", "<na>", "none"}
BASES_AT_ONCE = 1 << 23
LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class ColumnLabels:
    """Read labels from columns of the table of intervals.

    Parameters
    ----------
    columns : sequence of str
        One a task.
    """

    columns: Sequence[str]

    def __call__(self, intervals: Intervals) -> NDArray[np.float32]:
        """Return labels (n, T), NaN where one is missing."""
        labels = np.empty((len(intervals), len(self.columns)), dtype=np.float32)
        for task, column in enumerate(self.columns):
            values, wrong = label_values(intervals[column])
            if len(wrong):
                raise LabelError(
                    f"{place(intervals, wrong[0])}: {column} is {str(intervals[column].iloc[wrong[0]])!r}; a label is "
                    "a number, or missing (empty, '.', NA); correct it"
                )
            labels[:, task] = values
        return labels


@dataclass(frozen=True)
class PeakLabels:
    """Label a window 1 where it shares enough bases with a peak, else 0; one task a set of peaks.

    Parameters
    ----------
    peaks : sequence of DataFrame
        A table of intervals for each task.
    min_overlap : int
        Bases of the window that must lie in one and the same peak.
    """

    peaks: Sequence[Intervals]
    min_overlap: int

    def __call__(self, intervals: Intervals) -> NDArray[np.float32]:
        """Return labels (n, T), 0 or 1."""
        labels = np.zeros((len(intervals), len(self.peaks)), dtype=np.float32)
        for task, peaks in enumerate(self.peaks):
            labels[:, task] = overlap_bases(intervals, peaks, "longest") >= self.min_overlap
        return labels


def label_values(column: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Read labels, (n,) float64 with NaN where one is missing, and the positions of what is not a label.

    A label is missing, or a finite number within the range of float32; as numbers, or text as files have it.
    """
    values = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    suspect = np.flatnonzero(~(np.abs(values) <= LARGEST))
    wrong = [i for i in suspect if not is_missing(column.iloc[i])]
    return values, np.array(wrong, dtype=np.int64)


def is_missing(value: object) -> bool:
    """Return whether a field says that there is no label: None, NaN and what files write for them."""
    return value is None or value is pd.NA or str(value).strip().lower() in NO_LABEL


def encoder_of(featurizer: Any) -> Callable[[Any], np.ndarray]:
    """Return what turns an (n, L) array of letters or a list of n strings into features as a featurizer does.

    It can be sent to workers; that of ``OneHotNucleotideFeaturizer`` imports neither DeepChem nor TensorFlow there.
    """
    if isinstance(featurizer, OneHotEncoding):
        return featurizer
    from deepchem_genomics.feat import OneHotNucleotideFeaturizer

    if type(featurizer) is OneHotNucleotideFeaturizer:
        return featurizer.encoding
    return partial(_featurize, featurizer)


def _featurize(featurizer: Any, sequences: Any) -> np.ndarray:
    """Featurize, and make sure that there is one row of numbers per sequence: stock featurizers only log what fails."""
    texts = [row.tobytes().decode() for row in sequences] if isinstance(sequences, np.ndarray) else list(sequences)
    try:
        features = np.asarray(featurizer.featurize(texts))
    except ValueError as error:
        raise ShapeMismatchError(f"{featurizer} gives rows of different shapes ({error}); use another") from error
    if features.dtype == object or len(features) != len(texts):
        raise ShapeMismatchError(
            f"{featurizer} gives {len(features)} rows of {features.dtype} for {len(texts)} sequences; a featurizer "
            "must give one array of numbers of the same shape for each sequence"
        )
    return features


@dataclass(frozen=True)
class Part:
    """Rows of a dataset that is being built.

    Parameters
    ----------
    X : ndarray
        Features, (n, ...): one-hot sequences (n, L, A) as a rule.
    y : ndarray
        Labels, (n, T) float32; NaN where one is missing.
    ids : ndarray of object
        Sample ids, (n,).
    signals : ndarray, optional
        Values of a side input for the same rows, (n, K) float32.
    dropped : Counter
        How many rows of the input are not here, by reason.
    noted : Counter
        How many rows are here and not quite what was requested, by what was done to them.
    """

    X: np.ndarray
    y: NDArray[np.float32]
    ids: NDArray[np.object_]
    signals: NDArray[np.float32] | None = None
    dropped: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)

    @classmethod
    def without_rows(cls, dropped: Counter[str]) -> "Part":
        """Return the part of a chunk of which nothing is left: counts alone."""
        return cls(np.empty(0), np.empty((0, 0), np.float32), np.empty(0, object), None, dropped)


@dataclass(frozen=True)
class SequenceParts:
    """Turn a chunk of a table, as :func:`read_sequence_chunks` gives it, into rows.

    Parameters
    ----------
    encode : callable
        From n sequences to features (n, ...).
    tasks : tuple of str
        Columns of labels.
    """

    encode: Callable[[pd.Series], np.ndarray]
    tasks: tuple[str, ...]

    def __call__(self, table: pd.DataFrame) -> Part:
        """Return one row for each sequence."""
        y = table[list(self.tasks)].to_numpy(np.float32).reshape(len(table), len(self.tasks))
        return Part(self.encode(table["sequence"]), y, table["id"].to_numpy(object))


@dataclass(frozen=True)
class Track:
    """A signal over the genome that becomes one column of the side input.

    Parameters
    ----------
    name : str
        The column's name.
    signal : Signal
        The bigWig file.
    statistic : str, default "mean"
        "mean", "min", "max" or "coverage", over the bases of a window.
    missing : str or float, default 0.0
        What bases without a value count as; see ``Signal.summarize``.
    """

    name: str
    signal: Signal
    statistic: str = "mean"
    missing: str | float = 0.0


@dataclass(frozen=True)
class IntervalParts:
    """Turn a chunk of intervals into rows.

    Parameters
    ----------
    genome : Genome
        Where the sequences are.
    encode : callable
        From letters, an (n, L) array or a list of n strings, to features (n, ...).
    labels : callable
        From n intervals to labels (n, T), NaN where one is missing.
    length : int, optional
        Length of the windows around each interval; by default intervals are taken as they are.
    at : {"auto", "middle", "summit"}, default "auto"
        What such windows are centered on: see :func:`deepchem_genomics.genome.center`.
    out_of_bounds : {"error", "drop", "pad"}, default "drop"
        What to do with a window that reaches past an end of its chromosome.
    unknown_chromosomes : {"error", "drop"}, default "error"
        What to do with a window on a chromosome that the genome does not have.
    max_n : float, optional
        Largest share of N, from 0 to 1; windows with more are dropped. By default only windows of nothing but N are.
    exclude : DataFrame, optional
        Windows that share a base with one of these intervals are dropped.
    tracks : sequence of Track
        Signals for the side input. A window without a value in one of them is dropped, which only happens where bases
        without a value are left out.
    shuffle_seed : int, optional
        For rows with a number in the column "shuffled", whose letters are shuffled and whose ids end in
        ``:shuffled<number>``; by default there are none.
    """

    genome: Genome
    encode: Callable[[np.ndarray | list[str]], np.ndarray]
    labels: Callable[[Intervals], NDArray[np.float32]]
    length: int | None = None
    at: str = "auto"
    out_of_bounds: str = "drop"
    unknown_chromosomes: str = "error"
    max_n: float | None = None
    exclude: Intervals | None = None
    tracks: Sequence[Track] = field(default_factory=tuple)
    shuffle_seed: int | None = None

    def __call__(self, intervals: Intervals) -> Part:
        """Return the rows of a chunk, or the counts alone if none is kept."""
        dropped: Counter[str] = Counter()
        noted: Counter[str] = Counter()
        if self.length is not None and self.at == "auto":
            noted["with a summit outside of the peak: centered on the middle"] += outside_summits(intervals)
        windows, sequences = self.fitting(intervals, dropped)
        signals, incomplete = self._signals(windows)
        self._count_unknown(windows, noted)
        kept = np.asarray(~np.isnan(signals).any(axis=1))
        self._count_gaps(signals[~kept], incomplete[kept], dropped, noted)
        if not kept.any():
            return Part.without_rows(+dropped)
        windows, sequences = windows[kept], _chosen(sequences, kept)
        self._count_centers(windows, noted)
        ids = interval_ids(windows)
        if self.shuffle_seed is not None and SHUFFLED in windows:
            ids, sequences = self._shuffles(windows, ids, sequences, noted)
        if self.out_of_bounds == "pad":
            inside = self.genome.within(windows, out_of_bounds="drop", quiet=True)
            noted["filled up with N past an end of the chromosome"] += len(windows) - len(inside)
        return Part(
            self._encoded(windows, sequences),
            self.labels(windows),
            ids,
            signals[kept] if self.tracks else None,
            +dropped,  # without zeros
            +noted,
        )

    def _encoded(self, windows: Intervals, sequences: np.ndarray | list[str]) -> np.ndarray:
        """Encode the letters of windows; an error about lengths names the interval."""
        try:
            return self.encode(sequences)
        except SequenceLengthError:
            lengths = (windows["end"] - windows["start"]).to_numpy()
            odd = np.flatnonzero(lengths != lengths[0])
            if not len(odd):
                raise
            raise SequenceLengthError(
                f"{place(windows, int(odd[0]))} is {lengths[odd[0]]} bp long and {place(windows, 0)} {lengths[0]}; all "
                "must be equally long; correct the interval, or make windows of one length (length=...)"
            ) from None

    def fitting(self, intervals: Intervals, dropped: Counter[str]) -> tuple[Intervals, np.ndarray | list[str]]:
        """Return the windows of a chunk that the genome has and that have bases enough, with their letters.

        The others are counted in ``dropped``, by reason.
        """
        windows = intervals if self.length is None else center(intervals, self.length, self.at)
        if self.exclude is not None:
            free = overlap_bases(windows, self.exclude) == 0
            windows = _keep(windows, free, "in an excluded region", dropped)
        windows = self._within(windows, dropped)
        if not len(windows):
            return windows, []
        sequences = self._sequences(windows)
        kept = self._known_enough(sequences, dropped)
        return windows[kept], _chosen(sequences, kept)

    def _count_centers(self, windows: Intervals, noted: Counter[str]) -> None:
        """Count on what windows are centered, where there is a choice."""
        if self.length is not None and self.at == "auto" and "summit" in windows:
            on_summit = int((windows["summit"] == windows["start"] + self.length // 2).sum())
            noted[ON_SUMMIT] += on_summit
            noted[ON_MIDDLE] += len(windows) - on_summit

    def _shuffles(
        self, windows: Intervals, ids: NDArray[np.object_], sequences: np.ndarray | list[str], noted: Counter[str]
    ) -> tuple[NDArray[np.object_], NDArray[np.uint8]]:
        """Return ids and letters of shuffles; which ones follows from the seed and the ids alone."""
        ids = ids + np.array([f":shuffled{number}" for number in windows[SHUFFLED].tolist()], dtype=object)
        letters = np.where(np.isin(sequences, _BASES), sequences, np.uint8(ord("N")))
        seed = np.random.SeedSequence([self.shuffle_seed or 0, zlib.crc32("\n".join(ids).encode())])
        shuffled = dinucleotide_shuffle(letters, int(seed.generate_state(1)[0]))
        noted["shuffles that are equal to their original"] += int((shuffled == letters).all(axis=1).sum())
        return ids, shuffled

    def _within(self, windows: Intervals, dropped: Counter[str]) -> Intervals:
        """Keep the windows that the genome has."""
        kept = self.genome.within(
            windows,
            out_of_bounds=self.out_of_bounds,
            unknown_chromosomes=self.unknown_chromosomes,
            quiet=True,
        )
        if len(kept) < len(windows):
            known = self.genome.within(windows, out_of_bounds="pad", quiet=True)
            dropped["on a chromosome that the genome does not have"] += len(windows) - len(known)
            dropped["past an end of its chromosome"] += len(known) - len(kept)
        return kept

    def _sequences(self, windows: Intervals) -> np.ndarray | list[str]:
        lengths = (windows["end"] - windows["start"]).to_numpy()
        fetch = self.genome.fetch_bytes if (lengths == lengths[0]).all() else self.genome.fetch
        return fetch(windows, out_of_bounds=self.out_of_bounds, quiet=True)

    def _known_enough(self, sequences: np.ndarray | list[str], dropped: Counter[str]) -> NDArray[np.bool_]:
        share = share_of_n(sequences)
        kept = share < 1 if self.max_n is None else share <= self.max_n
        reason = "nothing but N" if self.max_n is None else f"more than {self.max_n:g} of N"
        dropped[reason] += int((~kept).sum())
        return kept

    def _signals(self, windows: Intervals) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return the value of each window in every track, and where some bases have none: both (n, K)."""
        policy = "missing" if self.out_of_bounds == "pad" else "error"
        signals = np.empty((len(windows), len(self.tracks)), dtype=np.float32)
        incomplete = np.zeros(signals.shape, dtype=bool)
        for column, track in enumerate(self.tracks):
            signals[:, column], n_missing = track.signal.summarize_and_count(
                windows, track.statistic, missing=track.missing, out_of_bounds=policy, unknown_chromosomes="missing"
            )
            incomplete[:, column] = n_missing > 0
        return signals, incomplete

    def _count_unknown(self, windows: Intervals, noted: Counter[str]) -> None:
        """Count the windows on chromosomes that a track does not have at all."""
        chroms = windows["chrom"]
        for track in self.tracks:
            names = match_names(chroms.unique(), track.signal.sizes)
            noted[f"on a chromosome that {track.name} does not have"] += int((~chroms.isin(list(names))).sum())

    def _count_gaps(
        self,
        unmeasured: NDArray[np.float32],
        incomplete: NDArray[np.bool_],
        dropped: Counter[str],
        noted: Counter[str],
    ) -> None:
        first = np.isnan(unmeasured).argmax(axis=1) if self.tracks else np.empty(0, np.int64)
        for column, track in enumerate(self.tracks):
            dropped[f"without a value in {track.name}"] += int((first == column).sum())
            noted[f"with bases that have no value in {track.name}"] += int(incomplete[:, column].sum())


def pieces(chunks: Iterable[Intervals], length: int | None = None) -> Iterator[Intervals]:
    """Divide chunks further where their windows are long, so that memory does not depend on the length.

    Parameters
    ----------
    chunks : iterable of DataFrame
        Intervals.
    length : int, optional
        Of the windows around them, in bp; by default intervals are windows.

    Yields
    ------
    DataFrame
        Windows of at most 8 million bp together, or one longer.

    Examples
    --------
    >>> table = pd.DataFrame({"chrom": "chr1", "start": [0, 0, 0], "end": [5_000_000, 3_000_000, 9_000_000]})
    >>> [len(piece) for piece in pieces([table])]
    [2, 1]
    """
    for chunk in chunks:
        lengths = (chunk["end"] - chunk["start"]).to_numpy() if length is None else np.full(len(chunk), length)
        first = used = 0
        for i, bases in enumerate(lengths.tolist()) if lengths.sum() > BASES_AT_ONCE else ():
            if used + bases > BASES_AT_ONCE and i > first:
                yield chunk.iloc[first:i]
                first, used = i, 0
            used += bases
        yield chunk.iloc[first:]


def _keep(windows: Intervals, kept: NDArray[np.bool_], reason: str, dropped: Counter[str]) -> Intervals:
    dropped[reason] += int((~kept).sum())
    return windows[kept]


def _chosen(sequences: np.ndarray | list[str], kept: NDArray[np.bool_]) -> np.ndarray | list[str]:
    if isinstance(sequences, np.ndarray):
        return sequences[kept]
    return [sequence for sequence, keep in zip(sequences, kept, strict=True) if keep]
