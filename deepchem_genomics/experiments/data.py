"""What an experiment is run on: a dataset folder, the name of a data set, or a dataset, divided into parts."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from deepchem.data import Dataset

from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.data import SideInput
from deepchem_genomics.data.dividing import Division, Parts, divide, warn_of_neighbors
from deepchem_genomics.data.opened_folder import kind_of, open_folder, task_names
from deepchem_genomics.errors import BadValueError, DataFolderError, LabelError, SideInputError
from deepchem_genomics.models import side_inputs as sides

__all__ = ["ExperimentData", "data_for", "require_for", "require_scores"]

logger = logging.getLogger(__name__)


class ExperimentData(NamedTuple):
    """Rows, divided, and what belongs to them.

    Parameters
    ----------
    name : str
        What the data are called.
    kind : str
        "binding" or "efficacy".
    parts : Parts
        "train", "valid" and, if there is one, "test".
    side_inputs : dict of str to SideInput
        Raw values of all rows, by the name of the side input.
    tasks : list of str
        Names of the T tasks.
    inputs : object
        What the manifest says about the files that the data were made from.
    """

    name: str
    kind: str
    parts: Parts
    side_inputs: dict[str, Any]
    tasks: list[str]
    inputs: Any = None


def data_for(
    data: str | os.PathLike[str] | Dataset,
    *,
    valid: str | os.PathLike[str] | Dataset | None = None,
    division: Division | None = None,
    side_inputs: Mapping[str, Any] | SideInput | None = None,
    seed: int = 0,
    allow_pickle: bool = False,
    source: str | os.PathLike[str] | None = None,
    folder: Path | None = None,
) -> ExperimentData:
    """Read data and divide them."""
    require_for(data, valid=valid, division=division, side_inputs=side_inputs)
    if isinstance(data, str) and data in PROBLEMS:
        return _named(data, seed, source)
    manifest: dict[str, Any] | None = None
    if isinstance(data, Dataset):
        name, dataset, inputs = "the dataset", data, None
        tasks = task_names(data, _n_tasks(data))
        given = sides.of_table(side_inputs) if isinstance(side_inputs, SideInput) else dict(side_inputs or {})
    else:
        if not Path(data).exists():
            raise DataFolderError(
                f"{os.fspath(data)!r} is neither a folder nor a data set; name one that dcgenomics build wrote, or "
                f"one of {', '.join(PROBLEMS)}"
            )
        opened = open_folder(data, allow_pickle)
        name, dataset, manifest, tasks = opened.path.resolve().name, opened.dataset, opened.manifest, opened.tasks
        inputs = (manifest or {}).get("inputs")
        given = sides.of_table(_joined(opened.side_input, valid))
    kind = kind_of(dataset, manifest, name if isinstance(data, Dataset) else os.fspath(data))
    if valid is None:
        parts = divide(dataset, division or Division(), seed, folder, kind == "efficacy")
    else:
        rows = valid if isinstance(valid, Dataset) else open_folder(valid, allow_pickle).dataset
        warn_of_neighbors(dataset.ids, rows.ids, "valid")
        counts = {"train": len(dataset), "valid": len(rows)}
        where = "none" if isinstance(valid, Dataset) else f"none: {os.fspath(valid)}"
        parts = Parts({"train": dataset, "valid": rows}, {"split": where, "rows": counts})
    return ExperimentData(name, kind, parts, given, tasks, inputs)


def require_for(
    data: str | os.PathLike[str] | Dataset,
    *,
    valid: Any = None,
    division: Division | None = None,
    side_inputs: Any = None,
) -> None:
    """Raise if something is given that does not go with the data, so that nothing is ignored silently."""
    named = isinstance(data, str) and data in PROBLEMS
    divided = division not in (None, Division())
    if named and (valid is not None or divided):
        raise BadValueError(f"{data} has training, validation and test rows of its own; leave out valid and the split")
    if valid is not None and divided:
        raise BadValueError("with validation rows of their own, data are not divided; leave out valid or the split")
    if side_inputs is not None and not isinstance(data, Dataset):
        what = data if named else f"the folder {os.fspath(data)}"
        raise BadValueError(f"side_inputs is for a dataset, and {what} has its own; leave it out")


def require_scores(data: ExperimentData) -> None:
    """Raise unless the labels of each task vary in the training and the validation rows."""
    from deepchem_genomics.data.opened_folder import labelled_rows

    for part in ("train", "valid"):
        y, known = labelled_rows(data.parts.datasets[part])
        for t in range(y.shape[1]):
            if len(np.unique(y[known[:, t], t])) < 2:
                raise LabelError(
                    f"the labels of task {t} do not vary in {part} ({known[:, t].sum()} labels), so it has no score; "
                    "split otherwise, or give more data"
                )


def _n_tasks(dataset: Dataset) -> int:
    if dataset.y is None or not np.size(dataset.y):
        raise LabelError("the dataset has no labels to train on; give y")
    return int(np.asarray(dataset.y).reshape(len(dataset), -1).shape[1])


def _named(name: str, seed: int, source: str | os.PathLike[str] | None) -> ExperimentData:
    from deepchem_genomics.recipes.training import hold_out

    problem = PROBLEMS[name]
    loaded = problem.load(source)
    if len(loaded.folds) > 1:
        raise BadValueError(
            f"{name} is a cross-validation and has no parts to train on and score; benchmark it instead"
        )
    ((train, valid, test),) = loaded.folds
    if valid is None:
        train, valid = hold_out(train, seed)
    datasets = {"train": train, "valid": valid, "test": test}
    rows = {part: len(each) for part, each in datasets.items()}
    return ExperimentData(
        name, problem.kind, Parts(datasets, {"split": "published", "rows": rows}), dict(loaded.side_inputs), ["0"]
    )


def _joined(side: SideInput | None, valid: Any) -> SideInput | None:
    """Join the tracks of the training folder and of the validation folder, each id once."""
    if valid is None or isinstance(valid, Dataset):
        return side
    from deepchem_genomics.data.opened_folder import open_side_input

    other = open_side_input(Path(valid))
    if side is None:
        return None
    if other is None or other.names != side.names:
        there = "none" if other is None else ", ".join(other.names)
        raise SideInputError(
            f"{os.fspath(valid)} has other tracks than the training data: {there} instead of {', '.join(side.names)}; "
            "build both alike, or choose a recipe that takes sequences alone"
        )
    new = np.array([name for name in other.ids if name not in side], dtype=object)
    if not len(new):
        return side
    values = np.concatenate([side.values, other.subset(new).values])
    return SideInput(np.concatenate([side.ids, new]), values, side.names)
