"""Trials on disk: each is a folder that is there whole or not at all, in the folder of its search.

``OUT/search.json`` says what is searched and on which data; ``OUT/trials/0007/`` holds ``trial.json`` and, of a trial
that did not fail, the saved ``model``. Two searches never share a folder.
"""

import contextlib
import fcntl
import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from deepchem_genomics._version import __version__
from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.io.outputs import atomic_directory, atomic_file, remove_abandoned
from deepchem_genomics.recipes.ranges import Value

__all__ = ["MODEL", "Trial", "alone_in", "claim", "read_trial", "trial_folder", "write_trial"]

FORMAT = 1
MODEL, SEARCH, DATA = "model", "search.json", ".data-"

_RECORD = "trial.json"

logger = logging.getLogger(__name__)


class Trial(NamedTuple):
    """A trial that is over.

    Parameters
    ----------
    number : int
        From 0.
    settings : dict
        Value by parameter.
    measured : dict
        See :func:`~deepchem_genomics.tuning.one_trial.run_trial`; empty if it failed.
    error : str, default ""
        Why it failed, in one line.
    """

    number: int
    settings: dict[str, Value]
    measured: dict[str, Any]
    error: str = ""

    @property
    def failed(self) -> bool:
        """Whether there is no model and no score."""
        return bool(self.error)


def trial_folder(out: Path, number: int) -> Path:
    """Tell where a trial is kept.

    Parameters
    ----------
    out : Path
        Folder of the search.
    number : int
        From 0.

    Returns
    -------
    Path
        Whether it is there or not.

    Examples
    --------
    >>> trial_folder(Path("tuned"), 7).as_posix()
    'tuned/trials/0007'
    """
    return out / "trials" / f"{number:04d}"


@contextlib.contextmanager
def alone_in(out: Path) -> Iterator[None]:
    """Make the folder; refuse one that holds something else, or that another search is writing to.

    Parameters
    ----------
    out : Path
        Folder of the search.

    Raises
    ------
    DataFolderError
        If this search cannot write there.
    """
    trials = out / "trials"
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not trials.is_dir())):
        raise DataFolderError(f"{out} exists and is not a search's folder; name another one")
    trials.mkdir(parents=True, exist_ok=True)
    lock = os.open(trials, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataFolderError(f"another search is writing to {out}; wait for it, or name another folder") from None
        for left in out.glob(f"{DATA}*"):  # of a search that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(lock)


def claim(out: Path, search: Mapping[str, Any]) -> None:
    """Write down what is searched, or check that it is what was searched here before.

    Parameters
    ----------
    out : Path
        Folder of the search.
    search : mapping
        What decides the trials, as JSON.

    Raises
    ------
    DataFolderError
        If the folder has trials of another search: what differs.
    """
    path = out / SEARCH
    wanted = json.loads(json.dumps({"format": FORMAT, **search}))
    if not path.exists():
        with atomic_file(path) as partial:
            partial.write_text(json.dumps({**wanted, "version": __version__}, indent=1) + "\n")
        return
    try:
        found = json.loads(path.read_text())
        version = found.pop("version", None)
    except (ValueError, RecursionError, AttributeError, TypeError) as error:
        raise DataFolderError(f"{path} is damaged ({error}); name another folder, or remove this one") from error
    differs = [_difference(key, found.get(key), wanted.get(key)) for key in wanted if found.get(key) != wanted[key]]
    if differs:
        raise DataFolderError(f"{out} has the trials of another search: {'; '.join(differs)}; name another folder")
    if version != __version__:
        logger.warning("the trials in %s were begun by version %s, this is %s", out, version, __version__)


def write_trial(out: Path, trial: Trial, files: Mapping[str, bytes]) -> None:
    """Keep a trial, in the place of an earlier one if there is one.

    Parameters
    ----------
    out : Path
        Folder of the search.
    trial : Trial
        What was measured.
    files : mapping of str to bytes
        The saved model; empty if the trial failed.
    """
    folder = trial_folder(out, trial.number)
    record = {"format": FORMAT, "trial": trial.number, "settings": trial.settings, "measured": trial.measured}
    with atomic_directory(folder, overwrite=True) as partial:
        if files:
            (partial / MODEL).mkdir()
            for name, content in files.items():
                (partial / MODEL / name).parent.mkdir(parents=True, exist_ok=True)
                (partial / MODEL / name).write_bytes(content)
        (partial / _RECORD).write_text(json.dumps({**record, "error": trial.error}, indent=1) + "\n")


def read_trial(out: Path, number: int, settings: dict[str, Value]) -> Trial | None:
    """Read a trial back.

    Parameters
    ----------
    out : Path
        Folder of the search.
    number : int
        Which.
    settings : dict
        What its settings must be.

    Returns
    -------
    Trial or None
        None if it is not there, is damaged (which is said) or has failed: then it is to be run.
    """
    folder = trial_folder(out, number)
    remove_abandoned(folder)
    if not folder.exists():
        return None
    try:
        record = json.loads((folder / _RECORD).read_text())
        trial = Trial(record["trial"], record["settings"], record["measured"], record["error"])
        whole = trial.failed or (isinstance(trial.measured["score"], float) and (folder / MODEL).is_dir())
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        whole, trial = False, None
    if trial is None or not whole or (record.get("format"), trial.number, trial.settings) != (FORMAT, number, settings):
        logger.warning("%s is not a whole trial of this search and is run again", folder)
        return None
    return None if trial.failed else trial


def _difference(key: str, found: Any, wanted: Any) -> str:
    if isinstance(found, dict) and isinstance(wanted, dict):
        names = [name for name in {**found, **wanted} if found.get(name) != wanted.get(name)]
        return "; ".join(f"{name} there {_shown(found.get(name))}, here {_shown(wanted.get(name))}" for name in names)
    if key == "fingerprint":
        return "the data have changed"
    return f"{key} there {_shown(found)}, here {_shown(wanted)}"


def _shown(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value)
