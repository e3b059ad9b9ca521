"""The one place where networks are trained, and the rows they are trained on."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from deepchem.data import Dataset, NumpyDataset
from deepchem.models.optimizers import PolynomialDecay
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from deepchem_genomics import metrics
from deepchem_genomics.data.opened_folder import labeled_rows
from deepchem_genomics.errors import EmptyInputError, ModelFolderError
from deepchem_genomics.io.ids import each_id
from deepchem_genomics.io.outputs import atomic_file
from deepchem_genomics.models import Augmentation, EarlyStopping
from deepchem_genomics.models.batches import iterate_batches
from deepchem_genomics.recipes.recipe import Fitted, Progress
from deepchem_genomics.recipes.settings import TRAINING

__all__ = ["balanced", "count_parameters", "hold_out", "n_bound", "rows_of", "thinned", "train_network", "unweighted"]


_STEPS = 50  # an epoch, at least, where the batch size is chosen
_TRAINING_OF = "training_of.json"  # what the checkpoints in a folder are of
_TRAINED_ON, _CHOSEN_ON = "other training rows or side inputs", "other rows to choose the epoch on"
_MAY_CHANGE = ("epochs", "patience")  # when training continues


def rows_of(dataset: Dataset, rows: NDArray[np.integer] | slice = slice(None)) -> NumpyDataset:
    """Load rows of a dataset into memory, in their order; those of a slice are not copied."""
    return NumpyDataset(*(np.asarray(column)[rows] for column in (dataset.X, dataset.y, dataset.w, dataset.ids)))


def hold_out(train: Dataset, seed: int, share: float = 0.1) -> tuple[Dataset, Dataset]:
    """Hold out a share of the rows for choosing the epoch, stratified if there are two classes; order is kept.

    Not stratified if a class has one row only, or one row is held out. EmptyInputError for less than two rows.
    """
    if len(train) < 2:
        raise EmptyInputError(
            f"there is {len(train)} row to learn from, and none can be held out to choose the epoch on; give more rows"
        )
    labels = np.asarray(train.y).reshape(len(train), -1)[:, 0]
    values, counts = np.unique(labels, return_counts=True)
    classes = labels if len(values) == 2 and min(counts.min(), math.ceil(share * len(train))) >= 2 else None
    kept, held_out = train_test_split(np.arange(len(train)), test_size=share, random_state=seed, stratify=classes)
    return rows_of(train, np.sort(kept)), rows_of(train, np.sort(held_out))


def n_bound(train: Dataset) -> int:
    """Count the rows with the label 1 for any task."""
    y, known = labeled_rows(train)
    return int(((y > 0) & known).any(axis=1).sum())


def thinned(train: Dataset, unbound_for_each_bound: int, seed: int) -> Dataset:
    """Draw unbound rows so that there are at most so many for each bound one (0: no limit), and balance the classes.

    Return the same dataset if it has no more. Rows without any label are neither.
    """
    y, known = labeled_rows(train)
    bound = ((y > 0) & known).any(axis=1)
    unbound = np.flatnonzero(~bound & known.any(axis=1))
    n_kept = min(len(unbound), unbound_for_each_bound * int(bound.sum()))
    if not unbound_for_each_bound or n_kept == len(unbound):
        return train
    kept = np.random.default_rng(seed).choice(unbound, n_kept, replace=False)
    return balanced(rows_of(train, np.sort(np.concatenate([np.flatnonzero(bound), kept]))))


def balanced(dataset: Dataset, dtype: Any = None) -> NumpyDataset:
    """Weight rows so that both classes count equally, with a mean weight of 1; rows without a label keep weight 0.

    Weights are computed in ``dtype``, by default that of the labels.
    """
    y, (_, known) = np.asarray(dataset.y).reshape(len(dataset), -1), labeled_rows(dataset)
    counted = known | ~known.any(axis=0)  # where a task has no label, weights are 0 whatever the share
    share = y.mean(axis=0, dtype=dtype, where=counted)
    w = np.where(y > 0, 0.5 / share, 0.5 / (1 - share))
    return NumpyDataset(dataset.X, y, np.where(known, w, 0.0), dataset.ids)


def unweighted(dataset: Dataset) -> NumpyDataset:
    """Set all weights to 1, and those of missing labels to 0."""
    w = np.asarray(dataset.w)
    return NumpyDataset(dataset.X, dataset.y, None if w.all() else (w != 0).astype(np.float32), dataset.ids)


def train_network(
    build: Callable[..., Any],
    train: Dataset,
    valid: Dataset | None,
    side_inputs: Mapping[str, Any],
    settings: Mapping[str, Any],
    seed: int,
    progress: Progress,
) -> Fitted:
    """Build a network and train it; every caller that trains a network uses this.

    Parameters
    ----------
    build : callable
        The network's class, or a function with its arguments: side inputs by name, ``n_tasks``, ``length``, ``seed``,
        and the settings that are not in :data:`~deepchem_genomics.recipes.TRAINING`.
    train : dc.data.Dataset
        X (N, L, 4), y and w (N, T), ids.
    valid : dc.data.Dataset, optional
        What the epoch is chosen on; 10% of ``train``, drawn by the seed, if there is none.
    side_inputs : mapping of str to SideInput
        Raw values; scaled here, on the rows that are trained on, by the setting ``scale`` ("log-standard" if there is
        none).
    settings : mapping of str to value
        Of :data:`~deepchem_genomics.recipes.TRAINING`, ``scale``, and of the network.
    seed : int
        Decides which rows are held out or left out, first weights, dropout, augmentation and the order of batches.
    progress : Progress
        Gets one line per epoch; knows where checkpoints go.

    Returns
    -------
    Fitted
        With the weights of the best epoch, or of the last with ``patience`` 0.

    Raises
    ------
    ModelFolderError
        If training is to continue from checkpoints of other rows, side inputs or settings, or of another seed.
    """
    plan = {name: settings.get(name, default) for name, default in TRAINING.items()}
    own = {name: value for name, value in settings.items() if name not in TRAINING and name != "scale"}
    if plan["patience"] and valid is None:
        train, valid = hold_out(train, seed)
    rows = thinned(balanced(train) if plan["balance"] else train, plan["thin"], seed)
    batch_size = plan["batch_size"] or _batch_size(len(rows))
    steps = math.ceil(len(rows) / batch_size)
    network = build(
        **_scaled(side_inputs, settings.get("scale", "log-standard"), rows),
        n_tasks=_n_tasks(rows),
        length=int(rows.get_shape()[0][1]),
        batch_size=batch_size,
        learning_rate=_learning_rate(plan, steps),
        seed=seed,
        progress=False,
        **_augmentation(plan),
        **({} if progress.checkpoints is None else {"model_dir": progress.checkpoints}),
        **own,
    )
    metric = metrics.roc_auc if network.mode == "classification" else metrics.pearson
    stopping = EarlyStopping(valid, metric, plan["patience"]) if plan["patience"] else None

    if progress.checkpoints is not None:
        settled = {name: value for name, value in (plan | own).items() if name not in _MAY_CHANGE}
        parts = {_TRAINED_ON: rows} | ({} if valid is None else {_CHOSEN_ON: valid})
        contents = {name: _content(network, part) for name, part in parts.items()}
        of = {"network": type(network).__name__, "seed": seed, "batch_size": batch_size} | settled | contents
        _require_same_training(Path(progress.checkpoints), json.loads(json.dumps(of)), progress.resume)

    def after_step(_: Any, step: int) -> None:
        if step % steps:
            return
        epoch = int(step) // steps
        scored = "" if stopping is None else f": {metric.name} {stopping.history[-1][1]:.4f} on held-out rows"
        progress(f"epoch {epoch} of {plan['epochs']}{scored}")
        if progress.on_epoch is not None:
            progress.on_epoch(network, epoch)

    network.fit(
        rows,
        nb_epoch=plan["epochs"],
        checkpoint_interval=0 if progress.checkpoints is None else steps,
        callbacks=[*([] if stopping is None else [stopping]), after_step],
        resume=progress.resume,
    )
    if plan["refit_bias"]:
        network.refit_bias(rows)
    history = [] if stopping is None else [{"epoch": int(s) // steps, "score": score} for s, score in stopping.history]
    return Fitted(network, history, count_parameters(network))


def _content(network: Any, rows: Dataset) -> str:
    """Return a number that changes with any row, label, weight and id, and with what the network gets by the ids."""
    digest = hashlib.sha256()
    for X, y, w, ids in iterate_batches(rows, 10_000, 1, True, 0):
        for array in (X, y, w, *(one.lookup(ids) for one in network.side_inputs.values())):
            digest.update(f"{array.dtype}{array.shape}".encode() + np.ascontiguousarray(array).tobytes())
        digest.update("\n".join(map(str, ids)).encode())
    return digest.hexdigest()


def _require_same_training(folder: Path, given: dict[str, Any], resume: bool) -> None:
    """Keep with checkpoints what they are of; ModelFolderError if training continues with something else."""
    path = folder / _TRAINING_OF
    if resume and path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        for name, value in given.items():
            if kept.get(name) != value:
                what = name if name in (_TRAINED_ON, _CHOSEN_ON) else f"{name} {kept.get(name)!r}, not {value!r}"
                raise ModelFolderError(
                    f"{folder}: its checkpoints are of another training ({what}); continue with what that had, or "
                    "name another folder"
                )
        return
    with atomic_file(path) as partial:
        partial.write_text(json.dumps(given, indent=1), encoding="utf-8")


def _batch_size(n_rows: int) -> int:
    """Choose as many rows per step as leave 50 steps an epoch, within limits: few rows get enough steps."""
    return next((size for size in (1000, 512, 256, 128, 64) if n_rows >= _STEPS * size), 32)


def count_parameters(network: Any) -> int:
    """Count the trainable parameters of a network."""
    return sum(int(np.prod(variable.shape)) for variable in network.model.trainable_variables)


def _scaled(side_inputs: Mapping[str, Any], scale: Any, rows: Dataset) -> dict[str, Any]:
    return {name: one.scaled(scale, each_id(rows)) for name, one in side_inputs.items()}


def _n_tasks(rows: Dataset) -> int:
    shape = rows.get_shape()[1]
    return int(shape[1]) if len(shape) > 1 else 1


def _learning_rate(plan: Mapping[str, Any], steps: int) -> Any:
    rate, decay = plan["learning_rate"], plan["decay"]
    return rate if decay == 1 else PolynomialDecay(rate, rate / decay, steps * plan["epochs"], 1.0)


def _augmentation(plan: Mapping[str, Any]) -> dict[str, Any]:
    if not (plan["shift"] or plan["mutation"]):
        return {}
    return {"augmentation": Augmentation(shift=plan["shift"], mutation=plan["mutation"])}
