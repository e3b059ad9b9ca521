"""Figures of datasets and predictions: classes, G and C, unknown bases, and shares of inputs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError
from deepchem_genomics.plots.axes import COLORS, GRAY, axes_or_new, literal, shortened, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["class_balance", "contribution_bars", "share_histogram"]


# Okabe and Ito's palette
CLASS_COLOR = {"0": "#0072B2", "1": "#D55E00", "missing": "#999999"}
MOST_NAMED = 30  # tasks whose names still fit


def class_balance(
    counts: Mapping[str, Mapping[str, int]], ax: "Axes | None" = None, *, title: str | None = None
) -> "Axes":
    """Draw how many labels of each class each task has, on a logarithmic axis: positives may be few.

    Parameters
    ----------
    counts : mapping of str to mapping of str to int
        By task, the number of labels by class: "0", "1" and "missing".
    ax, title : optional
        See :mod:`deepchem_genomics.plots`.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Raises
    ------
    EmptyInputError
        If there are no tasks.

    Examples
    --------
    >>> ax = class_balance({"JUND": {"0": 276, "1": 11, "missing": 0}})
    >>> [text.get_text() for text in ax.texts]
    ['276', '11 (3.83%)']
    """
    if not counts:
        raise EmptyInputError("there are no tasks; give counts of one or more")
    ax = axes_or_new(ax, 6.4, 4.4)
    classes = [name for name in CLASS_COLOR if any(task.get(name) for task in counts.values())]
    height = 0.8 / max(len(classes), 1)
    for i, name in enumerate(classes):
        values = [task.get(name, 0) for task in counts.values()]
        rows = np.arange(len(counts)) + (i - (len(classes) - 1) / 2) * height
        bars = ax.barh(rows, values, height, color=CLASS_COLOR[name], label=_class_label(name))
        if len(counts) <= MOST_NAMED:
            texts = [_amount(task, name) for task in counts.values()]
            ax.bar_label(bars, texts, padding=3, fontsize="small")
    ax.set_xscale("symlog", linthresh=1)
    ax.set_xlim(0, 8 * max(sum(task.values()) for task in counts.values()))  # room for the numbers
    named = len(counts) <= MOST_NAMED
    ax.set_yticks(range(len(counts)) if named else [], list(counts) if named else [])
    ax.invert_yaxis()
    ax.set_xlabel("labels (logarithmic)")
    _finish(ax, title or ("classes" if named else f"classes of {len(counts)} tasks"))
    return ax


def share_histogram(
    edges: Sequence[float] | NDArray[np.float64],
    counts: Mapping[str, Sequence[int]],
    ax: "Axes | None" = None,
    *,
    what: str = "GC content",
    logarithmic: bool = False,
    title: str | None = None,
) -> "Axes":
    """Draw the distribution of a share, such as GC content, for one or more sets of sequences.

    Each curve is the fraction of its own set, so that sets of different sizes can be compared.

    Parameters
    ----------
    edges : sequence of float, (B + 1,)
        Borders of the bins, 0 to 1.
    counts : mapping of str to sequence of int, (B,)
        Sequences in each bin, by the name of the set. Empty sets are left out.
    what : str, default "GC content"
        What is shared: the label of the horizontal axis.
    logarithmic : bool, default False
        Whether the vertical axis is logarithmic, for shares that nearly all sequences have 0 of.
    ax, title : optional
        See :mod:`deepchem_genomics.plots`.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Raises
    ------
    EmptyInputError
        If there are no sets.
    ShapeMismatchError
        If a set does not have a count for each bin.

    Examples
    --------
    >>> ax = share_histogram([0, 0.5, 1], {"negatives": [3, 1], "positives": [1, 1]})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['negatives (4)', 'positives (2)']
    """
    if not counts:
        raise EmptyInputError("there are no sets of sequences; give counts of one or more")
    ax = axes_or_new(ax, 6.4, 4.4)
    for i, (name, values) in enumerate(counts.items()):
        if len(values) != len(edges) - 1:
            raise ShapeMismatchError(f"{name} has {len(values)} counts for {len(edges) - 1} bins; give one per bin")
        total = int(np.sum(values))
        if total:
            share = np.asarray(values) / total
            color = COLORS[i % len(COLORS)]
            ax.stairs(share, edges, color=color, linewidth=1.8, label=f"{name} ({total:,})")
            ax.stairs(share, edges, color=color, alpha=0.15, fill=True)
    if logarithmic:
        ax.set_yscale("log")
    ax.set_xlabel(what)
    ax.set_ylabel("fraction of sequences")
    ax.set_xlim(float(edges[0]), float(edges[-1]))
    _finish(ax, title)
    return ax


def _class_label(name: str) -> str:
    return {"0": "negative (0)", "1": "positive (1)"}.get(name, name)


def _amount(task: Mapping[str, int], name: str) -> str:
    n = task.get(name, 0)
    labeled = task.get("0", 0) + task.get("1", 0)
    return f"{n:,} ({n / labeled:.2%})" if name == "1" and labeled else f"{n:,}"


def _finish(ax: "Axes", title: str | None) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_axisbelow(True)
    if title is not None:
        ax.set_title(title, loc="left")
    handles, _ = ax.get_legend_handles_labels()
    if handles:
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3, frameon=False, fontsize="small")


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
        Contributions by the name of the input; up to six can be distinguished.
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
        ax.barh(rows, widths, height, color=COLORS[i % len(COLORS)], label=literal(shortened(part)))
    ax.axvline(0, color=GRAY, linewidth=0.8)
    ax.set_yticks(range(len(names)), [literal(shortened(str(name))) for name in names], fontsize="small")
    ax.invert_yaxis()
    ax.set_xlabel(literal(quantity))
    tidy(ax, title, legend_columns=3)
    ax.grid(visible=False, axis="y")
    return ax
