"""Scores where labels are missing, and the part of DeepChem's interface that all models but networks share."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np
from deepchem.data import Dataset
from deepchem.metrics import Metric
from deepchem.models import Model
from deepchem.trans import undo_transforms
from deepchem.utils.evaluate import _process_metric_input
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, LabelError
from deepchem_genomics.feat import Alphabet
from deepchem_genomics.models.batches import check_labels, require_tasks
from deepchem_genomics.models.sequence_model import SequenceModel

__all__ = ["JointModel", "LabeledModel", "Metrics", "OneTaskModel", "Scored", "Scoring", "score"]

Metrics: TypeAlias = Metric | Callable[..., Any] | list[Metric | Callable[..., Any]]
"""A metric, a plain function of labels and predictions, or several of these."""


class Scored(NamedTuple):
    """Rows to score, in one order: predictions and labels without transformations, weights and ids."""

    predicted: Any
    y: Any
    w: Any
    ids: Any


class Scoring(NamedTuple):
    """How rows are scored; as for ``KerasModel.evaluate``."""

    metrics: Metrics
    per_task_metrics: bool = False
    use_sample_weights: bool = False
    n_classes: int = 2


def score(rows: Scored, n_tasks: int, scoring: Scoring) -> Any:
    """Score each task on the rows that have a label for it, and join the scores by the metric's ``task_averager``.

    Return the score by the name of the metric, and with ``per_task_metrics`` also a dict of the scores of each task (of
    one task: the score), as DeepChem does. ShapeMismatchError unless there is a column of labels for each task;
    LabelError if a task has no label, a label that counts is not finite, or a weight is negative or not finite.
    """
    n_rows = len(rows.ids)
    require_tasks(rows.y, n_tasks)
    w = np.broadcast_to(np.asarray(rows.w).reshape(n_rows, -1), (n_rows, n_tasks))
    y = np.asarray(rows.y)
    y, w = check_labels(y if y.ndim > 2 else y.reshape(n_rows, -1), w, rows.ids)
    predicted = _by_task(np.asarray(rows.predicted), n_rows, n_tasks)
    labeled = [np.flatnonzero(column) for column in w.T]
    without = [task for task, kept in enumerate(labeled) if not len(kept)]
    if without:
        raise LabelError(f"task {without[0]} has no label: every weight is 0; leave it out, or score another dataset")
    overall, by_task = {}, {}
    for metric in _process_metric_input(scoring.metrics):
        scores = [
            metric.compute_metric(
                y[kept, task : task + 1],
                predicted[kept, task : task + 1],
                w=w[kept, task] if scoring.use_sample_weights else None,
                n_tasks=1,
                n_classes=scoring.n_classes,
                use_sample_weights=scoring.use_sample_weights,
            )
            for task, kept in enumerate(labeled)
        ]
        by_task[metric.name] = scores if n_tasks > 1 else scores[0]
        overall[metric.name] = metric.task_averager(by_task[metric.name])
    return (overall, by_task) if scoring.per_task_metrics else overall


def _by_task(predicted: NDArray[Any], n_rows: int, n_tasks: int) -> NDArray[Any]:
    """Return predictions as (N, T), or (N, T, C) if they are of C classes."""
    if n_tasks == 1 and predicted.ndim == 2 and predicted.shape[1] > 1:
        return predicted[:, np.newaxis]
    return predicted if predicted.ndim > 2 else predicted.reshape(n_rows, -1)


class LabeledModel(SequenceModel):
    """A model that is scored on the rows that have a label: mixed into a ``dc.models.Model``."""

    def evaluate(
        self,
        dataset: Dataset,
        metrics: Metrics,
        transformers: Sequence[Any] = [],
        per_task_metrics: bool = False,
        use_sample_weights: bool = False,
        n_classes: int = 2,
    ) -> Any:
        """Score the predictions for a dataset.

        Labels with weight 0 are missing and left out, task by task; DeepChem's models count them as 0.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), y and w (N, T), ids (N,).
        metrics : dc.metrics.Metric, callable, or list of these
            See :mod:`deepchem_genomics.metrics`. A plain function of labels and predictions is called "metric-1" and so
            on, as in DeepChem.
        transformers, per_task_metrics, use_sample_weights, n_classes
            As for ``dc.models.Model.evaluate``.

        Returns
        -------
        dict
            Score by name of the metric; with ``per_task_metrics``, also a dict of the scores of each task (of one task:
            the score).

        Raises
        ------
        ShapeMismatchError
            If the dataset has not a column of labels for each task.
        LabelError
            If a task has no label, or a label that counts is NaN.
        """
        n_tasks = self.get_num_tasks()
        require_tasks(dataset.y, n_tasks)  # before the work of predicting
        undone = list(transformers)
        rows = Scored(self.predict(dataset, undone), undo_transforms(dataset.y, undone), dataset.w, dataset.ids)
        return score(rows, n_tasks, Scoring(metrics, per_task_metrics, use_sample_weights, n_classes))


class JointModel(LabeledModel, Model):
    """The base of averages of one or more models for the same tasks."""

    has_uncertainty: ClassVar[bool] = True
    members: Sequence[Any]

    def _first(self) -> SequenceModel:
        """Return the first member of this package; others do not know their sequences."""
        leaves = self.parts()
        if not leaves:
            raise BadValueError(
                f"no member is a model of this package, such as {type(self.members[0]).__name__}, so what sequences "
                "they take is not known; call predict with a dataset"
            )
        return leaves[0]

    @property
    def length(self) -> int | None:
        """Window length in bases."""
        found: int | None = self._first().length
        return found

    @property
    def alphabet(self) -> Alphabet:  # type: ignore[override]
        """The letters of the sequences."""
        return self._first().alphabet

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
        """Rows per batch: the least of the members'."""
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


class OneTaskModel(LabeledModel, Model):
    """A model that predicts one number per row; ``mode`` is "classification" or "regression"."""

    mode: ClassVar[str]

    def get_num_tasks(self) -> int:
        """Return the number of tasks: always 1."""
        return 1

    def get_task_type(self) -> str:
        """Return "classification" or "regression"."""
        return self.mode
