"""One number for each sequence, from any model, and what each track of a side input adds to it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
from deepchem.data import NumpyDataset
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.interpret.rows import parts_of, require_ids, require_rows, require_side_baselines, require_task
from deepchem_genomics.models.side_inputs import Lookup, with_stand_ins
from deepchem_genomics.typing import Ids, OneHot, SideValues

__all__ = ["Predictor", "side_input_effects"]


class Predictor:
    """A model as a function of sequences and ids.

    ``predict`` of the model may return (N,), (N, T), or (N, T, 2) as DeepChem's classifiers do. On the scale
    "prediction" its calibration is included; "logit" is what the last sigmoid takes, for a network or an ensemble (the
    mean of its members' logits), and BadValueError for other models.
    """

    def __init__(self, model: Any, task: int = 0, scale: str = "prediction") -> None:
        if scale not in ("prediction", "logit"):
            raise BadValueError(f"scale is {scale!r}; choose 'prediction' or 'logit'")
        self.model = model
        self.task = task
        self._outputs = _network_outputs(model, scale) if scale == "logit" else None

    def __call__(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict one number for each sequence of X (n, L, A)."""
        if not len(X):
            return np.zeros(0)
        return self._predictions(X, ids) if self._outputs is None else self._logits(X, ids)

    def _predictions(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        with _without_bars(self.model):
            predicted = self.model.predict(NumpyDataset(X, ids=ids))
        if not isinstance(predicted, np.ndarray):
            raise BadValueError(
                f"{type(self.model).__name__}.predict returns a {type(predicted).__name__}; one array is understood"
            )
        if predicted.ndim == 3 and predicted.shape[2] == 2:
            predicted = predicted[:, :, 1]  # DeepChem's own classifiers: the probabilities of 0 and of 1
        if predicted.ndim == 1:
            predicted = predicted[:, None]
        if predicted.ndim != 2 or len(predicted) != len(X):
            raise BadValueError(
                f"{type(self.model).__name__}.predict returns an array of shape {predicted.shape} for {len(X)} rows; "
                "expected (N, T), one number per task"
            )
        found: NDArray[np.float64] = predicted[:, require_task(self.task, predicted.shape[1])].astype(np.float64)
        return found

    def _logits(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        from deepchem_genomics.interpret.gradients import network_inputs

        total = np.zeros(len(X))
        for output in self._outputs or ():
            for start in range(0, len(X), output.model.rows_at_once):
                rows = slice(start, start + output.model.rows_at_once)
                logits = output(network_inputs(output.model, X[rows], ids[rows])).numpy()
                total[rows] += logits[:, require_task(self.task, logits.shape[1])]
        return total / len(self._outputs or ())


@contextmanager
def _without_bars(model: Any) -> Iterator[None]:
    """Keep networks from showing a progress bar each time they are called, while the block runs."""
    networks = [each for each in parts_of(model) if hasattr(each, "progress")]
    with ExitStack() as stack:
        for network in networks:
            stack.callback(setattr, network, "progress", network.progress)
            network.progress = False
        yield


def _network_outputs(model: Any, scale: str) -> Any:
    from deepchem_genomics.interpret.gradients import network_outputs  # needs TensorFlow

    return network_outputs(model, scale)


def side_input_effects(
    model: Any, X: OneHot, ids: Ids, side_baselines: Mapping[str, ArrayLike], task: int = 0
) -> dict[str, NDArray[np.float32]]:
    """Replace each track by a baseline, and predict.

    Parameters
    ----------
    model : SequenceModel
        With its side inputs attached; networks, trees, blends.
    X : ndarray, (N, L, 4)
        One-hot sequences.
    ids : sequence of str, (N,)
        Sample ids.
    side_baselines : mapping of str to array_like of float, (K,)
        What the tracks of each side input are replaced by, before its scaling: such as those of an ordinary window.
    task : int, default 0
        Whose prediction.

    Returns
    -------
    dict of str to ndarray of float32, (N, K)
        Prediction with the track as it is, minus that with the baseline in its place.

    Raises
    ------
    BadValueError
        If a side input has no baseline, one is given for a side input that the model does not have, or it is not
        finite.
    ShapeMismatchError
        If a baseline has not one number a track.

    Examples
    --------
    >>> from deepchem_genomics import models, simulate
    >>> train, valid, tracks = simulate.simulated_tf_datasets(n_train=2000, n_valid=20)
    >>> model = models.AccessibilityAlone(tracks)
    >>> model.fit(train)
    >>> effects = side_input_effects(model, valid.X, valid.ids, {"accessibility": [0.0]})
    >>> effects["accessibility"].shape, bool((effects["accessibility"] >= 0).all())
    ((20, 1), True)
    """
    rows = require_rows(X)
    names = require_ids(ids, len(rows), model)
    baselines = require_side_baselines(side_baselines, model)
    missing = [name for name in model.side_inputs if name not in baselines]
    if missing:
        raise BadValueError(f"side_baselines lacks {missing[0]}; give what its tracks are replaced by")
    predictor = Predictor(model, task)
    before = predictor(rows, names)
    effects = {name: np.zeros((len(rows), one.n_tracks), np.float32) for name, one in model.side_inputs.items()}
    for name, found in effects.items():
        values = baselines[name]
        for track in range(found.shape[1]):
            replaced = {name: lambda one, track=track, values=values: _Replaced(one, track, values[track])}
            found[:, track] = before - Predictor(with_stand_ins(model, replaced), task)(rows, names)
    return effects


class _Replaced:
    """A side input with one of its columns replaced by a number."""

    def __init__(self, side_input: Lookup, column: int, value: float) -> None:
        self.side_input, self.column, self.value = side_input, column, value
        self.names, self.n_tracks = side_input.names, side_input.n_tracks
        self.scaling, self.neighbors = side_input.scaling, side_input.neighbors

    def raw(self, ids: Ids) -> SideValues:
        values = self.side_input.raw(ids).copy()
        values[:, self.column] = self.value
        return values

    def lookup(self, ids: Ids) -> SideValues:
        return self.scaling.apply(self.raw(ids))
