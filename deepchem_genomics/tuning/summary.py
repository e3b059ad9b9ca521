"""The result of a search: its trials as a table, and the best one with an interval."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from deepchem_genomics import models
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.metrics import Interval, score_difference, score_interval, why_no_interval
from deepchem_genomics.plots.axes import COLORS, GRAY, literal, tidy
from deepchem_genomics.recipes import Recipe
from deepchem_genomics.recipes.settings import Range, Space
from deepchem_genomics.tuning.search_space import searched
from deepchem_genomics.tuning.trials import MODEL, Trial, trial_folder
from deepchem_genomics.tuning.tuning_data import METRICS, TuningData

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["OPTIMISTIC", "best_of", "describe_best", "draw_search", "format_table", "trials_table"]

OPTIMISTIC = (
    "The valid score of the best is too high: that very score chose it, and its epoch. For what to expect, score it on "
    "rows that no trial was scored on."
)

MOST_SHOWN = 10


def trials_table(trials: Sequence[Trial], metric: str) -> pd.DataFrame:
    """Put trials in a table, a row each, in the order of their numbers.

    Returns
    -------
    pandas.DataFrame
        ``trial``, ``valid_<metric>``, ``best_epoch``, ``epochs``, ``weights``, a column for each parameter,
        ``seconds``, ``error``. A trial that failed has an error and no score.
    """
    rows = [
        {
            "trial": trial.number,
            f"valid_{metric}": trial.measured.get("score"),
            **{name: trial.measured.get(name) for name in ("best_epoch", "epochs", "weights")},
            **{f"max_{name}" if name == "epochs" else name: value for name, value in trial.settings.items()},
            "seconds": trial.measured.get("seconds"),
            "error": trial.error or None,
        }
        for trial in sorted(trials, key=lambda trial: trial.number)
    ]
    counts = dict.fromkeys(("best_epoch", "epochs", "weights"), "Int64")
    return pd.DataFrame(rows).astype({**counts, f"valid_{metric}": float, "seconds": float, "error": object})


def best_of(trials: Sequence[Trial]) -> Trial:
    """Choose the trial with the highest score; the first of several."""
    finished = [trial for trial in trials if not trial.failed]
    if not finished:
        first = min(trials, key=lambda trial: trial.number)
        raise BadValueError(f"all {len(trials)} trials failed; the first: {first.error}")
    return max(finished, key=lambda trial: (trial.measured["score"], -trial.number))


def describe_best(out: Path, data: TuningData, recipe: Recipe, space: Space, trials: Sequence[Trial]) -> dict[str, Any]:
    """Report which trial is best, how certain its score is, and how much better it is than the default settings.

    Returns
    -------
    dict
        As JSON: ``trial``, ``parameters``, ``metric``, ``valid_score`` (``estimate``, and ``low`` and ``high`` of its
        95% interval over rows; None for several tasks, or fewer than 20 rows of the rarer class), ``best_epoch``,
        ``weights``, ``defaults`` (``trial`` and ``valid_score`` of the default settings, and the paired ``difference``;
        None if not tried), ``note``.
    """
    best = best_of(trials)
    metric = METRICS[data.kind]
    usual = next((trial for trial in trials if not trial.failed and _is_usual(trial, recipe, space)), None)
    y, known = _labels(data)
    predicted = _predict(out, best, data)
    record: dict[str, Any] = {
        "trial": best.number,
        "parameters": best.settings,
        "metric": metric,
        "valid_score": _record(metric, y, known, predicted, best.measured["score"]),
        "best_epoch": best.measured["best_epoch"],
        "weights": best.measured["weights"],
        "defaults": None,
        "note": OPTIMISTIC,
    }
    if usual is not None:
        other = _predict(out, usual, data)
        record["defaults"] = {
            "trial": usual.number,
            "valid_score": _record(metric, y, known, other, usual.measured["score"]),
            "difference": _difference(metric, y, known, predicted, other) if y.shape[1] == 1 else None,
        }
    return record


def format_table(trials: Sequence[Trial], space: Space, metric: str, best: dict[str, Any]) -> str:
    """Write the best ten trials and the verdict as text.

    Parameters
    ----------
    trials : sequence of Trial
        Finished or failed.
    space : dict
        What was searched.
    metric : str
        Name of the score.
    best : dict
        As :func:`describe_best` returns it.

    Returns
    -------
    str
        Lines.
    """
    ranked = sorted((t for t in trials if not t.failed), key=lambda t: (-t.measured["score"], t.number))
    names = searched(space)
    rows = [["trial", f"valid {metric}", "epoch", "weights", *names]]
    for trial in ranked[:MOST_SHOWN]:
        measured = trial.measured
        weights = "-" if measured["weights"] is None else f"{measured['weights']:,}"
        numbers = [f"{measured['score']:.4f}", str(measured["best_epoch"]), weights]
        rows.append([str(trial.number), *numbers, *(str(trial.settings[name]) for name in names)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if len(ranked) > MOST_SHOWN:
        lines.append(f"... and {len(ranked) - MOST_SHOWN} more in trials.csv")
    lines.append(f"best: trial {best['trial']}, valid {metric} {_shown(best['valid_score'])}")
    if (usual := best["defaults"]) is not None and usual["trial"] != best["trial"]:
        line = f"default settings: trial {usual['trial']}, valid {metric} {_shown(usual['valid_score'])}"
        if usual["difference"] is not None:
            line += f"; the best is {_shown(usual['difference'], '+.4f')} higher"
        lines.append(line)
    return "\n".join([*lines, "In brackets: 95% intervals over the valid rows.", OPTIMISTIC])


def write_json(path: Path, record: dict[str, Any]) -> None:
    """Write a record to a file."""
    path.write_text(json.dumps(record, indent=1, allow_nan=False) + "\n")


def _is_usual(trial: Trial, recipe: Recipe, space: Space) -> bool:
    """Return whether all settings that were searched have their defaults; those that the user fixed need not."""
    return all(trial.settings[name] == recipe.defaults[name] for name in searched(space))


def _shown(record: dict[str, Any], form: str = ".4f") -> str:
    if record["low"] is None:
        return f"{record['estimate']:{form}}"
    return f"{record['estimate']:{form}} ({record['low']:{form}} to {record['high']:{form}})"


def _labels(data: TuningData) -> tuple[np.ndarray, np.ndarray]:
    y = np.asarray(data.valid.y, dtype=np.float64).reshape(len(data.valid), -1)
    return y, np.broadcast_to(np.asarray(data.valid.w).reshape(len(data.valid), -1), y.shape) != 0


def _predict(out: Path, trial: Trial, data: TuningData) -> np.ndarray:
    folder = trial_folder(out, trial.number) / MODEL
    model = models.load(folder, progress=False)
    if model.side_inputs:
        model.attach({name: one for name, one in data.side_inputs.items() if name in model.side_inputs})
    return np.asarray(model.predict(data.valid)).reshape(len(data.valid), -1)


def _record(
    metric: str, y: np.ndarray, known: np.ndarray, predicted: np.ndarray, score: float
) -> dict[str, float | None]:
    """Return a score with its interval; of several tasks the mean, which has none."""
    if y.shape[1] > 1:
        return {"estimate": score, "low": None, "high": None}
    rows = known[:, 0]
    if why_no_interval(metric, y[rows, 0]) is not None:
        return {"estimate": score, "low": None, "high": None}
    return _interval(score_interval(metric, y[rows, 0], predicted[rows, 0]))


def _difference(
    metric: str, y: np.ndarray, known: np.ndarray, predicted: np.ndarray, other: np.ndarray
) -> dict[str, float | None] | None:
    rows = known[:, 0]
    if why_no_interval(metric, y[rows, 0]) is not None:
        return None
    return _interval(score_difference(metric, y[rows, 0], predicted[rows, 0], other[rows, 0]))


def _interval(interval: Interval) -> dict[str, float | None]:
    return {"estimate": float(interval.estimate), "low": float(interval.low), "high": float(interval.high)}


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
    axes[0].plot(numbers, record, color=GRAY, drawstyle="steps-post", label="best so far", zorder=1)
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
            ax.set_ylabel(f"valid {score}")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower left", ncols=4, frameon=False, fontsize="small")
    figure.suptitle(literal(title), x=0.01, ha="left", fontsize="medium")
    return figure


def _points(
    ax: "Axes", places: Sequence[float], scores: Sequence[float], numbers: list[int], best: int, defaults: int | None
) -> None:
    groups: dict[str, tuple[list[bool], dict[str, Any]]] = {
        "a trial": ([n not in (best, defaults) for n in numbers], {"marker": "o", "s": 26, "color": COLORS[0]}),
        "default settings": (
            [n == defaults != best for n in numbers],
            {"marker": "s", "s": 42, "facecolor": "white", "edgecolor": "black", "linewidth": 1.4},
        ),
        "best" if best != defaults else "best, the default settings": (
            [n == best for n in numbers],
            {"marker": "*", "s": 150, "color": COLORS[1]},
        ),
    }
    for label, (chosen, style) in groups.items():
        if any(chosen):
            rows = np.flatnonzero(chosen)
            ax.scatter(np.asarray(places, float)[rows], np.asarray(scores)[rows], label=label, zorder=2, **style)


def _axis(ax: "Axes", name: str, values: Sequence[Any], space: Space) -> Sequence[float]:
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
