"""Trials on disk: each is a folder that is there whole or not at all, in the folder of its search.

``OUT/run.json`` says what is searched and on which data; ``OUT/trials/0007/`` holds ``trial.json`` and, of a trial
that did not fail, the saved ``model``. Two searches never share a folder.
"""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from deepchem_genomics.io.outputs import atomic_directory, remove_abandoned
from deepchem_genomics.recipes.ranges import Value

__all__ = ["MODEL", "Trial", "read_trial", "trial_folder", "write_trial"]

FORMAT = 1
MODEL = "model"

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

    Examples
    --------
    >>> trial_folder(Path("tuned"), 7).as_posix()
    'tuned/trials/0007'
    """
    return out / "trials" / f"{number:04d}"


def write_trial(out: Path, trial: Trial, files: Mapping[str, bytes]) -> None:
    """Keep a trial, in the place of an earlier one if there is one."""
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
    """Read a trial back."""
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
