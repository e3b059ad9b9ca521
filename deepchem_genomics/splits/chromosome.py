"""Whole chromosomes to train, valid and test."""

import logging
from collections.abc import Iterator, Sequence

import numpy as np
from deepchem.data import Dataset
from numpy.typing import NDArray

from deepchem_genomics.errors import SplitError
from deepchem_genomics.splits.assignment import DROPPED, PARTS, TRAIN, Fractions
from deepchem_genomics.splits.base import Rows, WholeGroupSplitter
from deepchem_genomics.splits.intervals import Intervals, bare_name, read_interval_ids

__all__ = ["ChromosomeSplitter"]

logger = logging.getLogger(__name__)


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

    Raises
    ------
    SplitError
        If a chromosome is named twice; when splitting, if a part that was asked for is empty or there are fewer
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
    ) -> None:
        self.train = train  # DeepChem reads the arguments back by name
        self.valid = valid
        self.test = test
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
        return read_interval_ids(dataset.ids).chromosome

    def _assign_parts(self, dataset: Dataset, fractions: Fractions, rng: np.random.Generator) -> NDArray[np.int8]:
        part_of_name = self._part_of_name()
        if not part_of_name:
            return super()._assign_parts(dataset, fractions, rng)
        windows = read_interval_ids(dataset.ids)
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

    def _folds(self, dataset: Dataset, k: int, rng: np.random.Generator) -> Iterator[tuple[Rows, Rows]]:
        if self._part_of_name():
            logger.info("ChromosomeSplitter: folds are shared out; the named parts are not used")
        return super()._folds(dataset, k, rng)
