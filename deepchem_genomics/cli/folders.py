"""What several commands do with folders of data: open them unharmed, name a disk that is full."""

import errno
import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepchem_genomics.quiet import import_quietly

if TYPE_CHECKING:
    from deepchem.data import DiskDataset

    from deepchem_genomics.data import SideInput

__all__ = [
    "PARTS",
    "import_deepchem",
    "named_signals",
    "naming_a_full_disk",
    "open_dataset",
    "open_manifest",
    "open_side_input",
    "task_names",
    "told_once",
]

logger = logging.getLogger(__name__)

PARTS = "dcgenomics-parts-"
"""How the names of temporary folders begin that hold the parts of a dataset."""

_OF_WRITING = re.compile(r"\b(written|writing|write|flushing|closing)\b", re.IGNORECASE)


def import_deepchem() -> Any:
    """Import DeepChem without what it and TensorFlow print.

    Returns
    -------
    module
        ``deepchem``.
    """
    # Without a GPU, TensorFlow reports CUDA's absence as an error when it first computes, not when it is imported.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return import_quietly("deepchem")


def named_signals(accessibility: Path | None, signals: Iterable[str]) -> dict[str, Path]:
    """Join ``--accessibility FILE`` and ``--signal NAME=FILE``.

    Parameters
    ----------
    accessibility : Path, optional
        File of the signal of that name.
    signals : iterable of str
        ``NAME=FILE`` each.

    Returns
    -------
    dict of str to Path
        File by name, in the order given.

    Raises
    ------
    click.UsageError
        If one is not of that form, or a name comes twice.
    """
    named = {} if accessibility is None else {"accessibility": accessibility}
    for text in signals:
        name, equals, file = text.partition("=")
        if not (name and equals and file):
            raise click.UsageError(f"--signal {text!r} is not of the form NAME=BIGWIG, such as H3K4me3=h3k4me3.bw")
        if name in named:
            raise click.UsageError(f"two signals are called {name}; give each a name of its own")
        named[name] = Path(file)
    return named


@contextmanager
def naming_a_full_disk(out: Path) -> Iterator[None]:
    """Name what was being written when the disk was full, or could not be written to: the system does not.

    Parameters
    ----------
    out : Path
        What is written in the block.

    Raises
    ------
    OSError
        As in the block; one that tells why ``out`` cannot be written names it.
    """
    try:
        yield
    except OSError as error:
        reason = _why_not_written(error, out)
        if reason is None:
            raise
        raise OSError(f"{out}: {reason}") from error


def _why_not_written(error: OSError, out: Path) -> str | None:
    """Tell what an error means for an output; None if it is about something else."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "no space left on the disk; what was written is removed; free some, or write elsewhere"
    if error.errno == errno.EFBIG:
        return (
            "larger than files may be there (ulimit -f, or the kind of the disk); what was written is removed; raise "
            "the limit, or write elsewhere"
        )
    if error.errno is None:  # libraries that write files of their own do not say which, nor why
        ended = type(error) is OSError and not str(error).startswith(str(out)) and _OF_WRITING.search(str(error))
        return (
            f"not written to its end ({error}); see how much of the disk is free, or write elsewhere" if ended else None
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM) and error.filename is not None:
        at = Path(os.fsdecode(error.filename))
        if at.parent == out.parent and at.name.startswith((out.name, f".{out.stem}.")):  # what is to become the output
            return f"{str(error.strerror).lower()}; write elsewhere"
    return None


def open_dataset(folder: Path, trust: bool) -> "DiskDataset":
    """Open a dataset folder, unless reading it would run code.

    Parameters
    ----------
    folder : Path
        The folder.
    trust : bool
        Whether pickles may be read.

    Returns
    -------
    dc.data.DiskDataset
        The dataset.

    Raises
    ------
    DataFolderError
        If it is no dataset, or has pickles and is not to be trusted.
    """
    from deepchem_genomics.data.shard_files import ShardFiles

    ShardFiles(folder, trust)
    return import_deepchem().data.DiskDataset(str(folder))


def open_manifest(folder: Path) -> dict[str, Any] | None:
    """Read the manifest of a dataset folder, if it has one.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    dict or None
        What it says; None, with a warning, if there is none.

    Raises
    ------
    DataFolderError
        If it cannot be read.
    """
    from deepchem_genomics.data import manifest as manifests

    if not (folder / manifests.MANIFEST).exists():
        logger.warning(
            "%s has no %s: whether its letters are DNA or RNA, and where they came from, cannot be checked", folder,
            manifests.MANIFEST,
        )  # fmt: skip
        return None
    return manifests.read(folder)


def open_side_input(folder: Path) -> "SideInput | None":
    """Read the side input of a dataset folder, if it has one.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    SideInput or None
        The signals of its rows.
    """
    from deepchem_genomics.data import SideInput
    from deepchem_genomics.data.dataset_folder import SIDE_INPUT

    path = folder / SIDE_INPUT
    return SideInput.from_file(path) if path.exists() else None


def task_names(dataset: "DiskDataset", n_tasks: int) -> list[str]:
    """Name the tasks of a dataset.

    Parameters
    ----------
    dataset : dc.data.DiskDataset
        The dataset.
    n_tasks : int
        T.

    Returns
    -------
    list of str
        Its own names, or numbers from 0 where it has none that fit.
    """
    names = [str(name) for name in dataset.tasks]
    return names if len(names) == n_tasks else [str(i) for i in range(n_tasks)]


class _First(logging.Filter):
    """Lets the first message of each place in the code through."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[tuple[str, int]] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        where = record.pathname, record.lineno
        if where in self.seen:
            return False
        self.seen.add(where)
        record.msg = f"{record.msg} (of the first rows read; not said again of later ones)"
        return True


@contextmanager
def told_once() -> Iterator[None]:
    """Tell once, not of each few thousand rows, what windows reach past an end or have no signal."""
    chatty = [logging.getLogger(f"deepchem_genomics.genome.{name}") for name in ("placing", "signal")]
    first = _First()
    for each in chatty:
        each.addFilter(first)
    try:
        yield
    finally:
        for each in chatty:
            each.removeFilter(first)
