"""A signal along a chromosome, and the peaks in it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.errors import BadValueError, EmptyInputError, IntervalError, ShapeMismatchError
from deepchem_genomics.plots.palette import COLOURS, GREY, axes_or_new, literal
from deepchem_genomics.plots.positions import number_positions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["genome_track"]

_PEAKS_HEIGHT = 0.07  # of the Axes


def genome_track(
    starts: ArrayLike,
    values: ArrayLike,
    ax: "Axes | None" = None,
    peaks: "Sequence[tuple[int, int]] | NDArray | None" = None,
    *,
    ends: ArrayLike | None = None,
    chrom: str | None = None,
    quantity: str = "predicted",
    threshold: float | None = None,
    color: str = COLOURS[0],
    title: str | None = None,
) -> "Axes":
    """Draw values of windows along a chromosome as a filled step, with peaks as bars below.

    Parameters
    ----------
    starts : array_like of int, (n,)
        First positions of the windows, 0-based, ascending, in bp.
    values : array_like, (n,)
        A value each, such as the predicted probability; NaN leaves a gap.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, unknown to pyplot, if not given.
    peaks : sequence of (start, end), optional
        0-based and half-open; drawn as bars under the signal where they reach into it.
    ends : array_like of int, (n,), optional
        Ends of the windows. Between windows that do not touch nothing is drawn; where windows overlap each value is
        drawn about its window's middle. If not given, each reaches to the next one's start.
    chrom : str, optional
        Name of the chromosome, for the axis.
    quantity : str, default "predicted"
        Label of the vertical axis, with its unit if it has one.
    threshold : float, optional
        Level above which peaks were called: a dashed line.
    color : str, default "#0072B2"
        Of the signal.
    title : str, optional
        Title of the Axes.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on; positions in bp, with thousands separated.

    Raises
    ------
    EmptyInputError
        If there are no windows.
    ShapeMismatchError
        If there is not a value, or an end, for each start.
    BadValueError
        If starts do not ascend, or every value is NaN.
    IntervalError
        If a window or a peak does not end after its start.

    Examples
    --------
    >>> ax = genome_track([100, 200, 300], [0.1, 0.9, 0.2], peaks=[(200, 300)], chrom="chr22", threshold=0.5)
    >>> ax.get_xlabel(), len(ax.collections)
    ('chr22, position (bp)', 1)
    """
    left, heights = np.asarray(starts, dtype=np.float64), np.asarray(values, dtype=np.float64)
    right = _reach(left) if ends is None else np.asarray(ends, dtype=np.float64)
    _require_windows(left, right, heights)
    intervals = np.asarray([] if peaks is None else peaks, dtype=np.float64).reshape(-1, 2)
    if (intervals[:, 1] <= intervals[:, 0]).any():
        wrong = intervals[intervals[:, 1] <= intervals[:, 0]][0]
        raise IntervalError(f"peak {wrong[0]:.0f}-{wrong[1]:.0f} does not end after its start; give (start, end)")
    ax = axes_or_new(ax, 8.4, 2.3)
    edges, steps = _steps(left, right, heights)
    ax.stairs(steps, edges, fill=True, color=color, alpha=0.25, linewidth=0)
    ax.stairs(steps, edges, color=color, linewidth=1, baseline=None)
    if threshold is not None:
        ax.axhline(threshold, color=GREY, linewidth=1, linestyle="--")
    low, high = min(0.0, float(np.nanmin(heights))), max(0.0, float(np.nanmax(heights)), threshold or 0.0)
    room = (high - low) or 1.0
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(low - (_PEAKS_HEIGHT * 2 * room if peaks is not None else 0), high + 0.05 * room)
    shown = intervals[(intervals[:, 1] > edges[0]) & (intervals[:, 0] < edges[-1])]
    if peaks is not None:
        bars = [(float(start), float(end - start)) for start, end in shown]
        ax.broken_barh(bars, (low - 1.6 * _PEAKS_HEIGHT * room, _PEAKS_HEIGHT * room), color=COLOURS[1], linewidth=0.8)
    ax.spines[["top", "right"]].set_visible(False)
    number_positions(ax, chrom)
    ax.set_ylabel(literal(quantity))
    if title is not None:
        ax.set_title(literal(title), loc="left", fontsize="medium")
    return ax


def _reach(left: NDArray[np.float64]) -> NDArray[np.float64]:
    """End each window where the next begins; the last is as long as the one before, or 1 bp."""
    if len(left) < 2:
        return left + 1
    return np.append(left[1:], 2 * left[-1] - left[-2])


def _steps(
    left: NDArray[np.float64], right: NDArray[np.float64], heights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the edges (m + 1,) and heights (m,) of steps, NaN in gaps."""
    if (right[:-1] > left[1:]).any():  # windows overlap: each stands for the part nearest to its middle
        middles = (left + right) / 2
        between = (middles[:-1] + middles[1:]) / 2
        left, right = np.maximum(left, np.append(left[0], between)), np.minimum(right, np.append(between, right[-1]))
    edges = np.stack([left, right], axis=1).ravel()
    with_gaps = np.stack([heights, np.full(len(heights), np.nan)], axis=1).ravel()[:-1]
    real = np.diff(edges) > 0
    return np.append(edges[:-1][real], edges[-1]), with_gaps[real]


def _require_windows(left: NDArray[np.float64], right: NDArray[np.float64], heights: NDArray[np.float64]) -> None:
    if left.ndim != 1 or heights.shape != left.shape or right.shape != left.shape:
        raise ShapeMismatchError(
            f"starts have the shape {left.shape}, ends {right.shape} and values {heights.shape}; give one each, (n,)"
        )
    if not len(left):
        raise EmptyInputError("there are no windows; give one or more")
    if (np.diff(left) <= 0).any():
        at = int(np.flatnonzero(np.diff(left) <= 0)[0])
        raise BadValueError(f"starts do not ascend: {left[at + 1]:.0f} comes after {left[at]:.0f}; sort the windows")
    if (right <= left).any():
        at = int(np.flatnonzero(right <= left)[0])
        raise IntervalError(f"window {left[at]:.0f}-{right[at]:.0f} does not end after its start")
    if not np.isfinite(heights).any():
        raise BadValueError("every value is NaN; there is nothing to draw")
