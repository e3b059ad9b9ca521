"""Stretches of a chromosome to train, valid and test, with a gap between them."""

import logging
from collections.abc import Iterator

import numpy as np
from deepchem.data import Dataset
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, SplitError
from deepchem_genomics.splits.assignment import (
    DROPPED,
    PARTS,
    TEST,
    TRAIN,
    VALID,
    Fractions,
    share_into_folds,
    share_into_parts,
)
from deepchem_genomics.splits.base import GenomicsSplitter, Rows
from deepchem_genomics.splits.intervals import Intervals, near, read_interval_ids

__all__ = ["BlockSplitter"]

logger = logging.getLogger(__name__)


class BlockSplitter(GenomicsSplitter):
    """Split each chromosome into stretches, with a guard gap between parts.

    Ids are read as ``chrom:start-end``, optionally with ``:`` and a strand; ``chr22`` and ``22`` are the same. X is not
    read.

    No window of one part overlaps a window of another or comes closer than the guard gap: where one does, it is left
    out and counted in the log, a training window rather than one of valid or test, a valid window rather than one of
    test. In :meth:`k_fold_split` only training windows are left out, so that each window is held out once.

    Parameters
    ----------
    block_size : int, optional
        Length of a block in bp, best many times the guard gap. Whole blocks are shared out by seed, and a window
        belongs to the block of its middle base. By default each chromosome is cut into three stretches, train, valid
        and test in the order of their positions, by number of windows; the seed is then not used.
    guard : int, default 1000
        Smallest number of bases between windows of different parts, in bp. With 0 they may touch, not overlap. A peak
        of ChIP-seq or DNase-seq is usually narrower than 1000 bp, so no peak is on two sides.

    Raises
    ------
    BadValueError
        If a size is not a whole number of bases, or out of range.
    IntervalError
        When splitting, if an id is not an interval.
    SplitError
        When splitting, if a part is empty, because there are too few windows or blocks or because the guard gap left
        out all of its rows.

    Examples
    --------
    >>> import deepchem as dc
    >>> ids = [f"chr22:{start}-{start + 101}" for start in range(0, 2000, 50)]
    >>> dataset = dc.data.NumpyDataset(np.zeros((40, 101, 4), dtype=np.int8), ids=ids)
    >>> train, valid, test = BlockSplitter(guard=0).split(dataset)
    >>> int(train[-1]), valid.tolist(), test.tolist()  # 30, 31, 34 and 35 overlap the next part
    (29, [32, 33], [36, 37, 38, 39])
    """

    def __init__(self, block_size: int | None = None, guard: int = 1000) -> None:
        self.block_size = block_size  # DeepChem reads the arguments back by name
        self.guard = guard
        for name, value, smallest in (("block_size", block_size, 1), ("guard", guard, 0)):
            if not (value is None and name == "block_size"):
                _require_bases(name, value, smallest)

    def _assign_parts(self, dataset: Dataset, fractions: Fractions, rng: np.random.Generator) -> NDArray[np.int8]:
        windows = read_interval_ids(dataset.ids)
        if self.block_size is None:
            cuts = np.cumsum(fractions[:2])
            part_of = np.searchsorted(cuts, _share_before(windows), side="right").astype(np.int8)
        else:
            part_of = share_into_parts(_blocks(windows, self.block_size), fractions, rng, self._blocks_noun())
        before = np.bincount(part_of, minlength=len(PARTS))
        # Training rows are plenty, test rows are not: the latter stay.
        part_of[near(windows, part_of == VALID, part_of == TEST, self.guard)] = DROPPED
        part_of[near(windows, part_of == TRAIN, part_of > TRAIN, self.guard)] = DROPPED
        self._log_guard(before - np.bincount(part_of[part_of >= 0], minlength=len(PARTS)))
        self._require_parts(part_of, fractions, before)
        return part_of

    def _folds(self, dataset: Dataset, k: int, rng: np.random.Generator) -> Iterator[tuple[Rows, Rows]]:
        windows = read_interval_ids(dataset.ids)
        if self.block_size is None:
            fold_of = (_share_before(windows) * k).astype(np.int64)
        else:
            fold_of = share_into_folds(_blocks(windows, self.block_size), k, rng, self._blocks_noun())
        for fold in range(k):
            held_out = fold_of == fold
            train = ~held_out & ~near(windows, ~held_out, held_out, self.guard)
            if not held_out.any() or not train.any():
                empty = "training" if held_out.any() else "held-out"
                raise SplitError(
                    f"fold {fold + 1} of {k} has no {empty} rows, of {len(fold_of)} windows with a guard gap of "
                    f"{self.guard} bp; ask for fewer folds or a smaller guard"
                )
            yield np.flatnonzero(train), np.flatnonzero(held_out)

    def _blocks_noun(self) -> str:
        return f"blocks of {self.block_size} bp"

    def _log_guard(self, dropped: NDArray[np.int64]) -> None:
        counts = ", ".join(f"{n} {part}" for n, part in zip(dropped, PARTS, strict=True) if n) or "no"
        logger.info("BlockSplitter: left out since nearer than %d bp to another part: %s rows", self.guard, counts)

    def _require_parts(self, part_of: NDArray[np.int8], fractions: Fractions, before: NDArray[np.int64]) -> None:
        for part, fraction in enumerate(fractions):
            if fraction > 0 and not (part_of == part).any():
                if before[part]:
                    reason = f"all of its {before[part]} rows overlap another part or are nearer than {self.guard} bp"
                    remedy = "take a smaller guard or larger blocks"
                else:
                    reason = f"no chromosome has enough windows, of {len(part_of)} in all"
                    remedy = "raise its fraction, or split by chromosome"
                raise SplitError(f"{PARTS[part]} is empty: {reason}; {remedy}")


def _share_before(windows: Intervals) -> NDArray[np.float64]:
    """Return what share of its chromosome's windows lies before the middle of each, (N,), above 0 and below 1."""
    order = np.lexsort((windows.end, windows.start, windows.chromosome))
    n_windows = np.bincount(windows.chromosome)  # of each chromosome
    first = np.cumsum(n_windows) - n_windows
    chromosome = windows.chromosome[order]
    share = np.empty(len(order))
    share[order] = (np.arange(len(order)) - first[chromosome] + 0.5) / n_windows[chromosome]
    return share


def _blocks(windows: Intervals, block_size: int) -> NDArray[np.int64]:
    """Return the number of the block that each window's middle base is in, (N,), from 0 without gaps."""
    block = (windows.start + windows.end) // 2 // block_size
    blocks = windows.chromosome * (block.max() + 1) + block
    return np.unique(blocks, return_inverse=True)[1]


def _require_bases(name: str, value: int | None, smallest: int) -> None:
    if not isinstance(value, int | np.integer) or value < smallest:
        raise BadValueError(f"{name} is {value!r}; it must be a whole number of bases, {smallest} or more")
