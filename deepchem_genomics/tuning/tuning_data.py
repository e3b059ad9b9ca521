"""The rows that a search learns from and those that it scores: never the ones that a benchmark scores."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from deepchem.data import Dataset

from deepchem_genomics.benchmark.finished_runs import fingerprint_of_data
from deepchem_genomics.benchmark.problem import Fold, ProblemData, Reading
from deepchem_genomics.benchmark.problems import PROBLEMS, TUNABLE, problem_named
from deepchem_genomics.data import SideInput
from deepchem_genomics.errors import BadValueError, EmptyInputError, LabelError, SplitError
from deepchem_genomics.recipes.training import hold_out

__all__ = ["METRICS", "TuningData", "data_of_problem", "fingerprint", "require_scorable", "restricted"]

METRICS = {"binding": "roc_auc", "efficacy": "pearson"}
"""What trials are ranked by, by kind of problem."""


class TuningData(NamedTuple):
    """What a search needs, and no row more.

    Parameters
    ----------
    name : str
        What the data are called.
    kind : str
        "binding" (labels 0 and 1) or "efficacy" (measured values).
    train : dc.data.Dataset
        What is learned from: X one-hot (N, L, 4), y and w (N, T), ids (N,).
    valid : dc.data.Dataset
        What trials are scored on, and their epoch chosen on.
    side_inputs : mapping of str to SideInput
        Raw values of the rows of both, by name; scaled on the training rows by each trial.
    about : str, default ""
        Where the valid rows come from, in a few words.
    write_best : callable, optional
        Writes the best model: takes the folder it is in, the folder to write to, and what ``best.json`` has. By default
        it is copied.
    """

    name: str
    kind: str
    train: Dataset
    valid: Dataset
    side_inputs: Mapping[str, Any] = {}
    about: str = ""
    write_best: Callable[[Path, Path, Mapping[str, Any]], None] | None = None


def data_of_problem(name: str, seed: int = 0, reading: Reading | None = None) -> TuningData:
    """Read the rows of a benchmark's problem that it does not score."""
    if name not in PROBLEMS:
        raise BadValueError(f"there is no problem named {name!r}; choose from {', '.join(TUNABLE)}")
    problem = problem_named(name)
    if name not in TUNABLE:
        others = [other for other in TUNABLE if PROBLEMS[other].kind == problem.kind]
        raise BadValueError(
            f"{name} is a cross-validation, which scores every row, so it has none to tune on; choose from "
            f"{', '.join(others)}"
        )
    reading = reading or Reading()
    loaded = problem.load(reading.source, reading.data_dir)
    ((train, valid, test),) = loaded.folds
    about = "the data set's own valid part"
    if valid is None:
        train, valid = hold_out(train, seed)
        about = f"10% of the training rows, drawn with seed {seed}"
    _require_apart(name, train=train, valid=valid, test=test)
    sides = restricted(loaded.side_inputs, [*train.ids, *valid.ids])
    return TuningData(name, problem.kind, train, valid, sides, about)


def restricted(side_inputs: Mapping[str, Any], ids: Sequence[Any]) -> dict[str, Any]:
    """Keep the values of some rows, so that a trial cannot see those of others."""
    rows = list(map(str, ids))
    return {
        name: one.subset(rows) if isinstance(one, SideInput) else {row: one[row] for row in rows if row in one}
        for name, one in side_inputs.items()
    }


def fingerprint(data: TuningData) -> str:
    """Return a number that changes with any row, label, weight, id or signal."""
    return fingerprint_of_data(ProblemData([Fold(data.train, None, data.valid)], data.side_inputs))


def require_scorable(data: TuningData) -> None:
    """Raise unless both parts have labels that vary."""
    for part, dataset in (("train", data.train), ("valid", data.valid)):
        if not len(dataset):
            raise EmptyInputError(f"{data.name}: {part} has no rows; divide the data otherwise")
        y = np.asarray(dataset.y, dtype=np.float64).reshape(len(dataset), -1)
        known = np.broadcast_to(np.asarray(dataset.w).reshape(len(dataset), -1), y.shape) != 0
        strange = y[known & ~np.isin(y, (0, 1))] if data.kind == "binding" else y[:0]
        if strange.size:
            raise LabelError(f"{data.name}: {part} has the label {strange.flat[0]:g}; for binding they are 0 and 1")
        for task in range(y.shape[1]):
            if len(np.unique(y[known[:, task], task])) < 2:
                raise LabelError(
                    f"{data.name}: the labels of task {task} do not vary in {part} ({known[:, task].sum()} labels), "
                    "so there is no score; divide the data otherwise, or give more"
                )


def _require_apart(name: str, **parts: Dataset) -> None:
    seen: dict[str, str] = {}
    for part, dataset in parts.items():
        for row in map(str, dataset.ids):
            if seen.setdefault(row, part) != part:
                raise SplitError(f"{name}: {row} is in {seen[row]} and in {part}; each row must be in one part")
