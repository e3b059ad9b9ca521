"""Dataset folders divided into training, validation and test rows, with warnings about leaks and small parts."""

import logging
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_choice
from deepchem_genomics.errors import BadValueError, SplitError
from deepchem_genomics.io.ids import each_id

if TYPE_CHECKING:
    from deepchem.data import Dataset

__all__ = ["NEAR", "SPLITS", "Division", "Parts", "count_neighbors", "divide", "guess_split", "warn_of_neighbors"]

logger = logging.getLogger(__name__)

PARTS = ("train", "valid", "test")
SPLITS = ("block", "chromosome", "similarity", "random")
"""How rows can be divided."""
NEAR = 1000
"""Windows closer than this, in bp, may lie in the same peak."""
FEW = 20
"""Positives below which a score says little: it has no interval."""
N_BLOCKS = 100
"""Blocks that the windows are cut into, where no size of a block is given."""
SMALLEST_BLOCK = 20_000
"""In bp: many times the gap between parts."""
_OTHERWISE = "give windows from more places, or divide at random, where neighbors leak (split='random')"


class Parts(NamedTuple):
    """A divided dataset.

    Parameters
    ----------
    datasets : dict of str to Dataset
        "train", "valid" and, if it has rows, "test".
    description : dict
        JSON: how it was divided, and how many rows each part has.
    """

    datasets: "dict[str, Dataset]"
    description: dict[str, Any]


def guess_split(dataset: "Dataset") -> str:
    """Choose the split that does not leak, by the ids.

    Returns
    -------
    str
        "chromosome" for windows on three chromosomes or more, "block" for others, "similarity" for sequences that are
        no windows.
    """
    from deepchem_genomics.errors import IntervalError
    from deepchem_genomics.splits.positions import read_interval_ids

    try:
        names = read_interval_ids(each_id(dataset)).names
    except IntervalError:
        return "similarity"
    return "chromosome" if len(names) >= len(PARTS) else "block"


@dataclass(frozen=True)
class Division:
    """How a dataset is divided.

    Parameters
    ----------
    split : {"block", "chromosome", "similarity", "random"}, optional
        By default what does not leak: see :func:`guess_split`.
    fractions : tuple of three float, default (0.8, 0.1, 0.1)
        Of train, valid and test.
    valid_chroms, test_chroms : tuple of str, default ()
        Chromosomes by name, for the split by chromosome.
    block_size : int, optional
        In bp, for the split by blocks.

    Raises
    ------
    BadValueError
        If two of these contradict each other.
    """

    split: str | None = None
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1)
    valid_chroms: tuple[str, ...] = ()
    test_chroms: tuple[str, ...] = ()
    block_size: int | None = None

    def __post_init__(self) -> None:
        if self.split is not None:
            require_choice("split", self.split, SPLITS)
        if (self.valid_chroms or self.test_chroms) and self.split not in (None, "chromosome"):
            raise BadValueError(f"chromosomes are named and split is {self.split!r}; leave the split out")
        if self.block_size and self.split not in (None, "block"):
            raise BadValueError(f"block_size is given and split is {self.split!r}; leave one of the two out")

    def kind(self, dataset: "Dataset") -> str:
        """Return by what rows are divided, one of :data:`SPLITS`."""
        if self.split is not None:
            return self.split
        if self.valid_chroms or self.test_chroms:
            return "chromosome"
        return "block" if self.block_size else guess_split(dataset)


def divide(dataset: "Dataset", division: Division, seed: int, folder: Path | None = None, rna: bool = False) -> Parts:
    """Divide a dataset, and log how; raise SplitError if a part that should have rows has none.

    The shards of the parts are written to ``folder``, or kept in memory without one. ``rna`` means that sequences have
    one strand only.
    """
    kind = division.kind(dataset)
    rows = _split(dataset, kind, division, seed, rna)
    description: dict[str, Any] = {"split": kind, "seed": seed, "rows": {}}
    datasets: dict[str, Dataset] = {}
    for part, chosen in zip(PARTS, rows, strict=True):
        if len(chosen):
            datasets[part] = _selected(dataset, chosen, None if folder is None else folder / part)
            description["rows"][part] = len(chosen)
            _warn_of_few(datasets[part], part)
    description["rows"]["in no part"] = len(dataset) - sum(map(len, rows))
    if kind == "random":
        for part in PARTS[1:]:
            if part in datasets:
                warn_of_neighbors(datasets["train"], datasets[part], part)
    counts = ", ".join(f"{rows} {part}" for part, rows in description["rows"].items())
    logger.info("split by %s: rows %s", kind, counts)
    if "valid" not in datasets:
        raise SplitError("there is no validation part; give it a fraction above 0, or name its chromosomes")
    return Parts(datasets, description)


def count_neighbors(train: "Dataset", *others: "Dataset") -> list[tuple[int, int]]:
    """Count, for each of other parts, ids that are in train, too, and rows within 1,000 bp of a training window.

    Ids are compared by their hashes, 8 bytes per row; two that differ are taken for the same once in 10**12 among ten
    million.
    """
    from deepchem_genomics.errors import IntervalError
    from deepchem_genomics.splits.positions import near, read_interval_ids

    trained = np.sort(_id_hashes(train))
    each = (np.unique(_id_hashes(other)) for other in others)
    same = [int((trained.searchsorted(own) < trained.searchsorted(own, side="right")).sum()) for own in each]
    del trained
    try:
        windows = read_interval_ids(chain.from_iterable(map(each_id, (train, *others))))
    except IntervalError:  # of which part, is not known
        return [count_neighbors(train, other)[0] for other in others] if len(others) > 1 else [(same[0], 0)]
    part_of = np.repeat(np.arange(len(others) + 1, dtype=np.int8), [len(train), *map(len, others)])
    close = (near(windows, part_of == part, part_of == 0, NEAR) for part in range(1, len(others) + 1))
    return [(n, int(rows.sum())) for n, rows in zip(same, close, strict=True)]


def _id_hashes(dataset: "Dataset") -> NDArray[np.int64]:
    """Return a hash of each id, (N,); those of another process are others."""
    return np.fromiter((hash(str(name)) for name in each_id(dataset)), np.int64, len(dataset))


def warn_of_neighbors(train: "Dataset", other: "Dataset", part: str) -> None:
    """Warn if windows of another part lie next to training windows, or are the same."""
    ((same, close),) = count_neighbors(train, other)
    if same:
        logger.warning(
            "%d of %d rows of %s are in train too, so its score is too good", same, len(other), part
        )  # fmt: skip
    if close:
        logger.warning(
            "%d of %d rows of %s lie within %d bp of a training window: neighbors share peaks, so its score is too "
            "good; blocks keep them apart (split='block')", close, len(other), part, NEAR,
        )  # fmt: skip


def _warn_of_few(dataset: "Dataset", part: str) -> None:
    from deepchem_genomics.splits.assignment import binary_labels

    labels = binary_labels(dataset)
    if labels is not None and (few := int(np.count_nonzero(labels == 1, axis=0).min())) < FEW:
        logger.warning(
            "%s has %d positives of some task: its score says little; divide otherwise, with other fractions, "
            "block size or seed", part, few,
        )  # fmt: skip


def _selected(dataset: "Dataset", rows: np.ndarray, folder: Path | None) -> "Dataset":
    from deepchem.data import DiskDataset, NumpyDataset

    if folder is not None and isinstance(dataset, DiskDataset):
        from deepchem_genomics.splits.base import copy_rows

        return copy_rows(dataset, rows, str(folder))
    if folder is not None:
        return dataset.select(rows, str(folder))
    return NumpyDataset(*(np.asarray(column)[rows] for column in (dataset.X, dataset.y, dataset.w, dataset.ids)))


def _split(
    dataset: "Dataset", kind: str, division: Division, seed: int, rna: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from deepchem_genomics import splits
    from deepchem_genomics.splits.assignment import Fractions, binary_labels, log_parts
    from deepchem_genomics.splits.positions import SMALLER_GUARD

    checked = Fractions(*division.fractions).checked()
    if kind == "random":
        train, valid, test = _random_rows(len(dataset), binary_labels(dataset), checked, seed)
        log_parts("random split", dataset, dict(zip(PARTS, (train, valid, test), strict=True)), len(dataset))
        return train, valid, test
    if kind == "chromosome":
        valid_chroms, test_chroms = list(division.valid_chroms), list(division.test_chroms)
        splitter: Any = splits.ChromosomeSplitter(valid=valid_chroms, test=test_chroms, stratify=True)
    elif kind == "similarity":
        length = dataset.get_shape()[0][1]
        k = min(19 if length < 50 else 15, length)
        splitter = splits.SimilaritySplitter(k, reverse_complement=not rna, stratify=True)
    else:
        splitter = splits.BlockSplitter(division.block_size or _block_size(dataset), stratify=True)
    try:
        found: tuple[np.ndarray, np.ndarray, np.ndarray] = splitter.split(dataset, *checked, seed=seed)
    except SplitError as error:  # the guard cannot be chosen here
        if error.remedy != SMALLER_GUARD:
            raise
        raise SplitError(error.problem, _OTHERWISE) from error
    return found


def _random_rows(
    n_rows: int, labels: np.ndarray | None, fractions: tuple[float, ...], seed: int
) -> tuple[np.ndarray, ...]:
    """Draw the rows of each part, the same share of each class."""
    rng = np.random.default_rng(seed)
    patterns = np.zeros((n_rows, 1)) if labels is None else np.nan_to_num(labels, nan=-1)
    _, class_of = np.unique(patterns, axis=0, return_inverse=True)
    parts: list[list[np.ndarray]] = [[], [], []]
    for number in range(int(class_of.max()) + 1):
        rows = rng.permutation(np.flatnonzero(class_of.ravel() == number))
        cuts = (np.cumsum(fractions[:2]) * len(rows)).round().astype(int)
        for part, chosen in zip(parts, np.split(rows, cuts), strict=True):
            part.append(chosen)
    return tuple(np.sort(np.concatenate(part)) for part in parts)


def _block_size(dataset: "Dataset") -> int | None:
    """Return the length of a block, in bp, that cuts the stretches with windows into a hundred; None if too short."""
    from deepchem_genomics.splits.positions import read_interval_ids

    windows = read_interval_ids(each_id(dataset))
    covered = sum(
        int(windows.end[rows].max() - windows.start[rows].min())
        for rows in (windows.chromosome == chromosome for chromosome in range(len(windows.names)))
    )
    return max(SMALLEST_BLOCK, covered // N_BLOCKS) if covered >= N_BLOCKS // 5 * SMALLEST_BLOCK else None
