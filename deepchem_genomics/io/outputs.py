"""Outputs that appear only when whole: built under another name next to the final one, then renamed."""

import contextlib
import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

__all__ = ["atomic_directory", "atomic_file", "remove_abandoned", "temporary_directory"]


@contextlib.contextmanager
def atomic_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a path next to ``path`` to write to; rename it to ``path`` when the block ends well.

    An existing file is replaced in one step. The path to write to has the same ending, and is removed if the block
    raises. The folder is made if need be.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with atomic_file(folder / "scores.txt") as partial:
    ...     _ = partial.write_text("0.5")
    >>> [file.name for file in folder.iterdir()]
    ['scores.txt']
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{path.stem}.partial-"
    for left in path.parent.glob(f"{glob.escape(prefix)}*{glob.escape(path.suffix)}"):
        with _lock_of_dead(left) as is_dead:
            if is_dead:
                left.unlink(missing_ok=True)
    with _locked(path.parent, prefix, path.suffix) as partial:
        try:
            yield partial
            _share_like_new(partial)
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def atomic_directory(path: str | os.PathLike[str], overwrite: bool = False) -> Iterator[Path]:
    """Give an empty folder next to ``path`` to fill; rename it to ``path`` when the block ends well.

    It is removed if the block raises. With ``overwrite`` an existing folder is moved aside first and deleted last.

    Examples
    --------
    >>> import tempfile
    >>> final = Path(tempfile.mkdtemp()) / "model"
    >>> with atomic_directory(final) as partial:
    ...     _ = (partial / "config.json").write_text("{}")
    >>> [file.name for file in final.iterdir()]
    ['config.json']
    """
    path = Path(path)
    remove_abandoned(path)
    if path.exists() and (not overwrite or not path.is_dir()):
        raise FileExistsError(f"{path} exists; choose another name or allow overwriting a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path.parent, f".{path.name}.partial-") as partial:
        try:
            yield partial
            _share_like_new(partial)
            _move_into_place(partial, path)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise


def remove_abandoned(path: str | os.PathLike[str]) -> list[str]:
    """Remove what killed processes left of their attempts at a folder.

    A folder that was to be replaced, and had been moved aside when the process was killed, gets its name back. Folders
    that a living process is filling stay. Returns the names of those removed.
    """
    path = Path(path)
    removed = []
    for kind in ("old", "partial"):
        for left in sorted(path.parent.glob(f".{glob.escape(path.name)}.{kind}-*")):
            with _lock_of_dead(left) as is_dead:
                if not is_dead:
                    continue
                if kind == "old" and not path.exists() and (left / path.name).exists():
                    (left / path.name).rename(path)
                shutil.rmtree(left, ignore_errors=True)
                removed.append(left.name)
    return removed


@contextlib.contextmanager
def temporary_directory(prefix: str) -> Iterator[Path]:
    """Make a folder among the system's temporary ones, for as long as the block runs.

    ``tempfile.TemporaryDirectory`` does so too; here the next process removes what a killed one left: all whose
    names begin with ``prefix``.

    Examples
    --------
    >>> with temporary_directory("dcgenomics-doctest-") as folder:
    ...     folder.is_dir()
    True
    >>> folder.exists()
    False
    """
    parent = Path(tempfile.gettempdir())
    for left in parent.glob(f"{glob.escape(prefix)}*"):
        with _lock_of_dead(left) as is_dead:
            if is_dead:
                shutil.rmtree(left, ignore_errors=True)
    with _locked(parent, prefix) as folder:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _lock_of_dead(left: Path) -> Iterator[bool]:
    """Lock what a process may have left; tell whether that worked, so that nobody is at work on it any more."""
    try:
        lock = os.open(left, os.O_RDONLY)
    except OSError:  # its process has just given it its final name, or removed it
        yield False
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_dead = True
    except OSError:  # a living process has the lock; or this file system has none
        is_dead = False
    try:
        yield is_dead
    finally:
        os.close(lock)


@contextlib.contextmanager
def _locked(parent: Path, prefix: str, suffix: str | None = None) -> Iterator[Path]:
    """Make a folder, or a file if it is to have a suffix, and lock it while the block runs.

    The system lets go of the lock if this process is killed: how others tell what is in use from what is abandoned.
    """
    while True:
        if suffix is None:
            name = tempfile.mkdtemp(dir=parent, prefix=prefix)
            lock = os.open(name, os.O_RDONLY)
        else:
            lock, name = tempfile.mkstemp(dir=parent, prefix=prefix, suffix=suffix)
        with contextlib.suppress(OSError):  # where there are no locks, nothing is taken for abandoned either
            fcntl.flock(lock, fcntl.LOCK_EX)
        if Path(name).exists():  # else another process took it for abandoned, before it was locked
            break
        os.close(lock)
    try:
        yield Path(name)
    finally:
        os.close(lock)


def _move_into_place(partial: Path, path: Path) -> None:
    if not path.exists():
        partial.rename(path)
        return
    with _locked(path.parent, f".{path.name}.old-") as aside:
        path.rename(aside / path.name)
        partial.rename(path)
        shutil.rmtree(aside, ignore_errors=True)


def _share_like_new(path: Path) -> None:
    """Give a temporary file or folder, made private by tempfile, the rights that a plain new one would have."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod((0o777 if path.is_dir() else 0o666) & ~umask)
