"""The scores as functions of labels and predictions, with optional row weights.

scikit-learn and SciPy do the work. Here labels are checked, rows of weight zero are left out regardless of their
values, and undefined scores (one class only, a constant) are NaN with a warning in the log, with any version of both.
"""

import logging
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.errors import BadValueError, LabelError, ShapeMismatchError
from deepchem_genomics.metrics.weighted import WeightedScore, weighted_pearson, weighted_spearman

__all__ = ["average_precision_score", "pearson_score", "rmse_score", "roc_auc_score", "spearman_score"]

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

    return _area("ROC AUC", area, _binary_rows(y_true, y_pred, sample_weight))


def average_precision_score(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
    """Return average precision: the sum of precision times gain in recall over the thresholds, without interpolation.

    ``dc.metrics.prc_auc_score`` joins the points by straight lines, which no threshold achieves (Davis and Goadrich,
    "The relationship between precision-recall and ROC curves", ICML 2006): it gives 0.5 for a constant prediction at a
    prevalence of 0.004, where this gives 0.004.

    >>> average_precision_score([0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5])
    0.25
    """
    from sklearn.metrics import average_precision_score as area

    return _area("PR AUC", area, _binary_rows(y_true, y_pred, sample_weight))


def _area(name: str, area: Score, rows: Columns) -> float:
    """Return the area under a curve; NaN where there is one class."""
    labels, predictions, weight = rows
    if _is_constant(labels):
        return _undefined(name, "there is one class", len(labels))
    return float(area(labels, predictions, sample_weight=weight))


def pearson_score(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
    """Return Pearson's correlation, r (not its square).

    >>> round(pearson_score([1, 2, 3], [1, 2, 4]), 4)
    0.982
    """
    from scipy.stats import pearsonr

    rows = _finite_rows(y_true, y_pred, sample_weight)
    return _correlation("Pearson's r", pearsonr, weighted_pearson, rows)


def spearman_score(y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
    """Return Spearman's rank correlation; equal values share their mean rank, a weight of two counts as two rows.

    >>> round(spearman_score([1, 2, 3], [1, 2, 40]), 4)
    1.0
    """
    from scipy.stats import spearmanr

    rows = _finite_rows(y_true, y_pred, sample_weight)
    return _correlation("Spearman's rho", spearmanr, weighted_spearman, rows)


def _correlation(
    name: str,
    unweighted: Callable[..., Sequence[float]],
    weighted: Callable[..., WeightedScore],
    rows: Columns,
) -> float:
    """Return a correlation; NaN where labels or predictions are constant."""
    measured, predictions, weight = rows
    if _is_constant(measured) or _is_constant(predictions):
        return _undefined(name, "labels or predictions are constant", len(measured))
    if weight is not None:
        return weighted(measured, predictions)(weight)
    return float(unweighted(measured, predictions)[0])


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
        raise BadValueError(f"sample_weight must be {len(y_true)} numbers, one per row, none negative or NaN")
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
            "leave out unlabeled rows, or threshold the labels"
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
