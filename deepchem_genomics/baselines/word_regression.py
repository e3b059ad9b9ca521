"""Logistic regression on words of a sequence; which words, a subclass says."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from deepchem_genomics.baselines.base import Baseline, Rows
from deepchem_genomics.baselines.two_classes import require_two_classes
from deepchem_genomics.errors import BadValueError

__all__ = ["WordRegression"]

_ROWS_AT_A_TIME = 4096  # of sequences to be scored, so that their counts take a few hundred MB at most


class WordRegression(Baseline):
    """Logistic regression on sparse features of sequences, which a subclass fills in.

    Parameters
    ----------
    inverse_penalty : float
        scikit-learn's ``C``: the larger, the freer the coefficients.

    Attributes
    ----------
    solver_options : dict
        Further options of scikit-learn's ``LogisticRegression``.

    Raises
    ------
    BadValueError
        If the inverse penalty is not a number above 0.
    """

    solver_options: ClassVar[dict[str, Any]]

    def __init__(self, inverse_penalty: float) -> None:
        super().__init__()
        if not 0 < inverse_penalty < np.inf:
            raise BadValueError(f"inverse_penalty is {inverse_penalty!r}; it must be a number above 0, such as 0.003")
        self.inverse_penalty = inverse_penalty

    def features(self, X: NDArray[Any]) -> csr_matrix:
        """Turn sequences into features; what a subclass fills.

        Parameters
        ----------
        X : ndarray, (n, L, 4)
            One-hot sequences.

        Returns
        -------
        scipy.sparse.csr_matrix of float32, (n, words)
            A row a sequence.
        """
        raise NotImplementedError

    def learn(self, rows: Rows) -> None:
        """Count the words and fit the regression.

        Parameters
        ----------
        rows : Rows
            The labelled rows.
        """
        require_two_classes(rows)
        self._regression = LogisticRegression(C=self.inverse_penalty, **self.solver_options)
        self._regression.fit(self.features(rows.X), rows.y, sample_weight=rows.w / rows.w.mean())

    def scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict from the sequences.

        Parameters
        ----------
        X : ndarray, (n, L, 4)
            One-hot sequences.
        ids : ndarray of object, (n,)
            Not looked at.

        Returns
        -------
        ndarray of float64, (n,)
            Probabilities.
        """
        parts = [X[start : start + _ROWS_AT_A_TIME] for start in range(0, len(X), _ROWS_AT_A_TIME)]
        return np.concatenate([self._regression.predict_proba(self.features(part))[:, 1] for part in parts] or [[]])
