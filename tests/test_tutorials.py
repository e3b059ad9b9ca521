"""The code of every tutorial runs, from its first cell to its last: one epoch where the page trains for many."""

import re
from pathlib import Path

import matplotlib
import pytest

from deepchem_genomics.recipes import RECIPES

matplotlib.use("Agg")
TUTORIALS = sorted((Path(__file__).parents[1] / "docs" / "tutorials").glob("*.md"))


@pytest.fixture
def recipes_as_before():
    before = dict(RECIPES)
    yield
    RECIPES.clear()
    RECIPES.update(before)


def cells_of(page):
    """Return the code of a page's cells, without what only a notebook understands."""
    cells = re.findall(r"^```\{code-cell\} python\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
    return [re.sub(r"\A(:.*\n|---\n(.*\n)*?---\n|\n)+|^%.*\n", "", cell, flags=re.MULTILINE) for cell in cells]


def test_tutorials__are_there():
    assert len(TUTORIALS) >= 7


@pytest.mark.slow  # networks on thousands of windows
@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_tutorial__runs(page, one_epoch, recipes_as_before, in_this_process, tmp_path, monkeypatch):
    from matplotlib import pyplot

    if "IPython" in page.read_text():
        pytest.importorskip("IPython", reason="IPython is not installed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("builtins.display", print, raising=False)
    cells = cells_of(page)
    assert len(cells) == page.read_text().count("```{code-cell}")
    names: dict[str, object] = {"__name__": "__main__"}
    for number, cell in enumerate(cells):
        exec(compile(cell, f"{page.name}, cell {number}", "exec"), names)
        pyplot.close("all")
