"""UCSC's 2bit files, read through py2bit.

py2bit takes a process down with it when a file is cut short, so whether the file is whole is looked at first.
"""

import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import GenomeFileError
from deepchem_genomics.genome.letters import require_letters
from deepchem_genomics.genome.random_access import import_for

__all__ = ["TwoBit", "is_two_bit"]

_MAGIC = 0x1A412743


def is_two_bit(begin: bytes) -> bool:
    """Tell a 2bit file, of either byte order, from its first four bytes.

    Parameters
    ----------
    begin : bytes
        At least four.

    Returns
    -------
    bool
        Whether they are the magic number.
    """
    return begin[:4] in (struct.pack("<I", _MAGIC), struct.pack(">I", _MAGIC))


class TwoBit:
    """A UCSC 2bit file.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    GenomeFileError
        If the file is cut short, has no records, two of one name, or an empty one; or py2bit cannot read it.

    References
    ----------
    https://genome.ucsc.edu/FAQ/FAQformat.html#format7
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.sizes = _require_whole(path)
        try:
            self._file = import_for("py2bit", path).open(str(path))
        except RuntimeError as error:
            raise GenomeFileError(f"{path} cannot be read by py2bit: {error}; give FASTA instead") from None

    def read(self, chromosome: str, start: int, end: int) -> NDArray[np.uint8]:
        """Read upper-case letters, (end - start,)."""
        try:
            text = self._file.sequence(chromosome, start, end)
        except RuntimeError as error:
            raise GenomeFileError(
                f"{self.name}: {chromosome}:{start}-{end} cannot be read: {error}; copy or download the file again"
            ) from None
        return require_letters(np.frombuffer(text.encode(), np.uint8), start, chromosome, self.name)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _require_whole(path: Path) -> dict[str, int]:
    """Follow the index to every record, see that it ends within the file, and return their sizes in bp."""
    n_bytes = path.stat().st_size
    sizes: dict[str, int] = {}
    with path.open("rb") as file:
        order = "<" if file.read(4) == struct.pack("<I", _MAGIC) else ">"
        try:
            _, n_records, _ = _numbers(file, order, 3)
            index = [(_name(file), _numbers(file, order, 1)[0]) for _ in range(n_records)]
            for name, offset in index:
                file.seek(offset)
                (size,) = _numbers(file, order, 1)
                for _ in range(2):  # blocks of N, then blocks of lower case: a count, that many starts and sizes
                    (n_blocks,) = _numbers(file, order, 1)
                    file.seek(8 * n_blocks, 1)
                if file.tell() + 4 + (size + 3) // 4 > n_bytes:
                    raise EOFError
                if name in sizes or not size:
                    fault = "is empty" if not size else "is there twice"
                    raise GenomeFileError(f"{path}: record {name!r} {fault}; drop it, and make the 2bit file anew")
                sizes[name] = size
        except (EOFError, struct.error, UnicodeDecodeError):
            raise GenomeFileError(f"{path} is not a whole 2bit file; copy or download it again") from None
    if not sizes:
        raise GenomeFileError(f"{path} has no records; a genome has at least one; copy or download it again")
    return sizes


def _numbers(file: BinaryIO, order: str, count: int) -> tuple[int, ...]:
    return struct.unpack(f"{order}{count}I", file.read(4 * count))


def _name(file: BinaryIO) -> str:
    (length,) = struct.unpack("B", file.read(1))
    return file.read(length).decode()
