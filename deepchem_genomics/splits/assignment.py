"""Sharing whole groups out to train, valid and test, or to folds."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from deepchem_genomics.errors import SplitError

__all__ = ["DROPPED", "PARTS", "TEST", "TRAIN", "VALID", "Fractions", "share_into_folds", "share_into_parts"]

PARTS = ("train", "valid", "test")
TRAIN, VALID, TEST = range(3)
DROPPED = -1
"""In place of a part: the row is in none."""


class Fractions(NamedTuple):
    """What share of the rows each part is to have.

    Parameters
    ----------
    train, valid, test : float
        From 0 to 1, together 1.
    """

    train: float
    valid: float
    test: float

    def checked(self) -> "Fractions":
        """Return the fractions, or say why they are none.

        Returns
        -------
        Fractions
            The same.

        Raises
        ------
        SplitError
            If one is outside 0 to 1, or they do not add up to 1.

        Examples
        --------
        >>> Fractions(0.8, 0.1, 0.1).checked().train
        0.8
        """
        if not all(0 <= fraction <= 1 for fraction in self) or not math.isclose(sum(self), 1, abs_tol=1e-6):
            raise SplitError(
                f"the fractions of train, valid and test are {', '.join(map(repr, self))}; each must be from 0 to 1, "
                "and together they must be 1; give frac_train, frac_valid and frac_test"
            )
        return self


def share_into_parts(
    groups: NDArray[np.int64], fractions: Fractions, rng: np.random.Generator, noun: str = "groups"
) -> NDArray[np.int8]:
    """Give each whole group to a part, so that the parts come close to the fractions.

    Groups are taken from the largest to the smallest, equals in random order. Each goes to one of the parts that have
    room for it, with a chance that grows with the room; so no part gets only large or only small groups. A group that
    fits nowhere goes where most room is left. The last groups go to parts that are still empty.

    Parameters
    ----------
    groups : ndarray of int, (N,)
        The group of each row, numbered from 0 without gaps.
    fractions : Fractions
        Wanted share of each part. A part with 0 gets nothing.
    rng : numpy.random.Generator
        Draws the order and the parts.
    noun : str, default "groups"
        What the groups are, for the error.

    Returns
    -------
    ndarray of int8, (N,)
        0 train, 1 valid, 2 test.

    Raises
    ------
    SplitError
        If there are fewer groups than parts to fill.

    Examples
    --------
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
    order = rng.permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]
    room = [fraction * len(groups) for fraction in fractions]  # rows still wanted
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
    return part_of_group[groups]


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
    """Give each whole group to one of k folds of about the same size.

    The largest group first, each goes to the fold that is smallest so far.

    Parameters
    ----------
    groups : ndarray of int, (N,)
        The group of each row, numbered from 0 without gaps.
    k : int
        Number of folds.
    rng : numpy.random.Generator
        Breaks ties between groups of the same size; with labels, shuffles.
    noun : str, default "groups"
        What the groups are, for the error.
    labels : ndarray of int, (N,), optional
        Classes whose shares are to be alike in all folds; these are then those of scikit-learn's
        ``StratifiedGroupKFold``.

    Returns
    -------
    ndarray of int64, (N,)
        The fold of each row, from 0.

    Raises
    ------
    SplitError
        If there are fewer groups than folds.

    Examples
    --------
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
