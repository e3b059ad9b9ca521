"""Where files made from the user's files go: next to them, or into a cache folder.

An index is small and of use to other programs: it is written next to its genome where that folder allows it, and into
the cache folder where not. An unpacked copy is large and ours alone: it always goes into the cache folder. That folder
is, in this order: the one given; the environment variable ``DEEPCHEM_GENOMICS_CACHE``; ``deepchem_genomics`` in
``XDG_CACHE_HOME`` or ``~/.cache``; the same in the folder for temporary files.
"""

import hashlib
import os
import tempfile
from pathlib import Path

__all__ = ["cached_copy", "drop_outdated_copies", "may_write_in"]


def may_write_in(folder: Path) -> bool:
    """Check that a folder is meant to be written to: not if it is read-only, which does not stop the superuser."""
    return bool(folder.stat().st_mode & 0o222) and os.access(folder, os.W_OK)


def cached_copy(path: Path, suffix: str, cache_dir: str | os.PathLike[str] | None = None) -> Path:
    """Name the file in the cache folder that is made from ``path`` as it is now, whether or not it is there.

    If the size of ``path`` or its time of change differ later, so does the name. The folder is made if need be.
    """
    state = path.stat()
    return _cache_folder(cache_dir) / f"{_stem(path)}{_digest(state.st_size, state.st_mtime_ns)}{suffix}"


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
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _cache_folder(given: str | os.PathLike[str] | None) -> Path:
    if given is not None:
        Path(given).mkdir(parents=True, exist_ok=True)
        return Path(given)
    for folder in _usual_folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if may_write_in(folder):
            return folder
    return Path(tempfile.mkdtemp(prefix="deepchem_genomics-"))


def _usual_folders() -> list[Path]:
    folders = [Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "deepchem_genomics"]
    if "DEEPCHEM_GENOMICS_CACHE" in os.environ:
        folders.insert(0, Path(os.environ["DEEPCHEM_GENOMICS_CACHE"]))
    # Another user's folder there must not stand in the way, so each has a name of their own.
    return [*folders, Path(tempfile.gettempdir()) / f"deepchem_genomics-{_digest(Path.home())}"]
