"""Batches from a DeepChem dataset, shuffled by a seed of their own.

``dataset.iterbatches`` shuffles with NumPy's global generator, so that two runs differ with whatever else was drawn in
between. Here each epoch has its own generator, derived from the seed and the training step it starts at: the order
depends on nothing else, and an interrupted run finds it again.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from deepchem_genomics.errors import EmptyInputError, LabelError

if TYPE_CHECKING:
    from deepchem.data import Dataset

    from deepchem_genomics.data import SideInput

__all__ = ["check_labels", "filled_up", "generate_batches", "iterate_batches", "steps_per_epoch"]

Rows = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""X, y, w and ids of some rows of a dataset."""

_FEWEST = 16  # rows


def generate_batches(
    dataset: "Dataset",
    epochs: int = 1,
    batch_size: int = 1000,
    side_input: "SideInput | None" = None,
    deterministic: bool = False,
    seed: int | None = None,
) -> Iterator[tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]]:
    """Yield the batches that ``fit`` would see, for ``fit_generator`` and ``evaluate_generator``.

    Parameters
    ----------
    dataset : dc.data.Dataset
        X (N, L, A), labels and weights (N, T), ids (N,).
    epochs : int, default 1
        How often to go through the data.
    batch_size : int, default 1000
        Rows a batch; the last of an epoch holds what is left and is not padded.
    side_input : SideInput, optional
        A second input, looked up by id for each batch.
    deterministic : bool, default False
        Whether rows come in the order of the dataset. If not, each epoch has an order of its own.
    seed : int, optional
        Decides the orders. With the seed of a model that was not trained yet, the batches are those of its ``fit``.

    Yields
    ------
    inputs : list of ndarray
        X, and the side input's (n, K) float32 values if there is one.
    labels : list of ndarray
        One array (n, T).
    weights : list of ndarray
        One array (n, T).

    Raises
    ------
    EmptyInputError
        If the dataset has no rows.
    MissingIdError
        If an id is not in the side input.
    LabelError
        If a label with a weight other than 0 is NaN.

    Examples
    --------
    >>> import deepchem as dc, numpy as np
    >>> dataset = dc.data.NumpyDataset(np.zeros((5, 3, 4), np.int8), np.ones((5, 1)), ids=["a", "b", "c", "d", "e"])
    >>> [len(labels[0]) for _, labels, _ in generate_batches(dataset, epochs=2, batch_size=3)]
    [3, 2, 3, 2]
    """
    for X, y, w, ids in iterate_batches(dataset, batch_size, epochs, deterministic, seed):
        labels = check_labels(y, w, ids)
        yield [X] if side_input is None else [X, side_input.lookup(ids)], [labels], [w]


def iterate_batches(
    dataset: "Dataset",
    batch_size: int,
    epochs: int = 1,
    deterministic: bool = True,
    seed: int | None = None,
    first_step: int = 0,
    pad_batches: bool = False,
) -> Iterator[Rows]:
    """Yield X, y, w and ids of successive batches.

    Rows are shuffled within a shard and shards among each other, so memory holds a shard or two at a time.

    Parameters
    ----------
    dataset : dc.data.Dataset
        A ``DiskDataset`` is read shard by shard, any other dataset as one shard.
    batch_size : int
        Rows a batch.
    epochs : int, default 1
        How often to go through the data.
    deterministic : bool, default True
        Whether rows come in the order of the dataset.
    seed : int, optional
        Decides the orders of the epochs; None draws them from the operating system.
    first_step : int, default 0
        Training step at which the first epoch starts; each epoch's order is derived from the seed and its first step.
    pad_batches : bool, default False
        Whether the last batch is filled up with rows of weight 0.

    Yields
    ------
    tuple of ndarray
        X (n, L, A), y (n, T), w (n, T), ids (n,).

    Raises
    ------
    EmptyInputError
        If the dataset has no rows.
    """
    steps = steps_per_epoch(dataset, batch_size)
    if seed is None:
        seed = int(np.random.SeedSequence().generate_state(1)[0])  # once, so that epochs differ but belong together
    for epoch in range(epochs):
        order = None if deterministic else np.random.default_rng([seed, first_step + epoch * steps])
        for rows in _epoch(dataset, batch_size, order):
            yield _pad(rows, batch_size) if pad_batches else rows


def steps_per_epoch(dataset: "Dataset", batch_size: int) -> int:
    """Count the batches of one pass through a dataset.

    Parameters
    ----------
    dataset : dc.data.Dataset
        The data.
    batch_size : int
        Rows a batch.

    Returns
    -------
    int
        The number of batches, the last possibly smaller than the others.

    Raises
    ------
    EmptyInputError
        If the dataset has no rows.
    """
    if len(dataset) == 0:
        raise EmptyInputError("the dataset has no rows; there is nothing to train on, predict or score")
    return -(-len(dataset) // batch_size)


def check_labels(y: np.ndarray, w: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Return labels fit to train on: NaN only ever where the weight is 0, and there replaced by 0.

    A NaN would make the loss of its whole batch NaN, even at weight 0.

    Parameters
    ----------
    y : ndarray
        Labels (n, T) or (n,).
    w : ndarray
        Weights, broadcastable to the labels.
    ids : ndarray
        Ids (n,), for the message.

    Returns
    -------
    ndarray
        The labels; a copy if anything was replaced.

    Raises
    ------
    LabelError
        If a NaN has a weight other than 0, naming the sample.
    """
    if y.dtype.kind != "f" or not np.isnan(y).any():
        return y
    missing = np.isnan(y)
    weights = w.reshape(w.shape + (1,) * (y.ndim - w.ndim))
    wrong = np.argwhere(missing & (weights != 0))
    if len(wrong):
        row = wrong[0][0]
        raise LabelError(
            f"sample {str(ids[row])!r}: its label is NaN but its weight is not 0; "
            "give missing labels the weight 0, or drop the sample"
        )
    return np.where(missing, np.zeros((), y.dtype), y)


def _epoch(dataset: "Dataset", batch_size: int, order: np.random.Generator | None) -> Iterator[Rows]:
    """Go through the data once; batches run across the borders of shards."""
    pending: list[Rows] = []
    n_pending = 0
    for shard in _shards(dataset, order):
        n_rows = len(shard[0])
        rows = np.arange(n_rows) if order is None else order.permutation(n_rows)
        start = 0
        while start < n_rows:
            taken = rows[start : start + batch_size - n_pending]
            # a slice is a view, an index array a copy
            index: Any = taken if order is not None else slice(taken[0], taken[-1] + 1)
            pending.append(tuple(array[index] for array in shard))
            n_pending += len(taken)
            start += len(taken)
            if n_pending == batch_size:
                yield _join(pending)
                pending, n_pending = [], 0
    if pending:
        yield _join(pending)


def _shards(dataset: "Dataset", order: np.random.Generator | None) -> Iterator[Rows]:
    """Yield X, y, w, ids shard by shard; what a dataset does not have is made up as DeepChem does."""
    if not hasattr(dataset, "get_shard"):
        yield _complete(dataset.X, dataset.y, dataset.w, dataset.ids)
        return
    n_shards = dataset.get_number_shards()
    for i in range(n_shards) if order is None else order.permutation(n_shards):
        yield _complete(*dataset.get_shard(int(i)))


def _complete(X: np.ndarray, y: np.ndarray | None, w: np.ndarray | None, ids: np.ndarray | None) -> Rows:
    n_rows = len(X)
    y = np.zeros((n_rows, 1), np.float32) if y is None else y
    w = np.ones(y.shape, np.float32) if w is None else w
    return X, y, w, np.arange(n_rows).astype(str) if ids is None else ids


def _join(parts: list[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    X, y, w, ids = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return X, y, w, ids


def _pad(rows: Rows, batch_size: int) -> Rows:
    """Fill a batch up with repeated rows of weight 0, as DeepChem does."""
    X, y, w, ids = rows
    if len(X) == batch_size:
        return rows
    index = np.arange(batch_size) % len(X)
    w = w[index].copy()
    w[len(X) :] = 0
    return X[index], y[index], w, ids[index]


def filled_up(batch: tuple[list, list, list]) -> tuple[list, list, list]:
    """Return a batch of at least 16 rows; those that are added come last and repeat the first.

    TensorFlow multiplies fewer rows in an order that depends on the number of threads, so that the last digit of their
    predictions would depend on where they are made.
    """
    inputs, y, w = batch
    n_rows = len(inputs[0])
    if n_rows >= _FEWEST:
        return batch
    rows = np.concatenate([np.arange(n_rows), np.zeros(_FEWEST - n_rows, dtype=np.int64)])
    return [part[rows] for part in inputs], y, w
