"""Settings of the documentation site: ``python -m sphinx -W --keep-going -b html docs build/docs``.

Markdown by MyST, tutorials executed by MyST-NB while the site is built, the reference from docstrings by numpydoc.
Nothing is downloaded.
"""

import importlib
import os
import re
import sys
from collections.abc import Mapping
from inspect import isfunction
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer

ROOT = Path(__file__).parents[1]

# The tree next to this file is what is documented, here and in the kernels that run the tutorials.
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's remarks about the machine are not documentation
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")  # tutorials are small, and look the same everywhere

from deepchem_genomics import __version__  # noqa: E402
from deepchem_genomics.quiet import import_quietly  # noqa: E402

import_quietly("deepchem")

project = "deepchem_genomics"
author = "the authors of deepchem_genomics"
copyright = author
version = release = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"]
exclude_patterns = ["README.md", "_templates"]  # README: the table of contents of GitHub; the site has its own
templates_path = ["_templates"]

html_theme = "furo"
html_title = "deepchem_genomics"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_copyright = False
html_copy_source = False

myst_heading_anchors = 3
nb_execution_mode = "force"  # a page that was run with an older package would be believed
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_execution_in_temp = True
nb_output_stderr = "remove"
nb_merge_streams = True
nb_render_markdown_format = "gfm"

autosummary_generate = True
autodoc_typehints = "none"  # numpydoc's Parameters say them
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True  # alphabet=DNA, not all that DNA is
smartquotes_action = "qe"  # quotes and dots: dashes of --options stay two
numpydoc_show_class_members = False
suppress_warnings = ["myst-nb.lexer"]  # of tutorials that are not run, with -D nb_execution_mode=off

MODEL_CARD = "deepchem_genomics/models/pretrained/sirna-huesken/MODEL_CARD.md"


def skip_tuple_fields(app: Sphinx, what: str, name: str, thing: Any, skip: bool, options: Any) -> bool | None:
    """Leave out fields of named tuples: numpydoc's Parameters describe them."""
    return True if type(thing).__name__ == "_tuplegetter" else None


def value_docstring(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Give a public value the docstring written under it, in the module that it is imported from."""
    package, _, attribute = name.rpartition(".")
    stub = ROOT / package.replace(".", "/") / "__init__.pyi"
    if what != "data" or not stub.exists():
        return
    written = re.search(rf"^from \.(\w+) import .*\b{attribute}\b", stub.read_text(), re.MULTILINE)
    if written is None:
        return
    module = importlib.import_module(f"{package}.{written[1]}")
    analyzer = ModuleAnalyzer.for_module(module.__name__)
    analyzer.analyze()
    docstring = analyzer.attr_docs.get(("", attribute))
    if docstring is not None:
        lines[:] = [*docstring, *contents_of(thing)]


def contents_of(value: Any) -> list[str]:
    """List what a table of names holds, a line each: its text, its number or what describes it."""
    if not isinstance(value, Mapping):
        return []
    entries = []
    for name, entry in value.items():
        entries += [f"``{name}``", f"    {described(entry)}"]
    return entries


def described(entry: Any) -> str:
    """Say in a line what a value is."""
    if isinstance(entry, str):
        return entry
    if isfunction(entry):
        return f":func:`~{entry.__module__.rpartition('.')[0]}.{entry.__name__}`"
    words = (getattr(entry, name, None) for name in ("title", "description", "passes", "model"))
    return next(filter(None, words), f"``{entry!r}``")


def link_model_card(app: Sphinx, docname: str, source: list[str]) -> None:
    """Link to the model card's page of the site, where pages link to its file for readers on GitHub."""
    source[0] = source[0].replace(f"(../{MODEL_CARD})", "(model_card.md)")


def link_pages(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Link to the pages of the site that docstrings name by their file."""
    lines[:] = [re.sub(r"(``)?\bdocs/(\w+)\.md\b(``)?", r":doc:`/\2`", line) for line in lines]


def setup(app: Sphinx) -> None:
    """Connect the functions above; the docstrings' before numpydoc, which formats what they return."""
    app.connect("source-read", link_model_card)
    app.connect("autodoc-skip-member", skip_tuple_fields)
    app.connect("autodoc-process-docstring", value_docstring, priority=100)
    app.connect("autodoc-process-docstring", link_pages, priority=101)
