"""One known motif and how open the chromatin is around it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.baselines.base import Baseline, Rows
from deepchem_genomics.baselines.logistic import fit_logistic_regression
from deepchem_genomics.data import SideInput
from deepchem_genomics.motifs import CountMatrix, best_scores

__all__ = ["MotifAccessibilityRegression"]


class MotifAccessibilityRegression(Baseline):
    """Logistic regression on the best score of one motif, the log accessibility, and their product.

    The product lets a site count for more where it can be reached.

    Parameters
    ----------
    motif : CountMatrix
        No wider than the sequences.
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
    >>> from deepchem_genomics.data.jaspar_motifs import ATF3
    >>> from deepchem_genomics.metrics import roc_auc
    >>> train, valid, accessibility = simulated_tf_datasets()
    >>> model = MotifAccessibilityRegression(ATF3, accessibility)
    >>> model.fit(train)
    >>> bool(model.evaluate(valid, roc_auc)["roc_auc"] > 0.85)
    True
    """

    def __init__(self, motif: CountMatrix, accessibility: SideInput) -> None:
        super().__init__()
        self.motif = motif
        self.accessibility = accessibility

    def learn(self, rows: Rows) -> None:
        """Scale score and tracks, and fit the regression.

        Parameters
        ----------
        rows : Rows
            The labelled rows.
        """
        self._scaled = self.accessibility.scaled("log-standard", rows.ids)
        best = best_scores(rows.X, [self.motif])
        self._mean, self._sd = float(best.mean()), float(best.std()) or 1.0
        self._regression = fit_logistic_regression(self._features(rows.X, rows.ids), rows)

    def scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict from the sequences and the accessibility of the ids.

        Parameters
        ----------
        X : ndarray, (n, L, 4)
            One-hot DNA.
        ids : ndarray of object, (n,)
            Each must have an accessibility.

        Returns
        -------
        ndarray of float64, (n,)
            Probabilities.
        """
        return self._regression.predict_proba(self._features(X, ids))[:, 1]

    def _features(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float32]:
        best = (best_scores(X, [self.motif]) - self._mean) / self._sd  # (n, 1)
        tracks = self._scaled.lookup(ids)  # (n, K)
        return np.hstack([best, tracks, best * tracks])
