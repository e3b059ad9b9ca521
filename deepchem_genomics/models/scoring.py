"""Scores where labels are missing, and predictions with an uncertainty."""

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf
from deepchem.data import Dataset
from deepchem.metrics import Metric
from deepchem.trans import undo_transforms
from tqdm import tqdm

from deepchem_genomics.errors import LabelError
from deepchem_genomics.models.batches import steps_per_epoch
from deepchem_genomics.models.dropout import DropsUnits

if TYPE_CHECKING:
    from deepchem_genomics.models.genomics_model import GenomicsModel

__all__ = ["evaluate_labelled", "has_missing_labels", "predict_uncertainty"]


def has_missing_labels(dataset: Dataset) -> bool:
    """Tell whether any label has the weight 0, DeepChem's sign for a missing one.

    Parameters
    ----------
    dataset : dc.data.Dataset
        The data.

    Returns
    -------
    bool
        Whether any weight is 0.
    """
    return bool(np.any(dataset.w == 0))


def evaluate_labelled(
    model: "GenomicsModel",
    dataset: Dataset,
    metrics: Metric | list[Metric],
    transformers: list,
    per_task_metrics: bool,
    use_sample_weights: bool,
) -> Any:
    """Score each task on the samples that have a label for it.

    Parameters
    ----------
    model : GenomicsModel
        The model.
    dataset : dc.data.Dataset
        X (N, L, A), y and w (N, T), ids (N,).
    metrics : Metric or list of Metric
        What to compute; a task's scores are joined by the metric's own ``task_averager``.
    transformers : list of dc.trans.Transformer
        Undone on labels and predictions.
    per_task_metrics, use_sample_weights : bool
        As for ``KerasModel.evaluate``.

    Returns
    -------
    dict
        Score by name of the metric; with ``per_task_metrics``, also a dict of the scores of each task.

    Raises
    ------
    LabelError
        If a task has no label at all.
    """
    y = _columns(undo_transforms(dataset.y, transformers), len(dataset))
    w = np.broadcast_to(_columns(dataset.w, len(dataset)), y.shape)
    predicted = _columns(model.predict(dataset, transformers), len(dataset))
    overall, by_task = {}, {}
    for metric in [metrics] if isinstance(metrics, Metric) else metrics:
        scores = []
        for task in range(y.shape[1]):
            rows = w[:, task] != 0
            if not rows.any():
                raise LabelError(f"task {task} has no label: every weight is 0; leave it out, or score another dataset")
            weights = w[rows, task] if use_sample_weights else None
            scores.append(
                metric.compute_metric(
                    y[rows, task : task + 1],
                    predicted[rows, task : task + 1],
                    w=weights,
                    n_tasks=1,
                    use_sample_weights=use_sample_weights,
                )
            )
        overall[metric.name] = metric.task_averager(scores)
        by_task[metric.name] = scores
    return (overall, by_task) if per_task_metrics else overall


def predict_uncertainty(model: "GenomicsModel", dataset: Dataset, masks: int) -> Any:
    """Run a network with ``masks`` different dropout masks; see :meth:`GenomicsModel.predict_uncertainty`.

    Parameters
    ----------
    model : GenomicsModel
        The model.
    dataset : dc.data.Dataset
        X (N, L, A), and ids if the model has a second input.
    masks : int
        Number of runs.

    Returns
    -------
    tuple of ndarray, or list of such
        Mean and standard deviation, each (N, T).

    Raises
    ------
    ValueError
        If the network has neither dropout nor a variance output.
    """
    drops = [layer for layer in model.model.submodules if isinstance(layer, DropsUnits) and layer.rate > 0]
    variance_outputs = model._variance_outputs or []
    if not drops and not variance_outputs:
        raise ValueError(
            "the network has neither dropout nor a variance output, so its uncertainty would be 0 everywhere"
        )
    draws = [layer.draws.numpy() for layer in drops]
    # Far from the counts that training reaches, so that the masks are not those of a training step.
    for layer in drops:
        layer.draws.assign(2**40)
    try:
        batches = model.default_generator(dataset, mode="uncertainty", pad_batches=False)
        total = steps_per_epoch(dataset, model.batch_size)
        with tqdm(batches, "predicting", total, unit="batch", disable=model._hide_progress()) as shown:
            moments = [_batch_moments(model, inputs, masks, variance_outputs) for inputs, _, _ in shown]
    finally:
        for layer, count in zip(drops, draws, strict=True):
            layer.draws.assign(count)
    results = [
        tuple(np.concatenate(parts) for parts in zip(*batch, strict=True)) for batch in zip(*moments, strict=True)
    ]
    return results[0] if len(results) == 1 else results


def _batch_moments(
    model: "GenomicsModel", inputs: list[np.ndarray], masks: int, variance_outputs: list[int]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return mean and standard deviation over the runs, for each prediction output."""
    model._create_inputs(inputs)
    prepared, _, _ = model._prepare_batch((inputs, None, None))
    runs: list[list[np.ndarray]] = []
    for _ in range(masks):
        outputs = model._compute_with_dropout(prepared if len(prepared) > 1 else prepared[0])
        runs.append([t.numpy() for t in ([outputs] if tf.is_tensor(outputs) else outputs)])
    which = model._prediction_outputs if model._prediction_outputs is not None else range(len(runs[0]))
    result = []
    for order, output in enumerate(which):
        values = np.stack([run[output] for run in runs]).astype(np.float64)
        variance = values.var(axis=0)
        if variance_outputs:
            variance += np.mean([run[variance_outputs[order]] for run in runs], axis=0)
        result.append((values.mean(axis=0).astype(np.float32), np.sqrt(variance).astype(np.float32)))
    return result


def _columns(values: np.ndarray, n_rows: int) -> np.ndarray:
    return np.asarray(values).reshape(n_rows, -1)
