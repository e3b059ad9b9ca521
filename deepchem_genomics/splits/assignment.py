"""Sharing whole groups out to train, valid and test, or to folds, and logging what a split did."""

import logging
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from deepchem_genomics.errors import SplitError

if TYPE_CHECKING:
    from deepchem.data import Dataset

__all__ = [
    "DROPPED",
    "PARTS",
    "TEST",
    "TRAIN",
    "VALID",
    "Fractions",
    "binary_labels",
    "log_parts",
    "share_into_folds",
    "share_into_parts",
]

logger = logging.getLogger(__name__)


PARTS = ("train", "valid", "test")
TRAIN, VALID, TEST = range(3)
DROPPED = -1
"""In place of a part: the row is in none."""


class Fractions(NamedTuple):
    """The share of the rows that each part is to have, from 0 to 1, together 1."""

    train: float
    valid: float
    test: float

    def checked(self) -> "Fractions":
        """Return the fractions; SplitError if one is outside 0 to 1, or they do not add up to 1."""
        if not all(0 <= fraction <= 1 for fraction in self) or not math.isclose(sum(self), 1, abs_tol=1e-6):
            raise SplitError(
                f"the fractions of train, valid and test are {', '.join(map(repr, self))}; each must be from 0 to 1, "
                "and together they must be 1; give frac_train, frac_valid and frac_test"
            )
        return self


def share_into_parts(
    groups: NDArray[np.int64],
    fractions: Fractions,
    rng: np.random.Generator,
    noun: str = "groups",
    labels: NDArray[np.floating] | None = None,
) -> NDArray[np.int8]:
    """Assign each whole group to a part (0 train, 1 valid, 2 test), so that the parts come close to the fractions.

    ``groups`` (N,) are numbers from 0 without gaps. Groups are taken from the largest to the smallest, equals in random
    order. Each goes to one of the parts that have room for it, with a chance that grows with the room; so no part gets
    only large or only small groups. A group that fits nowhere goes where most room is left. The last groups go to parts
    that are still empty. With labels (N, T) of 0 and 1, NaN where there is none, up to 200 such assignments are drawn,
    fewer the more groups there are, and the one whose shares of rows and of positives come closest to the fractions is
    taken. SplitError if there are fewer groups, which it calls ``noun``, than parts to fill.

    >>> share_into_parts(np.array([0, 0, 0, 1, 2]), Fractions(0.6, 0.2, 0.2), np.random.default_rng(1)).tolist()
    [0, 0, 0, 1, 2]
    """
    sizes = np.bincount(groups)
    wanted = [part for part in (TRAIN, VALID, TEST) if fractions[part] > 0]
    if len(sizes) < len(wanted):
        raise SplitError(
            f"the data set has {len(sizes)} {noun}, and {' and '.join(PARTS[part] for part in wanted)} need at least "
            f"one each; set the fraction of a part to 0, or split by something finer"
        )
    if labels is None:
        return _drawn(sizes, fractions, wanted, rng)[groups]
    counts = [sizes, *(np.bincount(groups, weights=np.nan_to_num(column)) for column in labels.T)]
    shares = [count / count.sum() for count in counts if count.sum() > 0]
    draws = [_drawn(sizes, fractions, wanted, rng) for _ in range(int(np.clip(_GROUPS_DRAWN // len(sizes), 1, 200)))]
    return min(draws, key=lambda parts: _distance(parts, shares, fractions))[groups]


_GROUPS_DRAWN = 100_000  # a second's work


def _drawn(
    sizes: NDArray[np.int64], fractions: Fractions, wanted: list[int], rng: np.random.Generator
) -> NDArray[np.int8]:
    """Draw the part of each group."""
    order = rng.permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]
    room = [fraction * int(sizes.sum()) for fraction in fractions]  # rows still wanted
    still_empty = set(wanted)
    part_of_group = np.empty(len(sizes), dtype=np.int8)
    draws = rng.random(len(sizes)).tolist()
    for n_done, (group, size) in enumerate(zip(order.tolist(), sizes[order].tolist(), strict=True)):
        if len(sizes) - n_done == len(still_empty):
            part = max(still_empty, key=lambda part: (room[part], -part))
        else:
            part = _draw_part(size, room, wanted, draws[n_done])
        part_of_group[group] = part
        room[part] -= size
        still_empty.discard(part)
    return part_of_group


def _distance(part_of_group: NDArray[np.int8], shares: list[NDArray[np.float64]], fractions: Fractions) -> float:
    """Return how far shares of rows and positives are from the fractions, relative to these, at the worst."""
    wanted, has_rows = np.array(fractions), np.array(fractions) > 0
    found = (np.bincount(part_of_group, weights=share, minlength=len(PARTS)) for share in shares)
    return max(float((np.abs(share - wanted)[has_rows] / wanted[has_rows]).max()) for share in found)


def _draw_part(size: int, room: list[float], wanted: list[int], draw: float) -> int:
    """Choose among the parts with room, each with a chance proportional to it; ``draw`` is from 0 to 1."""
    fitting = [part for part in wanted if size <= room[part] + 1e-6]
    if not fitting:
        return max(wanted, key=lambda part: room[part])
    threshold = draw * sum(room[part] for part in fitting)
    for part in fitting:
        threshold -= room[part]
        if threshold < 0:
            return part
    return fitting[-1]


def share_into_folds(
    groups: NDArray[np.int64],
    k: int,
    rng: np.random.Generator,
    noun: str = "groups",
    labels: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Assign each whole group to one of k folds of about the same size; return the fold of each row.

    The largest group first, each goes to the fold that is smallest so far; ``rng`` breaks ties. With labels, their
    shares are alike in all folds, which are those of scikit-learn's ``StratifiedGroupKFold``. SplitError if there are
    fewer groups than folds, or fewer rows of either class.

    >>> share_into_folds(np.array([0, 0, 1, 1, 1, 2, 2]), 3, np.random.default_rng(0)).tolist()
    [1, 1, 0, 0, 0, 2, 2]
    """
    n_groups = int(groups.max()) + 1
    if n_groups < k:
        raise SplitError(
            f"the data set has {n_groups} {noun}, and {k} folds need at least one each; ask for fewer folds, or split "
            "by something finer"
        )
    renamed = rng.permutation(n_groups)[groups]
    if labels is None:
        return _balanced_folds(np.bincount(renamed), k)[renamed]
    if np.bincount(labels).max() < k:
        raise SplitError(f"neither class has {k} rows, of {len(labels)} in all; ask for fewer folds, or no stratify")
    shuffle = int(rng.integers(2**31))
    fold_of = np.empty(len(groups), dtype=np.int64)
    folds = StratifiedGroupKFold(k, shuffle=True, random_state=shuffle).split(groups, labels, renamed)
    for fold, (_, held_out) in enumerate(folds):
        fold_of[held_out] = fold
    return fold_of


def _balanced_folds(sizes: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Return the fold of each group: those of ``GroupKFold``, but the same with any release and on any machine.

    Before release 1.9 scikit-learn took groups of one size in an order that depended on NumPy and on the processor.
    """
    fold_of_group = np.empty(len(sizes), dtype=np.int64)
    rows = np.zeros(k, dtype=np.int64)
    for group in np.argsort(sizes, kind="stable")[::-1]:
        fold_of_group[group] = np.argmin(rows)
        rows[fold_of_group[group]] += sizes[group]
    return fold_of_group


_MANY = 0.1  # share of rows left out from which on it is a warning


def log_parts(splitter: str, dataset: "Dataset", parts: Mapping[str, NDArray[np.int64]], n_rows: int) -> None:
    """Log how many rows and positives each part has, and how many rows are in none.

    Reads labels and weights, not X; positives are counted if all labels are 0 or 1.
    """
    labels = binary_labels(dataset)
    sizes = []
    for name, rows in parts.items():
        size = f"{name} {len(rows)} rows ({len(rows) / n_rows:.1%})"
        if labels is not None:
            positives = np.count_nonzero(labels[rows] == 1, axis=0)  # (T,)
            size += f", {' / '.join(map(str, positives))} positive"
            if len(rows) and not positives.all() and (labels == 1).any():
                logger.warning("%s: no positive of some task among %s", splitter, size)
        sizes.append(size)
    logger.info("%s: %s", splitter, "; ".join(sizes))
    n_dropped = n_rows - sum(len(rows) for rows in parts.values())
    if n_dropped:
        level = logging.WARNING if n_dropped > _MANY * n_rows else logging.INFO
        logger.log(level, "%s: %d of %d rows (%.1f%%) are in no part", splitter, n_dropped, n_rows,
                   100 * n_dropped / n_rows)  # fmt: skip


def binary_labels(dataset: "Dataset") -> NDArray[np.floating] | None:
    """Return labels (N, T) of 0 and 1, NaN where the weight is 0; None for other labels, or if none counts.

    >>> import deepchem as dc
    >>> binary_labels(dc.data.NumpyDataset(np.zeros(2), y=np.array([0, 1]))).tolist()
    [[0.0], [1.0]]
    """
    try:
        y, w = _numbers(dataset.y), _numbers(dataset.w)
    except (TypeError, ValueError):  # a DiskDataset stored without labels; labels that are not numbers
        return None
    if y.ndim not in (1, 2) or not y.size:
        return None
    labels = y.reshape(len(y), -1)
    counts = np.broadcast_to(w.reshape(len(w), -1) > 0, labels.shape)
    if not counts.any() or not np.isin(labels[counts], (0, 1)).all():
        return None
    return np.where(counts, labels, labels.dtype.type(np.nan))


def _numbers(column: NDArray[Any]) -> NDArray[np.floating]:
    """Return floating-point numbers, those of a file as they are."""
    column = np.asarray(column)
    return column if column.dtype == np.float32 else column.astype(np.float64, copy=False)
