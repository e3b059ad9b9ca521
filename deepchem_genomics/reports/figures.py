"""Matplotlib's figures as images: the same bytes for the same figure."""

import io
import re
import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from deepchem_genomics.reports.blocks import Figure, Spot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["link_points", "png_bytes", "png_figure", "svg_figure"]

PNG_DPI = 110
SCALE = 1.3  # pixels a point on a wide screen

_PATH = re.compile(r' d="[^"]*"')
_DECIMALS = re.compile(r"(\.\d\d)\d+")  # a hundredth of a point is enough, and half the size
_WITHOUT_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def svg_figure(figure: Any, alt: str, caption: str, spots: Iterable[Spot] = ()) -> Figure:
    """Draw a figure as SVG, whose text stays text."""
    stream = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "deepchem_genomics", "svg.fonttype": "none"}):
        figure.savefig(stream, format="svg", metadata=_WITHOUT_METADATA)
    text = stream.getvalue()
    width, height = (round(72 * SCALE * inches) for inches in figure.get_size_inches())
    image = _PATH.sub(lambda path: _DECIMALS.sub(r"\1", path[0]), text[text.index("<svg") :]).encode()
    return Figure(image, "image/svg+xml", width, height, alt, caption, tuple(spots))


def png_bytes(figure: Any) -> bytes:
    """Draw a figure as PNG, without the margin around it."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=PNG_DPI, bbox_inches="tight", metadata={"Software": None})
    return stream.getvalue()


def png_figure(png: bytes, alt: str, caption: str) -> Figure:
    """Describe a PNG, in its own size."""
    width, height = struct.unpack(">II", png[16:24])  # the first chunk of every PNG
    return Figure(png, "image/png", width, height, alt, caption)


def link_points(ax: "Axes", points: Iterable[tuple[float, float, str, str]]) -> list[Spot]:
    """Place links on points of Axes, each with x, y, the target and a label; call it when the figure is finished."""
    figure: Any = ax.figure
    figure.draw_without_rendering()  # the layout moves the Axes
    width, height = figure.bbox.size
    spots = []
    for x, y, target, label in points:
        across, up = ax.transData.transform((x, y))
        spots.append(Spot(round(100 * across / width, 2), round(100 - 100 * up / height, 2), target, label))
    return spots
