"""Windows of one length, around the middle or the summit of intervals."""

import numpy as np
import pandas as pd

from deepchem_genomics.errors import BadValueError, IntervalError
from deepchem_genomics.genome.ids import as_intervals
from deepchem_genomics.genome.intervals import Intervals, first_of, place, source
from deepchem_genomics.typing import Ids

__all__ = ["center"]


def center(intervals: Intervals | Ids, length: int, at: str = "middle") -> Intervals:
    """Give intervals one length, around their middle or summit.

    The base in the middle, ``start + (end - start) // 2``, or the base of the summit, always lands on index
    ``length // 2`` of the new interval. So of an even number of bases the middle one is the right one of the two, and
    a new interval of even length has one base more on the left of it than on the right. The strand changes nothing.

    Parameters
    ----------
    intervals : DataFrame or sequence of str
        A table with the columns chrom, start, end, and summit if asked for; or ids.
    length : int
        In bp.
    at : {"middle", "summit"}, default "middle"
        What the new intervals are centered on. "summit" takes the column of that name, a position on the chromosome,
        as :func:`read_intervals` gives it for narrowPeak files.

    Returns
    -------
    DataFrame
        A copy with other starts and ends; all other columns, the row labels and their order are kept. An interval near
        the end of a chromosome may reach past it: what reads its sequence has a policy for that.

    Raises
    ------
    BadValueError
        If ``length`` is less than 1, or ``at`` has another value.
    IntervalError
        If the summits are asked for and a row has none.

    Examples
    --------
    >>> center(["chr1:100-104", "chr1:200-203"], 101)[["start", "end"]].values.tolist()
    [[52, 153], [151, 252]]
    """
    intervals = as_intervals(intervals)
    if not isinstance(length, int | np.integer) or length < 1:
        raise BadValueError(f"length is {length!r}; it must be a whole number of bp, at least 1")
    if at == "middle":
        middles = intervals["start"] + (intervals["end"] - intervals["start"]) // 2
    elif at == "summit":
        middles = _summits(intervals)
    else:
        raise BadValueError(f"at is {at!r}; it must be 'middle' or 'summit'")
    starts = middles - length // 2
    return intervals.assign(start=starts, end=starts + length)


def _summits(intervals: Intervals) -> pd.Series:
    if "summit" not in intervals:
        raise IntervalError(
            f"{source(intervals)} has no column summit, only {', '.join(map(str, intervals.columns))}; read a "
            "narrowPeak file, or pass at='middle'"
        )
    summits = intervals["summit"]
    missing = np.flatnonzero((summits < 0).to_numpy())
    if len(missing):
        raise IntervalError(
            f"{place(intervals, missing[0])}: the peak has no summit (column 10 is -1){first_of(len(missing))}; pass "
            "at='middle', or drop such peaks"
        )
    return summits
