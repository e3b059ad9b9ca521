"""Arrays by name in ``.npz`` files, as NumPy keeps them, but with one error for any fault of a file.

A file of a megabyte can unpack to a gigabyte of zeros. So the sizes that the arrays declare are added up before any is
unpacked.
"""

import errno
import math
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["read_arrays", "write_arrays"]

MOST_TIMES = 100
"""How many times as large as their file arrays may be: zeros shrink a thousandfold, weights and counts tenfold."""

MOST_BYTES = 1 << 28
"""Size up to which arrays are read regardless of the size of their file."""


def write_arrays(
    file: str | os.PathLike[str] | BinaryIO, arrays: Mapping[str, ArrayLike], compress: bool = True
) -> None:
    """Write arrays to a file that :func:`numpy.load` reads.

    ``numpy.savez`` does the same. Where the disk is full, some releases of NumPy leave the file open for the
    garbage collector, which complains a second time; here it is closed with the error. A path is used as it is, with
    any suffix.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "arrays.npz"
    >>> write_arrays(path, {"ids": ["a", "b"], "y": [0.5, 1.0]})
    >>> read_arrays(path)["y"].tolist()
    [0.5, 1.0]
    """
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, values in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(values), allow_pickle=False)


def read_arrays(file: str | os.PathLike[str] | BinaryIO, most_numbers: int | None = None) -> dict[str, NDArray[Any]]:
    """Read all arrays of a file.

    ValueError if it is not a whole ``.npz`` file or holds Python objects; if its arrays are ``MOST_TIMES`` as large as
    the file and larger than ``MOST_BYTES``; or if they have more than ``most_numbers`` numbers.
    """
    if isinstance(file, str | os.PathLike):
        with Path(file).open("rb") as opened:  # NumPy leaves it open if it begins like an archive and is none
            return read_arrays(opened, most_numbers)
    try:
        _require_possible(file, most_numbers)
        with np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except Exception as error:  # zipfile, zlib, bz2 and NumPy raise some nine kinds for damaged files
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise  # the disk's error, or there is no such file
        raise ValueError(f"no whole .npz file: {error}") from error


def _require_possible(file: BinaryIO, most_numbers: int | None) -> None:
    n_numbers = n_bytes = 0
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            shape, dtype = _declared(archive, member)
            n_numbers += math.prod(shape)
            n_bytes += math.prod(shape) * dtype.itemsize
    if most_numbers is not None and n_numbers > most_numbers:
        raise ValueError(f"it declares {n_numbers:,} numbers; the limit is {most_numbers:,}")
    n_packed = file.seek(0, os.SEEK_END)
    file.seek(0)
    if n_bytes > max(MOST_BYTES, MOST_TIMES * n_packed):
        raise ValueError(
            f"it has {n_packed:,} bytes and declares arrays of {n_bytes:,}; the limit is {MOST_TIMES} times its size"
        )


def _declared(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return shape and type of an array, of which only the header is unpacked."""
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    with archive.open(member) as content:
        shape, _, dtype = readers[np.lib.format.read_magic(content)](content)
    if any(length < 0 for length in shape):
        raise ValueError(f"{member.filename} has the shape {shape}")
    return shape, dtype
