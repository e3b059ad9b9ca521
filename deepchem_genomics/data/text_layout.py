"""How a text table is to be read: its separator, and whether its first line is column names.

The separator is the tab if the first lines have one, else the comma, else blanks. The first line is column names if
its first cell is ``id``, or if it has neither an interval such as ``chr22:100-201`` nor, behind its first cell, a
number or a mark of a missing one. So a first line whose value is faulty is reported, not taken for a header, where the
ids are intervals. Gzip is known by its content.
"""

import csv
import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from deepchem_genomics.errors import BadValueError, EmptyInputError

__all__ = ["Layout", "detect_layout", "open_text", "shortened", "split"]

BLANKS = " "
INTERVAL = re.compile(r"\S+:\d+-\d+")
NAMES_OF_IDS = {"id", "#id"}
NOT_A_NAME = {"", "na", "n/a", "<na>", "none", "null", "."}


@dataclass(frozen=True)
class Layout:
    """How a text file is to be read.

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
        separator = {"\t": "tabs", ",": "commas", BLANKS: "blanks"}.get(self.separator, repr(self.separator))
        return f"{separator}, {'with a' if self.header else 'no'} header"


def detect_layout(path: Path, separator: str | None = None, header: bool | None = None) -> Layout:
    """Look at the first two lines that are not blank; what is given is not guessed."""
    with open_text(path) as handle:
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
    if has_header and len(first) == width - 1 and first[0].lower() not in NAMES_OF_IDS:
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
    return next((separator for separator in "\t," if all(separator in line for line in lines)), BLANKS)


def _is_header(cells: list[str]) -> bool:
    cells = [cell.strip() for cell in cells]
    if cells[0].lower() in NAMES_OF_IDS:
        return True
    return not any(map(INTERVAL.match, cells)) and not any(map(_may_be_a_value, cells[1:]))


def _may_be_a_value(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell.strip().lower() in NOT_A_NAME
    return True


def open_text(path: Path) -> TextIO:
    """Open a text file, gzipped or not, with its line ends as they are."""
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    if is_gzip:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def split(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """Split lines into cells; a blank line gives none."""
    if separator == BLANKS:
        return (line.replace('"', "").split() for line in lines)  # R quotes ids
    return csv.reader(lines, delimiter=separator)


def shortened(text: str) -> str:
    """Cut a text down to what fits in a message."""
    return text if len(text) <= 80 else text[:77] + "..."
