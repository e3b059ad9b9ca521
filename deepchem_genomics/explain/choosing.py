"""Which rows are looked at: the highest predictions, and a fair draw of all."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import EmptyInputError
from deepchem_genomics.models.prediction_files import Rows

__all__ = ["Chosen", "choose", "gather"]

ReadRows = Callable[[], Iterable[Rows]]
"""Starts reading the rows from the beginning, some thousands at a time."""


class Chosen(NamedTuple):
    """Rows of a dataset by number.

    Parameters
    ----------
    strongest : ndarray of int
        Those of the highest predictions, highest first.
    drawn : ndarray of int
        A random draw of all, ascending.
    """

    strongest: NDArray[np.int64]
    drawn: NDArray[np.int64]


def choose(predicted: NDArray[np.floating], n: int, seed: int) -> Chosen:
    """Choose up to ``n`` rows of each kind.

    Parameters
    ----------
    predicted : ndarray, (N,)
        Predictions for one task.
    n : int
        Rows of each kind.
    seed : int
        Decides the draw.

    Returns
    -------
    Chosen
        Equal predictions stay in the order of the rows.

    Raises
    ------
    EmptyInputError
        If there are no predictions.

    Examples
    --------
    >>> choose(np.array([0.2, 0.9, 0.1, 0.9]), 2, seed=0).strongest.tolist()
    [1, 3]
    """
    if not len(predicted):
        raise EmptyInputError("the input has no sequences; there is nothing to explain")
    strongest = np.argsort(-predicted, kind="stable")[:n]
    drawn = np.random.default_rng(seed).choice(len(predicted), min(n, len(predicted)), replace=False)
    return Chosen(strongest, np.sort(drawn))


def gather(read_rows: ReadRows, wanted: NDArray[np.int64]) -> Rows:
    """Read some rows, in memory once they are all that is wanted.

    Parameters
    ----------
    read_rows : callable
        Starts reading.
    wanted : ndarray of int, (n,)
        Numbers of rows, in the order wanted.

    Returns
    -------
    Rows
        X (n, L, A) and ids (n,).
    """
    order = np.argsort(wanted, kind="stable")
    ascending = wanted[order]
    parts, first = [], 0
    for X, ids in read_rows():
        low, high = np.searchsorted(ascending, [first, first + len(ids)])
        here = ascending[low:high] - first
        parts.append((np.asarray(X)[here], np.asarray(ids)[here].astype(str)))
        first += len(ids)
        if high == len(ascending):
            break
    back = np.argsort(order, kind="stable")
    return Rows(np.concatenate([X for X, _ in parts])[back], np.concatenate([ids for _, ids in parts])[back])
