"""What variants do to a prediction, along a chromosome."""

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.plots.naming import name_stems
from deepchem_genomics.plots.palette import COLOURS, GREY, axes_or_new, literal, tidy
from deepchem_genomics.plots.positions import number_positions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["variant_lollipop"]

KINDS = {"substitution": (COLOURS[0], "o"), "insertion": (COLOURS[2], "^"), "deletion": (COLOURS[1], "v")}
"""Color and marker of each kind of change."""

_ROOM = 0.22  # of the height, above and below what is drawn, for labels
_LONGEST = 12  # letters of an allele in a label


def variant_lollipop(
    table: pd.DataFrame,
    ax: "Axes | None" = None,
    *,
    value: str = "difference",
    quantity: str | None = None,
    n_labels: int = 5,
    band: tuple[float, float] | None = None,
    title: str | None = None,
) -> "Axes":
    """Draw a stem for each variant at its position, as high as what it changes.

    Parameters
    ----------
    table : DataFrame
        n alleles of one chromosome, as ``dcgenomics variants`` writes them: chrom, pos (from 1), ref, alt, maybe id,
        and the column to draw. Those without a value are left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, unknown to pyplot, if not given.
    value : str, default "difference"
        The column to draw: "difference", "logit_difference" or "z".
    quantity : str, optional
        Label of the vertical axis; by default the column's name in words.
    n_labels : int, default 5
        How many variants are named, those that change most: by their id, or as ``A>G`` without one.
    band : (float, float), optional
        What changes that are nothing special come to, such as the mean of a background less and plus two standard
        deviations: a gray band.
    title : str, optional
        Title of the Axes.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on; positions in bp from 1, with thousands separated.

    Raises
    ------
    BadValueError
        If a column is missing, or the variants are of several chromosomes.
    EmptyInputError
        If no variant has a value.

    Examples
    --------
    >>> table = pd.DataFrame({"chrom": "chr1", "pos": [100, 140], "ref": ["A", "CT"], "alt": ["G", "C"]})
    >>> ax = variant_lollipop(table.assign(difference=[0.2, -0.4]), n_labels=1)
    >>> [text.get_text() for text in ax.texts], ax.get_xlabel()
    (['CT>C'], 'chr1, position (bp)')
    """
    table = _drawable(table, value)
    positions, heights, kinds = table["pos"].to_numpy(), table[value].to_numpy(dtype=np.float64), _kinds(table)
    given = ax is not None
    ax = axes_or_new(ax, 7.2, 3.2)
    if band is not None:
        ax.axhspan(*band, color=GREY, alpha=0.15, linewidth=0, label="background")
    ax.axhline(0, color=GREY, linewidth=0.8)
    for kind, (color, marker) in KINDS.items():
        chosen = kinds == kind
        if chosen.any():
            ax.vlines(positions[chosen], 0, heights[chosen], color=color, linewidth=1, alpha=0.7)
            ax.plot(positions[chosen], heights[chosen], marker, color=color, markersize=5, linestyle="", label=kind)
    ax.margins(y=_ROOM)
    number_positions(ax, str(table["chrom"].iloc[0]))
    ax.set_ylabel(literal(quantity or value.replace("_", " ")))
    tidy(ax, title, legend_columns=4)
    ax.autoscale_view()  # else limits are found when the picture is drawn, too late for names
    if not given:
        cast("Figure", ax.figure).draw_without_rendering()  # so is the place of the Axes
    named = np.argsort(-np.abs(heights), kind="stable")[:n_labels]
    name_stems(ax, positions.astype(np.float64), heights, list(named), _names(table.iloc[named]))
    return ax


def _drawable(table: pd.DataFrame, value: str) -> pd.DataFrame:
    missing = [name for name in ("chrom", "pos", "ref", "alt", value) if name not in table]
    if missing:
        raise BadValueError(
            f"the table has no column {missing[0]!r}, only {', '.join(map(str, table.columns))}; give one as "
            "dcgenomics variants writes it"
        )
    table = table[table[value].notna()]
    if not len(table):
        raise EmptyInputError(f"no variant has a {value}; give a table with at least one that was scored")
    chroms = table["chrom"].unique()
    if len(chroms) > 1:
        raise BadValueError(
            f"the variants are of {len(chroms)} chromosomes, {chroms[0]}, {chroms[1]}...; choose those of one"
        )
    return table


def _kinds(table: pd.DataFrame) -> NDArray[np.str_]:
    longer = (table["alt"].str.len() - table["ref"].str.len()).to_numpy()
    return np.select([longer > 0, longer < 0], ["insertion", "deletion"], "substitution")


def _names(table: pd.DataFrame) -> list[str]:
    ids = table["id"] if "id" in table else [""] * len(table)
    return [
        f"{_short(ref)}>{_short(alt)}" if pd.isna(name) or name in (".", "") else str(name)
        for name, ref, alt in zip(ids, table["ref"], table["alt"], strict=True)
    ]


def _short(allele: str) -> str:
    return allele if len(allele) <= _LONGEST else f"{allele[: _LONGEST - 2]}.."
