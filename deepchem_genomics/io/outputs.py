"""Outputs that appear only when whole, and never over what is not ours.

They are built under another name next to the final one, then renamed. What may be replaced is checked before any work,
and again before the renaming: :func:`require_file` and :func:`require_folder`.
"""

import contextlib
import enum
import fcntl
import glob
import json
import logging
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from deepchem_genomics.errors import GenomicsError, InputChangedError, OutputInUseError
from deepchem_genomics.paths import PathLike

__all__ = [
    "MARKER",
    "Kind",
    "abandoned",
    "atomic_directory",
    "atomic_file",
    "is_or_has",
    "is_stdout",
    "only_writer",
    "remove_abandoned",
    "remove_unfinished",
    "require_alone",
    "require_file",
    "require_folder",
    "require_place",
    "temporary_directory",
    "unchanged",
]

MARKER = ".written-by.json"
"""File in a folder that says what wrote it, and which files that were."""

logger = logging.getLogger(__name__)

_written: set[Path] = set()  # what this process has a lock on
_unfinished: dict[Path, Path | None] = {}  # what this process removes; where what is in it goes back to, if anywhere
_read: list[dict[Path, tuple[int, int] | None]] = []  # what must not change while outputs are made

_LOCK = ".lock"
_INDEXES = (".fai", ".gzi", ".tbi", ".csi")  # of files that are read, beside them
_DESCRIPTORS = {"/dev/stdout": 1, "/dev/stderr": 2}


class Kind(enum.StrEnum):
    """What a folder is that this package wrote: one is replaced only by another of its kind."""

    DATASET = "dataset"
    MODEL = "model"
    TRAINED_MODEL = "trained model"  # with how it was trained and scored
    EXPERIMENT = "reproduced experiment"
    EXPLANATION = "explanation"
    DESIGN = "siRNA design"
    MODISCO_INPUT = "TF-MoDISco input"
    MODISCO_RESULT = "TF-MoDISco result"


def require_file(path: PathLike, overwrite: bool = False, inputs: Iterable[PathLike] = ()) -> None:
    """Raise unless a file can be written under this name without harm to any other.

    Parameters
    ----------
    path : path-like
        The file. A link is followed. What is neither a file nor a folder, such as ``/dev/null`` or a named pipe, can
        be written to, and is never replaced.
    overwrite : bool, default False
        Whether an existing file may be replaced.
    inputs : iterable of path-like, optional
        Files and folders that are read, which never may, nor the index of one (``genome.fa.fai``); hard links count.

    Raises
    ------
    FileExistsError
        If the file exists and may not be replaced, or is a folder, a block device or a socket.
    FileNotFoundError
        If it is a link to nothing.
    NotADirectoryError, PermissionError
        If it cannot be made there.
    """
    path = Path(path)
    if _descriptor(path) is not None:
        return
    final = _followed(path)
    if final.is_dir():
        raise FileExistsError(f"{path} is a folder; name a file")
    if _is_special(final):
        if not _is_stream(final):
            raise FileExistsError(f"{path} is a block device or a socket; name a file")
        if not os.access(final, os.W_OK):
            raise PermissionError(f"{path} may not be written to; write elsewhere")
        return
    require_place(path)
    if not final.exists():
        return
    for each in (Path(f"{read}{ending}") for read in inputs for ending in ("", *_INDEXES)):
        if is_or_has(each, final):
            where = "" if each == path else f" ({each})"
            raise FileExistsError(f"{path} is read{where}; write to another file")
    if not overwrite:
        raise FileExistsError(f"{path} exists; choose another name, or allow overwriting it (overwrite=True)")


def require_folder(path: PathLike, kind: Kind, overwrite: bool = False, inputs: Iterable[PathLike] = ()) -> None:
    """Raise unless a folder can be written under this name, without harm to anything but an earlier one of its kind.

    Parameters
    ----------
    path : path-like
        The folder. A link is followed.
    kind : Kind
        What is going to be written.
    overwrite : bool, default False
        Whether an existing folder may be replaced. It must be of the same kind, and hold nothing else, or be empty.
    inputs : iterable of path-like, optional
        Files and folders that are read; none may be the folder or lie in it; hard links to them count.

    Raises
    ------
    FileExistsError
        If the folder exists and may not be replaced.
    FileNotFoundError
        If it is a link to nothing.
    NotADirectoryError, PermissionError
        If it cannot be made there.
    """
    path = Path(path)
    final = _followed(path)
    if _descriptor(path) is not None or (final.exists() and not final.is_dir()):
        raise FileExistsError(f"{path} exists and is not a folder; choose another name")
    require_place(path)
    if not final.exists():
        return
    here = Path.cwd()
    if final.resolve() in (here, *here.parents):
        raise FileExistsError(f"{path} is the current folder, or holds it, and cannot be replaced; name another folder")
    read = next((each for each in map(Path, inputs) if is_or_has(final, each)), None)
    if read is not None:
        what = "is" if read.exists() and read.samefile(final) else f"holds {read}, which is"
        raise FileExistsError(f"{path} {what} read; choose another name")
    if not overwrite:
        raise FileExistsError(f"{path} exists; choose another name, or allow overwriting a folder (overwrite=True)")
    files = _files_in(final)
    if not files:
        return
    written = _read_marker(final)
    if written.get("kind") != kind:
        what = f"is a {written['kind']}" if written else "was not written by this package"
        raise FileExistsError(f"{path} {what}, and only a {kind} is replaced by one; remove it, or choose another name")
    foreign = sorted(files - {MARKER, *written["files"]})
    if foreign:
        more = f" and {len(foreign) - 1} more files" if len(foreign) > 1 else ""
        raise FileExistsError(
            f"{path} holds {foreign[0]}{more}, not written with the {kind}; move that away, or choose another name"
        )


def is_stdout(path: PathLike) -> bool:
    """Return whether a name stands for stdout: ``-``, ``/dev/stdout`` and the like."""
    return os.fspath(path) == "-" or _descriptor(Path(path)) == 1


def _descriptor(path: Path) -> int | None:
    """Return the number of the open file that a name such as /dev/stdout stands for."""
    name = str(path.absolute())
    found = re.fullmatch(r"/(?:dev|proc/self)/fd/(\d+)", name)
    return int(found[1]) if found else _DESCRIPTORS.get(name)


def _followed(path: Path) -> Path:
    """Return what a link leads to, so that it stays a link; other paths as they are."""
    if not path.is_symlink():
        return path
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError):
        raise FileNotFoundError(f"{path} is a link to nothing; remove it, or choose another name") from None


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _is_stream(path: Path) -> bool:
    mode = path.stat().st_mode
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def require_place(path: PathLike) -> None:
    """Raise unless something of this name is, or can be made, in a folder that may be written to.

    NotADirectoryError if the folder is none; PermissionError if it may not be written to; FileNotFoundError if the name
    is a link to nothing.
    """
    parent = _followed(Path(path)).absolute().parent
    while not os.path.lexists(parent):
        parent = parent.parent
    if not parent.is_dir():
        raise NotADirectoryError(f"{path}: {parent} is not a folder; choose another name")
    if os.statvfs(parent).f_flag & os.ST_RDONLY:
        raise PermissionError(f"{path}: read-only file system; write elsewhere")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise PermissionError(f"{path}: {parent} may not be written to; write elsewhere")


def is_or_has(outer: Path, inner: Path) -> bool:
    """Return whether two paths are the same file or folder, or the first is a folder with the second in it."""
    try:
        wanted = inner.stat()
        if os.path.samestat(outer.stat(), wanted) or outer.resolve() in inner.resolve().parents:
            return not _is_special(inner)
        if not outer.is_dir() or not inner.is_file() or wanted.st_nlink == 1:
            return False
        files = (outer / name for name in _files_in(outer))
        return any(os.path.samestat(file.stat(), wanted) for file in files if file.exists())
    except OSError:  # is not there: who reads it will say so
        return False


def _files_in(folder: Path) -> set[str]:
    """Return all files of a folder and its folders, links included, relative to it."""
    found = set()
    for at, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(at) / name).is_symlink()]
        found |= {(Path(at) / name).relative_to(folder).as_posix() for name in (*files, *links)}
    return found


def _read_marker(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return {"kind": str(found["kind"]), "files": [str(name) for name in found["files"]]}
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return {}


def _write_marker(folder: Path, kind: Kind) -> None:
    content = {"kind": kind, "files": sorted(_files_in(folder) - {MARKER})}
    (folder / MARKER).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


@contextlib.contextmanager
def atomic_file(path: PathLike) -> Iterator[Path]:
    """Yield a path next to ``path`` to write to; rename it to ``path`` when the block ends well.

    An existing file is replaced in one step; who must not replace it calls :func:`require_file` before. The path to
    write to has the same ending, and is removed if the block raises. The folder is made if need be. If ``path`` is a
    link, it stays, and what it leads to is replaced. If it is a device, a named pipe or ``/dev/stdout``, the content is
    written to it at the end.

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
    require_file(path, overwrite=True)
    number = _descriptor(path)
    final = path if number is not None else _followed(path)
    if number is not None or _is_special(final):
        with temporary_directory("dcgenomics-output-") as folder:
            partial = folder / f"output{path.suffix}"
            yield partial
            with partial.open("rb") as whole, open(final if number is None else os.dup(number), "wb") as out:  # noqa: PTH123
                shutil.copyfileobj(whole, out)
        return
    final.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{final.stem}.partial-"
    for left in final.parent.glob(f"{glob.escape(prefix)}*{glob.escape(path.suffix)}"):
        with abandoned(left) as is_dead:
            if is_dead and not left.is_dir():
                left.unlink(missing_ok=True)
    with _locked(final.parent, prefix, path.suffix) as partial:
        yield partial
        _require_unchanged()
        _share_like_new(partial)
        partial.replace(final)


@contextlib.contextmanager
def atomic_directory(
    path: PathLike, kind: Kind | None = None, overwrite: bool = False, inputs: Iterable[PathLike] = ()
) -> Iterator[Path]:
    """Yield an empty folder next to ``path`` to fill; rename it to ``path`` when the block ends well.

    It is removed if the block raises. With ``overwrite`` an existing folder is moved aside first and deleted last, if
    :func:`require_folder` allows it: the folder gets a file that says what kind it is and what was written. Folders
    within one of ours, such as a cache, need no ``kind`` and no such file.

    Examples
    --------
    >>> import tempfile
    >>> final = Path(tempfile.mkdtemp()) / "model"
    >>> with atomic_directory(final, Kind.MODEL) as partial:
    ...     _ = (partial / "config.json").write_text("{}")
    >>> sorted(file.name for file in final.iterdir())
    ['.written-by.json', 'config.json']
    """
    path = _followed(Path(path))
    remove_abandoned(path)
    given = list(inputs)
    if kind is not None:
        require_folder(path, kind, overwrite, given)
    elif path.exists() and not (overwrite and path.is_dir()):
        raise FileExistsError(f"{path} exists; choose another name")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path.parent, f".{path.name}.partial-") as partial:
        yield partial
        _share_like_new(partial)
        if kind is not None:
            _require_unchanged()
            _write_marker(partial, kind)
            require_folder(path, kind, overwrite, given)  # once more: work may have taken hours
        _move_into_place(partial, path)


def remove_abandoned(path: PathLike) -> list[str]:
    """Remove what killed processes left of their attempts at a folder.

    A folder that was to be replaced, and had been moved aside when the process was killed, gets its name back. Folders
    that a living process is filling stay. Returns the names of those removed.
    """
    path = Path(path)
    removed = []
    for kind in ("old", "partial"):
        for left in sorted(path.parent.glob(f".{glob.escape(path.name)}.{kind}-*")):
            with abandoned(left) as is_dead:
                if not is_dead or not left.is_dir():
                    continue
                if kind == "old" and not path.exists() and (left / path.name).exists():
                    (left / path.name).rename(path)
                shutil.rmtree(left, ignore_errors=True)
                removed.append(left.name)
    return removed


def remove_unfinished() -> None:
    """Remove all that this process was about to remove when it was interrupted, perhaps while it was removing it."""
    for made, home in list(_unfinished.items()):
        if home is not None and not home.exists() and (made / home.name).exists():
            (made / home.name).rename(home)
        if made.name.endswith(_LOCK):  # others may have it
            is_ours = made.with_name(made.name[1 : -len(_LOCK)]) in _written
            with abandoned(made) as is_dead:
                if is_ours or is_dead:
                    made.unlink(missing_ok=True)
        else:
            _remove(made)
        _unfinished.pop(made, None)  # a thread may have removed it meanwhile
    _written.clear()


def _remove(made: Path) -> None:
    if made.is_dir():
        shutil.rmtree(made, ignore_errors=True)
    else:
        made.unlink(missing_ok=True)


@contextlib.contextmanager
def temporary_directory(prefix: str = "dcgenomics-", parent: PathLike | None = None) -> Iterator[Path]:
    """Make a folder among the system's temporary ones, or in another, for as long as the block runs.

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
    parent = Path(tempfile.gettempdir() if parent is None else parent)
    for left in parent.glob(f"{glob.escape(prefix)}*"):
        with abandoned(left) as is_dead:
            if is_dead:
                shutil.rmtree(left, ignore_errors=True)
    with _locked(parent, prefix) as folder:
        yield folder


@contextlib.contextmanager
def abandoned(left: Path) -> Iterator[bool]:
    """Lock what a process may have left; return whether that worked: then no process is using it."""
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
def only_writer(path: PathLike) -> Iterator[None]:
    """Keep other processes from writing a file or folder while the block runs, if they ask likewise.

    A hidden file next to it is locked, and removed at the end. Devices and pipes are for all, and where no file can be
    made, there is no lock.

    Raises
    ------
    OutputInUseError
        If another process has the lock.

    Examples
    --------
    >>> import tempfile
    >>> page = Path(tempfile.mkdtemp()) / "page.html"
    >>> with only_writer(page):
    ...     [file.name for file in page.parent.iterdir()]
    ['.page.html.lock']
    >>> list(page.parent.iterdir())
    []
    """
    path = Path(path)
    with contextlib.ExitStack() as opened:
        try:
            final = _followed(path).absolute()
            if _descriptor(path) is None and not _is_special(final) and final not in _written:
                opened.enter_context(_parent_of(final))
                opened.enter_context(_lock_beside(final, path))
        except OSError as error:
            logger.debug("%s is not locked: %s", path, error)
        yield


@contextlib.contextmanager
def unchanged(inputs: Iterable[PathLike]) -> Iterator[None]:
    """Keep outputs from getting their names while the block runs if an input has changed since.

    An unforeseen error is then raised as this one too, since a library may not say which file it found cut. Of a
    folder, the files in it count that are there at the beginning; pipes and devices do not.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "genome.fa").write_text("ACGT")
    >>> with unchanged([folder / "genome.fa"]), atomic_file(folder / "scores.txt") as partial:
    ...     _ = (folder / "genome.fa").write_text("AC")
    Traceback (most recent call last):
    deepchem_genomics.errors.InputChangedError: .../genome.fa changed while it was read; ...
    """
    files: list[Path] = []
    for path in map(Path, inputs):
        files += [one for one in path.iterdir() if not one.name.startswith(".")] if path.is_dir() else [path]
    states = {file.absolute(): _state(file) for file in files if file.is_file()}
    _read.append(states)
    try:
        yield
    except GenomicsError:
        raise
    except Exception as error:
        try:
            _require_unchanged()
        except InputChangedError as reason:
            raise reason from error
        raise
    finally:
        _read.remove(states)


def _state(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _require_unchanged() -> None:
    for states in _read:
        for file, state in states.items():
            if _state(file) != state:
                raise InputChangedError(f"{file} changed while it was read; give the same command again")


@contextlib.contextmanager
def _parent_of(final: Path) -> Iterator[None]:
    """Make the folders above; remove those that are empty at the end."""
    missing = [parent for parent in final.parents if not parent.exists()]
    final.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            for parent in missing:
                parent.rmdir()


@contextlib.contextmanager
def _lock_beside(final: Path, path: Path) -> Iterator[None]:
    name = final.with_name(f".{final.name}{_LOCK}")
    while True:
        _unfinished[name] = None
        lock = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            require_alone(lock, path)
            if not name.exists() or not os.path.samestat(os.fstat(lock), name.stat()):
                continue  # its owner removed it before it was locked here
            _written.add(final)
            try:
                yield
            finally:
                _written.discard(final)
                name.unlink(missing_ok=True)
                _unfinished.pop(name, None)
            return
        except OutputInUseError:
            _unfinished.pop(name, None)
            raise
        finally:
            os.close(lock)


def require_alone(lock: int, path: PathLike) -> None:
    """Lock an open file or folder until it is closed, or raise OutputInUseError if another process has done so."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system drops the lock if this process is killed
    except BlockingIOError:
        raise OutputInUseError(
            f"{path}: another process is writing there; wait for it, or choose another name"
        ) from None
    except OSError:
        logger.debug("%s is on a file system without locks", path)


@contextlib.contextmanager
def _locked(parent: Path, prefix: str, suffix: str | None = None, home: Path | None = None) -> Iterator[Path]:
    """Make a folder, or a file if it is to have a suffix, and lock it while the block runs; remove what is left of it.

    What has the name of ``home`` goes back there if nothing is there when all is removed after an interruption.

    The system lets go of the lock if this process is killed: how others tell what is in use from what is abandoned.
    """
    while True:
        made = parent / f"{prefix}{secrets.token_hex(8)}{suffix or ''}"  # named first: an interrupt may come any time
        lock = -1
        _unfinished[made] = home
        try:
            if suffix is None:
                made.mkdir(0o700)
                try:
                    lock = os.open(made, os.O_RDONLY)
                except FileNotFoundError:  # another process or thread took it for abandoned already
                    continue
            else:
                lock = os.open(made, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            with contextlib.suppress(OSError):  # where there are no locks, nothing is taken for abandoned either
                fcntl.flock(lock, fcntl.LOCK_EX)
            if made.exists():  # else it was taken for abandoned, before it was locked
                yield made
                return
        finally:
            _remove(made)
            _unfinished.pop(made, None)
            if lock >= 0:
                os.close(lock)


def _move_into_place(partial: Path, path: Path) -> None:
    if not path.exists():
        partial.rename(path)
        return
    with _locked(path.parent, f".{path.name}.old-", home=path) as aside:
        try:
            path.rename(aside / path.name)
            partial.rename(path)
        except BaseException:
            if not path.exists() and (aside / path.name).exists():
                (aside / path.name).rename(path)
            raise


def _share_like_new(path: Path) -> None:
    """Set the permissions of a temporary file or folder, which tempfile made private, to those of a new one."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod((0o777 if path.is_dir() else 0o666) & ~umask)
