"""The report as Markdown: for a terminal, a page of documentation, a letter."""

from collections.abc import Sequence

from deepchem_genomics.benchmark.method import HOW_TO_READ, Origin
from deepchem_genomics.benchmark.results_table import Entry, descriptions, facts_in_words, headings, rows
from deepchem_genomics.benchmark.summary import ProblemSummary

__all__ = ["format_problem", "format_report"]


def format_report(problems: Sequence[ProblemSummary], origin: Origin) -> str:
    """Write the whole report.

    Parameters
    ----------
    problems : sequence of ProblemSummary
        What was scored.
    origin : Origin
        How the numbers came about.

    Returns
    -------
    str
        Markdown, ending in a line end.
    """
    lines = ["# Benchmark", ""]
    lines += [f"- {_plain(name)}: {_plain(value)}" for name, value in origin.in_words()]
    if origin.missing:
        lines += ["", f"**This report is partial.** Missing cells: {len(origin.missing)}", ""]
        lines += [f"- {_plain(line)}" for line in origin.missing]
    lines += ["", *(f"{text}\n" for text in HOW_TO_READ)]
    about = [f"- {_plain(name)}: {_plain(description)}" for name, description in descriptions(problems)]
    parts = [*(format_problem(problem) for problem in problems), "\n".join(["## Recipes", "", *about])]
    return "\n".join(lines) + "\n" + "\n\n".join(parts) + "\n"


def format_problem(problem: ProblemSummary) -> str:
    """Write a problem's facts and its table.

    Parameters
    ----------
    problem : ProblemSummary
        The problem.

    Returns
    -------
    str
        Markdown, without a line end at its end.
    """
    origin = ", SIMULATED data" if problem.simulated else ""
    lines = [f"## {_plain(problem.name)}: {_plain(problem.title)}{origin}", ""]
    lines += [f"- {name}: {_plain(value)}" for name, value in facts_in_words(problem)]
    lines += [f"- Note: {_plain(note)}" for note in problem.notes]
    lines += ["", _line([_cell(heading) for heading in headings(problem)])]
    lines.append(_line(["---"] + ["---:"] * (len(headings(problem)) - 2) + ["---"]))
    lines += [_line([_cell(entry) for entry in row.entries]) for row in rows(problem)]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(entry: Entry) -> str:
    detail = entry.detail if entry.detail.startswith("[") or not entry.detail else f"({entry.detail})"
    return _plain(f"{entry.text} {detail}")


def _plain(text: str) -> str:
    """Return text that neither ends a cell or a line nor begins a tag."""
    return " ".join(text.replace("&", "&amp;").replace("<", "&lt;").replace("|", r"\|").split())
