"""Where the finished stretches of a scan are kept until all are there, so that it can be resumed."""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.io.outputs import atomic_file

__all__ = ["ASSEMBLED", "file_fingerprint", "open_work_folder", "work_folder_of"]

SETTINGS = "settings.json"
ASSEMBLED = "assembled"
"""File that says that the outputs are whole and were about to get their names."""


def work_folder_of(out: Path) -> Path:
    """Name the folder of a scan.

    Parameters
    ----------
    out : Path
        The scan's first output.

    Returns
    -------
    Path
        ``<out>.scan``, beside it.
    """
    return out.with_name(out.name + ".scan")


@contextlib.contextmanager
def open_work_folder(out: Path, settings: Mapping[str, Any]) -> Iterator[Path]:
    """Make or find the folder of a scan; remove it when the block ends well, or has left no finished stretch in it.

    Parameters
    ----------
    out : Path
        The scan's first output: see :func:`work_folder_of`.
    settings : mapping
        Whatever the predictions depend on, JSON only.

    Yields
    ------
    Path
        The folder.

    Raises
    ------
    DataFolderError
        If it is that of another scan, or another process works in it.
    """
    folder = work_folder_of(out)
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)  # let go of by the system if this process is killed
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataFolderError(
                f"{folder}: another process is scanning into {out.name}; wait for it, or choose another name"
            ) from None
        _require_same_settings(folder, settings)
        try:
            yield folder
        except BaseException:
            if not _has_parts(folder):
                shutil.rmtree(folder)
            raise
        _remove(folder)
    finally:
        os.close(lock)


def _remove(folder: Path) -> None:
    """Remove the folder of a scan that is done. What says whose it is, and that it is done, goes last.

    Killed meanwhile, this leaves what the same call can go on from.
    """
    last = [folder / SETTINGS, folder / ASSEMBLED]
    for path in [*(path for path in folder.iterdir() if path not in last), *last]:
        path.unlink(missing_ok=True)
    folder.rmdir()


def _require_same_settings(folder: Path, settings: Mapping[str, Any]) -> None:
    wanted = json.loads(json.dumps(settings))
    file = folder / SETTINGS
    if not file.exists():
        if _has_parts(folder):
            raise DataFolderError(f"{folder} lacks {SETTINGS}, so whose it is cannot be told; delete the folder")
        with atomic_file(file) as partial:
            partial.write_text(json.dumps(wanted, indent=2) + "\n")
        return
    try:
        found = dict(json.loads(file.read_text()))
    except (ValueError, RecursionError, TypeError) as error:
        raise DataFolderError(f"{file} is not JSON ({error}); delete the folder") from error
    other = [name for name in wanted if found.get(name) != wanted[name]]
    if other:
        name = other[0]
        plain = all(
            isinstance(value, int | float | str) and len(str(value)) < 40 for value in (found.get(name), wanted[name])
        )
        values = f" ({found[name]}, not {wanted[name]})" if plain else ""
        raise DataFolderError(
            f"{folder} holds an unfinished scan with another {name.replace('_', ' ')}{values}; give the settings of "
            "that scan to resume it, or delete the folder"
        )


def _has_parts(folder: Path) -> bool:
    return any(path.suffix == ".npz" and not path.name.startswith(".") for path in folder.iterdir())


def file_fingerprint(path: Path) -> list[Any]:
    """Tell a file from other ones, and from itself after a change, without reading it.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    list
        Name, size in bytes and time of the last change in ns.
    """
    status = path.stat()
    return [path.name, status.st_size, status.st_mtime_ns]
