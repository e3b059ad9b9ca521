"""Which published files the named data sets are made of, each pinned by its content in ``published_files.toml``."""

import hashlib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

__all__ = ["PUBLISHED", "PublishedFile", "digest"]


class PublishedFile(NamedTuple):
    """A file at one commit of a public repository.

    Parameters
    ----------
    repository : str
        Owner and name on GitHub; empty if the file is in none, and can only come from a local folder.
    commit : str
        40 hexadecimal digits.
    path : str
        Within the repository.
    flat : str
        Where it may lie in a local folder instead of ``<repository>/<path>``; gzipped if this alone ends in ``.gz``.
    blob : str
        Git blob id, of the content as published.
    size : int or None
        In bytes; None where it is not known.
    sha256 : str or None
        Of the content; None where it is not known.
    """

    repository: str
    commit: str
    path: str
    flat: str
    blob: str
    size: int | None = None
    sha256: str | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """Where in a local folder it is looked for, in this order."""
        published = (f"{self.repository}/{self.path}",) if self.repository else ()
        return (*published, self.flat)


def digest(files: Iterable[PublishedFile]) -> str:
    """Return eight hexadecimal digits that stand for the contents of files: another content, other digits.

    Examples
    --------
    >>> digest(PUBLISHED["sirna"].values()) == digest(reversed(PUBLISHED["sirna"].values()))
    True
    """
    return hashlib.sha256("".join(sorted(file.blob for file in files)).encode()).hexdigest()[:8]


def _read_table() -> dict[str, dict[str, PublishedFile]]:
    """Read the table; each file is named by the end of its path, after the folder that its data set is in."""
    table = tomllib.loads(Path(__file__).with_name("published_files.toml").read_text(encoding="utf-8"))
    return {
        name: {
            file["path"].removeprefix("Chapter06/").removeprefix("data/").removeprefix("book/"): PublishedFile(
                part["repository"], part["commit"], **file
            )
            for part in parts
            for file in part["files"]
        }
        for name, parts in table.items()
    }


PUBLISHED: dict[str, dict[str, PublishedFile]] = _read_table()
"""By data set, then by name of the file."""
