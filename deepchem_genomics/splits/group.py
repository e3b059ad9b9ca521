"""Whole groups to train, valid and test."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from deepchem.data import Dataset
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, MissingIdError, ShapeMismatchError, SplitError
from deepchem_genomics.splits.base import WholeGroupSplitter
from deepchem_genomics.splits.report import binary_labels

__all__ = ["GroupSplitter"]


class GroupSplitter(WholeGroupSplitter):
    """Split by group, such as the gene that a guide targets: no group is in two parts.

    Groups are shared out by size and seed, so that the parts come close to the fractions; see
    :func:`~deepchem_genomics.splits.assignment.share_into_parts`. Folds are of like size; see
    :func:`~deepchem_genomics.splits.assignment.share_into_folds`. X is not read.

    Parameters
    ----------
    groups : sequence or ndarray of length N, mapping or callable
        The group of each row, in the order of the data set; or of each id; or a function from an id to its group. A
        group is a string, a number or anything hashable. MoleculeNet's cache knows a function by its module and name
        only; what has no name of its own, such as a lambda, is never found there again.
    stratify : bool, default False
        Whether folds should have the same share of positives, where there is one task with labels 0 and 1; they are
        then those of ``StratifiedGroupKFold``. It is slow with more than some ten thousand groups.

    Raises
    ------
    BadValueError
        When splitting, if a row's group is missing (None or NaN).
    MissingIdError
        When splitting, if the mapping lacks an id.
    ShapeMismatchError
        When splitting, if there are more or fewer groups in the sequence than rows in the data set.
    SplitError
        When splitting, if there are fewer groups than parts or folds, or labels do not suit ``stratify``.

    Examples
    --------
    >>> import deepchem as dc
    >>> dataset = dc.data.NumpyDataset(np.zeros((4, 21, 4), dtype=np.int8), ids=["g1", "g2", "g3", "g4"])
    >>> splitter = GroupSplitter({"g1": "TP53", "g2": "TP53", "g3": "MYC", "g4": "KRAS"})
    >>> [part.tolist() for part in splitter.split(dataset, 0.5, 0.25, 0.25, seed=0)]
    [[0, 1], [3], [2]]
    """

    def __init__(
        self,
        groups: Sequence[Hashable] | NDArray[Any] | Mapping[str, Hashable] | Callable[[str], Hashable],
        stratify: bool = False,
    ) -> None:
        self.groups = groups  # DeepChem reads the arguments back by name
        self.stratify = stratify

    def _group_of(self, dataset: Dataset) -> NDArray[np.int64]:
        groups = np.fromiter(self._look_up(dataset), dtype=object, count=len(dataset))
        codes, _ = pd.factorize(groups)
        if (codes < 0).any():
            row = int(np.argmax(codes < 0))
            raise BadValueError(
                f"row {row} (id {dataset.ids[row]!r}) has the group {groups[row]!r}; every row needs a group; give "
                "each row without one a group of its own"
            )
        return codes.astype(np.int64)

    def _look_up(self, dataset: Dataset) -> list[Hashable]:
        if callable(self.groups):
            return [self.groups(name) for name in dataset.ids]
        if isinstance(self.groups, Mapping):
            missing = [name for name in dataset.ids if name not in self.groups]
            if missing:
                raise MissingIdError(
                    f"{len(missing)} of {len(dataset)} ids have no group, the first is {missing[0]!r}; every id needs "
                    "one; add them to the mapping"
                )
            return [self.groups[name] for name in dataset.ids]
        if len(self.groups) != len(dataset):
            raise ShapeMismatchError(
                f"there are {len(self.groups)} groups and {len(dataset)} rows; give one group a row, in the order of "
                "the data set, or a mapping from ids to groups"
            )
        return list(self.groups)

    def _labels(self, dataset: Dataset) -> NDArray[np.int64] | None:
        if not self.stratify:
            return None
        labels = binary_labels(dataset)
        if labels is None or labels.shape[1] != 1 or np.isnan(labels).any():
            raise SplitError(
                "stratify needs one task whose labels are all 0 or 1, none of them missing; pass stratify=False"
            )
        return labels[:, 0].astype(np.int64)

    def __repr__(self) -> str:
        """Return the class and its arguments, a long table by its size only."""
        sized = not callable(self.groups) and len(self.groups) > 10
        groups = f"<{len(self.groups)} of them>" if sized else repr(self.groups)  # type: ignore[arg-type]
        return f"{type(self).__name__}[groups={groups}, stratify={self.stratify}]"
