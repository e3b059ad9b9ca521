"""Whole groups shared out to parts and folds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions
from sklearn.model_selection import GroupKFold

from deepchem_genomics.errors import SplitError
from deepchem_genomics.splits.assignment import Fractions, share_into_folds, share_into_parts

sizes = st.lists(st.integers(1, 20), min_size=3, max_size=40)
seeds = st.integers(0, 2**32)
fractions = st.sampled_from([(0.8, 0.1, 0.1), (0.5, 0.25, 0.25), (0.9, 0.0, 0.1), (0.0, 0.5, 0.5), (1.0, 0.0, 0.0)])


@given(sizes, fractions, seeds)
def test_share_into_parts__groups_stay_whole_and_every_wanted_part_has_one(sizes, fractions, seed):
    groups = np.repeat(np.arange(len(sizes)), sizes)
    part_of = share_into_parts(groups, Fractions(*fractions), np.random.default_rng(seed))
    for group in range(len(sizes)):
        assert len(set(part_of[groups == group])) == 1
    assert set(part_of) == {part for part in range(3) if fractions[part] > 0}


@given(sizes, seeds)
def test_share_into_parts__no_part_is_more_than_a_group_away_from_its_share(sizes, seed):
    sizes = [*sizes, *[1] * 10]
    groups = np.repeat(np.arange(len(sizes)), sizes)
    part_of = share_into_parts(groups, Fractions(0.5, 0.3, 0.2), np.random.default_rng(seed))
    off = np.bincount(part_of, minlength=3) - np.array([0.5, 0.3, 0.2]) * len(groups)
    assert np.abs(off).max() <= 2 * max(sizes)


def test_share_into_parts__meets_the_fractions_where_groups_are_small():
    groups = np.random.default_rng(0).integers(0, 500, 10_000)
    for seed in range(5):
        part_of = share_into_parts(groups, Fractions(0.8, 0.1, 0.1), np.random.default_rng(seed))
        np.testing.assert_allclose(np.bincount(part_of) / 10_000, [0.8, 0.1, 0.1], atol=0.002)


def test_share_into_parts__large_groups_are_in_all_parts():
    groups = np.repeat(np.arange(1100), [50] * 100 + [1] * 1000)
    part_of = share_into_parts(groups, Fractions(0.5, 0.25, 0.25), np.random.default_rng(0))
    large = np.bincount(part_of[groups < 100]) / 5000
    np.testing.assert_allclose(large, [0.5, 0.25, 0.25], atol=0.1)


def test_share_into_parts__a_group_that_fits_nowhere_goes_where_most_room_is():
    groups = np.repeat(np.arange(4), [95, 3, 1, 1])
    for seed in range(10):
        part_of = share_into_parts(groups, Fractions(0.8, 0.1, 0.1), np.random.default_rng(seed))
        assert set(part_of[:95]) == {0}
        assert set(part_of[95:]) == {1, 2}


def test_share_into_parts__as_many_groups_as_parts_are_enough_and_fewer_are_not():
    groups = np.repeat([0, 1, 2], 33)
    part_of = share_into_parts(groups, Fractions(0.8, 0.1, 0.1), np.random.default_rng(0))
    assert np.bincount(part_of).tolist() == [33, 33, 33]
    with pytest.raises(SplitError, match=mentions("2 chromosomes", "train", "valid", "test")):
        share_into_parts(np.array([0, 0, 1]), Fractions(0.8, 0.1, 0.1), np.random.default_rng(0), "chromosomes")


def test_share_into_parts__is_frozen():
    groups = np.repeat(np.arange(8), [5, 1, 3, 2, 2, 4, 1, 2])
    assert (
        "".join(map(str, share_into_parts(groups, Fractions(0.6, 0.2, 0.2), np.random.default_rng(7))))
        == "00000000000112222011"
    )


@given(sizes, st.integers(2, 3), seeds)
def test_share_into_folds__groups_stay_whole_and_folds_are_of_like_size(sizes, k, seed):
    groups = np.repeat(np.arange(len(sizes)), sizes)
    fold_of = share_into_folds(groups, k, np.random.default_rng(seed))
    for group in range(len(sizes)):
        assert len(set(fold_of[groups == group])) == 1
    counts = np.bincount(fold_of, minlength=k)
    assert counts.min() > 0
    assert counts.max() - counts.min() <= max(sizes)


def test_share_into_folds__seeds_differ_among_groups_of_one_size():
    groups = np.arange(100)
    folds = {share_into_folds(groups, 5, np.random.default_rng(seed)).tobytes() for seed in range(4)}
    assert len(folds) == 4


def test_share_into_folds__are_those_of_scikit_learn_where_no_two_groups_are_of_one_size():
    groups = np.repeat(np.arange(40), np.random.default_rng(1).permutation(np.arange(1, 41)))
    fold_of = share_into_folds(groups, 5, np.random.default_rng(0))
    theirs = [held_out.tolist() for _, held_out in GroupKFold(5).split(groups, groups=groups)]
    assert [np.flatnonzero(fold_of == fold).tolist() for fold in range(5)] == theirs


def test_share_into_folds__are_the_same_with_any_release():
    groups = np.repeat(np.arange(60), np.random.default_rng(1).integers(1, 4, 60))
    fold_of = share_into_folds(groups, 3, np.random.default_rng(0))
    assert (
        "".join(str(fold_of[groups == group][0]) for group in range(60))
        == "122221020112101011112010020222011022000210011000120122201221"
    )


def test_share_into_folds__labels_are_shared_out_evenly():
    groups = np.repeat(np.arange(200), 5)
    labels = (groups < 20).astype(int)
    fold_of = share_into_folds(groups, 4, np.random.default_rng(0), labels=labels)
    assert np.bincount(fold_of, weights=labels).tolist() == [25, 25, 25, 25]


def test_share_into_folds__needs_a_group_a_fold():
    with pytest.raises(SplitError, match=mentions("2 blocks", "3 folds")):
        share_into_folds(np.array([0, 1, 1]), 3, np.random.default_rng(0), "blocks")
