"""Signals of windows: read from bigWig files for each batch, and those of the windows to the left and right."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.data.scaling import Scaling, ScalingMethod, require_not_negative
from deepchem_genomics.data.side_input import SideInput
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.genome import Intervals, Signal, interval_ids, match_names, parse_ids
from deepchem_genomics.typing import Ids, SideValues

__all__ = ["SignalLookup", "with_neighbors"]

logger = logging.getLogger(__name__)


def with_neighbors(side_input: SideInput, n: int = 3, ids: Ids | None = None) -> SideInput:
    """Add to each window's signals those of the n windows before and after it.

    Open chromatin is wider than a window of 101 bp: whether its neighbors are open says whether a window is in the
    middle of an open stretch or at its edge. A model that is given these is a model with K x (2n + 1) tracks. Nothing
    but signals is read, no labels; still, say so next to a score, for it uses more than the window.

    Parameters
    ----------
    side_input : SideInput
        Raw signals of windows side by side, ids ``chrom:start-end``, all of one length; its scaling is dropped.
    n : int, default 3
        How many neighbors on either side.
    ids : sequence of str, optional
        The windows that are wanted; all by default.

    Returns
    -------
    SideInput
        Tracks ``name-n`` to ``name+n`` of the first track, with ``name`` itself in the middle, then those of the next.
        A neighbor that is not in the table, at an end or a gap, has the window's own value; how many is logged.

    Raises
    ------
    BadValueError
        If n is less than 1, or the windows have more than one length.
    IntervalError
        If an id is not an interval.
    MissingIdError
        If a wanted id is not in the table.

    Examples
    --------
    >>> openness = SideInput(["chr1:0-10", "chr1:10-20", "chr1:20-30"], [0.125, 0.5, 0.25], names=["DNase"])
    >>> wider = with_neighbors(openness, n=1)
    >>> wider.names, wider.lookup(["chr1:10-20", "chr1:0-10"]).tolist()
    (('DNase-1', 'DNase', 'DNase+1'), [[0.125, 0.5, 0.25], [0.125, 0.125, 0.5]])
    """
    require_whole_number("n", n, lowest=1, of="neighbors")
    wanted = side_input.ids if ids is None else np.asarray(ids, dtype=object)
    windows = parse_ids(wanted, shuffled=True)
    lengths = np.unique(windows["end"] - windows["start"])
    if len(lengths) != 1:
        raise BadValueError(f"windows are {lengths[0]} to {lengths[-1]} bp long; neighbors need windows of one length")
    own = side_input.raw(wanted)
    columns = []
    absent = 0
    for step in range(-n, n + 1):
        distance = step * lengths[0]
        names_there = _moved(windows, distance)
        there = np.array([name in side_input for name in names_there])
        values = own.copy()
        values[there] = side_input.raw(names_there[there])
        absent += int((~there).sum())
        columns.append(values)
    if absent:
        logger.info("%d of %d neighbors have no signal; they get that of the window", absent, 2 * n * len(wanted))
    tracks = np.stack(columns, axis=2)  # (windows, tracks, places)
    suffixes = [f"{step:+d}" if step else "" for step in range(-n, n + 1)]
    names = [name + suffix for name in side_input.names for suffix in suffixes]
    return side_input.wider(n, wanted, tracks.reshape(len(wanted), -1), names)


def _moved(windows: Intervals, distance: int) -> NDArray[np.object_]:
    """Name the windows so far to the right; one that would begin before the chromosome has a name that nothing has."""
    starts, ends = windows["start"] + distance, windows["end"] + distance
    inside = (starts >= 0).to_numpy()
    names = np.full(len(windows), "", dtype=object)
    names[inside] = interval_ids(windows.assign(start=starts, end=ends)[inside])
    return names


class SignalLookup:
    """Stands for a ``SideInput`` whose ids are places: looks each batch up in bigWig files, so that none is held.

    Bases without a value count as 0, as in the loaders.

    Parameters
    ----------
    signals : mapping of str to Signal
        Files by the name of their track.
    scaling : Scaling
        What was fitted in training, for K columns.
    statistic : {"mean", "min", "max", "coverage"}, default "mean"
        Of the values over a window: the one that the training data were built with.
    neighbors : int, default 0
        Windows on either side that have columns of their own; see :func:`~deepchem_genomics.data.with_neighbors`.
    """

    def __init__(
        self, signals: Mapping[str, Signal], scaling: Scaling, statistic: str = "mean", neighbors: int = 0
    ) -> None:
        self.signals = dict(signals)
        self.scaling = scaling
        self.statistic = statistic
        self.neighbors = neighbors

    @property
    def names(self) -> Sequence[str]:
        """Names of the K columns."""
        steps = range(-self.neighbors, self.neighbors + 1)
        return tuple(track + (f"{step:+d}" if step else "") for track in self.signals for step in steps)

    @property
    def n_tracks(self) -> int:
        """Number of columns, K."""
        return len(self.signals) * (2 * self.neighbors + 1)

    def scaled(self, method: ScalingMethod, ids: Iterable[str]) -> "SignalLookup":
        """Return a lookup in the same files whose scaling is fitted on the raw values of the training ids."""
        scaling = Scaling.fit(method, self.raw(list(ids)), self.names)
        return SignalLookup(self.signals, scaling, self.statistic, self.neighbors)

    def lookup(self, ids: Ids) -> SideValues:
        """Return the scaled values of a batch of places, (n, K) float32, in the order of the ids."""
        return self._scaled(self.raw(ids), lambda: ids)

    def raw(self, ids: Ids) -> SideValues:
        """Return the values of a batch before their scaling, (n, K) float32."""
        windows = parse_ids(ids, shuffled=True)
        columns = [
            self._column(signal, windows, step)
            for signal in self.signals.values()
            for step in range(-self.neighbors, self.neighbors + 1)
        ]
        return np.stack(columns, axis=1)

    def of_windows(self, windows: Intervals) -> tuple[SideValues, NDArray[np.int64]]:
        """Return the scaled values of windows, and count the bases that have no value instead of logging them.

        Returns
        -------
        ndarray, (n, K) float32
            One row for each window.
        ndarray of int64, (n,)
            Bases of each window without a value, of the track that lacks most.
        """
        columns, missing = [], np.zeros(len(windows), dtype=np.int64)
        for signal in self.signals.values():
            own, lacking = signal.summarize_and_count(
                windows, self.statistic, missing=0.0, out_of_bounds="missing", unknown_chromosomes="missing"
            )
            missing = np.maximum(missing, lacking)
            steps = range(-self.neighbors, self.neighbors + 1)
            columns += [self._column(signal, windows, step) if step else own for step in steps]
        return self._scaled(np.stack(columns, axis=1), lambda: interval_ids(windows)), missing

    def _scaled(self, values: SideValues, ids: Callable[[], Ids]) -> SideValues:
        """Scale values; an error names the window and the track."""
        if self.scaling.method == "log-standard" and (values < 0).any():
            require_not_negative(values, list(map(str, ids())), self.names, fitted=True)
        return self.scaling.apply(values)

    def _column(self, signal: Signal, windows: Intervals, step: int) -> NDArray[np.float32]:
        """Summarize each window, or the window so many places to its right; at an end that is the window itself."""
        if step:
            moved = windows.assign(
                start=windows["start"] + step * (windows["end"] - windows["start"]),
                end=windows["end"] + step * (windows["end"] - windows["start"]),
            )
            inside = (moved["start"] >= 0) & (moved["end"] <= _sizes(signal, windows))
            windows = moved.where(inside, windows).astype(dict(windows.dtypes))
        return signal.summarize(
            windows, self.statistic, missing=0.0, out_of_bounds="missing", unknown_chromosomes="missing"
        )


def _sizes(signal: Signal, windows: Intervals) -> NDArray[np.int64]:
    """Return the length of each window's chromosome; 0 where the file does not have it."""
    sizes = signal.sizes
    names = match_names(list(dict.fromkeys(windows["chrom"])), sizes, wanted_in="ids", available_in=signal.path.name)
    return np.array([sizes[names[chrom]] if chrom in names else 0 for chrom in windows["chrom"]])
