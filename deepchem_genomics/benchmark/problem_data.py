"""Read the data of problems into memory: from the named data sets, or from a dataset folder of the user's own."""

import functools
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from deepchem.data import Dataset, NumpyDataset
from numpy.typing import NDArray
from sklearn.model_selection import KFold

from deepchem_genomics import molnet
from deepchem_genomics.benchmark.problem import BINDING, EFFICACY, Fold, Problem, ProblemData, Source
from deepchem_genomics.data.dividing import Division, divide
from deepchem_genomics.data.opened_folder import open_folder
from deepchem_genomics.errors import BadValueError, SplitError
from deepchem_genomics.models.side_inputs import of_table
from deepchem_genomics.recipes.training import balanced, rows_of
from deepchem_genomics.splits import GroupSplitter

__all__ = ["gue_tf", "jund", "problem_of_folder", "simulated_sirna", "simulated_tf", "sirna_folds", "sirna_split"]

logger = logging.getLogger(__name__)

OWN = "own"
SIMULATED_WINDOWS = {"n": 20_000, "prevalence": 0.05}


def jund(source: Source, data_dir: str | None) -> ProblemData:
    """Read the windows that JUND binds or does not; the published test windows are trained on."""
    _, (train, valid, test), _ = molnet.load_jund(part="available", source=source, data_dir=data_dir, save_dir=data_dir)
    learned = _float32(balanced(_together([train, test]), np.float64))
    scored = rows_of(valid)
    accessibility = molnet.jund_accessibility("available", source, data_dir)
    return ProblemData(
        [Fold(learned, None, scored)], {"accessibility": accessibility}
    )  # of all windows: some models look at neighbors


def sirna_split(source: Source, data_dir: str | None, split: str) -> ProblemData:
    """Read guides in the parts that were published."""
    _, (train, valid, test), _ = molnet.load_sirna(split=split, source=source, data_dir=data_dir, save_dir=data_dir)
    fold = Fold(rows_of(train), None, rows_of(valid if split == "book" else test))
    return ProblemData([fold], _facts(source, data_dir))


def sirna_folds(source: Source, data_dir: str | None, seed: int, k: int, by_gene: bool = False) -> ProblemData:
    """Divide all guides into folds."""
    _, (guides,), _ = molnet.load_sirna(splitter=None, source=source, data_dir=data_dir, save_dir=data_dir)
    if by_gene:
        folds: Iterable[tuple[NDArray[Any], NDArray[Any]]] = GroupSplitter(
            molnet.sirna_genes(source, data_dir)
        ).k_fold_indices(guides, k, seed=seed)
    else:
        folds = KFold(k, shuffle=True, random_state=seed).split(guides.ids)
    parts = [Fold(rows_of(guides, train), None, rows_of(guides, test)) for train, test in folds]
    return ProblemData(parts, _facts(source, data_dir))


def _facts(source: Source, data_dir: str | None) -> dict[str, dict[str, str]]:
    return {"targets": molnet.sirna_genes(source, data_dir), "contexts": molnet.sirna_contexts(source, data_dir)}


def gue_tf(source: Source, data_dir: str | None, task: int) -> ProblemData:
    """Read windows of a GUE task in the parts that were published."""
    _, parts, _ = molnet.load_gue_tf(task=task, source=source, data_dir=data_dir, save_dir=data_dir)
    train, valid, test = map(rows_of, parts)
    # A few windows are in train and in valid or test again: such rows of train and valid are not learned from.
    return ProblemData([Fold(_without(train, valid, test), _without(valid, test), test)])


def simulated_tf(data_dir: str | None, seed: int) -> ProblemData:
    """Simulate windows that are bound or not."""
    _, parts, _ = molnet.load_simulated_tf(seed=seed, save_dir=data_dir, **SIMULATED_WINDOWS)  # type: ignore[arg-type]
    train, valid, test = map(rows_of, parts)
    accessibility = molnet.simulated_accessibility(seed=seed, **SIMULATED_WINDOWS)  # type: ignore[arg-type]
    return ProblemData([Fold(_float32(balanced(train, np.float64)), valid, test)], {"accessibility": accessibility})


def simulated_sirna(data_dir: str | None, seed: int) -> ProblemData:
    """Simulate guides."""
    _, parts, _ = molnet.load_simulated_sirna(seed=seed, save_dir=data_dir)
    return ProblemData([Fold(*map(rows_of, parts))])


def problem_of_folder(path: Path, allow_pickle: bool = False) -> Problem:
    """Make a problem of a dataset folder: divided as by ``train``, its test part scored.

    Parameters
    ----------
    path : Path
        The folder, as ``dcgenomics build`` writes it.
    allow_pickle : bool, default False
        Whether pickles may be read.

    Returns
    -------
    Problem
        Its name is that of the folder.

    Raises
    ------
    DataFolderError
        If it is not a dataset folder.
    LabelError
        If it has no labels, or no recipe is made for them.
    BadValueError
        If it has several tasks.
    """
    opened = open_folder(path, allow_pickle)
    if opened.n_tasks > 1:
        raise BadValueError(
            f"{path} has {opened.n_tasks} tasks and a benchmark compares scores of one; build it with one"
        )
    kind = opened.kind
    split = Division().kind(opened.dataset)
    return Problem(
        name=opened.path.resolve().name,
        kind=kind,
        title=f"Data in {opened.path.resolve().name}",
        metrics=BINDING if kind == "binding" else EFFICACY,
        scored=f"The test part, a tenth of the {len(opened.dataset):,} rows of the folder, divided by {split}; trained "
        "on eight tenths; epochs chosen on a tenth.",
        leak="Not known of these data; the division keeps neighbors and similar sequences in one part.",
        published=(),
        read=functools.partial(_read_folder, path, allow_pickle),
        side_inputs=tuple(of_table(opened.side_input)),
        stands_for=OWN,
    )


def _read_folder(path: Path, allow_pickle: bool, source: Source, data_dir: str | None, seed: int) -> ProblemData:
    opened = open_folder(path, allow_pickle)
    parts = divide(opened.dataset, Division(), seed, rna=opened.kind == "efficacy").datasets
    if "test" not in parts:
        raise SplitError(f"{path} has too few rows for a test part; build it with more")
    fold = Fold(*(rows_of(parts[part]) for part in ("train", "valid", "test")))
    return ProblemData([fold], of_table(opened.side_input))


def _together(parts: list[Dataset]) -> NumpyDataset:
    columns = zip(*((part.X, part.y, part.w, part.ids) for part in parts), strict=True)
    return NumpyDataset(*(np.concatenate(column) for column in columns))


def _without(dataset: NumpyDataset, *others: NumpyDataset) -> NumpyDataset:
    """Leave out rows whose sequence is in another dataset, too."""
    known = {row.tobytes() for other in others for row in np.asarray(other.X, dtype=np.int8)}
    kept = np.array([row.tobytes() not in known for row in np.asarray(dataset.X, dtype=np.int8)])
    if kept.all():
        return dataset
    logger.info("%d of %d rows are left out: their sequence is in a later part, too", (~kept).sum(), len(kept))
    return rows_of(dataset, np.flatnonzero(kept))


def _float32(dataset: NumpyDataset) -> NumpyDataset:
    return NumpyDataset(dataset.X, dataset.y, dataset.w.astype(np.float32), dataset.ids)
