"""Parts become a folder that ``dc.data.DiskDataset`` opens, with a manifest that says how it was made.

The folder is built next to its final name and renamed when whole, so there is never half a dataset under that name.
"""

import errno
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.data import manifest as manifests
from deepchem_genomics.data.parts import Part
from deepchem_genomics.data.row_store import RowStore
from deepchem_genomics.data.shard_files import Shard, write_shards
from deepchem_genomics.data.side_files import write_text
from deepchem_genomics.errors import DuplicateIdError, EmptyInputError, LabelError
from deepchem_genomics.io.outputs import Kind, atomic_directory
from deepchem_genomics.wording import counted

__all__ = ["SIDE_INPUT", "FolderOptions", "class_weights", "write_dataset_folder"]

SIDE_INPUT = "side_input.tsv.gz"
"""Name of the side input within a dataset folder."""

ROWS_AT_ONCE = 8192


@dataclass(frozen=True)
class FolderOptions:
    """How rows are written to a dataset folder."""

    shard_size: int = 8192
    shuffle_seed: int | None = None  # shuffles rows across all shards; without it they stay in the order of the input
    balance: bool = False  # gives the classes of each task equal weight: see class_weights
    tracks: Sequence[str] = ()  # names of the K signals, if parts have any
    unique_ids: bool = False  # whether repeated ids are an error; else they are counted
    overwrite: bool = False


def write_dataset_folder(
    parts: Iterable[Part],
    folder: str | os.PathLike[str],
    tasks: Sequence[str],
    description: dict[str, Any],
    options: FolderOptions,
    rows: RowStore | None = None,
) -> dict[str, Any]:
    """Write rows, side input and manifest to a folder that appears only when whole, and return the manifest.

    Parts are read one at a time. ``description`` is what the manifest holds besides the counts: inputs, parameters,
    alphabet. ``rows`` keeps rows for an interrupted call to continue; ``parts`` are those that it does not have.
    """
    read = [one["path"] for one in description.get("inputs", ()) if "path" in one]
    with (
        _folder_named_in_errors(folder),
        atomic_directory(folder, Kind.DATASET, options.overwrite, read) as partial,
        nullcontext(rows) if rows is not None else RowStore(partial / "rows") as store,
    ):
        dropped, noted = _store_all(parts, store)
        if store.n_rows == 0:
            reasons = ", ".join(f"{count} {reason}" for reason, count in dropped.items()) or "the input has no rows"
            raise EmptyInputError(f"no row is left for {folder}: {reasons}; change the input or the options")
        first = _first_of_each_id(store, options.unique_ids)
        noted["with an id that an earlier row has"] += int((~first).sum())
        order = np.arange(store.n_rows)
        if options.shuffle_seed is not None:
            order = np.random.default_rng(options.shuffle_seed).permutation(order)
        weights = class_weights(store.array("y"), tasks) if options.balance else None
        write_shards(_shards(store, order, options.shard_size, weights), partial, tasks)
        if options.tracks:
            _write_side_input(store, first, partial / SIDE_INPUT, options.tracks)
        whole = description | manifests.counts(store.array("y"), tasks, +dropped, +noted, weights)
        manifests.write(whole, partial)
        if rows is None:
            shutil.rmtree(store.folder)
        else:
            rows.mark_whole()
    return whole


@contextmanager
def _folder_named_in_errors(folder: str | os.PathLike[str]) -> Iterator[None]:
    """Name the folder in errors where the system does not, as when a disk is full."""
    try:
        yield
    except (FileExistsError, ChildProcessError):
        raise
    except OSError as error:
        if error.filename is not None:
            raise
        reason = error.strerror or str(error)
        raise OSError(
            error.errno or errno.EIO,
            f"{os.fspath(folder)} could not be written, and nothing is left of it: {reason}; free some space, or "
            "choose another disk",
        ) from error


def class_weights(y: np.ndarray, tasks: Sequence[str] = ()) -> NDArray[np.float64]:
    """Weigh the classes of each task so that each counts as half of the labels.

    The weight of a class is the number of labels over twice the number of labels of that class, which is how the
    weights 0.502 and 118.2 of the book's data came about. Labels ``y`` are (N, T), NaN where one is missing; the result
    is (T, 2), with weight 0 for a class that no label has.

    Examples
    --------
    >>> class_weights(np.array([[0.0], [0.0], [0.0], [1.0]])).round(3).tolist()
    [[0.667, 2.0]]
    """
    counts = np.array([[np.count_nonzero(column == label) for label in (0, 1)] for column in y.T], dtype=float)
    counts = counts.reshape(-1, 2)
    labeled = np.count_nonzero(~np.isnan(y), axis=0)
    odd = np.flatnonzero(counts.sum(axis=1) != labeled)
    if len(odd):
        column = y[:, odd[0]]
        value = column[~np.isnan(column) & (column != 0) & (column != 1)][0]
        name = tasks[odd[0]] if len(tasks) else odd[0]
        raise LabelError(f"task {name!r} has the label {value:g}; only 0 and 1 can be balanced; leave balance off")
    with np.errstate(divide="ignore"):
        weights = labeled[:, None] / (2 * counts)
    return np.where(counts > 0, weights, 0.0)


def _store_all(parts: Iterable[Part], store: RowStore) -> tuple[Counter[str], Counter[str]]:
    dropped, noted = (Counter[str](store.committed.get(name, {})) for name in ("dropped", "noted"))
    for n_parts, part in enumerate(parts, start=store.committed.get("parts", 0) + 1):
        dropped += part.dropped
        noted += part.noted
        if len(part.ids):
            arrays = {"X": part.X, "y": part.y.astype(np.float32, copy=False)}
            store.append(arrays if part.signals is None else {**arrays, "signals": part.signals}, part.ids)
        store.commit({"parts": n_parts, "dropped": dropped, "noted": noted})
    return dropped, noted


def _first_of_each_id(store: RowStore, unique: bool) -> NDArray[np.bool_]:
    """Return which rows are the first with their id, (N,); 8 bytes per row are held, not the ids."""
    hashes = np.concatenate([pd.util.hash_array(store.read_ids(rows)) for rows in _runs(store.n_rows)])
    first = np.zeros(store.n_rows, dtype=bool)
    first[np.unique(hashes, return_index=True)[1]] = True
    if unique and not first.all():
        name = store.read_ids(np.flatnonzero(~first)[:1])[0]
        raise DuplicateIdError(
            f"the name of an earlier record comes again in {counted(int((~first).sum()), 'record')}, first {name!r}; "
            "names must be unique; rename or remove them"
        )
    return first


def _runs(n_rows: int) -> list[NDArray[np.int64]]:
    return [np.arange(start, min(start + ROWS_AT_ONCE, n_rows)) for start in range(0, n_rows, ROWS_AT_ONCE)]


def _shards(
    store: RowStore, order: NDArray[np.int64], shard_size: int, weights: NDArray[np.float64] | None
) -> Iterator[Shard]:
    for start in range(0, len(order), shard_size):
        rows = order[start : start + shard_size]
        X, y, ids = store.read("X", rows), store.read("y", rows), store.read_ids(rows).astype(str)
        if not y.shape[1]:
            yield Shard(X, None, None, ids)
            continue
        missing = np.isnan(y)
        w = np.ones_like(y) if weights is None else np.where(y == 1, weights[:, 1], weights[:, 0]).astype(np.float32)
        yield Shard(X, np.where(missing, np.float32(0), y), np.where(missing, np.float32(0), w), ids)


def _write_side_input(store: RowStore, first: NDArray[np.bool_], path: Path, tracks: Sequence[str]) -> None:
    """Write one row per id, though the input may name a window twice: an id has one place, and so one value."""
    runs = (rows[first[rows]] for rows in _runs(store.n_rows))
    write_text(path, list(tracks), ((store.read_ids(rows).tolist(), store.read("signals", rows)) for rows in runs))
