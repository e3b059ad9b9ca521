"""The gallery shows every picture, with code that draws it."""

import importlib.util
from pathlib import Path

import pytest
from matplotlib.axes import Axes

from deepchem_genomics import plots

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "gallery.md").read_text()


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


gallery = load(ROOT / "scripts" / "draw_gallery.py")
EXAMPLES = gallery.examples(PAGE)


def test_gallery__has_every_function_of_plots():
    functions = {
        name for name in plots.__all__ if name[0].islower() and name != "reliability"
    }  # that one draws nothing
    assert set(EXAMPLES) == functions


@pytest.mark.parametrize("name", EXAMPLES)
def test_gallery__the_code_of_an_example_draws_on_axes(name):
    assert isinstance(gallery.draw(EXAMPLES[name]), Axes)


@pytest.mark.parametrize("name", EXAMPLES)
def test_gallery__pictures_are_there_and_small(name):
    assert f"(pictures/{name}.png)" in PAGE
    assert 1_000 < (ROOT / "docs" / "pictures" / f"{name}.png").stat().st_size < 80_000
