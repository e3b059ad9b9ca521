"""The three kinds of file that hold a genome, made to answer one question: the bases from here to there.

``PlainFasta``
    A FASTA file, mapped into memory: only what is asked for is read, and all processes share it.
``BgzipFasta``
    FASTA in bgzip's blocks, read through pysam: only the blocks asked for are unpacked.
``TwoBit``
    A UCSC 2bit file, read through py2bit: in its own module, :mod:`deepchem_genomics.genome.two_bit`.

:func:`open_sequence_file` tells them apart by their first bytes, not by their names. A FASTA file in plain gzip has no
random access, so it is unpacked once into the cache folder.
"""

import os
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import GenomeFileError
from deepchem_genomics.genome.fasta_index import FastaRecord
from deepchem_genomics.genome.letters import require_letters
from deepchem_genomics.genome.random_access import (
    block_index_of,
    fasta_index_of,
    import_for,
    open_gzip,
    unpacked_copy,
)
from deepchem_genomics.genome.two_bit import TwoBit, is_two_bit

__all__ = ["BgzipFasta", "PlainFasta", "SequenceFile", "open_sequence_file"]

_BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")  # SAM specification, 4.1.2


class SequenceFile(Protocol):
    """What a genome file can be asked."""

    sizes: dict[str, int]

    def read(self, chromosome: str, start: int, end: int) -> NDArray[np.uint8]:
        """Read upper-case letters, (end - start,), of a stretch that lies within the chromosome."""

    def close(self) -> None:
        """Let go of the file."""


def open_sequence_file(path: Path, cache_dir: str | os.PathLike[str] | None = None) -> SequenceFile:
    """Open a genome file of any kind.

    Parameters
    ----------
    path : Path
        FASTA, plain or compressed with bgzip or gzip; or 2bit.
    cache_dir : path-like, optional
        Where an unpacked copy goes, and an index that must not lie beside the file.

    Returns
    -------
    SequenceFile
        Opened.

    Raises
    ------
    GenomeFileError
        If the path is a folder, or the file is damaged or of no such kind.
    EmptyInputError
        If the file is empty.
    UnknownBaseError
        If a FASTA file that has no index yet has a letter that is not an IUPAC code of DNA.
    FileNotFoundError
        If there is no such file.
    MissingExtraError
        If the kind of file needs a package that is not installed.
    """
    if path.is_dir():
        raise GenomeFileError(f"{path} is a folder; a genome is one file, FASTA or 2bit; give the file")
    with path.open("rb") as file:
        begin = file.read(18)
    if is_two_bit(begin):
        return TwoBit(path)
    if begin[:4] == b"\x1f\x8b\x08\x04" and begin[12:14] == b"BC":
        return BgzipFasta(path, cache_dir)
    if begin[:2] == b"\x1f\x8b":
        return PlainFasta(*unpacked_copy(path, cache_dir), name=path.name)
    records, _ = fasta_index_of(path, cache_dir)
    return PlainFasta(path, records, name=path.name)


class PlainFasta:
    """An uncompressed FASTA file.

    Parameters
    ----------
    path : Path
        The file.
    records : list of FastaRecord
        Its index.
    name : str
        What errors call it: for an unpacked copy, the file that it was made from.
    """

    def __init__(self, path: Path, records: list[FastaRecord], name: str) -> None:
        self.name = name
        self.records = {record.name: record for record in records}
        self.sizes = {record.name: record.length for record in records}
        self._bytes: NDArray[np.uint8] = np.memmap(path, dtype=np.uint8, mode="r")

    def read(self, chromosome: str, start: int, end: int) -> NDArray[np.uint8]:
        """Read upper-case letters, (end - start,)."""
        record = self.records[chromosome]
        first_line, last_line = start // record.line_bases, (end - 1) // record.line_bases
        begin = record.offset + first_line * record.line_width
        skip = start - first_line * record.line_bases
        if first_line == last_line:  # a line can be a whole chromosome, of which no more is read than is wanted
            letters = np.array(self._bytes[begin + skip : begin + skip + end - start])
            return require_letters(letters, start, chromosome, self.name)
        lines = np.array(self._bytes[begin : begin + (last_line + 1 - first_line) * record.line_width])
        if record.line_width > record.line_bases:  # there are line ends to leave out
            short = -len(lines) % record.line_width  # the last line of a file may be shorter
            lines = np.pad(lines, (0, short)).reshape(-1, record.line_width)[:, : record.line_bases].reshape(-1)
        return require_letters(lines[skip : skip + end - start], start, chromosome, self.name)

    def close(self) -> None:
        """Let go of the file."""
        self._bytes = np.empty(0, np.uint8)


class BgzipFasta:
    """A FASTA file compressed with bgzip.

    Parameters
    ----------
    path : Path
        The file.
    cache_dir : path-like, optional
        Where its indices go if they must not lie beside it.
    """

    def __init__(self, path: Path, cache_dir: str | os.PathLike[str] | None = None) -> None:
        with path.open("rb") as file:
            file.seek(-min(len(_BGZIP_END), path.stat().st_size), os.SEEK_END)
            if file.read() != _BGZIP_END:
                raise GenomeFileError(
                    f"{path.name} is cut short: it lacks the block that ends a bgzip file; copy or download it again"
                )
        self.name = path.name
        pysam = import_for("pysam", path)
        records, index = fasta_index_of(path, cache_dir, open_gzip)
        self.sizes = {record.name: record.length for record in records}
        blocks = str(block_index_of(path, cache_dir))
        try:
            self._fasta = pysam.FastaFile(str(path), filepath_index=str(index), filepath_index_compressed=blocks)
        except (OSError, ValueError):
            raise self._not_of(f"{path.name} cannot be opened with its index") from None

    def read(self, chromosome: str, start: int, end: int) -> NDArray[np.uint8]:
        """Read upper-case letters, (end - start,)."""
        try:
            letters = np.frombuffer(self._fasta.fetch(chromosome, start, end).encode("latin-1"), np.uint8)
        except (OSError, ValueError):  # with any number of the system's that htslib left behind
            letters = np.empty(0, np.uint8)
        if len(letters) != end - start:
            raise self._not_of(f"{self.name} has {len(letters)} of the bases {chromosome}:{start}-{end}")
        return require_letters(letters, start, chromosome, self.name)

    def close(self) -> None:
        """Let go of the file."""
        self._fasta.close()

    @staticmethod
    def _not_of(what: str) -> GenomeFileError:
        return GenomeFileError(f"{what}; its index does not belong to it; delete the .fai and .gzi files")
