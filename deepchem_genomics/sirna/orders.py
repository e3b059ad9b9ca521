"""Orders for chosen sites: pools and negative controls, and files in the columns that vendors ask for."""

import csv
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import numpy as np
import pandas as pd

from deepchem_genomics.arguments import require_choice
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import RNA, reverse_complement
from deepchem_genomics.feat.guides import PAIRED
from deepchem_genomics.sirna.modifications import MODIFICATIONS, modified_strand, read_strand
from deepchem_genomics.sirna.site_rules import LIMITS
from deepchem_genomics.sirna.sites import CODES
from deepchem_genomics.sirna.strand_rules import IMMUNE_MOTIFS, longest_run, motifs_found
from deepchem_genomics.sirna.transcriptome import Transcriptome

__all__ = [
    "CONTROLS",
    "LAYOUTS",
    "PLATES",
    "Layout",
    "OrderFiles",
    "OrderOptions",
    "Well",
    "add_controls",
    "add_pool",
    "order_rows",
    "wells",
]


class Layout(NamedTuple):
    """How a vendor's form wants duplexes.

    Parameters
    ----------
    columns : dict of str to str
        What each column has, by its heading: name, sense, antisense and pool of a duplex, or name and sequence of a
        strand; "" for nothing, which is filled in by hand.
    plate_columns : dict of str to str
        Those of plates, which have a well.
    line_a_strand : bool
        Whether each strand has a line; else each duplex has one.
    codes : dict of str to str
        How a base is written: RNA (""), DNA ("d"), 2'-O-methyl ("m") and 2'-fluorine ("f"). ``{letter}`` is the base,
        ``{place}`` 5, i or 3 for the first base, those between and the last, ``{end}`` 5, 3 or nothing.
    """

    columns: dict[str, str]
    plate_columns: dict[str, str]
    line_a_strand: bool
    codes: dict[str, str]


_PLAIN = {"": "{letter}", "d": "d{letter}", "m": "m{letter}", "f": "f{letter}"}
_IDT = {"": "r{letter}", "d": "{letter}", "m": "m{letter}", "f": "/{place}2F{letter}/"}
_DUPLEX = {"Name": "name", "Sense sequence (5'-3')": "sense", "Antisense sequence (5'-3')": "antisense"}
_STRAND = {"Name": "name", "Sequence (5'-3')": "sequence"}
_OWN = {"name": "name", "sense": "sense", "antisense": "antisense", "pool": "pool"}

LAYOUTS = {
    "plain": Layout(_OWN, {"well": "well", **_OWN}, False, _PLAIN),
    "idt": Layout(
        {"Name": "name", "Sequence": "sequence", "Scale": "", "Purification": ""},
        {"Well Position": "well", "Name": "name", "Sequence": "sequence"},
        True,
        _IDT,
    ),
    "duplexes": Layout(_DUPLEX, {"Well": "well", **_DUPLEX}, False, _PLAIN),
    "strands": Layout(_STRAND, {"Well": "well", **_STRAND}, True, _PLAIN),
}
"""Layouts of orders by name."""

PLATES = {96: (8, 12), 384: (16, 24)}
"""Rows and columns of plates, by their number of wells."""

_STRANDS = ("sense", "antisense")
_OVERHANG = re.compile(r"(?:d[ACGT]|[ACGU]){2}")
_SEED = slice(1, 8)
_COMPLEMENT = str.maketrans("ACGU", "UGCA")
_SCRAMBLES = 40  # tried for each site
_FEWEST = 2  # mismatches of a control with any transcript, as of a guide with other genes
CONTROLS = ("c911", "scrambled")
"""Kinds of controls."""


@dataclass(frozen=True)
class OrderOptions:
    """What is ordered for a design.

    Parameters
    ----------
    overhang : str, optional
        The two bases at the 3' end of both strands, such as "dTdT" or "UU"; as designed if not given.
    pool : int, default 0
        Chosen sites of each record to pool, at most; no two have the same seed. 0 for no pools.
    controls : bool, default False
        Whether each chosen site gets a C911 control and a scrambled one.
    modification : str, default "none"
        A pattern of :data:`~deepchem_genomics.sirna.modifications.MODIFICATIONS`.
    layout : str, default "plain"
        Columns and notation of the order, one of :data:`LAYOUTS`.
    plate : int, default 0
        Wells of a plate, 96 or 384; 0 for tubes.
    plate_by : {"columns", "rows"}, default "columns"
        Whether plates are filled A1, B1, ... or A1, A2, ...
    """

    overhang: str = ""
    pool: int = 0
    controls: bool = False
    modification: str = "none"
    layout: str = "plain"
    plate: int = 0
    plate_by: str = "columns"

    def __post_init__(self) -> None:
        """Raise an error if a value is impossible."""
        if self.overhang and not _OVERHANG.fullmatch(self.overhang):
            raise BadValueError(
                f"overhang of the order is {self.overhang!r}; it must be two of A, C, G, U, dA, dC, dG, dT, such as "
                "'dTdT'"
            )
        if not isinstance(self.pool, int) or self.pool < 0 or self.pool == 1:
            raise BadValueError(f"pool is {self.pool!r}; it must be 2 or more sites, or 0 for none")
        allowed = {
            "modification": tuple(MODIFICATIONS),
            "layout": tuple(LAYOUTS),
            "plate": (0, *PLATES),
            "plate_by": ("columns", "rows"),
        }
        for name, values in allowed.items():
            require_choice(f"{name} of the order", getattr(self, name), values)


def add_pool(selected: pd.DataFrame, size: int) -> None:
    """Add the column ``pool``: whether a site is among the best of its record with seeds of their own, as many."""
    pooled, seeds = list[bool](), dict[str, set[str]]()
    for record, guide in zip(selected["record"], selected["guide"], strict=True):
        taken = seeds.setdefault(record, set())
        pooled.append(len(taken) < size and guide[_SEED] not in taken)
        if pooled[-1]:
            taken.add(guide[_SEED])
    selected["pool"] = np.array(pooled, dtype=bool)


def add_controls(selected: pd.DataFrame, transcriptome: Transcriptome | None) -> None:
    """Add the guides of two controls for each site, and their fewest mismatches with any transcript.

    C911 has the complement of bases 9 to 11: it keeps the seed, and with it what the seed does elsewhere, and does not
    cleave the target. The scrambled guide has the same bases in another order, without runs or motifs that a guide may
    not have, with another seed, and, if one of 40 orders is, two mismatches or more from every transcript. The columns
    of mismatches are empty if more than two would be needed, or nothing was searched.

    References
    ----------
    E. Buehler, Y.-C. Chen and S. Martin. C911: a bench-level control for sequence specific siRNA off-target effects.
    *PLoS ONE* 7, e51942, 2012.
    """
    guides = selected["guide"].tolist()
    scrambles = [list(_scrambles(guide)) for guide in guides]
    tried = [_c911(guide) for guide in guides] + [text for texts in scrambles for text in texts]
    fewest = _fewest_mismatches(tried, transcriptome)
    selected["c911_guide"], selected["c911_mismatches"] = _column(tried[: len(guides)], fewest)
    best = [max(texts, key=lambda text: fewest.get(text, _FEWEST + 1)) if texts else "" for texts in scrambles]
    selected["scrambled_guide"], selected["scrambled_mismatches"] = _column(best, fewest)


def _column(guides: list[str], fewest: dict[str, int]) -> tuple[list[str], Any]:
    return guides, pd.array([fewest.get(guide, pd.NA) for guide in guides], dtype="Int64")


def _c911(guide: str) -> str:
    return guide[:8] + guide[8:11].translate(_COMPLEMENT) + guide[11:]


def _scrambles(guide: str) -> Iterator[str]:
    """Yield other orders of the bases that pair, the same for the same guide."""
    rng = np.random.default_rng(zlib.crc32(guide.encode()))
    letters = np.array(list(guide[:PAIRED]))
    for _ in range(_SCRAMBLES):
        text = "".join(rng.permutation(letters)) + guide[PAIRED:]
        codes = CODES[np.frombuffer((text + reverse_complement(text, RNA)).encode("ascii"), np.uint8)].reshape(2, -1)
        usable = (
            longest_run(codes[:1])[0] <= LIMITS["runs"] and not motifs_found(codes[:1], codes[1:], IMMUNE_MOTIFS)[0]
        )
        if usable and text[_SEED] != guide[_SEED]:
            yield text


def _fewest_mismatches(guides: list[str], transcriptome: Transcriptome | None) -> dict[str, int]:
    """Return the fewest mismatches of guides with a transcript, for those that have two or fewer."""
    fewest = dict[str, int]()
    if transcriptome is not None and guides:
        sites = [reverse_complement(guide, RNA) for guide in guides]
        for match in transcriptome.near_matches(sites, _FEWEST):
            guide = guides[match.site]
            fewest[guide] = min(match.mismatches, fewest.get(guide, match.mismatches))
    return fewest


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
