"""Positions of bases on an axis, in a window or in a genome."""

from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter, MaxNLocator

from deepchem_genomics.plots.palette import literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["number_positions"]

_WINDOW = 10_000  # positions from here on are those of a chromosome, and their numbers long


def number_positions(ax: "Axes", chrom: str | None = None) -> None:
    """Write whole positions below Axes, thousands separated, as many as have room.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With its limits set, in bp.
    chrom : str, optional
        Name of the chromosome.
    """
    in_genome = max(ax.get_xlim()) >= _WINDOW
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6 if in_genome else 12))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda position, _: f"{position:,.0f}"))
    ax.set_xlabel("position (bp)" if chrom is None else f"{literal(chrom)}, position (bp)")
