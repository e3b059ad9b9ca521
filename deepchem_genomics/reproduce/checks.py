"""What must hold for the data of an experiment before hours of training begin."""

import logging
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.data.scaling import ScalingMethod
from deepchem_genomics.errors import DataFolderError, EmptyInputError, LabelError
from deepchem_genomics.reproduce.experiments import Experiment
from deepchem_genomics.reproduce.sources import Split

if TYPE_CHECKING:
    from deepchem.data import Dataset

__all__ = ["check_split", "labelled"]

logger = logging.getLogger(__name__)


def labelled(dataset: "Dataset") -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the labels that count, and which rows they are of.

    Returns
    -------
    y : ndarray, (n,)
        Labels of the rows whose weight is not 0, DeepChem's sign for a missing label.
    rows : ndarray of bool, (N,)
        Which rows these are.
    """
    rows = np.asarray(dataset.w).reshape(len(dataset), -1)[:, 0] != 0
    return np.asarray(dataset.y, dtype=np.float64).reshape(len(dataset), -1)[rows, 0], rows


def check_split(experiment: Experiment, split: Split, scale: ScalingMethod) -> None:
    """Raise unless an experiment can be trained and scored on these data."""
    if experiment.uses_accessibility and split.accessibility is None:
        raise DataFolderError(f"{experiment.name} needs accessibility, which its source does not give")
    shapes = {}
    for name, dataset in ((experiment.train, split.train), (experiment.valid, split.valid)):
        shapes[name] = _check_shapes(name, dataset)
        _check_labels(name, dataset, is_classification=experiment.metric == "roc_auc")
        if split.accessibility is not None:
            split.accessibility.lookup(dataset.ids)
    if experiment.uses_accessibility and split.accessibility is not None:
        split.accessibility.scaled(scale, split.train.ids)
    if len(set(shapes.values())) > 1:
        raise DataFolderError(f"sequence lengths differ: {shapes}; featurize both sets alike")
    if experiment.samples == "windows":
        _warn_of_shared_ids(experiment, split)


def _warn_of_shared_ids(experiment: Experiment, split: Split) -> None:
    """Tell how many windows are in both sets; the ids of the book's siRNAs are mere row numbers."""
    shared = len(np.intersect1d(split.train.ids.astype(str), split.valid.ids.astype(str)))
    if shared:
        logger.warning("%s: %d ids of %s are in %s too", experiment.name, shared, experiment.valid, experiment.train)


def _check_shapes(name: str, dataset: "Dataset") -> int:
    """Return L."""
    if len(dataset) == 0:
        raise EmptyInputError(f"{name} has no rows; there is nothing to train on or to score")
    X, y = (tuple(int(size) for size in shape) for shape in dataset.get_shape()[:2])
    if len(X) != 3 or X[2] != 4:
        raise DataFolderError(f"{name}: X has the shape {X}; expected one-hot sequences (N, L, 4)")
    if len(y) > 2 or (len(y) == 2 and y[1] != 1):
        raise DataFolderError(f"{name}: y has the shape {y}; expected one task, (N, 1)")
    return X[1]


def _check_labels(name: str, dataset: "Dataset", is_classification: bool) -> None:
    y, _ = labelled(dataset)
    if not np.isfinite(y).all():
        raise LabelError(f"{name}: {np.count_nonzero(~np.isfinite(y))} labels are not finite; give them the weight 0")
    if is_classification and not np.isin(y, (0, 1)).all():
        raise LabelError(f"{name}: a label is {y[~np.isin(y, (0, 1))][0]:g}; bound is 1 and not bound is 0")
    if len(np.unique(y)) < 2:
        raise LabelError(f"{name}: all {len(y)} labels are equal, so no score is defined; take more or other rows")
