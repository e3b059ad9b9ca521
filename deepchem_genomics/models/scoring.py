"""Scores where labels are missing."""

from typing import Any

import numpy as np
from deepchem.data import Dataset
from deepchem.metrics import Metric
from deepchem.trans import undo_transforms

from deepchem_genomics.errors import LabelError

__all__ = ["evaluate_labelled", "has_missing_labels"]


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
    model: Any,
    dataset: Dataset,
    metrics: Metric | list[Metric],
    transformers: list,
    per_task_metrics: bool,
    use_sample_weights: bool,
) -> Any:
    """Score each task on the samples that have a label for it.

    Parameters
    ----------
    model : dc.models.Model
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


def _columns(values: np.ndarray, n_rows: int) -> np.ndarray:
    return np.asarray(values).reshape(n_rows, -1)
