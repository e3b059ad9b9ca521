"""Random access to FASTA files: an index of records, one of bgzip's blocks, and a copy where neither will do.

All of it is made once, on the first opening, which reads the file through and so checks every letter. The index is
what ``samtools faidx`` writes, line for line, so that one made by either serves both. Our own code makes it because
samtools accepts a faulty file or says "truncated file", where our error names the line and the record. An index that
is there already is used if it is not older than the file and points to its records.
"""

import logging
import mmap
import struct
from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Callable
from io import BufferedReader
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from deepchem_genomics.errors import DamagedFileError, EmptyInputError, GenomeFileError
from deepchem_genomics.io.cache import (
    cached_copy,
    drop_outdated_copies,
    is_as_made,
    may_write_in,
    record_as_made,
)
from deepchem_genomics.io.fasta import LETTERS, MOST_BLANK, READ_AS, Names, letter_table, too_many_blank, unknown_letter
from deepchem_genomics.io.opening import (
    LINE_LIMIT,
    begin_of,
    compression_of,
    htslib_silent,
    import_for,
    line_too_long,
    opened,
)
from deepchem_genomics.io.outputs import atomic_file, temporary_directory
from deepchem_genomics.paths import PathLike

__all__ = ["FastaRecord", "block_index_of", "fasta_index_of", "read_index", "scan_fasta", "unpacked_copy"]

_LOG = logging.getLogger(__name__)

_ALLOWED = LETTERS + "".join(READ_AS)
_LETTERS = (_ALLOWED + _ALLOWED.lower()).encode()
_IS_LETTER = letter_table(_ALLOWED, _ALLOWED) > 0
_WORTH_A_LOOK = 4  # lines
_BGZIP_END_SIZE = 28  # bytes of the empty block that ends a file


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
    Every line is written to ``copy``, if there is one, as it passes. ``name`` is what errors call the file.

    Examples
    --------
    >>> import io
    >>> scan_fasta(io.BufferedReader(io.BytesIO(b">chr1 first\nACGT\nAC\n")), "toy.fa")
    [FastaRecord(name='chr1', length=6, offset=12, line_bases=4, line_width=5)]
    """
    records: list[_OpenRecord] = []
    names = Names(name)
    offset = number = 0
    try:
        while line := file.readline(LINE_LIMIT if file.peek(1)[:1] == b">" else -1):
            number += 1
            if len(line) == LINE_LIMIT and line.startswith(b">"):
                raise line_too_long(name, number)
            offset += len(line)
            if line.startswith(b">"):
                header = line[1:].rstrip(b"\r\n")
                if b"\r" in header:
                    raise GenomeFileError(
                        f"{name}:{number}: the header has a carriage return before its end, as where lines end with "
                        "nothing else; write one line end throughout, for example with 'mac2unix'"
                    )
                records.append(_OpenRecord(names.add(header.decode("utf-8", "replace"), number), number, offset, name))
            elif records:
                records[-1].add(line, number)
            elif line.startswith(BOM_UTF8):
                raise GenomeFileError(
                    f"{name}:{number}: the file begins with a byte order mark, which samtools refuses too; remove it, "
                    "its first three bytes, for example with 'tail -c +4'"
                )
            elif line.strip():
                begin = line[:20].decode("latin-1").rstrip("\r\n")
                raise GenomeFileError(
                    f"{name}:{number}: the file begins with {begin!r}; a FASTA file begins with '>' and the name of "
                    "a record; give a FASTA or 2bit file"
                )
            elif number > MOST_BLANK:
                raise too_many_blank(name, number)
            alike = records[-1].take_lines_alike(file) if records else b""
            number += alike.count(b"\n")
            offset += len(alike)
            if copy is not None:
                copy.write(line + alike)
    except DamagedFileError as error:
        inside = f"record {records[-1].name!r}" if records else "the first record"
        raise DamagedFileError(f"{error} (in {inside}, after line {number})") from None
    if not records:
        raise EmptyInputError(f"{name} is empty; a FASTA file has at least one record; copy or download it again")
    if not records[-1].length:
        raise GenomeFileError(
            f"{name}:{records[-1].header_line}: record {records[-1].name!r}, the last, has no bases, so the file may "
            "be cut short; copy or download it again, or drop that line"
        )
    empty = [record for record in records if not record.length]
    if empty:
        _LOG.warning(
            "%s: %d of %d records have no bases and are left out; the first is %r in line %d",
            name, len(empty), len(records), empty[0].name, empty[0].header_line,
        )  # fmt: skip
    return [record.closed() for record in records if record.length]


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


def write_index(records: list[FastaRecord], path: Path) -> None:
    """Write a ``.fai`` file."""
    path.write_text("".join("\t".join(map(str, record)) + "\n" for record in records), encoding="utf-8")


def read_index(path: Path) -> list[FastaRecord]:
    """Read a ``.fai`` file, ours or that of samtools; empty if the file is not such an index."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    try:
        return [FastaRecord(row[0], *map(int, row[1:5])) for row in rows]
    except (TypeError, ValueError):
        return []


def _is_possible(records: list[FastaRecord]) -> bool:
    """Check what can be seen of an index without its file."""
    possible = (record.length > 0 < record.offset and 0 < record.line_bases <= record.line_width for record in records)
    return bool(records) and len({record.name for record in records}) == len(records) and all(possible)


def index_belongs(records: list[FastaRecord], path: Path) -> bool:
    """Check that each record of an index lies in an uncompressed file: its name before it, a line end after it.

    So an index is noticed that was left behind when the file was replaced by one with an older time.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return _stand_in(records, path.stat().st_size, lambda begin, end: content[begin:end])


def _stand_in(records: list[FastaRecord], n_bytes: int, read: Callable[[int, int], bytes]) -> bool:
    """Check records against the uncompressed bytes of a file, of which ``read`` returns those from here to there."""
    if not _is_possible(records) or any(_end(record) > n_bytes for record in records):
        return False
    before = 0
    for record in sorted(records, key=lambda each: each.offset):
        header = read(before, record.offset)
        lines = header.splitlines()
        if header[-1:] != b"\n" or lines[-1][:1] != b">" or lines[-1][1:].split()[:1] != [record.name.encode()]:
            return False
        before = _end(record)
        if read(before, before + 1) not in (b"", b"\r", b"\n"):
            return False
    return True


def _end(record: FastaRecord) -> int:
    """Return the offset after the last base of a record."""
    line_ends = (record.length - 1) // record.line_bases * (record.line_width - record.line_bases)
    return record.offset + record.length + line_ends


def fasta_index_of(path: Path, cache_dir: PathLike | None = None) -> tuple[list[FastaRecord], Path]:
    """Find the index of a plain or bgzip FASTA file, or read the file through and write one.

    Returns the records in the order of the file, and the path of the ``.fai`` file, which is in ``cache_dir`` if the
    file's folder is read-only.
    """
    is_plain = compression_of(begin_of(path)) is None
    for index in _places(path, ".fai", cache_dir):
        if _is_fresh(index, path):
            records = read_index(index)
            if records and (index_belongs(records, path) if is_plain else _belongs_to_blocks(records, path, cache_dir)):
                return records, index
            _LOG.warning("%s does not belong to %s; it is made again", index, path.name)
    with opened(path) as file:
        records = scan_fasta(file, path.name)
    return records, _write_at_first_place(path, ".fai", cache_dir, lambda partial: write_index(records, partial))


def block_index_of(path: Path, cache_dir: PathLike | None = None) -> Path:
    """Find the ``.gzi`` index of a bgzip file's blocks, or let pysam write one.

    Raises GenomeFileError if the file unpacks as gzip, but its blocks are damaged.
    """
    for index in _places(path, ".gzi", cache_dir):
        if _is_fresh(index, path):
            if _blocks_belong(_read_blocks(index), path):
                return index
            _LOG.warning("%s does not belong to %s; it is made again", index, path.name)
    pysam = import_for("pysam", path)

    def write(partial: Path) -> None:
        with temporary_directory() as folder:  # faidx insists on a .fai too; we have read our own
            try:
                with htslib_silent():  # which would write to stderr what is raised below
                    pysam.faidx(str(path), "--fai-idx", str(Path(folder, "again.fai")), "--gzi-idx", str(partial))
            except pysam.SamtoolsError:  # gzip as a whole, whose blocks are not where they say
                raise GenomeFileError(
                    f"{path.name} is gzip with damaged bgzip blocks; copy or download it again, or compress it again "
                    "with bgzip"
                ) from None

    return _write_at_first_place(path, ".gzi", cache_dir, write)


def _read_blocks(index: Path) -> list[tuple[int, int]]:
    """Read where the blocks of a bgzip file begin, in it and in what is packed; empty if this is not such an index."""
    content = index.read_bytes()
    numbers = struct.unpack(f"<{len(content) // 8}Q", content[: len(content) // 8 * 8])
    if not numbers or len(content) != 8 * len(numbers) or len(numbers) != 1 + 2 * numbers[0]:
        return []
    return [(0, 0), *zip(numbers[1::2], numbers[2::2], strict=True)]


def _blocks_belong(blocks: list[tuple[int, int]], path: Path) -> bool:
    """Check that each block of a bgzip file begins where an index says, and that there are no others."""
    if not blocks:
        return False
    with path.open("rb") as file:
        for (at, unpacked), (following, unpacked_then) in pairwise(blocks):
            if _block_at(file, at) != (following - at, unpacked_then - unpacked):
                return False
        last = _block_at(file, blocks[-1][0])
        return last is not None and path.stat().st_size - blocks[-1][0] - last[0] in (0, _BGZIP_END_SIZE)


def _block_at(file: BinaryIO, at: int) -> tuple[int, int] | None:
    """Return the size of a block of bgzip and of what is packed in it; None if there is none."""
    file.seek(at)
    begin = file.read(18)
    if compression_of(begin) != "bgzip":
        return None
    size = int.from_bytes(begin[16:18], "little") + 1
    file.seek(at + size - 4)
    return size, int.from_bytes(file.read(4), "little")


def _belongs_to_blocks(records: list[FastaRecord], path: Path, cache_dir: PathLike | None) -> bool:
    """Check that each record of an index lies in a bgzip file."""
    pysam = import_for("pysam", path)
    blocks = _read_blocks(block_index_of(path, cache_dir))
    begins = [unpacked for _, unpacked in blocks]
    with path.open("rb") as file:
        last = _block_at(file, blocks[-1][0])
    with htslib_silent(), pysam.BGZFile(str(path), "r") as file:

        def read(begin: int, end: int) -> bytes:
            packed, unpacked = blocks[bisect_right(begins, begin) - 1]
            file.seek(packed << 16 | begin - unpacked)
            content: bytes = file.read(end - begin)
            return content

        return _stand_in(records, begins[-1] + (last[1] if last else 0), read)


def unpacked_copy(path: Path, cache_dir: PathLike | None = None) -> tuple[Path, list[FastaRecord]]:
    """Find the unpacked copy in the cache folder of a FASTA file without random access, or unpack it.

    Returns the path of the copy and its index.
    """
    copy = cached_copy(path, ".fa", cache_dir)
    index = copy.with_name(copy.name + ".fai")
    if is_as_made([copy, index]):
        records = read_index(index)
        if index_belongs(records, copy):
            return copy, records
    with atomic_file(copy) as partial, opened(path) as file, partial.open("wb") as unpacked:
        records = scan_fasta(file, path.name, unpacked)
    with atomic_file(index) as partial:
        write_index(records, partial)
    record_as_made([copy, index])
    drop_outdated_copies(copy, path)
    _LOG.warning(
        "%s is plain %s, which has no random access: unpacked once to %s (%.0f MB); compress it with bgzip to do "
        "without",
        path.name,
        compression_of(begin_of(path)),
        copy,
        copy.stat().st_size / 1e6,
    )
    return copy, records


def _places(path: Path, suffix: str, cache_dir: PathLike | None) -> list[Path]:
    return [path.with_name(path.name + suffix), cached_copy(path, suffix, cache_dir)]


def _is_fresh(index: Path, path: Path) -> bool:
    is_newer = index.exists() and index.stat().st_mtime_ns >= path.stat().st_mtime_ns
    return is_newer and (index.parent == path.parent or is_as_made([index]))


def _write_at_first_place(path: Path, suffix: str, cache_dir: PathLike | None, write: Callable[[Path], object]) -> Path:
    beside, cached = _places(path, suffix, cache_dir)
    index = beside if may_write_in(path.parent) else cached
    with atomic_file(index) as partial:
        write(partial)
    if index == cached:
        record_as_made([index])
    _LOG.info("index of %s written to %s", path.name, index)
    return index
