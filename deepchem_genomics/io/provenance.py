"""Provenance for records of runs: the files that were read, and the versions in use."""

import hashlib
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from deepchem_genomics._version import __version__
from deepchem_genomics.io.opening import readable

__all__ = ["describe_file", "sha256_of", "versions"]


def sha256_of(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with readable(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def describe_file(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return ``path`` as given, ``bytes`` and ``sha256`` of a file; only ``path`` of a folder."""
    if Path(path).is_dir():
        return {"path": os.fspath(path)}
    return {"path": os.fspath(path), "bytes": readable(path).stat().st_size, "sha256": sha256_of(path)}


def versions(*packages: str) -> dict[str, str]:
    """Return the versions of this package, Python and those of the packages that are installed, by name."""
    found = {"deepchem_genomics": __version__, "python": platform.python_version()}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
