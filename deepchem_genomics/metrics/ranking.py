"""Confidence intervals of areas under curves from how much each row moves the area: no resampling.

The derivative of an area by the weight of a row, an influence, gives the area's variance (the infinitesimal jackknife
[1]_; for the ROC AUC it is DeLong's variance [2]_). Intervals of one area are taken on the logit scale, with a t
quantile whose degrees of freedom are Satterthwaite's. That is still too narrow where an area is close to 1 or the
rarer class is small, so the interval is widened to hold a score interval as well: Newcombe's for the ROC AUC [3]_, and
for the PR AUC, below 50 rows of the rarer class, Wilson's for as many trials as there are positives [4]_. The variance
of a difference counts two more rows of each class, which gain and lose a third.

``benchmarks/coverage.py`` simulates how often the intervals hold the true value; docs/metrics.md has the table.

References
----------
.. [1] B. Efron. Nonparametric standard errors and confidence intervals. *Canadian Journal of Statistics* 9 (1981).
.. [2] E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson. Comparing the areas under two or more correlated receiver
   operating characteristic curves. *Biometrics* 44 (1988).
.. [3] R. G. Newcombe. Confidence intervals for an effect size measure based on the Mann-Whitney statistic. Part 2.
   *Statistics in Medicine* 25 (2006), method 5.
.. [4] K. Boyd, K. H. Eng and C. D. Page. Area under the precision-recall curve. *ECML PKDD* (2013).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.optimize import brentq
from scipy.special import expit, logit

from deepchem_genomics.arguments import FRACTION_BETWEEN, require_choice, require_rule
from deepchem_genomics.metrics.bootstrap import Interval, as_columns, defined
from deepchem_genomics.metrics.scores import average_precision_score, roc_auc_score

__all__ = ["FEWEST", "ranking_difference", "ranking_interval"]

Float = NDArray[np.float64]

FEWEST = 20
"""Rows of the rarer class from which on the intervals were found to hold what they say."""

_SMALL = 50  # rows of the rarer class below which the influences say too little about a PR AUC near 1
_PSEUDO = 0.35  # what the two added rows of each class gain and lose
_EDGE = 1e-6


class _Area(NamedTuple):
    """An area, how much each row moves it, and which rows are positive."""

    value: float
    influences: Float
    positive: NDArray[np.bool_]


def ranking_interval(metric: str, y_true: ArrayLike, y_pred: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return the area under a curve with its confidence interval.

    Rows count as independent: windows that overlap or neighbor each other are not, and their true intervals are wider.

    Parameters
    ----------
    metric : {"roc_auc", "pr_auc"}
        Which curve.
    y_true : array_like, (N,) or (N, 1)
        0 or 1. Leave out rows of weight zero.
    y_pred : array_like, (N,) or (N, 1)
        The higher, the likelier a 1.
    confidence : float, default 0.95
        How often the interval holds the true area. With fewer than 20 rows of either class it holds it less often,
        or is so wide that it says little.

    Returns
    -------
    Interval
        The area, and the low and high end of its interval.

    Raises
    ------
    EmptyInputError, ShapeMismatchError
        If there are no rows, or the two differ in length.
    BadValueError
        If the metric is another, a value is not finite, or there is one class only.
    LabelError
        If a label is neither 0 nor 1.

    Examples
    --------
    >>> print(ranking_interval("roc_auc", [0] * 20 + [1] * 20, range(40)))
    1.000 (0.899 to 1.000)
    """
    require_rule("confidence", confidence, FRACTION_BETWEEN)
    labels, predicted = as_columns(y_true=y_true, y_pred=y_pred)
    area = _area(metric, labels, predicted)
    n_positive = int(area.positive.sum())
    n_negative = len(labels) - n_positive
    low, high = _on_logits(area, confidence)
    z = float(stats.norm.ppf((1 + confidence) / 2))
    if metric == "roc_auc":
        wider = _newcombe(area.value, n_positive, n_negative, z)
    elif min(n_positive, n_negative) < _SMALL or area.value > 1 - _EDGE:
        wider = _wilson(area.value, n_positive, z)
    else:
        wider = (low, high)
    return Interval(area.value, min(low, wider[0], area.value), max(high, wider[1], area.value))


def ranking_difference(
    metric: str, y_true: ArrayLike, y_pred_a: ArrayLike, y_pred_b: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Return how much larger the area of A is than that of B on the same rows, with its confidence interval.

    Parameters
    ----------
    metric, y_true, confidence
        As for :func:`ranking_interval`.
    y_pred_a, y_pred_b : array_like, (N,) or (N, 1)
        Predictions of models A and B.

    Returns
    -------
    Interval
        Area of A minus area of B, and the low and high end of its interval.

    Raises
    ------
    EmptyInputError, ShapeMismatchError, BadValueError, LabelError
        As for :func:`ranking_interval`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> labels = np.repeat([0, 1], 200)
    >>> good, bad = labels + rng.normal(size=400), labels + 4 * rng.normal(size=400)
    >>> ranking_difference("roc_auc", labels, good, bad).low > 0
    True
    """
    require_rule("confidence", confidence, FRACTION_BETWEEN)
    labels, a, b = as_columns(y_true=y_true, y_pred_a=y_pred_a, y_pred_b=y_pred_b)
    one, other = _area(metric, labels, a), _area(metric, labels, b)
    moved = one.influences - other.influences
    variance = 0.0
    for rows in (one.positive, ~one.positive):
        n = int(rows.sum())
        variance += float(((n * moved[rows]) ** 2).sum() + 2 * _PSEUDO**2) / (n + 1) / n
    smaller = int(min(one.positive.sum(), (~one.positive).sum()))
    half = float(stats.t.ppf((1 + confidence) / 2, max(1, smaller - 1)) * np.sqrt(variance))
    difference = one.value - other.value
    return Interval(difference, max(-1.0, difference - half), min(1.0, difference + half))


def _area(metric: str, labels: Float, predicted: Float) -> _Area:
    require_choice("metric", metric, _METRICS)
    score, influences = _METRICS[metric]
    value = defined(float(score(labels, predicted)), metric, len(labels))
    positive = labels == 1
    return _Area(value, influences(positive, predicted), positive)


def _roc_influences(positive: NDArray[np.bool_], predicted: Float) -> Float:
    """Return what each row adds to the ROC AUC beyond the mean: its placement among the other class."""
    above, below = np.sort(predicted[positive]), np.sort(predicted[~positive])
    found = np.empty(len(predicted))
    for rows, others, sign in ((positive, below, 1), (~positive, above, -1)):
        own = predicted[rows]
        placed = (np.searchsorted(others, own, "left") + np.searchsorted(others, own, "right")) / (2 * len(others))
        found[rows] = sign * (placed - placed.mean()) / len(own)
    return found


def _pr_influences(positive: NDArray[np.bool_], predicted: Float) -> Float:
    """Return the derivative of average precision by the weight of each row; rows with equal scores pass together."""
    _, tie = np.unique(-predicted, return_inverse=True)  # 0 for the highest score
    hits = np.bincount(tie, weights=positive).astype(np.float64)
    hits_so_far, rows_so_far = np.cumsum(hits), np.cumsum(np.bincount(tie))
    total = hits_so_far[-1]
    precision = hits_so_far / rows_so_far
    gained = np.cumsum((hits / rows_so_far)[::-1])[::-1]  # by one more hit at or before each tie
    lost = np.cumsum((hits * precision / rows_so_far)[::-1])[::-1]  # by one more row
    area = float((hits * precision).sum() / total)
    return (np.where(positive, precision[tie] - area + gained[tie], 0.0) - lost[tie]) / float(total)


_METRICS: dict[str, tuple[Callable[..., float], Callable[[NDArray[np.bool_], Float], Float]]] = {
    "roc_auc": (roc_auc_score, _roc_influences),
    "pr_auc": (average_precision_score, _pr_influences),
}


def _on_logits(area: _Area, confidence: float) -> tuple[float, float]:
    """Return the interval of an area on the logit scale, with a t quantile."""
    parts = []
    for rows in (area.positive, ~area.positive):
        own, n = area.influences[rows], int(rows.sum())
        # Not centered: the number of positives varies between samples, too, and an AUC's influences have mean 0.
        parts.append((n * n * float((own**2).sum()) / max(1, n - 1) / n, n))
    variance = sum(part for part, _ in parts)
    value = float(np.clip(area.value, _EDGE, 1 - _EDGE))
    if variance <= 0:
        return value, value
    freedom = variance**2 / sum(part**2 / max(1, n - 1) for part, n in parts)
    half = float(stats.t.ppf((1 + confidence) / 2, freedom)) * np.sqrt(variance) / (value * (1 - value))
    middle = logit(value)
    return float(expit(middle - half)), float(expit(middle + half))


def _newcombe(area: float, n_positive: int, n_negative: int, z: float) -> tuple[float, float]:
    """Return the areas whose own standard error, of exponential scores, the estimate is z times away from."""
    value, more = float(np.clip(area, _EDGE, 1 - _EDGE)), (n_positive + n_negative) / 2 - 1

    def beyond(true: float) -> float:
        spread = 1 + more * ((1 - true) / (2 - true) + true / (1 + true))
        return float((true - value) ** 2 - z * z * true * (1 - true) * spread / (n_positive * n_negative))

    return float(brentq(beyond, 0.0, value)), float(brentq(beyond, value, 1.0))


def _wilson(share: float, n: int, z: float) -> tuple[float, float]:
    """Return Wilson's interval of a share."""
    middle = (share + z * z / 2 / n) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / 4 / n**2)
    return float(middle - half), float(middle + half)
