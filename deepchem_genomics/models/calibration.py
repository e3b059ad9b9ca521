"""Calibrated probabilities: what was predicted to happen in one case of ten happens in one of ten.

The probabilities of a network trained with weights that make both classes count equally are far too high where few
windows are bound, and those of any network trained for long somewhat too high. A calibration is learned on rows that
the network was not trained on.
"""

import itertools
import logging
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from deepchem_genomics.arguments import require_choice
from deepchem_genomics.errors import BadValueError, LabelError, ShapeMismatchError

__all__ = ["Calibration", "fit_tasks", "platt"]

logger = logging.getLogger(__name__)

_METHODS = ("platt", "isotonic")
_CLOSEST = 1e-7  # to 0 and 1 that a probability may be to be learned from: beyond, one row would outweigh all others
_LEAST, _MOST = 1e-300, 1 - 2**-53  # have finite logits
_FLATTEST = 1e-3  # slope that still keeps the order, while all probabilities are about the prevalence


class Calibration(NamedTuple):
    """A rising function from predicted to calibrated probabilities, of one task.

    Parameters
    ----------
    method : {"platt", "isotonic"}
        "platt": the logit times ``slope`` plus ``intercept``; two numbers, which a few dozen positives suffice for, and
        which keep the order of the predictions. "isotonic": the best rising steps, joined by lines between the points
        ``x`` and ``y``; any shape, for a thousand positives or more; it makes ties.
    slope, intercept : float
        Of "platt"; the slope is above 0.
    x, y : tuple of float
        Of "isotonic", both rising.

    References
    ----------
    J. Platt. Probabilistic outputs for support vector machines. *Advances in Large Margin Classifiers*, 1999.
    H.-T. Lin, C.-J. Lin and R. Weng. A note on Platt's probabilistic outputs for support vector machines. *Machine
    Learning* 68, 2007.
    B. Zadrozny and C. Elkan. Transforming classifier scores into accurate multiclass probability estimates. *KDD*,
    2002.

    Examples
    --------
    >>> promised = np.repeat([0.2, 0.8], 100)
    >>> happened = np.repeat([0, 1, 0, 1], [99, 1, 90, 10])
    >>> Calibration.fit(promised, happened).apply([0.2, 0.8]).round(2).tolist()
    [0.01, 0.1]
    """

    method: str
    slope: float = 1.0
    intercept: float = 0.0
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()

    @classmethod
    def fit(cls, predicted: ArrayLike, labels: ArrayLike, method: str = "platt") -> "Calibration":
        """Learn from predictions and what came of them, each row counting once.

        "platt" is the likeliest line for Platt's targets: with P positives and N negatives, (P + 1) / (P + 2) for a
        positive and 1 / (N + 2) for a negative, so that few rows of a class cannot make anything certain. Rows that are
        ranked below chance would make it fall; then it rises as little as still keeps the order, and a warning is
        logged.

        Parameters
        ----------
        predicted : array_like of float, (N,)
            Probabilities.
        labels : array_like, (N,)
            0 or 1.
        method : {"platt", "isotonic"}, default "platt"
            See the class.

        Returns
        -------
        Calibration
            It never turns the order of two predictions round.

        Raises
        ------
        BadValueError
            If the method is unknown, or a prediction is not a probability.
        ShapeMismatchError
            If there are not as many labels as predictions.
        LabelError
            If labels are other than 0 and 1, or all the same.
        """
        require_choice("method", method, _METHODS)
        p, happened = np.asarray(predicted, dtype=np.float64).ravel(), np.asarray(labels).ravel()
        if len(p) != len(happened):
            raise ShapeMismatchError(f"{len(p)} predictions and {len(happened)} labels; give one label per prediction")
        _require_probabilities(p)
        if set(np.unique(happened)) != {0, 1}:
            raise LabelError("labels must be 0 and 1, some of each: a calibration cannot be learned from one class")
        if method == "isotonic":
            from sklearn.isotonic import IsotonicRegression

            steps = IsotonicRegression(y_min=0, y_max=1).fit(p, happened)
            return cls(method, x=tuple(steps.X_thresholds_.tolist()), y=tuple(steps.y_thresholds_.tolist()))
        made, slope = platt(p, happened == 1)
        if slope < _FLATTEST:
            logger.warning(
                "the %d rows to calibrate on, %d of them positive, are ranked no better than by chance (slope %.3g): "
                "probabilities are set to about their prevalence, and the order of predictions is kept; look at the "
                "scores on valid before anything is made of this model",
                len(p), int((happened == 1).sum()), slope,
            )  # fmt: skip
        return made

    def apply(self, predicted: ArrayLike) -> NDArray[np.float64]:
        """Return calibrated probabilities.

        Parameters
        ----------
        predicted : array_like of float
            Probabilities, of any shape.

        Returns
        -------
        ndarray of float64
            Of the same shape.

        Raises
        ------
        BadValueError
            If a prediction is not a probability.
        """
        p = np.asarray(predicted, dtype=np.float64)
        _require_probabilities(p)
        if self.method == "isotonic":
            return np.interp(p, self.x, self.y)
        found: NDArray[np.float64] = expit(self.slope * logit(np.clip(p, _LEAST, _MOST)) + self.intercept)
        return found

    def to_json(self) -> dict[str, Any]:
        """Return what :meth:`from_json` takes.

        Returns
        -------
        dict
            ``method``, and its numbers.
        """
        if self.method == "platt":
            return {"method": self.method, "slope": self.slope, "intercept": self.intercept}
        return {"method": self.method, "x": list(self.x), "y": list(self.y)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Calibration":
        """Make a calibration from what :meth:`to_json` gave.

        Parameters
        ----------
        record : mapping
            As it came out of JSON.

        Returns
        -------
        Calibration
            The same.

        Raises
        ------
        BadValueError
            If it is none.
        """
        try:
            made = cls(**{**record, **{name: tuple(map(float, record[name])) for name in ("x", "y") if name in record}})
            numbers = [made.slope, made.intercept, *made.x, *made.y]
            rising = made.slope > 0 and all(
                a <= b for points in (made.x, made.y) for a, b in itertools.pairwise(points)
            )
            whole = all(map(math.isfinite, numbers)) and rising and len(made.x) == len(made.y)
        except (TypeError, ValueError, KeyError):
            whole = False
        if not whole or made.method not in _METHODS or (made.method == "isotonic") != bool(made.x):
            raise BadValueError(
                f"{dict(record)!r} is not a calibration; it has a method, {' or '.join(_METHODS)}, and its numbers"
            )
        return made


def platt(p: NDArray[np.float64], positive: NDArray[np.bool_]) -> tuple[Calibration, float]:
    """Return the likeliest line that rises, see :meth:`Calibration.fit`, and the slope of the likeliest of all."""
    x = logit(np.clip(p, _CLOSEST, 1 - _CLOSEST))
    n_positive = int(positive.sum())
    targets = np.where(positive, (n_positive + 1) / (n_positive + 2), 1 / (len(x) - n_positive + 2))
    center, spread = float(x.mean()), float(x.std())
    if not spread > 1e-12:  # one prediction for all rows has no slope
        return Calibration("platt", 1.0, float(logit(targets.mean())) - center), 1.0
    scaled = (x - center) / spread
    slope, intercept = _likeliest(np.stack([scaled, np.ones_like(scaled)]), targets)
    slope, intercept = slope / spread, intercept - slope * center / spread
    if slope >= _FLATTEST:
        return Calibration("platt", slope, intercept), slope
    (intercept,) = _likeliest(np.ones((1, len(x))), targets, _FLATTEST * x)
    return Calibration("platt", _FLATTEST, intercept), slope


def fit_tasks(predicted: NDArray[Any], y: ArrayLike, w: ArrayLike, method: str = "platt") -> list[Calibration]:
    """Fit a calibration for each of T tasks to predictions (N, T), on the rows whose weight is not 0.

    >>> [round(one.slope, 3) for one in fit_tasks(np.array([[0.2], [0.8], [0.4]]), [0, 1, 1], [1, 1, 1])]
    [0.606]
    """
    labels = np.asarray(y).reshape(predicted.shape)
    weights = np.broadcast_to(np.asarray(w).reshape(len(labels), -1), labels.shape)  # DeepChem's may be (N, 1)
    return [
        Calibration.fit(predicted[rows, task], labels[rows, task], method) for task, rows in enumerate(weights.T != 0)
    ]


def _likeliest(
    columns: NDArray[np.float64], targets: NDArray[np.float64], offset: NDArray[np.float64] | float = 0.0
) -> tuple[float, ...]:
    """Fit a logistic regression without a penalty to targets between 0 and 1: one coefficient for each of K columns."""
    from scipy.optimize import minimize

    def loss(coefficients: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = coefficients @ columns + offset
        return float((np.logaddexp(0, z) - targets * z).mean()), columns @ (expit(z) - targets) / len(targets)

    def curvature(coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
        p = expit(coefficients @ columns + offset)
        found: NDArray[np.float64] = (columns * (p * (1 - p))) @ columns.T / len(targets)
        return found

    start = np.zeros(len(columns))
    start[-1] = logit(targets.mean())
    found = minimize(loss, start, jac=True, hess=curvature, method="trust-exact", options={"gtol": 1e-10})
    return tuple(map(float, found.x))


def _require_probabilities(p: NDArray[np.float64]) -> None:
    wrong = p[~((p >= 0) & (p <= 1))]
    if len(wrong):
        raise BadValueError(f"{len(wrong)} predictions are not probabilities from 0 to 1, the first is {wrong[0]}")
