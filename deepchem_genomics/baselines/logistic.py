"""Logistic regression on a few features of each row."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from deepchem_genomics.baselines.base import Rows
from deepchem_genomics.baselines.two_classes import require_two_classes

__all__ = ["fit_logistic_regression"]


def fit_logistic_regression(features: NDArray[np.floating], rows: Rows) -> Any:
    """Fit a logistic regression, in which rows count by their weights.

    Parameters
    ----------
    features : ndarray, (n, F)
        A few numbers a row; standardised before the fit.
    rows : Rows
        Their labels and weights.

    Returns
    -------
    sklearn.pipeline.Pipeline
        ``predict_proba(features)[:, 1]`` is the probability of a 1.

    Raises
    ------
    LabelError
        If a label is neither 0 nor 1, or all are the same.
    """
    require_two_classes(rows)
    regression = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return regression.fit(features, rows.y, logisticregression__sample_weight=rows.w)
