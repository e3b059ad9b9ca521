"""The folder of a run that can be interrupted: what it does, a lock, and the pieces that are finished.

``run.json`` says what the run depends on. Another run is refused, with what differs; a run whose input files have
changed since begins again. Pieces appear under their names only when whole.
"""

import contextlib
import hashlib
import itertools
import json
import logging
import os
import shutil
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from numpy.typing import NDArray

from deepchem_genomics._version import __version__
from deepchem_genomics.errors import DataFolderError, GenomicsError
from deepchem_genomics.io.npz import read_arrays, write_arrays
from deepchem_genomics.io.outputs import (
    abandoned,
    atomic_file,
    is_or_has,
    only_writer,
    require_alone,
    require_file,
    require_place,
    temporary_directory,
)
from deepchem_genomics.paths import PathLike
from deepchem_genomics.runs.execution import Execution

__all__ = [
    "RunFolder",
    "file_fingerprint",
    "kept_map",
    "open_pieces",
    "open_run",
    "require_free",
    "require_run_folder",
    "run_folder_of",
    "tidy_finished",
]

RECORD = "run.json"
ASSEMBLED = "assembled"
FORMAT = 1

_SCRATCH = ".scratch-"

logger = logging.getLogger(__name__)

Item = TypeVar("Item")
Arrays = Mapping[str, NDArray[Any]]


class RunFolder:
    """The folder of a run, locked by this process.

    Parameters
    ----------
    path : Path
        The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        """Make a folder for files of this process; the next run removes what a killed one left."""
        with temporary_directory(_SCRATCH, self.path) as folder:
            yield folder

    def finished(self, name: str) -> Path:
        """Return the file of a piece, whether it is there or not."""
        return self.path / f"{name}.npz"

    def read(self, name: str) -> dict[str, NDArray[Any]] | None:
        """Read the arrays of a piece; None if it is not there or not whole, as a full disk leaves it."""
        try:
            return read_arrays(self.finished(name))
        except (OSError, ValueError):
            return None

    def write(self, name: str, arrays: Arrays) -> None:
        """Keep the arrays of a finished piece."""
        with atomic_file(self.finished(name)) as partial:
            write_arrays(partial, arrays, compress=False)

    @property
    def rows(self) -> Path:
        """Where a command keeps what grows row by row, instead of arrays by piece."""
        return self.path / "rows"

    @property
    def assembled(self) -> Path:
        """The file that says that the outputs are whole; it is removed last."""
        return self.path / ASSEMBLED

    def has_pieces(self) -> bool:
        """Whether any piece is finished."""
        return self.rows.exists() or any(
            path.suffix == ".npz" and not path.name.startswith(".") for path in self.path.iterdir()
        )

    def remove_pieces(self) -> None:
        """Remove the finished pieces."""
        shutil.rmtree(self.rows, ignore_errors=True)
        for piece in self.path.glob("*.npz"):
            piece.unlink()
        self.assembled.unlink(missing_ok=True)

    def mark_assembled(self) -> None:
        """Record that the outputs are whole and about to get their names."""
        self.assembled.touch()

    def remove(self) -> None:
        """Remove the folder; what the run is, and that it is done, goes last, so that a kill leaves a folder to resume.

        Only what a run writes is removed; a folder with anything else stays.
        """
        shutil.rmtree(self.rows, ignore_errors=True)
        last = [self.path / RECORD, self.assembled]
        for path in [*self.path.glob("*.npz"), *self.path.glob(".*.partial-*"), *last]:
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.path.rmdir()


def run_folder_of(out: PathLike) -> Path:
    """Name the folder that keeps the finished pieces of an output until all are there.

    Parameters
    ----------
    out : path-like
        The output, or the first of several.

    Returns
    -------
    Path
        ``<out>.run``, in the same folder.

    Examples
    --------
    >>> run_folder_of("results/scores.tsv").as_posix()
    'results/scores.tsv.run'
    """
    out = Path(out)
    out = out if out.name else out.absolute()
    return out.parent / f"{out.name}.run"


@contextlib.contextmanager
def open_run(
    folder: PathLike, kind: str, settings: Mapping[str, Any], inputs: Mapping[str, Any] | None = None
) -> Iterator[RunFolder]:
    """Make a run's folder, or find it, and keep other processes out while the block runs.

    Parameters
    ----------
    folder : path-like
        The folder. If it is there, it is this run's, or empty.
    kind : str
        What runs, such as "scan": folders of other kinds are refused.
    settings : mapping
        What the pieces depend on, JSON only.
    inputs : mapping, optional
        Fingerprints of the files that are read: see :func:`file_fingerprint`. If one has changed, its name apart,
        finished pieces are of no use any more: they are removed, with a warning.

    Yields
    ------
    RunFolder
        The folder.

    Raises
    ------
    DataFolderError
        If the folder holds something else or another run.
    OutputInUseError
        If another process works in it.
    """
    path = Path(folder)
    require_run_folder(path, kind)
    path.mkdir(parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDONLY)
    try:
        require_alone(lock, path)
        run = RunFolder(path)
        _claim(run, kind, _as_json({"settings": settings, "inputs": inputs or {}}))
        for left in path.glob(f"{_SCRATCH}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield run
    except KeyboardInterrupt as error:
        if path.exists() and any(one.name != RECORD and not _is_leftover(one) for one in path.iterdir()):
            error.add_note(f"what is finished is kept in {path}, and the same command continues from there")
        raise
    finally:
        os.close(lock)


def require_run_folder(folder: PathLike, kind: str, inputs: Iterable[PathLike] = ()) -> None:
    """Raise unless a folder is a run's of this kind, or empty, or can be made; whether it is this run is not looked at.

    Parameters
    ----------
    folder : path-like
        The folder.
    kind : str
        As for :func:`open_run`.
    inputs : iterable of path-like, optional
        What is read, which may not lie there.

    Raises
    ------
    DataFolderError
        If it holds something else, or an input.
    OSError
        If it cannot be made or written to.
    """
    path = Path(folder)
    require_place(path)
    if not path.exists():
        return
    if not path.is_dir():
        raise DataFolderError(f"{path} is not a folder; choose another name")
    inside = [str(each) for each in inputs if is_or_has(path, Path(each))]
    if inside:
        raise DataFolderError(f"{path} is written to and holds {', '.join(inside)}; move that, or choose another name")
    if (path / RECORD).exists():
        _read_record(path / RECORD, kind)
    elif any(not _is_leftover(one) for one in path.iterdir()):
        raise DataFolderError(f"{path} exists and is not the folder of a {kind}; choose another name")


@contextlib.contextmanager
def open_pieces(
    out: PathLike, kind: str, settings: Mapping[str, Any], inputs: Mapping[str, PathLike]
) -> Iterator[RunFolder | None]:
    """Keep the finished pieces of an output while it is made, so that an interrupted call continues where it stopped.

    Parameters
    ----------
    out : path-like
        The output, or the first of several; the folder is that of :func:`run_folder_of`.
    kind, settings
        As for :func:`open_run`.
    inputs : mapping of str to path-like
        The files and folders that are read.

    Yields
    ------
    RunFolder or None
        The folder. It is removed when the block ends well, has left no piece, or raises a GenomicsError: what is
        wrong with an input or option must change, and pieces depend on it. None, and nothing is kept, if the output
        is ``-`` or not a regular file, or an input can be read only once.

    Raises
    ------
    DataFolderError
        As :func:`open_run`.
    """
    found = {name: file_fingerprint(path) for name, path in inputs.items()}
    is_special = Path(out).exists() and not Path(out).is_file() and not Path(out).is_dir()
    if os.fspath(out) == "-" or is_special:
        yield None
        return
    if None in found.values():
        with only_writer(out):
            yield None
        return
    with open_run(run_folder_of(out), kind, settings, found) as run:
        try:
            yield run
        except BaseException as error:
            if isinstance(error, GenomicsError) or not run.has_pieces():
                run.remove()
            raise
        run.remove()


def tidy_finished(out: PathLike) -> None:
    """Remove the folder of pieces of an output that is whole: its command was killed when all but this was done."""
    run = RunFolder(run_folder_of(out))
    if not Path(out).exists() or not run.path.is_dir():
        return
    with abandoned(run.path) as is_abandoned:
        if is_abandoned and run.assembled.exists():
            run.remove()
        elif is_abandoned:
            with contextlib.suppress(OSError):
                run.path.rmdir()  # if it is empty


def require_free(outputs: Sequence[PathLike], overwrite: bool, inputs: Iterable[PathLike] = ()) -> None:
    """Raise unless files can get their names; those of an interrupted run that were about to may be there.

    Parameters
    ----------
    outputs : sequence of path-like
        Files; the first names the run's folder.
    overwrite : bool
        Whether existing files may be replaced.
    inputs : iterable of path-like, optional
        What is read, and never replaced.

    Raises
    ------
    FileExistsError
        If one exists and may not be replaced, or two are the same.
    OSError
        As :func:`~deepchem_genomics.io.outputs.require_file`.
    """
    folder = run_folder_of(outputs[0])
    replaced = overwrite or (folder / ASSEMBLED).exists()
    given = list(inputs)
    finals = [Path(path).resolve() for path in outputs]
    for number, path in enumerate(outputs):
        if finals[number] in finals[:number]:
            raise FileExistsError(f"{path} is to be written twice; give each output a name of its own")
        try:
            require_file(path, replaced, given)
        except FileExistsError:
            with contextlib.suppress(OSError):  # is empty if a run was killed when all but this was done
                folder.rmdir()
            raise


def file_fingerprint(path: PathLike) -> list[Any] | None:
    """Return what distinguishes a file or folder from others, and from itself after a change, without reading it.

    Parameters
    ----------
    path : path-like
        The file; of a folder, the files in it count.

    Returns
    -------
    list or None
        Name, size in bytes and time of the last change in ns; of a folder, name, number of files and a digest of the
        same of each. None if it is a pipe or a device, whose content can be read only once.

    Raises
    ------
    OSError
        If it does not exist.
    """
    path = Path(path)
    status = path.stat()
    if path.is_file():
        return [path.name, status.st_size, status.st_mtime_ns]
    if not path.is_dir():
        return None
    files = sorted(one for one in path.iterdir() if one.is_file())
    digest = hashlib.sha256(json.dumps([file_fingerprint(one) for one in files]).encode())
    return [path.name, len(files), digest.hexdigest()]


def kept_map(
    run: RunFolder | None,
    execution: Execution,
    function: Callable[[Item], Arrays],
    items: Iterable[Item],
) -> Generator[Arrays, None, None]:
    """Apply a function to items in order; keep each result in the run's folder, and use those that are there.

    Parameters
    ----------
    run : RunFolder or None
        The folder; nothing is kept without.
    execution : Execution
        Where the function runs.
    function : callable
        Takes an item and returns arrays by name.
    items : iterable
        What to work on, the same as when the run was begun.

    Yields
    ------
    mapping of str to ndarray
        The results, in the order of the items, whose number is that of the piece.
    """
    source = enumerate(items)
    n_resumed = 0
    for number, item in source:
        found = _piece(run, number)
        if found is None:
            source = itertools.chain([(number, item)], source)  # type: ignore[assignment]
            break
        n_resumed += 1
        yield found
    else:
        return
    if n_resumed:
        logger.info("resuming: %d pieces are finished", n_resumed)
    order: deque[tuple[int, Arrays | None]] = deque()

    def missing() -> Iterator[Item]:
        for number, item in source:
            found = _piece(run, number)
            order.append((number, found))
            if found is None:
                yield item

    with contextlib.closing(execution.map(function, missing())) as results:
        for result in results:
            while (found := order[0][1]) is not None:
                order.popleft()
                yield found
            number, _ = order.popleft()
            if run is not None:
                run.write(_name(number), result)
            yield result
    yield from (found for _, found in order if found is not None)


def _name(number: int) -> str:
    return f"{number:08d}"


def _piece(run: RunFolder | None, number: int) -> Arrays | None:
    return None if run is None else run.read(_name(number))


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _claim(run: RunFolder, kind: str, wanted: dict[str, Any]) -> None:
    """Write what the run is, or check that it is the one that was begun here."""
    path = run.path / RECORD
    if not path.exists():
        _write_record(path, kind, wanted)
        return
    found = _read_record(path, kind)
    differs = _differences(found["settings"], wanted["settings"])
    renamed = [
        f"{name} there {_shown(_file_name(one))}, here {_shown(_file_name(other))}"
        for name, one, other in _pairs(found["inputs"], wanted["inputs"])
        if _file_name(one) != _file_name(other)
    ]
    if differs or renamed:
        raise DataFolderError(
            f"{run.path} holds another {kind}: {'; '.join(differs + renamed)}; repeat that call to finish it, "
            "remove the folder, or choose another name"
        )
    changed = [name for name, one, other in _pairs(found["inputs"], wanted["inputs"]) if one != other]
    if changed:
        logger.warning("%s changed since %s was begun, so it begins again", " and ".join(changed), run.path)
        run.remove_pieces()
        _write_record(path, kind, wanted)
    elif found["version"] != __version__:
        logger.warning("%s was begun by version %r, this is %s", run.path, found["version"], __version__)


def _write_record(path: Path, kind: str, wanted: dict[str, Any]) -> None:
    with atomic_file(path) as partial:
        record = {"format": FORMAT, "kind": kind, "version": __version__, **wanted}
        partial.write_text(json.dumps(record, indent=1) + "\n")


def _read_record(path: Path, kind: str) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
        form, of, settings, inputs = found["format"], found["kind"], dict(found["settings"]), dict(found["inputs"])
        whole = {"settings": settings, "inputs": inputs, "version": found["version"]}
    except (OSError, ValueError, RecursionError, KeyError, TypeError) as error:
        raise DataFolderError(f"{path} is damaged ({error}); remove its folder, or choose another name") from error
    if form != FORMAT or of != kind:
        raise DataFolderError(
            f"{path.parent} is the folder of a {of} (format {form}), not of a {kind} (format {FORMAT}); choose "
            "another name"
        )
    return whole


def _is_leftover(path: Path) -> bool:
    return path.name.startswith(_SCRATCH) or ".partial-" in path.name or path.name == ASSEMBLED


def _pairs(one: dict[str, Any], other: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in dict.fromkeys([*one, *other]):
        yield name, one.get(name), other.get(name)


def _differences(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    texts = []
    for name, there, here in _pairs(found, wanted):
        if isinstance(there, dict) and isinstance(here, dict):
            texts += _differences(there, here)
        elif there != here:
            shown = f"{name.replace('_', ' ')} there {_shown(there)}, here {_shown(here)}"
            texts.append(shown if len(shown) < 100 else f"another {name.replace('_', ' ')}")
    return texts


def _file_name(fingerprint: Any) -> Any:
    return fingerprint[0] if isinstance(fingerprint, list) and fingerprint else fingerprint


def _shown(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value)
