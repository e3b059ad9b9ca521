"""Arrays by name in ``.npz`` files, as NumPy keeps them, but with one error for whatever can be wrong with a file."""

import errno
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["read_arrays", "write_arrays"]


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


def read_arrays(file: str | os.PathLike[str] | BinaryIO) -> dict[str, NDArray[Any]]:
    """Read all arrays of a file; ValueError if it is not a whole ``.npz`` file or holds Python objects."""
    if isinstance(file, str | os.PathLike):
        with Path(file).open("rb") as opened:  # NumPy leaves it open if it begins like an archive and is none
            return read_arrays(opened)
    try:
        with np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except Exception as error:  # zipfile, zlib, bz2 and NumPy raise some nine kinds for damaged files
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise  # the disk's error, or there is no such file
        raise ValueError(f"no whole .npz file: {error}") from error
