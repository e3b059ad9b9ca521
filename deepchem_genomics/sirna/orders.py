"""Orders for chosen sites: layouts, pools, and negative controls."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import RNA, reverse_complement
from deepchem_genomics.feat.guides import PAIRED
from deepchem_genomics.sirna.modifications import MODIFICATIONS
from deepchem_genomics.sirna.site_rules import LIMITS
from deepchem_genomics.sirna.sites import CODES
from deepchem_genomics.sirna.strand_rules import IMMUNE_MOTIFS, longest_run, motifs_found
from deepchem_genomics.sirna.transcriptome import Transcriptome

__all__ = ["CONTROLS", "LAYOUTS", "PLATES", "Layout", "OrderOptions", "add_controls", "add_pool"]


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
            if getattr(self, name) not in values:
                raise BadValueError(
                    f"{name} of the order is {getattr(self, name)!r}; it must be one of {', '.join(map(repr, values))}"
                )


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
