"""Scores as functions of row weights: sort once, score a thousand resamples.

A bootstrap resample is a count of how often each row was drawn. Each function here takes labels and predictions, does
what does not depend on the counts (sorting, finding ties, centring), and returns a function from counts to the score.
For whole counts that score is exactly the score of the rows repeated that often; where it is undefined it is NaN.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "WeightedScore",
    "weighted_average_precision",
    "weighted_pearson",
    "weighted_rmse",
    "weighted_roc_auc",
    "weighted_spearman",
]

Column: TypeAlias = NDArray[np.float64]
"""One value per row, (N,)."""

WeightedScore: TypeAlias = Callable[[NDArray[Any]], float]
"""From row weights (N,), not negative, to the score."""


def weighted_roc_auc(y_true: Column, y_pred: Column) -> WeightedScore:
    """Prepare the area under the ROC curve; ties count one half, NaN when only one class has weight."""
    order, ties = _sorted_with_ties(y_pred)
    positive = y_true[order]

    def score(weights: NDArray[Any]) -> float:
        sorted_weights = weights[order]
        weighted_positive = sorted_weights * positive
        positives = ties.sums(weighted_positive)  # by distinct score, ascending
        negatives = ties.sums(sorted_weights - weighted_positive)
        outranked = np.cumsum(negatives) - negatives / 2
        pairs = positives.sum() * negatives.sum()
        return _dot(positives, outranked) / float(pairs) if pairs > 0 else float("nan")

    return score


def weighted_average_precision(y_true: Column, y_pred: Column) -> WeightedScore:
    """Prepare average precision; rows with equal scores pass together, NaN when only one class has weight."""
    order, ties = _sorted_with_ties(-y_pred)
    positive = y_true[order]

    def score(weights: NDArray[Any]) -> float:
        sorted_weights = weights[order]
        hits = ties.sums(sorted_weights * positive)  # by distinct score, descending
        hits_so_far, rows_so_far = np.cumsum(hits), np.cumsum(ties.sums(sorted_weights))
        if not 0 < hits_so_far[-1] < rows_so_far[-1]:
            return float("nan")
        gained = np.flatnonzero(hits)  # only thresholds that gain recall count
        precision = hits_so_far[gained] / rows_so_far[gained]
        return _dot(hits[gained], precision) / float(hits_so_far[-1])

    return score


def weighted_pearson(y_true: Column, y_pred: Column) -> WeightedScore:
    """Prepare Pearson's correlation; NaN when either side is constant over the rows that have weight."""
    # Centring and scaling change nothing but the rounding: sums of squares lose less when means are near zero.
    x, y = _standardized(y_true), _standardized(y_pred)
    columns = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y])  # (6, N)
    rounding = 4 * np.finfo(np.float64).eps * max(len(x), 1)  # what may be left of the variance of a constant

    def score(weights: NDArray[Any]) -> float:
        total, sum_x, sum_y, sum_xx, sum_yy, sum_xy = np.einsum("ij,j->i", columns, weights.astype(np.float64))
        if total <= 0:
            return float("nan")
        variance_x, variance_y = sum_xx - sum_x * sum_x / total, sum_yy - sum_y * sum_y / total
        if variance_x <= rounding * sum_xx or variance_y <= rounding * sum_yy:
            return float("nan")
        r = (sum_xy - sum_x * sum_y / total) / np.sqrt(variance_x * variance_y)
        return float(np.clip(r, -1.0, 1.0))

    return score


def weighted_spearman(y_true: Column, y_pred: Column) -> WeightedScore:
    """Prepare Spearman's rank correlation, ranks within the resample; NaN as for Pearson's."""
    rank_true, rank_pred = _prepare_ranks(y_true), _prepare_ranks(y_pred)

    def score(weights: NDArray[Any]) -> float:
        weights = weights.astype(np.float64)
        total = weights.sum()
        if total <= 0:
            return float("nan")
        x, y = rank_true(weights) - total / 2, rank_pred(weights) - total / 2  # the weighted mean rank is total / 2
        weighted_x = weights * x
        spread = np.sqrt(_dot(weighted_x, x) * _dot(weights * y, y))
        return float(np.clip(_dot(weighted_x, y) / spread, -1.0, 1.0)) if spread > 0 else float("nan")

    return score


def weighted_rmse(y_true: Column, y_pred: Column) -> WeightedScore:
    """Prepare the root of the mean squared error; NaN when no row has weight."""
    squared_error = (y_true - y_pred) ** 2

    def score(weights: NDArray[Any]) -> float:
        total = weights.sum()
        return float(np.sqrt(_dot(weights, squared_error) / total)) if total > 0 else float("nan")

    return score


def _dot(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Sum of products without BLAS, whose threads wait for each other on a busy machine longer than this takes."""
    return float(np.einsum("i,i", a, b))


class _Ties:
    """Where runs of equal values begin in a sorted column."""

    def __init__(self, values: Column) -> None:
        new = np.r_[True, values[1:] != values[:-1]]
        self.group = np.cumsum(new) - 1  # (N,) number of the run each row belongs to
        self._starts = None if new.all() else np.flatnonzero(new)

    def sums(self, weights: NDArray[Any]) -> NDArray[Any]:
        """Return the total weight of each run."""
        return weights if self._starts is None else np.add.reduceat(weights, self._starts)


def _sorted_with_ties(values: Column) -> tuple[NDArray[np.intp], _Ties]:
    order = np.argsort(values, kind="stable")
    return order, _Ties(values[order])


def _prepare_ranks(values: Column) -> Callable[[Column], Column]:
    """Return a function from weights to ranks: the weight below a row, plus half the weight tied with it."""
    order, ties = _sorted_with_ties(values)
    group_of_row = np.empty(len(values), dtype=np.intp)
    group_of_row[order] = ties.group

    def ranks(weights: Column) -> Column:
        tied = ties.sums(weights[order])
        return (np.cumsum(tied) - tied / 2)[group_of_row]

    return ranks


def _standardized(values: Column) -> Column:
    centered = values - values.mean()
    spread = np.abs(centered).max(initial=0.0)
    found: Column = centered / spread if spread > 0 else centered
    return found
