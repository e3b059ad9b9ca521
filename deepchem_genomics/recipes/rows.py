"""Rows of datasets for training: some of them in memory, some held out, fewer of the common class."""

from typing import Any

import numpy as np
from deepchem.data import Dataset, NumpyDataset
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

__all__ = ["balanced", "hold_out", "n_bound", "rows_of", "thinned", "unweighted"]


def rows_of(dataset: Dataset, rows: NDArray[np.integer] | slice = slice(None)) -> NumpyDataset:
    """Take rows of a dataset into memory, in their order.

    Parameters
    ----------
    dataset : dc.data.Dataset
        X (N, L, A), y and w (N, T), ids (N,).
    rows : ndarray of int, optional
        Which; all by default.

    Returns
    -------
    dc.data.NumpyDataset
        With the rows; those of a slice are not copied.
    """
    return NumpyDataset(*(np.asarray(column)[rows] for column in (dataset.X, dataset.y, dataset.w, dataset.ids)))


def hold_out(train: Dataset, seed: int, share: float = 0.1) -> tuple[Dataset, Dataset]:
    """Hold some rows out for choosing the epoch; as many of each class as their share, where there are two.

    Parameters
    ----------
    train : dc.data.Dataset
        The training rows.
    seed : int
        Decides which.
    share : float, default 0.1
        How many.

    Returns
    -------
    tuple of two dc.data.Dataset
        The rows to train on and the rows held out, each in their order.
    """
    labels = np.asarray(train.y).reshape(len(train), -1)[:, 0]
    classes = labels if len(np.unique(labels)) == 2 else None
    kept, held_out = train_test_split(np.arange(len(train)), test_size=share, random_state=seed, stratify=classes)
    return rows_of(train, np.sort(kept)), rows_of(train, np.sort(held_out))


def n_bound(train: Dataset) -> int:
    """Count the rows with the label 1.

    Parameters
    ----------
    train : dc.data.Dataset
        The training rows.

    Returns
    -------
    int
        Of any task.
    """
    return int((np.asarray(train.y) > 0).sum())


def thinned(train: Dataset, unbound_for_each_bound: int, seed: int) -> Dataset:
    """Draw unbound rows so that there are at most so many for each bound one, and let both classes count alike.

    Parameters
    ----------
    train : dc.data.Dataset
        X (N, L, 4), y and w (N, 1) and ids.
    unbound_for_each_bound : int
        How many at most; 0 for no limit.
    seed : int
        Decides which.

    Returns
    -------
    dc.data.Dataset
        The same dataset if it has no more.
    """
    bound = np.asarray(train.y).reshape(len(train), -1).max(axis=1) > 0
    unbound = np.flatnonzero(~bound)
    n_kept = min(len(unbound), unbound_for_each_bound * int(bound.sum()))
    if not unbound_for_each_bound or n_kept == len(unbound):
        return train
    kept = np.random.default_rng(seed).choice(unbound, n_kept, replace=False)
    return balanced(rows_of(train, np.sort(np.concatenate([np.flatnonzero(bound), kept]))))


def balanced(dataset: Dataset, dtype: Any = None) -> NumpyDataset:
    """Weight rows so that both classes count alike.

    Parameters
    ----------
    dataset : dc.data.Dataset
        X (N, L, 4), y (N, T) of 0 and 1, ids; rows of weight 0 have no label and keep it.
    dtype : numpy dtype, optional
        In which weights are computed; by default that of the labels.

    Returns
    -------
    dc.data.NumpyDataset
        With a mean weight of 1.
    """
    y, known = (np.asarray(column).reshape(len(dataset), -1) for column in (dataset.y, dataset.w))
    share = y.mean(axis=0, dtype=dtype)
    w = np.where(y > 0, 0.5 / share, 0.5 / (1 - share))
    return NumpyDataset(dataset.X, y, np.where(known == 0, 0.0, w), dataset.ids)


def unweighted(dataset: Dataset) -> NumpyDataset:
    """Let all rows count alike.

    Parameters
    ----------
    dataset : dc.data.Dataset
        X, y, w and ids.

    Returns
    -------
    dc.data.NumpyDataset
        With weights of 1, and 0 where there is no label.
    """
    w = np.asarray(dataset.w)
    return NumpyDataset(dataset.X, dataset.y, None if w.all() else (w != 0).astype(np.float32), dataset.ids)
