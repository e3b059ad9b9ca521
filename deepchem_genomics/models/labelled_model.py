"""Scores where labels are missing, and the part of DeepChem's interface that all models but networks share."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from deepchem.data import Dataset
from deepchem.metrics import Metric
from deepchem.models import Model
from deepchem.trans import undo_transforms

from deepchem_genomics.errors import LabelError
from deepchem_genomics.feat import Alphabet
from deepchem_genomics.models.sequence_model import SequenceModel

__all__ = ["JointModel", "LabelledModel", "OneTaskModel", "evaluate_labelled", "has_missing_labels"]


def has_missing_labels(dataset: Dataset) -> bool:
    """Return whether any label has the weight 0, DeepChem's sign for a missing one."""
    return bool(np.any(dataset.w == 0))


def evaluate_labelled(
    model: Any,
    dataset: Dataset,
    metrics: Metric | list[Metric],
    transformers: list[Any],
    per_task_metrics: bool,
    use_sample_weights: bool,
) -> Any:
    """Score each task on the samples that have a label for it; LabelError if a task has none.

    A task's scores are joined by the metric's own ``task_averager``. Parameters are those of ``KerasModel.evaluate``.
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


class LabelledModel(SequenceModel, Model):
    """A model that is scored on the rows that have a label."""

    def evaluate(
        self,
        dataset: Dataset,
        metrics: Metric | list[Metric],
        transformers: Sequence[Any] = (),
        per_task_metrics: bool = False,
        use_sample_weights: bool = False,
        n_classes: int = 2,
    ) -> Any:
        """Score the predictions for a dataset; rows of weight 0 have no label and are left out.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), y and w (N, T), ids (N,).
        metrics : dc.metrics.Metric or list of them
            See :mod:`deepchem_genomics.metrics`.
        transformers, per_task_metrics, use_sample_weights, n_classes
            As for ``dc.models.Model.evaluate``.

        Returns
        -------
        dict
            Score by name of the metric; with ``per_task_metrics``, also a dict of the scores of each task.
        """
        undone = list(transformers)
        return evaluate_labelled(self, dataset, metrics, undone, per_task_metrics, use_sample_weights)


class JointModel(LabelledModel):
    """Several models, at least one, that predict together, all for the same tasks."""

    has_uncertainty: ClassVar[bool] = True
    members: Sequence[Any]

    @property
    def length(self) -> int | None:
        """Window length in bases."""
        found: int | None = self.members[0].length
        return found

    @property
    def alphabet(self) -> Alphabet:  # type: ignore[override]
        """The letters of the sequences."""
        found: Alphabet = self.members[0].alphabet
        return found

    @property
    def mode(self) -> str:  # type: ignore[override]
        """What is predicted: "classification" or "regression"."""
        return self.get_task_type()

    @property
    def side_inputs(self) -> dict[str, Any]:  # type: ignore[override]
        """The side inputs of all members by name; of those that several have, the first member's.

        Members may scale them differently: :meth:`attach` gives each member its own values.
        """
        return {name: one for leaf in reversed(self.parts()) for name, one in leaf.side_inputs.items()}

    @property
    def batch_size(self) -> int:  # type: ignore[override]
        """Rows a batch: the least of the members'."""
        return min(leaf.batch_size for leaf in self.parts())

    @property
    def ignores_strand(self) -> bool:  # type: ignore[override]
        """Whether every member predicts the same for a sequence and its reverse complement."""
        return all(leaf.ignores_strand for leaf in self.parts())

    def get_num_tasks(self) -> int:
        """Return the number of tasks, T."""
        found: int = self.members[0].get_num_tasks()
        return found

    def get_task_type(self) -> str:
        """Return "classification" or "regression"."""
        found: str = self.members[0].get_task_type()
        return found


class OneTaskModel(LabelledModel):
    """A model that predicts one number a row; ``mode`` is "classification" or "regression"."""

    mode: ClassVar[str]

    def get_num_tasks(self) -> int:
        """Return the number of tasks: always 1."""
        return 1

    def get_task_type(self) -> str:
        """Return "classification" or "regression"."""
        return self.mode
