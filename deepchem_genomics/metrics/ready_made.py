"""Metric objects for ``model.evaluate``, each with a stable name that keys the result.

>>> from deepchem_genomics import metrics
>>> float(metrics.roc_auc.compute_metric([[0], [0], [1], [1]], [[0.1], [0.4], [0.35], [0.8]]))
0.75
"""

from typing import Any

import numpy as np
from deepchem.metrics import Metric
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.errors import ShapeMismatchError
from deepchem_genomics.metrics.scores import (
    Score,
    average_precision_score,
    pearson_score,
    rmse_score,
    roc_auc_score,
    spearman_score,
)

__all__ = ["BinaryMetric", "pearson", "pr_auc", "rmse", "roc_auc", "spearman"]


class BinaryMetric(Metric):
    """A ``dc.metrics.Metric`` for classification tasks with the classes 0 and 1.

    It takes the probability, or any score, of the positive class as ``(N,)`` or ``(N, T)``, and DeepChem's
    ``(N, T, 2)``. The stock ``Metric`` guesses from the values which of these it was given and takes a prediction with
    two distinct values for class numbers: 0.3 and 0.7 are both cut to 0 and the ROC AUC comes out as 0.5.

    Parameters
    ----------
    metric, task_averager, name, threshold, mode, n_tasks, classification_handling_mode, threshold_value
        As for ``dc.metrics.Metric``.
    """

    def __repr__(self) -> str:
        return f"metrics.{self.name}"

    def compute_metric(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        w: ArrayLike | None = None,
        n_tasks: int | None = None,
        n_classes: int = 2,
        per_task_metrics: bool = False,
        use_sample_weights: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Compute the score of each task, and their mean.

        Parameters
        ----------
        y_true : array_like, (N,), (N, T) or one-hot (N, T, 2)
            Labels 0 and 1.
        y_pred : array_like, (N,), (N, T) or (N, T, 2)
            Scores of the positive class, or of both classes with the positive one second.
        w : array_like, (N,) or (N, T), optional
            Row weights; ignored unless ``use_sample_weights``.
        n_tasks : int, optional
            T, where ``(N, 2)`` could be two tasks or two classes; by default every column is a task.
        n_classes : int, default 2
            Must be 2.
        per_task_metrics : bool, default False
            Return the score of each task, too.
        use_sample_weights : bool, default False
            Weight the rows; those of weight zero, such as missing labels, then do not count.
        **kwargs : Any
            For the score function.

        Returns
        -------
        float or tuple
            The mean over tasks; with ``per_task_metrics`` also the list of each task's score (of one task: the score).
            NaN, with a warning in the log, when a task has one class only.

        Raises
        ------
        ShapeMismatchError
            When ``n_classes`` is not 2 or the last of three axes is not 2 long.
        LabelError
            When a label is neither 0 nor 1.
        BadValueError
            When a prediction is not finite.
        """
        if n_classes != 2:
            raise ShapeMismatchError(f"{self.name} is for two classes, not {n_classes}")
        y_true, y_pred = _with_class_axis(y_true, n_tasks, "y_true"), _with_class_axis(y_pred, n_tasks, "y_pred")
        n_tasks = y_true.shape[1] if n_tasks is None else n_tasks
        return super().compute_metric(y_true, y_pred, w, n_tasks, 2, per_task_metrics, use_sample_weights, **kwargs)


def _with_class_axis(values: ArrayLike, n_tasks: int | None, name: str) -> NDArray[np.float64]:
    """Return (N, T, 2): a column for each class, the positive one second."""
    values = np.asarray(values, dtype=np.float64)
    if values.ndim == 2 and values.shape[1] == 2 and n_tasks == 1:
        values = values[:, None, :]  # one task whose two classes are the columns
    if values.ndim == 3 and values.shape[2] == 2:
        return values
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[:, :, 0]
    if values.ndim not in (1, 2):
        raise ShapeMismatchError(f"{name} has shape {values.shape}; expected (N,), (N, T) or (N, T, 2)")
    positive = values.reshape(len(values), -1)
    return np.stack([1 - positive, positive], axis=-1)


def _for_classification(score: Score, name: str) -> BinaryMetric:
    return BinaryMetric(score, np.mean, name=name, mode="classification", classification_handling_mode="direct")


class _RegressionMetric(Metric):
    def __repr__(self) -> str:
        return f"metrics.{self.name}"


def _for_regression(score: Score, name: str) -> Metric:
    return _RegressionMetric(score, np.mean, name=name, mode="regression")


roc_auc = _for_classification(roc_auc_score, "roc_auc")
"""Area under the receiver operating characteristic: 0.5 for a coin, regardless of the prevalence."""

pr_auc = _for_classification(average_precision_score, "pr_auc")
"""Average precision: the prevalence for a coin, so the score to watch where positives are rare."""

pearson = _for_regression(pearson_score, "pearson")
"""Pearson's r, not its square."""

spearman = _for_regression(spearman_score, "spearman")
"""Spearman's rank correlation."""

rmse = _for_regression(rmse_score, "rmse")
"""Root mean squared error, in the unit of the labels; lower is better."""
