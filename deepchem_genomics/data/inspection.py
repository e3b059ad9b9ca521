"""Summaries of dataset folders: rows, labels, weights, letters, tracks, and their sources."""

import os
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.data import manifest as manifests
from deepchem_genomics.data.dataset_folder import SIDE_INPUT
from deepchem_genomics.data.shard_files import Shard, ShardFiles
from deepchem_genomics.data.side_input import SideInput
from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.wording import counted

__all__ = ["GC_BINS", "N_BINS", "inspect_folder"]

GC_BINS = np.linspace(0, 1, 21)
"""Borders of the classes of GC content, from 0 to 1."""

N_BINS = np.linspace(0, 1, 21)
"""Borders of the classes of the share of unknown bases, from 0 to 1."""


def inspect_folder(folder: str | os.PathLike[str], allow_pickle: bool = False) -> dict[str, Any]:
    """Summarize a dataset folder, from its shards and its manifest.

    One shard is in memory at a time, and 8 bytes for each id. ``allow_pickle`` allows pickles (old ``.joblib`` shards),
    which can run any program.

    Returns
    -------
    dict
        JSON only. ``rows``, ``shards``, ``shape`` and ``dtype`` of X, ``duplicate_ids``; ``tasks`` by name (counts of
        classes, or the spread of measured values; missing labels; weights); ``composition`` (share of each base, GC
        content, unknown bases, with histograms), None if X is not one-hot; ``tracks`` by name; ``manifest``, None if
        there is none; ``warnings``, a list of sentences.
    """
    files = ShardFiles(folder, allow_pickle)
    warnings: list[str] = []
    manifest = _manifest(files.folder, warnings)
    path = files.folder / SIDE_INPUT
    side = SideInput.from_file(path) if path.exists() else None
    tally = _Tally(files.tasks)
    n_without_tracks = 0
    for shard in files:
        tally.add(shard)
        n_without_tracks += 0 if side is None else int((~side.has(shard.ids)).sum())
    alphabet = (manifest or {}).get("alphabet")
    if manifest is not None and manifest["rows"]["kept"] != tally.rows:
        warnings.append(f"the manifest says {manifest['rows']['kept']} rows and the shards have {tally.rows}")
    if tally.composition is None:
        warnings.append(f"X is not one-hot with four columns, but {tally.shape}; its letters are not summarized")
    duplicates = tally.count_repeated_ids()
    if n_without_tracks:
        warnings.append(f"{counted(n_without_tracks, 'row')} without a value in {SIDE_INPUT}")
    if duplicates:
        warnings.append(f"{counted(duplicates, 'row')} with the id of another row")
    return {
        "folder": os.fspath(folder),
        "rows": tally.rows,
        "shards": len(files),
        "shape": [tally.rows, *tally.shape],
        "dtype": tally.dtype,
        "alphabet": alphabet,
        "duplicate_ids": duplicates,
        "tasks": {name: task.summary() for name, task in tally.tasks.items()},
        "composition": None if tally.composition is None else tally.composition.summary(alphabet),
        "tracks": {} if side is None else _spread(side),
        "manifest": manifest,
        "warnings": warnings,
    }


@dataclass
class _Task:
    """Running counts of one column of labels."""

    total: int = 0
    counts: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0})
    weights: dict[int, float] = field(default_factory=lambda: {0: 0.0, 1: 0.0})
    other: int = 0
    moments: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    least: float = np.inf
    largest: float = -np.inf
    weight_sum: float = 0.0
    weight_range: tuple[float, float] = (np.inf, -np.inf)
    gc: NDArray[np.int64] = field(default_factory=lambda: np.zeros((2, len(GC_BINS) - 1), np.int64))

    def add(self, y: np.ndarray, w: np.ndarray, gc: NDArray[np.float64] | None) -> None:
        known = (w != 0) & ~np.isnan(y)
        self.total += len(y)
        for label in (0, 1):
            of_class = known & (y == label)
            self.counts[label] += int(of_class.sum())
            self.weights[label] += float(w[of_class].sum(dtype=np.float64))
            if gc is not None:
                self.gc[label] += np.histogram(gc[of_class], GC_BINS)[0]
        values = y[known].astype(np.float64)
        self.other += int((known & (y != 0) & (y != 1)).sum())
        if len(values):
            self.moments += values.sum(), (values**2).sum()
            self.least, self.largest = min(self.least, values.min()), max(self.largest, values.max())
            weights = w[known]
            self.weight_sum += float(weights.sum(dtype=np.float64))
            low, high = self.weight_range
            self.weight_range = min(low, float(weights.min())), max(high, float(weights.max()))

    def summary(self) -> dict[str, Any]:
        labeled = self.counts[0] + self.counts[1] + self.other
        result: dict[str, Any] = {"labeled": labeled, "missing": self.total - labeled}
        if not labeled:
            return {"kind": "none", **result}
        weights = {"sum": self.weight_sum, "min": self.weight_range[0], "max": self.weight_range[1]}
        if not self.other:
            by_class = {str(k): self.weights[k] / n if n else None for k, n in self.counts.items()}
            return {
                "kind": "classes",
                **result,
                "counts": {str(label): n for label, n in self.counts.items()},
                "prevalence": self.counts[1] / labeled,
                "weights": weights | {"mean_by_class": by_class},
                "gc_histogram": {str(label): self.gc[label].tolist() for label in (0, 1)},
            }
        mean, square = self.moments / labeled
        spread = {"mean": mean, "sd": max(square - mean**2, 0.0) ** 0.5, "min": self.least, "max": self.largest}
        return {"kind": "measured", **result, **{k: float(v) for k, v in spread.items()}, "weights": weights}


@dataclass
class _Composition:
    """Running counts of letters."""

    bases: NDArray[np.int64] = field(default_factory=lambda: np.zeros(4, np.int64))
    total: int = 0
    gc: list[NDArray[np.int64]] = field(default_factory=lambda: [np.zeros(len(GC_BINS) - 1, np.int64)])
    n: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(N_BINS) - 1, np.int64))
    with_n: int = 0
    only_n: int = 0
    gc_moments: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))

    def add(self, X: np.ndarray) -> NDArray[np.float64]:
        """Count, and return the GC content of each row, (n,); NaN for a row of nothing but N."""
        is_base = X == 1  # where letters were shared out as fractions, none is known
        per_row = is_base.sum(axis=1, dtype=np.int64)  # (n, 4)
        known = per_row.sum(axis=1)
        length = X.shape[1]
        gc: NDArray[np.float64] = np.divide(
            per_row[:, 1] + per_row[:, 2], known, out=np.full(len(X), np.nan), where=known > 0
        )
        share = 1 - known / length
        self.bases += per_row.sum(axis=0)
        self.total += X.shape[0] * length
        defined = gc[~np.isnan(gc)]
        self.gc[0] += np.histogram(defined, GC_BINS)[0]
        self.n += np.histogram(share, N_BINS)[0]
        self.with_n += int((known < length).sum())
        self.only_n += int((known == 0).sum())
        self.gc_moments += len(defined), defined.sum(), (defined**2).sum()
        return gc

    def summary(self, alphabet: str | None) -> dict[str, Any]:
        letters = alphabet if alphabet in ("ACGT", "ACGU") else "ACGT"
        known = int(self.bases.sum())
        count, total, square = self.gc_moments
        mean = total / count if count else None
        return {
            "bases": {letter: int(n) / known if known else None for letter, n in zip(letters, self.bases, strict=True)},
            "gc_mean": mean,
            "gc_sd": max(square / count - mean**2, 0.0) ** 0.5 if mean is not None else None,
            "gc_histogram": self.gc[0].tolist(),
            "unknown_share": 1 - known / self.total if self.total else None,
            "rows_with_unknown": self.with_n,
            "rows_only_unknown": self.only_n,
            "unknown_histogram": self.n.tolist(),
        }


class _Tally:
    """Running counts of a whole dataset."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.rows = 0
        self.shape: list[int] = []
        self.dtype = ""
        self.tasks: dict[str, _Task] = {}
        self.composition: _Composition | None = None
        self.hashes = array("Q")

    def add(self, shard: Shard) -> None:
        X, y, w, ids = shard
        if not self.rows:
            self.shape, self.dtype = list(X.shape[1:]), str(X.dtype)
            self.composition = _Composition() if X.ndim == 3 and X.shape[2] == 4 else None
        self.rows += len(X)
        self.hashes.frombytes(pd.util.hash_array(ids.astype(object), categorize=False).tobytes())
        gc = None if self.composition is None else self.composition.add(X)
        if y is None or not np.issubdtype(y.dtype, np.number):
            return
        weights = np.ones(y.shape) if w is None else np.broadcast_to(w, y.shape)
        names = self.names if len(self.names) == y.shape[1] else [str(i) for i in range(y.shape[1])]
        for name, labels, weight in zip(names, y.T, weights.T, strict=True):
            self.tasks.setdefault(name, _Task()).add(labels, weight, gc)

    def count_repeated_ids(self) -> int:
        """Count the rows whose id an earlier row has."""
        hashes = np.frombuffer(self.hashes, np.uint64)
        hashes.sort()  # in place
        return int((hashes[1:] == hashes[:-1]).sum())


def _manifest(folder: Path, warnings: list[str]) -> dict[str, Any] | None:
    try:
        return manifests.read(folder)
    except DataFolderError as error:
        if (folder / manifests.MANIFEST).exists():
            warnings.append(str(error))
        else:
            warnings.append("there is no manifest.json, so nothing is known of where the rows came from")
        return None


def _spread(side: SideInput) -> dict[str, dict[str, float]]:
    return {name: _spread_of(column) for name, column in zip(side.names, side.values.T, strict=True)}


def _spread_of(column: NDArray[np.float32]) -> dict[str, float]:
    values = column.astype(np.float64)
    return {
        "mean": float(values.mean()),
        "sd": float(values.std()),
        "min": float(values.min()),
        "max": float(values.max()),
        "zeros": float((values == 0).mean()),
    }
