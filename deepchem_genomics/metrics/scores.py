"""The scores as functions of labels and predictions, with optional row weights.

scikit-learn and SciPy do the work. Here labels are checked, rows of weight zero are left out whatever is in them, and
what is undefined (one class only, a constant) is NaN with a warning in the log, whatever the versions of the two do.
The metric objects for ``model.evaluate`` have stable names, which key the result.

>>> from deepchem_genomics import metrics
>>> float(metrics.roc_auc.compute_metric([[0], [0], [1], [1]], [[0.1], [0.4], [0.35], [0.8]]))
0.75
"""

import logging
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from deepchem.metrics import Metric
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.errors import BadValueError, LabelError, ShapeMismatchError
from deepchem_genomics.metrics.weighted import weighted_pearson, weighted_spearman

__all__ = [
    "BinaryMetric",
    "average_precision_score",
    "pearson",
    "pearson_score",
    "pr_auc",
    "rmse",
    "rmse_score",
    "roc_auc",
    "roc_auc_score",
    "spearman",
    "spearman_score",
]

logger = logging.getLogger(__name__)

Score: TypeAlias = Callable[..., float]
"""A function of labels, predictions and optional row weights."""

Columns: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64] | None]
"""Labels, predictions and perhaps weights, (N,) each."""


def roc_auc_score(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
    """Return the area under the ROC curve: the chance that a positive outranks a negative.

    >>> roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    from sklearn.metrics import roc_auc_score as area

    labels, predictions, weight = _binary_rows(y_true, y_pred, sample_weight)
    if _is_constant(labels):
        return _undefined("ROC AUC", "there is one class", len(labels))
    return float(area(labels, predictions, sample_weight=weight))


def average_precision_score(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
    """Return average precision: the sum of precision times gain in recall over the thresholds, without interpolation.

    ``dc.metrics.prc_auc_score`` joins the points by straight lines, which no threshold achieves (Davis and Goadrich,
    "The relationship between precision-recall and ROC curves", ICML 2006): it gives 0.5 for a constant prediction at a
    prevalence of 0.004, where this gives 0.004.

    >>> average_precision_score([0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5])
    0.25
    """
    from sklearn.metrics import average_precision_score as area

    labels, predictions, weight = _binary_rows(y_true, y_pred, sample_weight)
    if _is_constant(labels):
        return _undefined("PR AUC", "there is one class", len(labels))
    return float(area(labels, predictions, sample_weight=weight))


def pearson_score(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
    """Return Pearson's correlation, r (not its square).

    >>> round(pearson_score([1, 2, 3], [1, 2, 4]), 4)
    0.982
    """
    from scipy.stats import pearsonr

    measured, predictions, weight = _finite_rows(y_true, y_pred, sample_weight)
    if _is_constant(measured) or _is_constant(predictions):
        return _undefined("Pearson's r", "labels or predictions are constant", len(measured))
    if weight is not None:
        return weighted_pearson(measured, predictions)(weight)
    return float(pearsonr(measured, predictions)[0])


def spearman_score(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
    """Return Spearman's rank correlation; equal values share their mean rank, a weight of two counts as two rows.

    >>> round(spearman_score([1, 2, 3], [1, 2, 40]), 4)
    1.0
    """
    from scipy.stats import spearmanr

    measured, predictions, weight = _finite_rows(y_true, y_pred, sample_weight)
    if _is_constant(measured) or _is_constant(predictions):
        return _undefined("Spearman's rho", "labels or predictions are constant", len(measured))
    if weight is not None:
        return weighted_spearman(measured, predictions)(weight)
    return float(spearmanr(measured, predictions)[0])


def rmse_score(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
    """Return the root of the mean squared error, in the unit of the labels.

    >>> rmse_score([0, 0], [3, 3])
    3.0
    """
    measured, predictions, weight = _finite_rows(y_true, y_pred, sample_weight)
    if not len(measured):
        return _undefined("RMSE", "nothing", 0)
    return float(np.sqrt(np.average((measured - predictions) ** 2, weights=weight)))


def _counted_rows(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None) -> Columns:
    """Return labels, predictions and weights of the rows that have weight, as float64."""
    y_true, y_pred = np.asarray(y_true, dtype=np.float64), np.asarray(y_pred, dtype=np.float64)
    if y_true.shape != y_pred.shape:
        raise ShapeMismatchError(f"y_true has shape {y_true.shape}, y_pred {y_pred.shape}; a score compares row by row")
    if sample_weight is None:
        return y_true, y_pred, None
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != y_true.shape or not (weight >= 0).all():
        raise BadValueError(f"sample_weight must be {len(y_true)} numbers, one a row, none negative or NaN")
    counts = weight > 0
    return y_true[counts], y_pred[counts], weight[counts]


def _binary_rows(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None) -> Columns:
    """Return the rows that count, reduced to the positive class, with labels checked."""
    y_true, y_pred = (values[:, 1] if values.ndim == 2 else values for values in map(np.asarray, (y_true, y_pred)))
    labels, predictions, weight = _counted_rows(y_true, y_pred, sample_weight)
    wrong = np.flatnonzero((labels != 0) & (labels != 1))
    if wrong.size:
        raise LabelError(
            f"label {labels[wrong[0]]} in row {wrong[0]} ({wrong.size} such rows); ROC AUC and PR AUC need 0 and 1: "
            "leave out unlabelled rows, or threshold the labels"
        )
    _require_finite(predictions, "y_pred")
    return labels, predictions, weight


def _finite_rows(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None) -> Columns:
    """Return the rows that count, with both columns checked."""
    measured, predictions, weight = _counted_rows(y_true, y_pred, sample_weight)
    _require_finite(measured, "y_true")
    _require_finite(predictions, "y_pred")
    return measured, predictions, weight


def _require_finite(values: NDArray[np.float64], name: str) -> None:
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        raise BadValueError(
            f"{name} is {values[wrong[0]]} in row {wrong[0]} ({wrong.size} such rows); a score needs finite numbers: "
            "leave out rows without a value"
        )


def _is_constant(values: NDArray[np.float64]) -> bool:
    return values.size == 0 or bool(values.min() == values.max())


def _undefined(name: str, reason: str, n_rows: int) -> float:
    """Return NaN and say why: a score that cannot be had must not stop the evaluation of other tasks."""
    logger.warning("%s is undefined (NaN): %s in all %d rows that count", name, reason, n_rows)
    return float("nan")


class BinaryMetric(Metric):
    """A ``dc.metrics.Metric`` for classification tasks with the classes 0 and 1.

    It takes the probability, or any score, of the positive class as ``(N,)`` or ``(N, T)``, and DeepChem's
    ``(N, T, 2)``. The stock ``Metric`` guesses from the values which of these it was given and takes a prediction with
    two distinct values for class numbers: 0.3 and 0.7 are both cut to 0 and the ROC AUC comes out as 0.5.

    Parameters
    ----------
    metric, task_averager, name, threshold, mode, n_tasks, classification_handling_mode, threshold_value
        As for ``dc.metrics.Metric``.
    """

    def compute_metric(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        w: ArrayLike | None = None,
        n_tasks: int | None = None,
        n_classes: int = 2,
        per_task_metrics: bool = False,
        use_sample_weights: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Compute the score of each task, and their mean.

        Parameters
        ----------
        y_true : array_like, (N,), (N, T) or one-hot (N, T, 2)
            Labels 0 and 1.
        y_pred : array_like, (N,), (N, T) or (N, T, 2)
            Scores of the positive class, or of both classes with the positive one second.
        w : array_like, (N,) or (N, T), optional
            Row weights; ignored unless ``use_sample_weights``.
        n_tasks : int, optional
            T, where ``(N, 2)`` could be two tasks or two classes; by default every column is a task.
        n_classes : int, default 2
            Must be 2.
        per_task_metrics : bool, default False
            Return the score of each task, too.
        use_sample_weights : bool, default False
            Weight the rows; those of weight zero, such as missing labels, then do not count.
        **kwargs : Any
            For the score function.

        Returns
        -------
        float or tuple
            The mean over tasks; with ``per_task_metrics`` also the list of each task's score (of one task: the score).
            NaN, with a warning in the log, when a task has one class only.

        Raises
        ------
        ShapeMismatchError
            When ``n_classes`` is not 2 or the last of three axes is not 2 long.
        LabelError
            When a label is neither 0 nor 1.
        BadValueError
            When a prediction is not finite.
        """
        if n_classes != 2:
            raise ShapeMismatchError(f"{self.name} is for two classes, not {n_classes}")
        y_true, y_pred = _with_class_axis(y_true, n_tasks, "y_true"), _with_class_axis(y_pred, n_tasks, "y_pred")
        n_tasks = y_true.shape[1] if n_tasks is None else n_tasks
        return super().compute_metric(y_true, y_pred, w, n_tasks, 2, per_task_metrics, use_sample_weights, **kwargs)


def _with_class_axis(values: ArrayLike, n_tasks: int | None, name: str) -> NDArray[np.float64]:
    """Return (N, T, 2): a column for each class, the positive one second."""
    values = np.asarray(values, dtype=np.float64)
    if values.ndim == 2 and values.shape[1] == 2 and n_tasks == 1:
        values = values[:, None, :]  # one task whose two classes are the columns
    if values.ndim == 3 and values.shape[2] == 2:
        return values
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[:, :, 0]
    if values.ndim not in (1, 2):
        raise ShapeMismatchError(f"{name} has shape {values.shape}; expected (N,), (N, T) or (N, T, 2)")
    positive = values.reshape(len(values), -1)
    return np.stack([1 - positive, positive], axis=-1)


def _for_classification(score: Score, name: str) -> BinaryMetric:
    return BinaryMetric(score, np.mean, name=name, mode="classification", classification_handling_mode="direct")


def _for_regression(score: Score, name: str) -> Metric:
    return Metric(score, np.mean, name=name, mode="regression")


roc_auc = _for_classification(roc_auc_score, "roc_auc")
"""Area under the receiver operating characteristic: 0.5 for a coin whatever the prevalence."""

pr_auc = _for_classification(average_precision_score, "pr_auc")
"""Average precision: the prevalence for a coin, so the score to watch where positives are rare."""

pearson = _for_regression(pearson_score, "pearson")
"""Pearson's r, not its square."""

spearman = _for_regression(spearman_score, "spearman")
"""Spearman's rank correlation."""

rmse = _for_regression(rmse_score, "rmse")
"""Root mean squared error, in the unit of the labels; lower is better."""
