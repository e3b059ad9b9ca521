"""Annotations of transcripts: coding sequences, variants, regions."""

import logging
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, ChromosomeNameError, DuplicateIdError, OutOfBoundsError
from deepchem_genomics.genome.interval_files import read_intervals
from deepchem_genomics.genome.variant_files import agrees, fixed_fields, line_of, next_records, opened_variants, trimmed
from deepchem_genomics.io.opening import opened_text
from deepchem_genomics.sirna.exons import Exons, TranscriptsByPlace
from deepchem_genomics.sirna.headers import Versioned, without_version
from deepchem_genomics.wording import counted, listed

__all__ = [
    "REGIONS",
    "Annotations",
    "Fitting",
    "Known",
    "Place",
    "Variant",
    "fitting",
    "places_of",
    "read_coding_regions",
    "read_places",
    "read_variants",
    "regions_of",
    "require_names",
    "touched",
    "unknown_names",
    "variants_in",
    "within",
]

BEYOND_START = 50
"""Bases of the coding sequence after its start that sites should leave to the ribosome and its helpers."""

REGIONS = ("5'UTR", "CDS", "3'UTR")
"""Parts of a transcript, as they are written."""

logger = logging.getLogger(__name__)

_COORDINATE = re.compile(r"[0-9]{1,18}")


class Variant(NamedTuple):
    """A place where transcripts differ, in coordinates of one of them.

    Parameters
    ----------
    start, end : int
        0-based, half-open: the bases that are replaced or removed. An insertion between two bases has none, and starts
        and ends at the second.
    name : str
        What the table calls it.
    ref : str, default ""
        What the transcript has from ``anchor`` on, A, C, G, T and N, if that is known.
    anchor : int, default 0
        Where REF begins in the transcript, 0-based.
    frequency : float, optional
        Of the alleles that change these bases, together, 0 to 1; None if not known.
    """

    start: int
    end: int
    name: str
    ref: str = ""
    anchor: int = 0
    frequency: float | None = None


Place = tuple[int, int]
"""Start and end in a transcript, 0-based and half-open."""


@dataclass(frozen=True)
class Annotations:
    """Annotations of transcripts, by name.

    A name with a version (``.2``) is that of a record without one, and the reverse, if there is only one.

    Parameters
    ----------
    coding : mapping of str to tuple of int
        Start and end of the coding sequence, 0-based and half-open, where headers do not tell, or not right.
    variants : mapping of str to list of Variant
        Known variants.
    genes : mapping of str to str
        Gene of records and of transcripts of the transcriptome: matches in the target's own gene do not count as
        off-targets.
    wanted : mapping of str to list of tuple of int
        Places that chosen sites lie in, whole. If there are any, none is chosen in a record without one.
    avoided : mapping of str to list of tuple of int
        Places that chosen sites share no base with.
    exons : mapping of str to Exons
        By which variants of a genome were placed on transcripts: those without are counted.
    """

    coding: Mapping[str, Place] = field(default_factory=dict)
    variants: Mapping[str, list[Variant]] = field(default_factory=dict)
    genes: Mapping[str, str] = field(default_factory=dict)
    wanted: Mapping[str, list[Place]] = field(default_factory=dict)
    avoided: Mapping[str, list[Place]] = field(default_factory=dict)
    exons: Mapping[str, Exons] = field(default_factory=dict)


class Known(NamedTuple):
    """Annotations that are found whether a name has a version or not."""

    coding: Versioned[Place]
    variants: Versioned[list[Variant]]
    genes: Versioned[str]
    wanted: Versioned[list[Place]]
    avoided: Versioned[list[Place]]
    exons: Versioned[Exons]

    @classmethod
    def of(cls, given: Annotations, variants: Mapping[str, list[Variant]]) -> "Known":
        """Take annotations, with other variants."""
        named = (given.coding, variants, given.genes, given.wanted, given.avoided, given.exons)
        return cls(*map(Versioned, named))  # type: ignore[arg-type]


def read_places(path: str | os.PathLike[str]) -> dict[str, list[Place]]:
    r"""Read places in transcripts.

    Parameters
    ----------
    path : path-like
        BED, or what else :func:`~deepchem_genomics.genome.read_intervals` reads, in coordinates of the transcripts.

    Returns
    -------
    dict of str to list of tuple of int
        Start and end, 0-based and half-open, by transcript.

    Raises
    ------
    IntervalError, EmptyInputError, GenomeFileError, FileNotFoundError
        As of ``read_intervals``.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "places.bed"
    >>> _ = path.write_text("NM_1.1\t10\t90\nNM_1.1\t200\t260\n")
    >>> read_places(path)
    {'NM_1.1': [(10, 90), (200, 260)]}
    """
    places: dict[str, list[Place]] = defaultdict(list)
    table = read_intervals(path)
    for name, start, end in zip(table["chrom"].tolist(), table["start"].tolist(), table["end"].tolist(), strict=True):
        places[name].append((start, end))
    return dict(places)


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


def read_variants(path: str | os.PathLike[str], exons: Mapping[str, Exons] | None = None) -> dict[str, list[Variant]]:
    """Read variants of transcripts, in coordinates of these or of their genome.

    Parameters
    ----------
    path : path-like
        VCF, plain or compressed; CHROM is the name of the transcript, POS counts from 1 at its 5' end; with ``exons``
        they are those of the genome. What REF and ALT share does not count as a change. Symbolic alleles reach from
        the base after POS to END (or SVLEN bases); ``.``, ``*``, ``<*>`` and ``<NON_REF>`` are passed over.
    exons : mapping of str to Exons, optional
        Where transcripts lie on the genome, as :func:`~deepchem_genomics.sirna.read_exons` gives it: what lies in an
        exon, or reaches into one, is placed on each transcript that has it, and other variants are passed over. On the
        strand -, REF is the reverse complement of what the file has.

    Returns
    -------
    dict of str to list of Variant
        By transcript, of those with a variant; alleles of one record that change the same bases are one, and their
        frequencies, INFO/AF, are added up.

    Raises
    ------
    GenomeFileError, EmptyInputError
        If it is not VCF, or empty, or a record cannot be read.
    ChromosomeNameError
        If there are exons, and no record is on a chromosome of theirs.
    MissingExtraError
        If pysam is not installed.
    """
    path = Path(path)
    if exons is not None:
        return _read_genomic(path, exons)
    variants: dict[str, list[Variant]] = defaultdict(list)
    for number, record in _records(path):
        chrom, pos, name, _ = fixed_fields(record, number, path)
        variants[chrom] += _variants_of(record, number, path, str(pos) if name == "." else name)
    return dict(variants)


def _records(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the records of a file, numbered from 1."""
    number = 0
    with opened_variants(path) as file:
        while records := next_records(file, path, number, _RECORDS):
            yield from enumerate(records, number + 1)
            number += len(records)


def _variants_of(record: Any, number: int, path: Path, called: str) -> Iterator[Variant]:
    """Yield what the alleles of a record change, in the coordinates of the file."""
    ref = fixed_fields(record, number, path)[3]
    spans: dict[tuple[int, int], list[str]] = defaultdict(list)
    alleles, info = record.alts or (), _info(line_of(record, number, path.name))
    frequency_of = dict(zip(alleles, _frequencies(info, len(alleles)), strict=True))
    for alt in alleles:
        span = _changed(record, ref, alt, info)
        if span is not None:
            spans[span].append(alt)
    for span, alts in spans.items():
        known = [frequency for alt in alts if (frequency := frequency_of[alt]) is not None]
        text = f"{called}:{ref}>{','.join(alts)}"
        yield Variant(*span, text, ref.upper(), record.start, sum(known) if known else None)


def _read_genomic(path: Path, exons: Mapping[str, Exons]) -> dict[str, list[Variant]]:
    """Read variants in coordinates of a genome, and place them on transcripts."""
    variants: dict[str, list[Variant]] = defaultdict(list)
    by_place = TranscriptsByPlace(exons)
    number, n_there, other = 0, 0, ""
    for number, record in _records(path):
        chrom, pos, name, ref = fixed_fields(record, number, path)
        ours = by_place.known(chrom, path.name)
        if ours is None:
            other = other or chrom
            continue
        n_there += 1
        is_long = any(alt.startswith("<") for alt in record.alts or ())
        if not is_long and not by_place.over(ours, record.start, record.start + len(ref)):
            continue
        for variant in _variants_of(record, number, path, f"{chrom}:{pos}" if name == "." else name):
            for transcript in by_place.over(ours, variant.start, variant.end):
                if exons[transcript].holds(variant.start, variant.end):
                    variants[transcript].append(_placed(variant, exons[transcript]))
    if number and not n_there:
        chroms = listed(dict.fromkeys(each.chrom for each in exons.values()), 3)
        raise ChromosomeNameError(
            f"{path.name}: none of {counted(number, 'record')} is on a chromosome of the exons: they are on {other!r} "
            f"and the like, and the exons on {chroms}; give variants and exons of one genome, with the same names"
        )
    n_placed = sum(map(len, variants.values()))
    logger.info("%s: %d variants in exons of %d of %d transcripts", path, n_placed, len(variants), len(exons))
    return dict(variants)


_COMPLEMENT = str.maketrans("ACGTRYKMBDHV", "TGCAYRMKVHDB")


def _placed(variant: Variant, exons: Exons) -> Variant:
    """Return a variant of the genome as one of a transcript, with what of REF is in exons."""
    start, end = exons.place(variant.start, variant.end)
    anchor, _ = exons.place(variant.anchor, variant.anchor + len(variant.ref))
    ref = exons.letters(variant.anchor, variant.ref)
    if exons.strand == "-":
        ref = ref.translate(_COMPLEMENT)[::-1]
    return variant._replace(start=start, end=end, ref=ref, anchor=anchor)


_RECORDS = 4096  # at a time
_REACH = re.compile(r"(?:\A|;)(END|SVLEN)=-?(\d+)")
_NUMBER = re.compile(r"\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?")
_FREQUENCIES = re.compile(r"(?:\A|;)AF=([^;\s]*)")
_NO_CHANGE = (".", "*", "<*>", "<NON_REF>")


def _changed(record: Any, ref: str, alt: str, info: str) -> tuple[int, int] | None:
    """Return which bases an allele replaces or removes, 0-based and half-open; None if it changes nothing."""
    if alt in _NO_CHANGE or alt.upper() == ref.upper():
        return None
    if "[" in alt or "]" in alt:  # joined to another place behind this base, or before it
        return record.start, record.start + len(ref)
    if not alt.startswith("<"):
        left, removed, _ = trimmed(ref, alt)
        return record.start + left, record.start + left + len(removed)
    start = int(record.pos)  # of the base after POS
    if alt.startswith("<INS"):
        return start, start
    given = dict(_REACH.findall(info))
    end = int(given.get("END", 0)) or start + int(given.get("SVLEN", 0))
    return (start, end) if end > start else (record.start, record.start + len(ref))


def _info(line: str) -> str:
    """Return INFO as it is written, even what the header does not declare."""
    return line.rstrip("\r\n").split("\t")[7]


def _frequencies(info: str, n_alleles: int) -> list[float | None]:
    """Return INFO/AF of each allele, None where it has none."""
    found = _FREQUENCIES.search(info)
    texts = found[1].split(",") if found else []
    if len(texts) != n_alleles:
        return [None] * n_alleles
    return [float(text) if _NUMBER.fullmatch(text) else None for text in texts]


class Fitting(NamedTuple):
    """Variants that are of a transcript as it is, and how many are not."""

    variants: list[Variant]
    n_past: int = 0
    n_other: int = 0


def fitting(variants: list[Variant], sequence: str) -> Fitting:
    """Leave out variants that reach past the end of a transcript, and those whose REF is not what it has there.

    Parameters
    ----------
    variants : list of Variant
        Of the transcript.
    sequence : str
        The transcript, A, C, G, U and N.

    Returns
    -------
    Fitting
        The others, with the counts.
    """
    kept, n_past, n_other = list[Variant](), 0, 0
    for variant in variants:
        there = sequence[variant.anchor : variant.anchor + len(variant.ref)].replace("U", "T")
        if max(variant.end, variant.anchor + len(variant.ref)) > len(sequence):
            n_past += 1
        elif variant.ref and not agrees(variant.ref, there):
            n_other += 1
        else:
            kept.append(variant)
    return Fitting(kept, n_past, n_other)


def regions_of(
    starts: NDArray[np.int64], length: int, n_bases: int, coding: tuple[int, int], name: str
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Find the part of a transcript that each site lies in.

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
    region = np.full(len(starts), REGIONS[1], dtype=object)
    region[middle < begin] = REGIONS[0]
    region[middle >= end] = REGIONS[2]
    return region, starts >= begin + BEYOND_START


def variants_in(starts: NDArray[np.int64], length: int, variants: list[Variant]) -> NDArray[np.object_]:
    """Name the variants within sites."""
    names = np.full(len(starts), "", dtype=object)
    for variant in variants:
        first, last = np.searchsorted(starts, [variant.start - length + 1, variant.end])
        for row in range(first, last):
            names[row] = f"{names[row]}, {variant.name}" if names[row] else variant.name
    return names


def places_of(given: Versioned[list[Place]], name: str, n_bases: int) -> list[Place]:
    """Return the places of a transcript, sorted; OutOfBoundsError if one ends past it."""
    places = sorted(given.get(name) or [])
    for start, end in places:
        if end > n_bases:
            raise OutOfBoundsError(
                f"the place {start}-{end} of {name!r} ends {end - n_bases} bases past the transcript ({n_bases}); give "
                "coordinates of this transcript, 0-based"
            )
    return places


def within(starts: NDArray[np.int64], length: int, places: list[Place]) -> NDArray[np.bool_]:
    """Find the sites that lie within places; places that touch are one.

    >>> within(np.arange(8), 3, [(1, 4), (4, 6), (7, 9)]).tolist()
    [False, True, True, True, False, False, False, False]
    """
    inside = np.zeros(len(starts), dtype=bool)
    reach: list[list[int]] = []
    for start, end in places:
        if reach and start <= reach[-1][1]:
            reach[-1][1] = max(end, reach[-1][1])
        else:
            reach.append([start, end])
    for start, end in reach:
        inside |= (starts >= start) & (starts + length <= end)
    return inside


def touched(starts: NDArray[np.int64], length: int, places: list[Place]) -> NDArray[np.bool_]:
    """Find the sites that share a base with places.

    >>> touched(np.arange(6), 2, [(2, 4)]).tolist()
    [False, True, True, True, False, False]
    """
    found = np.zeros(len(starts), dtype=bool)
    for start, end in places:
        found |= (starts < end) & (starts + length > start)
    return found


def require_names(what: str, given: Versioned[Any], met: set[str]) -> None:
    """Raise BadValueError if no transcript has a name of an annotation."""
    if unknown := unknown_names(what, given, met):
        raise BadValueError(f"{unknown}; correct or remove it")


def unknown_names(what: str, given: Versioned[Any], met: set[str]) -> str:
    """Report the names of an annotation that no transcript has."""
    unknown = [name for name in given if name not in met]
    if not unknown:
        return ""
    text = (
        f"{len(unknown)} of {len(given.values)} names in the {what} are of no transcript given, such as {unknown[0]!r}"
    )
    stems = {without_version(name): name for name in met}
    for name in unknown:
        if without_version(name) in stems:
            return f"{text}; {name!r} is another version of a transcript given, with coordinates of its own"
    return text
