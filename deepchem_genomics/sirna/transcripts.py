"""Transcripts of a FASTA file, checked: what is not RNA or DNA stops the job, what is of no use is counted."""

import gzip
import hashlib
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from deepchem_genomics.data.text_layout import open_text
from deepchem_genomics.errors import (
    AlphabetMismatchError,
    BadValueError,
    DuplicateIdError,
    EmptyInputError,
    UnknownBaseError,
)

__all__ = ["FastaRecord", "Intake", "Transcript", "fasta_records", "gene_in_header", "take_in"]

SITE = 21
"""Length of a site, of its guide and of its passenger strand."""

_NOT_NUCLEOTIDE = re.compile("[^ACGTUNRYSWKMBDHVacgtunryswkmbdhv]")
_NOT_KNOWN = re.compile("[^ACGU]")
_GENE = re.compile(r"\bgene:(\S+)")
_GENCODE = re.compile(r"[^|\s]+\|(ENS[A-Z]*G\d+[^|\s]*)\|")


class FastaRecord(NamedTuple):
    """A record of a FASTA file."""

    name: str  # first word of the header
    header: str  # without the ">"
    sequence: str  # upper case, as it was otherwise
    line: int  # of the header, from 1


class Transcript(NamedTuple):
    """A sequence to find sites in."""

    name: str
    sequence: str  # A, C, G, U, and N where a base is not known
    gene: str  # "" if the header does not tell


def fasta_records(path: str | os.PathLike[str]) -> Iterator[FastaRecord]:
    """Read a FASTA file of transcripts, one record at a time.

    Lines may be of any length, blank lines are passed over, and gzip is known by its content.
    """
    path = Path(path)
    lines_of: dict[str, int] = {}
    header, number, parts = "", 0, list[str]()
    try:
        with open_text(path) as file:
            for at, text in enumerate(file, 1):
                line = text.strip()
                if line.startswith(">"):
                    if number:
                        yield _record(path, header, parts, number, lines_of)
                    header, number, parts = line[1:], at, []
                elif line and not number:
                    raise BadValueError(
                        f"{path}:{at}: the file begins with {line[:20]!r}; FASTA begins with '>' and a name"
                    )
                elif line:
                    parts.append(line)
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise BadValueError(f"{path} is neither text nor whole gzip ({error}); copy or download it again") from None
    if not number:
        raise EmptyInputError(f"{path} is empty; expected FASTA: '>', a name, and lines of A, C, G and U or T")
    yield _record(path, header, parts, number, lines_of)


def _record(path: Path, header: str, parts: list[str], number: int, lines_of: dict[str, int]) -> FastaRecord:
    words = header.split()
    if not words or header[0].isspace():
        raise BadValueError(f"{path}:{number}: a record has no name; write one after the '>', without a space")
    name, sequence = words[0], "".join(parts)
    if name in lines_of:
        raise DuplicateIdError(
            f"{path}:{number}: record {name!r} is there already, from line {lines_of[name]}; the first word of a "
            "header must be unique; rename or drop one"
        )
    lines_of[name] = number
    wrong = _NOT_NUCLEOTIDE.search(sequence)
    if wrong:
        raise UnknownBaseError(
            f"{path}:{number}: record {name!r} has {wrong[0]!r} at position {wrong.start() + 1}, which stands for no "
            "nucleotide; give the sequence of an mRNA, as RNA or DNA, not of a protein"
        )
    return FastaRecord(name, header, sequence.upper(), number)  # upper case after the check: that of one ß is SS


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


def take_in(source: str | os.PathLike[str] | Mapping[str, str], intake: Intake | None = None) -> Iterator[Transcript]:
    """Read transcripts, leave out those without a site and those that repeat an earlier one, and count them."""
    intake = Intake() if intake is None else intake
    where = "the transcripts" if isinstance(source, Mapping) else os.fspath(source)
    records = _given(source) if isinstance(source, Mapping) else fasta_records(source)
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


def _given(sequences: Mapping[str, str]) -> Iterator[FastaRecord]:
    for number, (name, sequence) in enumerate(sequences.items(), 1):
        yield _record(Path("transcripts"), str(name), [sequence], number, {})


def _as_rna(record: FastaRecord, where: str) -> str:
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
