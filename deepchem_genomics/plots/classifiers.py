"""Figures of a classifier: ROC and precision-recall curves, and the calibration of its probabilities."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import BadValueError, EmptyInputError, LabelError
from deepchem_genomics.plots.axes import (
    COLORS,
    DASHES,
    GRAY,
    axes_or_new,
    literal,
    places,
    require_one_each,
    shortened,
    tidy,
)
from deepchem_genomics.wording import counted, listed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Reliability", "calibration_curves", "precision_recall_curves", "reliability", "roc_curves"]

RARE = 0.05  # a prevalence below which precision is only readable on a logarithmic axis


def roc_curves(
    y_true: ArrayLike,
    predictions: Mapping[str, ArrayLike],
    ax: "Axes | None" = None,
    *,
    order: Sequence[str] | None = None,
    title: str | None = None,
) -> "Axes":
    """Draw the true positive rate against the false positive rate, with the diagonal of a coin.

    Parameters
    ----------
    y_true : array_like, (N,)
        Labels 0 and 1.
    predictions : mapping of str to array_like, (N,)
        Scores of the positive class by the name of the model; up to six can be distinguished.
    ax, order, title : optional
        See :mod:`deepchem_genomics.plots`.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on; the legend gives the area under each curve.

    Raises
    ------
    EmptyInputError
        If there are no predictions.
    BadValueError
        If predictions are not named.
    ShapeMismatchError
        If a model does not have a prediction for each label.
    LabelError
        If the labels are not 0 and 1, both of them.

    Examples
    --------
    >>> ax = roc_curves([0, 0, 1, 1], {"motif": [0.1, 0.4, 0.35, 0.8]})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['motif (0.750)', 'a coin (0.500)']
    """
    from sklearn.metrics import auc, roc_curve

    labels, columns = _require_columns(y_true, predictions)
    ax = axes_or_new(ax)
    place = places(columns, order)
    for name, scores in columns.items():
        false_positive, true_positive, _ = roc_curve(labels, scores)
        area = auc(false_positive, true_positive)
        ax.plot(false_positive, true_positive, label=f"{literal(shortened(name))} ({area:.3f})", **_style(place[name]))
    ax.plot([0, 1], [0, 1], color=GRAY, linewidth=1, linestyle=":", label="a coin (0.500)", zorder=1)
    ax.set_xlim(-0.01, 1.01)
    ax.set_ylim(-0.01, 1.01)
    ax.set_xlabel("false positive rate")
    ax.set_ylabel("true positive rate")
    tidy(ax, title, legend_columns=1)
    return ax


def precision_recall_curves(
    y_true: ArrayLike,
    predictions: Mapping[str, ArrayLike],
    ax: "Axes | None" = None,
    *,
    order: Sequence[str] | None = None,
    title: str | None = None,
) -> "Axes":
    """Draw precision against recall in steps, with the level of a coin: the prevalence.

    Where fewer than 1 in 20 rows are positive, precision is on a logarithmic axis.

    Parameters
    ----------
    y_true : array_like, (N,)
        Labels 0 and 1.
    predictions : mapping of str to array_like, (N,)
        Scores of the positive class by the name of the model; up to six can be distinguished.
    ax, order, title : optional
        See :mod:`deepchem_genomics.plots`.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on; the legend gives the average precision of each curve.

    Raises
    ------
    EmptyInputError
        If there are no predictions.
    BadValueError
        If predictions are not named.
    ShapeMismatchError
        If a model does not have a prediction for each label.
    LabelError
        If the labels are not 0 and 1, both of them.

    Examples
    --------
    >>> ax = precision_recall_curves([0, 0, 1, 1], {"motif": [0.1, 0.4, 0.35, 0.8]})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['motif (0.833)', 'a coin: the prevalence (0.500)']
    """
    from sklearn.metrics import average_precision_score, precision_recall_curve

    labels, columns = _require_columns(y_true, predictions)
    ax = axes_or_new(ax)
    prevalence = float(labels.mean())
    place = places(columns, order)
    for name, scores in columns.items():
        precision, recall, _ = precision_recall_curve(labels, scores, drop_intermediate=True)
        area = average_precision_score(labels, scores)
        # The first point, precision 1 at recall 0, is a convention and no threshold's: it is left out.
        ax.step(
            recall[:-1],
            precision[:-1],
            where="post",
            label=f"{literal(shortened(name))} ({area:.3f})",
            **_style(place[name]),
        )
    level = f"a coin: the prevalence ({prevalence:.3g})" if prevalence < RARE else _level_of(prevalence)
    ax.axhline(prevalence, color=GRAY, linewidth=1, linestyle=":", label=level, zorder=1)
    if prevalence < RARE:
        ax.set_yscale("log")
        ax.set_ylim(prevalence / 2, 1.15)
        ax.set_ylabel("precision (logarithmic)")
    else:
        ax.set_ylim(0, 1.02)
        ax.set_ylabel("precision")
    ax.set_xlim(-0.01, 1.01)
    ax.set_xlabel("recall")
    tidy(ax, title, legend_columns=1)
    return ax


def _level_of(prevalence: float) -> str:
    return f"a coin: the prevalence ({prevalence:.3f})"


def _style(i: int) -> dict[str, Any]:
    return {"color": COLORS[i % len(COLORS)], "linestyle": DASHES[i % len(DASHES)], "linewidth": 1.8}


def _require_columns(
    y_true: ArrayLike, predictions: Mapping[str, ArrayLike]
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """Return labels and predictions as (N,) each, with both classes among the labels."""
    labels = np.asarray(y_true, dtype=np.float64)
    _require_named(predictions)
    columns = {name: np.asarray(values, dtype=np.float64) for name, values in predictions.items()}
    for name, column in columns.items():
        require_one_each(name, column, labels)
    if set(np.unique(labels).tolist()) != {0.0, 1.0}:
        found = listed([f"{value:g}" for value in np.unique(labels)], 4) or "(none)"
        raise LabelError(f"y_true has the values {found}; a curve needs 0 and 1, both of them")
    return labels, columns


def _require_named(predictions: Mapping[str, ArrayLike]) -> None:
    if not isinstance(predictions, Mapping):
        raise BadValueError(
            f"predictions is a {type(predictions).__name__}; give them by name: {{'model': predictions}}"
        )
    if not predictions:
        raise EmptyInputError("predictions is empty; give those of one model or more")


MARKERS = ("o", "s", "^", "D", "v", "P")


class Reliability(NamedTuple):
    """Rows in groups of similar prediction, and how many of each group are positive.

    Parameters
    ----------
    predicted : ndarray of float64, (B,)
        Mean predicted probability of a group.
    observed : ndarray of float64, (B,)
        Share of positives in it.
    low, high : ndarray of float64, (B,)
        Ends of the 95% Wilson interval of that share.
    counts : ndarray of int64, (B,)
        Rows in it.
    """

    predicted: NDArray[np.float64]
    observed: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    counts: NDArray[np.int64]


def reliability(y_true: ArrayLike, y_pred: ArrayLike, n_groups: int = 10) -> Reliability:
    """Group rows by predicted probability, as evenly as ties allow, and count the positives of each group.

    Groups of equal size show what happens where the rows are: of equal widths, nearly all rows would share one where
    positives are rare.

    Parameters
    ----------
    y_true : array_like, (N,)
        Labels 0 and 1.
    y_pred : array_like, (N,)
        Predicted probabilities, 0 to 1.
    n_groups : int, default 10
        Requested groups; equal predictions stay together, so there may be fewer.

    Returns
    -------
    Reliability
        The groups, by rising prediction.

    Raises
    ------
    EmptyInputError
        If there are no rows.
    ShapeMismatchError
        If there is not a prediction for each label.
    LabelError
        If a label is neither 0 nor 1.
    BadValueError
        If a prediction is not a probability, or fewer than one group is requested.

    References
    ----------
    Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212.

    Examples
    --------
    >>> groups = reliability([0, 0, 1, 0, 1, 1], [0.1, 0.1, 0.1, 0.9, 0.9, 0.9], n_groups=2)
    >>> groups.observed.round(3).tolist(), groups.counts.tolist()
    ([0.333, 0.667], [3, 3])
    """
    labels, probabilities = np.asarray(y_true, dtype=np.float64), np.asarray(y_pred, dtype=np.float64)
    _require_probabilities(labels, probabilities, n_groups)
    order = np.argsort(probabilities, kind="stable")
    labels, probabilities = labels[order], probabilities[order]
    # Equal predictions move to the group of the first of them.
    first_of_ties = np.searchsorted(probabilities, probabilities, side="left")
    group = np.unique(first_of_ties * n_groups // len(labels), return_inverse=True)[1]
    counts = np.bincount(group)
    positives = np.bincount(group, weights=labels)
    low, high = _wilson(positives, counts)
    return Reliability(np.bincount(group, weights=probabilities) / counts, positives / counts, low, high, counts)


def calibration_curves(
    y_true: ArrayLike,
    predictions: Mapping[str, ArrayLike],
    ax: "Axes | None" = None,
    *,
    n_groups: int = 10,
    order: Sequence[str] | None = None,
    title: str | None = None,
) -> "Axes":
    """Draw the share of positives against the predicted probability, in groups of equally many rows.

    The axes reach as far as the groups do: rare positives leave most of the unit square empty.

    Parameters
    ----------
    y_true : array_like, (N,)
        Labels 0 and 1.
    predictions : mapping of str to array_like, (N,)
        Predicted probabilities by the name of the model; up to six can be distinguished.
    n_groups : int, default 10
        Requested groups; equal predictions stay together.
    ax, order, title : optional
        See :mod:`deepchem_genomics.plots`.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on; vertical lines are 95% intervals of the share, the legend counts groups and rows.

    Raises
    ------
    EmptyInputError
        If there are no predictions or rows.
    ShapeMismatchError, LabelError, BadValueError
        As for :func:`reliability`.

    Examples
    --------
    >>> ax = calibration_curves([0, 1, 0, 1], {"network": [0.2, 0.2, 0.7, 0.9]}, n_groups=2)
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['network: 2 groups of 2 rows', 'as predicted']
    """
    _require_named(predictions)
    ax = axes_or_new(ax)
    reach = 0.0
    for name, i in places(predictions, order).items():
        groups = reliability(y_true, predictions[name], n_groups)
        color = COLORS[i % len(COLORS)]
        ax.vlines(groups.predicted, groups.low, groups.high, color=color, linewidth=1, alpha=0.6)
        label = f"{literal(shortened(name))}: {_count(groups)}"
        marker = MARKERS[i % len(MARKERS)]
        ax.plot(groups.predicted, groups.observed, marker=marker, markersize=4.5, color=color, label=label)
        reach = max(reach, groups.predicted.max(), groups.observed.max(), 0.6 * groups.high.max())
    reach = min(1.02, 1.08 * reach)
    ax.axline((0, 0), slope=1, color=GRAY, linewidth=1, linestyle=":", label="as predicted", zorder=1)
    ax.set_xlim(-0.02 * reach, reach)
    ax.set_ylim(-0.02 * reach, reach)
    ax.set_xlabel("predicted probability, mean of a group")
    ax.set_ylabel("share of positives in it")
    tidy(ax, title, legend_columns=1)
    return ax


def _count(groups: Reliability) -> str:
    fewest, most = int(groups.counts.min()), int(groups.counts.max())
    rows = f"{most:,}" if fewest == most else f"{fewest:,} to {most:,}"
    return f"{counted(len(groups.counts), 'group')} of {rows} rows"


def _wilson(positives: NDArray[Any], counts: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    z = 1.959964  # of a normal distribution, 95% lie within
    share = positives / counts
    middle = (share + z * z / (2 * counts)) / (1 + z * z / counts)
    half = z * np.sqrt(share * (1 - share) / counts + z * z / (4 * counts**2)) / (1 + z * z / counts)
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def _require_probabilities(labels: NDArray[np.float64], probabilities: NDArray[np.float64], n_groups: int) -> None:
    require_one_each("y_pred", probabilities, labels)
    if not len(labels):
        raise EmptyInputError("y_true has no rows; calibration needs some")
    if not np.isin(labels, (0, 1)).all():
        raise LabelError(f"y_true has the value {labels[~np.isin(labels, (0, 1))][0]:g}; labels are 0 and 1")
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        wrong = probabilities[~((probabilities >= 0) & (probabilities <= 1))][0]
        raise BadValueError(f"y_pred has the value {wrong:g}; only probabilities, 0 to 1, can be calibrated")
    require_whole_number("n_groups", n_groups, lowest=1)
