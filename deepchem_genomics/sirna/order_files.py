"""Order files: chosen sites and their controls in the columns that vendors ask for, by tube or by plate."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import pandas as pd

from deepchem_genomics.feat import RNA, reverse_complement
from deepchem_genomics.feat.guides import PAIRED
from deepchem_genomics.sirna.modifications import MODIFICATIONS, modified_strand, read_strand
from deepchem_genomics.sirna.orders import CONTROLS, LAYOUTS, PLATES, Layout, OrderOptions

__all__ = ["OrderFiles", "Well", "order_rows", "wells"]

_STRANDS = ("sense", "antisense")


class Well(NamedTuple):
    """A place on one of several plates."""

    plate: int  # from 1
    name: str  # A1


def wells(size: int, by: str) -> Iterator[Well]:
    """Yield the wells of plates, one plate after the other.

    Examples
    --------
    >>> from itertools import islice
    >>> [well.name for well in islice(wells(96, "columns"), 7, 10)]
    ['H1', 'A2', 'B2']
    >>> next(islice(wells(384, "rows"), 384 + 24, None))
    Well(plate=2, name='B1')
    """
    n_rows, n_columns = PLATES[size]
    places = [(row, column) for row in range(n_rows) for column in range(n_columns)]
    if by == "columns":
        places.sort(key=lambda place: place[::-1])
    plate = 1
    while True:
        yield from (Well(plate, f"{chr(ord('A') + row)}{column + 1}") for row, column in places)
        plate += 1


def order_rows(selected: pd.DataFrame, options: OrderOptions) -> Iterator[dict[str, str]]:
    """Yield what to order: name, both strands 5' to 3', and the pool; chosen sites first, then their controls."""
    rows = selected.to_dict("records")
    for row in rows:
        pool = f"{row['id'].rpartition('_')[0]}_pool" if row.get("pool") else ""
        yield {"name": row["id"], **_strands(row["guide"], row["passenger"], options), "pool": pool}
    for kind in CONTROLS:
        if f"{kind}_guide" in selected:
            for row in rows:
                if guide := row[f"{kind}_guide"]:
                    strands = _strands(guide, row["passenger"], options)
                    yield {"name": f"{row['id']}_{kind}", **strands, "pool": ""}


def _strands(guide: str, passenger: str, options: OrderOptions) -> dict[str, str]:
    """Return sense and antisense strand of the duplex of a guide, with its own overhangs or others, and modified."""
    pattern = MODIFICATIONS[options.modification]
    sense = reverse_complement(guide[:PAIRED], RNA) + (options.overhang or passenger[PAIRED:])
    antisense = guide[:PAIRED] + (options.overhang or guide[PAIRED:])
    return {
        "sense": modified_strand(sense, pattern.passenger, pattern.passenger_thio),
        "antisense": modified_strand(antisense, pattern.guide, pattern.guide_thio),
    }


def _in_codes(strand: str, layout: Layout) -> str:
    """Write a strand as a layout has it."""
    bases = read_strand(strand)
    ends = {0: "5", len(bases) - 1: "3"}
    return "".join(
        layout.codes[base.sugar].format(letter=base.letter, place=ends.get(at, "i"), end=ends.get(at, ""))
        + "*" * base.thio
        for at, base in enumerate(bases)
    )


class OrderFiles:
    """Writes ``order.csv``, or one file per plate, some sites at a time.

    Parameters
    ----------
    folder : Path
        Where.
    options : OrderOptions
        Layout, overhangs, modifications and plates.
    """

    def __init__(self, folder: Path, options: OrderOptions) -> None:
        self._folder, self._options = folder, options
        self._layout = LAYOUTS[options.layout]
        self._wells = wells(options.plate, options.plate_by) if options.plate else None
        self._open: dict[str, TextIO] = {}
        self.n_duplexes = self.n_plates = 0

    def __enter__(self) -> "OrderFiles":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the files."""
        self._close()

    def add(self, selected: pd.DataFrame) -> None:
        """Write the duplexes of some chosen sites."""
        if self._wells is None:
            self._file("order.csv")  # there is one, even if nothing is chosen
        for row in order_rows(selected, self._options):
            self.n_duplexes += 1
            coded = row | {strand: _in_codes(row[strand], self._layout) for strand in _STRANDS}
            well = Well(0, "") if self._wells is None else next(self._wells)
            if well.plate > self.n_plates:
                self._close()
                self.n_plates = well.plate
            for name, line in self._lines(coded, well):
                csv.writer(self._file(name), lineterminator="\n").writerow(line)

    def _lines(self, row: Mapping[str, str], well: Well) -> Iterator[tuple[str, list[str]]]:
        """Yield the file and the cells of each line of a duplex."""
        plate = f"_{well.plate}" if well.plate else ""
        columns = self._columns.values()
        if not self._layout.line_a_strand:
            yield f"order{plate}.csv", [{**row, "well": well.name}.get(field, "") for field in columns]
            return
        for strand in _STRANDS:
            cells = {"name": f"{row['name']}_{strand}", "sequence": row[strand], "well": well.name}
            name = f"order{plate}_{strand}.csv" if plate else "order.csv"
            yield name, [cells.get(field, "") for field in columns]

    @property
    def _columns(self) -> Mapping[str, str]:
        return self._layout.columns if self._wells is None else self._layout.plate_columns

    def _file(self, name: str) -> Any:
        if name not in self._open:
            self._open[name] = (self._folder / name).open("w", encoding="utf-8", newline="")
            csv.writer(self._open[name], lineterminator="\n").writerow(self._columns)
        return self._open[name]

    def _close(self) -> None:
        for file in self._open.values():
            file.close()
        self._open.clear()
