"""Which format a file of intervals has, and what its columns are called.

The format is, in this order:

1. the one given;
2. what the name says, after ``.gz`` or ``.bgz`` is taken off: ``.bed`` (also ``.bed3`` to ``.bed12``),
   ``.narrowPeak``, ``.broadPeak``, ``.tsv``, ``.tab`` or ``.txt``, ``.csv``, ``.parquet`` or ``.pq``;
3. by the first line: CSV if it has commas and no tab, narrowPeak if it has ten columns and a strand in the sixth, BED
   if it has a strand in the sixth, else TSV.

A BED file of ten columns is read as narrowPeak: BED itself has no such form, and ENCODE names its peaks so. BED, peak
and TSV files are split at tabs, or at any white space if the first line has no tab.

TSV and CSV files have a header if their first line names columns chrom, start and end (or a usual other spelling, with
or without ``#``). Otherwise its second and third fields must be whole numbers, and the columns after the third are
called ``label``, or ``label_1``, ``label_2`` and so on if there are several.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from deepchem_genomics.errors import BadValueError, IntervalError

__all__ = ["Format", "coordinate_names", "format_by_name", "format_of_table", "is_preamble"]

_BED = [
    "chrom", "start", "end", "name", "score", "strand", "thickStart", "thickEnd", "itemRgb", "blockCount", "blockSizes",
    "blockStarts",
]  # fmt: skip
_BROAD_PEAK = [*_BED[:6], "signalValue", "pValue", "qValue"]
_NARROW_PEAK = [*_BROAD_PEAK, "peak"]
_SUFFIXES = {
    "narrowpeak": "narrowPeak", "broadpeak": "broadPeak", "tsv": "tsv", "tab": "tsv", "txt": "tsv", "csv": "csv",
    "parquet": "parquet", "pq": "parquet",
}  # fmt: skip
_FORMATS = ("bed", "narrowPeak", "broadPeak", "tsv", "csv", "parquet")
_SPELLINGS = {
    "chrom": ("chrom", "chr", "chromosome", "seqnames", "seqname", "contig"),
    "start": ("start", "chromstart", "chrom_start", "pos_start"),
    "end": ("end", "stop", "chromend", "chrom_end", "pos_end"),
}


class Format(NamedTuple):
    """How to split the lines of a file, and what to call the fields."""

    kind: str  # bed, narrowPeak, broadPeak, tsv or csv
    separator: str | None  # None: any white space
    columns: list[str]
    has_header: bool


def format_by_name(path: Path, format: str | None) -> str | None:
    """Tell the format from what was asked for or from a file's name.

    Parameters
    ----------
    path : Path
        The file.
    format : str or None
        What was asked for.

    Returns
    -------
    str or None
        None if only the first line can tell.

    Raises
    ------
    BadValueError
        If there is no such format.

    Examples
    --------
    >>> format_by_name(Path("JUND.narrowPeak.gz"), None), format_by_name(Path("windows"), None)
    ('narrowPeak', None)
    """
    if format is not None:
        if format not in _FORMATS:
            raise BadValueError(f"format is {format!r}; it must be one of {', '.join(map(repr, _FORMATS))}")
        return format
    suffix = re.sub(r"\.(gz|bgz)$", "", path.name.lower()).rpartition(".")[2]
    return "bed" if re.fullmatch(r"bed\d*", suffix) else _SUFFIXES.get(suffix)


def is_preamble(line: str) -> bool:
    """Tell whether a line holds no interval: it is blank, a comment, or for a genome browser.

    Parameters
    ----------
    line : str
        One line.

    Returns
    -------
    bool
        True for blank lines, and those that begin with ``#`` or the words ``track`` or ``browser``.
    """
    return line.startswith(("#", "track ", "track\t", "browser ", "browser\t")) or not line.strip()


def coordinate_names(names: Sequence[str]) -> list[str] | None:
    """Spell the names of the coordinate columns our way.

    Parameters
    ----------
    names : sequence of str
        The fields of what may be a header.

    Returns
    -------
    list of str or None
        The names with chrom, start and end among them; None if one of these is not there.

    Examples
    --------
    >>> coordinate_names(["#Chromosome", "chromStart", "chromEnd", "bound"])
    ['chrom', 'start', 'end', 'bound']
    """
    spelt = {spelling: ours for ours, spellings in _SPELLINGS.items() for spelling in spellings}
    ours = [spelt.get(name.strip().lower().lstrip("#").strip(), name.strip()) for name in names]
    return ours if {"chrom", "start", "end"} <= set(ours) else None


def format_of_table(path: Path, number: int, line: str, kind: str | None, columns: Sequence[str] | None) -> Format:
    """Tell the format of a text file from its first line that is no preamble, or from its header.

    Parameters
    ----------
    path : Path
        The file, for errors.
    number, line : int, str
        The line's number and text.
    kind : str or None
        What :func:`format_by_name` says.
    columns : sequence of str or None
        Names asked for, for the columns after the third.

    Returns
    -------
    Format
        With a name for every column.

    Raises
    ------
    IntervalError
        If there are too few columns, too many, or too many names for them; or the line is neither an interval nor a
        header.
    """
    separator = "," if kind == "csv" or (kind is None and "," in line and "\t" not in line) else None
    if separator is None and "\t" in line:
        separator = "\t"
    fields = [field.strip().strip('"') for field in line.rstrip("\r\n").split(separator)]
    if kind is None:
        kind = _kind_of_fields(fields, separator)
    where = f"{path}:{number}"
    header = coordinate_names(fields) if kind in ("tsv", "csv") else None
    if header is not None:
        names = _header_columns(header, where, columns)
    elif len(fields) < 3:
        raise IntervalError(
            f"{where}: the line has {len(fields)} column{'s' * (len(fields) > 1)}; an interval needs chrom, start and "
            "end, separated by tabs, by white space or, in a .csv file, by commas; correct the file, or pass format="
        )
    else:
        names = _headerless_columns(fields, kind, where, columns)
    return Format(_peaks_in_bed(kind, names), separator, names, header is not None)


def _kind_of_fields(fields: list[str], separator: str | None) -> str:
    if separator == ",":
        return "csv"
    if len(fields) >= 6 and fields[5] in ("+", "-", "."):
        return "narrowPeak" if len(fields) == 10 else "bed"
    return "tsv"


def _peaks_in_bed(kind: str, names: list[str]) -> str:
    return "narrowPeak" if kind == "bed" and names == _NARROW_PEAK else kind


def _header_columns(header: list[str], where: str, columns: Sequence[str] | None) -> list[str]:
    if columns is not None:
        raise IntervalError(f"{where}: the file has a header, {', '.join(header)}; leave columns=None, or drop it")
    twice = [name for name in header if header.count(name) > 1]
    if twice:
        raise IntervalError(f"{where}: two columns are called {twice[0]!r}; names must be unique; rename one")
    return header


def _headerless_columns(fields: list[str], kind: str, where: str, columns: Sequence[str] | None) -> list[str]:
    n_more = len(fields) - 3
    if columns is not None:
        if len(columns) != n_more:
            raise IntervalError(
                f"{where}: the line has {n_more} columns after chrom, start and end, and columns= names "
                f"{len(columns)}; name every one of them"
            )
        return [*_BED[:3], *columns]
    if kind in ("tsv", "csv"):
        if not all(re.fullmatch(r"[+-]?\d+", field) for field in fields[1:3]):
            raise IntervalError(
                f"{where}: {', '.join(map(repr, fields[:3]))} is neither an interval, whose start and end are whole "
                "numbers, nor a header with the names chrom, start and end; correct the line"
            )
        return [*_BED[:3], *(["label"] if n_more == 1 else [f"label_{i}" for i in range(1, n_more + 1)])]
    known = {"bed": _NARROW_PEAK if len(fields) == 10 else _BED, "narrowPeak": _NARROW_PEAK, "broadPeak": _BROAD_PEAK}
    names = known[kind]
    if len(fields) > len(names) or (kind != "bed" and len(fields) < len(names)):
        rule = "3 to 12" if kind == "bed" else len(names)
        raise IntervalError(
            f"{where}: the line has {len(fields)} columns; {kind} has {rule}; correct the file, or name the columns "
            "after the third with columns=[...]"
        )
    return names[: len(fields)]
