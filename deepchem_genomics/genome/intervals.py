"""Intervals: rows of a pandas table with the columns chrom, start, end and, where it matters, strand; and their ids.

Coordinates are 0-based and half-open, so ``end - start`` is the length in bp, and the strand never swaps them. A table
read from a file keeps the number of each row's line as its index, and the file's name in ``attrs``, so that an error
found much later can still name ``peaks.bed:12``; :func:`place` writes that.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_choice, require_whole_number
from deepchem_genomics.errors import IntervalError
from deepchem_genomics.io.ids import read_places
from deepchem_genomics.typing import Ids
from deepchem_genomics.wording import first_of

__all__ = [
    "Intervals",
    "as_intervals",
    "center",
    "interval_ids",
    "joined",
    "minus_strand",
    "outside_summits",
    "parse_ids",
    "place",
    "require_intervals",
    "source",
    "with_summit",
]

Intervals: TypeAlias = pd.DataFrame
"""A table with the columns chrom (text), start and end (whole numbers), and maybe strand (``+``, ``-`` or ``.``)."""


def require_intervals(intervals: Intervals, points: bool = False) -> Intervals:
    """Check a table of intervals and return it; with ``points``, those of no base are allowed."""
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
    starts, ends = intervals["start"].to_numpy(), intervals["end"].to_numpy()
    backward = np.flatnonzero(starts > ends if points else starts >= ends)
    if len(backward):
        row = intervals.iloc[backward[0]]
        raise IntervalError(
            f"{place(intervals, backward[0])}: start {row['start']} is not before end "
            f"{row['end']}{first_of(len(backward))}; coordinates are 0-based and half-open, and the strand does not "
            "swap them; correct or drop the row"
        )
    return intervals


def minus_strand(intervals: Intervals) -> NDArray[np.bool_]:
    """Return which intervals lie on the minus strand, (N,): none if there is no such column.

    Raises IntervalError if a strand is none of ``+``, ``-`` and ``.``.
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
    """Return where interval ``i`` comes from: ``peaks.bed:12`` if it was read from a file, else ``interval 3``."""
    label = intervals.index[i]
    if intervals.index.name == "line":
        return f"{intervals.attrs.get('path', 'line')}:{label}"
    if intervals.index.name == "row":
        return f"{intervals.attrs.get('path', 'table')}: row {label}"
    return f"interval {label}"


def source(intervals: Intervals) -> str:
    """Return the path of the file that a table of intervals was read from, or "the table of intervals"."""
    return str(intervals.attrs.get("path", "the table of intervals"))


def joined(tables: Iterable[Intervals]) -> Intervals:
    """Concatenate tables read from one file, keeping line numbers and the file's name."""
    tables = list(tables)
    attrs = dict(tables[0].attrs)
    for table in tables:
        table.attrs = {}  # pandas compares attrs when it joins, and keeps them only if equal
    whole = pd.concat(tables)
    whole.attrs = attrs
    return whole


def interval_ids(intervals: Intervals) -> NDArray[np.object_]:
    """Name each interval ``chrom:start-end``, and ``chrom:start-end:strand`` where it has a strand.

    Parameters
    ----------
    intervals : DataFrame
        Columns chrom, start, end and maybe strand.

    Returns
    -------
    ndarray of shape (N,), object
        The ids as strings.

    Raises
    ------
    IntervalError
        If the table is not one of intervals.

    Examples
    --------
    >>> table = pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [0, 5], "end": [9, 14], "strand": ["-", "."]})
    >>> interval_ids(table).tolist()
    ['chr1:0-9:-', 'chr2:5-14']
    """
    intervals = as_intervals(intervals)
    columns = [intervals[column].tolist() for column in ("chrom", "start", "end")]
    if "strand" not in intervals:
        ids = [f"{chrom}:{start}-{end}" for chrom, start, end in zip(*columns, strict=True)]
    else:
        suffixes = {"+": ":+", "-": ":-"}
        columns.append([suffixes.get(strand, "") for strand in intervals["strand"].tolist()])
        ids = [f"{chrom}:{start}-{end}{suffix}" for chrom, start, end, suffix in zip(*columns, strict=True)]
    return np.array(ids, dtype=object)


def parse_ids(ids: Ids, shuffled: bool = False) -> Intervals:
    """Read ids as :func:`interval_ids` writes them.

    Parameters
    ----------
    ids : sequence of str
        N ids, ``chrom:start-end`` or ``chrom:start-end:strand``.
    shuffled : bool, default False
        Whether ids of shuffled sequences, ``chr21:100-201:shuffled1``, are read as the place of their original.

    Returns
    -------
    DataFrame
        N rows; a column strand (``.`` where an id has none) only if some id has one.

    Raises
    ------
    IntervalError
        If an id is not of that form, or its start is not before its end.

    Examples
    --------
    >>> parse_ids(["chr21:100-201:+"]).to_dict("records")
    [{'chrom': 'chr21', 'start': 100, 'end': 201, 'strand': '+'}]
    """
    places = list(read_places(ids, shuffled))
    none = np.empty(0, np.int64)
    table = pd.DataFrame(
        {
            "chrom": pd.Series([name for some in places for name in some.names], dtype=object),
            "start": np.concatenate([none, *(some.starts for some in places)]),
            "end": np.concatenate([none, *(some.ends for some in places)]),
        }
    )
    if any(some.strands for some in places):
        table["strand"] = [strand or "." for some in places for strand in some.strands or [""] * len(some.names)]
    return table


def as_intervals(intervals: Any, points: bool = False) -> Intervals:
    """Return a table of intervals, or one made of ids, checked by :func:`require_intervals`."""
    if isinstance(intervals, str):
        raise IntervalError(f"intervals are {intervals[:30]!r}, a single string; put ids into a list, or read the file")
    if not isinstance(intervals, pd.DataFrame):
        return parse_ids(intervals)
    return require_intervals(intervals, points)


def center(intervals: Intervals | Ids, length: int, at: str = "middle") -> Intervals:
    """Resize intervals to one length, around their middle or summit.

    The base in the middle, ``start + (end - start) // 2``, or the base of the summit, always lands on index
    ``length // 2`` of the new interval. So of an even number of bases the middle one is the right one of the two, and
    a new interval of even length has one base more on the left of it than on the right. The strand changes nothing.

    Parameters
    ----------
    intervals : DataFrame or sequence of str
        A table with the columns chrom, start, end, and summit if requested; or ids.
    length : int
        In bp.
    at : {"middle", "summit", "auto"}, default "middle"
        What the new intervals are centered on. "summit" takes the column of that name, a position on the chromosome,
        as :func:`read_intervals` gives it for narrowPeak files. "auto" takes the summit of intervals that have one,
        and the middle of the others.

    Returns
    -------
    DataFrame
        A copy with other starts and ends; all other columns, the row labels and their order are kept. An interval near
        the end of a chromosome may reach past it: what reads its sequence has a policy for that. A point between two
        bases, whose start is its end, has a window too.

    Raises
    ------
    BadValueError
        If ``length`` is less than 1, or ``at`` has another value.
    IntervalError
        If the summits are requested and a row has none.

    Examples
    --------
    >>> center(["chr1:100-104", "chr1:200-203"], 101)[["start", "end"]].values.tolist()
    [[52, 153], [151, 252]]
    """
    intervals = as_intervals(intervals, points=True)
    require_whole_number("length", length, lowest=1, of="bp")
    require_choice("at", at, ("middle", "summit", "auto"))
    first, end = (intervals[column].astype(np.int64) for column in ("start", "end"))  # starts may become negative
    middles = first + (end - first) // 2
    if at == "summit":
        middles = _summits(intervals)
    elif at == "auto" and (called := with_summit(intervals)).any():
        middles = middles.mask(called, intervals["summit"]).astype(np.int64)
    starts = middles - length // 2
    return intervals.assign(start=starts, end=starts + length)


def with_summit(intervals: Intervals) -> NDArray[np.bool_]:
    """Return which intervals have a summit, a base of theirs in the column of that name, (N,)."""
    if "summit" not in intervals or intervals["summit"].dtype.kind not in "iuf":
        return np.zeros(len(intervals), dtype=bool)
    inside = (intervals["summit"] >= intervals["start"]) & (intervals["summit"] < intervals["end"])
    return inside.to_numpy(bool)


def outside_summits(intervals: Intervals) -> int:
    """Count the intervals whose summit is outside of them, so that it says nothing about where their middle is."""
    if "summit" not in intervals or intervals["summit"].dtype.kind not in "iuf":
        return 0
    return int(((intervals["summit"] >= 0) & ~with_summit(intervals)).sum())


def _summits(intervals: Intervals) -> pd.Series:
    if "summit" not in intervals:
        raise IntervalError(
            f"{source(intervals)} has no column summit, only {', '.join(map(str, intervals.columns))}; read a "
            "narrowPeak file, or pass at='middle'"
        )
    summits = intervals["summit"]
    missing = np.flatnonzero(~with_summit(intervals))
    if len(missing):
        first = summits.iloc[missing[0]]
        none = "has no summit" if not first >= 0 else f"has its summit at {first:.0f}, outside of it"
        raise IntervalError(
            f"{place(intervals, missing[0])}: the peak {none}{first_of(len(missing))}; center on the middle where "
            "there is none (at='auto'), or drop such peaks"
        )
    return summits.astype(np.int64)
