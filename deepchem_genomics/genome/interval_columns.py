"""What the columns of a file of intervals hold: whole numbers, numbers or text, each checked with its line named."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepchem_genomics.errors import IntervalError, LabelError
from deepchem_genomics.genome.intervals import Intervals, first_of, minus_strand, place, require_intervals

__all__ = ["checked_table", "is_label", "require_forward"]

_BEYOND = 10**18
_MISSING = {"", ".", "na", "nan"}
_NUMBERS = {"score", "signalValue", "pValue", "qValue"}
_TEXTS = {"id", "name", "strand", "thickStart", "thickEnd", "itemRgb", "blockCount", "blockSizes", "blockStarts"}


def checked_table(
    fields: dict[str, list[str]], index: pd.Index, path: Path, kind: str, labels: Sequence[str] | None
) -> Intervals:
    """Make a table of the fields of some lines.

    Parameters
    ----------
    fields : dict of str to list of str
        Each column's name and its n fields.
    index : Index
        The number of each line, (n,).
    path : Path
        The file.
    kind : str
        Its format.
    labels : sequence of str or None
        The columns that hold labels, as :func:`read_intervals` takes them.

    Returns
    -------
    DataFrame
        As :func:`read_intervals` returns it.

    Raises
    ------
    IntervalError
        If a line is not an interval.
    LabelError
        If a label is not a number, or its column is not there.
    """
    missing = [name for name in labels or () if name not in fields]
    if missing:
        raise LabelError(f"{path} has no column {missing[0]!r} for labels, only {', '.join(fields)}; choose from these")
    columns: dict[str, Any] = {}
    for name, values in fields.items():
        if name in ("start", "end", "peak"):
            columns[name] = _whole_numbers(values, name, index, path)
        elif name in _NUMBERS or is_label(name, labels):
            columns[name] = _numbers(values, name, index, path)
        else:
            columns[name] = values
    table = pd.DataFrame(columns, index=index)
    table.attrs["path"] = str(path)
    if kind == "narrowPeak":
        table["summit"] = np.where(table["peak"] >= 0, table["start"] + table["peak"], -1)
    require_forward(table)
    return table


def is_label(name: str, labels: Sequence[str] | None) -> bool:
    """Tell whether a column holds labels.

    Parameters
    ----------
    name : str
        The column.
    labels : sequence of str or None
        The columns that do; by default all that are not standard ones.

    Returns
    -------
    bool
        Whether its fields must be numbers or missing.
    """
    if labels is not None:
        return name in labels
    return name not in _TEXTS and name not in _NUMBERS and name not in ("chrom", "start", "end", "peak")


def _whole_numbers(values: list[str], name: str, index: pd.Index, path: Path) -> np.ndarray:
    try:
        numbers = np.array(list(map(int, values)), dtype=np.int64)
        # As many digits as ids may have, so that sums do not overflow; and Python reads 1_000.
        if ((numbers > -_BEYOND) & (numbers < _BEYOND)).all() and "_" not in "".join(values):
            return numbers
    except (ValueError, OverflowError):
        pass
    i = next(i for i, value in enumerate(values) if not _is_whole_number(value))
    raise IntervalError(
        f"{path}:{index[i]}: {name} is {values[i]!r}; coordinates are whole numbers of bp; correct the line"
    )


def _is_whole_number(value: str) -> bool:
    """Tell what is taken of a column all at once from what is not: a pattern differs from ``int`` in odd letters."""
    try:
        return "_" not in value and -_BEYOND < int(value) < _BEYOND
    except ValueError:
        return False


def _numbers(values: list[str], name: str, index: pd.Index, path: Path) -> np.ndarray:
    try:
        if "_" not in "".join(values):
            return np.array(list(map(float, values)))
    except ValueError:
        pass
    return np.array([_number(value, f"{path}:{index[i]}", name) for i, value in enumerate(values)])


def _number(value: str, where: str, name: str) -> float:
    try:
        return np.nan if value.strip().lower() in _MISSING else float(value.replace("_", "x"))  # Python reads 1_000
    except ValueError:
        raise LabelError(
            f"{where}: {name} is {value!r}; a label is a number, or missing (empty, '.', NA); correct the line, or "
            "pass labels=[...] to say which columns are labels"
        ) from None


def require_forward(table: Intervals) -> None:
    """Raise an error for the first row of a file that is not an interval.

    Parameters
    ----------
    table : DataFrame
        Columns chrom, start, end and maybe strand.

    Raises
    ------
    IntervalError
        If a start is negative or not before its end, a chromosome has no name, or a strand is unknown.
    """
    negative = np.flatnonzero((table["start"] < 0).to_numpy())
    if len(negative):
        raise IntervalError(
            f"{place(table, negative[0])}: start {table['start'].iloc[negative[0]]} is negative"
            f"{first_of(len(negative))}; coordinates count from 0; correct the line"
        )
    require_intervals(table)
    minus_strand(table)  # looks at every strand
    nameless = np.flatnonzero((table["chrom"] == "").to_numpy())
    if len(nameless):
        raise IntervalError(f"{place(table, nameless[0])}: the chromosome has no name; correct the line")
