"""Figures along a transcript or a chromosome: sites, signals and peaks, effects of variants."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.errors import BadValueError, EmptyInputError, IntervalError, ShapeMismatchError
from deepchem_genomics.plots.axes import COLORS, GRAY, axes_or_new, literal, name_stems, number_positions, tidy
from deepchem_genomics.wording import listed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["genome_track", "site_map", "split_map", "variant_lollipop"]

_STRIP = 0.2  # height of the strip with the transcript, as a share of the range of efficacies
_NAMED = 0.05  # share of the transcript from which its coding sequence has room for a name


def site_map(
    positions: ArrayLike,
    efficacy: ArrayLike,
    sites: Sequence[tuple[int, int, float, int]] = (),
    ax: "Axes | None" = None,
    *,
    interval: tuple[ArrayLike, ArrayLike] | None = None,
    length: int | None = None,
    coding: tuple[int, int] | None = None,
    title: str | None = None,
) -> "Axes":
    """Draw the efficacy along a transcript as a line, chosen sites as discs with their rank, and the transcript below.

    Parameters
    ----------
    positions : array_like, (n,)
        Positions in the transcript, ascending, in bases from 0.
    efficacy : array_like, (n,)
        Predicted efficacy at each; NaN leaves a gap.
    sites : sequence of (start, end, efficacy, rank)
        Chosen sites, 0-based and half-open.
    interval : (array_like, array_like), optional
        Low and high ends of the interval at each position, (n,) each: a band about the line.
    length : int, optional
        Length of the transcript in bases; up to the last position if not given.
    coding : (start, end), optional
        Coding sequence, 0-based and half-open: a thicker part of the transcript.
    ax, title : optional
        See :mod:`deepchem_genomics.plots`.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on, at least from 0 to 1.

    Raises
    ------
    EmptyInputError
        If there are no positions.
    ShapeMismatchError
        If there is not an efficacy, or an interval, for each position.
    BadValueError
        If every efficacy is NaN.

    Examples
    --------
    >>> ax = site_map([10, 20, 30], [0.4, 0.8, 0.5], [(10, 31, 0.8, 1)], length=60, coding=(5, 50))
    >>> [text.get_text() for text in ax.texts]
    ['CDS', '1']
    """
    places, values = np.asarray(positions, dtype=np.float64), np.asarray(efficacy, dtype=np.float64)
    low, high = (values, values) if interval is None else (np.asarray(end, dtype=np.float64) for end in interval)
    if not len(places):
        raise EmptyInputError("there are no positions; give one or more")
    if not places.shape == values.shape == low.shape == high.shape:
        raise ShapeMismatchError(
            f"positions have the shape {places.shape}, efficacy {values.shape}, the interval {low.shape} and "
            f"{high.shape}; give one of each, (n,)"
        )
    if not np.isfinite(values).any():
        raise BadValueError("every efficacy is NaN; there is nothing to draw")
    length = int(places[-1]) + 1 if length is None else length
    drawn = np.concatenate([values, low, high, [one for _, _, one, _ in sites]])
    bottom, top = min(0.0, float(np.nanmin(drawn))), max(1.0, float(np.nanmax(drawn)))
    strip = _STRIP * (top - bottom)
    ax = axes_or_new(ax, 12.0, 3.1)
    ax.set_xlim(0, length)
    ax.set_ylim(bottom - strip, top + 0.06 * (top - bottom))
    ax.fill_between(places, low, high, color=COLORS[0], alpha=0.15, linewidth=0)
    ax.plot(places, values, color=COLORS[0], linewidth=1.2)
    tidy(ax, title)
    ax.grid(visible=False, axis="x")
    ax.set_yticks([tick for tick in ax.get_yticks() if bottom <= tick <= top])
    ax.set_ylabel("predicted efficacy")
    number_positions(ax)
    ax.set_xlabel("position in the transcript (bases)")
    _draw_transcript(ax, length, coding, bottom - 0.6 * strip, 0.35 * strip)
    for start, end, value, rank in sites:
        middle = (start + end) / 2
        corner = (start, bottom - 0.9 * strip)
        ax.add_patch(Rectangle(corner, end - start, 0.6 * strip, color=COLORS[1], linewidth=0.8, zorder=2.8))
        ax.plot([middle, middle], [bottom - 0.3 * strip, value], color=COLORS[1], linewidth=0.9, linestyle=(0, (3, 2)))
        ax.plot(middle, value, "o", color=COLORS[1], markersize=13, zorder=3, clip_on=False)
        ax.text(
            middle, value, str(rank), color="white", fontsize=8, weight="bold", ha="center", va="center_baseline",
            zorder=4,
        )  # fmt: skip
    return ax


def _draw_transcript(ax: "Axes", length: int, coding: tuple[int, int] | None, middle: float, height: float) -> None:
    ax.plot([0, length], [middle, middle], color=GRAY, linewidth=2.2, solid_capstyle="butt")
    if coding is not None:
        start, end = coding
        ax.add_patch(Rectangle((start, middle - height / 2), end - start, height, color=GRAY, linewidth=0, zorder=2.5))
        if end - start > _NAMED * length:
            where = ((start + end) / 2, middle)
            ax.annotate("CDS", where, color="white", fontsize=8, ha="center", va="center_baseline", zorder=2.6)


_PEAKS_HEIGHT = 0.07  # of the Axes


_AT_ONCE = 1 << 16  # windows


def split_map(
    parts: Mapping[str, tuple[ArrayLike, ArrayLike]], ax: "Axes | None" = None, *, title: str | None = None
) -> "Axes":
    """Draw where the windows of each part of a split lie, a line per chromosome.

    Parameters
    ----------
    parts : mapping of str to (chromosomes, positions)
        By part: names (N,) and positions in bp (N,), such as the middles of windows. Windows of a part closer to each
        other than a four-hundredth of the longest chromosome share a mark.
    ax, title : optional
        See :mod:`deepchem_genomics.plots`.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on; chromosomes from top to bottom as they first appear.

    Raises
    ------
    EmptyInputError
        If there are no windows.
    ShapeMismatchError
        If a part has not as many names as positions.

    Examples
    --------
    >>> ax = split_map({"train": (["chr1", "chr1"], [50, 950]), "valid": (["chr2"], [500])})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['chr1', 'chr2']
    """
    found = {part: (np.asarray(names), np.asarray(where, dtype=np.int64)) for part, (names, where) in parts.items()}
    for part, (names, where) in found.items():
        if names.shape != where.shape or names.ndim != 1:
            raise ShapeMismatchError(
                f"{part} has names of shape {names.shape} and positions {where.shape}; give one name per position, (N,)"
            )
    if not any(len(names) for names, _ in found.values()):
        raise EmptyInputError("parts have no windows; give those of one part or more")
    chromosomes = list(dict.fromkeys(name for names, _ in found.values() for name in pd.unique(names)))
    size = max(1, max(int(where.max()) for _, where in found.values() if len(where)) // 400)
    ax = axes_or_new(ax, 7.5, 1.2 + 0.25 * len(chromosomes))
    lines = pd.Index(chromosomes)
    for number, (part, (names, where)) in enumerate(found.items()):
        there = np.zeros((len(chromosomes), int(where.max(initial=0)) // size + 1), dtype=bool)
        for some in (slice(start, start + _AT_ONCE) for start in range(0, len(names), _AT_ONCE)):
            there[lines.get_indexer(names[some]), where[some] // size] = True
        marks = np.stack(np.nonzero(there))  # (2, M)
        color = COLORS[number % len(COLORS)]
        middles, heights = (marks[1] + 0.5) * size / 1e6, marks[0]
        ax.vlines(middles, heights - 0.35, heights + 0.35, color=color, linewidth=1, label=part)
    ax.set_yticks(range(len(chromosomes)), [literal(name) for name in chromosomes])
    ax.set_ylim(len(chromosomes) - 0.4, -0.6)
    ax.set_xlabel("position (Mb)")
    tidy(ax, title, legend_columns=len(found))
    return ax


def genome_track(
    starts: ArrayLike,
    values: ArrayLike,
    ax: "Axes | None" = None,
    peaks: "Sequence[tuple[int, int]] | NDArray[Any] | None" = None,
    *,
    ends: ArrayLike | None = None,
    chrom: str | None = None,
    threshold: float | None = None,
    title: str | None = None,
) -> "Axes":
    """Draw values of windows along a chromosome as a filled step, with peaks as bars below.

    Parameters
    ----------
    starts : array_like of int, (n,)
        First positions of the windows, 0-based, ascending, in bp.
    values : array_like, (n,)
        A value each, such as the predicted probability; NaN leaves a gap.
    peaks : sequence of (start, end), optional
        0-based and half-open; drawn as bars under the signal where they reach into it.
    ends : array_like of int, (n,), optional
        Ends of the windows. Between windows that do not touch nothing is drawn; where windows overlap each value is
        drawn about its window's middle. If not given, each reaches to the next one's start.
    chrom : str, optional
        Name of the chromosome, for the axis.
    threshold : float, optional
        Level above which peaks were called: a dashed line.
    ax, title : optional
        See :mod:`deepchem_genomics.plots`.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on; positions in bp, with thousands separated. Label the vertical axis with ``set_ylabel``.

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
    ax.stairs(steps, edges, fill=True, color=COLORS[0], alpha=0.25, linewidth=0)
    ax.stairs(steps, edges, color=COLORS[0], linewidth=1, baseline=None)
    if threshold is not None:
        ax.axhline(threshold, color=GRAY, linewidth=1, linestyle="--")
    low, high = min(0.0, float(np.nanmin(heights))), max(0.0, float(np.nanmax(heights)), threshold or 0.0)
    room = (high - low) or 1.0
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(low - (_PEAKS_HEIGHT * 2 * room if peaks is not None else 0), high + 0.05 * room)
    shown = intervals[(intervals[:, 1] > edges[0]) & (intervals[:, 0] < edges[-1])]
    if peaks is not None:
        bars = [(float(start), float(end - start)) for start, end in shown]
        ax.broken_barh(bars, (low - 1.6 * _PEAKS_HEIGHT * room, _PEAKS_HEIGHT * room), color=COLORS[1], linewidth=0.8)
    ax.spines[["top", "right"]].set_visible(False)
    number_positions(ax, chrom)
    ax.set_ylabel("predicted")
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


KINDS = {"substitution": (COLORS[0], "o"), "insertion": (COLORS[2], "^"), "deletion": (COLORS[1], "v")}
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
    value : str, default "difference"
        The column to draw: "difference", "logit_difference" or "z".
    quantity : str, optional
        Label of the vertical axis; by default the column's name in words.
    n_labels : int, default 5
        How many variants are named, those that change most: by their id, or as ``A>G`` without one.
    band : (float, float), optional
        What changes that are nothing special come to, such as the mean of a background less and plus two standard
        deviations: a gray band.
    ax, title : optional
        See :mod:`deepchem_genomics.plots`.

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
        ax.axhspan(*band, color=GRAY, alpha=0.15, linewidth=0, label="background")
    ax.axhline(0, color=GRAY, linewidth=0.8)
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
        raise BadValueError(f"the variants are of {len(chroms)} chromosomes, {listed(chroms, 2)}; choose those of one")
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
