"""How ``train`` divides a dataset, and what it says about it."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from deepchem.data import Dataset, DiskDataset

__all__ = ["Parts", "guess_split", "split_dataset", "warn_of_neighbours"]

logger = logging.getLogger(__name__)

PARTS = ("train", "valid", "test")
NEAR = 1000
"""Windows closer than this, in bp, may lie in the same peak."""
FEW = 10
"""Positives below which a score is hardly one."""


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


def guess_split(ids: np.ndarray) -> str:
    """Choose the split that does not leak.

    Parameters
    ----------
    ids : ndarray of str, (N,)
        Sample ids.

    Returns
    -------
    str
        "chromosome" for windows on three chromosomes or more, "block" for others, "similarity" for sequences that are
        no windows.
    """
    from deepchem_genomics.errors import IntervalError
    from deepchem_genomics.splits.intervals import read_interval_ids

    try:
        names = read_interval_ids(np.asarray(ids).astype(str).tolist()).names
    except IntervalError:
        return "similarity"
    return "chromosome" if len(names) >= len(PARTS) else "block"


def split_dataset(
    dataset: "DiskDataset",
    kind: str,
    fractions: Sequence[float],
    seed: int,
    folder: Path,
    *,
    valid_chroms: Sequence[str] = (),
    test_chroms: Sequence[str] = (),
    block_size: int | None = None,
    rna: bool = False,
) -> Parts:
    """Divide a dataset and say how.

    Parameters
    ----------
    dataset : dc.data.DiskDataset
        The data.
    kind : str
        "block", "chromosome", "similarity" or "random".
    fractions : sequence of float
        Of train, valid and test.
    seed : int
        Decides what is drawn.
    folder : Path
        Where the parts' shards go.
    valid_chroms, test_chroms : sequence of str
        Chromosomes by name, for the split by chromosome.
    block_size : int, optional
        In bp, for the split by blocks.
    rna : bool, default False
        Whether sequences have one strand only.

    Returns
    -------
    Parts
        The parts.

    Raises
    ------
    SplitError
        If a part that should have rows has none.
    """
    rows = _split(dataset, kind, fractions, seed, valid_chroms, test_chroms, block_size, rna)
    description: dict[str, Any] = {"split": kind, "seed": seed, "rows": {}}
    datasets: dict[str, Dataset] = {}
    for part, chosen in zip(PARTS, rows, strict=True):
        if len(chosen):
            datasets[part] = dataset.select(chosen, str(folder / part))
            description["rows"][part] = len(chosen)
            _warn_of_few(datasets[part], part)
    description["rows"]["in no part"] = len(dataset) - sum(map(len, rows))
    if kind == "random":
        for part in PARTS[1:]:
            if part in datasets:
                warn_of_neighbours(datasets["train"].ids, datasets[part].ids, part)
    return Parts(datasets, description)


def warn_of_neighbours(train_ids: np.ndarray, other_ids: np.ndarray, part: str) -> None:
    """Warn if windows of another part lie next to training windows, or are the same.

    Parameters
    ----------
    train_ids, other_ids : ndarray of str
        Sample ids.
    part : str
        What the other part is called.
    """
    from deepchem_genomics.errors import IntervalError
    from deepchem_genomics.splits.intervals import near, read_interval_ids

    train, others = (np.asarray(ids).astype(str).tolist() for ids in (train_ids, other_ids))
    same = len(set(train) & set(others))
    if same:
        logger.warning("%d of %d rows of %s are in train too, so its score is too good", same, len(others), part)
    try:
        windows = read_interval_ids(train + others)
    except IntervalError:
        return
    of_train = np.arange(len(train) + len(others)) < len(train)
    close = int(near(windows, ~of_train, of_train, NEAR).sum())
    if close:
        logger.warning(
            "%d of %d rows of %s lie within %d bp of a training window: neighbours share peaks, so its score is too "
            "good; --split block keeps them apart", close, len(others), part, NEAR,
        )  # fmt: skip


def _warn_of_few(dataset: "Dataset", part: str) -> None:
    from deepchem_genomics.splits.report import binary_labels

    labels = binary_labels(dataset)
    if labels is not None and (few := int(np.nansum(labels, axis=0).min())) < FEW:
        logger.warning(
            "%s has %d positives of some task: its score says little; divide otherwise (--fractions, --block-size, "
            "--seed)", part, few,
        )  # fmt: skip


def _split(
    dataset: "DiskDataset",
    kind: str,
    fractions: Sequence[float],
    seed: int,
    valid_chroms: Sequence[str],
    test_chroms: Sequence[str],
    block_size: int | None,
    rna: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from deepchem_genomics import splits
    from deepchem_genomics.splits.assignment import Fractions
    from deepchem_genomics.splits.report import log_parts

    checked = Fractions(*fractions).checked()
    if kind == "random":
        order = np.random.default_rng(seed).permutation(len(dataset))
        cuts = (np.cumsum(checked[:2]) * len(order)).round().astype(int)
        train, valid, test = (np.sort(part) for part in np.split(order, cuts))
        log_parts("random split", dataset, dict(zip(PARTS, (train, valid, test), strict=True)), len(dataset))
        return train, valid, test
    if kind == "chromosome":
        splitter: Any = splits.ChromosomeSplitter(valid=list(valid_chroms), test=list(test_chroms))
    elif kind == "similarity":
        length = dataset.get_shard(0)[0].shape[1]
        splitter = splits.SimilaritySplitter(k=min(19 if length < 50 else 15, length), reverse_complement=not rna)
    else:
        splitter = splits.BlockSplitter(block_size)
    return splitter.split(dataset, *checked, seed=seed)
