"""Transcripts of a FASTA file, checked: what is not RNA or DNA stops the job, what is of no use is counted."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from deepchem_genomics.errors import AlphabetMismatchError, EmptyInputError, UnknownBaseError
from deepchem_genomics.io.fasta import Names, Record, read_records

__all__ = ["Intake", "Transcript", "gene_in_header", "read_transcripts", "transcript_records"]

SITE = 21
"""Length of a site, of its guide and of its passenger strand."""

_NOT_NUCLEOTIDE = re.compile("[^ACGTUNRYSWKMBDHVacgtunryswkmbdhv]")
_NOT_KNOWN = re.compile("[^ACGU]")
_GENE = re.compile(r"\bgene:(\S+)")
_GENCODE = re.compile(r"[^|\s]+\|(ENS[A-Z]*G\d+[^|\s]*)\|")


class Transcript(NamedTuple):
    """A sequence to find sites in."""

    name: str
    sequence: str  # A, C, G, U, and N where a base is not known
    gene: str  # "" if the header does not tell


def transcript_records(path: str | os.PathLike[str]) -> Iterator[Record]:
    """Read a FASTA file of transcripts, one record at a time, in upper case.

    Raises
    ------
    UnknownBaseError
        If a letter stands for no nucleotides.
    EmptyInputError, GenomeFileError, DuplicateIdError, FileNotFoundError
        As for :func:`~deepchem_genomics.io.fasta.read_records`.
    """
    for record in read_records(path, unique=True):
        yield _checked(record, os.fspath(path))


def _checked(record: Record, where: str) -> Record:
    wrong = _NOT_NUCLEOTIDE.search(record.sequence)
    if wrong:
        raise UnknownBaseError(
            f"{where}:{record.line}: record {record.name!r} has {wrong[0]!r} at position {wrong.start() + 1}, which "
            "stands for no nucleotide; give the sequence of an mRNA, as RNA or DNA, not of a protein"
        )
    # in upper case after the check: that of one ß is SS
    return Record(record.name, record.header, record.sequence.upper(), None, record.line)


def gene_in_header(header: str) -> str:
    """Find the gene in the header of a transcript of Ensembl or GENCODE.

    Examples
    --------
    >>> gene_in_header("ENST00000456328.2 cdna chromosome:GRCh38:1 gene:ENSG00000290825.1 gene_biotype:lncRNA")
    'ENSG00000290825'
    >>> gene_in_header("ENST00000456328.2|ENSG00000290825.1|-|OTTHUMT00000362751.1|DDX11L2-202|")
    'ENSG00000290825'
    """
    found = _GENE.search(header) or _GENCODE.match(header)
    return found[1].split(".")[0] if found else ""


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
    """

    records: int = 0
    kept: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    windows: int = 0
    unknown_windows: int = 0


def read_transcripts(
    source: str | os.PathLike[str] | Mapping[str, str], intake: Intake | None = None
) -> Iterator[Transcript]:
    """Read transcripts, leave out those without a site and those that repeat an earlier one, and count them."""
    intake = Intake() if intake is None else intake
    where = "the transcripts" if isinstance(source, Mapping) else os.fspath(source)
    records = _given(source) if isinstance(source, Mapping) else transcript_records(source)
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
            yield Transcript(record.name, sequence, gene_in_header(record.header))
    if not intake.kept:
        raise EmptyInputError(
            f"{where}: none of {intake.records} records has {SITE} nt or more; give whole transcripts"
        )


def _given(sequences: Mapping[str, str]) -> Iterator[Record]:
    names = Names("transcripts", unique=False)
    for number, (header, sequence) in enumerate(sequences.items(), 1):
        name = names.add(str(header), number)
        yield _checked(Record(name, str(header), sequence, None, number), "transcripts")


def _as_rna(record: Record, where: str) -> str:
    if "T" in record.sequence and "U" in record.sequence:
        raise AlphabetMismatchError(
            f"{where}: record {record.name!r} has both T and U; give a sequence as DNA or as RNA, not mixed"
        )
    return _NOT_KNOWN.sub("N", record.sequence.replace("T", "U"))


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
