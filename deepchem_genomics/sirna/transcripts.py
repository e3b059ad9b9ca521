"""Transcripts of a FASTA file, checked: what is not RNA or DNA stops the job, what is of no use is counted."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from deepchem_genomics.errors import (
    AlphabetMismatchError,
    BadValueError,
    EmptyInputError,
    GenomeFileError,
    UnknownBaseError,
)
from deepchem_genomics.io.fasta import Names, Record, read_records
from deepchem_genomics.sirna.headers import Gene, read_heading

__all__ = ["Intake", "Transcript", "read_transcripts", "transcript_records"]

SITE = 21
"""Length of a site, of its guide and of its passenger strand."""

_NOT_NUCLEOTIDE = re.compile("[^ACGTUNRYSWKMBDHVacgtunryswkmbdhv]")
_NOT_KNOWN = re.compile("[^ACGU]")


class Transcript(NamedTuple):
    """A sequence to find sites in."""

    name: str
    sequence: str  # A, C, G, U, and N where a base is not known
    gene: Gene = Gene()
    coding: tuple[int, int] | None = None  # start and end of the coding sequence, 0-based and half-open
    label: str = ""  # what the ids of its sites begin with
    isoforms: tuple[tuple[str, str], ...] = ()  # names and sequences of other records of its gene


def transcript_records(path: str | os.PathLike[str]) -> Iterator[Record]:
    """Read a FASTA file of transcripts, one record at a time, in upper case, under the names of ``read_heading``.

    Raises
    ------
    UnknownBaseError
        If a letter stands for no nucleotides.
    EmptyInputError, GenomeFileError, DuplicateIdError, FileNotFoundError
        As for :func:`~deepchem_genomics.io.fasta.read_records`.
    """
    yield from _checked(read_records(path), os.fspath(path))


def _checked(records: Iterable[Record], where: str) -> Iterator[Record]:
    names = Names(where)
    for record in records:
        name = names.add(read_heading(record.header).name, record.line)
        wrong = _NOT_NUCLEOTIDE.search(record.sequence)
        if wrong:
            raise UnknownBaseError(
                f"{where}:{record.line}: record {name!r} has {wrong[0]!r} at position {wrong.start() + 1}, which "
                "stands for no nucleotide; give the sequence of an mRNA, as RNA or DNA, not of a protein"
            )
        # in upper case after the check: that of one ß is SS
        yield Record(name, record.header, record.sequence.upper(), None, record.line)


@dataclass
class Intake:
    """What became of the records, counted.

    Parameters
    ----------
    records : int
        Read.
    kept : int
        Looked through for sites.
    refused : list of tuple of str
        Name and reason of each other one.
    windows : int
        Windows of 21 nt of the records that were kept.
    unknown_windows : int
        Those of them with a letter that is not A, C, G, U or T: no sites.
    coding_of_other : int
        Records whose header has the coding sequence of a transcript of another length, which is not used.
    """

    records: int = 0
    kept: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    windows: int = 0
    unknown_windows: int = 0
    coding_of_other: int = 0


def read_transcripts(
    source: str | os.PathLike[str] | Mapping[str, str], intake: Intake | None = None
) -> Iterator[Transcript]:
    """Read transcripts, leave out those without a site and those that repeat an earlier one, and count them."""
    intake = Intake() if intake is None else intake
    where = "the transcripts" if isinstance(source, Mapping) else os.fspath(source)
    records = _checked(_given(source), where) if isinstance(source, Mapping) else transcript_records(source)
    first_of: dict[bytes, str] = {}
    for record in records:
        intake.records += 1
        sequence = _as_rna(record, where)
        twin = first_of.setdefault(hashlib.sha1(sequence.encode()).digest(), record.name)
        if len(sequence) < SITE:
            intake.refused.append((record.name, f"{len(sequence)} nt; a site has {SITE}"))
        elif twin != record.name:
            intake.refused.append((record.name, f"same sequence as {twin}"))
        else:
            intake.kept += 1
            heading = read_heading(record.header)
            coding = heading.coding
            if coding is not None and (coding[1] > len(sequence) or heading.length not in (None, len(sequence))):
                intake.coding_of_other += 1
                coding = None
            yield Transcript(record.name, sequence, heading.gene, coding)
    if not intake.kept:
        raise EmptyInputError(
            f"{where}: none of {intake.records} records has {SITE} nt or more; give whole transcripts"
        )


def _given(sequences: Mapping[str, str]) -> Iterator[Record]:
    for number, (header, sequence) in enumerate(sequences.items(), 1):
        if not str(header).strip():
            raise GenomeFileError(f"the transcripts: record {number} has no name; give one")
        yield Record(str(header), str(header), sequence, None, number)


def _as_rna(record: Record, where: str) -> str:
    if "T" in record.sequence and "U" in record.sequence:
        raise AlphabetMismatchError(
            f"{where}: record {record.name!r} has both T and U; give a sequence as DNA or as RNA, not mixed"
        )
    return _NOT_KNOWN.sub("N", record.sequence.replace("T", "U"))


def one_a_gene(transcripts: Iterable[Transcript], intake: Intake) -> Iterator[Transcript]:
    """Yield the first transcript of each gene with the others as its isoforms, which are counted as left out.

    BadValueError if the records of a gene are not next to each other.
    """
    seen = set[str]()
    for key, group in groupby(transcripts, lambda each: each.gene.accession or each.gene.symbol or each.name):
        first, *others = group
        if key in seen:
            raise BadValueError(
                f"record {first.name!r} of the gene {key} is not next to the other records of this gene; sort the "
                "records by gene, or design without common"
            )
        seen.add(key)
        intake.kept -= len(others)
        intake.refused += [(other.name, f"isoform of {first.name}") for other in others]
        yield first._replace(isoforms=tuple((other.name, other.sequence) for other in others))


def batches(transcripts: Iterable[Transcript], n_bases: int) -> Iterator[list[Transcript]]:
    """Collect transcripts until they have so many bases together."""
    batch, size = list[Transcript](), 0
    for transcript in transcripts:
        batch.append(transcript)
        size += len(transcript.sequence)
        if size >= n_bases:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
