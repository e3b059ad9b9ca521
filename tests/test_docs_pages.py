"""The documentation site names all that is public, and every page is within reach; the site is not built here."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS, PACKAGE = ROOT / "docs", ROOT / "deepchem_genomics"


def listed(path):
    """Read ``__all__`` of a file without importing it."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "__all__":
            return ast.literal_eval(node.value)
    raise LookupError(f"{path} has no __all__")


def public_names(chapter):
    places = (PACKAGE / chapter / "__init__.pyi", PACKAGE / chapter / "__init__.py", PACKAGE / f"{chapter}.py")
    return listed(next(path for path in places if path.exists()))


def entries(page):
    """List the names that a page documents: lines of its autosummary, or its own ``py:data`` directives."""
    summary = page.read_text().partition(".. autosummary::")[2].partition(".. toctree::")[0]
    return re.findall(r"^   (\w+)$", summary, re.MULTILINE) + re.findall(
        r"^.. py:data:: (\w+)$", page.read_text(), re.M
    )


CHAPTERS = [name for name in listed(PACKAGE / "__init__.pyi") if name not in ("__version__", "register")]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_reference__has_every_public_name_of_a_chapter(chapter):
    assert sorted(entries(DOCS / "api" / f"{chapter}.rst")) == sorted(public_names(chapter))


def test_reference__has_every_chapter():
    text = (DOCS / "api" / "index.rst").read_text()
    assert sorted(re.findall(r"^   (\w+)$", text.partition(".. toctree::")[2], re.M)) == sorted(CHAPTERS)
    assert entries(DOCS / "api" / "index.rst") == ["register"] and "``deepchem_genomics.__version__``" in text


def test_site__has_every_page_in_its_table_of_contents():
    toctrees = re.findall(r"^```\{toctree\}\n(.*?)^```", (DOCS / "index.md").read_text(), re.DOTALL | re.MULTILINE)
    reached = {line for tree in toctrees for line in tree.splitlines() if line and not line.startswith(":")}
    pages = {path.relative_to(DOCS).with_suffix("").as_posix() for path in [*DOCS.glob("*.md"), *DOCS.glob("*/*.md")]}
    assert reached == pages - {"README", "index"} | {"api/index"}


def test_gallery__shows_every_plot():
    functions = {name for name in listed(PACKAGE / "plots" / "__init__.pyi") if name[0].islower()} - {"reliability"}
    assert functions == set(re.findall(r"^### (\w+)$", (DOCS / "gallery.md").read_text(), re.M))


def test_troubleshooting__is_about_errors_that_exist():
    page = (DOCS / "troubleshooting.md").read_text()
    phrases = re.findall(r"^## .*: `(.*)`$", page, re.M)
    sources = [path.read_text() for path in (ROOT / "deepchem_genomics").rglob("*.py")]
    assert len(phrases) == 10
    assert [phrase for phrase in phrases if not any(phrase in source for source in sources)] == []
