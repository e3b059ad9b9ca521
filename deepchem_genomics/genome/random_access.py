"""What a FASTA file needs before any stretch of it can be read at once: an index, and no plain gzip.

All of it is made once, on the first opening, which reads the file through and so checks every letter. An index that is
there already, ours or that of samtools, is believed if it is no older than the file and no record of it reaches past
the file's end.
"""

import gzip
import io
import logging
import os
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from deepchem_genomics.errors import GenomeFileError, MissingExtraError
from deepchem_genomics.genome.derived_files import cached_copy, drop_outdated_copies, may_write_in
from deepchem_genomics.genome.fasta_index import FastaRecord, index_belongs, read_index, scan_fasta, write_index
from deepchem_genomics.io.outputs import atomic_file

__all__ = ["block_index_of", "fasta_index_of", "import_for", "open_gzip", "unpacked_copy"]

_LOG = logging.getLogger(__name__)
_BUFFER = 1 << 16  # bytes; what is in it is lost when a compressed file ends in the middle


def fasta_index_of(
    path: Path,
    cache_dir: str | os.PathLike[str] | None = None,
    opened: Callable[[Path], io.BufferedReader] | None = None,
) -> tuple[list[FastaRecord], Path]:
    """Find a FASTA file's index, or read the file through and write one.

    Parameters
    ----------
    path : Path
        The file.
    cache_dir : path-like, optional
        Where the index goes if the file's folder is read-only.
    opened : callable, optional
        What opens the file, if it is compressed.

    Returns
    -------
    list of FastaRecord
        In the order of the file.
    Path
        The ``.fai`` file.
    """
    for index in _places(path, ".fai", cache_dir):
        if _is_fresh(index, path):
            records = read_index(index)
            if index_belongs(records, path.stat().st_size if opened is None else sys.maxsize):
                return records, index
            _LOG.warning("%s does not belong to %s; it is made anew", index, path.name)
    with (opened or _open_plain)(path) as file:
        records = scan_fasta(file, path.name)
    return records, _write_at_first_place(path, ".fai", cache_dir, lambda partial: write_index(records, partial))


def block_index_of(path: Path, cache_dir: str | os.PathLike[str] | None = None) -> Path:
    """Find the index of a bgzip file's blocks, or let pysam write one.

    Parameters
    ----------
    path : Path
        A FASTA file compressed with bgzip.
    cache_dir : path-like, optional
        Where the index goes if the file's folder is read-only.

    Returns
    -------
    Path
        The ``.gzi`` file.

    Raises
    ------
    GenomeFileError
        If the file unpacks as gzip, but its blocks are damaged.
    """
    for index in _places(path, ".gzi", cache_dir):
        if _is_fresh(index, path):
            return index
    pysam = import_for("pysam", path)

    def write(partial: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:  # faidx insists on a .fai too; we have read our own
            before = pysam.set_verbosity(0)  # htslib would write to stderr what is raised below
            try:
                pysam.faidx(str(path), "--fai-idx", str(Path(folder, "again.fai")), "--gzi-idx", str(partial))
            except pysam.SamtoolsError:  # gzip as a whole, whose blocks are not where they say
                raise GenomeFileError(
                    f"{path.name} is gzip with damaged bgzip blocks; copy or download it again, or compress it anew "
                    "with bgzip"
                ) from None
            finally:
                pysam.set_verbosity(before)

    return _write_at_first_place(path, ".gzi", cache_dir, write)


def unpacked_copy(path: Path, cache_dir: str | os.PathLike[str] | None = None) -> tuple[Path, list[FastaRecord]]:
    """Find the unpacked copy of a FASTA file in plain gzip, or unpack it.

    Parameters
    ----------
    path : Path
        The compressed file.
    cache_dir : path-like, optional
        Where the copy goes.

    Returns
    -------
    Path
        An uncompressed FASTA file in the cache folder.
    list of FastaRecord
        Its index.
    """
    copy = cached_copy(path, ".fa", cache_dir)
    index = copy.with_name(copy.name + ".fai")
    if copy.exists() and index.exists():
        records = read_index(index)
        if index_belongs(records, copy.stat().st_size):
            return copy, records
    with atomic_file(copy) as partial, open_gzip(path) as file, partial.open("wb") as unpacked:
        records = scan_fasta(file, path.name, unpacked)
    with atomic_file(index) as partial:
        write_index(records, partial)
    drop_outdated_copies(copy, path)
    _LOG.warning(
        "%s is plain gzip, which has no random access: unpacked once to %s (%.0f MB); compress it with bgzip to do "
        "without",
        path.name,
        copy,
        copy.stat().st_size / 1e6,
    )
    return copy, records


def open_gzip(path: Path) -> io.BufferedReader:
    """Open a gzip or bgzip file for reading lines of bytes.

    Parameters
    ----------
    path : Path
        The compressed file.

    Returns
    -------
    file
        Buffered once more, which makes reading lines several times faster.
    """
    return io.BufferedReader(gzip.open(path), _BUFFER)


def _open_plain(path: Path) -> io.BufferedReader:
    return io.BufferedReader(io.FileIO(path), _BUFFER)


def import_for(package: str, path: Path, extra: str = "genome") -> Any:
    """Import an optional package that a kind of file needs.

    Parameters
    ----------
    package : str
        Its name.
    path : Path
        The file, for the error.
    extra : str, default "genome"
        The extra that installs it.

    Returns
    -------
    module
        The package.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        return import_module(package)
    except ImportError:
        raise MissingExtraError(
            f"reading {path} needs {package}, which is not installed; pip install 'deepchem_genomics[{extra}]'"
        ) from None


def _places(path: Path, suffix: str, cache_dir: str | os.PathLike[str] | None) -> list[Path]:
    return [path.with_name(path.name + suffix), cached_copy(path, suffix, cache_dir)]


def _is_fresh(index: Path, path: Path) -> bool:
    return index.exists() and index.stat().st_mtime_ns >= path.stat().st_mtime_ns


def _write_at_first_place(
    path: Path, suffix: str, cache_dir: str | os.PathLike[str] | None, write: Callable[[Path], object]
) -> Path:
    beside, cached = _places(path, suffix, cache_dir)
    index = beside if may_write_in(path.parent) else cached
    with atomic_file(index) as partial:
        write(partial)
    _LOG.info("index of %s written to %s", path.name, index)
    return index
