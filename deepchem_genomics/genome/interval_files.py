"""Reading intervals from BED, peak, TSV, CSV and Parquet files, whole or in chunks.

A fault is named with its line, and memory holds one chunk, however large the file.
The format is, in this order:

1. the one passed;
2. what the name says, before the ending of a compression: ``.bed`` (also ``.bed3`` to ``.bed12``), ``.narrowPeak``,
   ``.broadPeak``, ``.gff``, ``.gff3`` or ``.gtf``, ``.tsv``, ``.tab`` or ``.txt``, ``.csv``, ``.parquet`` or ``.pq``;
3. by the first line: CSV if it has commas and no tab, GFF if it has nine columns with a strand in the seventh,
   narrowPeak if it has ten columns and a strand in the sixth, BED if it has a strand in the sixth, else TSV.

A BED file of ten columns is read as narrowPeak: BED itself has no such form, and ENCODE names its peaks so. BED, peak
and TSV files are split at tabs, or at any white space if the first line has no tab; TSV at commas if it has only these,
and CSV at tabs or semicolons if it has no comma.

TSV and CSV files have a header if their first line names columns chrom, start and end (or a usual other spelling, with
or without ``#``). Otherwise its second and third fields must be whole numbers, and the columns after the third are
called ``label``, or ``label_1``, ``label_2`` and so on if there are several. In BED files the fourth column is
``label`` if labels of that name are requested, else ``name``.

Coordinates are 0-based and half-open but in files that say otherwise: GFF, the peaks of MACS (.xls) and HOMER, tables
of GRanges (seqnames), and tables with a column of lengths that are one more than end - start.
"""

import logging
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from deepchem_genomics.arguments import require_choice, require_whole_number
from deepchem_genomics.errors import BadValueError, EmptyInputError, GenomeFileError, IntervalError, LabelError
from deepchem_genomics.genome.intervals import (
    Intervals,
    joined,
    minus_strand,
    place,
    require_intervals,
    source,
)
from deepchem_genomics.io.opening import ending
from deepchem_genomics.io.tables import BLANKS, TextTable, decimal_comma, first_lines, numbers_of, parquet_chunks
from deepchem_genomics.wording import counted, first_of

__all__ = ["read_interval_chunks", "read_intervals"]

_LOG = logging.getLogger(__name__)

_BED = [
    "chrom", "start", "end", "name", "score", "strand", "thickStart", "thickEnd", "itemRgb", "blockCount", "blockSizes",
    "blockStarts",
]  # fmt: skip
_BROAD_PEAK = [*_BED[:6], "signalValue", "pValue", "qValue"]
_NARROW_PEAK = [*_BROAD_PEAK, "peak"]
_GFF = ["chrom", "source", "type", "start", "end", "score", "strand", "phase", "attributes"]
_SUFFIXES = {
    "narrowpeak": "narrowPeak", "broadpeak": "broadPeak", "tsv": "tsv", "tab": "tsv", "txt": "tsv", "csv": "csv",
    "parquet": "parquet", "pq": "parquet", "gff": "gff", "gff3": "gff", "gtf": "gff",
}  # fmt: skip
_FORMATS = ("bed", "narrowPeak", "broadPeak", "tsv", "csv", "parquet", "gff")
_SPELLINGS = {
    "chrom": ("chrom", "chr", "chromosome", "seqnames", "seqname", "contig"),
    "start": ("start", "chromstart", "chrom_start", "pos_start"),
    "end": ("end", "stop", "chromend", "chrom_end", "pos_end"),
    "strand": ("strand",),
    "summit": ("summit",),
}
_LENGTHS = ("length", "width")
_COMMENTS = ("#", *(f"{word}{after}" for word in ("track", "browser") for after in " \t\n"))
_BEYOND = 10**18  # as many digits as ids may have, so that sums do not overflow
_MISSING = {"", ".", "na", "nan"}
_NUMBERS = {"score", "signalValue", "pValue", "qValue"}
_TEXTS = {"id", "name", "strand", "thickStart", "thickEnd", "itemRgb", "blockCount", "blockSizes", "blockStarts"}
_TEXTS |= {"source", "type", "phase", "attributes"}
_MORE = re.compile(r"column_\d+")  # of BED, after the twelfth
_AFTER_GFF = ("##FASTA", ">")  # sequences may stand behind the features


class _Format(NamedTuple):
    """How to read a text file, and what to call its columns."""

    kind: str  # bed, narrowPeak, broadPeak, tsv or csv
    table: TextTable
    columns: list[str]
    n_above: int  # lines up to the header
    one_based: str | None  # what says that it counts from 1


def read_intervals(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    columns: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    one_based: bool | None = None,
) -> Intervals:
    r"""Read all intervals of a file.

    Parameters
    ----------
    path : path-like
        BED (3 columns or more), narrowPeak, broadPeak, GFF, TSV or CSV with or without a header, or Parquet; text may
        be compressed. Lines that are blank, comments, ``track`` or ``browser`` lines are passed over.
    format : {"bed", "narrowPeak", "broadPeak", "gff", "tsv", "csv", "parquet"}, optional
        By default recognized by the file's name or, failing that, its first line.
    columns : sequence of str, optional
        Names for the columns after the third of a file without a header. By default those of BED or of peaks; in TSV
        and CSV files ``label``, or ``label_1``, ``label_2`` and so on.
    labels : sequence of str, optional
        Columns that hold labels: numbers, or missing (an empty field, ``.``, NA or NaN, which become NaN). All other
        columns are then text. By default every column that is not a standard one of BED or ``id`` is a label.
    one_based : bool, optional
        Whether coordinates count from 1 and include the last base, so that 1 is taken from each start. By default this
        is what the file says: GFF, peaks of MACS (.xls) and HOMER, tables of GRanges (a column ``seqnames``), and
        tables whose column ``length`` or ``width`` is end - start + 1 count from 1, all others from 0.

    Returns
    -------
    DataFrame
        Columns chrom (text), start and end (int64), then those of the file: strand, name and other text as str; labels
        and, if ``labels`` is not given, score and the values of peaks as float64. narrowPeak files get a column summit,
        the position on the chromosome (start + column 10), or -1 where none was called; MACS files get it from
        ``abs_summit``. The index, called ``line``, is the number of each interval's
        line, from 1 (in Parquet files ``row``, from 0); ``attrs["path"]`` is the file.

    Raises
    ------
    EmptyInputError
        If the file has no intervals.
    IntervalError
        If a line has too few columns or too many, coordinates that are not whole numbers, a start before the first
        base, a start after the end, or an unknown strand; a column is missing; or lengths contradict the coordinates.
    LabelError
        If a label is not a number.
    BadValueError
        If there is no such format, or ``columns`` are given for Parquet.
    GenomeFileError
        If the path is a folder, the file ends in the middle, or is VCF.
    FileNotFoundError
        If there is no such file.
    MissingExtraError
        If the file is Parquet and pyarrow is not installed.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "windows.tsv"
    >>> _ = path.write_text("# bound in HepG2\nchr22\t100\t201\t0\nchr22\t201\t302\t1\n")
    >>> read_intervals(path)
          chrom  start  end  label
    line
    2     chr22    100  201    0.0
    3     chr22    201  302    1.0
    """
    return joined(read_interval_chunks(path, format=format, columns=columns, labels=labels, one_based=one_based))


def read_interval_chunks(
    path: str | os.PathLike[str],
    chunk_size: int = 65_536,
    *,
    format: str | None = None,
    columns: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    one_based: bool | None = None,
) -> Iterator[Intervals]:
    """Read the intervals of a file some at a time, for files that are larger than memory.

    Parameters
    ----------
    path : path-like
        As for :func:`read_intervals`.
    chunk_size : int, default 65536
        How many intervals are held at a time.
    format, columns, labels, one_based
        As for :func:`read_intervals`.

    Yields
    ------
    DataFrame
        As :func:`read_intervals` returns it, of at most ``chunk_size`` rows. The faults of a chunk are found when it
        is requested.

    Raises
    ------
    EmptyInputError, IntervalError, LabelError, BadValueError, GenomeFileError, FileNotFoundError, MissingExtraError
        As for :func:`read_intervals`.
    """
    path = Path(path)
    require_whole_number("chunk_size", chunk_size, lowest=1)
    if path.is_dir():
        raise GenomeFileError(f"{path} is a folder; intervals are read from one file; give the file")
    kind = _format_by_name(path, format)
    if kind == "parquet":
        if columns is not None:
            raise BadValueError(f"{path} is Parquet, which names its own columns; leave columns=None")
        chunks = _parquet_chunks(path, chunk_size, labels, one_based)
    else:
        chunks = _text_chunks(path, chunk_size, kind, (columns, labels), one_based)
    empty = True
    for chunk in chunks:
        empty = False
        yield chunk
    if empty:
        raise EmptyInputError(f"{path} has no intervals; at least one is needed; check what wrote it")


def _text_chunks(
    path: Path,
    chunk_size: int,
    kind: str | None,
    names: tuple[Sequence[str] | None, Sequence[str] | None],  # of all columns, of labels
    one_based: bool | None,
) -> Iterator[Intervals]:
    preamble = first_lines(path, 1)
    if preamble and preamble[0][1].startswith("##fileformat=VCF"):
        raise GenomeFileError(
            f"{path} is a VCF file, whose positions count from 1; write its intervals as BED, for example with "
            "bcftools query -f '%CHROM\\t%POS0\\t%END\\n'"
        )
    if preamble and preamble[0][1].startswith("##gff-version"):
        kind = kind or "gff"
    first = first_lines(path, 1, lambda line: _is_data(line) or _is_header(line, kind))
    if first:
        form = _format_of_table(path, *first[0], kind, names)
        counting = _Counting(one_based, form.one_based)
        for numbers, cells in form.table.read_chunks(chunk_size, len(form.columns), form.n_above):
            fields = dict(zip(form.columns, cells, strict=True))
            yield _checked_table(fields, pd.Index(numbers, name="line"), path, form.kind, names[1], counting)


class _Counting:
    """Whether a file counts bases from 1: as the caller says, else its column of lengths, else its format."""

    def __init__(self, asked: bool | None, declared: str | None) -> None:
        self.asked = asked
        self.one_based = asked
        self.declared = declared
        self._lengths: str | None = None

    def to_zero(self, table: Intervals) -> None:
        """Make the coordinates of a chunk 0-based and half-open; the first chunk decides how the file counts."""
        if self.one_based is None:
            self._decide(table)
        if self._lengths is not None:
            self._require_lengths(table, self._lengths)
        if not self.one_based:
            return
        before = np.flatnonzero((table["start"] < 1).to_numpy())
        if len(before):
            raise IntervalError(
                f"{place(table, before[0])}: start {table['start'].iloc[before[0]]} is before the first base"
                f"{first_of(len(before))}; coordinates of this file count from 1; correct the line, or say that they "
                "count from 0 (one_based=False)"
            )
        table["start"] -= 1

    def _decide(self, table: Intervals) -> None:
        for name in table.columns:
            if str(name).lower() in _LENGTHS:
                extra = self._extra(table, name)
                for counts in (0, 1):
                    if 2 * (extra == counts).sum() > len(extra):
                        self.one_based, self._lengths = bool(counts), name
        if self.one_based is None:
            self.one_based = self.declared is not None
        if self.one_based:
            said_by = f"its column {self._lengths}" if self._lengths else self.declared
            _LOG.info("%s counts bases from 1 (%s): 1 is taken from each start", source(table), said_by)

    @staticmethod
    def _extra(table: Intervals, name: str) -> np.ndarray:
        lengths = pd.to_numeric(table[name], errors="coerce").to_numpy(float)
        return np.asarray(lengths - (table["end"] - table["start"]).to_numpy())

    def _require_lengths(self, table: Intervals, name: str) -> None:
        wrong = np.flatnonzero(self._extra(table, name) != int(bool(self.one_based)))
        if len(wrong):
            row = table.iloc[wrong[0]]
            raise IntervalError(
                f"{place(table, wrong[0])}: {name} is {float(row[name]):g} for {row['start']} to {row['end']}"
                f"{first_of(len(wrong))}, and in most rows it is end - start{' + 1' * bool(self.one_based)}; correct "
                "the line, or say how the file counts (one_based=True or one_based=False)"
            )


def _is_data(line: str) -> bool:
    """Return whether a line may hold an interval: it is not blank, no comment, and not for a genome browser."""
    return not line.startswith(_COMMENTS) and bool(line.strip())


def _is_header(line: str, kind: str | None) -> bool:
    """Return whether a comment is the header: ``#chrom start end label``."""
    return kind in ("tsv", "csv", None) and _coordinate_names(re.split("[\t,;]", line)) is not None


def _format_by_name(path: Path, format: str | None) -> str | None:
    """Return the format that was requested or that a file's name says; None if only the first line can tell."""
    if format is not None:
        require_choice("format", format, _FORMATS)
        return format
    suffix = ending(path)[1:]
    return "bed" if re.fullmatch(r"bed\d*", suffix) else _SUFFIXES.get(suffix)


def _coordinate_names(names: Sequence[str]) -> list[str] | None:
    """Spell the names of the coordinate columns and the strand our way; None if a coordinate is not there."""
    spelt = {spelling: ours for ours, spellings in _SPELLINGS.items() for spelling in spellings}
    ours = [spelt.get(name.strip().lower().lstrip("#").strip(), name.strip()) for name in names]
    return ours if {"chrom", "start", "end"} <= set(ours) else None


def _format_of_table(
    path: Path, number: int, line: str, kind: str | None, given: tuple[Sequence[str] | None, Sequence[str] | None]
) -> _Format:
    """Find the format of a text file from its first line after the preamble, or from its header."""
    separator = _separator(line, kind)
    end = _AFTER_GFF if kind == "gff" else ()
    table = TextTable(path, separator, separator not in ("\t", BLANKS), _COMMENTS, IntervalError, end)
    fields = [field.strip().strip('"') for field in table.split_line(number, line)]
    if kind is None:
        kind = _kind_of_fields(fields, separator)
    where = f"{path}:{number}"
    columns, labels = given
    header = _coordinate_names(fields) if kind in ("tsv", "csv") else None
    if header is not None:
        names = _header_columns(header, where, columns)
    elif len(fields) < 3:
        raise IntervalError(
            f"{where}: the line has {counted(len(fields), 'column')}; an interval needs chrom, start and "
            "end, separated by tabs, by white space or, in a .csv file, by commas; correct the file, or pass format="
        )
    else:
        names = _headerless_columns(fields, kind, where, columns)
        if kind == "bed" and columns is None and "label" in (labels or ()):
            names = [*names[:3], *(["label", *names[4:]] if len(names) > 3 else [])]
    one_based = "GFF" if kind == "gff" else _one_based_table(fields) if header else None
    return _Format(_peaks_in_bed(kind, names), table, names, number if header else 0, one_based)


def _one_based_table(header: Sequence[str]) -> str | None:
    """Return whose table this is by its header, if such tables count from 1."""
    names = [str(name).lower().lstrip("#").strip() for name in header]
    if "abs_summit" in names:
        return "MACS"
    if any(name.startswith("peakid") for name in names):
        return "HOMER"
    return "GRanges" if "seqnames" in names else None


def _separator(line: str, kind: str | None) -> str:
    if kind == "csv" and "," not in line:
        return next((other for other in "\t;" if other in line), ",")
    if kind == "csv":
        return ","
    if kind in ("tsv", None) and len(line.split()) == 1:
        return next((other for other in ",;" if other in line), "\t")
    return "\t" if "\t" in line else BLANKS


def _kind_of_fields(fields: list[str], separator: str) -> str:
    if separator in (",", ";"):
        return "csv"
    if len(fields) == 9 and fields[6] in ("+", "-", ".", "?") and fields[3].isdigit() and fields[4].isdigit():
        return "gff"
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
        if kind == "gff":
            raise IntervalError(f"{where}: the file is GFF, which names its own columns; leave columns=None")
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
    known = {
        "bed": _NARROW_PEAK if len(fields) == 10 else _BED, "narrowPeak": _NARROW_PEAK, "broadPeak": _BROAD_PEAK,
        "gff": _GFF,
    }  # fmt: skip
    names = known[kind]
    if kind == "bed":
        names = [*names, *(f"column_{i}" for i in range(len(names) + 1, len(fields) + 1))]
    fewest = {"bed": 3, "gff": 8}.get(kind, len(names))  # attributes may be missing in GFF 2
    if not fewest <= len(fields) <= len(names):
        rule = f"{fewest} to {len(names)}" if fewest < len(names) else str(fewest)
        raise IntervalError(
            f"{where}: the line has {len(fields)} columns; {kind} has {rule}; correct the file, or name the columns "
            "after the third with columns=[...]"
        )
    return names[: len(fields)]


def _checked_table(
    fields: dict[str, list[str]],
    index: pd.Index,
    path: Path,
    kind: str,
    labels: Sequence[str] | None,
    counting: _Counting,
) -> Intervals:
    """Make a table of the fields of some lines, by column; ``index`` has their numbers."""
    missing = [name for name in labels or () if name not in fields]
    if missing:
        raise LabelError(f"{path} has no column {missing[0]!r} for labels, only {', '.join(fields)}; choose from these")
    columns: dict[str, Any] = {}
    for name, values in fields.items():
        if name in ("start", "end") or (name == "peak" and kind == "narrowPeak"):
            columns[name] = _whole_numbers(values, name, index, path)
        elif _is_label(name, labels) or (name in _NUMBERS and labels is None):
            columns[name] = _numbers(values, name, index, path)
        elif name == "summit":
            columns[name] = pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(float)
        else:
            columns[name] = values
    if kind == "gff":
        columns["strand"] = ["." if strand == "?" else strand for strand in columns["strand"]]
    table = _without_stars(pd.DataFrame(columns, index=index), counting)
    table.attrs["path"] = str(path)
    counting.to_zero(table)
    if kind == "narrowPeak":
        table["summit"] = np.where(table["peak"] >= 0, table["start"] + table["peak"], -1)
    if counting.declared == "MACS" and "abs_summit" in table and "summit" not in table:
        table["summit"] = pd.to_numeric(table["abs_summit"], errors="coerce") - int(bool(counting.one_based))
    _require_forward(table)
    return table


def _is_label(name: str, labels: Sequence[str] | None) -> bool:
    """Return whether a column holds labels; by default all that are not standard ones do."""
    if labels is not None:
        return name in labels
    if name in _TEXTS or name in _NUMBERS or _MORE.fullmatch(name):
        return False
    return name not in ("chrom", "start", "end", "peak", "summit")


def _whole_numbers(values: list[str], name: str, index: pd.Index, path: Path) -> np.ndarray:
    numbers, wrong = numbers_of(values, int)
    wrong += np.flatnonzero((numbers <= -_BEYOND) | (numbers >= _BEYOND)).tolist()
    if wrong:
        i = min(wrong)
        raise IntervalError(
            f"{path}:{index[i]}: {name} is {values[i]!r}; coordinates are whole numbers of bp; correct the line"
        )
    return numbers


def _numbers(values: list[str], name: str, index: pd.Index, path: Path) -> np.ndarray:
    numbers, wrong = numbers_of(values, missing=_MISSING)
    if wrong:
        raise LabelError(
            f"{path}:{index[wrong[0]]}: {name} is {values[wrong[0]]!r}; a label is a number, or missing (empty, '.', "
            f"NA){decimal_comma(values[wrong[0]])}; correct the line, or leave the column out of the labels that are "
            "asked for (labels=[...])"
        )
    return numbers


def _without_stars(table: Intervals, counting: _Counting) -> Intervals:
    """Write ``.`` for ``*``, which is how GRanges writes that a range is on either strand."""
    if counting.declared == "GRanges" and "strand" in table:
        table["strand"] = table["strand"].replace("*", ".")
    return table


def _require_forward(table: Intervals) -> None:
    """Raise IntervalError for the first row of a file that is not an interval."""
    negative = np.flatnonzero((table["start"] < 0).to_numpy())
    if len(negative):
        raise IntervalError(
            f"{place(table, negative[0])}: start {table['start'].iloc[negative[0]]} is negative"
            f"{first_of(len(negative))}; coordinates count from 0; correct the line"
        )
    require_intervals(table, points=True)
    minus_strand(table)  # looks at every strand
    nameless = np.flatnonzero(((table["chrom"] == "") | table["chrom"].isna()).to_numpy())
    if len(nameless):
        raise IntervalError(f"{place(table, nameless[0])}: the chromosome has no name; correct the line")


def _parquet_chunks(
    path: Path, chunk_size: int, labels: Sequence[str] | None, one_based: bool | None
) -> Iterator[Intervals]:
    counting: _Counting | None = None
    for table in parquet_chunks(path, chunk_size):
        table.index.name = "row"
        table.attrs = {"path": str(path)}
        if len(table):
            counting = counting or _Counting(one_based, _one_based_table(list(map(str, table.columns))))
            yield _checked_parquet(table, labels, counting)


def _checked_parquet(table: pd.DataFrame, labels: Sequence[str] | None, counting: _Counting) -> Intervals:
    table.columns = pd.Index(_coordinate_names(list(map(str, table.columns))) or table.columns)
    for name in {"chrom", "strand"} & set(table.columns):
        if isinstance(table[name].dtype, pd.CategoricalDtype):  # as PyRanges has them
            table[name] = table[name].astype(object)
    if {"chrom", "start", "end"} <= set(table.columns) and all(table[x].dtype.kind in "iu" for x in ("start", "end")):
        counting.to_zero(table)
    table = _without_stars(table, counting)
    require_intervals(table, points=True)
    missing = [name for name in labels or () if name not in table]
    if missing:
        raise LabelError(
            f"{table.attrs['path']} has no column {missing[0]!r} for labels, only "
            f"{', '.join(map(str, table.columns))}; choose from these"
        )
    for name in table.columns:
        if _is_label(str(name), labels) and table[name].dtype.kind not in "iufb":
            raise LabelError(
                f"{table.attrs['path']}: column {name!r} is of type {table[name].dtype}; a label is a number; convert "
                "it, or leave the column out of the labels that are requested (labels=[...])"
            )
    if table["chrom"].dtype.kind in "iu":  # as pandas reads Ensembl's names
        table["chrom"] = table["chrom"].astype(str)
    coordinates = dict.fromkeys(("start", "end"), np.int64)
    table = table.astype(coordinates | {name: float for name in table.columns if _is_label(str(name), labels)})
    _require_forward(table)
    return table
