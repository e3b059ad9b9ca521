"""The three kinds of file that hold a genome, with one method: read the bases of stretches of a chromosome.

``PlainFasta``
    A FASTA file: only what is requested is read.
``BgzipFasta``
    FASTA in bgzip's blocks, read through pysam: only the requested blocks are unpacked.
``TwoBit``
    A UCSC 2bit file, read through py2bit, which takes a process down with it when a file is cut short: so whether the
    file is whole is checked first.

:func:`open_sequence_file` recognizes them by their first bytes, not by their names. FASTA in another compression has
no random access, so it is unpacked once into the cache folder.
"""

import logging
import os
import struct
import weakref
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import GenomeFileError
from deepchem_genomics.io.fasta import GenomeLetters
from deepchem_genomics.io.fasta_index import FastaRecord, block_index_of, fasta_index_of, unpacked_copy
from deepchem_genomics.io.opening import begin_of, compression_of, import_for, readable

__all__ = ["BgzipFasta", "PlainFasta", "SequenceFile", "TwoBit", "is_two_bit", "open_sequence_file"]

_LOG = logging.getLogger(__name__)
_TWO_BIT = 0x1A412743
_BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")  # SAM specification, 4.1.2


class SequenceFile(Protocol):
    """What a genome file can be asked."""

    sizes: dict[str, int]
    widest_gap: int  # bp; reading on over it costs about as much as beginning again

    def read(self, chromosome: str, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Read the upper-case letters of stretches that lie within the chromosome, one after the other."""

    def close(self) -> None:
        """Close the file."""


def open_sequence_file(path: Path, cache_dir: str | os.PathLike[str] | None = None) -> SequenceFile:
    """Open a genome file of any kind.

    An unpacked copy, or an index that must not lie next to the file, is in ``cache_dir``.
    """
    if path.is_dir():
        raise GenomeFileError(f"{path} is a folder; a genome is one file, FASTA or 2bit; give the file")
    name, path = path.name, readable(path)
    begin = begin_of(path)
    if is_two_bit(begin):
        return TwoBit(path)
    compression = compression_of(begin)
    if compression == "bgzip":
        return BgzipFasta(path, cache_dir)
    if compression is not None:
        return PlainFasta(*unpacked_copy(path, cache_dir), name=name)
    records, _ = fasta_index_of(path, cache_dir)
    return PlainFasta(path, records, name=name)


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

    widest_gap = 1 << 10

    def __init__(self, path: Path, records: list[FastaRecord], name: str) -> None:
        self.name, self._checked = name, GenomeLetters(name)
        self.records = {record.name: record for record in records}
        self.sizes = {record.name: record.length for record in records}
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)  # not mapped: if it is cut meanwhile, that would crash
        self._close = weakref.finalize(self, os.close, self._file)

    def read(self, chromosome: str, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Read upper-case letters of stretches."""
        record = self.records[chromosome]
        bases, width = record.line_bases, record.line_width
        n_line_ends = (ends - 1) // bases - starts // bases  # within each stretch
        counts = ends - starts + n_line_ends * (width - bases)  # of bytes
        after = np.cumsum(counts)
        begins = record.offset + starts // bases * width + starts % bases
        letters = np.empty(counts.sum(), np.uint8)
        into = letters.data
        for i, (begin, count, end) in enumerate(zip(begins.tolist(), counts.tolist(), after.tolist(), strict=True)):
            if os.preadv(self._file, [into[end - count : end]], begin) < count:
                self._read_on(into[end - count : end], begin, f"{chromosome}:{starts[i]}-{ends[i]}")
        if width > bases and n_line_ends.any():
            firsts = after - counts + bases - starts % bases  # where the first line of each stretch ends
            n_before = np.cumsum(n_line_ends) - n_line_ends
            line_ends = np.arange(n_line_ends.sum()) * width + np.repeat(firsts - n_before * width, n_line_ends)
            is_base = np.ones(len(letters), dtype=bool)
            is_base[line_ends[:, np.newaxis] + np.arange(width - bases)] = False
            letters = letters[is_base]
        return self._checked(letters, starts, ends, chromosome)

    def close(self) -> None:
        """Close the file."""
        self._close()
        self._file = -1

    def _read_on(self, into: memoryview, begin: int, where: str) -> None:
        """Fill a buffer that one call did not: each reads 2 GB at most."""
        n_read = 0
        while n_read < len(into):
            more = os.preadv(self._file, [into[n_read:]], begin + n_read)
            if not more:
                raise GenomeFileError(
                    f"{self.name} ends within the bases {where}, after {n_read} of {len(into)} bytes; it was cut short "
                    "while it was read; copy or download it again"
                )
            n_read += more


class BgzipFasta:
    """A FASTA file compressed with bgzip.

    Parameters
    ----------
    path : Path
        The file.
    cache_dir : path-like, optional
        Where its indices go if they must not lie next to it.
    """

    widest_gap = 1 << 14  # each stretch unpacks a block of up to 64 kB

    def __init__(self, path: Path, cache_dir: str | os.PathLike[str] | None = None) -> None:
        with path.open("rb") as file:
            file.seek(-min(len(_BGZIP_END), path.stat().st_size), os.SEEK_END)
            if file.read() != _BGZIP_END:
                _LOG.warning(
                    "%s lacks the empty block that ends a bgzip file; it may be cut short: compare its size with the "
                    "original's",
                    path.name,
                )
        self.name, self._checked = path.name, GenomeLetters(path.name)
        pysam = import_for("pysam", path)
        records, index = fasta_index_of(path, cache_dir)
        self.sizes = {record.name: record.length for record in records}
        blocks = str(block_index_of(path, cache_dir))
        try:
            self._fasta = pysam.FastaFile(str(path), filepath_index=str(index), filepath_index_compressed=blocks)
        except (OSError, ValueError):
            raise self._not_of(f"{path.name} cannot be opened with its index") from None

    def read(self, chromosome: str, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Read upper-case letters of stretches."""
        texts = []
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            try:
                text = self._fasta.fetch(chromosome, start, end)
            except (OSError, ValueError):  # with any number of the system's that htslib left behind
                text = ""
            if len(text) != end - start:
                raise self._not_of(f"{self.name} has {len(text)} of the bases {chromosome}:{start}-{end}")
            texts.append(text)
        letters = np.frombuffer("".join(texts).encode("latin-1"), np.uint8)
        return self._checked(letters, starts, ends, chromosome)

    def close(self) -> None:
        """Close the file."""
        self._fasta.close()

    @staticmethod
    def _not_of(what: str) -> GenomeFileError:
        return GenomeFileError(f"{what}; its index does not belong to it; delete the .fai and .gzi files")


def is_two_bit(begin: bytes) -> bool:
    """Recognize a 2bit file, of either byte order, by its first four bytes."""
    return begin[:4] in (struct.pack("<I", _TWO_BIT), struct.pack(">I", _TWO_BIT))


class TwoBit:
    """A UCSC 2bit file.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    GenomeFileError
        If the file is cut short, has no records, or two of one name; or py2bit cannot read it, as one of the other
        byte order.

    References
    ----------
    https://genome.ucsc.edu/FAQ/FAQformat.html#format7
    """

    widest_gap = 1 << 10

    def __init__(self, path: Path) -> None:
        self.name, self._checked = path.name, GenomeLetters(path.name)
        self.sizes = _require_whole(path)
        try:
            self._file = import_for("py2bit", path).open(str(path))
        except RuntimeError as error:
            raise GenomeFileError(f"{path} cannot be read by py2bit: {error}; give FASTA instead") from None

    def read(self, chromosome: str, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Read upper-case letters of stretches."""
        texts = []
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            try:
                texts.append(self._file.sequence(chromosome, start, end))
            except RuntimeError as error:
                raise GenomeFileError(
                    f"{self.name}: {chromosome}:{start}-{end} cannot be read: {error}; copy or download the file again"
                ) from None
        letters = np.frombuffer("".join(texts).encode(), np.uint8)
        return self._checked(letters, starts, ends, chromosome)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _require_whole(path: Path) -> dict[str, int]:
    """Follow the index to every record, see that it ends within the file, and return their sizes in bp."""
    n_bytes = path.stat().st_size
    sizes: dict[str, int] = {}
    with path.open("rb") as file:
        order = "<" if file.read(4) == struct.pack("<I", _TWO_BIT) else ">"
        try:
            version, n_records, _ = _numbers(file, order, 3)
            offsets = "Q" if version == 1 else "I"  # for files of more than 4 GB
            index = [(_name(file), _numbers(file, order, 1, offsets)[0]) for _ in range(n_records)]
            for name, offset in index:
                if offset > n_bytes:  # of 64 bits it may be more than can be sought
                    raise EOFError
                file.seek(offset)
                (size,) = _numbers(file, order, 1)
                for _ in range(2):  # blocks of N, then blocks of lower case: a count, that many starts and sizes
                    (n_blocks,) = _numbers(file, order, 1)
                    file.seek(8 * n_blocks, 1)
                if file.tell() + 4 + (size + 3) // 4 > n_bytes:
                    raise EOFError
                if name in sizes:
                    raise GenomeFileError(
                        f"{path}: record {name!r} is there twice; drop one, and make the 2bit file again"
                    )
                if size:
                    sizes[name] = size
                else:
                    _LOG.warning("%s: record %r has no bases and is left out", path, name)
        except (EOFError, struct.error, UnicodeDecodeError):
            raise GenomeFileError(f"{path} is not a whole 2bit file; copy or download it again") from None
    if not sizes:
        raise GenomeFileError(f"{path} has no records with bases; a genome has at least one; copy or download it again")
    return sizes


def _numbers(file: BinaryIO, order: str, count: int, kind: str = "I") -> tuple[int, ...]:
    form = f"{order}{count}{kind}"
    return struct.unpack(form, file.read(struct.calcsize(form)))


def _name(file: BinaryIO) -> str:
    (length,) = struct.unpack("B", file.read(1))
    return file.read(length).decode()
