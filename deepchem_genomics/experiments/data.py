"""The data of an experiment: a dataset folder, the name of a data set, or a dataset, divided into parts."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from deepchem.data import Dataset

from deepchem_genomics.benchmark.problem import Reading
from deepchem_genomics.benchmark.problems import PROBLEMS, problem_named
from deepchem_genomics.data import SideInput
from deepchem_genomics.data.dividing import Division, Parts, divide, warn_of_neighbors
from deepchem_genomics.data.genome_builder import describe_input
from deepchem_genomics.data.measured_guides import read_guide_notes
from deepchem_genomics.data.opened_folder import kind_of, labeled_rows, open_folder, open_side_input, task_names
from deepchem_genomics.errors import BadValueError, LabelError, SideInputError
from deepchem_genomics.experiments.checks import require_data, require_efficacy
from deepchem_genomics.models import side_inputs as sides

__all__ = ["Data", "ExperimentData", "require_scores"]

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


@dataclass(frozen=True)
class Data:
    """Rows to train on, and how they are divided.

    Parameters
    ----------
    rows : str, path-like or dc.data.Dataset
        A dataset folder as ``dcgenomics build`` writes it; the name of a data set of the benchmark; or a dataset with
        X (N, L, 4), y and w (N, T) and ids.
    valid : path-like or dc.data.Dataset, optional
        Validation rows; by default a part of ``rows``.
    division : Division, optional
        How ``rows`` are divided; by default so that nothing leaks.
    side_inputs : SideInput, or mapping of str to SideInput, optional
        Raw values for the rows of a dataset; a folder has its own.
    guides : path-like, optional
        A table of what is known of guides besides their sequence: the column ``id``, and one or more of ``study``, the
        one that measured the guide, ``target``, the mRNA that it silences, and ``context``, the mRNA around the site.
    reading : Reading
        Where published files are, and whether pickles may be read.

    Raises
    ------
    BadValueError
        If something is given that does not go with the rows: nothing is ignored.

    Examples
    --------
    >>> from deepchem_genomics import experiments, simulate
    >>> train, valid, tracks = simulate.simulated_tf_datasets(n_train=1000, n_valid=200)
    >>> experiments.Data(train, valid, side_inputs=tracks).is_named
    False
    """

    rows: str | os.PathLike[str] | Dataset
    valid: str | os.PathLike[str] | Dataset | None = None
    division: Division | None = None
    side_inputs: Mapping[str, Any] | SideInput | None = None
    guides: str | os.PathLike[str] | None = None
    reading: Reading = field(default_factory=Reading)

    def __post_init__(self) -> None:
        """Refuse what does not go together."""
        divided = self.division not in (None, Division())
        if self.is_named and (self.valid is not None or divided):
            raise BadValueError(
                f"{self.rows} has training, validation and test rows of its own; leave out valid and the split"
            )
        if self.valid is not None and divided:
            raise BadValueError("with validation rows of their own, data are not divided; leave out valid or the split")
        if self.side_inputs is not None and not isinstance(self.rows, Dataset):
            what = self.rows if self.is_named else f"the folder {os.fspath(self.rows)}"
            raise BadValueError(f"side_inputs is for a dataset, and {what} has its own; leave it out")
        if self.guides is not None and self.is_named:
            raise BadValueError(f"{self.rows} has what is known of its guides; leave guides out")
        if self.reading.source is not None and not self.is_named:
            raise BadValueError("source is for a named data set, not for a folder; leave it out")

    @classmethod
    def of(cls, given: "Data | str | os.PathLike[str] | Dataset") -> "Data":
        """Return data, also if only rows were given.

        Parameters
        ----------
        given : Data, str, path-like or dc.data.Dataset
            What a caller has.

        Returns
        -------
        Data
            The data.
        """
        return given if isinstance(given, Data) else cls(given)

    @property
    def is_named(self) -> bool:
        """Whether the rows are those of a data set of the benchmark."""
        return isinstance(self.rows, str) and self.rows in PROBLEMS

    def divided(self, seed: int = 0, folder: Path | None = None) -> ExperimentData:
        """Read the rows and divide them.

        Parameters
        ----------
        seed : int, default 0
            Of the division.
        folder : path-like, optional
            Where parts of large data are kept; a temporary folder by default.

        Returns
        -------
        ExperimentData
            The parts and their side inputs.

        Raises
        ------
        DataFolderError
            If there is no such folder or data set.
        LabelError, SplitError
            If there is nothing to learn from, or the rows cannot be divided so.
        """
        if isinstance(self.rows, str) and self.is_named:
            return _named(self.rows, seed, self.reading)
        manifest: dict[str, Any] | None = None
        if isinstance(self.rows, Dataset):
            name, dataset, inputs = "the dataset", self.rows, None
            tasks = task_names(dataset, _n_tasks(dataset))
            table = self.side_inputs
            given = sides.of_table(table) if isinstance(table, SideInput) else dict(table or {})
        else:
            require_data(self.rows)
            opened = open_folder(self.rows, self.reading.allow_pickle)
            name, dataset, manifest, tasks = opened.path.resolve().name, opened.dataset, opened.manifest, opened.tasks
            inputs = (manifest or {}).get("inputs")
            given = sides.of_table(_joined(opened.side_input, self.valid))
        kind = kind_of(dataset, manifest, name if isinstance(self.rows, Dataset) else os.fspath(self.rows))
        if self.guides is not None:
            require_efficacy(self.guides, kind, name)
            given |= read_guide_notes(self.guides)
            inputs = [*(inputs or []), describe_input("guides", self.guides)]
        return ExperimentData(name, kind, self._parts(dataset, kind, seed, folder), given, tasks, inputs)

    def _parts(self, dataset: Dataset, kind: str, seed: int, folder: Path | None) -> Parts:
        if self.valid is None:
            return divide(dataset, self.division or Division(), seed, folder, kind == "efficacy")
        if isinstance(self.valid, Dataset):
            rows, where = self.valid, "none"
        else:
            rows = open_folder(self.valid, self.reading.allow_pickle).dataset
            where = f"none: {os.fspath(self.valid)}"
        warn_of_neighbors(dataset, rows, "valid")
        counts = {"train": len(dataset), "valid": len(rows)}
        return Parts({"train": dataset, "valid": rows}, {"split": where, "rows": counts})


def require_scores(data: ExperimentData) -> None:
    """Raise unless the labels of each task vary in the training and the validation rows."""
    for part in ("train", "valid"):
        y, known = labeled_rows(data.parts.datasets[part])
        for t in range(y.shape[1]):
            if len(np.unique(y[known[:, t], t])) < 2:
                raise LabelError(
                    f"the labels of task {t} do not vary in {part} ({known[:, t].sum()} labels), so it has no score; "
                    "split otherwise, or give more data"
                )


def _n_tasks(dataset: Dataset) -> int:
    if dataset.y is None or not np.size(dataset.y):
        raise LabelError("the dataset has no labels; give y")
    return int(np.asarray(dataset.y).reshape(len(dataset), -1).shape[1])


def _named(name: str, seed: int, reading: Reading) -> ExperimentData:
    from deepchem_genomics.recipes.training import hold_out

    problem = problem_named(name)
    loaded = problem.load(reading.source, reading.data_dir)
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
    other = open_side_input(Path(valid))
    if side is None:
        return None
    if other is None or other.names != side.names:
        there = "none" if other is None else ", ".join(other.names)
        raise SideInputError(
            f"{os.fspath(valid)} has other tracks than the training data: {there} instead of {', '.join(side.names)}; "
            "build both with the same tracks, or choose a recipe that takes sequences alone"
        )
    new = np.array([name for name in other.ids if name not in side], dtype=object)
    if not len(new):
        return side
    values = np.concatenate([side.values, other.subset(new).values])
    return SideInput(np.concatenate([side.ids, new]), values, side.names)
