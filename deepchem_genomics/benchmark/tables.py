"""The results as tables: a problem's table of short texts, the same for Markdown and HTML, and all of them as CSV.

Columns of ``report.csv``
-------------------------
``problem``, ``kind``, ``simulated``
    What was predicted; "binding" or "efficacy"; 1 or 0.
``recipe``, ``group``, ``side_inputs``
    What predicted; "model", "baseline" or "published"; names, with spaces between.
``n_runs``, ``seeds``, ``median_seed``
    Finished runs, their seeds with spaces between, and the seed that intervals and differences are of.
``n_train``, ``n_scored``, ``prevalence``, ``label_mean``, ``label_sd``
    Rows, and labels of the scored ones.
``parameters``, ``seconds_fit``, ``peak_memory_mb``
    Numbers that training changes; wall time, mean over seeds; the most over seeds.
``best_baseline``
    Name of the best baseline of the problem by its first metric.
``<metric>``, ``<metric>_sd``, ``<metric>_low``, ``<metric>_high``
    Mean and standard deviation over seeds; ends of the median seed's 95% interval. For each of ``roc_auc``,
    ``pr_auc``, ``mcc``, ``pearson``, ``spearman``, ``rmse``; empty where the problem has no such metric.
``<metric>_difference``, ``<metric>_difference_low``, ``<metric>_difference_high``
    Median seed minus that of the best baseline, paired, and the ends of its 95% interval.
``source``
    Of a published figure.
"""

import csv
import io
from collections.abc import Sequence
from typing import Any

from deepchem_genomics.benchmark.intervals import LOWER_IS_BETTER, SCORE_NAMES, TRIVIAL_MEANING
from deepchem_genomics.benchmark.problem import PublishedScore
from deepchem_genomics.benchmark.provenance import HOW_TO_READ, Provenance
from deepchem_genomics.benchmark.summary import ProblemSummary, RecipeSummary, Score
from deepchem_genomics.metrics import Interval
from deepchem_genomics.recipes import RECIPES
from deepchem_genomics.reports.blocks import Column, Entry, Row
from deepchem_genomics.wording import counted

__all__ = [
    "COLUMNS",
    "columns",
    "descriptions",
    "facts_of",
    "format_csv",
    "format_problem",
    "format_report",
    "rows",
]

BEST = "best baseline"

FACTS = ("n_train", "n_scored", "prevalence", "label_mean", "label_sd")

_OF_A_SCORE = ("", "_sd", "_low", "_high", "_difference", "_difference_low", "_difference_high")

COLUMNS = (
    *("problem", "kind", "simulated", "recipe", "group", "side_inputs", "n_runs", "seeds", "median_seed"),
    *FACTS,
    *("parameters", "seconds_fit", "peak_memory_mb", "best_baseline"),
    *(f"{metric}{part}" for metric in SCORE_NAMES for part in _OF_A_SCORE),
    "source",
)
"""Names of the columns, in order."""


def columns(problem: ProblemSummary) -> list[Column]:
    """Return the columns: metrics after the recipe, the first one followed by its difference to the best baseline."""
    scores = []
    for i, metric in enumerate(problem.metrics):
        better = ", lower is better" if metric in LOWER_IS_BETTER else ""
        scores.append(Column(SCORE_NAMES.get(metric, metric) + better, "number", "mean ± sd [95% interval]"))
        if i == 0:
            scores.append(Column("minus best baseline", "number", "[95% interval]"))
    fixed = [Column(heading, "number") for heading in ("runs", "parameters", "fit", "memory")]
    return [Column("recipe", "name"), *scores, *fixed, Column("source", "prose")]


def rows(problem: ProblemSummary) -> list[Row]:
    """Return recipes and published figures, best first by the first metric; those without it are last."""
    first = problem.metrics[0]
    ranked: list[tuple[float | None, Row]] = [
        (recipe.scores[first].mean, _row_of_recipe(problem, recipe)) for recipe in problem.recipes
    ]
    ranked += [(p.value if p.metric == first else None, _row_of_published(problem, p)) for p in problem.published]
    sign = 1 if first in LOWER_IS_BETTER else -1
    ranked.sort(key=lambda item: (item[0] is None, sign * item[0] if item[0] is not None else 0.0))
    return [row for _, row in ranked]


def facts_of(problem: ProblemSummary) -> list[tuple[str, str]]:
    """Return what a reader must know before the table, as names with their values."""
    facts = problem.facts
    folds = int(facts.get("folds", 1))
    trained = f"{facts['n_train']:,.0f} trained on" + (f" in each of {folds} folds (mean)" if folds > 1 else "")
    words = [("Rows", f"{trained}, {facts['n_scored']:,.0f} scored")]
    if "prevalence" in facts:
        positives = round(facts["prevalence"] * facts["n_scored"])
        words.append(
            ("Prevalence", f"{100 * facts['prevalence']:.3g}% of the scored rows are positive ({positives:,})")
        )
    if "label_mean" in facts:
        words.append(("Labels", f"mean {facts['label_mean']:.3f}, standard deviation {facts['label_sd']:.3f}"))
    if problem.scored:
        words.append(("Scored", problem.scored))
    if problem.leak:
        words.append(("Known leaks", problem.leak))
    trivial = [
        f"{SCORE_NAMES[metric]} {value:.3g} ({TRIVIAL_MEANING[metric]})" for metric, value in problem.trivial.items()
    ]
    words.append(("Without learning", "; ".join(trivial)))
    return words


def descriptions(problems: Sequence[ProblemSummary]) -> list[tuple[str, str]]:
    """Return what is known of the recipes that take part."""
    present = {recipe.name for problem in problems for recipe in problem.recipes}
    return [(name, recipe.description) for name, recipe in RECIPES.items() if name in present]


def _row_of_recipe(problem: ProblemSummary, recipe: RecipeSummary) -> Row:
    entries = [Entry(recipe.name, f"uses {', '.join(recipe.side_inputs)}" if recipe.side_inputs else "")]
    for i, metric in enumerate(problem.metrics):
        score = recipe.scores[metric]
        entries.append(_score(score))
        if i == 0:
            entries.append(Entry(BEST) if recipe.name == problem.best_baseline else _difference(score.difference))
    entries += [Entry(_runs(recipe)), Entry(_whole(recipe.parameters)), Entry(_seconds(recipe.seconds_fit))]
    entries += [Entry(_megabytes(recipe.peak_memory_mb)), Entry("this run")]
    return Row(tuple(entries), recipe.group)


def _row_of_published(problem: ProblemSummary, published: PublishedScore) -> Row:
    entries = [Entry(published.model, "published")]
    for i, metric in enumerate(problem.metrics):
        entries.append(Entry(_digits(published.value), "no interval") if metric == published.metric else Entry("-"))
        if i == 0:
            entries.append(Entry("-"))
    note = f" ({published.note})" if published.note else ""
    entries += [Entry("published"), Entry("-"), Entry("-"), Entry("-"), Entry(f"{published.source}{note}")]
    return Row(tuple(entries), "published")


def _digits(value: float) -> str:
    """Return a published value with the digits it has, two at least."""
    return max(f"{value:g}", f"{value:.2f}", key=len)


def _score(score: Score) -> Entry:
    if score.mean is None:
        return Entry("-", "undefined")
    deviation = "" if score.sd is None else f" ± {score.sd:.3f}"
    return Entry(f"{score.mean:.3f}{deviation}", _ends(score.interval))


def _difference(difference: Interval | None) -> Entry:
    return Entry("-") if difference is None else Entry(f"{difference.estimate:+.3f}", _ends(difference, sign="+"))


def _ends(interval: Interval | None, sign: str = "") -> str:
    return "" if interval is None else f"[{interval.low:{sign}.3f}, {interval.high:{sign}.3f}]"


def _runs(recipe: RecipeSummary) -> str:
    if not recipe.uses_seed:
        return "1 run"
    return counted(len(recipe.runs), "seed")


def _whole(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:,.0f} s"


def _megabytes(megabytes: float | None) -> str:
    return "-" if megabytes is None else f"{megabytes:,.0f} MB"


def format_report(problems: Sequence[ProblemSummary], provenance: Provenance) -> str:
    """Write the whole report."""
    lines = ["# Benchmark", ""]
    lines += [f"- {_plain(name)}: {_plain(value)}" for name, value in provenance.in_words()]
    if provenance.missing:
        lines += ["", f"**This report is partial.** Missing runs: {len(provenance.missing)}", ""]
        lines += [f"- {_plain(line)}" for line in provenance.missing]
    lines += ["", *(f"{text}\n" for text in HOW_TO_READ)]
    about = [f"- {_plain(name)}: {_plain(description)}" for name, description in descriptions(problems)]
    parts = [*(format_problem(problem) for problem in problems), "\n".join(["## Recipes", "", *about])]
    return "\n".join(lines) + "\n" + "\n\n".join(parts) + "\n"


def format_problem(problem: ProblemSummary) -> str:
    """Write a problem's facts and its table."""
    origin = ", SIMULATED data" if problem.simulated else ""
    lines = [f"## {_plain(problem.name)}: {_plain(problem.title)}{origin}", ""]
    lines += [f"- {name}: {_plain(value)}" for name, value in facts_of(problem)]
    lines += [f"- Note: {_plain(note)}" for note in problem.notes]
    lines += ["", _line([_cell(column.heading, column.detail) for column in columns(problem)])]
    lines.append(_line(["---"] + ["---:"] * (len(columns(problem)) - 2) + ["---"]))
    lines += [_line([_cell(*entry) for entry in row.cells]) for row in rows(problem)]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(text: str, detail: str) -> str:
    return _plain(f"{text} {detail}" if detail.startswith("[") or not detail else f"{text} ({detail})")


def _plain(text: str) -> str:
    """Return text that neither ends a cell or a line nor begins a tag."""
    return " ".join(text.replace("&", "&amp;").replace("<", "&lt;").replace("|", r"\|").split())


def format_csv(problems: Sequence[ProblemSummary]) -> str:
    """Return all problems as one table with a header; what does not apply is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for problem in problems:
        shared = {"problem": problem.name, "kind": problem.kind, "simulated": int(problem.simulated)}
        writer.writerows(shared | _csv_of_recipe(problem, recipe) for recipe in problem.recipes)
        writer.writerows(shared | _csv_of_published(figure) for figure in problem.published)
    return text.getvalue()


def _csv_of_recipe(problem: ProblemSummary, recipe: RecipeSummary) -> dict[str, Any]:
    row: dict[str, Any] = {
        "recipe": recipe.name,
        "group": recipe.group,
        "side_inputs": " ".join(recipe.side_inputs),
        "n_runs": len(recipe.runs),
        "seeds": " ".join(str(run.record["seed"]) for run in recipe.runs),
        "median_seed": recipe.median.record["seed"],
        **{name: problem.facts[name] for name in FACTS if name in problem.facts},
        "parameters": recipe.parameters,
        "seconds_fit": recipe.seconds_fit,
        "peak_memory_mb": recipe.peak_memory_mb,
        "best_baseline": problem.best_baseline,
    }
    for metric, score in recipe.scores.items():
        row |= _csv_of_score(metric, score)
    return row


def _csv_of_score(metric: str, score: Score) -> dict[str, Any]:
    if metric not in SCORE_NAMES:
        return {}
    row: dict[str, Any] = {metric: score.mean, f"{metric}_sd": score.sd}
    if score.interval is not None:
        row |= {f"{metric}_low": score.interval.low, f"{metric}_high": score.interval.high}
    if score.difference is not None:
        row[f"{metric}_difference"] = score.difference.estimate
        row[f"{metric}_difference_low"] = score.difference.low
        row[f"{metric}_difference_high"] = score.difference.high
    return row


def _csv_of_published(figure: PublishedScore) -> dict[str, Any]:
    note = f" ({figure.note})" if figure.note else ""
    return {
        "recipe": figure.model,
        "group": "published",
        figure.metric: figure.value,
        "source": f"{figure.source}{note}",
    }
