"""Checks of an experiment's data before hours of training begin, and the scores of its models."""

import logging
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics import metrics
from deepchem_genomics.data.scaling import ScalingMethod
from deepchem_genomics.errors import DataFolderError, EmptyInputError, LabelError
from deepchem_genomics.metrics import score_difference, score_interval, why_no_interval
from deepchem_genomics.reproduce.experiments import Experiment
from deepchem_genomics.reproduce.sources import Split

if TYPE_CHECKING:
    from deepchem.data import Dataset

    from deepchem_genomics.models import SequenceModel

__all__ = ["Predictions", "baselines", "check_split", "labeled", "predict", "score", "scores_with_interval"]

logger = logging.getLogger(__name__)


def labeled(dataset: "Dataset") -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
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
        raise DataFolderError(f"sequence lengths differ: {shapes}; featurize both sets the same way")
    if experiment.samples == "windows":
        _warn_of_shared_ids(experiment, split)


def _warn_of_shared_ids(experiment: Experiment, split: Split) -> None:
    """Count the windows that are in both sets; the ids of the book's siRNAs are only row numbers."""
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
    y, _ = labeled(dataset)
    if not np.isfinite(y).all():
        raise LabelError(f"{name}: {np.count_nonzero(~np.isfinite(y))} labels are not finite; give them the weight 0")
    if is_classification and not np.isin(y, (0, 1)).all():
        raise LabelError(f"{name}: a label is {y[~np.isin(y, (0, 1))][0]:g}; bound is 1 and not bound is 0")
    if len(np.unique(y)) < 2:
        raise LabelError(f"{name}: all {len(y)} labels are equal, so no score is defined; take more or other rows")


Column = NDArray[np.float64]
Record = dict[str, Any]


class Predictions(NamedTuple):
    """Predictions for the rows of a training and a validation set that have a label.

    Parameters
    ----------
    train : ndarray, (n,)
        For the training set.
    valid : ndarray, (m,)
        For the validation set.
    """

    train: Column
    valid: Column


def predict(model: "SequenceModel", split: Split) -> Predictions:
    """Predict for the labeled rows of both sets."""
    train, valid = (_labeled_rows(dataset, model.predict(dataset)) for dataset in (split.train, split.valid))
    return Predictions(train, valid)


def score(metric: str, dataset: "Dataset", predicted: Column) -> float | None:
    """Score predictions."""
    y, _ = labeled(dataset)
    value = float(getattr(metrics, metric).compute_metric(y[:, np.newaxis], predicted[:, np.newaxis]))
    return value if np.isfinite(value) else None


def scores_with_interval(metric: str, split: Split, predictions: Predictions, seed: int) -> Record:
    """Score predictions for both sets, with the interval of the validation score; fewer than 20 positives have none."""
    valid = score(metric, split.valid, predictions.valid)
    record: Record = {"train": score(metric, split.train, predictions.train), "valid": valid, "valid_ci": None}
    if valid is not None and why_no_interval(metric, labeled(split.valid)[0]) is None:
        interval = score_interval(metric, labeled(split.valid)[0], predictions.valid, seed=seed)
        record["valid_ci"] = [interval.low, interval.high]
    return record


def baselines(experiment: Experiment, split: Split, predictions: Predictions, seed: int) -> Record:
    """Score what needs no network.

    Returns
    -------
    dict
        By name of the baseline: its score (``train``, ``valid``, ``valid_ci``), its second score (``second``, the
        same three), and where the network can be compared with it row by row ``network_minus_this`` and its interval
        ``network_minus_this_ci``.
    """
    if experiment.metric == "pearson":
        return {"always_mean": _always_mean(experiment, split, seed)}
    records = {}
    for name, alone in _each_track(split).items():
        records[name] = _both_scores(experiment, split, alone, seed) | _difference(
            experiment.metric, split, predictions, alone, seed
        )
    return records | {"coin": _coin(split)}


def _each_track(split: Split) -> dict[str, Predictions]:
    """Return the values of each accessibility track as if they were predictions."""
    if split.accessibility is None:
        return {}
    train, valid = (
        _labeled_rows(dataset, split.accessibility.lookup(dataset.ids), None) for dataset in (split.train, split.valid)
    )
    names = split.accessibility.names
    keys = ["accessibility_alone"] if len(names) == 1 else [f"{name}_alone" for name in names]
    return {key: Predictions(train[:, track], valid[:, track]) for track, key in enumerate(keys)}


def _always_mean(experiment: Experiment, split: Split, seed: int) -> Record:
    """Score the mean training label as the prediction of each row; it has no correlation with anything."""
    mean = labeled(split.train)[0].mean()
    constant = Predictions(*(np.full(len(labeled(dataset)[0]), mean) for dataset in split[:2]))
    second = scores_with_interval(experiment.second_metric, split, constant, seed)
    return {"train": None, "valid": None, "valid_ci": None, "second": second}


def _coin(split: Split) -> Record:
    """Return what a coin expects: half the area under a ROC curve, the prevalence under that of precision."""
    prevalence = [float(labeled(dataset)[0].mean()) for dataset in split[:2]]
    return {
        "train": 0.5,
        "valid": 0.5,
        "valid_ci": None,
        "second": {"train": prevalence[0], "valid": prevalence[1], "valid_ci": None},
    }


def _both_scores(experiment: Experiment, split: Split, predictions: Predictions, seed: int) -> Record:
    first, second = (
        scores_with_interval(metric, split, predictions, seed)
        for metric in (experiment.metric, experiment.second_metric)
    )
    return first | {"second": second}


def _difference(metric: str, split: Split, network: Predictions, other: Predictions, seed: int) -> Record:
    labels = labeled(split.valid)[0]
    difference = score_difference(metric, labels, network.valid, other.valid, seed=seed)
    ends = None if why_no_interval(metric, labels) is not None else [difference.low, difference.high]
    return {"network_minus_this": difference.estimate, "network_minus_this_ci": ends}


def _labeled_rows(dataset: "Dataset", values: NDArray[Any], column: int | None = 0) -> Column:
    rows = np.asarray(values, dtype=np.float64)[labeled(dataset)[1]]
    return rows if column is None else rows[:, column]
