"""The base of all splitters: DeepChem's contract, without its side effects.

DeepChem's own splitters reseed NumPy's global generator, and its ``k_fold_split`` splits what is left again and again,
which a splitter that knows its rows by number cannot follow. Here a generator of its own is made from each seed, and
folds are made at once.
"""

import hashlib
import inspect
import logging
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from deepchem.data import Dataset, DiskDataset
from deepchem.splits import Splitter
from numpy.typing import NDArray

from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError, SplitError
from deepchem_genomics.splits.assignment import (
    PARTS,
    Fractions,
    binary_labels,
    log_parts,
    share_into_folds,
    share_into_parts,
)

__all__ = ["GenomicsSplitter", "WholeGroupSplitter"]

logger = logging.getLogger(__name__)

RowNumbers = NDArray[np.int64]

_FAR_OFF = 0.05  # difference from the wanted fraction from which on it is a warning
_LONGEST_WORD = 60


class GenomicsSplitter(Splitter):
    """Base of the splitters: a subclass says which part or fold each row belongs to.

    ``str()`` names the folder in which MoleculeNet loaders keep the split. Unlike DeepChem's it tells apart all
    arguments, lists and tables included, so that no loader finds another split under the same name.
    """

    stratify: bool

    def split(
        self,
        dataset: Dataset,
        frac_train: float = 0.8,
        frac_valid: float = 0.1,
        frac_test: float = 0.1,
        seed: int | None = None,
        log_every_n: int | None = None,
    ) -> tuple[RowNumbers, RowNumbers, RowNumbers]:
        """Return the row numbers of the training, validation and test set.

        Parameters
        ----------
        dataset : dc.data.Dataset
            N rows; never modified.
        frac_train, frac_valid, frac_test : float, default 0.8, 0.1, 0.1
            Wanted share of the rows, together 1. A part with 0 stays empty.
        seed : int, optional
            The same seed gives the same split. None is 0: MoleculeNet loaders give none, and a split must be found
            again.
        log_every_n : int, optional
            Not used; DeepChem's signature has it.

        Returns
        -------
        train, valid, test : ndarray of int64
            Sorted row numbers; no row is in two.

        Raises
        ------
        EmptyInputError
            If the data set has no rows.
        SplitError
            If the fractions do not add up, or a part that should have rows has none.
        GenomicsError
            If the splitter cannot use the data set; see its class.
        """
        fractions = Fractions(frac_train, frac_valid, frac_test).checked()
        n_rows = _require_rows(dataset)
        part_of = self._assign_parts(dataset, fractions, np.random.default_rng(0 if seed is None else seed))
        train, valid, test = (np.flatnonzero(part_of == part) for part in range(len(PARTS)))
        log_parts(type(self).__name__, dataset, dict(zip(PARTS, (train, valid, test), strict=True)), n_rows)
        return train, valid, test

    def k_fold_split(
        self,
        dataset: Dataset,
        k: int,
        directories: list[str] | None = None,
        seed: int | None = None,
        log_every_n: int | None = None,
    ) -> list[tuple[Dataset, Dataset]]:
        """Divide a data set into k folds; each is held out once.

        Parameters
        ----------
        dataset : dc.data.Dataset
            N rows; never modified.
        k : int
            Number of folds, 2 or more.
        directories : list of str, optional
            2 k folders for the resulting data sets, train and held-out in turn. By default, temporary folders for a
            ``DiskDataset``, and memory for another.
        seed : int, optional
            As in :meth:`split`.
        log_every_n : int, optional
            Not used.

        Returns
        -------
        list of (Dataset, Dataset)
            The training and the held-out rows of each fold, in the order of the data set.

        Raises
        ------
        ShapeMismatchError
            If there are not 2 k directories.
        GenomicsError
            As for :meth:`k_fold_indices`.
        """
        folds = self.k_fold_indices(dataset, k, seed)
        folders: list[str | None] = [None] * (2 * k) if directories is None else list(directories)
        if len(folders) != 2 * k:
            raise ShapeMismatchError(
                f"there are {len(folders)} directories for {k} folds; each fold needs two, for train and held-out rows"
            )
        return [
            (_select(dataset, train, folders[2 * fold]), _select(dataset, held_out, folders[2 * fold + 1]))
            for fold, (train, held_out) in enumerate(folds)
        ]

    def k_fold_indices(self, dataset: Dataset, k: int, seed: int | None = None) -> list[tuple[RowNumbers, RowNumbers]]:
        """Return the row numbers of k folds.

        Parameters
        ----------
        dataset : dc.data.Dataset
            N rows.
        k : int
            Number of folds, 2 or more.
        seed : int, optional
            As in :meth:`split`.

        Returns
        -------
        list of (ndarray of int64, ndarray of int64)
            Sorted training and held-out rows of each fold. Each row is held out once.

        Raises
        ------
        EmptyInputError
            If the data set has no rows.
        SplitError
            If k is not 2 or more, or a fold would be empty.
        GenomicsError
            If the splitter cannot use the data set; see its class.
        """
        if not isinstance(k, int | np.integer) or k < 2:
            raise SplitError(f"k is {k!r}; cross-validation needs a whole number of folds, 2 or more")
        n_rows = _require_rows(dataset)
        rng = np.random.default_rng(0 if seed is None else seed)
        folds = list(self._folds(dataset, int(k), rng))
        for fold, (train, held_out) in enumerate(folds):
            name = f"{type(self).__name__}, fold {fold + 1} of {k}"
            log_parts(name, dataset, {"train": train, "held out": held_out}, n_rows)
        return folds

    def _assign_parts(self, dataset: Dataset, fractions: Fractions, rng: np.random.Generator) -> NDArray[np.int8]:
        """Return the part of each row, (N,): 0 train, 1 valid, 2 test, -1 none."""
        raise NotImplementedError

    def _folds(self, dataset: Dataset, k: int, rng: np.random.Generator) -> Iterator[tuple[RowNumbers, RowNumbers]]:
        """Yield the sorted training and held-out rows of each fold."""
        raise NotImplementedError

    def _labels_to_balance(self, dataset: Dataset) -> NDArray[np.floating] | None:
        """Return labels (N, T) whose positives all parts should have their share of, or None."""
        return binary_labels(dataset) if self.stratify else None

    def __str__(self) -> str:
        """Return the class and every argument that is not the default, fit to name a folder."""
        words = [type(self).__name__]
        for name, parameter in inspect.signature(type(self)).parameters.items():
            value = getattr(self, name)
            if not _is_default(value, parameter.default):
                words += [name, self._folder_word(value)]
        return "_".join(words)

    def _folder_word(self, value: Any) -> str:
        """Return a short word that is different for different values."""
        if callable(value):
            return _function_word(value, self)
        items = [value] if isinstance(value, str | int | float | None) else _flat(value)
        word = "-".join(map(str, items))
        if all(re.fullmatch(r"[\w.]+", str(item)) for item in items) and len(word) <= _LONGEST_WORD:
            return word
        return hashlib.sha256(repr([str(item) for item in items]).encode()).hexdigest()[:16]


class WholeGroupSplitter(GenomicsSplitter):
    """Base of the splitters that give whole groups to a part: a subclass says which group each row belongs to."""

    _noun = "groups"

    def _assign_parts(self, dataset: Dataset, fractions: Fractions, rng: np.random.Generator) -> NDArray[np.int8]:
        groups = self._group_of(dataset)
        part_of = share_into_parts(groups, fractions, rng, self._noun, self._labels_to_balance(dataset))
        shares = np.bincount(part_of, minlength=len(PARTS)) / len(part_of)
        if (np.abs(shares - fractions) > _FAR_OFF).any():
            largest = int(np.bincount(groups).max())
            logger.warning(
                "%s: the parts have %s of the rows, not %s as requested: there are %d %s, the largest with %d rows",
                type(self).__name__, " / ".join(f"{share:.3f}" for share in shares),
                " / ".join(f"{fraction:.3f}" for fraction in fractions), groups.max() + 1, self._noun, largest,
            )  # fmt: skip
        return part_of

    def _folds(self, dataset: Dataset, k: int, rng: np.random.Generator) -> Iterator[tuple[RowNumbers, RowNumbers]]:
        fold_of = share_into_folds(self._group_of(dataset), k, rng, self._noun, self._labels(dataset))
        for fold in range(k):
            yield np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)

    def _group_of(self, dataset: Dataset) -> NDArray[np.int64]:
        """Return the group of each row, (N,), numbered from 0 without gaps."""
        raise NotImplementedError

    def _labels(self, dataset: Dataset) -> NDArray[np.int64] | None:
        """Return classes that all folds should have the same share of, (N,), or None."""
        return None


def _require_rows(dataset: Dataset) -> int:
    n_rows = len(dataset)
    if n_rows == 0:
        raise EmptyInputError("the data set has no rows; there is nothing to split")
    return n_rows


def _select(dataset: Dataset, rows: RowNumbers, folder: str | None) -> Dataset:
    """Return some rows of a data set, in a folder if one is given."""
    if isinstance(dataset, DiskDataset):
        return copy_rows(dataset, rows, folder)
    selected = dataset.select(rows)
    if folder is None:
        return selected
    return DiskDataset.from_numpy(selected.X, selected.y, selected.w, selected.ids, data_dir=folder)


def copy_rows(dataset: DiskDataset, rows: RowNumbers, folder: str | None = None) -> DiskDataset:
    """Write ascending rows to a folder, to the byte as ``DiskDataset.select`` does: that searches a shard for each row.

    >>> dataset = DiskDataset.from_numpy(np.zeros((5, 3, 4)), ids=list("abcde"))
    >>> copy_rows(dataset, np.array([1, 4])).ids.tolist()
    ['b', 'e']
    """
    return DiskDataset.create_dataset(_shards_of(dataset, rows), folder, dataset.get_task_names())


def _shards_of(dataset: DiskDataset, rows: RowNumbers) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield X, y, w and ids of ascending rows, as many at a time as the first shard has."""
    ends = np.cumsum([len(dataset.get_shard_ids(shard)) for shard in range(dataset.get_number_shards())])
    for start in range(0, len(rows), int(ends[0])):
        some = rows[start : start + int(ends[0])]
        shard_of = np.searchsorted(ends, some, side="right")
        parts = []
        for shard in np.unique(shard_of).tolist():
            X, *others = dataset.get_shard(shard)
            chosen = some[shard_of == shard] - (ends[shard] - len(X))
            parts.append([np.array([]) if array is None else array[chosen] for array in (X, *others)])
        yield tuple(np.concatenate(arrays) for arrays in zip(*parts, strict=True))


def _is_default(value: Any, default: Any) -> bool:
    return value is default or (isinstance(value, str | int | float | tuple) and value == default)


def _flat(value: Any) -> list[Any]:
    """Return the items of a table, a list or an array, in order."""
    if isinstance(value, Mapping):
        return [f"{key!r}:{item!r}" for key, item in value.items()]
    return list(value)


def _function_word(function: Any, splitter: GenomicsSplitter) -> str:
    """Name a function. One without a name of its own gets a new one, so that no other has the same."""
    name = f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', '<unnamed>')}"
    if re.fullmatch(r"[\w.]+", name):
        return name
    found: str = splitter.__dict__.setdefault("_unnamed", f"unnamed-{uuid.uuid4().hex[:16]}")
    return found
