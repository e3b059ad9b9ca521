"""The same answer for every row: the mean of the labels, or how common a 1 is."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.models.baseline import Baseline, Rows, require_binary_labels

__all__ = ["AlwaysMean", "AlwaysPrevalence"]


class AlwaysMean(Baseline):
    """Predict the weighted mean of the labels learned from, for every row.

    Its root mean squared error is the standard deviation of the labels; its correlation with them is not defined, 0 or
    NaN by the taste of the metric.

    Parameters
    ----------
    alphabet : {"ACGU", "ACGT"}, default "ACGU"
        The letters of the sequences.

    Examples
    --------
    >>> import deepchem as dc
    >>> dataset = dc.data.NumpyDataset(np.zeros((3, 21, 4)), np.array([[0.2], [0.5], [0.8]]))
    >>> model = AlwaysMean()
    >>> model.fit(dataset)
    >>> model.predict(dataset).tolist()
    [[0.5], [0.5], [0.5]]
    """

    learned: ClassVar[dict[str, type]] = {"_mean": float}
    mode: ClassVar[str] = "regression"

    def __init__(self, alphabet: str = "ACGU") -> None:
        super().__init__(alphabet)

    def _learn(self, rows: Rows) -> None:
        """Take the mean of the labels."""
        self._mean = float(np.average(rows.y, weights=rows.w))

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return the mean for each row."""
        return np.full(len(X), self._mean)


class AlwaysPrevalence(Baseline):
    """Predict the share of 1 among the training labels, whatever the sequence.

    Its ROC AUC is 0.5 and its PR AUC the prevalence; both are what chance gives. The labels are counted, not weighed:
    weights often make both classes count alike, which would hide how rare one is.

    Examples
    --------
    >>> from deepchem_genomics.simulate import simulated_tf_datasets
    >>> train, valid, _ = simulated_tf_datasets(n_train=1000, n_valid=2)
    >>> model = AlwaysPrevalence()
    >>> model.fit(train)
    >>> model.predict(valid).tolist(), int(train.y.sum())
    ([[0.007], [0.007]], 7)
    """

    learned: ClassVar[dict[str, type]] = {"_prevalence": float}
    ignores_strand = True

    def __init__(self) -> None:
        super().__init__()

    def _learn(self, rows: Rows) -> None:
        """Count the labels."""
        require_binary_labels(rows)
        self._prevalence = float(rows.y.mean())

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Give the same probability to each row."""
        return np.full(len(X), self._prevalence)
