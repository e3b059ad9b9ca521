"""One trial: train a recipe with some settings, score it on held-out rows, save it."""

import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from deepchem_genomics import metrics
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.io.outputs import atomic_directory, remove_abandoned, temporary_directory
from deepchem_genomics.recipes import Recipe
from deepchem_genomics.recipes.settings import Value
from deepchem_genomics.tuning.tuning_data import METRICS, TuningData

__all__ = ["MODEL", "Trial", "read_trial", "run_trial", "trial_folder", "write_trial"]

logger = logging.getLogger(__name__)

Outcome = tuple[dict[str, Any], dict[str, bytes]]


def run_trial(data: TuningData, recipe: Recipe, settings: Mapping[str, Value], seed: int) -> Outcome:
    """Train and score a recipe.

    Returns
    -------
    measured : dict
        ``score`` (on valid; of a network, of the epoch whose weights are kept), ``best_epoch`` and ``epochs`` (trained;
        0 for what is not trained in epochs), ``weights`` (how many are trained; None without), ``history`` (valid score
        of each epoch), ``seconds``.
    files : dict of str to bytes
        The saved model: files by path, for :func:`deepchem_genomics.models.load`.
    """
    started = time.perf_counter()
    fitted = recipe(data.train, data.valid, data.side_inputs, settings, seed)
    metric = {metric.name: metric for metric in (metrics.roc_auc, metrics.pearson)}[METRICS[data.kind]]
    score = float(fitted.model.evaluate(data.valid, [metric])[metric.name])
    if score != score:
        raise BadValueError(f"{metric.name} is NaN: the predictions do not vary")
    best = max(fitted.history, key=lambda entry: (entry["score"], -entry["epoch"]), default={"epoch": 0})
    measured = {
        "score": score,
        "best_epoch": best["epoch"],
        "epochs": len(fitted.history),
        "weights": fitted.parameters,
        "history": [entry["score"] for entry in fitted.history],
        "seconds": round(time.perf_counter() - started, 3),
    }
    with temporary_directory() as folder:
        saved = folder / "model"
        fitted.model.save(saved)
        files = (path for path in sorted(saved.rglob("*")) if path.is_file())
        return measured, {file.relative_to(saved).as_posix(): file.read_bytes() for file in files}


FORMAT = 1
MODEL = "model"

_RECORD = "trial.json"


class Trial(NamedTuple):
    """A trial that is over.

    Parameters
    ----------
    number : int
        From 0.
    settings : dict
        Value by parameter.
    measured : dict
        See :func:`~deepchem_genomics.tuning.trials.run_trial`; empty if it failed.
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
    """Return the folder of a trial.

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
