"""The interval of any score: of areas under curves from the influence of each row, of others by the bootstrap."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.metrics.bootstrap import Interval, bootstrap_interval, paired_bootstrap_interval
from deepchem_genomics.metrics.ranking import FEWEST, ranking_difference, ranking_interval

__all__ = ["score_difference", "score_interval", "why_no_interval"]

Metric = str | Callable[[NDArray[Any], NDArray[Any]], float]

_AREAS = ("roc_auc", "pr_auc")


def score_interval(
    metric: Metric, y_true: ArrayLike, y_pred: ArrayLike, n_resamples: int = 1000, seed: int = 0
) -> Interval:
    """Return a score with its 95% interval, in the way that holds for this score.

    Parameters
    ----------
    metric : str or callable
        "roc_auc" and "pr_auc" as :func:`ranking_interval`; others as :func:`bootstrap_interval` takes them.
    y_true, y_pred : array_like, (N,) or (N, 1)
        Labels and predictions; leave out rows of weight zero.
    n_resamples : int, default 1000
        Of the bootstrap.
    seed : int, default 0
        Of the bootstrap.

    Returns
    -------
    Interval
        The score, and the low and high end of its interval.

    Raises
    ------
    EmptyInputError, ShapeMismatchError, BadValueError, LabelError
        As the two.

    Examples
    --------
    >>> score_interval("roc_auc", [0] * 20 + [1] * 20, range(40)).low > 0.8
    True
    """
    if metric in _AREAS:
        return ranking_interval(str(metric), y_true, y_pred)
    return bootstrap_interval(metric, y_true, y_pred, n_resamples, seed=seed)


def score_difference(
    metric: Metric,
    y_true: ArrayLike,
    y_pred_a: ArrayLike,
    y_pred_b: ArrayLike,
    n_resamples: int = 1000,
    seed: int = 0,
) -> Interval:
    """Return the score of A minus that of B on the same rows, with its 95% interval.

    Parameters
    ----------
    metric, y_true, n_resamples, seed
        As for :func:`score_interval`.
    y_pred_a, y_pred_b : array_like, (N,) or (N, 1)
        Predictions of models A and B.

    Returns
    -------
    Interval
        The difference, and the low and high end of its interval.

    Raises
    ------
    EmptyInputError, ShapeMismatchError, BadValueError, LabelError
        As :func:`ranking_difference` and :func:`paired_bootstrap_interval`.
    """
    if metric in _AREAS:
        return ranking_difference(str(metric), y_true, y_pred_a, y_pred_b)
    return paired_bootstrap_interval(metric, y_true, y_pred_a, y_pred_b, n_resamples, seed=seed)


def why_no_interval(metric: str, y_true: ArrayLike) -> str | None:
    """Return why an interval on these rows would not be useful; None if it would be.

    Parameters
    ----------
    metric : str
        "roc_auc", "pr_auc" or "mcc", for which the rarer class counts; for any other all rows do.
    y_true : array_like, (N,) or (N, 1)
        Labels, 0 and 1 for the first three.

    Returns
    -------
    str or None
        The reason, with the number of rows.

    Examples
    --------
    >>> why_no_interval("roc_auc", [0] * 40 + [1] * 3)
    '3 positives, fewer than 20, so there is no interval and the score says little'
    """
    labels = np.asarray(y_true).ravel()
    if metric not in (*_AREAS, "mcc"):
        return None if len(labels) >= FEWEST else f"{len(labels)} rows, fewer than {FEWEST}, so there is no interval"
    rarer = int(min(labels.sum(), len(labels) - labels.sum()))
    if rarer >= FEWEST:
        return None
    which = "positives" if labels.sum() <= len(labels) / 2 else "negatives"
    return f"{rarer} {which}, fewer than {FEWEST}, so there is no interval and the score says little"
