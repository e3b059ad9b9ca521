"""The page: for each problem its facts, its table, and the figures of ranking, curves, calibration and learning."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics import plots
from deepchem_genomics.benchmark.intervals import LOWER_IS_BETTER, SCORE_NAMES, are_probabilities
from deepchem_genomics.benchmark.provenance import HOW_TO_READ, Provenance
from deepchem_genomics.benchmark.summary import ProblemSummary, RecipeSummary, Score, matched
from deepchem_genomics.benchmark.tables import columns, descriptions, facts_of, rows
from deepchem_genomics.plots.axes import COLORS, places, shortened
from deepchem_genomics.plots.curves import Run
from deepchem_genomics.reports.blocks import Block, Details, Facts, Figure, Figures, Notice, Page, Section, Table
from deepchem_genomics.reports.figures import svg_figure
from deepchem_genomics.reports.page import render_page

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw", "format_page", "shown"]

GROUPS = ("model", "baseline")  # in the colors that mark them in the table

MOST_CURVES = 6
MOST_CALIBRATED = 4
MOST_SCATTERED = 3

LINE = 34  # letters of a title that have room above a figure

PROVENANCE = frozenset({"Command", "Versions", "Machine"})

Columns = dict[str, NDArray[np.float64]]

Made = tuple[str, "Axes", str]
"""Name, Axes and caption of a figure."""

Maker = Callable[[ProblemSummary], Iterator[Made]]


def format_page(problems: Sequence[ProblemSummary], provenance: Provenance) -> str:
    """Return the report as HTML."""
    facts = provenance.in_words()
    head: list[Block] = [Facts([pair for pair in facts if pair[0] not in PROVENANCE])]
    if provenance.missing:
        head.append(Notice([f"Missing runs: {len(provenance.missing)}"], "This report is partial.", provenance.missing))
    head.append(Details("How to read the numbers", HOW_TO_READ))
    sections = [_section(f"problem-{i}", problem) for i, problem in enumerate(problems)]
    if known := descriptions(problems):
        sections.append(Section("recipes", "Recipes", [Facts(known, wide=True)]))
    title = "Benchmark (partial)" if provenance.missing else "Benchmark"
    return render_page(Page(title, head, sections, [pair for pair in facts if pair[0] in PROVENANCE]))


def _section(anchor: str, problem: ProblemSummary) -> Section:
    notes = [("Note", note) for note in problem.notes]
    blocks: list[Block] = [
        Facts([*facts_of(problem), *notes]),
        Table(f"Scores on {problem.name}", columns(problem), rows(problem)),
        Figures([figure for _, figure in draw(problem)]),
    ]
    mark = "SIMULATED data" if problem.simulated else ""
    return Section(anchor, problem.title, blocks, name=problem.name, mark=mark)


def draw(problem: ProblemSummary) -> list[tuple[str, Figure]]:
    """Draw the figures of a problem, each with a name such as "roc".

    For binding: ranking, ROC and precision-recall curves, calibration; for efficacy: ranking, predictions against
    measurements; for both, learning curves if networks took part.
    """
    kinds: dict[str, tuple[Maker, ...]] = {
        "binding": (_ranking, _roc, _precision_recall, _calibration, _learning),
        "efficacy": (_ranking, _scatter, _learning),
    }
    return [
        (name, svg_figure(ax, f"{problem.name}: {caption}", caption))
        for make in kinds.get(problem.kind, (_ranking,))
        for name, ax, caption in make(problem)
    ]


def shown(problem: ProblemSummary, most: int = MOST_CURVES) -> list[RecipeSummary]:
    """Choose at most ``most`` recipes whose curves are drawn, best first.

    They are the best two networks and baselines, accessibility alone, and the next best. Recipes that predict the same
    for every row have no curve.
    """
    first = problem.metrics[0]
    able = [recipe for recipe in problem.recipes if recipe.scores[first].mean is not None and _varies(recipe)]
    networks = [recipe for recipe in able if recipe.group == "model"][:2]
    baselines = [recipe for recipe in able if recipe.group == "baseline"][:2]
    alone = [recipe for recipe in able if recipe.name == "accessibility"]
    wanted = {recipe.name: recipe for recipe in (*networks[:1], *baselines[:1], *networks, *baselines, *alone, *able)}
    chosen = set(list(wanted)[:most])
    return [recipe for recipe in able if recipe.name in chosen]


def _varies(recipe: RecipeSummary) -> bool:
    return bool(np.ptp(recipe.median.predictions().predicted) > 0)


def _ranking(problem: ProblemSummary) -> Iterator[Made]:
    metric = problem.metrics[0]
    scores = {
        recipe.name: _model_score(mean, recipe.scores[metric], recipe.group)
        for recipe in problem.recipes
        if (mean := recipe.scores[metric].mean) is not None
    }
    ours = {recipe.name for recipe in problem.recipes}
    published = {
        f"{p.model} (published)" if p.model in ours else p.model: p.value
        for p in problem.published
        if p.metric == metric
    }
    if not scores and not published:
        return
    ax = plots.score_intervals(
        scores,
        score=SCORE_NAMES.get(metric, metric),
        published=published,
        levels={"a coin": problem.trivial[metric]} if problem.kind == "binding" else {},
        lower_is_better=metric in LOWER_IS_BETTER,
        order=GROUPS,
        title=_titled(problem, ""),
    )
    caption = (
        f"{SCORE_NAMES.get(metric, metric)} of all recipes: the mean over seeds (dot), single seeds (ticks) and the "
        "95% interval of the median seed (line)."
    )
    if published:
        caption += " Hollow marks are published figures, without an interval."
    yield "ranking", ax, caption


def _model_score(mean: float, score: Score, group: str) -> plots.ModelScore:
    interval = (score.interval.low, score.interval.high) if score.interval else None
    return plots.ModelScore(mean, interval, score.runs if len(score.runs) > 1 else (), group)


def _roc(problem: ProblemSummary) -> Iterator[Made]:
    y, columns, left_out = _columns(problem, MOST_CURVES)
    if columns:
        ax = plots.roc_curves(y, columns, title=_titled(problem, "ROC"))
        yield "roc", ax, f"ROC curves of the median seeds, with the area under each.{left_out}"


def _precision_recall(problem: ProblemSummary) -> Iterator[Made]:
    y, columns, left_out = _columns(problem, MOST_CURVES)
    if columns:
        ax = plots.precision_recall_curves(y, columns, title=_titled(problem, "precision and recall"))
        caption = f"Precision against recall of the median seeds, with the average precision of each.{left_out}"
        yield "precision-recall", ax, caption


def _calibration(problem: ProblemSummary) -> Iterator[Made]:
    y, columns, _ = _columns(problem, MOST_CURVES)
    able = [name for name, column in columns.items() if are_probabilities(column)]
    unable = [name for name, column in columns.items() if not are_probabilities(column)]
    if able:
        ax = plots.calibration_curves(
            y,
            {name: columns[name] for name in able[:MOST_CALIBRATED]},
            order=_order(problem),
            title=_titled(problem, "calibration"),
        )
        caption = (
            "Calibration of the median seeds: rows in groups of equal size by predicted probability, the share of "
            "positives in each with its 95% interval. On the dotted line the probabilities are calibrated; "
            "a model trained with weights that balance the classes predicts too much."
        )
        if unable:
            caption += f" Scores that are not probabilities are left out: {', '.join(unable)}."
        yield "calibration", ax, caption


def _scatter(problem: ProblemSummary) -> Iterator[Made]:
    networks = [recipe for recipe in problem.recipes if recipe.group == "model"][:1]
    baselines = [recipe for recipe in problem.recipes if recipe.group == "baseline"]
    first = problem.metrics[0]
    able = [recipe for recipe in (*networks, *baselines) if recipe.scores[first].mean is not None]
    place = places([recipe.name for recipe in able], _order(problem))
    for i, recipe in enumerate(able[:MOST_SCATTERED]):
        predictions = recipe.median.predictions()
        ax = plots.predicted_against_measured(
            predictions.y,
            predictions.predicted,
            color=COLORS[place[recipe.name] % len(COLORS)],
            title=_titled(problem, shortened(recipe.name)),
        )
        caption = f"Predicted and measured efficacy, {recipe.name}, median seed; on the dashed line they agree."
        yield f"scatter-{i}", ax, caption


def _learning(problem: ProblemSummary) -> Iterator[Made]:
    runs: dict[str, list[Run]] = {}
    for recipe in problem.recipes:
        lines = [line for run in recipe.runs for line in _lines(run.record.get("history") or [])]
        if lines and len(runs) < MOST_CURVES:
            runs[recipe.name] = lines
    if runs:
        metric = problem.metrics[0]
        ax = plots.scores_by_epoch(
            runs,
            score=f"{SCORE_NAMES.get(metric, metric)} on held-out rows",
            lower_is_better=metric in LOWER_IS_BETTER,
            order=_order(problem),
            title=_titled(problem, "learning"),
        )
        caption = (
            "Score by epoch on the rows that choose the epoch, which are neither trained on nor scored in the table; "
            "a line for each seed and fold, the best epoch marked."
        )
        yield "learning", ax, caption


def _order(problem: ProblemSummary) -> list[str]:
    """Return the names whose curves are drawn, so that each has one color in all figures."""
    return [recipe.name for recipe in shown(problem)]


def _lines(history: list[dict[str, Any]]) -> list[Run]:
    """Return epochs and scores of each fold; epochs without a score are left out."""
    folds: dict[int, Run] = {}
    for point in history:
        if point["score"] is not None:
            epochs, scores = folds.setdefault(point.get("fold", 0), ([], []))
            epochs.append(point["epoch"])  # type: ignore[attr-defined]
            scores.append(point["score"])  # type: ignore[attr-defined]
    return list(folds.values())


def _columns(problem: ProblemSummary, most: int) -> tuple[NDArray[np.float64], Columns, str]:
    """Return labels, the predictions of the median seeds for the same rows, and a remark on who is left out."""
    chosen = shown(problem, most)
    if not chosen:
        return np.empty(0), {}, ""
    reference = chosen[0].median.predictions()
    columns, elsewhere = {}, []
    for recipe in chosen:
        found = matched(reference, recipe.median.predictions())
        if found is None:
            elsewhere.append(recipe.name)
        else:
            columns[recipe.name] = found
    remark = f" {', '.join(elsewhere)}: scored on other rows, not shown." if elsewhere else ""
    n_more = len(problem.recipes) - len(chosen)
    remark += f" The best of {len(problem.recipes)} recipes are shown." if n_more > 0 else ""
    return reference.y, columns, remark


def _titled(problem: ProblemSummary, what: str) -> str:
    parts = [shortened(problem.name) + (" (SIMULATED data)" if problem.simulated else ""), what]
    words = [part for part in parts if part]
    return (", " if len("".join(words)) < LINE else ",\n").join(words)
