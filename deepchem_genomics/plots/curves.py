"""Figures of scores during training."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError
from deepchem_genomics.plots.axes import COLORS, axes_or_new, literal, places, shortened, tidy
from deepchem_genomics.wording import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["learning_curves", "scores_by_epoch"]


# Okabe and Ito's palette
TRAIN_COLOR = "#D55E00"
VALID_COLOR = "#0072B2"
LEVEL_COLORS = ("#000000", "#009E73", "#CC79A7")
LEVEL_STYLES: tuple[str | tuple[int, tuple[int, ...]], ...] = ("-.", (0, (8, 3)), (0, (6, 1, 1, 1, 1, 1)))

MOST_MARKED = 25  # scores; the marks of more would run into one another, and a single score without a mark is invisible


Level = float | tuple[float | None, float | None]
"""A score to compare with, or one on training and one on validation data."""


def learning_curves(
    epochs: Sequence[float],
    train: Sequence[float],
    valid: Sequence[float],
    ax: "Axes | None" = None,
    *,
    score: str = "score",
    valid_interval: tuple[float, float] | None = None,
    levels: Mapping[str, Level] | None = None,
    title: str | None = None,
) -> "Axes":
    """Draw a score on training (dashed) and validation data (solid) against epochs.

    Parameters
    ----------
    epochs : sequence of float, (n,)
        How often the training data had been seen at each score.
    train : sequence of float, (n,)
        Scores on the training data; NaN leaves a gap.
    valid : sequence of float, (n,)
        Scores on the validation data.
    score : str, default "score"
        Name of the score, with its unit if it has one: the label of the vertical axis.
    valid_interval : (float, float), optional
        Low and high end of the 95% confidence interval of the last validation score, drawn as a bar at its place.
    levels : mapping of str to float, or to (float or None, float or None), optional
        Other scores to compare with, by their names in the legend. A thin line for one, such as that of a baseline;
        two, such as published scores on training and validation data, are dotted in the colors of the curves.
    ax, title : optional
        See :mod:`deepchem_genomics.plots`.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Raises
    ------
    EmptyInputError
        If there are no epochs.
    ShapeMismatchError
        If there are not as many scores as epochs.
    BadValueError
        If the interval ends below its beginning.

    Examples
    --------
    >>> ax = learning_curves([1, 2, 3], [0.6, 0.8, 0.9], [0.6, 0.7, 0.7], score="ROC AUC", levels={"a coin": 0.5})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['training', 'validation', 'a coin (0.500)']
    """
    _require_curves(epochs, train, valid, valid_interval)
    ax = axes_or_new(ax, 6.4, 4.8)
    marker = "o" if len(epochs) <= MOST_MARKED else ""
    ax.plot(epochs, train, "--", marker=marker, markersize=4, color=TRAIN_COLOR, linewidth=2, label="training")
    ax.plot(epochs, valid, "-", marker=marker, markersize=4, color=VALID_COLOR, linewidth=2, label="validation")
    if valid_interval is not None:
        # From end to end: a percentile interval need not lie evenly about the score.
        ax.plot(
            [epochs[-1], epochs[-1]],
            valid_interval,
            marker="_",
            markersize=10,
            color=VALID_COLOR,
            linewidth=1,
            label="its 95% interval at the end",
        )
    _draw_levels(ax, levels or {})
    ax.autoscale_view(scalex=False)  # else a level just within the margin lies on the edge
    ax.set_xlabel("epochs (passes through the training data)")
    ax.set_ylabel(score)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    ax.grid(axis="y", color="0.92", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    if title is not None:
        ax.set_title(title, loc="left", fontsize="medium")
    # Below the Axes, where it hides nothing.
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, frameon=False, fontsize="small", handlelength=3.5
    )
    return ax


def _draw_levels(ax: "Axes", levels: Mapping[str, Level]) -> None:
    """Draw horizontal lines under the curves."""
    look = zip(cycle(LEVEL_COLORS), cycle(LEVEL_STYLES), strict=False)
    for name, level in levels.items():
        if not isinstance(level, tuple):
            color, style = next(look)
            ax.axhline(level, color=color, linestyle=style, linewidth=1, label=f"{name} ({level:.3f})", zorder=1)
            continue
        for value, part, color in zip(level, ("training", "validation"), (TRAIN_COLOR, VALID_COLOR), strict=True):
            if value is not None:
                label = f"{name}, {part} ({value:.2f})"
                ax.axhline(value, color=color, linestyle=":", linewidth=1.5, label=label, zorder=1)


def _require_curves(
    epochs: Sequence[float], train: Sequence[float], valid: Sequence[float], interval: tuple[float, float] | None
) -> None:
    if np.size(epochs) == 0:
        raise EmptyInputError("epochs is empty; give one score or more")
    for name, scores in (("train", train), ("valid", valid)):
        if np.shape(scores) != np.shape(epochs) or np.ndim(scores) != 1:
            raise ShapeMismatchError(
                f"{name} has the shape {np.shape(scores)} and epochs {np.shape(epochs)}; give one score per epoch, (n,)"
            )
    if interval is not None and not interval[0] <= interval[1]:
        raise BadValueError(f"valid_interval is {interval}; give the lower end first")


Run = tuple[Sequence[float], Sequence[float]]
"""Epochs and scores of one training run."""


def scores_by_epoch(
    runs: Mapping[str, Sequence[Run]],
    ax: "Axes | None" = None,
    *,
    score: str = "score",
    lower_is_better: bool = False,
    order: Sequence[str] | None = None,
    title: str | None = None,
) -> "Axes":
    """Draw a thin line for each training run, its best epoch marked, in one color a network.

    Parameters
    ----------
    runs : mapping of str to sequence of (epochs, scores)
        By the name of the network, its runs: those of other seeds or folds. Up to six networks can be distinguished.
    score : str, default "score"
        Name of the score: the label of the vertical axis.
    lower_is_better : bool, default False
        Whether the best epoch is that of the lowest score.
    ax, order, title : optional
        See :mod:`deepchem_genomics.plots`.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Raises
    ------
    EmptyInputError
        If there are no runs, or one has no epochs.
    ShapeMismatchError
        If a run does not have a score for each epoch.

    Examples
    --------
    >>> ax = scores_by_epoch({"network": [([1, 2, 3], [0.6, 0.8, 0.7]), ([1, 2], [0.7, 0.6])]})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['network (2 runs)']
    """
    if not runs:
        raise EmptyInputError("runs is empty; give one network or more")
    ax = axes_or_new(ax)
    best_of = min if lower_is_better else max
    place = places(runs, order)
    for name, lines in runs.items():
        color = COLORS[place[name] % len(COLORS)]
        label: str | None = f"{literal(shortened(name))} ({counted(len(lines), 'run')})"
        alpha = 0.9 if len(lines) <= 5 else 0.4
        for epochs, scores in lines:
            _require_run(name, epochs, scores)
            best = best_of(range(len(scores)), key=lambda k, scores=scores: scores[k])  # type: ignore[misc]
            ax.plot(
                epochs,
                scores,
                "-o",
                markevery=[best],
                markersize=5,
                linewidth=1.1,
                color=color,
                alpha=alpha,
                label=label or "_again",
            )
            label = None
    ax.set_xlabel("epochs (passes through the training data)")
    ax.set_ylabel(literal(score))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    tidy(ax, title, legend_columns=1)
    return ax


def _require_run(name: str, epochs: Sequence[float], scores: Sequence[float]) -> None:
    if len(epochs) != len(scores):
        raise ShapeMismatchError(f"{name} has {len(epochs)} epochs and {len(scores)} scores; give one score per epoch")
    if not len(epochs):
        raise EmptyInputError(f"a run of {name} has no epochs; leave it out")
