"""Render pages, and tables for notebooks, through the templates."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from deepchem_genomics._version import __version__
from deepchem_genomics.reports.blocks import Page

__all__ = ["render_page", "render_scores"]


def render_page(page: Page) -> str:
    """Return a page as an HTML document; the same page gives the same text.

    Examples
    --------
    >>> from deepchem_genomics.reports.blocks import Column, Facts, Row, Section, Table
    >>> table = Table("Scores", [Column("part"), Column("ROC AUC", "number")], [Row(["valid", "0.81"])])
    >>> page = Page("Training", [Facts([("Recipe", "network")])], [Section("scores", "Scores", [table])])
    >>> "0.81" in render_page(page)
    True
    """
    return _environment().get_template("page.html").render(page=page, version=__version__)


def render_scores(
    heading: Sequence[str], rows: Iterable[Sequence[str]], before: Iterable[str] = (), after: Iterable[str] = ()
) -> str:
    """Return a table between paragraphs as HTML, for a notebook's cell.

    Examples
    --------
    >>> "valid" in render_scores(["part", "ROC AUC"], [["valid", "0.81"]])
    True
    """
    template = _environment().get_template("scores.html")
    return template.render(heading=heading, rows=list(rows), before=list(before), after=list(after))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("deepchem_genomics.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
