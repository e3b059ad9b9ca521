"""Published files, from a local folder or the network: their content is checked before anything reads it.

A local folder (``source``, or the environment variable ``DEEPCHEM_GENOMICS_SOURCE``) holds each file as
``<repository>/<path>``, or at the flat place that :data:`PUBLISHED` names; each is pinned by its content in
``published_files.toml``. Where one is given, nothing is downloaded. Otherwise files are downloaded once, to
``<data_dir>/<repository>/<path>``, so that the data folder of one machine is a local folder for another. A download
that was cut off continues where it ended.

What is handed out is the very bytes that were checked, so that no one can change a file in between.
"""

import hashlib
import logging
import os
import tomllib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import requests  # comes with pooch, which asks it for the file

from deepchem_genomics.errors import DamagedFileError, DataFolderError
from deepchem_genomics.io.opening import opened
from deepchem_genomics.quiet import import_quietly

__all__ = ["PUBLISHED", "SOURCE_VARIABLE", "PublishedFile", "blob_id", "digest", "download", "read_published"]

logger = logging.getLogger(__name__)

SOURCE_VARIABLE = "DEEPCHEM_GENOMICS_SOURCE"

_RAW = "https://raw.githubusercontent.com"
_LARGEST = 2**30  # bytes that are read of a file whose size is not known


class PublishedFile(NamedTuple):
    """A file at one commit of a public repository."""

    repository: str  # owner and name on GitHub; empty if the file is in none, and can only come from a local folder
    commit: str
    path: str  # within the repository
    flat: str  # where it may lie in a local folder instead; gzipped if this alone ends in ".gz"
    blob: str  # git blob id, of the content as published
    size: int | None = None  # in bytes; None where it is not known
    sha256: str | None = None  # None where it is not known

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


def _read_pins() -> dict[str, dict[str, PublishedFile]]:
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


PUBLISHED: dict[str, dict[str, PublishedFile]] = _read_pins()
"""By data set, then by name of the file."""


def read_published(
    file: PublishedFile, source: str | os.PathLike[str] | None = None, data_dir: str | os.PathLike[str] | None = None
) -> bytes:
    """Return the content of a published file, whose git blob id (and sha256, where known) is checked.

    It is read from the local folder ``source`` or that of the environment variable ``DEEPCHEM_GENOMICS_SOURCE``; else
    it is downloaded to ``data_dir``, by default DeepChem's data folder.
    """
    source = source if source is not None else os.environ.get(SOURCE_VARIABLE) or None
    if source is not None:
        return _from_folder(file, Path(source))
    if not file.repository:
        raise DataFolderError(f"{file.path} is in no public repository; {_local_way(file)}")
    return _from_network(file, Path(_default_data_dir() if data_dir is None else data_dir))


def blob_id(content: bytes) -> str:
    """Return what git calls a file of this content.

    Examples
    --------
    >>> blob_id(b"[0]")
    '6e7ea636eec7d2e5cf84e0f64c0a7b877bf7a60a'
    """
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _from_folder(file: PublishedFile, folder: Path) -> bytes:
    if not folder.is_dir():
        raise DataFolderError(f"{folder}: no such folder; {_local_way(file)}")
    for place in file.places:
        path = _within(folder, place)
        if path.is_file():
            return _checked(path, file, unpack=place.endswith(".gz") and not file.path.endswith(".gz"))
    ways = _local_way(file)
    if file.repository:
        ways = f"put it there, or leave source out and {SOURCE_VARIABLE} unset to download it from {_address(file)}"
    raise DataFolderError(f"{folder} has neither of {', '.join(file.places)}; {ways}")


def _from_network(file: PublishedFile, data_dir: Path) -> bytes:
    path = _within(data_dir, f"{file.repository}/{file.path}")
    if path.is_file():
        try:
            return _checked(path, file)
        except DataFolderError as error:
            logger.warning("%s; downloading it again", error)
            path.unlink()
    pooch = import_quietly("pooch")  # whose progress bar warns where a notebook has no widgets
    try:
        known = None if file.sha256 is None else f"sha256:{file.sha256}"
        pooch.retrieve(_address(file), known, path.name, path.parent, downloader=_Checking(file, path))
    except (requests.RequestException, OSError) as error:
        raise DataFolderError(
            f"{file.path} of {file.repository} could not be downloaded from {_address(file)}: {error}; try again when "
            f"the network is there; or {_local_way(file)}"
        ) from error
    return _checked(path, file)


def _within(folder: Path, place: str) -> Path:
    """Join a folder and a place in it, which another table than ours, or a repository's name, could put outside."""
    parts = PurePosixPath(place)
    if parts.is_absolute() or ".." in parts.parts:
        raise DataFolderError(f"{place!r} lies outside {folder}; a published file is named by its path from there")
    return folder / parts


class _Checking:
    """A downloader for pooch that refuses a file before it gets its final name: pooch knows no git blob ids."""

    def __init__(self, file: PublishedFile, path: Path) -> None:
        self.file = file
        self.partial = path.with_name(f".{path.name}.{file.blob[:12]}.part")  # never continues with another version

    def __call__(self, url: str, output_file: Any, pooch_: Any, check_only: bool = False) -> bool | None:
        limit = 1 + (_LARGEST if self.file.size is None else self.file.size)
        goes_on = download(url, self.partial, limit)
        try:
            _checked(self.partial, self.file, called=url)
        except DataFolderError as error:
            self.partial.unlink()
            if not goes_on:
                raise
            logger.warning("%s; what an earlier attempt left may be at fault: downloading all of it", error)
            return self(url, output_file, pooch_, check_only)
        self.partial.replace(os.fspath(output_file))
        return None


def _checked(path: Path, file: PublishedFile, unpack: bool = False, called: str = "") -> bytes:
    called = called or os.fspath(path)
    limit = _LARGEST if file.size is None else file.size
    try:
        with opened(path) if unpack else path.open("rb") as stream:
            content = stream.read(limit + 1)  # no more of it, regardless of its declared size
    except (OSError, DamagedFileError) as error:
        raise DataFolderError(f"{called} cannot be read: {error}; replace it with {_name(file)}") from error
    found = blob_id(content)
    if found != file.blob or file.sha256 not in (None, hashlib.sha256(content).hexdigest()):
        if len(content) > limit:
            what = f"it is larger than {limit} bytes"
        elif file.size not in (None, len(content)):
            what = f"it has {len(content)} bytes, not {file.size}"
        else:
            what = f"its git blob id is {found}, not {file.blob}"
        raise DataFolderError(
            f"{called} is not {_name(file)}: {what}; it was changed, cut off or is another version, and was not used; "
            "replace it with the published file"
        )
    return content


def _name(file: PublishedFile) -> str:
    return f"{file.path} of {file.repository} at {file.commit[:7]}" if file.repository else f"the known {file.path}"


def _address(file: PublishedFile) -> str:
    return f"{_RAW}/{file.repository}/{file.commit}/{file.path}"


def _local_way(file: PublishedFile) -> str:
    return f"give a folder with {' or '.join(file.places)} as source=, or in the environment variable {SOURCE_VARIABLE}"


def _default_data_dir() -> str:
    from deepchem.utils.data_utils import get_data_dir

    found: str = get_data_dir()
    return found


_TIMEOUT = 30  # seconds without an answer
_CHUNK = 2**16  # bytes; a cut loses less than that


def download(url: str, partial: Path, limit: int) -> bool:
    """Download what is missing of ``partial``, and keep what has arrived, however it ends.

    No more than ``limit`` bytes are read. Returns whether the beginning from an earlier attempt is part of the file.
    """
    begun = partial.stat().st_size if partial.is_file() else 0
    # Offsets count bytes of the file itself only if it is sent as it is.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={begun}-"} if begun else {})
    with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
        if begun and answer.status_code == requests.codes.requested_range_not_satisfiable:
            return True  # all of it had come, or more; the checksum decides
        answer.raise_for_status()
        goes_on = bool(begun) and _begins_at(answer, begun)
        if goes_on:
            logger.info("%s: continuing after %d bytes", url, begun)
        with partial.open("ab" if goes_on else "wb") as stream:
            for chunk in answer.iter_content(_CHUNK):
                stream.write(chunk)
                if stream.tell() >= limit:
                    break
    _require_whole(answer, partial.stat().st_size - (begun if goes_on else 0), url, limit)
    return goes_on


def _begins_at(answer: requests.Response, begun: int) -> bool:
    """Return whether the server sends the requested part; one that knows no parts sends everything."""
    given = answer.headers.get("Content-Range", "")
    return answer.status_code == requests.codes.partial_content and given.startswith(f"bytes {begun}-")


def _require_whole(answer: requests.Response, received: int, url: str, limit: int) -> None:
    """Raise if the connection ended early, which not all versions of urllib3 report."""
    announced = answer.headers.get("Content-Length", "")
    if announced.isdigit() and received < min(int(announced), limit):
        raise requests.ConnectionError(f"{url}: cut off after {received} of {announced} bytes")
