"""One stretch of chromosome to a file of predictions; the work of one process.

DeepChem is imported when the first stretch comes, without what it prints: this module is what a new process imports.
"""

import importlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from deepchem_genomics.data.signal_lookup import SignalLookup
from deepchem_genomics.errors import BadValueError, SideInputError
from deepchem_genomics.feat import DNA, one_hot
from deepchem_genomics.genome import Genome
from deepchem_genomics.io.npz import read_arrays, write_arrays
from deepchem_genomics.io.outputs import atomic_file
from deepchem_genomics.models.side_inputs import own_tracks
from deepchem_genomics.quiet import import_quietly
from deepchem_genomics.scan.stretches import Layout, Stretch

__all__ = ["StretchScorer", "read_part", "signal_lookups"]

AT_ONCE = 8192  # windows that are copied out of the stretch at a time


def read_part(path: Path, n_windows: int) -> tuple[NDArray[np.float32], int] | None:
    """Read a finished stretch.

    Parameters
    ----------
    path : Path
        What :class:`StretchScorer` wrote.
    n_windows : int
        How many windows the stretch has.

    Returns
    -------
    tuple of (ndarray of shape (n_windows,), int) or None
        A prediction a window, float32, NaN where the window was left out; and the number of windows with bases that
        have no signal. None if there is no such file, or not a whole one.
    """
    try:
        stored = read_arrays(path)
        predictions, n_without = stored["predictions"], int(stored["without_signal"])
    except (OSError, ValueError, KeyError, TypeError):  # such as a full disk leaves behind: it is made anew
        return None
    return (predictions, n_without) if predictions.shape == (n_windows,) else None


@dataclass
class StretchScorer:
    """Predicts for the windows of a stretch and writes them to a file. Can be sent to other processes.

    Parameters
    ----------
    model_folder : Path or None
        Where processes that do not have the model read it.
    genome : Genome
        Where sequences come from.
    layout : Layout
        How windows lie.
    folder : Path
        Where the files go.
    batch_size : int
        Windows a batch.
    signals : mapping of str to Path
        bigWig files by the name of the track, of a model with side inputs.
    statistic : {"mean", "min", "max", "coverage"}
        Of their values over a window.
    modules : tuple of str
        What processes of their own have to import to know the model's class.
    both_strands : bool
        Whether predictions for a window and its reverse complement are averaged.
    max_n : float
        Largest share of bases that are not known; windows with more are left out.
    task : int
        Whose predictions are kept.
    threads : int
        TensorFlow's, in processes of their own; 0 leaves them as they are.
    model : SequenceModel, optional
        The model, with its side inputs; not sent along.
    """

    model_folder: Path | None
    genome: Genome
    layout: Layout
    folder: Path
    batch_size: int
    signals: Mapping[str, Path] = field(default_factory=dict)
    statistic: str = "mean"
    modules: tuple[str, ...] = ()
    both_strands: bool = True
    max_n: float = 0.0
    task: int = 0
    threads: int = 0
    model: Any = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "model": None}

    def __call__(self, stretch: Stretch) -> int:
        """Predict for a stretch and write its file, which appears only when whole.

        Parameters
        ----------
        stretch : Stretch
            What to predict for.

        Returns
        -------
        int
            Number of its windows.

        Raises
        ------
        BadValueError
            If the model predicts what is not a number.
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
        with atomic_file(self.folder / stretch.file_name) as partial:
            write_arrays(partial, {"predictions": predictions, "without_signal": np.int64(n_without)}, compress=False)
        return stretch.n_windows

    def _letters(self, stretch: Stretch) -> NDArray[np.uint8]:
        starts = stretch.starts(self.layout.stride)
        whole = {"chrom": [stretch.chrom], "start": [starts[0]], "end": [starts[-1] + self.layout.length]}
        return self.genome.fetch_bytes(pd.DataFrame(whole))[0]

    def _kept(self, letters: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Find the windows whose bases are known well enough."""
        known = np.isin(letters, np.frombuffer(DNA.letters.encode(), np.uint8))
        so_far = np.concatenate([[0], np.cumsum(~known)])
        length, stride = self.layout
        unknown = (so_far[length:] - so_far[:-length])[::stride]
        return np.flatnonzero(unknown <= self.max_n * length)

    def _side_values(self, stretch: Stretch, kept: NDArray[np.int64]) -> tuple[dict[int, Any], int]:
        """Give the scaled values of each side input by the number of the window, and count windows without some."""
        lookups = signal_lookups(self._model())
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

        model = self._model()
        length, stride = self.layout
        windows = sliding_window_view(rows, length, axis=0)[::stride].transpose(0, 2, 1)  # (n_windows, L, 4), a view
        results = np.empty(len(kept), dtype=np.float32)
        at_once = max(1, AT_ONCE // self.batch_size) * self.batch_size
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

    def _model(self) -> Any:
        if self.model is None:
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
            if self.threads:  # before TensorFlow begins
                os.environ |= {"TF_NUM_INTRAOP_THREADS": str(self.threads), "TF_NUM_INTEROP_THREADS": "1"}
            import_quietly("deepchem")
            for module in self.modules:
                importlib.import_module(module)
            from deepchem_genomics import models

            if self.model_folder is None:
                raise BadValueError("the scorer has neither a model nor the folder of one; give one of the two")
            self.model = models.load(self.model_folder, batch_size=self.batch_size, progress=False)
            if self.signals:
                self.model.attach(self.signals, statistic=self.statistic)
        return self.model


def signal_lookups(model: Any) -> list[SignalLookup]:
    """List what a model looks its side inputs up in.

    Parameters
    ----------
    model : SequenceModel
        The model.

    Returns
    -------
    list of SignalLookup
        One for each side input of each model that it consists of.

    Raises
    ------
    SideInputError
        If a side input is not in bigWig files: tables hold some windows only.
    """
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
