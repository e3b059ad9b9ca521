"""Ridge regression on which base stands where."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import RidgeCV

from deepchem_genomics.baselines.base import Baseline, Rows

__all__ = ["OneHotRidge"]

_ALPHAS = np.logspace(-1, 3, 17)


class OneHotRidge(Baseline):
    """Add up what each base at each position contributes: ridge regression on one-hot sequences.

    The penalty is the one of 17 from 0.1 to 1,000 with the least leave-one-out error on the rows learnt from. After
    Vert et al., whose weights for guides [1]_ are the same model.

    References
    ----------
    .. [1] J.-P. Vert, N. Foveau, C. Lajaunie and Y. Vandenbrouck. An accurate and interpretable model for siRNA
       efficacy prediction. *BMC Bioinformatics* 7, 520, 2006. doi:10.1186/1471-2105-7-520.

    Examples
    --------
    >>> import deepchem as dc
    >>> from deepchem_genomics.data import simulate_sirna
    >>> train, test = simulate_sirna(500, seed=0), simulate_sirna(200, seed=1)
    >>> model = OneHotRidge()
    >>> model.fit(dc.data.NumpyDataset(train.X, train.y))
    >>> predicted = model.predict(dc.data.NumpyDataset(test.X, test.y))
    >>> bool(np.corrcoef(predicted[:, 0], test.y[:, 0])[0, 1] > 0.4)
    True
    """

    mode: ClassVar[str] = "regression"

    def learn(self, rows: Rows) -> None:
        """Choose the penalty, and fit the weights.

        Parameters
        ----------
        rows : Rows
            One-hot sequences, labels, weights and ids.
        """
        self._ridge = RidgeCV(_ALPHAS).fit(_flat(rows.X), rows.y, sample_weight=rows.w)

    def scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Add up the weights of each row's bases.

        Parameters
        ----------
        X : ndarray, (n, L, A)
            One-hot sequences.
        ids : ndarray of object, (n,)
            Their ids.

        Returns
        -------
        ndarray of float64, (n,)
            The expected label.
        """
        return self._ridge.predict(_flat(X))

    @property
    def alpha(self) -> float:
        """The penalty that was chosen in :meth:`fit`."""
        return float(self._ridge.alpha_)


def _flat(X: NDArray[Any]) -> NDArray[np.float64]:
    return X.reshape(len(X), -1).astype(np.float64)
