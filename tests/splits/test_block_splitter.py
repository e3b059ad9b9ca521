"""Splitting a chromosome into stretches."""

import itertools
import re

import deepchem as dc
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import BadValueError, SplitError
from deepchem_genomics.splits import BlockSplitter

windows = st.lists(
    st.tuples(st.sampled_from(["chr1", "1", "chr2"]), st.integers(0, 3_000), st.integers(1, 150)),
    min_size=12,
    max_size=80,
)


def dataset_of(places, y=None):
    ids = [f"{chromosome}:{start}-{start + width}" for chromosome, start, width in places]
    return dc.data.NumpyDataset(np.zeros((len(ids), 1)), y=y, ids=ids)


def tiles(n, stride=50, width=101, chromosome="chr22"):
    return [(chromosome, start, width) for start in range(0, n * stride, stride)]


def smallest_gap(places, one, other):
    """Bases between the nearest two windows of two parts, negative if they overlap; slow and obvious."""
    gaps = [
        max(places[a][1] - places[b][1] - places[b][2], places[b][1] - places[a][1] - places[a][2])
        for a, b in itertools.product(one, other)
        if places[a][0].removeprefix("chr") == places[b][0].removeprefix("chr")
    ]
    return min(gaps, default=np.inf)


@given(windows, st.sampled_from([None, 1, 300, 1_000]), st.integers(0, 200), st.integers(0, 3))
def test_block__parts_are_never_nearer_than_the_guard(places, block_size, guard, seed):
    splitter = BlockSplitter(block_size, guard)
    try:
        parts = splitter.split(dataset_of(places), 0.6, 0.2, 0.2, seed)
    except SplitError:
        return
    for one, other in itertools.combinations(parts, 2):
        assert smallest_gap(places, one, other) >= guard


@given(windows, st.sampled_from([None, 300]), st.integers(0, 100))
def test_block__no_more_windows_are_left_out_than_are_too_near(places, block_size, guard):
    dataset = dataset_of(places)
    try:
        train, valid, test = BlockSplitter(block_size, guard).split(dataset, 0.6, 0.2, 0.2)
    except SplitError:
        return
    left_out = set(range(len(places))) - {*train, *valid, *test}
    for row in left_out:
        assert smallest_gap(places, [row], [*valid, *test]) < guard


@given(windows, st.sampled_from([None, 400]), st.integers(0, 100), st.integers(2, 4))
def test_block__folds_keep_the_guard_and_hold_each_window_out_once(places, block_size, guard, k):
    try:
        folds = BlockSplitter(block_size, guard).k_fold_indices(dataset_of(places), k)
    except SplitError:
        return
    assert sorted(itertools.chain(*(held_out for _, held_out in folds))) == list(range(len(places)))
    for train, held_out in folds:
        assert smallest_gap(places, train, held_out) >= guard


def test_block__three_stretches_follow_each_other_on_every_chromosome():
    places = tiles(100, stride=200) + tiles(50, stride=200, chromosome="chr21")
    order = np.random.default_rng(0).permutation(len(places))
    dataset = dataset_of([places[row] for row in order])
    train, valid, test = (set(order[rows]) for rows in BlockSplitter(guard=0).split(dataset))
    assert train == {*range(80), *range(100, 140)}
    assert valid == {*range(80, 90), *range(140, 145)}
    assert test == {*range(90, 100), *range(145, 150)}


def test_block__windows_next_to_another_part_are_left_out_and_counted(caplog):
    caplog.set_level("INFO", logger="deepchem_genomics")
    train, valid, test = BlockSplitter(guard=1_000).split(dataset_of(tiles(1_000)))
    assert (train[-1], valid[0], valid[-1], test[0]) == (777, 800, 877, 900)
    # Between them 1,000 bases or more, and fewer if one more window were kept.
    assert [50 * (800 - 777) - 101, 50 * (900 - 877) - 101] == [1_049, 1_049]
    assert re.search(mentions("BlockSplitter", "1000 bp", "22 train", "22 valid"), caplog.text)
    assert re.search(mentions("BlockSplitter", "44 of 1000", "4.4%"), caplog.text)


def test_block__touching_windows_may_be_in_different_parts():
    train, valid, test = BlockSplitter(guard=0).split(dataset_of(tiles(100, stride=101)))
    assert (len(train), len(valid), len(test)) == (80, 10, 10)


def test_block__windows_of_a_block_stay_together_and_seeds_differ():
    dataset = dataset_of(tiles(1_000))
    block = (np.arange(1_000) * 50 + 50) // 5_000
    tests = set()
    for seed in range(4):
        parts = BlockSplitter(5_000, guard=0).split(dataset, seed=seed)
        blocks = [set(block[rows]) for rows in parts]
        assert not any(one & other for one, other in itertools.combinations(blocks, 2))
        tests.add(tuple(parts[2]))
    assert len(tests) > 1


def test_block__many_windows_left_out_are_a_warning(caplog):
    BlockSplitter(guard=2_000).split(dataset_of(tiles(500)))
    assert [record.levelname for record in caplog.records if "in no part" in record.getMessage()] == ["WARNING"]


@pytest.mark.parametrize(
    ("splitter", "n", "facts"),
    [
        (BlockSplitter(), 2, ("valid", "2")),
        (BlockSplitter(guard=5_000), 100, ("train", "80")),
        (BlockSplitter(10_000), 100, ("1 blocks", "10000 bp", "train", "valid", "test")),
        (BlockSplitter(1_000, 5_000), 100, ("overlap", "5000 bp")),
    ],
)
def test_block__says_why_a_part_is_empty(splitter, n, facts):
    with pytest.raises(SplitError, match=mentions(*facts)):
        splitter.split(dataset_of(tiles(n)))


def test_block__says_why_a_fold_is_empty():
    with pytest.raises(SplitError, match=mentions("fold 1", "2", "50", "10000 bp")):
        BlockSplitter(guard=10_000).k_fold_split(dataset_of(tiles(50)), 2)
    with pytest.raises(SplitError, match=mentions("fold 1", "4", "2")):
        BlockSplitter(guard=0).k_fold_split(dataset_of(tiles(2, stride=500)), 4)


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        ({"guard": -1}, ("guard", "-1", "0")),
        ({"guard": None}, ("guard", "None", "0")),
        ({"block_size": 0}, ("block_size", "0", "1")),
        ({"block_size": 1e6}, ("block_size", "1000000.0")),
    ],
)
def test_block__sizes_are_whole_numbers_of_bases(arguments, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        BlockSplitter(**arguments)


def test_block__a_part_without_positives_is_a_warning(caplog):
    y = np.zeros((100, 1))
    y[:50:10] = 1
    BlockSplitter(guard=0).split(dataset_of(tiles(100, stride=101), y))
    assert re.search(mentions("BlockSplitter", "10 rows (10.0%)", "0 positive"), caplog.text)
