"""A problem's results as a table of short texts, the same for Markdown and HTML."""

from collections.abc import Sequence
from typing import NamedTuple

from deepchem_genomics.benchmark.intervals import LOWER_IS_BETTER, SCORE_NAMES, TRIVIAL_MEANING
from deepchem_genomics.benchmark.problem import Published
from deepchem_genomics.benchmark.summary import ProblemSummary, RecipeSummary, Score
from deepchem_genomics.metrics import Interval
from deepchem_genomics.recipes import RECIPES

__all__ = ["Entry", "Row", "descriptions", "facts_in_words", "headings", "rows"]

BEST = "best baseline"


class Entry(NamedTuple):
    """What stands in a cell of the table.

    Parameters
    ----------
    text : str
        What is read first.
    detail : str, default ""
        What stands below or behind it: an interval.
    """

    text: str
    detail: str = ""


class Row(NamedTuple):
    """A line of the table.

    Parameters
    ----------
    group : str
        "model", "baseline" or "published".
    entries : tuple of Entry
        One a heading.
    """

    group: str
    entries: tuple[Entry, ...]


def headings(problem: ProblemSummary) -> list[Entry]:
    """Return what stands above the columns.

    Parameters
    ----------
    problem : ProblemSummary
        The problem.

    Returns
    -------
    list of Entry
        The metrics stand after the recipe, the first one's difference to the best baseline behind it.
    """
    scores = []
    for i, metric in enumerate(problem.metrics):
        better = ", lower is better" if metric in LOWER_IS_BETTER else ""
        scores.append(Entry(SCORE_NAMES.get(metric, metric) + better, "mean ± sd [95 % interval]"))
        if i == 0:
            scores.append(Entry("minus best baseline", "[95 % interval]"))
    fixed = [Entry("runs"), Entry("parameters"), Entry("fit"), Entry("memory"), Entry("source")]
    return [Entry("recipe"), *scores, *fixed]


def rows(problem: ProblemSummary) -> list[Row]:
    """Return recipes and published figures, best first by the first metric; those without it stand last.

    Parameters
    ----------
    problem : ProblemSummary
        The problem.

    Returns
    -------
    list of Row
        Each with an entry a heading.
    """
    first = problem.metrics[0]
    ranked: list[tuple[float | None, Row]] = [
        (recipe.scores[first].mean, _row_of_recipe(problem, recipe)) for recipe in problem.recipes
    ]
    ranked += [(p.value if p.metric == first else None, _row_of_published(problem, p)) for p in problem.published]
    sign = 1 if first in LOWER_IS_BETTER else -1
    ranked.sort(key=lambda item: (item[0] is None, sign * item[0] if item[0] is not None else 0.0))
    return [row for _, row in ranked]


def facts_in_words(problem: ProblemSummary) -> list[tuple[str, str]]:
    """Return what a reader must know before the table, as names with their values.

    Parameters
    ----------
    problem : ProblemSummary
        The problem.

    Returns
    -------
    list of (str, str)
        Rows, labels, what is scored, leaks and trivial scores.
    """
    facts = problem.facts
    folds = int(facts.get("folds", 1))
    trained = f"{facts['n_train']:,.0f} learned from" + (f" in each of {folds} folds (mean)" if folds > 1 else "")
    words = [("Rows", f"{trained}, {facts['n_scored']:,.0f} scored")]
    if "prevalence" in facts:
        positives = round(facts["prevalence"] * facts["n_scored"])
        words.append(
            ("Prevalence", f"{100 * facts['prevalence']:.3g} % of the scored rows are positive ({positives:,})")
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
    """Return what is known of the recipes that take part.

    Parameters
    ----------
    problems : sequence of ProblemSummary
        All problems of a report.

    Returns
    -------
    list of (str, str)
        Names and descriptions, in the order of :data:`~deepchem_genomics.recipes.RECIPES`.
    """
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
    return Row(recipe.group, tuple(entries))


def _row_of_published(problem: ProblemSummary, published: Published) -> Row:
    entries = [Entry(published.model, "published")]
    for i, metric in enumerate(problem.metrics):
        entries.append(Entry(_digits(published.value), "no interval") if metric == published.metric else Entry("-"))
        if i == 0:
            entries.append(Entry("-"))
    note = f" ({published.note})" if published.note else ""
    entries += [Entry("published"), Entry("-"), Entry("-"), Entry("-"), Entry(f"{published.source}{note}")]
    return Row("published", tuple(entries))


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
    return f"{len(recipe.cells)} seed{'s' if len(recipe.cells) != 1 else ''}"


def _whole(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:,.0f} s"


def _megabytes(megabytes: float | None) -> str:
    return "-" if megabytes is None else f"{megabytes:,.0f} MB"
