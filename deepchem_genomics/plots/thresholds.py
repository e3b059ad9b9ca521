"""What a classifier gives at each threshold: ROC and precision-recall curves."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.errors import EmptyInputError, LabelError, ShapeMismatchError
from deepchem_genomics.plots.palette import COLOURS, DASHES, GREY, axes_or_new, literal, places, shortened, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["precision_recall_curves", "roc_curves"]

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
        Scores of the positive class by the name of the model; up to six can be told apart.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, unknown to pyplot, if not given.
    order : sequence of str, optional
        Names in the order in which colors are given out, for several pictures of the same models.
    title : str, optional
        Title of the Axes.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on; the legend gives the area under each curve.

    Raises
    ------
    EmptyInputError
        If there are no predictions.
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
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=":", label="a coin (0.500)", zorder=1)
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
        Scores of the positive class by the name of the model; up to six can be told apart.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, unknown to pyplot, if not given.
    order : sequence of str, optional
        Names in the order in which colors are given out, for several pictures of the same models.
    title : str, optional
        Title of the Axes.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on; the legend gives the average precision of each curve.

    Raises
    ------
    EmptyInputError
        If there are no predictions.
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
    ax.axhline(prevalence, color=GREY, linewidth=1, linestyle=":", label=level, zorder=1)
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


def _style(i: int) -> dict:
    return {"color": COLOURS[i % len(COLOURS)], "linestyle": DASHES[i % len(DASHES)], "linewidth": 1.8}


def _require_columns(
    y_true: ArrayLike, predictions: Mapping[str, ArrayLike]
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """Return labels and predictions as (N,) each, with both classes among the labels."""
    labels = np.asarray(y_true, dtype=np.float64)
    if not predictions:
        raise EmptyInputError("predictions is empty; give those of one model or more")
    columns = {name: np.asarray(values, dtype=np.float64) for name, values in predictions.items()}
    for name, column in columns.items():
        if column.shape != labels.shape or labels.ndim != 1:
            raise ShapeMismatchError(
                f"{name} has the shape {column.shape} and y_true {labels.shape}; give one prediction a label, (N,)"
            )
    if set(np.unique(labels).tolist()) != {0.0, 1.0}:
        raise LabelError(f"y_true has the values {_some(np.unique(labels))}; a curve needs 0 and 1, both of them")
    return labels, columns


def _some(values: NDArray[np.float64]) -> str:
    shown = ", ".join(f"{value:g}" for value in values[:4])
    return (shown or "(none)") + (", ..." if len(values) > 4 else "")
