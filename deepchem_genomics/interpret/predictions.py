"""One number for each sequence, from any model."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
from deepchem.data import NumpyDataset
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.interpret.rows import parts_of, require_task

__all__ = ["Predictor"]


class Predictor:
    """A model as a function of sequences and ids.

    Parameters
    ----------
    model : dc.models.Model
        Anything whose ``predict`` takes a dataset and returns an array, (N,), (N, T), or (N, T, 2) as DeepChem's
        classifiers do. On the scale of the logit a network, or an ensemble: then the mean of its members' logits.
    task : int, default 0
        Which column.
    scale : {"prediction", "logit"}, default "prediction"
        What ``predict`` returns, with its calibration if it has one; or what the last sigmoid takes.

    Raises
    ------
    BadValueError
        If the scale is unknown, or the model has no logit.
    """

    def __init__(self, model: Any, task: int = 0, scale: str = "prediction") -> None:
        if scale not in ("prediction", "logit"):
            raise BadValueError(f"scale is {scale!r}; choose 'prediction' or 'logit'")
        self.model = model
        self.task = task
        self._outputs = _network_outputs(model, scale) if scale == "logit" else None

    def __call__(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict.

        Parameters
        ----------
        X : ndarray, (n, L, A)
            One-hot sequences.
        ids : ndarray of object, (n,)
            Their ids.

        Returns
        -------
        ndarray of float64, (n,)
            One number a sequence.
        """
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
                "expected (N, T), one number a task"
            )
        return predicted[:, require_task(self.task, predicted.shape[1])].astype(np.float64)

    def _logits(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        from deepchem_genomics.interpret.logits import network_inputs

        total = np.zeros(len(X))
        for output in self._outputs or ():
            for start in range(0, len(X), output.model.batch_size):
                rows = slice(start, start + output.model.batch_size)
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
    from deepchem_genomics.interpret.logits import network_outputs  # needs TensorFlow

    return network_outputs(model, scale)
