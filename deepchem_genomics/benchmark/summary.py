"""Summarize the finished runs of a benchmark: means over seeds, intervals, differences to the best baseline.

Three decisions, which the report states:

- A score is the mean over seeds with its standard deviation. Its 95% interval is that of one run, the median seed by
  the first metric (the lower of the middle two if there is an even number): the interval shows how far the score may
  be off because it was measured on these rows, the deviation how far the seeds differ. The average of the predictions
  of all seeds would be another model, an ensemble, and better than what the mean describes.
- The best baseline is the one with the best mean by the first metric, on the scored rows. Choosing it there favors it.
- Differences pair the median seeds of both, on the same resampled rows.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.benchmark.intervals import LOWER_IS_BETTER, interval, paired_interval, trivial_scores
from deepchem_genomics.metrics import Interval, why_no_interval

if TYPE_CHECKING:
    from deepchem_genomics.benchmark.finished_runs import FinishedRun, Predictions
    from deepchem_genomics.benchmark.problem import Problem

__all__ = ["ProblemSummary", "RecipeSummary", "Score", "is_simulated", "matched", "summarize"]


class Score(NamedTuple):
    """A metric of a recipe."""

    mean: float | None  # over seeds; None where the metric is undefined, such as the correlation of a constant
    sd: float | None  # over seeds (n - 1); None for a single run
    runs: tuple[float, ...]  # the score of each seed that has one
    interval: Interval | None  # the median seed's score with its 95% interval
    difference: Interval | None  # the median seed minus the best baseline, paired; None for that baseline


class RecipeSummary(NamedTuple):
    """All runs of a recipe on a problem."""

    name: str
    group: str  # "model" or "baseline"
    side_inputs: tuple[str, ...]
    uses_seed: bool  # whether runs with other seeds differ
    runs: "tuple[FinishedRun, ...]"  # its runs, by seed
    median: "FinishedRun"  # the run that intervals, differences and figures are of
    scores: dict[str, Score]  # by metric
    parameters: int | None  # numbers that training changes
    seconds_fit: float  # wall time of training, mean over seeds
    peak_memory_mb: float | None  # the most over seeds


class ProblemSummary(NamedTuple):
    """All recipes of a problem, best first by the first metric; those where it is undefined last."""

    name: str
    title: str
    kind: str
    scored: str
    leak: str
    simulated: bool
    metrics: tuple[str, ...]  # the first is the one ranked by
    facts: dict[str, float]  # "n_train", "n_scored", and "prevalence" or "label_mean" and "label_sd"
    trivial: dict[str, float]  # what each metric gives without learning
    recipes: tuple[RecipeSummary, ...]
    published: tuple[Any, ...]  # figures that others report
    best_baseline: str | None  # its name
    notes: tuple[str, ...]  # what a reader must know of these runs


def summarize(
    runs: "Iterable[FinishedRun]", problems: "Mapping[str, Problem]", n_resamples: int = 1000
) -> list[ProblemSummary]:
    """Summarize finished runs by problem and recipe, in the order of ``problems``, others last.

    A problem that is not in ``problems`` is described by its runs alone.
    """
    by_problem: dict[str, list[FinishedRun]] = defaultdict(list)
    for run in runs:
        by_problem[run.record["problem"]].append(run)
    order = {name: i for i, name in enumerate(problems)}
    names = sorted(by_problem, key=lambda name: (order.get(name, len(order)), name))
    return [_summarize_problem(by_problem[name], problems.get(name), n_resamples) for name in names]


def is_simulated(problem: str) -> bool:
    """Whether the data of a problem are simulated: its name begins with "simulated".

    Examples
    --------
    >>> is_simulated("simulated-tf"), is_simulated("jund")
    (True, False)
    """
    return problem.startswith("simulated")


def matched(reference: "Predictions", other: "Predictions") -> NDArray[np.float64] | None:
    """Return the predictions of ``other`` in the order of the rows of ``reference``.

    Folds of a cross-validation may pool the same rows in another order. None if the ids or labels differ.
    """
    if len(reference.ids) != len(other.ids):
        return None
    if np.array_equal(reference.ids, other.ids) and np.array_equal(reference.y, other.y):
        return other.predicted
    here, there = np.lexsort((reference.y, reference.ids)), np.lexsort((other.y, other.ids))
    same_ids = np.array_equal(reference.ids[here], other.ids[there])
    if not same_ids or not np.array_equal(reference.y[here], other.y[there]):
        return None
    found = np.empty(len(here), dtype=np.float64)
    found[here] = other.predicted[there]
    return found


def _summarize_problem(runs: "list[FinishedRun]", problem: "Problem | None", n_resamples: int) -> ProblemSummary:
    first = runs[0].record
    metrics = tuple(problem.metrics) if problem else tuple(first["scores"])
    by_recipe: dict[str, list[FinishedRun]] = defaultdict(list)
    for run in sorted(runs, key=lambda run: run.record["seed"]):
        by_recipe[run.record["recipe"]].append(run)
    best = _best_baseline(by_recipe, metrics[0])
    notes: list[str] = []
    recipes = [
        _summarize_recipe(name, runs, metrics, by_recipe.get(best or ""), n_resamples, notes)
        for name, runs in by_recipe.items()
    ]
    predictions = runs[0].predictions()
    if (reason := why_no_interval(metrics[0], predictions.y)) is not None:
        notes.append(reason)
    return ProblemSummary(
        name=first["problem"],
        title=problem.title if problem else first["problem"],
        kind=first["kind"],
        scored=problem.scored if problem else "",
        leak=problem.leak if problem else "",
        simulated=is_simulated(first["problem"]),
        metrics=metrics,
        facts=_facts(runs, notes),
        trivial=trivial_scores(metrics, predictions.y),
        recipes=tuple(sorted(recipes, key=lambda recipe: _rank(recipe, metrics[0]))),
        published=tuple(problem.published) if problem else (),
        best_baseline=best,
        notes=tuple(dict.fromkeys(notes)),
    )


def _summarize_recipe(
    name: str,
    runs: "list[FinishedRun]",
    metrics: tuple[str, ...],
    rivals: "list[FinishedRun] | None",
    n_resamples: int,
    notes: list[str],
) -> RecipeSummary:
    record = runs[0].record
    median = _median_run(runs, metrics[0])
    predictions = median.predictions()
    rival = None
    if rivals is not None and rivals[0].record["recipe"] != name:
        rival = _on_the_same_rows(predictions, median, rivals, metrics[0])
        if rival is None:
            notes.append(f"{name} was scored on other rows than the best baseline: there is no difference to give")
    scores = {metric: _score(metric, runs, predictions, rival, n_resamples) for metric in metrics}
    memory = [run.record["peak_memory_mb"] for run in runs if run.record.get("peak_memory_mb") is not None]
    return RecipeSummary(
        name=name,
        group="baseline" if record["is_baseline"] else "model",
        side_inputs=tuple(record["side_inputs"]),
        uses_seed=bool(record.get("uses_seed", True)),
        runs=tuple(runs),
        median=median,
        scores=scores,
        parameters=record.get("parameters"),
        seconds_fit=float(np.mean([run.record["seconds_fit"] for run in runs])),
        peak_memory_mb=max(memory, default=None),
    )


def _score(
    metric: str, runs: "list[FinishedRun]", predictions: "Predictions", rival: NDArray[Any] | None, n_resamples: int
) -> Score:
    values = tuple(value for run in runs if (value := run.record["scores"].get(metric)) is not None)
    if not values:
        return Score(None, None, (), None, None)
    sd = float(np.std(values, ddof=1)) if len(values) > 1 else None
    y, predicted = predictions.y, predictions.predicted
    if np.ptp(predicted) == 0 and metric in ("pearson", "spearman"):  # defined for another seed, not for the median
        return Score(float(np.mean(values)), sd, values, None, None)
    difference = None if rival is None else paired_interval(metric, y, predicted, rival, n_resamples)
    return Score(float(np.mean(values)), sd, values, interval(metric, y, predicted, n_resamples), difference)


def _rank(recipe: RecipeSummary, metric: str) -> tuple[float, str]:
    mean = recipe.scores[metric].mean
    if mean is None:
        return math.inf, recipe.name
    return (mean if metric in LOWER_IS_BETTER else -mean), recipe.name


def _facts(runs: "list[FinishedRun]", notes: list[str]) -> dict[str, float]:
    """Return the numbers of rows and what the labels are, once if all runs agree."""
    facts = {}
    for name in ("n_train", "n_scored", "folds", "prevalence", "label_mean", "label_sd"):
        values = [run.record[name] for run in runs if run.record.get(name) is not None]
        if values:
            facts[name] = values[0]
        if len(set(values)) > 1 and name in ("n_train", "n_scored"):
            notes.append(f"{name} is {min(values):,} to {max(values):,}: not all runs have the same data")
    fingerprints = {str((run.record.get("fingerprint") or {}).get("data")) for run in runs}
    if facts.get("folds", 1) > 1:
        notes.append(
            "the predictions of all folds are scored together; the training mean of a fold is low where its scored "
            "labels are high, so predicting that mean correlates negatively with the labels"
        )
    if len(fingerprints) > 1:
        notes.append("the rows scored depend on the seed, or the data changed between runs")
    return facts


def _median_run(runs: "Sequence[FinishedRun]", metric: str) -> "FinishedRun":
    """Choose the run with the median score, the lower of the middle two; the first run if none has that score."""
    scored = [run for run in runs if run.record["scores"].get(metric) is not None]
    ranked = sorted(scored, key=lambda run: run.record["scores"][metric])
    return ranked[(len(ranked) - 1) // 2] if ranked else runs[0]


def _best_baseline(by_recipe: "Mapping[str, Sequence[FinishedRun]]", metric: str) -> str | None:
    """Choose the baseline with the best mean over seeds; None where no baseline has that score."""
    means = {}
    for name, runs in by_recipe.items():
        values = [value for run in runs if (value := run.record["scores"].get(metric)) is not None]
        if values and runs[0].record["is_baseline"]:
            means[name] = float(np.mean(values))
    pick = min if metric in LOWER_IS_BETTER else max
    return pick(means, key=means.__getitem__) if means else None


def _on_the_same_rows(
    predictions: "Predictions", own: "FinishedRun", rivals: "Sequence[FinishedRun]", metric: str
) -> NDArray[np.float64] | None:
    """Return a rival's predictions for the rows of a run: of its median run, or of that with the same seed."""
    same_seed = [run for run in rivals if run.record["seed"] == own.record["seed"]]
    for rival in [_median_run(rivals, metric), *same_seed]:
        found = matched(predictions, rival.predictions())
        if found is not None:
            return found
    return None
