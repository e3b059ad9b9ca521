"""Predictions compared with measurements, and models compared by their scores."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.plots.axes import COLORS, GRAY, axes_or_new, literal, places, require_one_each, shortened, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ModelScore", "predicted_against_measured", "score_intervals"]

MANY = 500  # points beyond which each is small and faint


def predicted_against_measured(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    ax: "Axes | None" = None,
    *,
    quantity: str = "efficacy",
    color: str = COLORS[0],
    title: str | None = None,
) -> "Axes":
    """Draw predictions against measurements on equal axes, with the line on which they agree.

    Parameters
    ----------
    y_true : array_like, (N,)
        Measured values.
    y_pred : array_like, (N,)
        Predicted values.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, unknown to pyplot, if not given.
    quantity : str, default "efficacy"
        What is measured, with its unit if it has one.
    color : str, default "#0072B2"
        Of the points.
    title : str, optional
        Title of the Axes; Pearson's r and the number of points follow it.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Raises
    ------
    EmptyInputError
        If there are no rows.
    ShapeMismatchError
        If there is not a prediction for each measurement.

    Examples
    --------
    >>> ax = predicted_against_measured([0.1, 0.5, 0.9], [0.2, 0.5, 0.8], title="ridge")
    >>> ax.get_title(loc="left")
    'ridge: r = 1.00, n = 3'
    """
    measured, predicted = np.asarray(y_true, dtype=np.float64), np.asarray(y_pred, dtype=np.float64)
    require_one_each("y_pred", predicted, measured)
    if not len(measured):
        raise EmptyInputError("y_true has no rows; there is nothing to draw")
    ax = axes_or_new(ax, 4.6, 4.6)
    many = len(measured) > MANY
    # Thousands of points as a picture within the picture: as shapes they would be most of a page.
    ax.plot(
        measured,
        predicted,
        "o",
        markersize=2.5 if many else 4,
        markeredgewidth=0,
        alpha=0.35 if many else 0.6,
        color=color,
        rasterized=many,
    )
    ax.axline((0, 0), slope=1, color=GRAY, linewidth=1, linestyle="--", zorder=1)
    low, high = min(measured.min(), predicted.min()), max(measured.max(), predicted.max())
    margin = 0.04 * (high - low) or 0.5
    ax.set_xlim(low - margin, high + margin)
    ax.set_ylim(low - margin, high + margin)
    ax.set_aspect("equal")
    ax.set_xlabel(f"measured {literal(quantity)}")
    ax.set_ylabel(f"predicted {literal(quantity)}")
    facts = f"{_correlation(measured, predicted)}, n = {len(measured):,}"
    tidy(ax, facts if title is None else f"{title}: {facts}")
    return ax


def _correlation(measured: np.ndarray, predicted: np.ndarray) -> str:
    if np.ptp(measured) == 0 or np.ptp(predicted) == 0:
        return "r undefined"
    return f"r = {np.corrcoef(measured, predicted)[0, 1]:.2f}"


WRAPPED = 26  # letters of a name on a line


class ModelScore(NamedTuple):
    """A score of a model, for :func:`score_intervals`.

    Parameters
    ----------
    value : float
        The score.
    interval : (float, float), optional
        Its low and high end.
    runs : sequence of float, optional
        Scores of single runs, drawn as small ticks.
    group : str, optional
        What kind of model it is; up to six kinds have a color each.
    """

    value: float
    interval: tuple[float, float] | None = None
    runs: Sequence[float] = ()
    group: str | None = None


def score_intervals(
    scores: Mapping[str, float | ModelScore],
    ax: "Axes | None" = None,
    *,
    score: str = "score",
    published: Mapping[str, float] | None = None,
    levels: Mapping[str, float] | None = None,
    lower_is_better: bool = False,
    order: Sequence[str] | None = None,
    title: str | None = None,
) -> "Axes":
    """Draw a dot for each model, best on top, with its interval and its number.

    Parameters
    ----------
    scores : mapping of str to float or ModelScore
        Score by the name of the model, with an interval, runs and a group if it has them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, as high as the models need, if not given.
    score : str, default "score"
        Name of the score: the label of the horizontal axis.
    published : mapping of str to float, optional
        Scores that others report: hollow marks without intervals, in the same order.
    levels : mapping of str to float, optional
        Scores to compare with, such as a coin's: dotted vertical lines.
    lower_is_better : bool, default False
        Whether the lowest score is on top.
    order : sequence of str, optional
        Groups in the order in which colors are given out, for several pictures of the same groups.
    title : str, optional
        Title of the Axes.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on. Names are tick labels from top to bottom.

    Raises
    ------
    EmptyInputError
        If there are no scores.
    BadValueError
        If a name is both a model and published.

    Examples
    --------
    >>> scores = {"motif": 0.65, "network": ModelScore(0.75, interval=(0.7, 0.8))}
    >>> ax = score_intervals(scores, levels={"a coin": 0.5})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['network', 'motif']
    """
    published, levels = published or {}, levels or {}
    _require_names(scores, published)
    models = {name: one if isinstance(one, ModelScore) else ModelScore(one) for name, one in scores.items()}
    values = {name: one.value for name, one in models.items()} | dict(published)
    ranked = sorted(values.items(), key=lambda item: item[1] if lower_is_better else -item[1])
    ax = axes_or_new(ax, 5.2, 1.5 + 0.36 * len(ranked))
    place = places((one.group for one in models.values() if one.group), order)
    for row, (name, value) in enumerate(ranked):
        if name in published:
            ax.plot(value, row, "D", markersize=6, markerfacecolor="none", markeredgecolor=GRAY, label="published")
            continue
        model = models[name]
        color = COLORS[place[model.group] % len(COLORS)] if model.group else COLORS[0]
        if len(model.runs):
            ax.plot(model.runs, np.full(len(model.runs), row), "|", markersize=8, color=color, alpha=0.7)
        if model.interval is not None:
            ax.plot(model.interval, [row, row], color=color, linewidth=1.6, solid_capstyle="butt")
        ax.plot(value, row, "o", markersize=6.5, color=color, label=literal(model.group or "") or "_")
    for name, value in levels.items():
        ax.axvline(value, color=GRAY, linewidth=1, linestyle=":", zorder=1, label=literal(f"{name} ({value:.3g})"))
    _write_names(ax, ranked)
    ax.set_xlabel(literal(score) + (" (lower is better)" if lower_is_better else ""))
    tidy(ax, title, legend_columns=2)
    return ax


def _write_names(ax: "Axes", ranked: list[tuple[str, float]]) -> None:
    """Write the names on the left and the numbers on the right."""
    names = [literal(textwrap.fill(shortened(name, 2 * WRAPPED), WRAPPED)) for name, _ in ranked]
    ax.set_yticks(range(len(ranked)), names, fontsize="small", linespacing=0.95)
    ax.set_ylim(len(ranked) - 0.4, -0.6)
    for row, (_, value) in enumerate(ranked):
        ax.annotate(
            f"{value:.3f}", (1, row), (4, 0), ("axes fraction", "data"), "offset points", va="center", fontsize="small"
        )


def _require_names(scores: Mapping[str, float | ModelScore], published: Mapping[str, float]) -> None:
    if not scores and not published:
        raise EmptyInputError("there are no scores; give those of one model or more")
    both = sorted(set(scores) & set(published))
    if both:
        raise BadValueError(f"{both[0]!r} is both a model and published; give the published one another name")
