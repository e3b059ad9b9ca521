"""Paths of files that are made from the user's files: next to them, or in a cache folder.

An index is small and of use to other programs: it is written next to its genome where that folder allows it, and into
the cache folder where not. An unpacked copy is large and ours alone: it always goes into the cache folder. That folder
is, in this order: the one given; the environment variable ``DEEPCHEM_GENOMICS_CACHE``; ``deepchem_genomics`` in
``XDG_CACHE_HOME`` or ``~/.cache``; one among the folders for temporary files. The last two must belong to this user,
and the very last must be closed to all others, since anyone can make a folder there.

A file in the cache folder is used only if it is still as it was made: a record next to it says so. Its name depends on
the state of the file that it is made from.
"""

import json
import logging
import os
import stat
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

__all__ = ["cached_copy", "drop_outdated_copies", "is_as_made", "may_write_in", "record_as_made"]

_LOG = logging.getLogger(__name__)
_RECORD = ".made.json"


def may_write_in(folder: Path) -> bool:
    """Check that a folder is meant to be written to: not if it is read-only, which does not stop the superuser."""
    return bool(folder.stat().st_mode & 0o222) and os.access(folder, os.W_OK)


def cached_copy(path: Path, suffix: str, cache_dir: str | os.PathLike[str] | None = None) -> Path:
    """Name the file in the cache folder that is made from ``path`` as it is now, whether or not it is there.

    If the content of ``path`` changes, so does the name: it depends on size and times, also on the one that no program
    can set. The folder is made if need be.
    """
    state = path.stat()
    digest = _digest(state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    return _cache_folder(cache_dir) / f"{_stem(path)}{digest}{suffix}"


def record_as_made(files: Sequence[Path]) -> None:
    """Record the state of files that have just been made and belong together, next to the first."""
    _record_of(files).write_text(json.dumps(_states(files)) + "\n")


def is_as_made(files: Sequence[Path]) -> bool:
    """Check that files are as :func:`record_as_made` recorded them."""
    try:
        return bool(json.loads(_record_of(files).read_text()) == _states(files))
    except (OSError, ValueError, RecursionError):
        return False


def _record_of(files: Sequence[Path]) -> Path:
    return files[0].with_name(files[0].name + _RECORD)


def _states(files: Sequence[Path]) -> dict[str, list[int]]:
    states = {file.name: file.stat() for file in files}
    return {name: [s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino, s.st_uid] for name, s in states.items()}


def drop_outdated_copies(copy: Path, path: Path) -> None:
    """Remove what :func:`cached_copy` named when ``path`` had another size or time of change."""
    current = _stem(path) + copy.name.removeprefix(_stem(path)).split(".")[0]
    for file in copy.parent.iterdir():
        if file.name.startswith(_stem(path)) and not file.name.startswith(current):
            file.unlink(missing_ok=True)


def _stem(path: Path) -> str:
    # The folder is part of the digest: two files of one name in two folders are two files.
    return f"{path.name}-{_digest(path.resolve())}-"


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:12]


def _cache_folder(given: str | os.PathLike[str] | None) -> Path:
    if given is not None:
        Path(given).mkdir(parents=True, exist_ok=True)
        return Path(given)
    named = os.environ.get("DEEPCHEM_GENOMICS_CACHE")
    if named and _is_made(Path(named), 0o777) and may_write_in(Path(named)):
        return Path(named)
    own, shared = _own_folder(), Path(tempfile.gettempdir()) / f"deepchem_genomics-{os.getuid()}"
    for folder in filter(None, (own, shared)):
        if _is_made(folder, 0o700) and may_write_in(folder):
            if _is_private(folder, strictly=folder == shared):
                return folder
            _LOG.warning("%s is not used as cache folder: others own it or have access; see 'ls -ld'", folder)
    return Path(tempfile.mkdtemp(prefix="deepchem_genomics-"))


def _own_folder() -> Path | None:
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "deepchem_genomics"
    except RuntimeError:  # this user has no home
        return None


def _is_made(folder: Path, mode: int) -> bool:
    try:
        folder.mkdir(mode, parents=True, exist_ok=True)
    except OSError:
        return False
    return True


def _is_private(folder: Path, strictly: bool) -> bool:
    """Check that a folder is this user's and that not everyone may write in it; strictly, no link and closed to all."""
    state = folder.lstat() if strictly else folder.stat()
    is_closed = not state.st_mode & (0o077 if strictly else 0o002)
    return stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() and is_closed
