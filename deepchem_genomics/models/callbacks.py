"""Early stopping, and the state of callbacks in checkpoints, so that training resumes as if never interrupted."""

import io
import logging
import re
import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.io.npz import read_arrays, write_arrays

if TYPE_CHECKING:
    from deepchem.data import Dataset
    from deepchem.metrics import Metric

__all__ = ["CallbackMemory", "EarlyStopping"]

logger = logging.getLogger(__name__)

_LOWER_IS_BETTER = re.compile("error|loss|deviance|rmse|mse|mae|rms_score")
_HIGHER_ALL_THE_SAME = re.compile("(^|[^a-z])(d2|neg)[^a-z]")  # d2_log_loss_score, neg_mean_squared_error


class EarlyStopping:
    """A callback for ``fit`` that scores per dataset every epoch, stops in time and restores the best weights.

    Its scores and best weights so far go into the checkpoints that ``fit`` writes: training that is resumed ends as if
    it had never been interrupted. In a ``fit`` of another model they start over.

    Parameters
    ----------
    dataset : dc.data.Dataset
        What to score: not the training data, and not the data that the final score is reported on.
    metric : dc.metrics.Metric
        The score.
    patience : int, default 5
        How many scores in a row may fail to improve before training stops.
    min_delta : float, default 0.0
        What a score must gain to count as better.
    higher_is_better : bool, optional
        By default judged by the metric's name: false for RMSE, MSE, MAE and whatever is called an error, a loss or a
        deviance, but for those of scikit-learn that begin with ``d2_`` or ``neg_``.
    interval : int, optional
        Training steps between scores; an epoch if not given, which ``fit`` knows and ``fit_generator`` does not.

    Attributes
    ----------
    history : list of (int, float)
        Training step and score, in order.
    best_step, best_score : int and float
        The step whose weights are restored, and its score; None before the first.

    Examples
    --------
    >>> from deepchem_genomics import metrics, models, simulate
    >>> train, valid = simulate.simulated_sirna_datasets(n_train=200, n_valid=100, seed=0)
    >>> stopping = EarlyStopping(valid, metrics.pearson, patience=2)
    >>> model = models.SiRNAEfficacyModel(seed=0, learning_rate=0.01)
    >>> _ = model.fit(train, nb_epoch=50, callbacks=stopping)
    >>> stopping.best_score == max(score for _, score in stopping.history)
    True
    """

    def __init__(
        self,
        dataset: "Dataset",
        metric: "Metric",
        patience: int = 5,
        min_delta: float = 0.0,
        higher_is_better: bool | None = None,
        interval: int | None = None,
    ) -> None:
        self.dataset = dataset
        self.metric = metric
        self.patience = patience
        self.min_delta = min_delta
        if higher_is_better is None:
            name = str(metric.name).lower()
            higher_is_better = not _LOWER_IS_BETTER.search(name) or bool(_HIGHER_ALL_THE_SAME.search(name))
        self.higher_is_better = higher_is_better
        self.interval = interval
        self.history: list[tuple[int, float]] = []
        self.best_step: int | None = None
        self.best_score: float | None = None
        self._best_weights: list[np.ndarray] | None = None
        self._failures = 0
        self._model: weakref.ref[Any] | None = None  # the one that was scored

    def __repr__(self) -> str:
        reached = "" if self.best_score is None else f", best {self.best_score:.4f} at step {self.best_step}"
        return f"EarlyStopping({self.metric!r} on {len(self.dataset)} rows, patience={self.patience}{reached})"

    def __call__(self, model: Any, step: int) -> None:
        """Score the model at the end of an interval; stop training if patience has run out.

        BadValueError if the score is NaN, or an interval is needed and was not given.
        """
        interval = self.interval or model.n_steps_per_epoch
        if interval is None:
            raise BadValueError("fit_generator does not know how long an epoch is; give EarlyStopping(interval=steps)")
        if step % interval:
            return
        self._begin(model)
        score = float(_first(model.evaluate(self.dataset, [self.metric])))
        if np.isnan(score):
            raise BadValueError(
                f"step {step}: {self.metric.name} is NaN, because the held-out labels or predictions do not vary; give "
                "other held-out rows or another metric"
            )
        self.history.append((int(step), score))
        if self._is_better(score):
            self.best_step, self.best_score, self._failures = int(step), score, 0
            self._best_weights = model.model.get_weights()
            return
        self._failures += 1
        if self._failures >= self.patience:
            logger.info(
                "stopped at step %d: %s best at step %s (%g)", step, self.metric.name, self.best_step, self.best_score
            )
            model.stop_training = True

    def on_fit_end(self, model: Any) -> None:
        """Restore the best weights.

        Parameters
        ----------
        model : GenomicsModel
            The model whose training ends.
        """
        if self._best_weights is not None and self._scored() is model:
            model.model.set_weights(self._best_weights)

    def get_state(self) -> dict[str, np.ndarray]:
        """Return what is to be remembered in a checkpoint.

        Returns
        -------
        dict of str to ndarray
            Scores so far, the best one, failures since, and the best weights.
        """
        steps, scores = zip(*self.history, strict=True) if self.history else ((), ())
        state = {
            "metric": np.array(str(self.metric.name)),
            "steps": np.array(steps, dtype=np.int64),
            "scores": np.array(scores, dtype=np.float64),
            "failures": np.array(self._failures, dtype=np.int64),
        }
        if self._best_weights is not None:
            state |= {"best_step": np.array(self.best_step), "best_score": np.array(self.best_score)}
            state |= {f"weights {i:03d}": weights for i, weights in enumerate(self._best_weights)}
        return state

    def set_state(self, state: dict[str, np.ndarray]) -> None:
        """Restore what a checkpoint remembers.

        Parameters
        ----------
        state : dict of str to ndarray
            As :meth:`get_state` gives it; of another score, it is left aside, which is logged.
        """
        if str(state["metric"]) != str(self.metric.name):
            logger.warning(
                "the checkpoint has scores by %s, this training is scored by %s: the history starts over",
                state["metric"],
                self.metric.name,
            )
            return
        self._model = None  # whose training is resumed: see on_resume
        self.history = list(zip(state["steps"].tolist(), state["scores"].tolist(), strict=True))
        self._failures = int(state["failures"])
        if "best_step" in state:
            self.best_step, self.best_score = int(state["best_step"]), float(state["best_score"])
            self._best_weights = [state[name] for name in sorted(state) if name.startswith("weights ")]

    def on_resume(self, model: Any, step: int) -> None:
        """Score the step of the checkpoint if that was not done before it was written; stop if patience was over.

        Parameters
        ----------
        model : GenomicsModel
            The model, as the checkpoint had it.
        step : int
            Training steps done.
        """
        self._begin(model)
        if not self.history or self.history[-1][0] < step:
            self(model, step)
        elif self._failures >= self.patience:
            model.stop_training = True

    def _scored(self) -> Any:
        """Return the model that was scored before; None if there is none, or it is gone."""
        return None if self._model is None else self._model()

    def _begin(self, model: Any) -> None:
        """Remember which model is scored; of another than before, start over."""
        if self._model is not None and self._scored() is not model:
            logger.warning("another model is trained than was scored before: scores and patience start over")
            self.history, self.best_step, self.best_score = [], None, None
            self._best_weights, self._failures = None, 0
        self._model = weakref.ref(model)

    def _is_better(self, score: float) -> bool:
        if self.best_score is None:
            return True
        gain = score - self.best_score if self.higher_is_better else self.best_score - score
        return gain > self.min_delta


def _first(scores: Any) -> Any:
    return next(iter(scores.values()))


class CallbackMemory:
    """The state of those callbacks of a ``fit`` that have ``get_state``, ``set_state`` and ``on_resume``."""

    def __init__(self, callbacks: Sequence[Callable[..., Any]]) -> None:
        self.callbacks: list[Any] = [callback for callback in callbacks if hasattr(callback, "get_state")]

    def to_bytes(self) -> bytes:
        """Return the state of all callbacks as an ``npz`` file; entry names begin with the callback's number."""
        buffer = io.BytesIO()
        states = [callback.get_state() for callback in self.callbacks]
        arrays = {f"{i}/{name}": value for i, state in enumerate(states) for name, value in state.items()}
        write_arrays(buffer, arrays, compress=False)
        return buffer.getvalue()

    def set_bytes(self, content: bytes) -> None:
        """Restore the state of callbacks from what :meth:`to_bytes` returned."""
        found: dict[str, np.ndarray] = read_arrays(io.BytesIO(content))
        for i, callback in enumerate(self.callbacks):
            state = {name.removeprefix(f"{i}/"): value for name, value in found.items() if name.startswith(f"{i}/")}
            if state:
                callback.set_state(state)

    def resume(self, model: Any, step: int) -> None:
        """Call ``on_resume`` of callbacks with the restored model and the number of training steps done."""
        for callback in self.callbacks:
            callback.on_resume(model, step)
