"""Models in the order of a score, each with its interval."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.plots.palette import COLOURS, GREY, axes_or_new, literal, places, shortened, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["score_intervals"]

WRAPPED = 26  # letters of a name on a line


def score_intervals(
    scores: Mapping[str, float],
    intervals: Mapping[str, tuple[float, float]] | None = None,
    ax: "Axes | None" = None,
    *,
    score: str = "score",
    groups: Mapping[str, str] | None = None,
    runs: Mapping[str, Sequence[float]] | None = None,
    published: Mapping[str, float] | None = None,
    levels: Mapping[str, float] | None = None,
    lower_is_better: bool = False,
    order: Sequence[str] | None = None,
    title: str | None = None,
) -> "Axes":
    """Draw a dot for each model, best on top, with its interval and its number.

    Parameters
    ----------
    scores : mapping of str to float
        Score by the name of the model.
    intervals : mapping of str to (float, float), optional
        Low and high end of the interval of a score; models may lack one.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, as high as the models need, if not given.
    score : str, default "score"
        Name of the score: the label of the horizontal axis.
    groups : mapping of str to str, optional
        What kind of model each is; up to six kinds have a color each.
    runs : mapping of str to sequence of float, optional
        Scores of single runs, small ticks about the dot.
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
    >>> ax = score_intervals({"motif": 0.65, "network": 0.75}, {"network": (0.7, 0.8)}, levels={"a coin": 0.5})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['network', 'motif']
    """
    intervals, groups, runs = intervals or {}, groups or {}, runs or {}
    published, levels = published or {}, levels or {}
    _require_names(scores, published)
    ranked = sorted({**scores, **published}.items(), key=lambda item: item[1] if lower_is_better else -item[1])
    ax = axes_or_new(ax, 5.2, 1.5 + 0.36 * len(ranked))
    place = places(groups.values(), order)
    colors = {name: COLOURS[place[groups[name]] % len(COLOURS)] if name in groups else COLOURS[0] for name in scores}
    for row, (name, value) in enumerate(ranked):
        if name in published:
            ax.plot(value, row, "D", markersize=6, markerfacecolor="none", markeredgecolor=GREY, label="published")
            continue
        if name in runs:
            ax.plot(runs[name], np.full(len(runs[name]), row), "|", markersize=8, color=colors[name], alpha=0.7)
        if name in intervals:
            ax.plot(intervals[name], [row, row], color=colors[name], linewidth=1.6, solid_capstyle="butt")
        ax.plot(value, row, "o", markersize=6.5, color=colors[name], label=literal(groups.get(name, "")) or "_")
    for name, value in levels.items():
        ax.axvline(value, color=GREY, linewidth=1, linestyle=":", zorder=1, label=literal(f"{name} ({value:.3g})"))
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


def _require_names(scores: Mapping[str, float], published: Mapping[str, float]) -> None:
    if not scores and not published:
        raise EmptyInputError("there are no scores; give those of one model or more")
    both = sorted(set(scores) & set(published))
    if both:
        raise BadValueError(f"{both[0]!r} is both a model and published; give the published one another name")
