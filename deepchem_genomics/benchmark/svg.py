"""Figures as SVG that stands in a page: text is text, and takes the color of the page, be it dark or light."""

import contextlib
import html
import io
import re
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from deepchem_genomics.plots.palette import GRID

__all__ = ["inline_svg", "page_style"]

INK = "#1a1b1c"  # stands for the page's own color of text; no plot uses it

SCALE = 1.3  # pixels a point on a wide screen


@contextlib.contextmanager
def page_style() -> Iterator[None]:
    """Draw within this what is to go through :func:`inline_svg`; matplotlib's settings come back afterwards.

    Yields
    ------
    None
        Nothing.
    """
    ink: dict[Any, Any] = dict.fromkeys(
        ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), INK
    )
    plain: dict[Any, Any] = {
        "svg.fonttype": "none",  # text that can be read aloud, searched and copied
        "font.family": "sans-serif",
        "font.size": 10,
        "axes.facecolor": "none",
        "figure.facecolor": "none",
        "savefig.facecolor": "none",
        "figure.dpi": 72,
    }
    with mpl.rc_context({**ink, **plain}):
        yield


def inline_svg(figure: Figure, name: str, label: str) -> str:
    """Return a figure as an ``<svg>`` element that refers to nothing outside itself.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Drawn within :func:`page_style`.
    name : str
        Told apart by it from other figures of the page: its inner ids depend on it.
    label : str
        What it shows, for those who cannot see it.

    Returns
    -------
    str
        One element; the width adapts to the page.
    """
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        figure.savefig(buffer, format="svg", dpi=160, metadata={"Date": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = svg.replace(INK, "currentColor").replace(GRID.lower(), "var(--line)")
    svg = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{_prefix(name)}", svg)
    tag, rest = svg.split(">", 1)
    width = re.search(r'width="([\d.]+)pt"', tag)
    tag = re.sub(r' (?:width|height)="[^"]*"', "", tag)  # the view box says the shape, the page the size
    size = f"width:100%;max-width:{float(width.group(1)) * SCALE if width else 480:.0f}px"
    return f'{tag} role="img" aria-label="{html.escape(label, quote=True)}" style="{size}">{rest}'.strip()


def _prefix(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name) + "-"
