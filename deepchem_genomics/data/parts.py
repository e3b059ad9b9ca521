"""What becomes of a chunk of input: some rows of a dataset, and a count of those that were dropped and why."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Part"]


@dataclass(frozen=True)
class Part:
    """Rows of a dataset that is being built.

    Parameters
    ----------
    X : ndarray
        Features, (n, ...): one-hot sequences (n, L, A) as a rule.
    y : ndarray
        Labels, (n, T) float32; NaN where one is missing.
    ids : ndarray of object
        Sample ids, (n,).
    signals : ndarray, optional
        Values of a side input for the same rows, (n, K) float32.
    dropped : Counter
        How many rows of the input are not here, by reason.
    noted : Counter
        How many rows are here and not quite what was asked for, by what was done to them.
    """

    X: np.ndarray
    y: NDArray[np.float32]
    ids: NDArray[np.object_]
    signals: NDArray[np.float32] | None = None
    dropped: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)

    @classmethod
    def without_rows(cls, dropped: Counter[str]) -> "Part":
        """Say that nothing is left of a chunk.

        Parameters
        ----------
        dropped : Counter
            How many rows there were, by why they were dropped.

        Returns
        -------
        Part
            Of no rows.
        """
        return cls(np.empty(0), np.empty((0, 0), np.float32), np.empty(0, object), None, dropped)
