"""The files of a ``DiskDataset`` folder, shard by shard, without DeepChem and without running what is in them.

Old shards (``.joblib``) and arrays of Python objects are pickles, and reading a pickle runs any program that it
holds. ``DiskDataset`` reads them unasked; here that takes ``allow_pickle=True``. Arrays of text and numbers are read
without, also where they are kept as objects: see :mod:`deepchem_genomics.data.plain_arrays`.
"""

import errno
import gzip
import io
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from deepchem_genomics.data.plain_arrays import PickleError, read_plain_array
from deepchem_genomics.errors import DataFolderError

__all__ = ["Shard", "ShardFiles", "write_shards"]

METADATA = "metadata.csv.gzip"
TASKS = "tasks.json"
MOST_METADATA = 1 << 26  # bytes; a shard takes some two hundred
ARRAYS = ("X", "y", "w", "ids")
_METADATA_ORDER = ("ids", "X", "y", "w")


class Shard(NamedTuple):
    """Some rows of a dataset.

    Parameters
    ----------
    X : ndarray, (n, ...)
        Features.
    y, w : ndarray of shape (n, T), or None
        Labels and weights; None if the dataset has none.
    ids : ndarray of str, (n,)
        Sample ids.
    """

    X: np.ndarray
    y: np.ndarray | None
    w: np.ndarray | None
    ids: np.ndarray


def write_shards(shards: Iterable[Shard], folder: Path, tasks: Sequence[str]) -> None:
    """Write what ``DiskDataset.create_dataset`` would, to the byte, but for the time in the header of the table.

    Raises
    ------
    OSError
        If the disk is full; ``np.save`` says nothing if it is so when its last bytes are written.
    """
    table = []
    for number, shard in enumerate(shards):
        arrays = {name: getattr(shard, name) for name in ARRAYS}
        paths = {name: None if array is None else f"shard-{number}-{name}.npy" for name, array in arrays.items()}
        for name, path in paths.items():
            if path is not None:
                np.save(folder / path, arrays[name])
                if name != "ids":
                    _require_whole(folder / path)
        shapes = {f"{name}_shape": None if array is None else array.shape for name, array in arrays.items()}
        table.append(paths | shapes)
    columns = [*_METADATA_ORDER, *(f"{name}_shape" for name in _METADATA_ORDER)]
    (folder / TASKS).write_text(json.dumps(list(tasks)))
    text = pd.DataFrame(table, columns=columns).to_csv(index=False)
    (folder / METADATA).write_bytes(gzip.compress(text.encode(), mtime=0))  # no time, so equal folders are equal


def _require_whole(path: Path) -> None:
    """Raise if an array was cut off."""
    try:
        np.load(path, mmap_mode="r")
    except ValueError:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None


class ShardFiles:
    """A folder that ``DiskDataset`` wrote, opened for reading.

    Parameters
    ----------
    folder : path-like
        The folder.
    allow_pickle : bool, default False
        Whether pickles are read, which can run any program: only for a folder from a source you trust.

    Raises
    ------
    DataFolderError
        If the folder is not there, is not a dataset, lacks a file, or holds pickles and is not to be trusted.

    Examples
    --------
    >>> import deepchem as dc
    >>> X, y, ids = np.zeros((3, 5, 4), np.int8), np.ones((3, 1)), np.array(["a", "b", "c"])
    >>> dataset = dc.data.DiskDataset.from_numpy(X, y, ids=ids)
    >>> files = ShardFiles(dataset.data_dir)
    >>> len(files), files.tasks, [shard.ids.tolist() for shard in files]
    (1, ['0'], [['a', 'b', 'c']])
    """

    def __init__(self, folder: str | os.PathLike[str], allow_pickle: bool = False) -> None:
        self.folder = Path(folder)
        self.allow_pickle = allow_pickle
        self._names = _shard_names(self.folder)
        self.tasks: list[str] = _tasks(self.folder)
        if not allow_pickle:
            self._refuse_pickles()

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Shard]:
        for names in self._names:
            X, y, w, ids = (self._read(names[array]) for array in ARRAYS)
            if X is None or ids is None:
                raise DataFolderError(f"{self.folder} has a shard without X or ids; build it again")
            yield Shard(X, _columns(y), _columns(w), ids.astype(str))

    @property
    def n_rows(self) -> int:
        """Number of rows N, from the sizes of the arrays of ids."""
        return sum(len(ids) for names in self._names if (ids := self._read(names["ids"], mapped=True)) is not None)

    @property
    def X_shape(self) -> tuple[int, ...]:
        """Shape of a row of X, (L, A) as a rule."""
        X = self._read(self._names[0]["X"], mapped=True)
        return () if X is None else X.shape[1:]

    def _refuse_pickles(self) -> None:
        found = [name for names in self._names for name in names.values() if name and not name.endswith(".npy")]
        # DiskDataset prefers this one, an older form of the table of shards, where there are both.
        found += [name for name in ("metadata.joblib",) if (self.folder / name).exists()]
        for names in [] if found else self._names:
            arrays = {name: self._read(name, mapped=True) for name in filter(None, names.values())}
            rows = {name: len(array) for name, array in arrays.items() if array is not None and array.size}
            if len(set(rows.values())) > 1:
                counts = ", ".join(f"{name} has {count}" for name, count in rows.items())
                raise DataFolderError(f"{self.folder} is damaged: of one shard {counts} rows; copy or build it again")
        if found:
            raise PickleError(self.folder / found[0])

    def _read(self, name: str | None, mapped: bool = False) -> np.ndarray | None:
        if name is None:
            return None
        path = self.folder / name
        if not path.exists():
            raise DataFolderError(f"{self.folder} lacks {name}, which {METADATA} names; copy or build the folder again")
        if not name.endswith(".npy"):
            import joblib  # type: ignore[import-untyped]  # comes with DeepChem

            return np.asarray(joblib.load(path))
        try:
            return read_plain_array(path, mapped)
        except PickleError:
            if not self.allow_pickle:
                raise
            found: np.ndarray | None = np.load(path, allow_pickle=True)
            return found


def _shard_names(folder: Path) -> list[dict[str, str | None]]:
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise DataFolderError(f"{folder} {what}; name a dataset folder, such as one that dcgenomics build wrote")
    path = folder / METADATA
    if not path.exists():
        raise DataFolderError(f"{folder} has no {METADATA}, so it is not a DiskDataset; name a dataset folder")
    try:
        with gzip.open(path) as packed:
            content = packed.read(MOST_METADATA + 1)
        if len(content) > MOST_METADATA:
            raise ValueError(f"unpacked it has more than {MOST_METADATA:,} bytes, the limit")
        table = pd.read_csv(io.BytesIO(content), dtype=str)
        names = [
            {array: None if pd.isna(row[array]) else str(row[array]) for array in ARRAYS} for _, row in table.iterrows()
        ]
    except (OSError, EOFError, zlib.error, ValueError, KeyError) as error:
        raise DataFolderError(f"{path} is not a table of shards ({error}); copy or build the folder again") from error
    if not names:
        raise DataFolderError(f"{folder} has no shards; build it again")
    for name in (name for shard in names for name in shard.values() if name):
        if Path(name).name != name:
            raise DataFolderError(f"{path} names {name}, which is not in the folder; build it again")
    return names


def _tasks(folder: Path) -> list[str]:
    path = folder / TASKS
    try:
        return [str(task) for task in json.loads(path.read_text())] if path.exists() else []
    except (ValueError, RecursionError, TypeError) as error:
        raise DataFolderError(f"{path} is not a list of tasks ({error}); build the folder again") from error


def _columns(values: np.ndarray | None) -> np.ndarray | None:
    """Return (n, T); None if there are no labels, which DeepChem also stores as an empty array."""
    if values is None or values.size == 0:
        return None
    return values.reshape(len(values), -1)
