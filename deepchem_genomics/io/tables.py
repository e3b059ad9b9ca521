"""Tables: CSV, TSV, columns set apart by blanks, and Parquet, read some rows at a time."""

import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from deepchem_genomics.errors import BadValueError, DamagedFileError, DataFolderError, EmptyInputError, GenomicsError
from deepchem_genomics.io.opening import ending, import_for, opened_text, readable

if TYPE_CHECKING:  # a table of numbers by id needs no pandas
    import pandas as pd

__all__ = [
    "PARQUET", "Layout", "column_positions", "detect_layout", "is_parquet", "parquet_chunks", "read_parquet",
    "require_file", "shortened", "split", "table_chunks",
]  # fmt: skip

PARQUET = (".parquet", ".pq")

_BLANKS = " "
_INTERVAL = re.compile(r"\S+:\d+-\d+")
_NAMES_OF_IDS = {"id", "#id"}
_NOT_A_NAME = {"", "na", "n/a", "<na>", "none", "null", "."}

PathLike = str | os.PathLike[str]


def is_parquet(path: PathLike) -> bool:
    """Return whether a file is Parquet, by its name."""
    return Path(path).suffix.lower() in PARQUET


def require_file(path: Path, expected: str) -> None:
    """Raise unless a path is a file with something in it; a pipe is read."""
    if path.is_dir():
        raise DataFolderError(f"{path} is a folder; give the file in it")
    if readable(path).stat().st_size == 0:
        raise EmptyInputError(f"{path} is empty; expected {expected}")


def table_chunks(path: Path, chunk_size: int, columns: Sequence[str]) -> Iterator["pd.DataFrame"]:
    """Read some columns of a table with a header: Parquet by its name, else text.

    Text is separated by the commas of ``.csv`` or the tabs of all others; if the header has none of these, by its
    tabs, commas or semicolons. Rows are numbered from 1 by the index. What text holds is text, without outer blanks.
    """
    if is_parquet(path):
        for table in parquet_chunks(path, chunk_size, columns):
            table.index += 1
            yield table
        return
    import pandas as pd

    row = 0
    try:
        with opened_text(path, newline="") as text:
            first = next((line for line in text if line.strip()), "")
            separator = _separator_of_header(path, first)
            header = [name.strip() for name in next(csv.reader([first], delimiter=separator), [])]
            if not header:
                raise EmptyInputError(f"{path} has no header; expected a line that names the columns")
            positions = column_positions(path, header, columns)
            lines = csv.reader(text, delimiter=separator)
            rows = (cells for cells in lines if any(cell.strip() for cell in cells))  # blank lines are none
            while chunk := list(islice(rows, chunk_size)):
                for i, cells in enumerate(chunk, row + 1):
                    if len(cells) != len(header):
                        raise BadValueError(
                            f"{path}: row {i} has {len(cells)} columns and the header {len(header)}; all must have the "
                            "same number; correct the row"
                        )
                content = {
                    name: [cells[at].strip() for cells in chunk] for name, at in zip(columns, positions, strict=True)
                }
                yield pd.DataFrame(content, index=pd.RangeIndex(row + 1, row + 1 + len(chunk)), dtype=object)
                row += len(chunk)
    except csv.Error as error:
        raise BadValueError(f"{path}: row {row} or one soon after cannot be split ({error}); is it text?") from None


def _separator_of_header(path: Path, header: str) -> str:
    usual = "," if ending(path) == ".csv" else "\t"
    return next((separator for separator in (usual, *"\t,;") if separator in header), usual)


def column_positions(path: PathLike, there: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Return where columns are among those of a file; each must be there, once."""
    for column in wanted:
        if column not in there:
            raise DataFolderError(f"{path} has no column {column!r}, only {', '.join(there[:8])}; name one of these")
        if there.count(column) > 1:
            raise DataFolderError(f"{path} has {there.count(column)} columns {column!r}; rename all but one")
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
    """Turn whatever pyarrow and pandas raise for a damaged file into one error.

    There is no list of what they raise: a flipped byte can be in a count of rows, in JSON about the columns or in
    compressed data, and whatever meets it first fails in its own way.
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


@dataclass(frozen=True)
class Layout:
    """How a text table of ids and numbers is to be read.

    Attributes
    ----------
    separator : str
        One character; a blank stands for any run of blanks and tabs.
    header : list of str or None
        The column names, ``width`` of them; None where the first line is data.
    width : int
        Number of columns.
    n_above : int
        Number of lines above the data: the header, and blank lines over it.
    """

    separator: str
    header: list[str] | None
    width: int
    n_above: int

    def __str__(self) -> str:
        separator = {"\t": "tabs", ",": "commas", _BLANKS: "blanks"}.get(self.separator, repr(self.separator))
        return f"{separator}, {'with a' if self.header else 'no'} header"


def detect_layout(path: Path, separator: str | None = None, header: bool | None = None) -> Layout:
    """Detect the layout of a table of ids and numbers from its first two lines that are not blank.

    What is passed is not guessed. The separator is the tab if the first lines have one, else the comma, else blanks.
    The first line is column names if its first cell is ``id``, or if it has neither an interval such as
    ``chr22:100-201`` nor, behind its first cell, a number or a mark of a missing one. So a first line whose value is
    faulty is reported, not taken for a header, where the ids are intervals.
    """
    with opened_text(path, newline="") as handle:
        first_lines = list(islice(((n, line) for n, line in enumerate(handle, 1) if line.strip()), 2))
    if not first_lines:
        raise EmptyInputError(f"{path} has only blank lines; expected an id and its values on each line")
    chosen = separator or _detect_separator([line for _, line in first_lines])
    (number, first), *rest = [(number, next(split([line], chosen)) or [""]) for number, line in first_lines]
    if separator is None and chosen == "," and re.search(r"[\s;]", first[0].strip()):
        raise BadValueError(
            f"{path}:{number}: {shortened(','.join(first))!r} has commas and other separators; "
            "write decimals with a point, or pass separator=',' if the id does end at the comma"
        )
    has_header = _is_header(first) if header is None else header
    width = len(rest[0][1]) if has_header and rest else len(first)
    if has_header and len(first) == width - 1 and first[0].lower() not in _NAMES_OF_IDS:
        first = ["id", *first]  # R's write.table gives the row names no heading
    if width < 2:
        raise BadValueError(
            f"{path}:{number}: one column, {shortened(first[0])!r}, where an id and a value are expected; separators "
            "tried: tab, comma, blanks. Pass separator= if it is another"
        )
    if has_header and len(first) != width:
        raise BadValueError(f"{path}:{number}: the header has {len(first)} columns, the first row has {width}")
    names = [name.strip() for name in [first[0].strip().lstrip("#"), *first[1:]]] if has_header else None
    return Layout(chosen, names, width, number if has_header else 0)


def _detect_separator(lines: list[str]) -> str:
    return next((separator for separator in "\t," if all(separator in line for line in lines)), _BLANKS)


def _is_header(cells: list[str]) -> bool:
    cells = [cell.strip() for cell in cells]
    if cells[0].lower() in _NAMES_OF_IDS:
        return True
    return not any(map(_INTERVAL.match, cells)) and not any(map(_may_be_a_value, cells[1:]))


def _may_be_a_value(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell.strip().lower() in _NOT_A_NAME
    return True


def split(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """Split lines into cells; a blank line gives none."""
    if separator == _BLANKS:
        return (line.replace('"', "").split() for line in lines)  # R quotes ids
    return csv.reader(lines, delimiter=separator)


def shortened(text: str) -> str:
    """Cut a text down to what fits in a message."""
    return text if len(text) <= 80 else text[:77] + "..."
