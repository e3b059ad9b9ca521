"""The report as one HTML page that needs nothing beside it: pictures are in it, scripts there are none."""

import base64
import html
import struct
from collections.abc import Mapping, Sequence

from deepchem_genomics.explain.page_style import STYLE
from deepchem_genomics.explain.sections import Picture, Section, Table, cell

__all__ = ["format_page"]

_FITS = 750  # pixels: wider pictures are scrolled on a phone, where their letters would be too small


def format_page(title: str, facts: Mapping[str, str], sections: Sequence[Section]) -> str:
    """Write the page.

    Parameters
    ----------
    title : str
        Its heading.
    facts : mapping of str to str
        What was explained, and with what; above the contents.
    sections : sequence of Section
        In their order.

    Returns
    -------
    str
        HTML; every name is escaped.
    """
    body = "\n".join(_section(section) for section in sections)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{_text(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{_text(title)}</h1>
{_definitions(facts)}
{_contents(sections)}
</header>
<main>
{body}
</main>
</body>
</html>
"""


def _text(text: str) -> str:
    return html.escape(str(text), quote=True)


def _definitions(facts: Mapping[str, str]) -> str:
    items = "\n".join(f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in facts.items())
    return f"<dl>\n{items}\n</dl>"


def _contents(sections: Sequence[Section]) -> str:
    items = "\n".join(
        f'<li><a href="#{_text(section.name)}">{_text(section.title)}</a>{" (skipped)" if section.skipped else ""}</li>'
        for section in sections
    )
    return f'<nav aria-label="Contents"><ol>\n{items}\n</ol></nav>'


def _section(section: Section) -> str:
    if section.skipped is not None:
        content = f'<p class="skipped">Skipped: {_text(section.skipped)}</p>'
    else:
        content = "\n".join(
            [
                *(f"<p>{_text(paragraph)}</p>" for paragraph in section.paragraphs),
                *map(_figure, section.pictures),
                *map(_table, section.tables),
                *(f'<p class="more">Also written: <code>{_text(file)}</code></p>' for file in section.files),
            ]
        )
    return f'<section id="{_text(section.name)}">\n<h2>{_text(section.title)}</h2>\n{content}\n</section>'


def _figure(picture: Picture) -> str:
    width, height = struct.unpack(">II", picture.png[16:24])  # where every PNG has them
    data = base64.b64encode(picture.png).decode("ascii")
    kind = ' class="scrolls"' if width > _FITS else ""
    image = (
        f'<img{kind} src="data:image/png;base64,{data}" width="{width}" height="{height}" alt="{_text(picture.alt)}" '
        'loading="lazy">'
    )
    return (
        f'<figure><div class="wide" tabindex="0" role="region" aria-label="{_text(picture.alt)}">{image}</div>'
        f"<figcaption>{_text(picture.caption)}</figcaption></figure>"
    )


def _table(table: Table) -> str:
    shown = [list(row) for row in table.rows[: table.shown]]
    numeric = [
        all(not isinstance(row[column], str) for row in shown) and bool(shown) for column in range(len(table.columns))
    ]
    heads = "".join(_cell("th", name, numeric[i], ' scope="col"') for i, name in enumerate(table.columns))
    lines = "\n".join(
        f"<tr>{''.join(_cell('td', cell(value), numeric[i]) for i, value in enumerate(row))}</tr>" for row in shown
    )
    rest = len(table.rows) - len(shown)
    more = f"{len(shown)} of {len(table.rows):,} rows; all are in " if rest else "As a file: "
    return f"""<div class="scroll" tabindex="0" role="region" aria-label="{_text(table.file)}"><table>
<thead><tr>{heads}</tr></thead>
<tbody>
{lines}
</tbody>
</table></div>
<p class="more">{more}<code>{_text(table.file)}</code></p>"""


def _cell(tag: str, text: str, numeric: bool, attributes: str = "") -> str:
    kind = ' class="number"' if numeric else ""
    return f"<{tag}{attributes}{kind}>{_text(text)}</{tag}>"
