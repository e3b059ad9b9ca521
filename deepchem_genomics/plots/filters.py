"""What filters of a network look for, each beside the known motif that it is like."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.plots.logos import letters_array, motif_logo
from deepchem_genomics.plots.palette import literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

__all__ = ["MotifMatch", "filter_gallery"]

_ROW = 1.75  # inches for a filter, its match and their names
_WIDTH = 3.1  # inches
_ROOM = 0.32  # inches for a line of text


class MotifMatch(NamedTuple):
    """A known motif and how it lies beside a filter.

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
        Counts or probabilities of the stretches that a filter answers to, by its name.
    matches : mapping of str to MotifMatch, optional
        The known motif each is like, by the name of the filter; filters may lack one.
    ax : matplotlib.axes.Axes, optional
        Where to draw: the grid fills it. A new figure of its own, as high as the filters need, if not given.
    columns : int, default 3
        Filters beside each other.
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
    if columns < 1:
        raise BadValueError(f"columns is {columns}; it must be 1 or more")
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
    """Take smaller letters for a name that would run into the next one; the room is in pixels."""
    extent = title.get_window_extent().width
    if extent > room:
        title.set_fontsize(float(title.get_fontsize()) * room / extent)


def _label(match: MotifMatch) -> str:
    label = f"{match.name} (reverse complement)" if match.reverse else match.name
    return label if match.q is None else f"{label}, q = {match.q:.2g}"
