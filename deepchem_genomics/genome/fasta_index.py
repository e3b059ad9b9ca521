"""Reading a FASTA file through once, to see whether it is whole and where each record begins.

The answer is what ``samtools faidx`` writes, line for line, so that an index made by either serves both. But where
samtools passes over a fault or says "truncated file", here the error names the line and the record.
"""

import zlib
from gzip import BadGzipFile
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from deepchem_genomics.errors import EmptyInputError, GenomeFileError
from deepchem_genomics.genome.letters import LETTERS, UPPER, unknown_letter

__all__ = ["FastaRecord", "index_belongs", "read_index", "scan_fasta", "write_index"]

_LETTERS = (LETTERS + LETTERS.lower()).encode()
_IS_LETTER = UPPER > 0
_WORTH_A_LOOK = 4  # lines


class FastaRecord(NamedTuple):
    """Where one record lies in its file: a line of a ``.fai`` file."""

    name: str  # first word of the header
    length: int  # bp
    offset: int  # of its first base, in bytes
    line_bases: int
    line_width: int  # bytes: the bases and the line end


def scan_fasta(file: BufferedReader, name: str, copy: BinaryIO | None = None) -> list[FastaRecord]:
    r"""Read every line of a FASTA file, checking it, and note where the records are.

    Windows line ends are read like any other. Blank lines are allowed before and after a record, not within one.

    Parameters
    ----------
    file : BufferedReader
        The file, as ``open`` gives it in binary mode.
    name : str
        What error messages call the file.
    copy : file opened for writing bytes, optional
        Where every line is written as it passes.

    Returns
    -------
    list of FastaRecord
        In the order of the file.

    Raises
    ------
    EmptyInputError
        If there are no lines, or only blank ones.
    GenomeFileError
        If the file does not begin with ``>``, a record has no name, no bases, the name of another, or lines of
        unequal length; or the compressed file ends in the middle.
    UnknownBaseError
        If a sequence has a letter that is not an IUPAC code of DNA.

    Examples
    --------
    >>> import io
    >>> scan_fasta(io.BufferedReader(io.BytesIO(b">chr1 first\nACGT\nAC\n")), "toy.fa")
    [FastaRecord(name='chr1', length=6, offset=12, line_bases=4, line_width=5)]
    """
    records: list[_OpenRecord] = []
    first_line: dict[str, int] = {}
    offset = number = 0
    try:
        while line := file.readline():
            number += 1
            offset += len(line)
            if line.startswith(b">"):
                if b"\r" in line.rstrip(b"\r\n"):
                    raise GenomeFileError(
                        f"{name}:{number}: the header has a carriage return before its end, as where lines end with "
                        "nothing else; write one line end throughout, for example with 'mac2unix'"
                    )
                _require_bases(records, name)
                records.append(_OpenRecord(_record_name(line, name, number, first_line), number, offset, name))
            elif records:
                records[-1].add(line, number)
            elif line.strip():
                begin = line[:20].decode("latin-1").rstrip("\r\n")
                raise GenomeFileError(
                    f"{name}:{number}: the file begins with {begin!r}; a FASTA file begins with '>' and the name of "
                    "a record; give a FASTA or 2bit file"
                )
            alike = records[-1].take_lines_alike(file) if records else b""
            number += alike.count(b"\n")
            offset += len(alike)
            if copy is not None:
                copy.write(line + alike)
    except (EOFError, BadGzipFile, zlib.error) as error:
        inside = f"record {records[-1].name!r}" if records else "the first record"
        raise GenomeFileError(
            f"{name} ends in the middle, in {inside} after line {number}: {error}; copy or download it again"
        ) from None
    if not records:
        raise EmptyInputError(f"{name} is empty; a FASTA file has at least one record; copy or download it again")
    _require_bases(records, name)
    return [record.closed() for record in records]


class _OpenRecord:
    """A record whose lines are being read."""

    def __init__(self, name: str, header_line: int, offset: int, file: str) -> None:
        self.name, self.header_line, self.offset, self.file = name, header_line, offset, file
        self.length = self.line_bases = self.line_width = 0
        self.line_end = b"\n"
        self.ended = False  # a shorter line has come: it must be the last

    def add(self, line: bytes, number: int) -> None:
        """Check one line and count its bases."""
        usual = len(line) == self.line_width and line.endswith(self.line_end) and not self.ended
        bases = line[: self.line_bases] if usual else line.rstrip(b"\r\n")
        if bases.translate(None, _LETTERS):
            position = next(i for i, byte in enumerate(bases) if byte not in _LETTERS)
            where = f"{self.file}:{number}: record {self.name!r}"
            raise unknown_letter(chr(bases[position]), where, self.length + position)
        if not usual:
            self._take_line_length(line, len(bases), number)
        self.length += len(bases)

    def take_lines_alike(self, file: BufferedReader) -> bytes:
        """Read on over lines like the one before, as far as they are in the file's buffer: most of a genome."""
        n_lines = 0 if self.ended or not self.line_width else len(file.peek()) // self.line_width
        if n_lines < _WORTH_A_LOOK:
            return b""
        lines = np.frombuffer(file.peek(), np.uint8, n_lines * self.line_width).reshape(n_lines, self.line_width)
        line_end = np.frombuffer(self.line_end, np.uint8)
        alike = _IS_LETTER[lines[:, : self.line_bases]].all(axis=1) & (lines[:, self.line_bases :] == line_end).all(
            axis=1
        )
        if not alike.all():
            n_lines = int(np.argmin(alike))
        self.length += n_lines * self.line_bases
        return file.read(n_lines * self.line_width)

    def _take_line_length(self, line: bytes, n_bases: int, number: int) -> None:
        """Look at a line that is not like the one before: the first, the last, or one too long or too short."""
        if not n_bases:
            self.ended = self.ended or self.length > 0
        elif not self.length:
            # A one-line record at the end of the file may lack its line end; samtools counts none then.
            self.line_bases, self.line_width, self.line_end = n_bases, len(line), line[n_bases:]
            self.ended = not self.line_end
            if number != self.header_line + 1:
                self._complain(f"{self.file}:{number - 1}: record {self.name!r} has a blank line before its bases")
        elif line[n_bases:] not in (self.line_end, b""):
            raise GenomeFileError(
                f"{self.file}:{number}: record {self.name!r} has a line that ends with {_spelt(line[n_bases:])} after "
                f"lines that end with {_spelt(self.line_end)}; all lines of a record must end alike, for random "
                "access; write one line end throughout, for example with 'dos2unix'"
            )
        elif self.ended or n_bases > self.line_bases:
            self._complain(
                f"{self.file}:{number}: record {self.name!r} has a line of {n_bases} bases ({len(line)} bytes) after "
                f"lines of {self.line_bases} ({self.line_width} bytes), or after its last, shorter one"
            )
        else:
            self.ended = True

    def _complain(self, what: str) -> None:
        raise GenomeFileError(
            f"{what}; all lines of a record but the last must be equally long, for random access; rewrap the file, "
            "for example with 'seqkit seq -w 60'"
        )

    def closed(self) -> FastaRecord:
        return FastaRecord(self.name, self.length, self.offset, self.line_bases, self.line_width)


def _spelt(line_end: bytes) -> str:
    return " ".join({13: "CR", 10: "LF"}[byte] for byte in line_end) or "nothing"


def _record_name(line: bytes, file: str, number: int, first_line: dict[str, int]) -> str:
    words = line[1:].decode("utf-8", "replace").split()
    if not words or line[1:2].isspace():
        raise GenomeFileError(f"{file}:{number}: a record has no name; write one after the '>', without a space")
    if words[0] in first_line:
        raise GenomeFileError(
            f"{file}:{number}: record {words[0]!r} is there already, from line {first_line[words[0]]}; the first word "
            "of a header must be unique; rename or drop one"
        )
    first_line[words[0]] = number
    return words[0]


def _require_bases(records: list[_OpenRecord], file: str) -> None:
    if records and not records[-1].length:
        raise GenomeFileError(
            f"{file}:{records[-1].header_line}: record {records[-1].name!r} is empty; a record needs at least one "
            "base; drop it or give its sequence"
        )


def write_index(records: list[FastaRecord], path: Path) -> None:
    """Write a ``.fai`` file.

    Parameters
    ----------
    records : list of FastaRecord
        What :func:`scan_fasta` found.
    path : Path
        The file to write.
    """
    path.write_text("".join("\t".join(map(str, record)) + "\n" for record in records), encoding="utf-8")


def read_index(path: Path) -> list[FastaRecord]:
    """Read a ``.fai`` file.

    Parameters
    ----------
    path : Path
        As :func:`write_index` or samtools wrote it.

    Returns
    -------
    list of FastaRecord
        Empty if the file is not such an index.
    """
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    try:
        return [FastaRecord(row[0], *map(int, row[1:5])) for row in rows]
    except (TypeError, ValueError):
        return []


def index_belongs(records: list[FastaRecord], n_bytes: int) -> bool:
    """Tell whether every record of an index lies within a file, as far as can be seen without reading it.

    Parameters
    ----------
    records : list of FastaRecord
        What an index says.
    n_bytes : int
        Size of the file, uncompressed.

    Returns
    -------
    bool
        False if there are no records, a record is impossible, two have one name, or one reaches past the end.
    """
    possible = (
        record.length > 0 < record.offset
        and 0 < record.line_bases <= record.line_width
        and record.offset + record.length + (record.length - 1) // record.line_bases * _end_width(record) <= n_bytes
        for record in records
    )
    return bool(records) and len({record.name for record in records}) == len(records) and all(possible)


def _end_width(record: FastaRecord) -> int:
    return record.line_width - record.line_bases
