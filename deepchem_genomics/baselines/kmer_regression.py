"""Which words of k bases bound sequences have more of."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from deepchem_genomics.baselines.base import Baseline, Rows
from deepchem_genomics.baselines.two_classes import require_two_classes
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import kmer_counts

__all__ = ["KmerRegression"]


class KmerRegression(Baseline):
    """Logistic regression on how often each word of k bases occurs, wherever in the sequence.

    The oldest way to learn a motif without being told one: what a convolution must beat.

    Parameters
    ----------
    k : int, default 6
        Length of the words, at most that of the sequences.
    canonical : bool, default True
        Whether a word and its reverse complement are one: 2,080 words of 6 bases and not 4,096.
    inverse_penalty : float, default 0.003
        scikit-learn's ``C``: the larger, the freer the coefficients.

    Raises
    ------
    BadValueError
        If the inverse penalty is not a number above 0.

    Notes
    -----
    Rows count by their weights, brought to a mean of 1 for the penalty. Where these make both classes count alike,
    the probabilities are those of data with as many 1 as 0.

    The default penalty was chosen by cross-validation within training rows: 0.01 is a little better on 32,378 balanced
    windows (ROC AUC 0.860, and 0.859 with 0.003), 0.001 on JUND with 253 bound of 82,024 (0.685, and 0.676).

    Examples
    --------
    >>> from deepchem_genomics.data import simulated_tf_datasets
    >>> from deepchem_genomics.metrics import roc_auc
    >>> train, valid, _ = simulated_tf_datasets()
    >>> model = KmerRegression(k=4)
    >>> model.fit(train)
    >>> bool(model.evaluate(valid, roc_auc)["roc_auc"] > 0.7)
    True
    """

    def __init__(self, k: int = 6, canonical: bool = True, inverse_penalty: float = 0.003) -> None:
        super().__init__()
        if not 0 < inverse_penalty < np.inf:
            raise BadValueError(f"inverse_penalty is {inverse_penalty!r}; it must be a number above 0, such as 0.003")
        self.k = k
        self.canonical = canonical
        self.inverse_penalty = inverse_penalty

    def learn(self, rows: Rows) -> None:
        """Count the words and fit the regression.

        Parameters
        ----------
        rows : Rows
            The labelled rows.
        """
        require_two_classes(rows)
        self._regression = LogisticRegression(C=self.inverse_penalty, max_iter=1000)
        self._regression.fit(self._features(rows.X), rows.y, sample_weight=rows.w / rows.w.mean())

    def scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict from the sequences.

        Parameters
        ----------
        X : ndarray, (n, L, 4)
            One-hot DNA.
        ids : ndarray of object, (n,)
            Not looked at.

        Returns
        -------
        ndarray of float64, (n,)
            Probabilities.
        """
        return self._regression.predict_proba(self._features(X))[:, 1]

    def _features(self, X: NDArray[Any]) -> Any:
        return kmer_counts(X, self.k, canonical=self.canonical, sparse=True)
