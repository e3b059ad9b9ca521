"""Splits by place in a genome: whole chromosomes, or stretches of them with a gap between."""

import logging
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from deepchem.data import Dataset
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import SplitError
from deepchem_genomics.io.ids import each_id, read_places
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
from deepchem_genomics.splits.base import GenomicsSplitter, RowNumbers, WholeGroupSplitter

__all__ = [
    "SMALLER_GUARD",
    "BlockSplitter",
    "ChromosomeSplitter",
    "Intervals",
    "bare_name",
    "near",
    "read_interval_ids",
]

logger = logging.getLogger(__name__)


_AT_ONCE = 1 << 16  # rows

SMALLER_GUARD = "take a smaller guard or larger blocks"
"""What is advised where a guard gap leaves no rows."""

_REMEDY = "write the ids so, or use GroupSplitter or SimilaritySplitter, which need no places"


class Intervals(NamedTuple):
    """N places in a genome, 0-based and half-open; ``names`` are the chromosomes in the order in which they appear."""

    chromosome: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    names: tuple[str, ...]


def read_interval_ids(ids: Iterable[object]) -> Intervals:
    """Read ids ``chrom:start-end``, optionally followed by ``:`` and a strand; IntervalError for the first that is not.

    ``chr22`` and ``22`` are the same chromosome. A shuffled sequence, ``chr22:100-201:shuffled1``, is where its
    original is.

    >>> windows = read_interval_ids(["chr22:100-201:+", "22:150-251", "chrX:0-101"])
    >>> windows.chromosome.tolist(), windows.start.tolist(), windows.names
    ([0, 0, 1], [100, 150, 0], ('chr22', 'chrX'))
    """
    codes: dict[str, int] = {}  # of bare names
    names: list[str] = []
    columns = [array("q"), array("q"), array("q")]  # 24 bytes per row, regardless of the ids
    # The strand is not used: both strands of a place are the same place. So is a shuffle of its sequence, which must
    # not be in another part than its original.
    for some in read_places(ids, shuffled=True, remedy=_REMEDY):
        code_of = dict.fromkeys(some.names, 0)
        for name in code_of:
            code_of[name] = codes.setdefault(bare_name(name), len(names))
            if code_of[name] == len(names):
                names.append(name)
        columns[0].extend(map(code_of.__getitem__, some.names))
        columns[1].frombytes(some.starts.tobytes())
        columns[2].frombytes(some.ends.tobytes())
    chromosome, start, end = (np.frombuffer(column, np.int64) for column in columns)
    return Intervals(chromosome, start, end, tuple(names))


def bare_name(name: str) -> str:
    """Return a chromosome's name without a leading ``chr``."""
    return name.removeprefix("chr") or name


def near(windows: Intervals, rows: NDArray[np.bool_], others: NDArray[np.bool_], guard: int) -> NDArray[np.bool_]:
    """Return which of ``rows`` overlap one of ``others``, or are closer to it than ``guard`` bp (0: may touch).

    >>> windows = read_interval_ids(["1:0-100", "1:100-200", "1:150-250"])
    >>> near(windows, np.array([True, True, False]), np.array([False, False, True]), guard=0).tolist()
    [False, True, False]
    """
    too_near = np.zeros(len(rows), dtype=bool)
    if not rows.any() or not others.any():
        return too_near
    # All chromosomes are laid end to end, so far apart that no gap reaches across.
    apart = int(windows.end.max() - windows.start.min().clip(max=0)) + 2 * guard + 1
    start, furthest_end = (column[others] + windows.chromosome[others] * apart for column in windows[1:3])
    furthest_end = furthest_end[np.argsort(start, kind="stable")]
    np.maximum.accumulate(furthest_end, out=furthest_end)
    start.sort()
    for some in np.array_split(np.flatnonzero(rows), len(rows) // _AT_ONCE + 1):
        offset = windows.chromosome[some] * apart
        # Of the others that begin before this window's end and the gap, does one reach into the gap before its start?
        n_before = np.searchsorted(start, windows.end[some] + offset + guard, side="left")
        reach = np.where(n_before > 0, furthest_end[n_before - 1], np.iinfo(np.int64).min)
        too_near[some] = reach > windows.start[some] + offset - guard
    return too_near


class ChromosomeSplitter(WholeGroupSplitter):
    """Split by chromosome: those named, or whole ones shared out to meet the fractions.

    Ids are read as ``chrom:start-end``, optionally with ``:`` and a strand; ``chr22`` and ``22`` are the same. X is not
    read.

    With a name in any part, the fractions are not used: the named chromosomes make the parts, and a part without
    names is empty, but for train. With no names, whole chromosomes are shared out by fractions and seed. Folds of
    :meth:`k_fold_split` are always shared out; names are not used there.

    Parameters
    ----------
    train : sequence of str or str, optional
        Chromosomes to train on. By default all that are named nowhere; if given, rows of those that are named nowhere
        are left out, and counted in the log.
    valid : sequence of str or str, default ()
        Chromosomes to validate on.
    test : sequence of str or str, default ()
        Chromosomes to test on.
    stratify : bool, default False
        Whether each part should have its share of the positives, too, where labels are 0 and 1 and no chromosome is
        named.

    Raises
    ------
    SplitError
        If a chromosome is named twice; when splitting, if a part that was requested is empty or there are fewer
        chromosomes than parts.
    IntervalError
        When splitting, if an id is not an interval.

    Examples
    --------
    >>> import deepchem as dc
    >>> ids = ["chr1:0-101", "chr1:50-151", "chr21:0-101", "chr22:0-101"]
    >>> dataset = dc.data.NumpyDataset(np.zeros((4, 101, 4), dtype=np.int8), ids=ids)
    >>> train, valid, test = ChromosomeSplitter(valid="21", test="22").train_valid_test_split(dataset)
    >>> train.ids.tolist(), valid.ids.tolist(), test.ids.tolist()
    (['chr1:0-101', 'chr1:50-151'], ['chr21:0-101'], ['chr22:0-101'])
    """

    _noun = "chromosomes"

    def __init__(
        self,
        train: Sequence[str] | str | None = None,
        valid: Sequence[str] | str = (),
        test: Sequence[str] | str = (),
        stratify: bool = False,
    ) -> None:
        self.train = train  # DeepChem reads the arguments back by name
        self.valid = valid
        self.test = test
        self.stratify = stratify
        self._part_of_name()

    def _part_of_name(self) -> dict[str, int]:
        """Map each named chromosome, without chr, to its part."""
        part_of_name: dict[str, int] = {}
        for part, names in enumerate((self.train, self.valid, self.test)):
            for name in [names] if isinstance(names, str) else names or ():
                before = part_of_name.setdefault(bare_name(name), part)
                if before != part:
                    raise SplitError(
                        f"chromosome {name!r} is named for {PARTS[before]} and for {PARTS[part]}; a chromosome is in "
                        "one part only (chr22 and 22 are the same); name it once"
                    )
        return part_of_name

    def _group_of(self, dataset: Dataset) -> NDArray[np.int64]:
        return read_interval_ids(each_id(dataset)).chromosome

    def _assign_parts(self, dataset: Dataset, fractions: Fractions, rng: np.random.Generator) -> NDArray[np.int8]:
        part_of_name = self._part_of_name()
        if not part_of_name:
            return super()._assign_parts(dataset, fractions, rng)
        windows = read_interval_ids(each_id(dataset))
        unnamed = TRAIN if self.train is None else DROPPED
        bare_names = [bare_name(name) for name in windows.names]
        part_of_chromosome = np.array([part_of_name.get(name, unnamed) for name in bare_names], dtype=np.int8)
        absent = sorted(part_of_name.keys() - set(bare_names))
        if absent:
            logger.warning("ChromosomeSplitter: the data set has no rows of chromosome %s", ", ".join(absent))
        part_of = part_of_chromosome[windows.chromosome]
        self._require_named_parts(part_of, part_of_name, windows)
        return part_of

    def _require_named_parts(self, part_of: NDArray[np.int8], part_of_name: dict[str, int], windows: Intervals) -> None:
        """Training needs rows, and so does every part with names."""
        for part in sorted({TRAIN, *part_of_name.values()}):
            if not (part_of == part).any():
                asked = ", ".join(name for name, wanted in part_of_name.items() if wanted == part)
                raise SplitError(
                    f"{PARTS[part]} is empty: it was to have chromosome {asked or 'not named elsewhere'}, and the data "
                    f"set has {', '.join(windows.names)}; name chromosomes that it has"
                )

    def _folds(self, dataset: Dataset, k: int, rng: np.random.Generator) -> Iterator[tuple[RowNumbers, RowNumbers]]:
        if self._part_of_name():
            logger.info("ChromosomeSplitter: folds are shared out; the named parts are not used")
        return super()._folds(dataset, k, rng)


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
    stratify : bool, default False
        Whether each part should have its share of the positives, too, where labels are 0 and 1 and
        ``block_size`` is given.

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

    def __init__(self, block_size: int | None = None, guard: int = 1000, stratify: bool = False) -> None:
        self.block_size = block_size  # DeepChem reads the arguments back by name
        self.guard = guard
        self.stratify = stratify
        for name, value, smallest in (("block_size", block_size, 1), ("guard", guard, 0)):
            if not (value is None and name == "block_size"):
                require_whole_number(name, value, smallest, of="bp")

    def _assign_parts(self, dataset: Dataset, fractions: Fractions, rng: np.random.Generator) -> NDArray[np.int8]:
        windows = read_interval_ids(each_id(dataset))
        if self.block_size is None:
            cuts = np.cumsum(fractions[:2])
            part_of = np.searchsorted(cuts, _share_before(windows), side="right").astype(np.int8)
        else:
            blocks, labels = _blocks(windows, self.block_size), self._labels_to_balance(dataset)
            part_of = share_into_parts(blocks, fractions, rng, self._blocks_noun(), labels)
        before = np.bincount(part_of, minlength=len(PARTS))
        # Training rows are plenty, test rows are not: the latter stay.
        part_of[near(windows, part_of == VALID, part_of == TEST, self.guard)] = DROPPED
        part_of[near(windows, part_of == TRAIN, part_of > TRAIN, self.guard)] = DROPPED
        self._log_guard(before - np.bincount(part_of[part_of >= 0], minlength=len(PARTS)))
        self._require_parts(part_of, fractions, before)
        return part_of

    def _folds(self, dataset: Dataset, k: int, rng: np.random.Generator) -> Iterator[tuple[RowNumbers, RowNumbers]]:
        windows = read_interval_ids(each_id(dataset))
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
                    remedy = SMALLER_GUARD
                else:
                    reason = f"no chromosome has enough windows, of {len(part_of)} in all"
                    remedy = "raise its fraction, or split by chromosome"
                raise SplitError(f"{PARTS[part]} is empty: {reason}", remedy)


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
    blocks = (windows.start + windows.end).clip(min=0)  # a window may start before its chromosome
    blocks //= 2 * block_size
    blocks += windows.chromosome * (blocks.max() + 1)
    codes, _ = pd.factorize(blocks, sort=True)  # sorts the blocks, not the rows
    return codes
