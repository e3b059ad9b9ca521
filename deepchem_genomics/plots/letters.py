"""A number for each letter of a sequence or a motif, as logos and heat maps."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import (
    BadValueError,
    EmptyInputError,
    MissingExtraError,
    SequenceLengthError,
    ShapeMismatchError,
)
from deepchem_genomics.plots.axes import GRAY, axes_or_new, literal, number_positions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

__all__ = [
    "LETTER_COLOR",
    "MotifMatch",
    "contribution_logo",
    "filter_gallery",
    "letters_array",
    "motif_logo",
    "mutagenesis_heatmap",
]

LETTER_COLOR = {"A": "#009E73", "C": "#0072B2", "G": "#E69F00", "T": "#D55E00", "U": "#D55E00"}
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
    start : int, default 0
        Position of the first base, in bp: 0 for positions in the window, the window's start for those in the genome.
    alphabet : str, default "ACGT"
        Letters of the columns: ``"ACGU"`` for RNA.
    quantity : str, default "contribution"
        Label of the vertical axis, with its unit if it has one.
    ax, title : optional
        See :mod:`deepchem_genomics.plots`.

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
    ax.axhline(0, color=GRAY, linewidth=0.8, zorder=0)
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
        Counts or probabilities, 0 or more, one row per position; rows are divided by their sum.
    units : {"bits", "probability"}, default "bits"
        Height of a position's stack: its information [1]_, that is its relative entropy to the background, or 1.
    background : array_like, (A,), optional
        Shares of the letters outside motifs; equal ones if not given.
    alphabet : str, default "ACGT"
        Letters of the columns.
    ax, title : optional
        See :mod:`deepchem_genomics.plots`.

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
    """Return the relative entropy (W,) in bits of each row of shares (W, A) to the background, equal shares by default.

    >>> information(np.array([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25, 0.25, 0.25, 0.25]])).tolist()
    [2.0, 1.0, 0.0]
    """
    n_letters = shares.shape[1]
    outside = np.full(n_letters, 1 / n_letters) if background is None else np.asarray(background, dtype=np.float64)
    if outside.shape != (n_letters,) or not (np.isfinite(outside) & (outside > 0)).all():
        raise BadValueError(f"background is {background!r}; give {n_letters} numbers above 0")
    ratios = np.where(shares > 0, shares, 1) / (outside / outside.sum())
    found: NDArray[np.float64] = (shares * np.log2(ratios)).sum(axis=1)
    return found


def letters_array(values: ArrayLike, alphabet: str, name: str, gaps: bool = False) -> NDArray[np.float64]:
    """Return values as float64 (L, A), a column for each letter; NaN is allowed only with ``gaps``."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != len(alphabet):
        raise ShapeMismatchError(
            f"{name} has the shape {array.shape}; give one row per position and a column for each of {alphabet}"
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
    colors = {letter: LETTER_COLOR.get(letter, GRAY) for letter in alphabet}
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


_ROW = 1.75  # inches for a filter, its match and their names
_WIDTH = 3.1  # inches
_ROOM = 0.32  # inches for a line of text


class MotifMatch(NamedTuple):
    """A known motif and how it is aligned with a filter.

    Parameters
    ----------
    name : str
        What the motif is called.
    matrix : array_like, (V, 4)
        Its counts or probabilities, as in its database.
    offset : int, default 0
        Position of the filter at which the motif begins, after it was turned if ``reverse``; negative if before it.
    reverse : bool, default False
        Whether the motif's reverse complement matches.
    q : float, optional
        Share of matches this good that are to be expected by chance.
    """

    name: str
    matrix: ArrayLike
    offset: int = 0
    reverse: bool = False
    q: float | None = None


def filter_gallery(
    filters: Mapping[str, ArrayLike],
    matches: Mapping[str, MotifMatch] | None = None,
    ax: "Axes | None" = None,
    *,
    columns: int = 3,
    units: str = "bits",
    alphabet: str = "ACGT",
    title: str | None = None,
) -> "Axes":
    """Draw the motifs of filters in a grid, each above the known motif it matches, base above base.

    Parameters
    ----------
    filters : mapping of str to array_like, (W, A)
        Counts or probabilities of the stretches that a filter responds to, by its name.
    matches : mapping of str to MotifMatch, optional
        The known motif that each resembles, by the name of the filter; filters may lack one.
    ax : matplotlib.axes.Axes, optional
        Where to draw: the grid fills it. A new figure of its own, as high as the filters need, if not given.
    columns : int, default 3
        Filters in a row.
    units : {"bits", "probability"}, default "bits"
        See :func:`motif_logo`.
    alphabet : str, default "ACGT"
        Letters of the columns: ``"ACGU"`` for RNA.
    title : str, optional
        Title of the Axes.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on, itself empty: logos are its ``child_axes``, for each filter its own and, if it has a match,
        that of the match.

    Raises
    ------
    EmptyInputError
        If there are no filters.
    BadValueError
        If ``columns`` is less than 1, or a matrix has numbers that are not counts.
    ShapeMismatchError
        If a matrix is not (W, A).
    MissingExtraError
        If logomaker is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> match = MotifMatch("TOY", np.eye(4)[[0, 1]], offset=1, q=0.001)
    >>> ax = filter_gallery({"filter 1": np.eye(4)[[2, 0, 1]], "filter 2": np.ones((3, 4))}, {"filter 1": match})
    >>> [child.get_title(loc="left") for child in ax.child_axes]
    ['filter 1', 'TOY, q = 0.001', 'filter 2']
    """
    if not filters:
        raise EmptyInputError("there are no filters; give one or more")
    require_whole_number("columns", columns, lowest=1)
    matches = matches or {}
    n_columns = min(columns, len(filters))
    n_rows = -(-len(filters) // n_columns)
    logos_each = 2 if any(name in matches for name in filters) else 1
    row_height = _ROW if logos_each == 2 else 0.62 * _ROW
    if ax is None:
        figure = Figure(figsize=(_WIDTH * n_columns, row_height * n_rows + (_ROOM if title else 0)))
        top = 1 - (_ROOM / figure.get_figheight() if title else 0)
        ax = figure.add_axes((0.02, 0.01, 0.97, top - 0.01))
    ax.set_axis_off()
    if title is not None:
        ax.set_title(literal(title), loc="left", fontsize="medium")
    for i, (name, matrix) in enumerate(filters.items()):
        row, column = divmod(i, n_columns)
        cell = (column / n_columns, 1 - (row + 1) / n_rows, 1 / n_columns, 1 / n_rows)
        _draw_cell(ax, cell, logos_each, name, matrix, matches.get(name), units, alphabet)
    return ax


def _draw_cell(
    ax: "Axes",
    cell: tuple[float, float, float, float],
    logos_each: int,
    name: str,
    matrix: ArrayLike,
    match: MotifMatch | None,
    units: str,
    alphabet: str,
) -> None:
    left, bottom, width, height = cell
    each = height / logos_each
    shares = letters_array(matrix, alphabet, name)
    drawn = [(name, shares, 0)]
    if match is not None:
        known = letters_array(match.matrix, alphabet, match.name)
        drawn.append((_label(match), known[::-1, ::-1] if match.reverse else known, match.offset))
    first = min(offset for _, _, offset in drawn)
    last = max(offset + len(values) for _, values, offset in drawn)
    for row, (label, values, offset) in enumerate(drawn):
        box = (left + 0.03 * width, bottom + height - (row + 1) * each + 0.06 * each, 0.92 * width, 0.68 * each)
        inner = motif_logo(values, ax.inset_axes(box), units, alphabet=alphabet)
        inner.set_xlim(first - offset + 0.5, last - offset + 0.5)  # in the motif's own positions, from 1
        inner.set_xticks([])
        inner.set_yticks([])
        inner.set_xlabel("")
        inner.set_ylabel("")
        inner.spines["left"].set_visible(False)
        color = "#1b1f24" if row == 0 else "#57606a"
        title = inner.set_title(literal(label), loc="left", fontsize="small", pad=3, color=color)
        _make_fit(title, 0.95 * width * ax.bbox.width)  # what is left of the cell, and some air


def _make_fit(title: "Text", room: float) -> None:
    """Shrink a name that would run into the next one; the room is in pixels."""
    extent = title.get_window_extent().width
    if extent > room:
        title.set_fontsize(float(title.get_fontsize()) * room / extent)


def _label(match: MotifMatch) -> str:
    label = f"{match.name} (reverse complement)" if match.reverse else match.name
    return label if match.q is None else f"{label}, q = {match.q:.2g}"


_MOST_WRITTEN = 60  # bases whose letters still fit below the map


def mutagenesis_heatmap(
    effects: ArrayLike,
    sequence: str,
    ax: "Axes | None" = None,
    start: int = 0,
    *,
    alphabet: str = "ACGT",
    quantity: str | None = "effect",
    limit: float | None = None,
    title: str | None = None,
) -> "Axes":
    """Draw the effect of each exchange as a colored cell: red where it raises the prediction, blue where it lowers it.

    Parameters
    ----------
    effects : array_like, (L, A)
        The prediction with that letter at that position, less the prediction for the sequence as it is. NaN, as at
        unknown bases, is drawn gray.
    sequence : str
        Its L letters; a dot marks them, and positions of other letters, such as N, have none.
    start : int, default 0
        Position of the first base, in bp.
    alphabet : str, default "ACGT"
        Letters of the columns: ``"ACGU"`` for RNA.
    quantity : str or None, default "effect"
        Label of the color bar, to the right of the Axes, with its unit if it has one; None for no color bar.
    limit : float, optional
        Effect at which colors are strongest, for several maps; the greatest effect if not given.
    ax, title : optional
        See :mod:`deepchem_genomics.plots`.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on. Base *i* is centered on ``start + i``, as in :func:`contribution_logo`, so that the two can
        share an axis.

    Raises
    ------
    ShapeMismatchError
        If effects are not (L, A).
    EmptyInputError
        If there are no bases.
    SequenceLengthError
        If the sequence does not have L letters.
    BadValueError
        If an effect is infinite.

    Examples
    --------
    >>> import numpy as np
    >>> ax = mutagenesis_heatmap(np.zeros((3, 4)), "GAT")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['A', 'C', 'G', 'T']
    """
    values = letters_array(effects, alphabet, "effects", gaps=True)
    if len(sequence) != len(values):
        raise SequenceLengthError(
            f"the sequence has {len(sequence)} letters and effects {len(values)} rows; give one row per letter"
        )
    ax = axes_or_new(ax, max(4.0, min(14.0, 0.14 * len(values) + 1.4)), 1.7)
    limit = float(np.abs(np.nan_to_num(values)).max()) or 1.0 if limit is None else limit
    end = start + len(values)
    extent = (start - 0.5, end - 0.5, len(alphabet) - 0.5, -0.5)
    ax.set_facecolor("#D0D0D0")  # shows where there is no value
    image = ax.imshow(
        values.T, aspect="auto", interpolation="nearest", cmap="RdBu_r", vmin=-limit, vmax=limit, extent=extent
    )
    at = [(start + i, alphabet.index(letter)) for i, letter in enumerate(sequence.upper()) if letter in alphabet]
    if at:
        size = max(0.8, min(3.0, 240 / len(values)))
        ax.plot(*zip(*at, strict=True), "o", color="#1b1f24", markersize=size, markeredgewidth=0)
    ax.set_yticks(range(len(alphabet)), list(alphabet))
    ax.set_ylabel("new letter")
    _label_positions(ax, sequence, start)
    if quantity is not None:
        beside = ax.inset_axes((1.012, 0, 0.012, 1))
        bar = ax.figure.colorbar(image, cax=beside)
        bar.set_label(literal(quantity), fontsize="small")
        bar.ax.tick_params(labelsize="small")
    if title is not None:
        ax.set_title(literal(title), loc="left", fontsize="medium")
    return ax


def _label_positions(ax: "Axes", sequence: str, start: int) -> None:
    if len(sequence) <= _MOST_WRITTEN and start == 0:
        ax.set_xticks(range(len(sequence)), list(sequence.upper()))
        ax.tick_params(axis="x", length=0)
        ax.set_xlabel("sequence, from position 0")
        return
    number_positions(ax)
