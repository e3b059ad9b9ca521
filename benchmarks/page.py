"""Write ``docs/performance.md`` of what the sections found."""

import textwrap
from collections.abc import Mapping
from typing import Any

from benchmarks.contest import Contest, Spread
from benchmarks.machine import BUSY
from benchmarks.sections import SECTIONS, Section

__all__ = ["number", "write_page"]

MARK = "**(busy)**"

INTRODUCTION = """\
<!-- Written by `python -m benchmarks`; the text of each section is in benchmarks/sections.py. -->

# Performance

Contenders take turns, in the opposite order in every second round, so that whatever slows the machine for a while slows
all of them alike. They are compared within a round: *times as long as ours* is the time that a contender takes for the
same work, divided by the time that this package takes in the same round; above 1, this package is faster. Figures are
the median of all rounds and, in brackets, the lowest and the highest. Below each table it says how it was checked that
all compute the same."""


def number(value: float) -> str:
    """Write a figure with three digits that mean something.

    Examples
    --------
    >>> number(0.012345), number(1.5), number(12.34), number(123456.0)
    ('0.0123', '1.50', '12.3', '123,456')
    """
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    if abs(value) >= 1 or value == 0:
        return f"{value:.2f}"
    return f"{value:.3g}"


def write_page(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the page. Sections without a result are named, not shown.

    Parameters
    ----------
    results : mapping
        By name of section, as :mod:`benchmarks.__main__` keeps them.

    Returns
    -------
    str
        Markdown.
    """
    paragraphs = [INTRODUCTION, *_machines(results)]
    for name, section in SECTIONS.items():
        if name in results:
            paragraphs += _section(name, section, results[name])
    missing = [name for name in SECTIONS if name not in results]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        paragraphs.append(f"Not measured yet: {names}.")
    return "\n\n".join(paragraphs) + "\n"


def _machines(results: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Describe the machine, once if it is one, and the versions that were compared."""
    machines: dict[str, list[str]] = {}
    versions: dict[str, str] = {}
    for name in SECTIONS:
        if name in results:
            facts = results[name]["machine"]
            told = (
                f"{facts['processor']}, {facts['cores']} cores, {facts['memory_gb']} GB, no GPU used; "
                f"{facts['system']}, Python {facts['python']}"
            )
            machines.setdefault(told, []).append(name)
            versions |= results[name]["versions"]
    lines = [
        f"- Machine: {told}" + (f" (sections {', '.join(names)})" if len(machines) > 1 else "")
        for told, names in machines.items()
    ]
    if versions:
        lines.append("- Versions: " + ", ".join(f"{name} {versions[name]}" for name in sorted(versions)))
    lines.append(
        f"- Load: figures marked {MARK} were measured while other programs had more than {BUSY:.0%} of all cores' "
        "time; their ratios are still of turns side by side, but their speeds are too low"
    )
    return ["\n".join(map(_fill, lines))]


def _section(name: str, section: Section, result: Mapping[str, Any]) -> list[str]:
    paragraphs = [f"## {section.title}", _fill(section.prose)]
    for part in result["parts"]:
        paragraphs += _contest(Contest.from_json(part)) if part["kind"] == "contest" else _table(part)
    if result["left_out"]:
        lines = [f"- left out: {contender}: {reason}" for contender, reason in result["left_out"].items()]
        paragraphs.append("\n".join(map(_fill, lines)))
    load = result["load"]
    mark = f" {MARK}" if load["others"] > BUSY else ""
    measured = (
        f"`python -m benchmarks {name}{' --quick' if result['quick'] else ''}`, {result['date']}, "
        f"{load['seconds']:,.0f} s; load average {load['load_before']} before and {load['load_after']} after; other "
        f"programs had {load['others']:.0%} of all cores' time.{mark}"
    )
    return [*paragraphs, _fill(measured)]


def _contest(contest: Contest) -> list[str]:
    lines = [f"| {_cell(contest.title)} | {contest.unit} | times as long as ours |", "|---|---:|---:|"]
    for name in contest.amounts:
        ratio = "1" if name == contest.ours else _spread(contest.times_as_long(name))
        lines.append(f"| {_cell(name)} | {_spread(contest.value(name))} | {ratio} |")
    rounds = len(next(iter(contest.seconds.values())))
    told = f"{rounds} {'round' if rounds == 1 else 'rounds'}. Checked: {contest.checked}."
    return ["\n".join(lines), _fill(f"{told} {contest.note}")]


def _table(part: Mapping[str, Any]) -> list[str]:
    columns = [part["title"], *part["columns"][1:]] if not part["columns"][0] else part["columns"]
    rows = [columns, ["---", *["---:"] * (len(columns) - 1)], *part["rows"]]
    lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    title = [] if not part["columns"][0] else [f"{part['title']}:"]
    return [*title, "\n".join(lines), *([_fill(part["note"])] if part["note"] else [])]


def _spread(found: Spread) -> str:
    if found.lowest == found.highest:
        return number(found.median)
    return f"{number(found.median)} ({number(found.lowest)} to {number(found.highest)})"


def _fill(text: str) -> str:
    """Break a paragraph, or an item of a list, into lines."""
    indent = "  " if text.startswith("- ") else ""
    return textwrap.fill(text, 120, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
