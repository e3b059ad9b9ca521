"""Tables: text (comma, tab, blanks or another separator) and Parquet, read some rows at a time."""

import csv
import re
import string
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, DamagedFileError, DataFolderError, EmptyInputError, GenomicsError
from deepchem_genomics.io.opening import ending, import_for, opened_text, readable
from deepchem_genomics.paths import PathLike
from deepchem_genomics.wording import counted, listed, shortened

if TYPE_CHECKING:  # a table of numbers by id needs no pandas
    import pandas as pd

__all__ = [
    "BLANKS", "PARQUET", "TextTable", "column_positions", "decimal_comma", "first_lines", "is_parquet", "numbers_of",
    "parquet_chunks", "read_parquet", "require_file", "shortened", "table_chunks",
]  # fmt: skip

PARQUET = (".parquet", ".pq")

BLANKS = " "
"""The separator that stands for any run of blanks and tabs."""


_MOST_LETTERS = 1 << 26  # of the lines that are held at a time


def is_parquet(path: PathLike) -> bool:
    """Return whether a file is Parquet, by its name."""
    return Path(path).suffix.lower() in PARQUET


def require_file(path: Path, expected: str) -> None:
    """Raise unless a path is a file with something in it; a pipe is read."""
    if path.is_dir():
        raise DataFolderError(f"{path} is a folder", "give the file in it")
    if readable(path).stat().st_size == 0:
        raise EmptyInputError(f"{path} is empty; expected {expected}")


def table_chunks(path: Path, chunk_size: int, columns: Sequence[str] | None = None) -> Iterator["pd.DataFrame"]:
    """Read some columns of a table with a header, or all: Parquet by its name, else text.

    Text is separated by the commas of ``.csv`` or the tabs of all others; if the header has none of these, by its
    tabs, commas or semicolons. Rows are numbered from 1 by the index. What text holds is text, without outer blanks.
    """
    if is_parquet(path):
        for frame in parquet_chunks(path, chunk_size, columns):
            frame.index += 1
            yield frame
        return
    import pandas as pd

    number, line = next(iter(first_lines(path, 1)), (0, ""))
    table = TextTable(path, _separator_of_header(path, line))
    header = [name.strip() for name in table.split_line(number, line)]
    if not header:
        raise EmptyInputError(f"{path} has no header; expected a line that names the columns")
    columns = header if columns is None else columns
    positions = column_positions(path, header, columns)
    row = 1
    for numbers, cells in table.read_chunks(chunk_size, len(header), number):
        content = {name: list(map(str.strip, cells[at])) for name, at in zip(columns, positions, strict=True)}
        yield pd.DataFrame(content, index=pd.RangeIndex(row, row + len(numbers)), dtype=object)
        row += len(numbers)


def _separator_of_header(path: Path, header: str) -> str:
    usual = "," if ending(path) == ".csv" else "\t"
    return next((separator for separator in (usual, *"\t,;") if separator in header), usual)


def column_positions(path: PathLike, there: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Return where columns are among those of a file; each must be there, once."""
    for column in wanted:
        if column not in there:
            raise DataFolderError(f"{path} has no column {column!r}, only {listed(there)}", "name one of these")
        if there.count(column) > 1:
            raise DataFolderError(f"{path} has {there.count(column)} columns {column!r}", "rename all but one")
    return [there.index(column) for column in wanted]


def parquet_chunks(path: Path, chunk_size: int, columns: Sequence[str] | None = None) -> Iterator["pd.DataFrame"]:
    """Read some columns of a Parquet file, or all, in chunks whose index numbers the rows from 0."""
    parquet = import_for("pyarrow.parquet", path, "parquet")
    row = 0
    with _parquet_errors(path), parquet.ParquetFile(readable(path)) as file:
        if columns is not None:
            column_positions(path, file.schema_arrow.names, columns)
        for batch in file.iter_batches(chunk_size, columns=None if columns is None else list(columns)):
            batch.validate(full=True)  # else text that is not text is found out later, or not at all
            table = batch.to_pandas().reset_index(drop=True)
            table.index += row
            row += len(table)
            yield table


def read_parquet(path: Path) -> "pd.DataFrame":
    """Read a Parquet file whole, with the index that pandas put into it."""
    parquet = import_for("pyarrow.parquet", path, "parquet")
    with _parquet_errors(path):
        table = parquet.read_table(readable(path))
        table.validate(full=True)
        found: pd.DataFrame = table.to_pandas()
        return found


@contextmanager
def _parquet_errors(path: Path) -> Iterator[None]:
    """Convert what pyarrow and pandas raise for a damaged file to one error.

    There is no list of what they raise: a flipped byte can be in a count of rows, in JSON about the columns or in
    compressed data, and the first to read it fails in its own way.
    """
    try:
        yield
    except GenomicsError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise DamagedFileError(f"{path} is not a whole Parquet file ({reason}); copy or make it again") from None


def first_lines(path: Path, n_lines: int, among: Callable[[str], Any] = str.strip) -> list[tuple[int, str]]:
    """Return the first lines of a text file with their numbers, from 1; by default among those that are not blank."""
    with opened_text(path) as text:
        return list(islice(((number, line) for number, line in enumerate(text, 1) if among(line)), n_lines))


@dataclass(frozen=True)
class TextTable:
    """A text file of rows, one per line, plain or compressed or a pipe.

    Parameters
    ----------
    path : Path
        The file.
    separator : str
        One character; ``BLANKS`` stands for any run of blanks and tabs.
    quotes : bool, default True
        Whether cells may be in quotes. A quote must be closed on its line.
    comments : tuple of str
        What lines begin with that are passed over, as lines are that have only blanks and separators.
    error : type, default BadValueError
        What is raised for a line that has too few columns or too many, or a quote that is not closed.
    end : tuple of str
        What the first line after the table begins with, if anything may stand there.
    """

    path: Path
    separator: str
    quotes: bool = True
    comments: tuple[str, ...] = ()
    error: type[GenomicsError] = BadValueError
    end: tuple[str, ...] = ()

    def split_line(self, number: int, line: str) -> list[str]:
        """Split one line, whose number is for messages; a blank line has no cells."""
        if self.separator == BLANKS:
            return (line.replace('"', "") if self.quotes else line).split()  # R quotes ids
        if not self.quotes:
            return line.rstrip("\n").split(self.separator)
        try:
            return next(csv.reader([line], delimiter=self.separator, strict=True), [])
        except csv.Error as error:
            raise self.error(
                f"{self.path}:{number}: the line cannot be split at {self.separator!r} ({error}); a quote must be "
                "closed on its line; correct it"
            ) from None

    def read_chunks(
        self, chunk_size: int, n_columns: int, n_above: int = 0
    ) -> Iterator[tuple[NDArray[np.int64], list[list[str]]]]:
        """Read up to ``chunk_size`` lines at a time, below the first ``n_above``: their numbers, and their columns.

        They are fewer where lines are very long.
        """
        blank = string.whitespace + self.separator
        begins = {*blank, *(comment[0] for comment in self.comments)}  # a look at one letter is quick
        number = n_above + 1
        with opened_text(self.path) as text:
            below: Iterator[str] = islice(text, n_above, None)
            if self.end:
                below = takewhile(lambda line: not line.startswith(self.end), below)
            while lines := _some_lines(below, chunk_size):
                numbers = np.arange(number, number + len(lines))
                number += len(lines)
                passed_over = {
                    i
                    for i, line in enumerate(lines)
                    if line[0] in begins and (line.startswith(self.comments) or not line.strip(blank))
                }
                if passed_over:
                    numbers = np.delete(numbers, list(passed_over))
                    lines = [line for i, line in enumerate(lines) if i not in passed_over]
                if lines:
                    columns = self._columns(lines, numbers, n_columns)
                    del lines  # memory is for what is yielded
                    yield numbers, columns

    def _columns(self, lines: list[str], numbers: NDArray[np.int64], n_columns: int) -> list[list[str]]:
        counts, cells = self._cells(lines, numbers)
        if counts.count(n_columns) != len(counts):
            i, count = next((i, count) for i, count in enumerate(counts) if count != n_columns)
            raise self.error(
                f"{self.path}:{numbers[i]}: the line has {counted(count, 'column')} and the first has "
                f"{n_columns}: {shortened(lines[i].strip())!r}; all lines must have the same number; correct the line"
            )
        return [cells[i::n_columns] for i in range(n_columns)]

    def _cells(self, lines: list[str], numbers: NDArray[np.int64]) -> tuple[list[int], list[str]]:
        """Split lines: how many cells each has, and all cells, line after line."""
        text = "".join(lines).removesuffix("\n")
        if self.separator == BLANKS:
            return _joined(map(str.split, (text.replace('"', "") if self.quotes else text).split("\n")))
        if not self.quotes or '"' not in text:  # all cells in one go: several times faster than line by line
            counts = [line.count(self.separator) + 1 for line in lines]
            text = text.replace("\n", self.separator)
            return counts, text.split(self.separator)
        try:
            counts, cells = _joined(csv.reader(lines, delimiter=self.separator, strict=True))
        except csv.Error:
            counts, cells = [], []
        if len(counts) == len(lines):
            return counts, cells
        return _joined(map(self.split_line, numbers.tolist(), lines))  # a quote that is not closed swallowed lines


def _some_lines(text: Iterator[str], n_lines: int) -> list[str]:
    lines, n_letters = list[str](), 0
    for line in islice(text, n_lines):
        lines.append(line)
        n_letters += len(line)
        if n_letters > _MOST_LETTERS:
            break
    return lines


def _joined(rows: Iterable[list[str]]) -> tuple[list[int], list[str]]:
    counts, cells = list[int](), list[str]()  # a list per row, kept, would be walked through by the garbage collector
    for row in rows:
        counts.append(len(row))
        cells += row
    return counts, cells


def numbers_of(
    texts: Sequence[str], dtype: type[float] = float, missing: Collection[str] = ()
) -> tuple[NDArray[Any], list[int]]:
    """Read numbers, float64 or with ``dtype=int`` int64, and the positions of what is not a number.

    What is not a number is NaN, or 0. So is what is missing, in the words of ``missing``, which are in lower case; its
    positions are not returned.
    """
    try:
        if "_" not in "".join(texts):  # Python reads 1_000
            return np.array(list(map(dtype, texts)), dtype), []
    except (ValueError, OverflowError):
        pass
    values, wrong = np.full(len(texts), np.nan if dtype is float else 0, dtype), list[int]()
    for i, text in enumerate(texts):
        if text.strip().lower() not in missing:
            try:
                values[i] = dtype(text.replace("_", "x"))
            except (ValueError, OverflowError):
                wrong.append(i)
    return values, wrong


def decimal_comma(text: str) -> str:
    """Return what to add to a message about a text that is not a number, if a decimal comma is why.

    >>> decimal_comma("0,5"), decimal_comma("1.234,5"), decimal_comma("high")
    ('; it has a decimal comma: write 0.5', '; it has a decimal comma: write 1234.5', '')
    """
    if not re.fullmatch(r"\s*[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+([eE][+-]?\d+)?\s*", text):
        return ""
    return f"; it has a decimal comma: write {text.strip().replace('.', '').replace(',', '.')}"
