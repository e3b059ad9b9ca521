"""What models learn as plain arrays by name: numbers, arrays, linear models of scikit-learn, and others that can."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeCV
from sklearn.preprocessing import StandardScaler

__all__ = ["from_arrays", "to_arrays"]

_FITTED = {
    LinearRegression: ("coef_", "intercept_"),
    LogisticRegression: ("coef_", "intercept_", "classes_"),
    RidgeCV: ("coef_", "intercept_", "alpha_"),
    StandardScaler: ("mean_", "scale_", "var_"),
}


def to_arrays(thing: Any) -> dict[str, NDArray[Any]]:
    """Return what was learned.

    Parameters
    ----------
    thing : float, ndarray, fitted estimator, or object with ``arrays()``
        Of estimators, LinearRegression, LogisticRegression, RidgeCV and StandardScaler: their public fitted attributes.

    Returns
    -------
    dict of str to ndarray
        By attribute; a number or an array is called "values".
    """
    if isinstance(thing, float | np.ndarray):
        return {"values": np.asarray(thing)}
    if type(thing) in _FITTED:
        return {name: np.asarray(getattr(thing, name)) for name in (*_FITTED[type(thing)], "n_features_in_")}
    return thing.arrays()


def from_arrays(kind: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
    """Build it again.

    Parameters
    ----------
    kind : type
        What it was.
    arrays : mapping of str to ndarray
        As :func:`to_arrays` returned them.

    Returns
    -------
    object
        It predicts the same to the bit.

    Raises
    ------
    KeyError
        If an array is missing.
    """
    if kind in (float, np.ndarray):
        return float(arrays["values"]) if kind is float else arrays["values"]
    if kind not in _FITTED:
        return kind.from_arrays(arrays)
    estimator = kind()
    for name in _FITTED[kind]:
        values = arrays[name]
        setattr(estimator, name, values if values.ndim else values.item())
    estimator.n_features_in_ = int(arrays["n_features_in_"])
    return estimator
