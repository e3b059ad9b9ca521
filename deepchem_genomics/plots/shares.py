"""How much of each prediction comes from which input."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError
from deepchem_genomics.plots.palette import COLOURS, GREY, axes_or_new, literal, shortened, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["contribution_bars"]


def contribution_bars(
    names: Sequence[str],
    parts: Mapping[str, ArrayLike],
    ax: "Axes | None" = None,
    *,
    quantity: str = "contribution",
    title: str | None = None,
) -> "Axes":
    """Draw, for each prediction, a bar for each of its inputs: to the right if it raises the prediction.

    Parameters
    ----------
    names : sequence of str, (N,)
        What was predicted for, from top to bottom.
    parts : mapping of str to array_like, (N,)
        Contributions by the name of the input; up to six can be told apart.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, as high as the bars need, if not given.
    quantity : str, default "contribution"
        Label of the horizontal axis, with its unit if it has one.
    title : str, optional
        Title of the Axes.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Raises
    ------
    EmptyInputError
        If there are no names or no parts.
    ShapeMismatchError
        If a part does not have a number for each name.

    Examples
    --------
    >>> ax = contribution_bars(["chr22:100-201", "chr22:300-401"], {"sequence": [2.1, 0.3], "DNase": [0.4, 1.2]})
    >>> [float(bar.get_width()) for bar in ax.patches]
    [2.1, 0.3, 0.4, 1.2]
    """
    if not len(names) or not parts:
        raise EmptyInputError("there are no names or no parts; give one of each or more")
    ax = axes_or_new(ax, 7.0, 1.4 + len(names) * (0.16 + 0.14 * len(parts)))
    height = 0.8 / len(parts)
    for i, (part, values) in enumerate(parts.items()):
        widths = np.asarray(values, dtype=np.float64)
        if widths.shape != (len(names),):
            raise ShapeMismatchError(
                f"{part} has the shape {widths.shape} and there are {len(names)} names; give one each"
            )
        rows = np.arange(len(names)) + (i - (len(parts) - 1) / 2) * height
        ax.barh(rows, widths, height, color=COLOURS[i % len(COLOURS)], label=literal(shortened(part)))
    ax.axvline(0, color=GREY, linewidth=0.8)
    ax.set_yticks(range(len(names)), [literal(shortened(str(name))) for name in names], fontsize="small")
    ax.invert_yaxis()
    ax.set_xlabel(literal(quantity))
    tidy(ax, title, legend_columns=3)
    ax.grid(visible=False, axis="y")
    return ax
