"""Dataset folders opened for training or scoring: rows, labels, tracks, and what the manifest says."""

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.data import manifest as manifests
from deepchem_genomics.data.dataset_folder import SIDE_INPUT
from deepchem_genomics.data.shard_files import ShardFiles
from deepchem_genomics.data.side_input import SideInput
from deepchem_genomics.errors import LabelError, ShapeMismatchError
from deepchem_genomics.quiet import import_quietly
from deepchem_genomics.wording import counted

if TYPE_CHECKING:
    from deepchem.data import Dataset, DiskDataset

__all__ = [
    "OpenedFolder",
    "is_classification",
    "kind_of",
    "labeled_rows",
    "open_folder",
    "open_manifest",
    "open_side_input",
    "task_names",
]

logger = logging.getLogger(__name__)

LABELS_FROM = "build it again with labels: a column of the file, a label for each file, or peaks and negatives"


class OpenedFolder(NamedTuple):
    """A dataset folder.

    Parameters
    ----------
    path : Path
        Where it is.
    dataset : dc.data.DiskDataset
        Its rows.
    manifest : dict or None
        What ``dcgenomics build`` wrote down; None for another DiskDataset.
    side_input : SideInput or None
        The tracks of its rows, raw.
    """

    path: Path
    dataset: "DiskDataset"
    manifest: dict[str, Any] | None
    side_input: SideInput | None

    @property
    def tasks(self) -> list[str]:
        """Names of the T tasks."""
        return task_names(self.dataset, self.n_tasks)

    @property
    def n_tasks(self) -> int:
        """Number of tasks, T; LabelError if there are no labels."""
        _, y, _, _ = self.dataset.get_shard(0)
        if y is None or not np.size(y):
            raise LabelError(f"{self.path} has no labels; {LABELS_FROM}")
        return int(np.asarray(y).reshape(len(y), -1).shape[1])

    @property
    def kind(self) -> str:
        """Kind of the data: "binding" or "efficacy"; see :func:`kind_of`."""
        return kind_of(self.dataset, self.manifest, str(self.path))


def open_folder(path: str | os.PathLike[str], allow_pickle: bool = False) -> OpenedFolder:
    """Open a dataset folder; with ``allow_pickle`` also one with old ``.joblib`` shards, pickles that can run code."""
    folder = Path(path)
    ShardFiles(folder, allow_pickle)
    dataset = import_quietly("deepchem").data.DiskDataset(str(folder))
    return OpenedFolder(folder, dataset, open_manifest(folder), open_side_input(folder))


def open_manifest(folder: Path) -> dict[str, Any] | None:
    """Read the manifest of a dataset folder; None, with a warning, if it has none."""
    if not (folder / manifests.MANIFEST).exists():
        logger.warning(
            "%s has no %s: whether its letters are DNA or RNA, and where they came from, cannot be checked", folder,
            manifests.MANIFEST,
        )  # fmt: skip
        return None
    return manifests.read(folder)


def open_side_input(folder: Path) -> SideInput | None:
    """Read the raw values of the tracks of a dataset folder, if it has any."""
    path = folder / SIDE_INPUT
    return SideInput.from_file(path) if path.exists() else None


def task_names(dataset: Any, n_tasks: int) -> list[str]:
    """Return the names of the tasks, or numbers from 0 where the dataset has none that fit."""
    names = [str(name) for name in getattr(dataset, "tasks", ())]
    return names if len(names) == n_tasks else [str(i) for i in range(n_tasks)]


def is_classification(dataset: "Dataset") -> bool:
    """Return whether all labels that count are 0 or 1."""
    y = np.asarray(dataset.y).reshape(len(dataset), -1)
    known = np.broadcast_to(np.asarray(dataset.w).reshape(len(dataset), -1) != 0, y.shape)  # DeepChem's w may be (N, 1)
    return bool(np.isin(y[known], (0, 1)).all())


def labeled_rows(dataset: "Dataset") -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return labels, and which of them count.

    Returns
    -------
    ndarray, (N, T)
        Labels.
    ndarray of bool, (N, T)
        Where the weight is not 0, DeepChem's sign for a missing label.

    Raises
    ------
    LabelError
        If a weight is not finite.
    """
    y = np.asarray(dataset.y, dtype=np.float64).reshape(len(dataset), -1)
    w = np.broadcast_to(np.asarray(dataset.w, dtype=np.float64).reshape(len(dataset), -1), y.shape)
    wrong = int((~np.isfinite(w)).sum())
    if wrong:
        raise LabelError(f"w is not finite in {counted(wrong, 'place')}; give rows without a label the weight 0")
    return y, (w != 0) & ~np.isnan(y)


def kind_of(dataset: "Dataset", manifest: dict[str, Any] | None, where: str) -> str:
    """Return "binding" for DNA with labels 0 and 1, "efficacy" for RNA with measured values; else raise LabelError."""
    shape = dataset.get_shape()[0]
    if len(shape) != 3 or shape[2] != 4:
        raise ShapeMismatchError(f"{where} has X of shape {tuple(shape)}; models take one-hot sequences (N, L, 4)")
    alphabet = (manifest or {}).get("alphabet")
    classes = is_classification(dataset)
    if alphabet == "ACGU" or (alphabet is None and not classes):
        return "efficacy"
    if classes:
        return "binding"
    raise LabelError(f"{where} has DNA with measured values, and no recipe is made for that; give labels 0 and 1")
