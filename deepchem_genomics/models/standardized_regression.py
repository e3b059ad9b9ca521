"""Logistic regression on a few features of each row, and the baseline that looks at side inputs alone."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from deepchem_genomics.data import SideInput
from deepchem_genomics.models import estimators
from deepchem_genomics.models.baseline import Baseline, Rows, require_two_classes

__all__ = ["AccessibilityAlone", "StandardizedRegression"]


class StandardizedRegression:
    """Logistic regression on features that are standardized first.

    Parameters
    ----------
    scaler : StandardScaler
        Fitted.
    regression : LogisticRegression
        Fitted.
    """

    def __init__(self, scaler: StandardScaler, regression: LogisticRegression) -> None:
        self._steps = make_pipeline(scaler, regression)

    @classmethod
    def fit(cls, features: NDArray[np.floating], rows: Rows) -> "StandardizedRegression":
        """Fit a regression in which rows count by their weights.

        Parameters
        ----------
        features : ndarray, (n, F)
            A few numbers a row.
        rows : Rows
            Their labels and weights.

        Returns
        -------
        StandardizedRegression
            Fitted.

        Raises
        ------
        LabelError
            If a label is neither 0 nor 1, or all are the same.
        """
        require_two_classes(rows)
        made = cls(StandardScaler(), LogisticRegression(max_iter=1000))
        made._steps.fit(features, rows.y, logisticregression__sample_weight=rows.w)
        return made

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "StandardizedRegression":
        """Take back what :meth:`arrays` returned.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            By name.

        Returns
        -------
        StandardizedRegression
            The same.
        """

        def of(prefix: str) -> dict[str, NDArray[Any]]:
            return {name.removeprefix(prefix): one for name, one in arrays.items() if name.startswith(prefix)}

        scaler = estimators.from_arrays(StandardScaler, of("scaler "))
        return cls(scaler, estimators.from_arrays(LogisticRegression, of("regression ")))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what was learned.

        Returns
        -------
        dict of str to ndarray
            By name.
        """
        named = {"scaler": self._steps[0], "regression": self._steps[1]}
        return {
            f"{step} {name}": one for step, each in named.items() for name, one in estimators.to_arrays(each).items()
        }

    def __call__(self, features: NDArray[np.floating]) -> NDArray[np.float64]:
        """Predict the probability of a 1.

        Parameters
        ----------
        features : ndarray, (n, F)
            The same features as in :meth:`fit`.

        Returns
        -------
        ndarray of float64, (n,)
            One a row.
        """
        return self._steps.predict_proba(features)[:, 1]


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
    >>> from deepchem_genomics.simulate import simulated_tf_datasets
    >>> from deepchem_genomics.metrics import roc_auc
    >>> train, valid, accessibility = simulated_tf_datasets()
    >>> model = AccessibilityAlone(accessibility)
    >>> model.fit(train)
    >>> round(float(model.evaluate(valid, roc_auc)["roc_auc"]), 1)
    0.8
    """

    learned: ClassVar[dict[str, type]] = {"_regression": StandardizedRegression}
    takes: ClassVar[tuple[str, ...]] = ("accessibility",)
    ignores_strand = True

    def __init__(self, accessibility: SideInput) -> None:
        super().__init__(accessibility=accessibility)

    def _learn(self, rows: Rows) -> None:
        """Scale the tracks and fit the regression."""
        self.scale_side_inputs(rows)
        self._regression = StandardizedRegression.fit(self._tracks(rows.ids), rows)

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict from the accessibility of the ids."""
        return self._regression(self._tracks(ids))

    def _tracks(self, ids: NDArray[np.object_]) -> NDArray[np.float32]:
        return self.side_inputs["accessibility"].lookup(ids)
