"""What several commands have in common: importing DeepChem quietly, reading --track, naming a full disk."""

import errno
import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from deepchem_genomics.quiet import import_quietly

__all__ = [
    "import_deepchem",
    "load_model",
    "naming_a_full_disk",
    "parse_tracks",
    "told_once",
]

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


def load_model(folder: Path, batch_size: int | None = None) -> Any:
    """Load a model without its side inputs, and with its progress bars off.

    Parameters
    ----------
    folder : Path
        As ``dcgenomics train`` or ``save()`` wrote it.
    batch_size : int, optional
        Rows a batch; by default that of the training.

    Returns
    -------
    SequenceModel
        The model.
    """
    from deepchem_genomics import models

    running: dict[str, Any] = {} if batch_size is None else {"batch_size": batch_size}
    return models.load(folder, progress=False, **running)


def parse_tracks(texts: Iterable[str]) -> "Path | dict[str, Path] | None":
    """Read ``--track [NAME=]FILE``, given any number of times.

    Parameters
    ----------
    texts : iterable of str
        The values of the option.

    Returns
    -------
    Path, dict of str to Path, or None
        A single file without a name as it is; else files by name, in the order given; None if there are none.

    Raises
    ------
    click.UsageError
        If one of several has no name, or a name comes twice.
    """
    given = list(texts)
    if len(given) == 1 and "=" not in given[0]:
        return Path(given[0])
    named: dict[str, Path] = {}
    for text in given:
        name, equals, file = text.partition("=")
        if not (name and equals and file):
            raise click.UsageError(f"--track {text!r} is not of the form NAME=FILE, such as H3K4me3=h3k4me3.bw")
        if name in named:
            raise click.UsageError(f"two tracks are called {name}; give each a name of its own")
        named[name] = Path(file)
    return named or None


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
        return "no space left on the disk; the unfinished output is removed; free some, or write elsewhere"
    if error.errno == errno.EFBIG:
        return (
            "larger than files may be there (ulimit -f, or the kind of the disk); the unfinished output is removed; "
            "raise the limit, or write elsewhere"
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
