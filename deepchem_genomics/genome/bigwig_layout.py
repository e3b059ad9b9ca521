"""Whether the sizes that a bigWig file tells of fit into it.

pybigtools sets memory aside for whatever sizes a file has. One flipped bit can make such a size larger than any memory,
and then the process ends, without an error that could be caught. So the sizes are looked at first: those of the header,
of the table of chromosomes, and of every block of values, which the index lists (32 bytes a block).
"""

import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from deepchem_genomics.errors import GenomeFileError

__all__ = ["require_sound"]

_MAGIC, _TABLE, _INDEX = 0x888FFC26, 0x78CA8C91, 0x2468ACE0
_MOST = 1032  # times that deflate can make anything shorter


class _UnsoundError(Exception):
    """A size or a place that cannot be."""


def require_sound(path: Path) -> None:
    """Raise an error if a bigWig file has sizes that do not fit into it.

    Parameters
    ----------
    path : Path
        The file. What is not a bigWig at all is let through, for pybigtools to refuse.

    Raises
    ------
    GenomeFileError
        If the file is damaged or cut short.

    References
    ----------
    Kent et al. (2010), BigWig and BigBed: enabling browsing of large distributed datasets, Bioinformatics 26:2204,
    supplementary material: the layout of the file.
    """
    if not path.is_file():
        return
    n_bytes = path.stat().st_size
    with path.open("rb") as file:
        begin = file.read(4)
        order = next((order for order in "<>" if begin == struct.pack(f"{order}I", _MAGIC)), "")
        if not order:
            return
        try:
            _, _, table, _, index, _, _, _, _, buffer = _numbers(file, 4, f"{order}HHQQQHHQQI", n_bytes)
            if buffer > _MOST * n_bytes:
                raise _UnsoundError(f"blocks of {buffer} bytes")
            _require_table(file, table, order, n_bytes)
            _require_index(file, index, order, n_bytes)
        except _UnsoundError as fault:
            raise GenomeFileError(
                f"{path} is not a bigWig file, or not a whole one: it tells of {fault} and has {n_bytes} bytes; copy "
                "or download it again"
            ) from None


def _require_table(file: BinaryIO, place: int, order: str, n_bytes: int) -> None:
    magic, _, key, value, count = _numbers(file, place, f"{order}IIIIQ", n_bytes)
    if magic != _TABLE or value != 8:
        raise _UnsoundError(f"chromosomes at {place}, where there are none,")
    if count * (key + value) > n_bytes:
        raise _UnsoundError(f"{count} chromosomes with names of {key} letters")


def _require_index(file: BinaryIO, place: int, order: str, n_bytes: int) -> None:
    """Look at every node of the index, which is a tree: those within list nodes, the others blocks."""
    if _numbers(file, place, f"{order}I", n_bytes)[0] != _INDEX:
        raise _UnsoundError(f"an index at {place}, where there is none,")
    spans = [("", "V16"), ("place", f"{order}u8")]
    kinds: dict[int, np.dtype[Any]] = {0: np.dtype(spans), 1: np.dtype([*spans, ("size", f"{order}u8")])}
    nodes, seen = [place + 48], 0
    while nodes:
        node = nodes.pop()
        is_leaf, _, count = _numbers(file, node, f"{order}BBH", n_bytes)
        seen += 1
        if is_leaf not in kinds or seen > n_bytes // 4:  # more nodes than there is room for: some come twice
            raise _UnsoundError(f"a node of its index at {node}, where there is none,")
        kind = kinds[is_leaf]
        content = file.read(count * kind.itemsize)
        if len(content) < count * kind.itemsize:
            raise _UnsoundError(f"{count} entries of its index at {node}")
        entries = np.frombuffer(content, kind)
        ends = entries["place"].astype(np.float64) + (entries["size"] if is_leaf else 4)
        if count and ends.max() > n_bytes:
            raise _UnsoundError(f"{'a block' if is_leaf else 'a node of its index'} that ends at {ends.max():.0f}")
        if not is_leaf:
            nodes.extend(entries["place"].tolist())


def _numbers(file: BinaryIO, place: int, form: str, n_bytes: int) -> tuple[int, ...]:
    if place + struct.calcsize(form) > n_bytes:
        raise _UnsoundError(f"what is at {place}")
    file.seek(place)
    return struct.unpack(form, file.read(struct.calcsize(form)))
