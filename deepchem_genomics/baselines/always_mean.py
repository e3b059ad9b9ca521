"""The mean of the labels, whatever the sequence."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.baselines.base import Baseline, Rows

__all__ = ["AlwaysMean"]


class AlwaysMean(Baseline):
    """Predict the weighted mean of the labels learnt from, for every row.

    Its root mean squared error is the standard deviation of the labels; its correlation with them is not defined, 0 or
    NaN by the taste of the metric.

    Examples
    --------
    >>> import deepchem as dc
    >>> dataset = dc.data.NumpyDataset(np.zeros((3, 21, 4)), np.array([[0.2], [0.5], [0.8]]))
    >>> model = AlwaysMean()
    >>> model.fit(dataset)
    >>> model.predict(dataset).tolist()
    [[0.5], [0.5], [0.5]]
    """

    mode: ClassVar[str] = "regression"

    def learn(self, rows: Rows) -> None:
        """Take the mean of the labels.

        Parameters
        ----------
        rows : Rows
            One-hot sequences, labels, weights and ids.
        """
        self._mean = float(np.average(rows.y, weights=rows.w))

    def scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return the mean for each row.

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
        return np.full(len(X), self._mean)
