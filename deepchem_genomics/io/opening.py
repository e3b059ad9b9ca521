"""Open a file by its content: plain, gzip, bgzip, bzip2, xz or zstd, also from a pipe.

What a name ends in plays no part. A file that cannot be read twice (``/dev/stdin``, a FIFO, the process substitution
of a shell) is copied once into a temporary file, which stands for it as long as this process lives: so every reader
may look at the first lines, read again, and map or seek.

A file of a megabyte can unpack to a line of a gigabyte. So lines of text have a limit, as have headers of FASTA and
lines of FASTQ; a line of bases in FASTA has none, for a whole chromosome may stand on one.
"""

import atexit
import bz2
import gzip
import io
import logging
import lzma
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from deepchem_genomics.errors import (
    DamagedFileError,
    DataFolderError,
    GenomeFileError,
    MissingExtraError,
    TextEncodingError,
)
from deepchem_genomics.io.outputs import temporary_directory
from deepchem_genomics.paths import PathLike

__all__ = [
    "LINE_LIMIT", "bare_name", "begin_of", "compression_of", "encoding_error", "ending", "htslib_silent", "import_for",
    "line_too_long", "opened", "opened_text", "readable", "require_kind_of_content", "text_of",
]  # fmt: skip

LINE_LIMIT = 1 << 24
"""Longest line of a text file, in bytes: room for a sequence of 16 Mb, or a million columns."""

_LOG = logging.getLogger(__name__)
_TEXT_LIMIT = 1 << 26  # bytes of a file that is held in memory as a whole
_BUFFER = 1 << 16  # bytes; wrapped in a buffer of this size, compressed files give lines several times faster
_BEGIN = 18  # bytes, enough to distinguish bgzip from gzip
_NAMES = (".gz", ".bgz", ".bz2", ".xz", ".zst")
_LOOK = 512  # bytes, enough to recognize what is not read
_OTHERS = {
    b"PK\x03\x04": "zip", b"7z\xbc\xaf\x27\x1c": "7-zip", b"Rar!\x1a\x07": "rar", b"\x04\x22\x4d\x18": "lz4",
    b"\x02\x21\x4c\x18": "lz4", b"\x1f\x9d": "compress", b"LZIP": "lzip", b"]\x00\x00": "lzma",
    b"\xff\x06\x00\x00sNaPpY": "snappy",
}  # fmt: skip
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCODINGS = {
    b"\xff\xfe\x00\x00": "UTF-32", b"\x00\x00\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"
}  # fmt: skip

_PACKAGES = {"Bio.motifs": "biopython"}


def import_for(package: str, path: PathLike, extra: str = "genome") -> Any:
    """Import an optional package that a kind of file needs, or raise MissingExtraError that names its extra."""
    called = _PACKAGES.get(package, package.partition(".")[0])
    try:
        import_module(package.partition(".")[0])
        return import_module(package)
    except ModuleNotFoundError:
        raise MissingExtraError(
            f"{os.fspath(path)} needs {called}, which is not installed; pip install 'deepchem_genomics[{extra}]'"
        ) from None
    except ImportError as error:  # as of pyarrow 25 and later beside NumPy 1
        raise MissingExtraError(
            f"{os.fspath(path)} needs {called}, which is installed and cannot be imported: {error}; install another "
            "release of it"
        ) from error


@contextmanager
def htslib_silent() -> Iterator[None]:
    """Suppress htslib's messages on stderr: those that matter are raised."""
    import pysam

    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)


def bare_name(path: PathLike) -> str:
    """Return the name of a file without its folder and without the ending of its compression."""
    path = Path(path)
    return path.stem if path.suffix.lower() in _NAMES else path.name


def ending(path: PathLike) -> str:
    """Return what a name ends in, in lower case, before the ending of its compression: ``.bed`` of ``x.BED.gz``."""
    return Path(bare_name(path)).suffix.lower()


def compression_of(begin: bytes) -> str | None:
    """Recognize a compression by the first 18 bytes of a file: gzip, bgzip, bzip2, xz, zstd, or None."""
    if begin[:2] == b"\x1f\x8b":
        return "bgzip" if begin[2:4] == b"\x08\x04" and begin[12:14] == b"BC" else "gzip"
    if begin[:3] == b"BZh" and any(magic.startswith(begin[4:10]) for magic in (b"1AY&SY", b"\x17rE8P\x90")):
        return "bzip2"
    if begin[:6] == b"\xfd7zXZ\x00":
        return "xz"
    skippable = len(begin) > 3 and begin[0] >> 4 == 5 and begin[1:4] == b"\x2a\x4d\x18"
    return "zstd" if begin[:4] == b"\x28\xb5\x2f\xfd" or skippable else None


def readable(path: PathLike) -> Path:
    """Return the path of a file that can be read any number of times: the path itself, or that of a pipe's copy.

    A FIFO to which another program writes later is still the copy of what was first read from it.
    """
    path = Path(path)
    state = path.stat()
    if stat.S_ISREG(state.st_mode) or stat.S_ISDIR(state.st_mode):
        return path
    copy = _folder_of_copies() / f"{state.st_dev}-{state.st_ino}"
    if copy.exists():
        _LOG.debug("%s is a pipe and was read before; that content is used again", path)
        return copy
    with path.open("rb") as pipe, copy.with_suffix(".partial").open("wb") as file:
        shutil.copyfileobj(pipe, file, 1 << 20)
    return copy.with_suffix(".partial").rename(copy)


@cache
def _folder_of_copies() -> Path:
    stack, process = ExitStack(), os.getpid()
    folder = stack.enter_context(temporary_directory("dcgenomics-pipes-"))
    atexit.register(lambda: stack.close() if os.getpid() == process else None)  # a forked child leaves it alone
    return folder


def begin_of(path: PathLike, n_bytes: int = _BEGIN) -> bytes:
    """Return the first bytes of a file, as they are stored."""
    with readable(path).open("rb") as file:
        return file.read(n_bytes)


def require_kind_of_content(path: PathLike, begin: bytes) -> None:
    """Raise for what begins like a file of another compression, an archive, a workbook, or text that is not UTF-8."""
    if begin.startswith(_OLD_OFFICE) or (begin.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in begin):
        raise GenomeFileError(f"{path} is an Excel workbook, which is not read; save its sheet as CSV or TSV")
    other = next((name for magic, name in _OTHERS.items() if begin.startswith(magic)), None)
    if other:
        raise GenomeFileError(f"{path} is compressed with {other}, which is not read; unpack it, or use gzip")
    if begin[257:262] == b"ustar":
        raise GenomeFileError(f"{path} is a tar archive, which is not read; unpack it, and give the file in it")
    encoding = next((name for mark, name in _ENCODINGS.items() if begin.startswith(mark)), _wide_letters(begin[:8]))
    if encoding:
        raise TextEncodingError(
            f"{os.fspath(path)}:1: the text is {encoding}, not UTF-8; convert it, for example with 'iconv -f "
            f"{encoding} -t UTF-8'"
        )


def _wide_letters(begin: bytes) -> str:
    """Recognize UTF-16 without a byte order mark: every second byte of the first ASCII letters is 0."""
    if len(begin) < 8 or begin.count(0) != 4:
        return ""
    return "UTF-16LE" if not any(begin[1::2]) else "UTF-16BE" if not any(begin[::2]) else ""


@contextmanager
def opened(path: PathLike) -> "Iterator[io.BufferedReader[Any]]":
    """Open a file for reading its uncompressed bytes.

    DamagedFileError is raised while it is read, if the compressed data are cut short or damaged.
    """
    path = Path(path)
    if path.is_dir():
        raise DataFolderError(f"{path} is a folder; give the file in it")
    source = readable(path)
    begin = begin_of(source, _LOOK)
    kind = compression_of(begin)
    if kind is None:
        require_kind_of_content(path, begin)
    with source.open("rb", buffering=0) as raw:
        if kind is None:
            with io.BufferedReader(raw, _BUFFER) as file:
                yield file
        else:
            with io.BufferedReader(_Unpacked(_unpacker(kind, raw, path), kind, path), _BUFFER) as file:
                yield file


@contextmanager
def opened_text(path: PathLike, newline: str | None = None) -> Iterator[TextIO]:
    """Open a UTF-8 text file, with or without a byte order mark, compressed or not.

    While it is read, TextEncodingError, which names the line, is raised if it is in another encoding, and
    GenomeFileError if a line is longer than ``LINE_LIMIT``.
    """
    with opened(path) as file:
        try:
            with io.TextIOWrapper(_Lines(file, path), encoding="utf-8-sig", newline=newline) as text:
                yield text
        except UnicodeDecodeError as error:
            raise encoding_error(path, error) from None


def text_of(path: PathLike) -> str:
    r"""Return all of a text file of up to 64 MB, with ``\n`` at the end of each line."""
    with opened_text(path) as file:
        text = file.read(_TEXT_LIMIT)
        if file.read(1):
            raise GenomeFileError(f"{path} has more than {_TEXT_LIMIT:,} letters; such a file has far less; divide it")
        return text


def line_too_long(path: PathLike, number: int) -> GenomeFileError:
    """Return the error for a line that is longer than ``LINE_LIMIT``."""
    return GenomeFileError(
        f"{os.fspath(path)}:{number}: the line is longer than {LINE_LIMIT:,} bytes, the limit; check that this is the "
        "file you mean, and that its lines end"
    )


def encoding_error(path: PathLike, error: UnicodeDecodeError) -> TextEncodingError:
    """Find the line of the first byte that is not UTF-8: what the decoder knows is a place in its buffer."""
    number, wrong = 0, error.object[error.start]
    with opened(path) as file:
        while line := file.readline(LINE_LIMIT):
            number += 1
            try:
                line.decode()
            except UnicodeDecodeError as exact:
                wrong = exact.object[exact.start]
                break
    return TextEncodingError(
        f"{os.fspath(path)}:{number}: byte {wrong:#04x} is not UTF-8; it may be Latin-1, or not a text file; convert "
        "it, for example with 'iconv -f LATIN1 -t UTF-8'"
    )


def _unpacker(kind: str, raw: BinaryIO, path: Path) -> Callable[[int], bytes]:
    """Return what reads up to so many uncompressed bytes."""
    if kind == "zstd":
        return _zstd(raw, import_for("zstandard", path, "zstd"))
    open_packed: dict[str, Any] = {"bzip2": bz2.open, "xz": lzma.open}
    read: Callable[[int], bytes] = open_packed.get(kind, gzip.open)(raw).read
    return read


def _zstd(raw: BinaryIO, zstandard: Any) -> Callable[[int], bytes]:
    # Not its stream_reader, which takes a file that is cut short for whole.
    unpacked = io.BytesIO()
    frame = None

    def read(n_bytes: int) -> bytes:
        nonlocal unpacked, frame
        while not (content := unpacked.read(n_bytes)):
            packed = frame.unused_data if frame is not None and frame.eof else b""
            packed = packed or raw.read(_BUFFER)
            if not packed:
                if frame is not None and not frame.eof:
                    raise EOFError("the last frame does not end")
                return b""
            if frame is None or frame.eof:
                frame = zstandard.ZstdDecompressor(max_window_size=1 << 31).decompressobj()
            unpacked = io.BytesIO(frame.decompress(packed))
        return content

    return read


class _Lines(io.BufferedIOBase):
    """The bytes of a file, as long as its lines are not too long."""

    def __init__(self, file: io.BufferedReader, path: PathLike) -> None:
        self._file = file
        self._number, self._length = 1, 0  # of the line that is being read
        self.name = os.fspath(path)

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        return b"".join(iter(partial(self.read1, _BUFFER), b"")) if size is None or size < 0 else self.read1(size)

    def read1(self, size: int = -1, /) -> bytes:
        content = self._file.read1(size)
        end = max(content.rfind(b"\n"), content.rfind(b"\r"))
        if end < 0:
            self._length += len(content)
            if self._length > LINE_LIMIT:
                raise line_too_long(self.name, self._number)
        else:
            self._number += content.count(b"\n")
            self._length = len(content) - end - 1
        return content


class _Unpacked(io.RawIOBase):
    """Bytes that a decompressor gives, and one error for all that can be wrong with what it reads."""

    def __init__(self, read: Callable[[int], bytes], kind: str, path: Path) -> None:
        self._read, self._kind, self._path = read, kind, path
        self._begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            content = self._read(len(buffer))
        except EOFError:
            raise DamagedFileError(
                f"{self._path} is cut short: its {self._kind} data end in the middle; copy or download it again"
            ) from None
        except Exception as error:  # zlib's, lzma's, zstandard's, and OSError of gzip and bzip2
            if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno is not None):
                raise  # not of the content
            raise DamagedFileError(
                f"{self._path} is damaged: its {self._kind} data cannot be read ({error}); copy or download it again"
            ) from None
        if not self._begun:
            self._begun = True
            require_kind_of_content(self._path, content[:_LOOK])
        buffer[: len(content)] = content
        return len(content)
