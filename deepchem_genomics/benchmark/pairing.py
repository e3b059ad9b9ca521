"""Put two models' predictions for the same rows side by side."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from deepchem_genomics.benchmark.cells import Predictions

__all__ = ["matched"]


def matched(reference: "Predictions", other: "Predictions") -> NDArray[np.float64] | None:
    """Return the predictions of one model in the order of another's rows.

    Folds of a cross-validation may pool the same rows in another order.

    Parameters
    ----------
    reference : Predictions
        Whose order counts.
    other : Predictions
        What is put in that order.

    Returns
    -------
    ndarray of float64, (N,), or None
        None where the two were not scored on the same ids and labels.
    """
    if len(reference.ids) != len(other.ids):
        return None
    if np.array_equal(reference.ids, other.ids) and np.array_equal(reference.y, other.y):
        return other.predicted
    here, there = np.lexsort((reference.y, reference.ids)), np.lexsort((other.y, other.ids))
    same_ids = np.array_equal(reference.ids[here], other.ids[there])
    if not same_ids or not np.array_equal(reference.y[here], other.y[there]):
        return None
    found = np.empty(len(here), dtype=np.float64)
    found[here] = other.predicted[there]
    return found
