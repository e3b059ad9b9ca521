"""How far one comes without the sequence."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.baselines.base import Baseline, Rows
from deepchem_genomics.baselines.logistic import fit_logistic_regression
from deepchem_genomics.data import SideInput

__all__ = ["AccessibilityAlone"]


class AccessibilityAlone(Baseline):
    """Logistic regression on the logarithm of the accessibility; the sequence is not looked at.

    What a network with the accessibility as a second input must beat before its reading of the sequence is worth
    anything. With one track, the order of the scores is that of the accessibility.

    Parameters
    ----------
    accessibility : SideInput
        K tracks, not negative, for the ids of all data sets. The logarithm is taken here, its scaling fitted on the
        training ids; a scaling it already has is replaced.

    Notes
    -----
    Rows count by their weights. Where these make both classes count alike, the probabilities are those of data with
    as many 1 as 0.

    Examples
    --------
    >>> from deepchem_genomics.data import simulated_tf_datasets
    >>> from deepchem_genomics.metrics import roc_auc
    >>> train, valid, accessibility = simulated_tf_datasets()
    >>> model = AccessibilityAlone(accessibility)
    >>> model.fit(train)
    >>> round(float(model.evaluate(valid, roc_auc)["roc_auc"]), 1)
    0.8
    """

    def __init__(self, accessibility: SideInput) -> None:
        super().__init__()
        self.accessibility = accessibility

    def learn(self, rows: Rows) -> None:
        """Scale the tracks and fit the regression.

        Parameters
        ----------
        rows : Rows
            The labelled rows.
        """
        self._scaled = self.accessibility.scaled("log-standard", rows.ids)
        self._regression = fit_logistic_regression(self._scaled.lookup(rows.ids), rows)

    def scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict from the accessibility of the ids.

        Parameters
        ----------
        X : ndarray, (n, L, A)
            Not looked at.
        ids : ndarray of object, (n,)
            Each must have an accessibility.

        Returns
        -------
        ndarray of float64, (n,)
            Probabilities.
        """
        return self._regression.predict_proba(self._scaled.lookup(ids))[:, 1]
