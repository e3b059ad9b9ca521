"""Checks of what every function here is given: sequences, ids, a task."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError
from deepchem_genomics.typing import Ids, OneHot

__all__ = ["known_bases", "require_ids", "require_rows", "require_task"]


def require_rows(X: OneHot) -> NDArray[Any]:
    """Return sequences as an array.

    Parameters
    ----------
    X : ndarray, (N, L, 4)
        One-hot sequences.

    Returns
    -------
    ndarray, (N, L, 4)
        The same.

    Raises
    ------
    ShapeMismatchError
        If X is not (N, L, 4).
    EmptyInputError
        If N or L is 0.
    """
    rows = np.asarray(X)
    if rows.ndim != 3 or rows.shape[2] != 4:
        raise ShapeMismatchError(f"X has shape {rows.shape}; expected (N, L, 4), one-hot sequences: see feat.one_hot")
    if not rows.size:
        raise EmptyInputError(f"X has shape {rows.shape}: there are no bases; give at least one sequence")
    return rows


def require_ids(ids: Ids | None, n_rows: int, model: Any = None) -> NDArray[np.object_]:
    """Return ids as an array, numbers written out if there are none.

    Parameters
    ----------
    ids : sequence of str, optional
        Sample ids.
    n_rows : int
        N.
    model : object, optional
        What the ids are for; some models look a second input up by id.

    Returns
    -------
    ndarray of object, (N,)
        The ids.

    Raises
    ------
    ShapeMismatchError
        If there are more or fewer ids than sequences.
    BadValueError
        If there are none, and the model needs them.
    """
    if ids is None:
        if _needs_ids(model):
            raise BadValueError(
                f"a {type(model).__name__} looks accessibility up by id; give ids, one for each sequence"
            )
        return np.arange(n_rows).astype(str).astype(object)
    names = np.asarray(ids, dtype=object)
    if names.shape != (n_rows,):
        raise ShapeMismatchError(f"{n_rows} sequences but ids of shape {names.shape}; give one id for each sequence")
    return names


def require_task(task: int, n_tasks: int) -> int:
    """Return a task's number if there is such a task.

    Parameters
    ----------
    task : int
        From 0.
    n_tasks : int
        T.

    Returns
    -------
    int
        The task.

    Raises
    ------
    BadValueError
        If there is no such task.
    """
    if not 0 <= task < n_tasks:
        raise BadValueError(f"task is {task}; the model has {n_tasks}, numbered from 0")
    return int(task)


def known_bases(X: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which bases are one letter: a single 1, the other columns 0.

    Parameters
    ----------
    X : ndarray, (N, L, 4)
        One-hot sequences.

    Returns
    -------
    ndarray of bool, (N, L)
        False for unknown bases, and for those shared out among letters.
    """
    return (X.max(axis=2) == 1) & (np.count_nonzero(X, axis=2) == 1)


def _needs_ids(model: Any) -> bool:
    members = getattr(model, "members", [model])
    return any(getattr(member, "accessibility", None) is not None for member in members)
