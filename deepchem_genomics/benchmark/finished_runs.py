"""Runs: one model trained on one data set with one seed, kept as a folder that is there whole or not at all.

``OUT/runs/<problem>/<recipe>/seed<k>/`` holds ``result.json``, what was measured, and ``predictions.npz``, the
predictions it was measured on.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics._version import __version__
from deepchem_genomics.benchmark.problem import Problem, ProblemData
from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.io.npz import read_arrays, write_arrays
from deepchem_genomics.io.outputs import atomic_directory, remove_abandoned
from deepchem_genomics.recipes import Recipe
from deepchem_genomics.recipes.code import code_of

__all__ = [
    "FORMAT",
    "FinishedRun",
    "Predictions",
    "fingerprint_of_data",
    "fingerprint_of_settings",
    "folder_of_run",
    "read_run",
    "read_runs",
    "write_run",
]

FORMAT = 2
"""Changes when a field of ``result.json`` changes its meaning."""

RECORD, PREDICTIONS = "result.json", "predictions.npz"


class Predictions(NamedTuple):
    """What a model predicted for rows it had not seen; those of all folds of a cross-validation, each row once.

    Parameters
    ----------
    ids : ndarray of str, (N,)
        Ids of the rows.
    y : ndarray of float64, (N,)
        Their labels.
    predicted : ndarray of float64, (N,)
        What the model said.
    fold : ndarray of int16, (N,)
        The fold in which it said so; 0 where there is one.
    """

    ids: NDArray[np.str_]
    y: NDArray[np.float64]
    predicted: NDArray[np.float64]
    fold: NDArray[np.int16]


class FinishedRun(NamedTuple):
    """A finished run.

    Parameters
    ----------
    record : dict
        What ``result.json`` has: ``format``, ``problem``, ``kind``, ``recipe``, ``side_inputs`` (names),
        ``is_baseline``, ``uses_seed``, ``seed``, ``scores`` (by metric), ``n_train`` (the mean over folds),
        ``n_scored``, ``prevalence`` (binding) or ``label_mean`` and ``label_sd`` (efficacy), ``parameters`` (trainable
        ones; None without), ``seconds_fit``, ``seconds_predict``, ``peak_memory_mb``, ``history`` (a list of ``fold``,
        ``epoch``, ``score``), ``folds``, ``versions``, ``machine``, ``fingerprint`` (sha256 of ``data`` and of
        ``settings``), ``finished`` (ISO time).
    folder : Path
        Where it is.
    """

    record: dict[str, Any]
    folder: Path

    def predictions(self) -> Predictions:
        """Read the predictions.

        Returns
        -------
        Predictions
            In the order in which the rows were scored.

        Raises
        ------
        DataFolderError
            If the file is missing or not what a run has.
        """
        path = self.folder / PREDICTIONS
        try:
            arrays = read_arrays(path)
            return Predictions(*(arrays[name] for name in Predictions._fields))
        except (OSError, ValueError, KeyError) as error:
            raise _broken(path, error) from error


def folder_of_run(out: str | os.PathLike[str], problem: str, recipe: str, seed: int) -> Path:
    """Return the folder of a run.

    Examples
    --------
    >>> folder_of_run("benchmark", "jund", "kmers", 0).as_posix()
    'benchmark/runs/jund/kmers/seed0'
    """
    return Path(out) / "runs" / problem / recipe / f"seed{seed}"


def write_run(out: str | os.PathLike[str], record: dict[str, Any], predictions: Predictions) -> FinishedRun:
    """Keep a run, in the place of an earlier one if there is one."""
    folder = folder_of_run(out, record["problem"], record["recipe"], record["seed"])
    remove_abandoned(folder)
    with atomic_directory(folder, overwrite=True) as partial:
        arrays = {
            "ids": np.asarray(predictions.ids).astype(str),
            "y": np.asarray(predictions.y, dtype=np.float64),
            "predicted": np.asarray(predictions.predicted, dtype=np.float64),
            "fold": np.asarray(predictions.fold, dtype=np.int16),
        }
        write_arrays(partial / PREDICTIONS, arrays)
        (partial / RECORD).write_text(json.dumps(record, indent=1, allow_nan=False) + "\n")
    return FinishedRun(record, folder)


def read_run(folder: Path) -> FinishedRun:
    """Read one run."""
    path = folder / RECORD
    try:
        record = json.loads(path.read_text())
        found = record["format"]
        names = str(record["problem"]), str(record["recipe"]), f"seed{record['seed']}"
    except (OSError, ValueError, RecursionError, KeyError, TypeError) as error:
        raise _broken(path, error) from error
    if found != FORMAT:
        raise DataFolderError(f"{path} has the format {found!r}, this version reads {FORMAT}; run the benchmark again")
    if names != folder.parts[-3:]:
        raise DataFolderError(f"{path} is the run {'/'.join(names)}, moved or renamed; put it back, or remove it")
    if not (folder / PREDICTIONS).is_file():
        raise _broken(folder / PREDICTIONS, "it is missing")
    return FinishedRun(record, folder)


def read_runs(out: str | os.PathLike[str]) -> list[FinishedRun]:
    """Read all finished runs of a benchmark.

    Parameters
    ----------
    out : path-like
        Folder of the benchmark; without runs, or not there at all, it has none.

    Returns
    -------
    list of FinishedRun
        Ordered by problem, recipe and seed.

    Raises
    ------
    DataFolderError
        If one is not a whole run of this format.
    """
    found = (path.parent for path in Path(out).glob(f"runs/*/*/seed*/{RECORD}") if path.parent.name[0] != ".")
    runs = [read_run(folder) for folder in found]
    return sorted(runs, key=lambda run: (run.record["problem"], run.record["recipe"], run.record["seed"]))


def _broken(path: Path, reason: Any) -> DataFolderError:
    said = str(reason).splitlines()[0] if str(reason) else type(reason).__name__
    return DataFolderError(f"{path} is not of a whole run ({said}); remove its folder, then run the benchmark again")


def fingerprint_of_data(data: ProblemData) -> str:
    """Return a number that changes with any row, label, weight, id, signal or fold."""
    digest = hashlib.sha256()
    for fold in data.folds:
        for part in fold:
            digest.update(b"part")
            if part is None:
                continue
            ids = np.asarray(part.ids).astype(str)
            for column in (part.X, part.y, part.w):
                array = np.asarray(column)
                digest.update(f"{array.dtype}{array.shape}".encode())
                digest.update(array.tobytes())
            digest.update("\n".join(ids.tolist()).encode())
    for name, one in data.side_inputs.items():  # of all ids: some recipes look at neighboring windows
        digest.update(name.encode())
        if isinstance(one, Mapping):
            digest.update(json.dumps(one, sort_keys=True).encode())
        else:
            digest.update("\n".join([*one.names, *one.ids.tolist()]).encode())
            digest.update(one.values.tobytes())
    return digest.hexdigest()


def fingerprint_of_settings(problem: Problem, recipe: Recipe, seed: int) -> str:
    """Return a number that changes with what is run: scores, model, its description, seed, and this package's version.

    Of a recipe that is not of this package, its code counts too. Versions of other packages are in the run's record,
    but do not make it stale.
    """
    settings: dict[str, Any] = {
        "format": FORMAT,
        "version": __version__,
        "problem": problem.name,
        "metrics": list(problem.metrics),
        "recipe": recipe.name,
        "description": recipe.description,
        "settings": dict(recipe.defaults),
        "seed": seed,
    }
    if code := code_of(recipe):
        settings["code"] = code
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
