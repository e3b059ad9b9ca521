"""Names beside points on stems, where they hide neither points, nor stems, nor each other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.plots.palette import GREY, literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["name_stems"]

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
    """Write names of some points that stand on stems from 0: beyond the point, else beside it, else further away.

    A name that stands further away has a thin line to its point. The limits of the Axes must be final.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where the stems are drawn.
    x, heights : ndarray of float64, (N,)
        Of all points.
    rows : sequence of int
        Which points are named, the most important first.
    names : sequence of str
        One for each.
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
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.5} if best > 2 else None,
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
    return (box[0] < taken[:, 2]) & (box[2] > taken[:, 0]) & (box[1] < taken[:, 3]) & (box[3] > taken[:, 1])
