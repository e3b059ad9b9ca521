"""Matplotlib's figures as images: the same bytes for the same figure."""

import io
import re
import struct
from collections.abc import Iterable
from typing import Any, NamedTuple

import matplotlib as mpl

from deepchem_genomics.reports.blocks import Figure, Spot

__all__ = ["Link", "png_bytes", "png_figure", "svg_figure"]

PNG_DPI = 110
SCALE = 1.3  # pixels a point on a wide screen

_PATH = re.compile(r' d="[^"]*"')
_DECIMALS = re.compile(r"(\.\d\d)\d+")  # a hundredth of a point is enough, and half the size
_WITHOUT_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


class Link(NamedTuple):
    """A link on a point of Axes, in the units of its data."""

    x: float
    y: float
    target: str
    label: str


def svg_figure(ax: Any, alt: str, caption: str, links: Iterable[Link] = ()) -> Figure:
    """Draw the figure of Axes as SVG, whose text stays text, with links on points of these Axes."""
    figure, stream = ax.figure, io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "deepchem_genomics", "svg.fonttype": "none"}):
        figure.savefig(stream, format="svg", metadata=_WITHOUT_METADATA)
    text = stream.getvalue()
    width, height = (round(72 * SCALE * inches) for inches in figure.get_size_inches())
    image = _PATH.sub(lambda path: _DECIMALS.sub(r"\1", path[0]), text[text.index("<svg") :]).encode()
    return Figure(image, "image/svg+xml", width, height, alt, caption, tuple(_spot(ax, link) for link in links))


def _spot(ax: Any, link: Link) -> Spot:
    """Place a link, in percent of the figure, after the figure was drawn: drawing moves the Axes."""
    width, height = ax.figure.bbox.size
    across, up = ax.transData.transform((link.x, link.y))
    return Spot(round(100 * across / width, 2), round(100 - 100 * up / height, 2), link.target, link.label)


def png_bytes(figure: Any) -> bytes:
    """Draw a figure as PNG, without the margin around it."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=PNG_DPI, bbox_inches="tight", metadata={"Software": None})
    return stream.getvalue()


def png_figure(png: bytes, alt: str, caption: str) -> Figure:
    """Describe a PNG, in its own size."""
    width, height = struct.unpack(">II", png[16:24])  # the first chunk of every PNG
    return Figure(png, "image/png", width, height, alt, caption)
