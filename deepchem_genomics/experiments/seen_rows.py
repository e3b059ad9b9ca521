"""The rows that a model was trained on or its epoch chosen on, kept as hashes next to it."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.io.npz import read_arrays, write_arrays

if TYPE_CHECKING:
    from deepchem.data import Dataset

__all__ = ["count_seen", "write_seen"]

FILE = "seen_rows.npz"
BATCH = 8192


def write_seen(folder: Path, parts: "dict[str, Dataset]") -> None:
    """Write the hashes of the rows that a model has seen, by part, next to the model."""
    seen = {part: np.sort(_hashes(parts[part])) for part in ("train", "valid")}
    write_arrays(folder / FILE, seen, compress=False)


def count_seen(folder: Path, dataset: "Dataset") -> dict[str, int]:
    """Count the rows of a dataset that a saved model has seen, by part; empty if it was saved without their hashes."""
    if not (folder / FILE).exists():
        return {}
    found = np.sort(_hashes(dataset))
    return {part: _count_in(found, hashes) for part, hashes in read_arrays(folder / FILE).items()}


def _count_in(found: NDArray[np.uint64], hashes: NDArray[np.uint64]) -> int:
    """Count which of ``found`` are among ``hashes``; both are sorted, so that no copy of the two has to be."""
    places = np.searchsorted(hashes, found)
    return int((hashes[np.minimum(places, len(hashes) - 1)] == found).sum()) if len(hashes) else 0


def _hashes(dataset: "Dataset") -> NDArray[np.uint64]:
    """Hash the id and the sequence of each row."""
    digests = bytearray()
    for X, _, _, ids in dataset.iterbatches(BATCH, deterministic=True, pad_batches=False):
        bases = np.packbits(np.asarray(X).reshape(len(X), -1) != 0, axis=1)
        for name, row in zip(ids, bases, strict=True):
            digests += hashlib.blake2b(f"{name}\n".encode() + row.tobytes(), digest_size=8).digest()
    return np.frombuffer(digests, dtype=np.uint64)
