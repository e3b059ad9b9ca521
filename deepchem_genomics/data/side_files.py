"""Tables of numbers by id: read strictly from text, Parquet or data frames, and written without loss."""

import csv
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.io.opening import import_for, opened_text
from deepchem_genomics.io.outputs import atomic_file
from deepchem_genomics.io.table_writers import TsvWriter, text_stream
from deepchem_genomics.io.tables import Layout, detect_layout, shortened, split
from deepchem_genomics.typing import SideValues

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FrameTable", "TextTable", "line_of", "read_frame", "read_text", "write_parquet",
    "write_text",
]  # fmt: skip

CHUNK = 500  # lines; twice as fast as 10,000, whose lists the garbage collector walks through again and again
BEYOND_FLOAT32 = 3.4028235677973366e38  # from here on a number rounds to infinity in float32


class TextTable(NamedTuple):
    """What a text file holds, not yet checked for repeated ids."""

    ids: list[str]
    values: NDArray[np.float64]  # (N, K)
    names: list[str] | None
    layout: Layout


def read_text(
    path: Path,
    id_column: str | int | None = None,
    columns: Sequence[str | int] | None = None,
    separator: str | None = None,
    header: bool | None = None,
) -> TextTable:
    """Read ids and numbers; see :meth:`SideInput.from_file` for the parameters and the errors."""
    try:
        layout = detect_layout(path, separator, header)
        id_position = 0 if id_column is None else _position(path, layout, id_column)
        positions = [i for i in range(layout.width) if i != id_position]
        if columns is not None:
            positions = [_position(path, layout, column) for column in columns]
        ids, values = _read_at_once(path, layout, id_position, positions) or _read_carefully(
            path, layout, id_position, positions
        )
    except csv.Error as error:
        raise BadValueError(f"{path} cannot be split into columns: {error}; look for an unclosed quote") from None
    if not ids:
        raise EmptyInputError(f"{path} has a header and no rows; expected an id and its values on each line")
    names = None if layout.header is None else [layout.header[i] for i in positions]
    return TextTable(ids, values, names, layout)


def _read_at_once(
    path: Path, layout: Layout, id_position: int, positions: list[int]
) -> tuple[list[str], NDArray[np.float64]] | None:
    """Read whole columns of many lines; None if anything is out of the ordinary, whatever it is."""
    ids: list[str] = []
    tracks = [array("d") for _ in positions]
    with opened_text(path, newline="") as handle:
        rows = filter(None, split(islice(handle, layout.n_above, None), layout.separator))
        while chunk := list(islice(rows, CHUNK)):
            try:
                columns = list(zip(*chunk, strict=True))
                if len(columns) != layout.width:
                    return None
                ids.extend(map(str.strip, columns[id_position]))
                for track, position in zip(tracks, positions, strict=True):
                    track.extend(map(float, columns[position]))
            except ValueError:
                return None
            if any("_" in "".join(columns[position]) for position in positions):
                return None
    values = np.array(tracks, dtype=np.float64).reshape(len(positions), len(ids)).T
    return (ids, values) if (np.abs(values) < BEYOND_FLOAT32).all() else None


def _read_carefully(
    path: Path, layout: Layout, id_position: int, positions: list[int]
) -> tuple[list[str], NDArray[np.float64]]:
    """Read line by line, which is slower, and raise an error that names the line."""
    ids: list[str] = []
    numbers = array("d")
    for line, cells in _rows(path, layout):
        ids.append(cells[id_position].strip())
        try:
            numbers.extend([_number(cells[i]) for i in positions])
        except ValueError:
            raise _bad_cell(path, line, ids[-1], cells, positions, layout.header) from None
    return ids, np.frombuffer(numbers, dtype=np.float64).reshape(len(ids), len(positions))


def line_of(path: Path, layout: Layout, row: int) -> int:
    """Give the line number, from 1, of a row of a file that has been read once."""
    return next(islice(_rows(path, layout), row, None))[0]


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


def _rows(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Give each row below the header with its line number; blank lines are none."""
    with opened_text(path, newline="") as handle:
        lines = _LineCounter(handle, layout.n_above)
        for cells in split(lines, layout.separator):
            if len(cells) != layout.width and not any(map(str.strip, cells)):
                continue
            if len(cells) != layout.width:
                raise BadValueError(
                    f"{path}:{lines.number}: {len(cells)} columns where the lines above have {layout.width}: "
                    f"{shortened(layout.separator.join(cells))!r}; each line needs an id and the same number of values"
                )
            yield lines.number, cells


class _LineCounter:
    """Lines below the first ``number``, and the number of the last one given."""

    def __init__(self, lines: Iterable[str], number: int) -> None:
        self.lines = islice(lines, number, None)
        self.number = number

    def __iter__(self) -> Iterator[str]:
        for line in self.lines:
            self.number += 1
            yield line


def _position(path: Path, layout: Layout, column: str | int) -> int:
    if isinstance(column, int) and 0 <= column < layout.width:
        return column
    if layout.header is not None and column in layout.header:
        return layout.header.index(str(column))
    known = f"columns {layout.header}" if layout.header else "no header: give the column's number, from 0"
    raise BadValueError(f"{path} has no column {column!r} among its {layout.width}; it has {known}")


def _number(text: str) -> float:
    number = float(text)
    if "_" in text or not -BEYOND_FLOAT32 < number < BEYOND_FLOAT32:  # Python reads 1_000; NaN compares as false
        raise ValueError
    return number


def _bad_cell(
    path: Path, line: int, name: str, cells: list[str], positions: list[int], header: list[str] | None
) -> BadValueError:
    for position in positions:
        text = cells[position].strip()
        try:
            _number(text)
        except ValueError:
            break
    column = f"column {position + 1}" + (f" ({header[position]})" if header else "")
    hint = ", or pass header=True if this line is the column names" if line == 1 and header is None else ""
    return BadValueError(
        f"{path}:{line}: id {shortened(name)!r} has {shortened(text)!r} in {column}; a value must be a finite number "
        f"within float32: correct the line or leave it out{hint}"
    )


class FrameTable(NamedTuple):
    """Columns of a data frame, not yet checked."""

    ids: list[Any]
    values: NDArray[Any]  # (N, K)
    names: list[str]


def read_frame(frame: "pd.DataFrame", id_column: Any = None, columns: Sequence[Any] | None = None) -> FrameTable:
    """Take ids and values from a data frame; see :meth:`SideInput.from_frame` for the parameters."""
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
