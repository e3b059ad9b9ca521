"""The report as one HTML page that needs nothing beside it: no scripts, no fonts, no pictures from elsewhere."""

import html
from collections.abc import Mapping, Sequence

from deepchem_genomics.benchmark.figures import Drawn
from deepchem_genomics.benchmark.html_style import STYLE
from deepchem_genomics.benchmark.method import HOW_TO_READ, Origin
from deepchem_genomics.benchmark.results_table import Entry, Row, descriptions, facts_in_words, headings, rows
from deepchem_genomics.benchmark.summary import ProblemSummary

__all__ = ["format_page"]


def format_page(problems: Sequence[ProblemSummary], origin: Origin, figures: Mapping[str, Sequence[Drawn]]) -> str:
    """Write the page.

    Parameters
    ----------
    problems : sequence of ProblemSummary
        What was scored.
    origin : Origin
        How the numbers came about.
    figures : mapping of str to sequence of Drawn
        The pictures of each problem by its name.

    Returns
    -------
    str
        HTML; every name is escaped.
    """
    title = "Benchmark" + (" (partial)" if origin.missing else "")
    sections = "\n".join(_problem(i, problem, figures.get(problem.name, ())) for i, problem in enumerate(problems))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{title}</h1>
{_definitions(origin.in_words())}
{_missing(origin.missing)}
{_contents(problems)}
<details><summary>How to read the numbers</summary>
{"".join(f"<p>{_text(paragraph)}</p>" for paragraph in HOW_TO_READ)}
</details>
</header>
<main>
{sections}
{_about(problems)}
</main>
</body>
</html>
"""


def _text(text: str) -> str:
    return html.escape(text, quote=True)


def _definitions(pairs: Sequence[tuple[str, str]]) -> str:
    items = "\n".join(f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in pairs)
    return f"<dl>\n{items}\n</dl>"


def _missing(missing: Sequence[str]) -> str:
    if not missing:
        return ""
    items = "\n".join(f"<li>{_text(line)}</li>" for line in missing)
    return f"""<div class="warning"><p><strong>This report is partial.</strong> Missing cells: {len(missing)}</p>
<ul>
{items}
</ul></div>"""


def _contents(problems: Sequence[ProblemSummary]) -> str:
    items = "\n".join(
        f'<li><a href="#problem-{i}">{_text(problem.name)}</a> {_title(problem)}</li>'
        for i, problem in enumerate(problems)
    )
    about = '<li><a href="#recipes">recipes</a> what they do</li>' if descriptions(problems) else ""
    return f'<nav aria-label="Contents"><ul>\n{items}\n{about}\n</ul></nav>'


def _about(problems: Sequence[ProblemSummary]) -> str:
    known = descriptions(problems)
    return f'<section id="recipes">\n<h2>Recipes</h2>\n{_definitions(known)}\n</section>' if known else ""


def _title(problem: ProblemSummary) -> str:
    mark = ' <span class="simulated">SIMULATED data</span>' if problem.simulated else ""
    return f"{_text(problem.title)}{mark}"


def _problem(number: int, problem: ProblemSummary, figures: Sequence[Drawn]) -> str:
    notes = [("Note", note) for note in problem.notes]
    return f"""<section id="problem-{number}">
<h2><code>{_text(problem.name)}</code> {_title(problem)}</h2>
{_definitions([*facts_in_words(problem), *notes])}
{_table(problem)}
<div class="figures">
{"".join(_figure(figure) for figure in figures)}</div>
</section>"""


def _table(problem: ProblemSummary) -> str:
    heads = "".join(f'<th scope="col">{_entry(heading)}</th>' for heading in headings(problem))
    lines = "\n".join(_row(row) for row in rows(problem))
    label = _text(f"Scores on {problem.name}")
    return f"""<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table>
<thead><tr>{heads}</tr></thead>
<tbody>
{lines}
</tbody>
</table></div>"""


def _row(row: Row) -> str:
    name, *middle, last = row.entries
    cells = "".join(f"<td>{_entry(entry)}</td>" for entry in middle)
    head = f'<th scope="row"><span class="mark"></span>{_entry(name)}</th>'
    return f'<tr class="{row.group}">{head}{cells}<td class="prose">{_entry(last)}</td></tr>'


def _entry(entry: Entry) -> str:
    detail = f"<small>{_text(entry.detail)}</small>" if entry.detail else ""
    return f"{_text(entry.text)}{detail}"


def _figure(figure: Drawn) -> str:
    return f"<figure>{figure.svg}<figcaption>{_text(figure.caption)}</figcaption></figure>\n"
