"""Sequence logos: letters as high as what they stand for."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.errors import BadValueError, EmptyInputError, MissingExtraError, ShapeMismatchError
from deepchem_genomics.plots.palette import GREY, axes_or_new, literal
from deepchem_genomics.plots.positions import number_positions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LETTER_COLOURS", "contribution_logo", "letters_array", "motif_logo"]

LETTER_COLOURS = {"A": "#009E73", "C": "#0072B2", "G": "#E69F00", "T": "#D55E00", "U": "#D55E00"}
"""Colors of Okabe and Ito in the order that logos usually have: green, blue, orange, red."""

_INVISIBLE = 0.004  # of the height of a stack of four letters: lower ones are not drawn, which would only take time


def contribution_logo(
    contributions: ArrayLike,
    ax: "Axes | None" = None,
    start: int = 0,
    *,
    alphabet: str = "ACGT",
    quantity: str = "contribution",
    title: str | None = None,
) -> "Axes":
    """Draw what each base contributes to a prediction, as a letter of that height; below zero upside down.

    Parameters
    ----------
    contributions : array_like, (L, A)
        A number for each base and letter, in the unit of the prediction. Usually all but the sequence's own letter are
        0; letters that are not (hypothetical contributions) are stacked.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, unknown to pyplot, if not given.
    start : int, default 0
        Position of the first base, in bp: 0 for positions in the window, the window's start for those in the genome.
    alphabet : str, default "ACGT"
        Letters of the columns: ``"ACGU"`` for RNA.
    quantity : str, default "contribution"
        Label of the vertical axis, with its unit if it has one.
    title : str, optional
        Title of the Axes.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on. Base *i* is centered on ``start + i``.

    Raises
    ------
    ShapeMismatchError
        If contributions are not (L, A).
    EmptyInputError
        If there are no bases.
    BadValueError
        If a contribution is not finite.
    MissingExtraError
        If logomaker is not installed.

    References
    ----------
    Tareen and Kinney (2020), Logomaker: beautiful sequence logos in Python, Bioinformatics 36:2272,
    doi:10.1093/bioinformatics/btz921.

    Examples
    --------
    >>> import numpy as np
    >>> ax = contribution_logo(np.eye(4) * [0.2, -0.1, 0.4, 0.0], start=100)
    >>> ax.get_ylabel(), [round(float(x), 1) for x in ax.get_xlim()]
    ('contribution', [99.5, 103.5])
    """
    heights = letters_array(contributions, alphabet, "contributions")
    ax = axes_or_new(ax, max(4.0, min(14.0, 0.14 * len(heights) + 1.2)), 1.9)
    _draw_letters(heights, alphabet, start, ax)
    low, high = heights.clip(max=0).sum(axis=1).min(), heights.clip(min=0).sum(axis=1).max()
    margin = 0.06 * (high - low) or 1.0
    ax.set_ylim(low - margin * (low < 0), high + margin)
    ax.axhline(0, color=GREY, linewidth=0.8, zorder=0)
    number_positions(ax)
    _finish(ax, quantity, title)
    return ax


def motif_logo(
    matrix: ArrayLike,
    ax: "Axes | None" = None,
    units: str = "bits",
    *,
    background: ArrayLike | None = None,
    alphabet: str = "ACGT",
    title: str | None = None,
) -> "Axes":
    """Draw a motif: how frequent each letter is at each position, and how much that says.

    Parameters
    ----------
    matrix : array_like, (W, A)
        Counts or probabilities, 0 or more, one row a position; rows are divided by their sum.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, unknown to pyplot, if not given.
    units : {"bits", "probability"}, default "bits"
        Height of a position's stack: its information [1]_, that is its relative entropy to the background, or 1.
    background : array_like, (A,), optional
        Shares of the letters outside motifs; equal ones if not given.
    alphabet : str, default "ACGT"
        Letters of the columns.
    title : str, optional
        Title of the Axes.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on. Positions are counted from 1, as motif databases do.

    Raises
    ------
    ShapeMismatchError
        If the matrix is not (W, A).
    EmptyInputError
        If it has no positions.
    BadValueError
        If a number is negative or not finite, a position has none above 0, or the units are not known.
    MissingExtraError
        If logomaker is not installed.

    References
    ----------
    .. [1] Schneider and Stephens (1990), Sequence logos: a new way to display consensus sequences, Nucleic Acids
       Research 18:6097, doi:10.1093/nar/18.20.6097.

    Examples
    --------
    >>> ax = motif_logo([[8, 0, 0, 0], [2, 2, 2, 2]], title="toy")
    >>> ax.get_ylabel(), ax.get_title(loc="left")
    ('bits', 'toy')
    """
    if units not in ("bits", "probability"):
        raise BadValueError(f"units is {units!r}; choose 'bits' or 'probability'")
    counts = letters_array(matrix, alphabet, "matrix")
    if (counts < 0).any() or not counts.any(axis=1).all():
        raise BadValueError("matrix has a negative number, or a position of zeros only; give counts or probabilities")
    shares = counts / counts.sum(axis=1, keepdims=True)
    ax = axes_or_new(ax, max(2.6, min(12.0, 0.32 * len(shares) + 0.9)), 1.7)
    heights = shares * information(shares, background)[:, np.newaxis] if units == "bits" else shares
    _draw_letters(np.where(heights < _INVISIBLE, 0, heights), alphabet, 1, ax)
    even = background is None
    ax.set_ylim(0, np.log2(len(alphabet)) if units == "bits" and even else max(1.0, 1.05 * heights.sum(axis=1).max()))
    number_positions(ax)
    ax.set_xlabel("position in the motif")
    _finish(ax, units, title)
    return ax


def information(shares: NDArray[np.float64], background: ArrayLike | None = None) -> NDArray[np.float64]:
    """Return the relative entropy of each position to the background.

    Parameters
    ----------
    shares : ndarray, (W, A)
        Rows sum to one.
    background : array_like, (A,), optional
        Shares outside motifs; equal ones if not given.

    Returns
    -------
    ndarray, (W,)
        Bits.

    Raises
    ------
    BadValueError
        If the background is not A numbers above 0.

    Examples
    --------
    >>> information(np.array([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25, 0.25, 0.25, 0.25]])).tolist()
    [2.0, 1.0, 0.0]
    """
    n_letters = shares.shape[1]
    outside = np.full(n_letters, 1 / n_letters) if background is None else np.asarray(background, dtype=np.float64)
    if outside.shape != (n_letters,) or not (np.isfinite(outside) & (outside > 0)).all():
        raise BadValueError(f"background is {background!r}; give {n_letters} numbers above 0")
    ratios = np.where(shares > 0, shares, 1) / (outside / outside.sum())
    return (shares * np.log2(ratios)).sum(axis=1)


def letters_array(values: ArrayLike, alphabet: str, name: str, gaps: bool = False) -> NDArray[np.float64]:
    """Return an array of a column for each letter, or raise.

    Parameters
    ----------
    values : array_like, (L, A)
        What is to be drawn.
    alphabet : str
        The letters.
    name : str
        What it is called, for errors.
    gaps : bool, default False
        Whether values may be NaN.

    Returns
    -------
    ndarray of float64, (L, A)
        The values.

    Raises
    ------
    ShapeMismatchError
        If the shape is another.
    EmptyInputError
        If there are no rows.
    BadValueError
        If a value is not finite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != len(alphabet):
        raise ShapeMismatchError(
            f"{name} has the shape {array.shape}; give one row a position and a column for each of {alphabet}"
        )
    if not len(array):
        raise EmptyInputError(f"{name} has no rows; there is nothing to draw")
    bad = np.isinf(array) if gaps else ~np.isfinite(array)
    if bad.any():
        raise BadValueError(f"{name} has a value that is not finite at row {np.argwhere(bad)[0][0]}")
    return array


def _draw_letters(heights: NDArray[np.float64], alphabet: str, start: int, ax: "Axes") -> None:
    from pandas import DataFrame

    logomaker = _logomaker()
    ax.set_xlim(start - 0.5, start + len(heights) - 0.5)
    if not heights.any():
        return  # logomaker warns of an axis without extent
    frame = DataFrame(heights, columns=list(alphabet), index=np.arange(start, start + len(heights)))
    colors = {letter: LETTER_COLOURS.get(letter, GREY) for letter in alphabet}
    logomaker.Logo(frame, ax=ax, color_scheme=colors, baseline_width=0, show_spines=True)
    ax.set_xlim(start - 0.5, start + len(heights) - 0.5)


def _logomaker() -> Any:
    try:
        return import_module("logomaker")
    except ImportError:
        raise MissingExtraError(
            "logos are drawn by logomaker, which is not installed; pip install 'deepchem_genomics[plots]'"
        ) from None


def _finish(ax: "Axes", beside: str, title: str | None) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_ylabel(literal(beside))
    if title is not None:
        ax.set_title(literal(title), loc="left", fontsize="medium")
