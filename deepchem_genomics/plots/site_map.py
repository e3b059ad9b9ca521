"""Sites along a transcript, with the predicted efficacy of all of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError
from deepchem_genomics.plots.palette import COLOURS, GREY, axes_or_new, tidy
from deepchem_genomics.plots.positions import number_positions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["site_map"]

_STRIP = 0.2  # height of the strip with the transcript, as a share of the range of efficacies
_NAMED = 0.05  # share of the transcript from which its coding sequence has room for a name


def site_map(
    positions: ArrayLike,
    efficacy: ArrayLike,
    sites: Sequence[tuple[int, int, float]] = (),
    ax: "Axes | None" = None,
    *,
    interval: tuple[ArrayLike, ArrayLike] | None = None,
    length: int | None = None,
    coding: tuple[int, int] | None = None,
    title: str | None = None,
) -> "Axes":
    """Draw the efficacy along a transcript as a line, chosen sites as numbered discs, and the transcript below.

    Parameters
    ----------
    positions : array_like, (n,)
        Positions in the transcript, ascending, in bases from 0.
    efficacy : array_like, (n,)
        Predicted efficacy at each; NaN leaves a gap.
    sites : sequence of (start, end, efficacy)
        Chosen sites, 0-based and half-open, numbered from 1 in this order.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, unknown to pyplot, if not given.
    interval : (array_like, array_like), optional
        Low and high ends of the interval at each position, (n,) each: a band about the line.
    length : int, optional
        Length of the transcript in bases; up to the last position if not given.
    coding : (start, end), optional
        Coding sequence, 0-based and half-open: a thicker part of the transcript.
    title : str, optional
        Title of the Axes.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on, at least from 0 to 1.

    Raises
    ------
    EmptyInputError
        If there are no positions.
    ShapeMismatchError
        If there is not an efficacy, or an interval, for each position.
    BadValueError
        If every efficacy is NaN.

    Examples
    --------
    >>> ax = site_map([10, 20, 30], [0.4, 0.8, 0.5], [(10, 31, 0.8)], length=60, coding=(5, 50))
    >>> [text.get_text() for text in ax.texts]
    ['CDS', '1']
    """
    places, values = np.asarray(positions, dtype=np.float64), np.asarray(efficacy, dtype=np.float64)
    low, high = (values, values) if interval is None else (np.asarray(end, dtype=np.float64) for end in interval)
    if not len(places):
        raise EmptyInputError("there are no positions; give one or more")
    if not places.shape == values.shape == low.shape == high.shape:
        raise ShapeMismatchError(
            f"positions have the shape {places.shape}, efficacy {values.shape}, the interval {low.shape} and "
            f"{high.shape}; give one of each, (n,)"
        )
    if not np.isfinite(values).any():
        raise BadValueError("every efficacy is NaN; there is nothing to draw")
    length = int(places[-1]) + 1 if length is None else length
    drawn = np.concatenate([values, low, high, [one for _, _, one in sites]])
    bottom, top = min(0.0, float(np.nanmin(drawn))), max(1.0, float(np.nanmax(drawn)))
    strip = _STRIP * (top - bottom)
    ax = axes_or_new(ax, 12.0, 3.1)
    ax.set_xlim(0, length)
    ax.set_ylim(bottom - strip, top + 0.06 * (top - bottom))
    ax.fill_between(places, low, high, color=COLOURS[0], alpha=0.15, linewidth=0)
    ax.plot(places, values, color=COLOURS[0], linewidth=1.2)
    tidy(ax, title)
    ax.grid(visible=False, axis="x")
    ax.set_yticks([tick for tick in ax.get_yticks() if bottom <= tick <= top])
    ax.set_ylabel("predicted efficacy")
    number_positions(ax)
    ax.set_xlabel("position in the transcript (bases)")
    _draw_transcript(ax, length, coding, bottom - 0.6 * strip, 0.35 * strip)
    for number, (start, end, value) in enumerate(sites, 1):
        middle = (start + end) / 2
        corner = (start, bottom - 0.9 * strip)
        ax.add_patch(Rectangle(corner, end - start, 0.6 * strip, color=COLOURS[1], linewidth=0.8, zorder=2.8))
        ax.plot([middle, middle], [bottom - 0.3 * strip, value], color=COLOURS[1], linewidth=0.9, linestyle=(0, (3, 2)))
        ax.plot(middle, value, "o", color=COLOURS[1], markersize=13, zorder=3, clip_on=False)
        ax.text(
            middle, value, str(number), color="white", fontsize=8, weight="bold", ha="center", va="center_baseline",
            zorder=4,
        )  # fmt: skip
    return ax


def _draw_transcript(ax: "Axes", length: int, coding: tuple[int, int] | None, middle: float, height: float) -> None:
    ax.plot([0, length], [middle, middle], color=GREY, linewidth=2.2, solid_capstyle="butt")
    if coding is not None:
        start, end = coding
        ax.add_patch(Rectangle((start, middle - height / 2), end - start, height, color=GREY, linewidth=0, zorder=2.5))
        if end - start > _NAMED * length:
            where = ((start + end) / 2, middle)
            ax.annotate("CDS", where, color="white", fontsize=8, ha="center", va="center_baseline", zorder=2.6)
