"""The scores of a benchmark by name; what is undefined is None, which JSON knows and NaN is not in."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.metrics import scores

__all__ = ["SCORES", "score_all"]

Column = NDArray[np.float64]


def _matthews(y: Column, predicted: Column) -> float:
    """Return the Matthews correlation at a probability of 0.5; NaN where predictions are not probabilities."""
    from sklearn.metrics import matthews_corrcoef

    if predicted.min() < 0 or predicted.max() > 1:
        return float("nan")
    return float(matthews_corrcoef(y == 1, predicted >= 0.5))


SCORES: dict[str, Callable[[Column, Column], float]] = {
    "mcc": _matthews,
    "pearson": scores.pearson_score,
    "pr_auc": scores.average_precision_score,
    "rmse": scores.rmse_score,
    "roc_auc": scores.roc_auc_score,
    "spearman": scores.spearman_score,
}
"""Functions of labels and predictions."""


def score_all(names: Iterable[str], y: Column, predicted: Column) -> dict[str, float | None]:
    """Score predictions.

    Returns
    -------
    dict
        By name; None where it is undefined: a correlation with a constant, a Matthews correlation of what is no
        probability.

    Examples
    --------
    >>> import numpy as np
    >>> score_all(["roc_auc", "mcc"], np.array([0.0, 1.0]), np.array([0.3, 7.0]))
    {'roc_auc': 1.0, 'mcc': None}
    """
    found: dict[str, float | None] = {}
    for name in names:
        if name not in SCORES:
            raise BadValueError(f"there is no score {name!r}; choose from {', '.join(SCORES)}")
        value = SCORES[name](y, predicted)
        found[name] = float(value) if np.isfinite(value) else None
    return found
