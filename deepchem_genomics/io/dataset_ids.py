"""Ids of a DeepChem dataset, a shard at a time: as Python objects, those of all rows take 90 bytes each."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["WithIds", "each_id", "id_chunks"]

AT_ONCE = 8192


class WithIds(Protocol):
    """A dataset, or rows in memory."""

    @property
    def ids(self) -> Any:
        """One for each row, (N,)."""


def id_chunks(dataset: WithIds) -> Iterator[NDArray[Any]]:
    """Yield the ids of successive rows, (n,) each.

    >>> import deepchem as dc
    >>> dataset = dc.data.DiskDataset.from_numpy(np.zeros((3, 1)), ids=["a", "b", "c"])
    >>> [chunk.tolist() for chunk in id_chunks(dataset)]
    [['a', 'b', 'c']]
    """
    if not hasattr(dataset, "get_shard_ids"):
        ids = np.asarray(dataset.ids)
        yield from (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
        return
    for shard in range(dataset.get_number_shards()):  # type: ignore[attr-defined]
        yield np.atleast_1d(np.squeeze(dataset.get_shard_ids(shard)))


def each_id(dataset: WithIds) -> Iterator[Any]:
    """Yield the ids one by one."""
    return chain.from_iterable(id_chunks(dataset))
