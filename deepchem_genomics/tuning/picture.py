"""The picture of a search: the dev score against each parameter that was searched."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from deepchem_genomics.plots.palette import COLOURS, GREY, literal, tidy
from deepchem_genomics.recipes.ranges import Range, Space
from deepchem_genomics.tuning.search_space import searched
from deepchem_genomics.tuning.trial_folders import Trial

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_search"]

_COLUMNS = 3
_SPARSE = 8  # distinct values of a parameter that are written below the axis, each


def draw_search(trials: Sequence[Trial], space: Space, score: str, title: str, defaults: int | None = None) -> Figure:
    """Draw the score against the trial, and against each parameter that was searched."""
    finished = sorted((trial for trial in trials if not trial.failed), key=lambda trial: trial.number)
    best = max(finished, key=lambda trial: (trial.measured["score"], -trial.number)).number
    names = searched(space)
    n_rows = -(-(1 + len(names)) // _COLUMNS)
    n_columns = min(_COLUMNS, 1 + len(names))
    figure = Figure(figsize=(4.0 * n_columns, 0.7 + 3.0 * n_rows), layout="constrained")
    axes = figure.subplots(n_rows, n_columns, squeeze=False, sharey=True).flatten()
    scores = [trial.measured["score"] for trial in finished]
    numbers = [trial.number for trial in finished]
    record = np.maximum.accumulate(scores)
    axes[0].plot(numbers, record, color=GREY, drawstyle="steps-post", label="best so far", zorder=1)
    _points(axes[0], numbers, scores, numbers, best, defaults)
    axes[0].set_xlabel("trial")
    axes[0].xaxis.set_major_locator(MaxNLocator(integer=True))
    for ax, name in zip(axes[1:], names, strict=False):
        places = _axis(ax, name, [trial.settings[name] for trial in finished], space)
        _points(ax, places, scores, numbers, best, defaults)
    for i, ax in enumerate(axes):
        if i > len(names):
            ax.set_visible(False)
        else:
            tidy(ax, None)
        if i % n_columns == 0:
            ax.set_ylabel(f"dev {score}")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower left", ncols=4, frameon=False, fontsize="small")
    figure.suptitle(literal(title), x=0.01, ha="left", fontsize="medium")
    return figure


def _points(
    ax: "Axes", places: Sequence[float], scores: Sequence[float], numbers: list[int], best: int, defaults: int | None
) -> None:
    groups: dict[str, tuple[list[bool], dict[str, Any]]] = {
        "a trial": ([n not in (best, defaults) for n in numbers], {"marker": "o", "s": 26, "color": COLOURS[0]}),
        "default settings": (
            [n == defaults != best for n in numbers],
            {"marker": "s", "s": 42, "facecolor": "white", "edgecolor": "black", "linewidth": 1.4},
        ),
        "best" if best != defaults else "best, the default settings": (
            [n == best for n in numbers],
            {"marker": "*", "s": 150, "color": COLOURS[1]},
        ),
    }
    for label, (chosen, style) in groups.items():
        if any(chosen):
            rows = np.flatnonzero(chosen)
            ax.scatter(np.asarray(places, float)[rows], np.asarray(scores)[rows], label=label, zorder=2, **style)


def _axis(ax: "Axes", name: str, values: Sequence, space: Space) -> Sequence[float]:
    """Label the horizontal axis; return where on it the values are."""
    entry = space[name]
    ax.set_xlabel(literal(name))
    if isinstance(entry, Range):
        if entry.log:
            ax.set_xscale("log")
        elif entry.integer:
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        return values
    # Values of a list stand side by side, evenly: 250, 500 and 1000 are as far apart as words are.
    order = sorted(set(values), key=lambda value: (isinstance(value, str), value))
    if len(order) <= _SPARSE:
        ax.set_xticks(range(len(order)), [literal(str(value)) for value in order])
    ax.set_xlim(-0.5, len(order) - 0.5)
    return [order.index(value) for value in values]
