"""Colors that can be told apart with any color vision, and the habits that all pictures share."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["COLOURS", "DASHES", "GREY", "GRID", "axes_or_new", "literal", "places", "shortened", "tidy"]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe and Ito's palette without black and yellow, which vanish on a dark or a light page."""

GREY = "#808080"
"""For what is only there to compare with: chance, the identity line, published figures."""

GRID = "#EBEBEB"

LEGEND_BELOW = 40  # points from the Axes to the legend: room for the numbers and the label of the axis

DASHES: tuple[str | tuple[int, tuple[int, ...]], ...] = ("-", (0, (6, 2)), (0, (2, 1.5)), "-.", (0, (8, 2, 2, 2)), ":")  # type: ignore[assignment]
"""Line styles, one a color, so that a copy in gray can be read."""


def axes_or_new(ax: "Axes | None", width: float = 5.2, height: float = 4.4) -> "Axes":
    """Return the Axes given, or those of a new figure that pyplot does not know of.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        Where to draw, if given.
    width, height : float
        Of the new figure, in inches.

    Returns
    -------
    matplotlib.axes.Axes
        Where to draw.
    """
    return Figure(figsize=(width, height), layout="constrained").subplots() if ax is None else ax


def places(names: Iterable[str], order: Sequence[str] | None) -> dict[str, int]:
    """Give each name its place among colors, markers and line styles.

    Parameters
    ----------
    names : iterable of str
        What is drawn.
    order : sequence of str or None
        All names of a set of pictures, so that each has one color in all of them; the names themselves if None.

    Returns
    -------
    dict of str to int
        Names that ``order`` lacks come after it.

    Examples
    --------
    >>> places(["motif", "ridge"], order=["network", "motif"])
    {'motif': 1, 'ridge': 2}
    """
    names = list(names)
    everyone = list(dict.fromkeys([*(order or ()), *names]))
    return {name: everyone.index(name) for name in names}


def literal(name: str) -> str:
    r"""Return a name so that matplotlib writes it as it stands, without reading dollar signs as mathematics.

    Parameters
    ----------
    name : str
        Any text.

    Returns
    -------
    str
        The same, with a backslash before each dollar sign.

    Examples
    --------
    >>> print(literal("a$b"))
    a\$b
    """
    return name.replace("$", r"\$")


def shortened(name: str, most: int = 40) -> str:
    """Return a name without its middle if it is long, so that it leaves room for what is drawn.

    Parameters
    ----------
    name : str
        Any text.
    most : int, default 40
        Letters that have room.

    Returns
    -------
    str
        The name, or its beginning and its end.

    Examples
    --------
    >>> shortened("a_very_long_name", 10)
    'a_ver…name'
    """
    tail = (most - 1) // 2
    return name if len(name) <= most else f"{name[: most - 1 - tail]}…{name[len(name) - tail :]}"


def tidy(ax: "Axes", title: str | None, legend_columns: int = 0) -> None:
    """Give Axes a faint grid, a title on the left and, below them where it hides nothing, a legend.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        What has been drawn on.
    title : str or None
        Title of the Axes.
    legend_columns : int, default 0
        Columns of the legend, in which each label stands once; none is drawn for 0.
    """
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
