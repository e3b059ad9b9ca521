"""Tables of numbers by id, as text files: read strictly, written without loss."""

import csv
import gzip
import io
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.data.text_layout import Layout, detect_layout, open_text, shortened, split
from deepchem_genomics.errors import BadValueError, DataFolderError, EmptyInputError
from deepchem_genomics.io.outputs import atomic_file
from deepchem_genomics.typing import SideValues

__all__ = ["TextTable", "line_of", "read_text", "require_file", "write_text"]

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
    with _one_line_errors(path):
        layout = detect_layout(path, separator, header)
        id_position = 0 if id_column is None else _position(path, layout, id_column)
        positions = [i for i in range(layout.width) if i != id_position]
        if columns is not None:
            positions = [_position(path, layout, column) for column in columns]
        ids, values = _read_at_once(path, layout, id_position, positions) or _read_carefully(
            path, layout, id_position, positions
        )
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
    with open_text(path) as handle:
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
    with atomic_file(path) as partial, partial.open("wb") as raw:
        # without the name and the time that gzip would put in
        binary = gzip.GzipFile("", "wb", 6, raw, mtime=0) if path.suffix == ".gz" else raw
        with io.TextIOWrapper(binary, encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, delimiter="\t", lineterminator="\n")
            writer.writerow(["id", *names])
            for ids, values in chunks:
                writer.writerows(zip(ids, *map(_exact_text, values.T), strict=True))


def require_file(path: Path) -> None:
    """Raise unless ``path`` is a file with something in it."""
    if path.is_dir():
        raise DataFolderError(f"{path} is a folder; give the path of the table in it")
    if path.stat().st_size == 0:
        raise EmptyInputError(f"{path} is empty; expected an id and its values on each line")


def _exact_text(column: NDArray[np.float32]) -> list[str]:
    """Write each number with the fewest digits that read back as the same bits."""
    text = column.astype(str)
    # The reader goes by way of float64. Rounded twice, the shortest text is wrong for about one number in a billion.
    unlike = text.astype(np.float64).astype(np.float32) != column
    text[unlike] = [f"{number:.9g}" for number in column[unlike]]
    return text.tolist()


@contextmanager
def _one_line_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except EOFError:
        raise BadValueError(f"{path} ends in the middle of its gzip stream; copy or download it again") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise BadValueError(f"{path} is a damaged gzip file ({error}); copy or download it again") from None
    except UnicodeDecodeError as error:
        raise BadValueError(
            f"{path} is not text: byte {error.object[error.start]:#04x} is not UTF-8; expected TSV, CSV or text, "
            "plain or gzipped, or Parquet"
        ) from None
    except csv.Error as error:
        raise BadValueError(f"{path} cannot be split into columns: {error}; look for an unclosed quote") from None


def _rows(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Give each row below the header with its line number; blank lines are none."""
    with open_text(path) as handle:
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
