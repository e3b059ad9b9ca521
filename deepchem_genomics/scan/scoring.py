"""One stretch of chromosome to predictions; the work of one process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from deepchem_genomics.data.signal_lookup import SignalLookup
from deepchem_genomics.errors import BadValueError, SideInputError
from deepchem_genomics.feat import DNA, one_hot
from deepchem_genomics.genome import Genome
from deepchem_genomics.models.portable import PortableModel
from deepchem_genomics.models.side_inputs import own_tracks
from deepchem_genomics.quiet import import_quietly
from deepchem_genomics.scan.stretches import Layout, Stretch

__all__ = ["StretchScorer", "signal_lookups"]

AT_ONCE = 8192  # windows that are copied out of the stretch at a time


@dataclass
class StretchScorer:
    """Predicts for the windows of a stretch. Can be sent to other processes.

    Parameters
    ----------
    model : PortableModel
        The model, with its side inputs.
    genome : Genome
        Where sequences come from.
    layout : Layout
        How windows lie.
    both_strands : bool
        Whether predictions for a window and its reverse complement are averaged.
    max_n : float
        Largest share of bases that are not known; windows with more are left out.
    task : int
        Whose predictions are kept.
    """

    model: PortableModel
    genome: Genome
    layout: Layout
    both_strands: bool = True
    max_n: float = 0.0
    task: int = 0

    def __call__(self, stretch: Stretch) -> dict[str, NDArray[Any]]:
        """Predict for a stretch.

        Returns ``predictions``, (n_windows,) float32, NaN where the window was left out; and ``without_signal``, the
        number of windows with bases that have no signal. A prediction that is not a number is a BadValueError.
        """
        letters = self._letters(stretch)  # (bases,)
        kept = self._kept(letters)
        predictions = np.full(stretch.n_windows, np.nan, dtype=np.float32)
        side, n_without = self._side_values(stretch, kept)
        predictions[kept] = self._predict(one_hot(letters[None], DNA)[0], kept, side)
        bad = kept[~np.isfinite(predictions[kept])]
        if len(bad):
            start = int(stretch.starts(self.layout.stride)[bad[0]])
            raise BadValueError(
                f"the model predicts {predictions[bad[0]]} for {stretch.chrom}:{start}-{start + self.layout.length}; "
                "its weights are not numbers, or the signal there is not; train it again, or look at the signal"
            )
        return {"predictions": predictions, "without_signal": np.asarray(n_without, dtype=np.int64)}

    def _letters(self, stretch: Stretch) -> NDArray[np.uint8]:
        starts = stretch.starts(self.layout.stride)
        whole = {"chrom": [stretch.chrom], "start": [starts[0]], "end": [starts[-1] + self.layout.length]}
        found: NDArray[np.uint8] = self.genome.fetch_bytes(pd.DataFrame(whole))[0]
        return found

    def _kept(self, letters: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Find the windows whose bases are known well enough."""
        known = np.isin(letters, np.frombuffer(DNA.letters.encode(), np.uint8))
        so_far = np.concatenate([[0], np.cumsum(~known)])
        length, stride = self.layout
        unknown = (so_far[length:] - so_far[:-length])[::stride]
        return np.flatnonzero(unknown <= self.max_n * length)

    def _side_values(self, stretch: Stretch, kept: NDArray[np.int64]) -> tuple[dict[int, Any], int]:
        """Return the scaled values of each side input by the number of the window, and count windows without some."""
        lookups = signal_lookups(self.model.model)
        if not lookups or not len(kept):
            return {}, 0
        starts = stretch.starts(self.layout.stride)[kept]
        windows = pd.DataFrame({"chrom": stretch.chrom, "start": starts, "end": starts + self.layout.length})
        found, without = {}, np.zeros(len(kept), dtype=bool)
        for lookup in lookups:
            values, n_missing = lookup.of_windows(windows)
            found[id(lookup)] = _ByPosition(lookup, values)
            without |= n_missing > 0
        return found, int(without.sum())

    def _predict(self, rows: NDArray[Any], kept: NDArray[np.int64], side: Mapping[int, Any]) -> NDArray[np.float32]:
        """Predict for windows that begin in a stretch of one-hot rows (bases, 4)."""
        import_quietly("deepchem")
        from deepchem.data import NumpyDataset

        from deepchem_genomics.models.side_inputs import lent

        model = self.model.model
        length, stride = self.layout
        windows = sliding_window_view(rows, length, axis=0)[::stride].transpose(0, 2, 1)  # (n_windows, L, 4), a view
        results = np.empty(len(kept), dtype=np.float32)
        at_once = max(1, AT_ONCE // model.batch_size) * model.batch_size
        stand_in = dict.fromkeys(model.side_inputs, lambda lookup: side[id(lookup)]) if side else {}
        with lent(model, stand_in):
            for first in range(0, len(kept), at_once):
                members = kept[first : first + at_once]
                X, ids = windows[members], np.arange(first, first + len(members))
                predicted = model.predict(NumpyDataset(X, ids=ids)).reshape(len(members), -1)[:, self.task]
                if self.both_strands:
                    turned = model.predict(NumpyDataset(X[:, ::-1, ::-1], ids=ids))
                    predicted = (predicted.astype(np.float64) + turned.reshape(len(members), -1)[:, self.task]) / 2
                results[first : first + len(members)] = predicted
        return results


def signal_lookups(model: Any) -> list[SignalLookup]:
    """List what a model looks its side inputs up in."""
    lookups = [one for leaf in model.parts() for one in leaf.side_inputs.values()]
    if not all(isinstance(one, SignalLookup) for one in lookups):
        tracks = ", ".join(dict.fromkeys(name for one in lookups for name in own_tracks(one)))
        raise SideInputError(
            f"the model takes the tracks {tracks}, and a scan reads bigWig files; pass one for each, by name"
        )
    return lookups


class _ByPosition:
    """Stands for the side input of a stretch: values are looked up by the number of the window."""

    def __init__(self, lookup: SignalLookup, values: NDArray[np.float32]) -> None:
        self.values = values
        self.names, self.scaling = lookup.names, lookup.scaling
        self.n_tracks, self.neighbors = lookup.n_tracks, lookup.neighbors

    def lookup(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        return self.values[np.asarray(ids, dtype=np.int64)]  # they come back from a dataset as objects

    raw = lookup
