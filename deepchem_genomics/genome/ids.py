"""Intervals as ids, ``chrom:start-end`` or ``chrom:start-end:strand``, and back."""

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.errors import IntervalError
from deepchem_genomics.genome.intervals import Intervals, require_intervals
from deepchem_genomics.typing import Ids

__all__ = ["as_intervals", "interval_ids", "parse_ids"]

# Names of contigs may have colons (HLA-A*01:01:01:01), so the name is whatever comes before the last coordinates.
_ID = re.compile(r"^(.+):(\d{1,18})-(\d{1,18})(?::([+-]))?$", re.MULTILINE)


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


def parse_ids(ids: Ids) -> Intervals:
    """Read ids as :func:`interval_ids` writes them.

    Parameters
    ----------
    ids : sequence of str
        N ids, ``chrom:start-end`` or ``chrom:start-end:strand``.

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
    texts = list(map(str, ids))
    joined_texts = "\n".join(texts)
    found = _ID.findall(joined_texts)  # all at once, one a line
    if len(found) != len(texts) or (texts and joined_texts.count("\n") >= len(texts)):
        i = next(i for i, text in enumerate(texts) if not _ID.fullmatch(text))
        raise IntervalError(
            f"id {i} is {texts[i]!r}; an interval is written chrom:start-end or chrom:start-end:strand, such as "
            "chr21:100-201:+; correct the id"
        )
    chroms, starts, ends, strands = zip(*found, strict=True) if found else ((), (), (), ())
    table = pd.DataFrame(
        {
            "chrom": pd.Series(chroms, dtype=object),
            "start": np.array(list(map(int, starts)), dtype=np.int64),
            "end": np.array(list(map(int, ends)), dtype=np.int64),
        }
    )
    if any(strands):
        table["strand"] = [strand or "." for strand in strands]
    return require_intervals(table)


def as_intervals(intervals: Any) -> Intervals:
    """Take a table of intervals, or a list of ids, and check it.

    Parameters
    ----------
    intervals : DataFrame or sequence of str
        A table with the columns chrom, start, end; or ids as :func:`parse_ids` reads them.

    Returns
    -------
    DataFrame
        The table itself if one was given.

    Raises
    ------
    IntervalError
        If a column is missing, coordinates are not whole numbers, a start is not before its end, or an id is not an id.
    """
    if isinstance(intervals, str):
        raise IntervalError(f"intervals are {intervals[:30]!r}, a single string; put ids into a list, or read the file")
    if not isinstance(intervals, pd.DataFrame):
        return parse_ids(intervals)
    return require_intervals(intervals)
