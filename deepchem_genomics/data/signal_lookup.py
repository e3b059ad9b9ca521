"""Signals that are read from bigWig files for each batch, instead of from a table."""

from collections.abc import Mapping, Sequence

import numpy as np

from deepchem_genomics.data.scaling import Scaling
from deepchem_genomics.genome import Signal, parse_ids
from deepchem_genomics.typing import Ids, SideValues

__all__ = ["SignalLookup"]


class SignalLookup:
    """Stands for a ``SideInput`` whose ids are places: looks each batch up in bigWig files, so that none is held.

    Bases without a value count as 0, as in the loaders.

    Parameters
    ----------
    signals : mapping of str to Signal
        K files by the name of their track.
    scaling : Scaling
        What was fitted in training, for K tracks.
    statistic : {"mean", "min", "max", "coverage"}, default "mean"
        Of the values over a window: the one that the training data were built with.
    """

    def __init__(self, signals: Mapping[str, Signal], scaling: Scaling, statistic: str = "mean") -> None:
        self.signals = dict(signals)
        self.scaling = scaling
        self.statistic = statistic

    @property
    def names(self) -> Sequence[str]:
        """Names of the K tracks."""
        return tuple(self.signals)

    @property
    def n_tracks(self) -> int:
        """Number of tracks, K."""
        return len(self.signals)

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
            If an id is no place.
        """
        windows = parse_ids(ids)
        columns = [
            signal.summarize(
                windows, self.statistic, missing=0.0, out_of_bounds="missing", unknown_chromosomes="missing"
            )
            for signal in self.signals.values()
        ]
        return self.scaling.apply(np.stack(columns, axis=1))
