"""What is known of transcripts beside their sequence: where the coding sequence lies, where variants are."""

import os
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, DuplicateIdError, GenomicsError, OutOfBoundsError
from deepchem_genomics.genome.variant_files import opened_variants
from deepchem_genomics.io.opening import htslib_silent, opened_text

__all__ = ["Variant", "read_coding_regions", "read_variants", "regions_of", "variants_in"]

BEYOND_START = 50
"""Bases of the coding sequence after its start that sites should leave to the ribosome and its helpers."""

_COORDINATE = re.compile(r"[0-9]{1,18}")


class Variant(NamedTuple):
    """A place where transcripts differ, in coordinates of one of them.

    Parameters
    ----------
    start, end : int
        0-based, half-open.
    name : str
        What the table calls it.
    """

    start: int
    end: int
    name: str


def read_coding_regions(path: str | os.PathLike[str]) -> dict[str, tuple[int, int]]:
    """Read where the coding sequence of each transcript lies.

    Parameters
    ----------
    path : path-like
        BED: name of the transcript, start, end, with tabs or blanks between; 0-based, half-open, in coordinates of the
        transcript. More columns are passed over.

    Returns
    -------
    dict of str to tuple of int
        Start and end by name.

    Raises
    ------
    BadValueError
        If a line is not of that form.
    DuplicateIdError
        If a transcript has two.
    """
    regions: dict[str, tuple[int, int]] = {}
    with opened_text(path) as file:
        for number, line in enumerate(file, 1):
            cells = line.split()
            if not cells or line.startswith(("#", "track", "browser")):
                continue
            if cells[0] in regions:
                raise DuplicateIdError(f"{path}:{number}: {cells[0]!r} has a coding sequence already; give one each")
            regions[cells[0]] = _region(cells[1:3], f"{path}:{number}: {line.strip()[:60]!r}")
    return regions


def _region(cells: list[str], where: str) -> tuple[int, int]:
    if len(cells) == 2 and all(_COORDINATE.fullmatch(cell) for cell in cells) and int(cells[0]) < int(cells[1]):
        return int(cells[0]), int(cells[1])
    raise BadValueError(f"{where} is not a transcript, start and end after it; write BED")


def read_variants(path: str | os.PathLike[str]) -> dict[str, list[Variant]]:
    """Read variants in coordinates of transcripts.

    Parameters
    ----------
    path : path-like
        VCF, plain or compressed; CHROM is the name of the transcript, POS counts from 1 at its 5' end.

    Returns
    -------
    dict of str to list of Variant
        By transcript.

    Raises
    ------
    GenomeFileError, EmptyInputError
        If it is not VCF, or empty.
    BadValueError
        If a record cannot be read.
    MissingExtraError
        If pysam is not installed.
    """
    variants: dict[str, list[Variant]] = defaultdict(list)
    try:
        with opened_variants(Path(path)) as file, htslib_silent():
            for row in file:
                change = f"{row.ref}>{','.join(row.alts or ('.',))}"
                name = f"{row.id or row.pos}:{change}"
                variants[row.chrom].append(Variant(row.start, row.start + len(row.ref), name))
    except (GenomicsError, FileNotFoundError):
        raise
    except (OSError, ValueError) as error:
        raise BadValueError(f"{path} is not a whole VCF file ({error}); CHROM must be names of transcripts") from None
    return dict(variants)


def regions_of(
    starts: NDArray[np.int64], length: int, n_bases: int, coding: tuple[int, int], name: str
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Say in which part of a transcript sites lie.

    Returns
    -------
    region : ndarray of str, (n,)
        "5'UTR", "CDS" or "3'UTR", by the middle of the site; behind CDS the distance from its start.
    passes : ndarray of bool, (n,)
        Whether the site begins 50 bases after the start of the coding sequence or later.
    """
    begin, end = coding
    if end > n_bases:
        raise OutOfBoundsError(
            f"the coding sequence of {name!r}, {begin}-{end}, ends {end - n_bases} bases past the transcript "
            f"({n_bases}); give coordinates of this transcript, 0-based"
        )
    middle = starts + length // 2
    region = np.full(len(starts), "CDS", dtype=object)
    region[middle < begin] = "5'UTR"
    region[middle >= end] = "3'UTR"
    return region, starts >= begin + BEYOND_START


def variants_in(starts: NDArray[np.int64], length: int, variants: list[Variant]) -> NDArray[np.object_]:
    """Name the variants within sites."""
    names = np.full(len(starts), "", dtype=object)
    for variant in variants:
        first, last = np.searchsorted(starts, [variant.start - length + 1, variant.end])
        for row in range(first, last):
            names[row] = f"{names[row]}, {variant.name}" if names[row] else variant.name
    return names


def unknown_names(what: str, given: Mapping[str, object], met: set[str]) -> str:
    """Say which names of an annotation no transcript has."""
    unknown = [name for name in given if name not in met]
    if not unknown:
        return ""
    return f"{len(unknown)} of {len(given)} names in the {what} are of no transcript given, such as {unknown[0]!r}"
