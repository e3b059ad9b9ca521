"""Tables of numbers by id: read strictly from text, Parquet or data frames, and written without loss."""

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.data.id_index import PackedTexts
from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.io.opening import import_for
from deepchem_genomics.io.outputs import atomic_file
from deepchem_genomics.io.table_writers import TsvWriter, text_stream
from deepchem_genomics.io.tables import BLANKS, TextTable, decimal_comma, first_lines, numbers_of
from deepchem_genomics.typing import SideValues
from deepchem_genomics.wording import shortened

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FrameTable", "TextValues", "line_of", "read_frame", "read_text", "write_parquet", "write_text",
]  # fmt: skip

CHUNK = 2_000  # lines
BEYOND_FLOAT32 = 3.4028235677973366e38  # from here on a number rounds to infinity in float32

_INTERVAL = re.compile(r"\S+:\d+-\d+")
_NAMES_OF_IDS = {"id", "#id"}
_NOT_A_NAME = {"", "na", "n/a", "<na>", "none", "null", "."}


@dataclass(frozen=True)
class Layout:
    """How a text table of ids and numbers is to be read.

    Attributes
    ----------
    table : TextTable
        The file and its separator.
    header : list of str or None
        The column names, ``width`` of them; None where the first line is data.
    width : int
        Number of columns.
    n_above : int
        Number of lines above the data: the header, and blank lines over it.
    """

    table: TextTable
    header: list[str] | None
    width: int
    n_above: int

    def __str__(self) -> str:
        separator = {"\t": "tabs", ",": "commas", BLANKS: "blanks"}.get(
            self.table.separator, repr(self.table.separator)
        )
        return f"{separator}, {'with a' if self.header else 'no'} header"


def detect_layout(path: Path, separator: str | None = None, header: bool | None = None) -> Layout:
    """Detect the layout of a table of ids and numbers from its first two lines that are not blank.

    What is passed is not guessed. The separator is the tab if the first lines have one, else the comma, else blanks.
    The first line is column names if its first cell is ``id``, or if it has neither an interval such as
    ``chr22:100-201`` nor, behind its first cell, a number or a mark of a missing one. So a first line whose value is
    faulty is reported, not taken for a header, where the ids are intervals.
    """
    lines = first_lines(path, 2)
    if not lines:
        raise EmptyInputError(f"{path} has only blank lines; expected an id and its values on each line")
    table = TextTable(path, separator or _detect_separator([line for _, line in lines]))
    (number, first), *rest = [(number, table.split_line(number, line) or [""]) for number, line in lines]
    if separator is None and table.separator == "," and re.search(r"[\s;]", first[0].strip()):
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
            "tried: tab, comma, semicolon, blanks; use one of these, or pass separator= if it is another"
        )
    if has_header and len(first) != width:
        raise BadValueError(f"{path}:{number}: the header has {len(first)} columns, the first row has {width}")
    names = [name.strip() for name in [first[0].strip().lstrip("#"), *first[1:]]] if has_header else None
    return Layout(table, names, width, number if has_header else 0)


def _detect_separator(lines: list[str]) -> str:
    return next((separator for separator in "\t,;" if all(separator in line for line in lines)), BLANKS)


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


class TextValues(NamedTuple):
    """What a text file holds, not yet checked for repeated ids."""

    ids: PackedTexts
    values: NDArray[np.float64]  # (N, K)
    names: list[str] | None
    layout: Layout


def read_text(
    path: Path,
    id_column: str | int | None = None,
    columns: Sequence[str | int] | None = None,
    separator: str | None = None,
    header: bool | None = None,
) -> TextValues:
    """Read ids and numbers; see :meth:`SideInput.from_file` for the parameters and the errors."""
    layout = detect_layout(path, separator, header)
    id_position = 0 if id_column is None else _position(layout, id_column)
    positions = [i for i in range(layout.width) if i != id_position]
    if columns is not None:
        positions = [_position(layout, column) for column in columns]
    ids, tracks = PackedTexts(), [array("d") for _ in positions]
    for lines, cells in layout.table.read_chunks(CHUNK, layout.width, layout.n_above):
        ids.extend(list(map(str.strip, cells[id_position])))
        values = np.empty((len(positions), len(lines)))
        for k, position in enumerate(positions):
            values[k], _ = numbers_of(cells[position])
            tracks[k].frombytes(values[k].tobytes())
        beyond = np.argwhere(~(np.abs(values.T) < BEYOND_FLOAT32))  # NaN too
        if len(beyond):
            row, k = beyond[0]
            raise _bad_cell(layout, lines[row], ids[row - len(lines)], positions[k], cells[positions[k]][row])
    if not ids:
        raise EmptyInputError(f"{path} has a header and no rows; expected an id and its values on each line")
    names = None if layout.header is None else [layout.header[i] for i in positions]
    return TextValues(ids, np.array(tracks).reshape(len(positions), len(ids)).T, names, layout)


def line_of(layout: Layout, row: int) -> int:
    """Return the line number, from 1, of a row of a file that has been read once."""
    chunks = layout.table.read_chunks(CHUNK, layout.width, layout.n_above)
    return int(next(islice((line for lines, _ in chunks for line in lines), row, None)))


def write_text(path: Path, names: Sequence[str], chunks: Iterable[tuple[Sequence[str], SideValues]]) -> None:
    """Write tab-separated text with a header, gzipped if the name ends in ``.gz``; equal tables give equal bytes.

    Ids and values come in chunks, so that a table larger than memory can be written.
    """
    with atomic_file(path) as partial:
        writer = TsvWriter(text_stream(partial))
        try:
            for ids, values in chunks:
                writer.write_texts(["id", *names], [list(ids), *map(_exact_text, values.T)])
        finally:
            writer.close()


def _exact_text(column: NDArray[np.float32]) -> list[str]:
    """Write each number with the fewest digits that read back as the same bits."""
    text = column.astype(str)
    # The reader goes by way of float64. Rounded twice, the shortest text is wrong for about one number in a billion.
    unlike = text.astype(np.float64).astype(np.float32) != column
    text[unlike] = [f"{number:.9g}" for number in column[unlike]]
    found: list[str] = text.tolist()
    return found


def _position(layout: Layout, column: str | int) -> int:
    if isinstance(column, int) and 0 <= column < layout.width:
        return column
    if layout.header is not None and column in layout.header:
        return layout.header.index(str(column))
    known = f"columns {layout.header}" if layout.header else "no header: give the column's number, from 0"
    raise BadValueError(f"{layout.table.path} has no column {column!r} among its {layout.width}; it has {known}")


def _bad_cell(layout: Layout, line: int, name: str, position: int, text: str) -> BadValueError:
    column = f"column {position + 1}" + (f" ({layout.header[position]})" if layout.header else "")
    hint = ", or pass header=True if this line is the column names" if line == 1 and layout.header is None else ""
    return BadValueError(
        f"{layout.table.path}:{line}: id {shortened(name)!r} has {shortened(text.strip())!r} in {column}; a value must "
        f"be a finite number within float32{decimal_comma(text)}: correct the line or leave it out{hint}"
    )


class FrameTable(NamedTuple):
    """Columns of a data frame, not yet checked."""

    ids: list[Any]
    values: NDArray[Any]  # (N, K)
    names: list[str]


def read_frame(frame: "pd.DataFrame", id_column: Any = None, columns: Sequence[Any] | None = None) -> FrameTable:
    """Read ids and values from a data frame; see :meth:`SideInput.from_frame` for the parameters."""
    import pandas as pd

    for column in [*([] if id_column is None else [id_column]), *(columns or [])]:
        if column not in frame.columns:
            raise BadValueError(f"there is no column {column!r}; the columns are {list(frame.columns)}")
    if not frame.columns.is_unique:
        raise BadValueError(f"columns of one name in {list(frame.columns)}; rename them")
    index_is_text = frame.index.dtype == object or isinstance(frame.index.dtype, pd.StringDtype)
    if id_column is None and not index_is_text and len(frame.columns):
        id_column = frame.columns[0]
    labels = frame.index if id_column is None else frame[id_column]
    ids = [None if missing else label for label, missing in zip(labels, labels.isna(), strict=True)]
    chosen = [name for name in frame.columns if name != id_column] if columns is None else list(columns)
    return FrameTable(ids, frame[chosen].to_numpy(), [str(name) for name in chosen])


def write_parquet(path: Path, ids: Sequence[str], values: SideValues, names: Sequence[str]) -> None:
    """Write a first column ``id`` of text, and K columns of float32."""
    import_for("pyarrow", path, "parquet")
    import pandas as pd

    id_name = "id"
    while id_name in names:
        id_name = "_" + id_name
    columns = {id_name: np.array(ids, dtype=object)} | dict(zip(names, values.T, strict=True))
    with atomic_file(path) as partial:
        pd.DataFrame(columns).to_parquet(partial, engine="pyarrow", index=False)
