"""What every possible exchange of one letter does to a prediction."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from deepchem_genomics.errors import SequenceLengthError
from deepchem_genomics.plots.logos import letters_array
from deepchem_genomics.plots.palette import axes_or_new, literal
from deepchem_genomics.plots.positions import number_positions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["mutagenesis_heatmap"]

_MOST_WRITTEN = 60  # bases whose letters still fit below the map


def mutagenesis_heatmap(
    effects: ArrayLike,
    sequence: str,
    ax: "Axes | None" = None,
    start: int = 0,
    *,
    alphabet: str = "ACGT",
    quantity: str = "effect",
    limit: float | None = None,
    color_bar: bool = True,
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
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, unknown to pyplot, if not given.
    start : int, default 0
        Position of the first base, in bp.
    alphabet : str, default "ACGT"
        Letters of the columns: ``"ACGU"`` for RNA.
    quantity : str, default "effect"
        Label of the color bar, with its unit if it has one.
    limit : float, optional
        Effect at which colors are strongest, for several maps alike; the greatest effect if not given.
    color_bar : bool, default True
        Whether to draw a color bar, to the right of the Axes.
    title : str, optional
        Title of the Axes.

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
            f"the sequence has {len(sequence)} letters and effects {len(values)} rows; give one row a letter"
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
    if color_bar:
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
