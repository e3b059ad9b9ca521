"""How rows are divided, and how near their parts are to each other, is found without a copy of their ids."""

import gzip
import tracemalloc

import numpy as np
import pytest
from deepchem.data import DiskDataset, NumpyDataset
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.data.dividing import NEAR, Division, count_neighbors, divide, guess_split
from deepchem_genomics.errors import SplitError
from deepchem_genomics.splits.base import copy_rows

N_IDS = 20_000


def with_ids(ids):
    return NumpyDataset(np.zeros((len(ids), 1), np.int8), ids=np.array(ids, dtype=object))


def with_labels(ids, y):
    return NumpyDataset(np.zeros((len(ids), 1), np.int8), y, ids=np.array(ids, dtype=object))


def peak_of(call):
    """Return what a call returned, and the most bytes that it took."""
    tracemalloc.start()
    found = call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found, peak


@pytest.mark.parametrize(
    ("ids", "split"),
    [
        ([f"chr1:{101 * i}-{101 * i + 101}" for i in range(N_IDS)], "block"),
        ([f"chr{1 + i % 4}:{101 * i}-{101 * i + 101}" for i in range(N_IDS)], "chromosome"),
        ([f"guide {i}" for i in range(N_IDS)], "similarity"),
    ],
)
def test_guess_split__takes_little_more_memory_than_the_places(ids, split):
    dataset = with_ids(ids)
    guess_split(with_ids(ids[:1]))  # imports what it needs
    found, peak = peak_of(lambda: guess_split(dataset))
    assert found == split
    assert peak < 60 * N_IDS  # three numbers an id
    assert guess_split(NumpyDataset(dataset.X, ids=np.array(ids))) == split


@given(*[st.lists(st.tuples(st.sampled_from(["chr1", "2"]), st.integers(0, 9000)), min_size=1, max_size=20)] * 3)
def test_count_neighbors__agrees_with_comparing_all_pairs(train, other, third):
    others = (other, third)
    ids = [[f"{chrom}:{start}-{start + 101}" for chrom, start in part] for part in (train, *others)]
    same = [len(set(train) & set(part)) for part in others]
    close = [sum(any(a == b and abs(start - x) < NEAR + 101 for b, x in train) for a, start in part) for part in others]
    assert count_neighbors(*map(with_ids, ids)) == list(zip(same, close, strict=True))


def test_count_neighbors__counts_copies_of_what_has_no_place():
    assert count_neighbors(with_ids(["a", "b", "b"]), with_ids(["b", "c", "chr1:5-9"])) == [(1, 0)]
    windows = [with_ids([f"chr1:{start}-{start + 9}"]) for start in (0, 99)]
    assert count_neighbors(windows[0], with_ids(["a"]), windows[1]) == [(0, 0), (0, 1)]


def test_count_neighbors__holds_no_ids(tmp_path):
    ids = [f"chr1:{101 * i}-{101 * i + 101}" for i in range(N_IDS)]
    train = DiskDataset.from_numpy(np.zeros((N_IDS, 1), np.int8), ids=ids, data_dir=str(tmp_path / "train"))
    train.reshard(500)
    valid = with_ids(ids[:100])
    count_neighbors(valid, valid)
    found, peak = peak_of(lambda: count_neighbors(train, valid))
    assert found == [(100, 100)]
    assert peak < 100 * N_IDS  # as Python objects ids take 90 bytes each, and a set of them 70 more


@pytest.mark.parametrize("division", [Division(), Division(block_size=50_000)])
def test_divide__holds_no_ids(division, tmp_path):
    ids = [f"chr1:{101 * i}-{101 * i + 101}" for i in range(N_IDS)]
    y = (np.arange(N_IDS) % 50 == 0).astype(np.float32)[:, None]
    dataset = DiskDataset.from_numpy(np.zeros((N_IDS, 1), np.int8), y, np.ones_like(y), ids, data_dir=str(tmp_path))
    dataset.reshard(500)
    dataset.memory_cache_size = 0  # of shards that were read
    divide(with_labels(ids[:1000], y[:1000]), division, seed=0)  # imports what it needs
    parts, peak = peak_of(lambda: divide(dataset, division, seed=0, folder=tmp_path / "parts"))
    assert parts.description["rows"]["train"] > N_IDS // 2
    assert peak < 120 * N_IDS  # as Python objects ids take 90 bytes each, and as an array of text 80 to 100 more


def test_divide__advises_what_it_can_where_windows_are_too_near():
    few = with_labels([f"chr1:{100 * i}-{100 * i + 101}" for i in range(20)], np.arange(20) % 2)
    with pytest.raises(SplitError, match=mentions("1000 bp", "split='random'")) as error:
        divide(few, Division(), seed=0)
    assert "smaller" not in str(error.value)
    assert len(divide(few, Division("random"), seed=0).datasets["train"]) == 16


def test_divide__takes_the_same_rows_by_shards_as_in_memory(tmp_path):
    chance = np.random.default_rng(0)
    starts = chance.permutation(30_000) * 300
    ids = np.array([f"chr{1 + i % 2}:{start}-{start + 101}" for i, start in enumerate(starts[:2000])], dtype=object)
    y = (chance.random((2000, 1)) < 0.2).astype(np.float32)
    dataset = NumpyDataset(np.zeros((2000, 101, 4), np.int8), y, np.ones_like(y), ids)
    on_disk = DiskDataset.from_numpy(dataset.X, y, dataset.w, ids, data_dir=str(tmp_path / "data"))
    on_disk.reshard(300)
    for division in (Division(), Division("random"), Division(block_size=50_000)):
        ours, theirs = (divide(rows, division, seed=3).datasets for rows in (on_disk, dataset))
        assert {part: rows.ids.tolist() for part, rows in ours.items()} == {
            part: rows.ids.tolist() for part, rows in theirs.items()
        }


@pytest.mark.parametrize("labeled", [True, False])
def test_copy_rows__writes_what_deepchem_would(labeled, tmp_path):
    chance = np.random.default_rng(0)

    def shards():
        for n_rows in (7, 5, 9, 1, 7):
            y = chance.random((n_rows, 2)).astype(np.float32) if labeled else None
            ids = np.array([f"row {number}" for number in chance.integers(0, 99, n_rows)])
            yield chance.integers(0, 2, (n_rows, 5, 4)).astype(np.int8), y, None if y is None else y + 1, ids

    dataset = DiskDataset.create_dataset(shards(), str(tmp_path / "data"), ["first", "second"])
    for number, rows in enumerate(([28], range(29), [0, 6, 7, 20, 21, 22, 27], range(12, 21))):
        ours, theirs = tmp_path / f"ours {number}", tmp_path / f"theirs {number}"
        copy_rows(dataset, np.array(rows), str(ours))
        dataset.select(np.array(rows), str(theirs))
        names = sorted(path.name for path in theirs.iterdir())
        assert sorted(path.name for path in ours.iterdir()) == names
        for name in names:
            read = gzip.decompress if name.endswith(".gzip") else bytes  # its header has the time
            assert read((ours / name).read_bytes()) == read((theirs / name).read_bytes())
