"""The scores of a benchmark by name; what is undefined is None, which JSON knows and NaN is not in."""

import datetime
import logging
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.benchmark.finished_runs import FORMAT, Predictions, fingerprint_of_data, fingerprint_of_settings
from deepchem_genomics.benchmark.problem import Problem, ProblemData
from deepchem_genomics.errors import BadValueError, ShapeMismatchError
from deepchem_genomics.io.provenance import versions
from deepchem_genomics.metrics import scores
from deepchem_genomics.recipes import Progress, Recipe

__all__ = ["SCORES", "Task", "run_one", "score_all"]

logger = logging.getLogger(__name__)

_PACKAGES = ("deepchem", "tensorflow", "numpy", "scikit-learn")

Column = NDArray[np.float64]


def _matthews(y: Column, predicted: Column) -> float:
    """Return the Matthews correlation at a probability of 0.5; NaN where predictions are not probabilities."""
    from sklearn.metrics import matthews_corrcoef

    if predicted.min() < 0 or predicted.max() > 1:
        return float("nan")
    return float(matthews_corrcoef(y == 1, predicted >= 0.5))


SCORES: dict[str, Callable[[Column, Column], float]] = {
    "mcc": _matthews,
    "pearson": scores.pearson_score,
    "pr_auc": scores.average_precision_score,
    "rmse": scores.rmse_score,
    "roc_auc": scores.roc_auc_score,
    "spearman": scores.spearman_score,
}
"""Functions of labels and predictions."""


def score_all(names: Iterable[str], y: Column, predicted: Column) -> dict[str, float | None]:
    """Score predictions.

    Returns
    -------
    dict
        By name; None where it is undefined: a correlation with a constant, a Matthews correlation of what is no
        probability.

    Examples
    --------
    >>> import numpy as np
    >>> score_all(["roc_auc", "mcc"], np.array([0.0, 1.0]), np.array([0.3, 7.0]))
    {'roc_auc': 1.0, 'mcc': None}
    """
    found: dict[str, float | None] = {}
    for name in names:
        if name not in SCORES:
            raise BadValueError(f"there is no score {name!r}; choose from {', '.join(SCORES)}")
        value = SCORES[name](y, predicted)
        found[name] = float(value) if np.isfinite(value) else None
    return found


class Task(NamedTuple):
    """What a run is.

    Parameters
    ----------
    problem : Problem
        What is predicted.
    recipe : Recipe
        Who predicts.
    seed : int
        The recipe's seed.
    """

    problem: Problem
    recipe: Recipe
    seed: int

    def __str__(self) -> str:
        """Return problem, recipe and seed."""
        return f"{self.problem.name} {self.recipe.name} seed {self.seed}"


def run_one(
    data: ProblemData, task: Task, report_progress: Callable[[str], None] | None = None
) -> tuple[dict[str, Any], Predictions]:
    """Do one run in this process.

    Returns
    -------
    record : dict
        What ``result.json`` has; see :class:`~deepchem_genomics.benchmark.finished_runs.FinishedRun`. The peak memory
        is that of this process, all it did before included.
    predictions : Predictions
        Of all folds.
    """
    tell = logger.info if report_progress is None else report_progress
    base_memory = _peak_memory_mb()
    parts: list[Predictions] = []
    history: list[dict[str, Any]] = []
    parameters = None
    seconds_fit = seconds_predict = 0.0
    for number, fold in enumerate(data.folds):
        started = time.perf_counter()
        fitted = task.recipe(fold.train, fold.valid, data.side_inputs, seed=task.seed, progress=Progress(tell))
        fitted_at = time.perf_counter()
        predicted = _one_a_row(task, fitted.model.predict(fold.test), len(fold.test))
        seconds_fit += fitted_at - started
        seconds_predict += time.perf_counter() - fitted_at
        history += [{"fold": number} | entry for entry in fitted.history]
        parameters = fitted.parameters
        ids, y = np.asarray(fold.test.ids).astype(str), np.asarray(fold.test.y, dtype=np.float64).reshape(-1)
        parts.append(Predictions(ids, y, predicted, np.full(len(y), number, dtype=np.int16)))
    predictions = Predictions(*map(np.concatenate, zip(*parts, strict=True)))
    record = _identity(task) | {
        "scores": score_all(task.problem.metrics, predictions.y, predictions.predicted),
        "n_train": round(float(np.mean([len(fold.train) for fold in data.folds]))),
        "n_scored": len(predictions.y),
        **_labels(task.problem, predictions),
        "parameters": parameters,
        "seconds_fit": round(seconds_fit, 3),
        "seconds_predict": round(seconds_predict, 3),
        "peak_memory_mb": _peak_memory_mb(),
        "base_memory_mb": base_memory,
        "history": history,
        "folds": len(data.folds),
        "versions": {**dict.fromkeys(_PACKAGES), **versions(*_PACKAGES)},
        "machine": {"cpus": os.cpu_count(), "platform": platform.platform()},
        "fingerprint": {
            "data": fingerprint_of_data(data),
            "settings": fingerprint_of_settings(*task),
        },
        "finished": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
    return record, predictions


def _identity(task: Task) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "problem": task.problem.name,
        "kind": task.problem.kind,
        "recipe": task.recipe.name,
        "side_inputs": task.recipe.taken_of(task.problem.side_inputs),
        "is_baseline": task.recipe.is_baseline,
        "uses_seed": task.recipe.uses_seed,
        "seed": task.seed,
    }


def _one_a_row(task: Task, predicted: Any, n: int) -> np.ndarray:
    column = np.asarray(predicted, dtype=np.float64)
    if column.size != n:
        raise ShapeMismatchError(f"{task} predicted an array of shape {column.shape}; it must be ({n}, 1)")
    if not np.isfinite(column).all():
        raise BadValueError(f"{task} predicted {(~np.isfinite(column)).sum()} numbers of {n} that are not finite")
    return column.reshape(n)


def _labels(problem: Problem, predictions: Predictions) -> dict[str, float]:
    if problem.kind == "binding":
        return {"prevalence": float(predictions.y.mean())}
    return {"label_mean": float(predictions.y.mean()), "label_sd": float(predictions.y.std())}


def _peak_memory_mb() -> float:
    """Return the most memory this process has had, in units of 1024 x 1024 bytes.

    On Linux from its own counter, which starts at 0 with each program; ``getrusage`` would count what the process that
    started this one had, too.
    """
    try:
        status = Path("/proc/self/status").read_text()
        kilobytes = next(float(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return round(kilobytes / 1024, 1)
