"""Shared parts of figures: colors that are distinct with any color vision, grids and legends, names, positions."""

import io
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import ScaledTranslation
from numpy.typing import NDArray

from deepchem_genomics.errors import ShapeMismatchError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "COLORS",
    "DASHES",
    "GRAY",
    "GRID",
    "axes_or_new",
    "literal",
    "name_stems",
    "number_positions",
    "places",
    "require_one_each",
    "shortened",
    "tidy",
]

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe and Ito's palette without black and yellow, which vanish on a dark or a light page."""

GRAY = "#808080"
"""For what is only there to compare with: chance, the identity line, published figures."""

GRID = "#EBEBEB"

LEGEND_BELOW = 40  # points from the Axes to the legend: room for the numbers and the label of the axis

DASHES: tuple[str | tuple[int, tuple[int, ...]], ...] = ("-", (0, (6, 2)), (0, (2, 1.5)), "-.", (0, (8, 2, 2, 2)), ":")  # type: ignore[assignment]
"""Line styles, one a color, so that a copy in gray can be read."""


def axes_or_new(ax: "Axes | None", width: float = 5.2, height: float = 4.4) -> "Axes":
    """Return the Axes given, or those of a new figure, sized in inches, that pyplot does not know of.

    As the value of a notebook's cell, the Axes of a new figure show it.
    """
    if ax is None:
        figure = Figure(figsize=(width, height), layout="constrained")
        ax = figure.subplots()
        ax._repr_png_ = partial(_png, figure)  # type: ignore[attr-defined]
    return ax


def _png(figure: Figure) -> bytes:
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=100)
    return written.getvalue()


def require_one_each(name: str, predictions: NDArray[np.float64], labels: NDArray[np.float64]) -> None:
    """Raise ShapeMismatchError unless there is one prediction for each label, (N,)."""
    if predictions.shape != labels.shape or labels.ndim != 1:
        raise ShapeMismatchError(
            f"{name} has the shape {predictions.shape} and y_true {labels.shape}; give one prediction per label, (N,)"
        )


def places(names: Iterable[str], order: Sequence[str] | None) -> dict[str, int]:
    """Assign each name its color, marker and line style.

    ``order`` holds all names of a set of pictures, so that each has one color in all of them; names that it lacks come
    after.

    >>> places(["motif", "ridge"], order=["network", "motif"])
    {'motif': 1, 'ridge': 2}
    """
    names = list(names)
    everyone = list(dict.fromkeys([*(order or ()), *names]))
    return {name: everyone.index(name) for name in names}


def literal(name: str) -> str:
    r"""Escape dollar signs so that matplotlib does not read a name as mathematics.

    >>> print(literal("a$b"))
    a\$b
    """
    return name.replace("$", r"\$")


def shortened(name: str, most: int = 40) -> str:
    """Return a name without its middle if it has more than ``most`` letters.

    >>> shortened("a_very_long_name", 10)
    'a_ver…name'
    """
    tail = (most - 1) // 2
    return name if len(name) <= most else f"{name[: most - 1 - tail]}…{name[len(name) - tail :]}"


def tidy(ax: "Axes", title: str | None, legend_columns: int = 0) -> None:
    """Draw on Axes a faint grid, a title on the left and, unless ``legend_columns`` is 0, a legend below."""
    ax.grid(color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    if title is not None:
        ax.set_title(literal(title), loc="left", fontsize="medium")
    handles, labels = ax.get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    if once and legend_columns:
        below = ScaledTranslation(0, -LEGEND_BELOW / 72, ax.figure.dpi_scale_trans)
        ax.legend(
            list(once.values()),
            list(once),
            loc="upper left",
            bbox_to_anchor=(0, 0),
            bbox_transform=ax.transAxes + below,
            ncols=legend_columns,
            frameon=False,
            fontsize="small",
            handlelength=3,
            borderaxespad=0,
        )


_WINDOW = 10_000  # positions from here on are those of a chromosome, and their numbers long


def number_positions(ax: "Axes", chrom: str | None = None) -> None:
    """Write whole positions in bp below Axes whose limits are set, thousands separated, as many as have room."""
    in_genome = max(ax.get_xlim()) >= _WINDOW
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6 if in_genome else 12))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda position, _: f"{position:,.0f}"))
    ax.set_xlabel("position (bp)" if chrom is None else f"{literal(chrom)}, position (bp)")


_LETTER = 4.6, 9.0  # width and height of one, with some air, in points
_NEAR, _BESIDE = 5.0, 7.0  # from a point to its name, in points: beyond it, and to its side
_MARKER, _STEM = 3.5, 0.7  # half their widths, in points
_STEP, _STEPS = 5.0, 40  # further away, until there is room


class _Place(NamedTuple):
    """Where a name can stand, in points from what it names."""

    right: float
    up: float
    side: str
    """Of the name, that is nearest to the point: "center", "left" or "right"."""


def name_stems(
    ax: "Axes", x: NDArray[np.float64], heights: NDArray[np.float64], rows: Sequence[int], names: Sequence[str]
) -> None:
    """Write names at the ends of stems from 0: beyond the point, else next to it, else further away with a thin line.

    ``rows`` are the points to name, the most important first. The limits of the Axes must be final.
    """
    to_points = 72 / ax.figure.dpi
    across, ends = (ax.transData.transform(np.column_stack([x, heights])) * to_points).T
    floor = ax.transData.transform((x[0], 0))[1] * to_points
    frame = np.asarray(ax.bbox.extents) * to_points
    marks = np.column_stack([across - _MARKER, ends - _MARKER, across + _MARKER, ends + _MARKER])
    stems = np.column_stack([across - _STEM, np.minimum(ends, floor), across + _STEM, np.maximum(ends, floor)])
    drawn, written = np.concatenate([marks, stems]), np.empty((0, 4))
    for row, name in zip(rows, names, strict=True):
        outwards = 1 if heights[row] >= 0 else -1
        places = _places(outwards)
        boxes = np.array([_box(place, across[row], ends[row], len(name), outwards) for place in places])
        outside = (boxes[:, :2] < frame[:2]).any(axis=1) | (boxes[:, 2:] > frame[2:]).any(axis=1)
        worse = np.array([_overlaps(box, written).any() for box in boxes]) * 2 + outside  # where all is full
        hidden = np.array([_overlaps(box, drawn).sum() for box in boxes])
        best = int(np.lexsort((hidden, worse))[0])
        written = np.vstack([written, boxes[best]])
        place = places[best]
        ax.annotate(
            literal(name),
            (x[row], heights[row]),
            (place.right, place.up),
            textcoords="offset points",
            ha=place.side,
            va="center" if place.up == 0 else "bottom" if outwards > 0 else "top",
            fontsize="x-small",
            arrowprops={"arrowstyle": "-", "color": GRAY, "linewidth": 0.5} if best > 2 else None,
        )


def _places(outwards: int) -> list[_Place]:
    """List where a name can stand, the best first: beyond the end, right and left of it, then outwards step by step."""
    near = [_Place(0, outwards * _NEAR, "center"), _Place(_BESIDE, 0, "left"), _Place(-_BESIDE, 0, "right")]
    further = [
        place
        for step in range(1, _STEPS)
        for place in (
            _Place(0, outwards * (_NEAR + step * _STEP), "center"),
            _Place(_BESIDE, outwards * step * _STEP, "left"),
            _Place(-_BESIDE, outwards * step * _STEP, "right"),
        )
    ]
    return near + further


def _box(place: _Place, x: float, y: float, letters: int, outwards: int) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of a name at a place."""
    width, height = letters * _LETTER[0], _LETTER[1]
    left = x + place.right - {"center": width / 2, "left": 0, "right": width}[place.side]
    bottom = y + place.up - (height / 2 if place.up == 0 else 0 if outwards > 0 else height)
    return left, bottom, left + width, bottom + height


def _overlaps(box: NDArray[np.float64], taken: NDArray[np.float64]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (
        (box[0] < taken[:, 2]) & (box[2] > taken[:, 0]) & (box[1] < taken[:, 3]) & (box[3] > taken[:, 1])
    )
    return found
