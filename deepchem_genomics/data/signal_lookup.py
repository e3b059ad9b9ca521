"""Tracks that are read from bigWig files for each batch, instead of from a table."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.data.scaling import Scaling, ScalingMethod
from deepchem_genomics.genome import Intervals, Signal, match_names, parse_ids
from deepchem_genomics.typing import Ids, SideValues

__all__ = ["SignalLookup"]


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

    def scaled(self, method: ScalingMethod, ids: Ids) -> "SignalLookup":
        """Fit a scaling on the raw values of some ids, and use it for all.

        Parameters
        ----------
        method : {"none", "standard", "log-standard"}
            See :class:`~deepchem_genomics.data.scaling.Scaling`.
        ids : sequence or array of str
            Places: the training ids, and no others.

        Returns
        -------
        SignalLookup
            Of the same files.
        """
        scaling = Scaling.fit(method, self.raw(ids), self.names)
        return SignalLookup(self.signals, scaling, self.statistic, self.neighbors)

    def lookup(self, ids: Ids) -> SideValues:
        """Give the scaled values of a batch.

        Parameters
        ----------
        ids : sequence or array of str, (n,)
            Places, ``chrom:start-end`` with or without a strand.

        Returns
        -------
        ndarray, (n, K) float32
            A new array, one row for each id, in their order.

        Raises
        ------
        IntervalError
            If an id is not a place.
        """
        return self.scaling.apply(self.raw(ids))

    def raw(self, ids: Ids) -> SideValues:
        """Give the values of a batch before their scaling.

        Parameters
        ----------
        ids : sequence or array of str, (n,)
            Places.

        Returns
        -------
        ndarray, (n, K) float32
            One row for each id, in their order.
        """
        windows = parse_ids(ids)
        columns = [
            self._column(signal, windows, step)
            for signal in self.signals.values()
            for step in range(-self.neighbors, self.neighbors + 1)
        ]
        return np.stack(columns, axis=1)

    def of_windows(self, windows: Intervals) -> tuple[SideValues, NDArray[np.int64]]:
        """Give the scaled values of windows, and count the bases that have no value instead of logging them.

        Parameters
        ----------
        windows : DataFrame
            n intervals.

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
        return self.scaling.apply(np.stack(columns, axis=1)), missing

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
