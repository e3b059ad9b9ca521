"""The same answer for all: how common a 1 is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.baselines.base import Baseline, Rows
from deepchem_genomics.baselines.two_classes import require_binary_labels

__all__ = ["AlwaysPrevalence"]


class AlwaysPrevalence(Baseline):
    """Predict the share of 1 among the training labels, whatever the sequence.

    Its ROC AUC is 0.5 and its PR AUC the prevalence; both are what chance gives. The labels are counted, not weighed:
    weights often make both classes count alike, which would hide how rare one is.

    Examples
    --------
    >>> from deepchem_genomics.data import simulated_tf_datasets
    >>> train, valid, _ = simulated_tf_datasets(n_train=1000, n_valid=2)
    >>> model = AlwaysPrevalence()
    >>> model.fit(train)
    >>> model.predict(valid).tolist(), int(train.y.sum())
    ([[0.007], [0.007]], 7)
    """

    def learn(self, rows: Rows) -> None:
        """Count the labels.

        Parameters
        ----------
        rows : Rows
            The labelled rows.
        """
        require_binary_labels(rows)
        self._prevalence = float(rows.y.mean())

    def scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Give the same probability to each row.

        Parameters
        ----------
        X : ndarray, (n, L, A)
            Not looked at.
        ids : ndarray of object, (n,)
            Not looked at.

        Returns
        -------
        ndarray of float64, (n,)
            The prevalence.
        """
        return np.full(len(X), self._prevalence)
