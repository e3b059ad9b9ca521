"""What each track of a side input adds to a prediction, for any model: it is replaced, and the model asked again."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.interpret.predictions import Predictor
from deepchem_genomics.interpret.rows import require_ids, require_rows
from deepchem_genomics.models.side_inputs import Lookup, lent
from deepchem_genomics.typing import Ids, OneHot, SideValues

__all__ = ["side_input_effects"]


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
        If a side input has no baseline.

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
    missing = [name for name in model.side_inputs if name not in side_baselines]
    if missing:
        raise BadValueError(f"side_baselines lacks {missing[0]}; give what its tracks are replaced by")
    predictor = Predictor(model, task)
    before = predictor(rows, names)
    effects = {name: np.zeros((len(rows), one.n_tracks), np.float32) for name, one in model.side_inputs.items()}
    for name, found in effects.items():
        values = np.asarray(side_baselines[name], dtype=np.float32)
        for track in range(found.shape[1]):
            with lent(model, {name: lambda one, track=track, values=values: _Replaced(one, track, values[track])}):
                found[:, track] = before - predictor(rows, names)
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
