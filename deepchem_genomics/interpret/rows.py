"""Checks of what every function here is given: sequences, ids, a task."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError
from deepchem_genomics.models import Blend, SequenceModel
from deepchem_genomics.typing import Ids, OneHot

__all__ = ["differentiable", "known_bases", "parts_of", "require_ids", "require_rows", "require_task"]


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
        What the ids are for; some models look side inputs up by id.

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
                f"a {type(model).__name__} looks {', '.join(model.side_inputs)} up by id; give one for each sequence"
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


def parts_of(model: Any) -> list[Any]:
    """List the models that a model consists of; any other model by itself.

    Parameters
    ----------
    model : dc.models.Model
        Of this package or not.

    Returns
    -------
    list of dc.models.Model
        One or more.
    """
    return list(model.parts()) if isinstance(model, SequenceModel) else [model]


def differentiable(model: Any) -> bool:
    """Tell whether a model is a network, or the mean of networks.

    Parameters
    ----------
    model : dc.models.Model
        Of this package or not.

    Returns
    -------
    bool
        False for a blend: its members' logits are averaged with weights.
    """
    leaves = parts_of(model)
    return all(isinstance(leaf, SequenceModel) and leaf.is_network for leaf in leaves) and not isinstance(model, Blend)


def _needs_ids(model: Any) -> bool:
    return isinstance(model, SequenceModel) and bool(model.side_inputs)
