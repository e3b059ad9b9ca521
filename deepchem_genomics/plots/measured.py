"""Predicted values against measured ones."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError
from deepchem_genomics.plots.palette import COLOURS, GREY, axes_or_new, literal, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["predicted_against_measured"]

MANY = 500  # points beyond which each is small and faint


def predicted_against_measured(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    ax: "Axes | None" = None,
    *,
    quantity: str = "efficacy",
    color: str = COLOURS[0],
    title: str | None = None,
) -> "Axes":
    """Draw predictions against measurements, both axes alike, with the line on which they agree.

    Parameters
    ----------
    y_true : array_like, (N,)
        Measured values.
    y_pred : array_like, (N,)
        Predicted values.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, unknown to pyplot, if not given.
    quantity : str, default "efficacy"
        What is measured, with its unit if it has one.
    color : str, default "#0072B2"
        Of the points.
    title : str, optional
        Title of the Axes; Pearson's r and the number of points follow it.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Raises
    ------
    EmptyInputError
        If there are no rows.
    ShapeMismatchError
        If there is not a prediction for each measurement.

    Examples
    --------
    >>> ax = predicted_against_measured([0.1, 0.5, 0.9], [0.2, 0.5, 0.8], title="ridge")
    >>> ax.get_title(loc="left")
    'ridge: r = 1.00, n = 3'
    """
    measured, predicted = np.asarray(y_true, dtype=np.float64), np.asarray(y_pred, dtype=np.float64)
    if measured.shape != predicted.shape or measured.ndim != 1:
        raise ShapeMismatchError(
            f"y_pred has the shape {predicted.shape} and y_true {measured.shape}; give one prediction a label, (N,)"
        )
    if not len(measured):
        raise EmptyInputError("y_true has no rows; there is nothing to draw")
    ax = axes_or_new(ax, 4.6, 4.6)
    many = len(measured) > MANY
    # Thousands of points as a picture within the picture: as shapes they would be most of a page.
    ax.plot(
        measured,
        predicted,
        "o",
        markersize=2.5 if many else 4,
        markeredgewidth=0,
        alpha=0.35 if many else 0.6,
        color=color,
        rasterized=many,
    )
    ax.axline((0, 0), slope=1, color=GREY, linewidth=1, linestyle="--", zorder=1)
    low, high = min(measured.min(), predicted.min()), max(measured.max(), predicted.max())
    margin = 0.04 * (high - low) or 0.5
    ax.set_xlim(low - margin, high + margin)
    ax.set_ylim(low - margin, high + margin)
    ax.set_aspect("equal")
    ax.set_xlabel(f"measured {literal(quantity)}")
    ax.set_ylabel(f"predicted {literal(quantity)}")
    facts = f"{_correlation(measured, predicted)}, n = {len(measured):,}"
    tidy(ax, facts if title is None else f"{title}: {facts}")
    return ax


def _correlation(measured: np.ndarray, predicted: np.ndarray) -> str:
    if np.ptp(measured) == 0 or np.ptp(predicted) == 0:
        return "r undefined"
    return f"r = {np.corrcoef(measured, predicted)[0, 1]:.2f}"
