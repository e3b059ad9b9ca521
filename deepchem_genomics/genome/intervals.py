"""Intervals: rows of a pandas table with the columns chrom, start, end and, where it matters, strand.

Coordinates are 0-based and half-open, so ``end - start`` is the length in bp, and the strand never swaps them. A table
read from a file keeps the number of each row's line as its index, and the file's name in ``attrs``, so that an error
found much later can still name ``peaks.bed:12``; :func:`place` writes that.
"""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.errors import IntervalError

__all__ = ["Intervals", "first_of", "joined", "minus_strand", "place", "require_intervals", "source"]

Intervals: TypeAlias = pd.DataFrame
"""A table with the columns chrom (text), start and end (whole numbers), and maybe strand (``+``, ``-`` or ``.``)."""


def require_intervals(intervals: Intervals) -> Intervals:
    """Check a table of intervals.

    Parameters
    ----------
    intervals : DataFrame
        The table.

    Returns
    -------
    DataFrame
        The table itself.

    Raises
    ------
    IntervalError
        If a column is missing, coordinates are not whole numbers, or a start is not before its end.
    """
    missing = [column for column in ("chrom", "start", "end") if column not in intervals]
    if missing:
        raise IntervalError(
            f"{source(intervals)} has no column {missing[0]!r}, only {', '.join(map(str, intervals.columns))}; "
            "intervals need chrom, start and end; rename the columns"
        )
    for column in ("start", "end"):
        if len(intervals) and intervals[column].dtype.kind not in "iu":
            raise IntervalError(
                f"{source(intervals)}: column {column!r} is of type {intervals[column].dtype}; coordinates are whole "
                "numbers; convert it with .astype('int64')"
            )
    backward = np.flatnonzero(intervals["start"].to_numpy() >= intervals["end"].to_numpy())
    if len(backward):
        row = intervals.iloc[backward[0]]
        raise IntervalError(
            f"{place(intervals, backward[0])}: start {row['start']} is not before end "
            f"{row['end']}{first_of(len(backward))}; coordinates are 0-based and half-open, and the strand does not "
            "swap them; correct or drop the row"
        )
    return intervals


def minus_strand(intervals: Intervals) -> NDArray[np.bool_]:
    """Tell which intervals lie on the minus strand.

    Parameters
    ----------
    intervals : DataFrame
        With or without a column strand.

    Returns
    -------
    ndarray of shape (N,), bool
        All false if there is no such column.

    Raises
    ------
    IntervalError
        If a strand is none of ``+``, ``-`` and ``.``.
    """
    if "strand" not in intervals:
        return np.zeros(len(intervals), dtype=bool)
    codes, strands = pd.factorize(intervals["strand"])
    wrong = [i for i, strand in enumerate(strands) if strand not in ("+", "-", ".")]
    bad = np.flatnonzero(np.isin(codes, [*wrong, -1]))
    if len(bad):
        raise IntervalError(
            f"{place(intervals, bad[0])}: the strand is {intervals['strand'].iloc[bad[0]]!r}{first_of(len(bad))}; it "
            "must be '+', '-' or '.'; correct it, or drop the column"
        )
    return np.isin(codes, [i for i, strand in enumerate(strands) if strand == "-"])


def place(intervals: Intervals, i: int) -> str:
    """Say where interval ``i`` comes from: ``peaks.bed:12`` if it was read from a file, else ``interval 3``.

    Parameters
    ----------
    intervals : DataFrame
        The table.
    i : int
        Position of a row.

    Returns
    -------
    str
        For the beginning of a message.
    """
    label = intervals.index[i]
    if intervals.index.name == "line":
        return f"{intervals.attrs.get('path', 'line')}:{label}"
    if intervals.index.name == "row":
        return f"{intervals.attrs.get('path', 'table')}: row {label}"
    return f"interval {label}"


def source(intervals: Intervals) -> str:
    """Say where a table of intervals comes from.

    Parameters
    ----------
    intervals : DataFrame
        The table.

    Returns
    -------
    str
        The file's path, or "the table of intervals".
    """
    return str(intervals.attrs.get("path", "the table of intervals"))


def first_of(count: int) -> str:
    """Add to a message about the first fault how many there are."""
    return f", the first of {count} such rows" if count > 1 else ""


def joined(tables: Iterable[Intervals]) -> Intervals:
    """Put tables read from one file end to end, keeping line numbers and the file's name."""
    tables = list(tables)
    attrs = dict(tables[0].attrs)
    for table in tables:
        table.attrs = {}  # pandas compares attrs when it joins, and keeps them only if equal
    whole = pd.concat(tables)
    whole.attrs = attrs
    return whole
