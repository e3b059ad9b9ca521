"""Reading intervals from BED, peak, TSV, CSV and Parquet files, whole or in chunks.

Lines are read one by one, so that a fault is named with its line and memory holds one chunk, however large the file.
Compression with gzip is seen from the first bytes. How the format is told is described in
:mod:`deepchem_genomics.genome.interval_formats`.
"""

import csv
import gzip
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from deepchem_genomics.errors import BadValueError, EmptyInputError, GenomeFileError, IntervalError
from deepchem_genomics.genome.interval_columns import checked_table
from deepchem_genomics.genome.interval_formats import (
    Format,
    coordinate_names,
    format_by_name,
    format_of_table,
    is_preamble,
)
from deepchem_genomics.genome.interval_parquet import parquet_chunks
from deepchem_genomics.genome.intervals import Intervals, joined

__all__ = ["read_interval_chunks", "read_intervals"]


def read_intervals(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    columns: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
) -> Intervals:
    r"""Read all intervals of a file.

    Parameters
    ----------
    path : path-like
        BED (3 to 12 columns), narrowPeak, broadPeak, TSV or CSV with or without a header, or Parquet; text may be
        compressed with gzip. Lines that are blank, comments, ``track`` or ``browser`` lines are passed over.
    format : {"bed", "narrowPeak", "broadPeak", "tsv", "csv", "parquet"}, optional
        By default told from the file's name or, failing that, its first line.
    columns : sequence of str, optional
        Names for the columns after the third of a file without a header. By default those of BED or of peaks; in TSV
        and CSV files ``label``, or ``label_1``, ``label_2`` and so on.
    labels : sequence of str, optional
        Columns that hold labels: numbers, or missing (an empty field, ``.``, NA or NaN, which become NaN). All other
        columns are then text. By default every column that is not a standard one of BED or ``id`` is a label.

    Returns
    -------
    DataFrame
        Columns chrom (text), start and end (int64), then those of the file: strand, name and other text as str; score,
        the values of peaks and labels as float64. narrowPeak files get a column summit, the position on the chromosome
        (start + column 10), or -1 where none was called. The index, called ``line``, is the number of each interval's
        line, from 1 (in Parquet files ``row``, from 0); ``attrs["path"]`` is the file.

    Raises
    ------
    EmptyInputError
        If the file has no intervals.
    IntervalError
        If a line has too few columns or too many, coordinates that are not whole numbers, a negative start, a start
        that is not before the end, or an unknown strand; or a column is missing.
    LabelError
        If a label is not a number.
    BadValueError
        If there is no such format, or ``columns`` are given for Parquet.
    GenomeFileError
        If the path is a folder, or the file ends in the middle.
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
    return joined(read_interval_chunks(path, format=format, columns=columns, labels=labels))


def read_interval_chunks(
    path: str | os.PathLike[str],
    chunk_size: int = 65_536,
    *,
    format: str | None = None,
    columns: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
) -> Iterator[Intervals]:
    """Read the intervals of a file some at a time, for files that are larger than memory.

    Parameters
    ----------
    path : path-like
        As for :func:`read_intervals`.
    chunk_size : int, default 65536
        How many intervals are held at a time.
    format, columns, labels
        As for :func:`read_intervals`.

    Yields
    ------
    DataFrame
        As :func:`read_intervals` returns it, of at most ``chunk_size`` rows. The faults of a chunk are found when it
        is asked for.

    Raises
    ------
    EmptyInputError, IntervalError, LabelError, BadValueError, GenomeFileError, FileNotFoundError, MissingExtraError
        As for :func:`read_intervals`.
    """
    path = Path(path)
    if chunk_size < 1:
        raise BadValueError(f"chunk_size is {chunk_size!r}; it must be a whole number, at least 1")
    if path.is_dir():
        raise GenomeFileError(f"{path} is a folder; intervals are read from one file; give the file")
    kind = format_by_name(path, format)
    if kind == "parquet":
        if columns is not None:
            raise BadValueError(f"{path} is Parquet, which names its own columns; leave columns=None")
        chunks = parquet_chunks(path, chunk_size, labels)
    else:
        chunks = _text_chunks(path, chunk_size, kind, columns, labels)
    empty = True
    for chunk in chunks:
        empty = False
        yield chunk
    if empty:
        raise EmptyInputError(f"{path} has no intervals; at least one is needed; check what wrote it")


def _text_chunks(
    path: Path, chunk_size: int, kind: str | None, columns: Sequence[str] | None, labels: Sequence[str] | None
) -> Iterator[Intervals]:
    form: Format | None = None
    for number, lines in _line_chunks(path, chunk_size):
        if form is None:
            first = next((i for i, line in enumerate(lines) if not is_preamble(line) or _is_header(line, kind)), None)
            if first is None:
                continue
            form = format_of_table(path, number + first, lines[first], kind, columns)
            if form.has_header:
                lines[first] = "\n"
        numbers = np.arange(number, number + len(lines))
        # Only lines that begin so can be preamble; a look at one letter is quick.
        preamble = [i for i, line in enumerate(lines) if line[0] in "#tb \t\n" and is_preamble(line)]
        if preamble:
            numbers = np.delete(numbers, preamble)
            dropped = set(preamble)
            lines = [line for i, line in enumerate(lines) if i not in dropped]
        if lines:
            fields = dict(zip(form.columns, _split(path, lines, numbers, form), strict=True))
            yield checked_table(fields, pd.Index(numbers, name="line"), path, form.kind, labels)


def _is_header(line: str, kind: str | None) -> bool:
    """Tell whether a comment is the header: ``#chrom start end label``."""
    return kind in ("tsv", "csv", None) and coordinate_names(line.replace(",", "\t").split("\t")) is not None


def _line_chunks(path: Path, chunk_size: int) -> Iterator[tuple[int, list[str]]]:
    """Read some lines at a time, with the number of the first, from 1."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    number = 1
    lines: list[str] = []
    try:
        with gzip.open(path, "rt", encoding="utf-8-sig") if packed else path.open(encoding="utf-8-sig") as text:
            lines.extend(islice(text, chunk_size))
            while lines:
                yield number, lines
                number, lines = number + len(lines), []
                lines.extend(islice(text, chunk_size))
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise GenomeFileError(
            f"{path} ends in the middle, after line {number + len(lines) - 1}: {error}; copy or download it again"
        ) from None
    except UnicodeDecodeError:
        raise GenomeFileError(
            f"{path} is not text file, from line {number + len(lines)} on; give BED, TSV or CSV, or name the format"
        ) from None


def _comma_separated(path: Path, lines: list[str], numbers: np.ndarray) -> list[list[str]]:
    """Split lines at commas, one reader a line: a quote that is not closed must not swallow the lines after it."""
    rows: list[list[str]] = []
    for number, line in zip(numbers, lines, strict=True):
        try:
            rows.append(next(csv.reader([line], strict=True)))
        except csv.Error as error:
            raise IntervalError(f"{path}:{number}: the line cannot be split at commas ({error}); correct it") from None
    return rows


def _split(path: Path, lines: list[str], numbers: np.ndarray, form: Format) -> Iterable[list[str]]:
    """Split lines into columns, which must be as many on each."""
    n_columns = len(form.columns)
    rows: list[list[str]] | None = None
    if form.separator == "\t":
        counts = [line.count("\t") + 1 for line in lines]
    else:
        rows = [line.split() for line in lines] if form.separator is None else _comma_separated(path, lines, numbers)
        counts = [len(row) for row in rows]
    if counts.count(n_columns) != len(lines):
        i, count = next((i, count) for i, count in enumerate(counts) if count != n_columns)
        raise IntervalError(
            f"{path}:{numbers[i]}: the line has {count} column{'s' * (count != 1)} and the first has {n_columns}; all "
            "lines must have the same number; correct the line"
        )
    if rows is not None:
        return map(list, zip(*rows, strict=True))
    # All fields in one go, row after row: several times faster than line by line.
    fields = "".join(lines).removesuffix("\n").replace("\n", "\t").split("\t")
    return (fields[i::n_columns] for i in range(n_columns))
