"""Confidence intervals by resampling rows.

The percentile bootstrap [1]_: rows are drawn with replacement, as many as there are, and scored; the interval holds the
middle 95% of a thousand such scores. Rows are drawn regardless of class, so the number of positives varies as it
would in another sample. A resample whose score is undefined, for it has one class only or is constant, is drawn again.

Rows are assumed to be independent. Windows that overlap or neighbor each other, and guides against the same transcript,
are not, and their true intervals are wider.

References
----------
.. [1] Efron and Tibshirani, "An Introduction to the Bootstrap", Chapman & Hall (1993), chapter 13.
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.arguments import FRACTION_BETWEEN, require_rule, require_whole_number
from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError
from deepchem_genomics.metrics import scores, weighted

if TYPE_CHECKING:
    import deepchem as dc

__all__ = ["Interval", "bootstrap_interval", "paired_bootstrap_interval"]

logger = logging.getLogger(__name__)

AnyMetric: TypeAlias = "str | dc.metrics.Metric | Callable[[NDArray[Any], NDArray[Any]], float]"
"""A name such as "roc_auc", a DeepChem metric, or a function of labels and predictions."""

Prepare: TypeAlias = Callable[[NDArray[np.float64], NDArray[np.float64]], weighted.WeightedScore]

_NAMED: dict[str, tuple[scores.Score, Prepare]] = {
    "roc_auc": (scores.roc_auc_score, weighted.weighted_roc_auc),
    "pr_auc": (scores.average_precision_score, weighted.weighted_average_precision),
    "pearson": (scores.pearson_score, weighted.weighted_pearson),
    "spearman": (scores.spearman_score, weighted.weighted_spearman),
    "rmse": (scores.rmse_score, weighted.weighted_rmse),
}

_MOST_REDRAWS = 100  # for each requested resample


class Interval(NamedTuple):
    """A score and how far it may be off.

    Parameters
    ----------
    estimate : float
        The score of the rows as they are.
    low : float
        Lower end of the confidence interval.
    high : float
        Upper end.

    Examples
    --------
    >>> print(Interval(0.7523, 0.70661, 0.79812))
    0.752 (0.707 to 0.798)
    """

    estimate: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.estimate:.3f} ({self.low:.3f} to {self.high:.3f})"


def bootstrap_interval(
    metric: AnyMetric,
    y_true: ArrayLike,
    y_pred: ArrayLike,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return a score of one task with its bootstrap confidence interval.

    The package's own metrics sort the rows once and take below a second for 1,000 resamples of 35,000 rows; any other
    metric is called on every resample.

    Parameters
    ----------
    metric : str, dc.metrics.Metric or callable
        One of "roc_auc", "pr_auc", "pearson", "spearman", "rmse"; or a DeepChem metric; or a function of ``y_true``
        and ``y_pred``, (n,) each, that returns a float.
    y_true : array_like, (N,) or (N, 1)
        Labels. Leave out rows of weight zero.
    y_pred : array_like, (N,) or (N, 1)
        Predictions, such as ``model.predict(dataset)`` of one task.
    n_resamples : int, default 1000
        How often rows are drawn.
    confidence : float, default 0.95
        Share of the resampled scores within the interval.
    seed : int, default 0
        Chooses the resamples; the same for every metric, so intervals on the same rows can be compared.

    Returns
    -------
    Interval
        The score itself, and the low and high end of its interval.

    Raises
    ------
    EmptyInputError
        When there are no rows.
    ShapeMismatchError
        When the two differ in length or have more than one column.
    BadValueError
        When a value is NaN or infinite, the metric is unknown or undefined on these rows (one class only, a constant),
        or another parameter is out of range.
    LabelError
        When a label is neither 0 nor 1 and the metric is "roc_auc" or "pr_auc".

    See Also
    --------
    paired_bootstrap_interval : The interval of a difference.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> labels = rng.random(1000) < 0.1
    >>> interval = bootstrap_interval("roc_auc", labels, labels + rng.normal(size=1000))
    >>> interval.low < interval.estimate < interval.high
    True
    """
    labels, predictions = as_columns(y_true=y_true, y_pred=y_pred)
    score, prepare, name = _resolve(metric)
    estimate = defined(score(labels, predictions), name, len(labels))
    return Interval(estimate, *_percentiles(prepare(labels, predictions), len(labels), n_resamples, confidence, seed))


def paired_bootstrap_interval(
    metric: AnyMetric,
    y_true: ArrayLike,
    y_pred_a: ArrayLike,
    y_pred_b: ArrayLike,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return how much better model A scores than model B on the same rows, with its interval.

    Both are scored on the same resamples, so what makes a resample easy or hard for both cancels out. An interval
    without zero says that the models differ on rows like these.

    Parameters
    ----------
    y_pred_a, y_pred_b : array_like, (N,) or (N, 1)
        Predictions of models A and B.
    metric, y_true, n_resamples, confidence, seed
        As for :func:`bootstrap_interval`.

    Returns
    -------
    Interval
        Score of A minus score of B, and the low and high end of its interval.

    Raises
    ------
    EmptyInputError, ShapeMismatchError, BadValueError, LabelError
        As for :func:`bootstrap_interval`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> efficacy = rng.normal(size=200)
    >>> good, bad = efficacy + rng.normal(size=200), efficacy + 3 * rng.normal(size=200)
    >>> paired_bootstrap_interval("pearson", efficacy, good, bad).low > 0
    True
    """
    labels, a, b = as_columns(y_true=y_true, y_pred_a=y_pred_a, y_pred_b=y_pred_b)
    score, prepare, name = _resolve(metric)
    n = len(labels)
    estimate = defined(score(labels, a), f"{name} of y_pred_a", n) - defined(score(labels, b), f"{name} of y_pred_b", n)
    score_a, score_b = prepare(labels, a), prepare(labels, b)
    ends = _percentiles(lambda counts: score_a(counts) - score_b(counts), n, n_resamples, confidence, seed)
    return Interval(estimate, *ends)


def as_columns(**columns: ArrayLike) -> list[NDArray[np.float64]]:
    """Return each as (N,) float64, finite and equally long; y_true first."""
    flat: list[NDArray[np.float64]] = []
    for name, values in columns.items():
        column = np.asarray(values, dtype=np.float64)
        if column.ndim == 2 and column.shape[1] == 1:
            column = column[:, 0]
        if column.ndim != 1:
            raise ShapeMismatchError(
                f"{name} has shape {column.shape}; expected (N,) or (N, 1): pass one task at a time, "
                f"such as {name}[:, 0]"
            )
        if flat and len(column) != len(flat[0]):
            raise ShapeMismatchError(f"{name} has {len(column)} rows and y_true has {len(flat[0])}; they must agree")
        wrong = np.flatnonzero(~np.isfinite(column))
        if wrong.size:
            raise BadValueError(
                f"{name} is {column[wrong[0]]} in row {wrong[0]} ({wrong.size} such rows); "
                "leave out rows without a value"
            )
        flat.append(column)
    if not len(flat[0]):
        raise EmptyInputError("y_true has no rows; an interval needs some")
    return flat


def _resolve(metric: AnyMetric) -> tuple[scores.Score, Prepare, str]:
    """Return the metric as a function of two columns, as one prepared for resampling, and its name."""
    if isinstance(metric, str):
        if metric not in _NAMED:
            raise BadValueError(f"metric is {metric!r}; the names are {', '.join(_NAMED)}, or pass a function")
        return *_NAMED[metric], metric
    function = getattr(metric, "metric", metric)  # what a DeepChem metric wraps
    for name, (score, prepare) in _NAMED.items():
        if function is score:
            return score, prepare, name
    if hasattr(metric, "compute_metric"):
        return *_called_each_time(lambda y, p: metric.compute_metric(y[:, None], p[:, None])), metric.name  # type: ignore[union-attr]
    if not callable(metric):
        raise BadValueError(
            f"metric is {metric!r}; pass a name ({', '.join(_NAMED)}), a dc.metrics.Metric or a function"
        )
    return *_called_each_time(metric), getattr(metric, "__name__", "the metric")


def _called_each_time(metric: Callable[[NDArray[Any], NDArray[Any]], float]) -> tuple[scores.Score, Prepare]:
    """Wrap a metric that knows nothing of weights: rows are repeated as often as they were drawn."""

    def prepare(y_true: NDArray[np.float64], y_pred: NDArray[np.float64]) -> weighted.WeightedScore:
        rows = np.arange(len(y_true))

        def score(counts: NDArray[Any]) -> float:
            drawn = np.repeat(rows, counts)
            return float(metric(y_true[drawn], y_pred[drawn]))

        return score

    return lambda y_true, y_pred: float(metric(np.asarray(y_true), np.asarray(y_pred))), prepare


def defined(estimate: float, name: str, n_rows: int) -> float:
    """Raise BadValueError unless a score is a number."""
    if not np.isfinite(estimate):
        raise BadValueError(
            f"{name} is {estimate} on these {n_rows} rows, so it has no interval; areas under curves need "
            "both classes, correlations need labels and predictions that vary"
        )
    return estimate


def _percentiles(
    score: weighted.WeightedScore, n_rows: int, n_resamples: int, confidence: float, seed: int
) -> tuple[float, float]:
    """Return the ends of the interval of the scores of resamples, drawn again where a score is undefined."""
    require_rule("confidence", confidence, FRACTION_BETWEEN)
    n_resamples = require_whole_number("n_resamples", n_resamples, lowest=1)
    rng = np.random.default_rng(seed)
    resampled = np.empty(n_resamples)
    done = redrawn = 0
    while done < n_resamples:
        counts = np.bincount(rng.integers(0, n_rows, n_rows), minlength=n_rows)
        resampled[done] = score(counts)
        if np.isfinite(resampled[done]):
            done += 1
        else:
            redrawn += 1
            if redrawn > _MOST_REDRAWS * n_resamples:
                raise BadValueError(
                    f"{redrawn} resamples of {n_rows} rows had no defined score; there are too few rows"
                )
    if redrawn:
        logger.warning("%d resamples of %d rows had no defined score and were drawn again", redrawn, n_rows)
    low, high = np.quantile(resampled, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
