"""What DeepChem and this package expect of a splitter, asked of every public one in deepchem_genomics.splits."""

import inspect
import itertools
import random
import re
from pathlib import Path

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import molnet, splits
from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError, SplitError
from deepchem_genomics.splits import BlockSplitter, ChromosomeSplitter, GroupSplitter, SimilaritySplitter

N = 600


def gene_of(window: str) -> str:
    """Neighboring windows are of one gene."""
    return window.split(":")[0] + "/" + str(int(window.split(":")[1].split("-")[0]) // 5_000)


# Each public class, with arguments that between them use every parameter.
CASES = {
    "BlockSplitter": [{"guard": 120}, {"block_size": 2_000, "guard": 0, "stratify": True}],
    "ChromosomeSplitter": [
        {"stratify": True},
        {"valid": ("chr5",), "test": "6"},
        {"train": ["1", "2"], "valid": ["3"], "test": "4"},
    ],
    "GroupSplitter": [{"groups": gene_of}, {"groups": [f"g{row // 7}" for row in range(N)], "stratify": True}],
    "SimilaritySplitter": [{"k": 12}, {"k": 20, "reverse_complement": False, "max_count": 30, "stratify": True}],
}
READS_X = {"SimilaritySplitter"}


def windows() -> dict[str, np.ndarray]:
    """Overlapping windows of six random chromosomes; one in fifty is positive."""
    rng = np.random.default_rng(0)
    rows, ids = [], []
    for chromosome in range(1, 7):
        genome = np.eye(4, dtype=np.int8)[rng.integers(0, 4, 100 * 100 + 101)]
        for start in range(0, 100 * 100, 100):
            rows.append(genome[start : start + 101])
            ids.append(f"chr{chromosome}:{start}-{start + 101}" + ":+" * (chromosome == 3))
    order = rng.permutation(len(rows))
    y = (np.arange(N) % 50 == 0).astype(np.float32)[:, None]
    return {"X": np.array(rows)[order], "y": y, "w": np.ones_like(y), "ids": np.array(ids, dtype=object)[order]}


def on_disk(data: dict[str, np.ndarray], folder: Path) -> dc.data.DiskDataset:
    shards = ([data[name][start : start + 250] for name in ("X", "y", "w", "ids")] for start in range(0, N, 250))
    return dc.data.DiskDataset.create_dataset(shards, str(folder), tasks=["bound"])


@pytest.fixture(scope="module")
def data():
    return windows()


@pytest.fixture(scope="module", params=["NumpyDataset", "DiskDataset"])
def dataset(request, data, tmp_path_factory):
    if request.param == "NumpyDataset":
        return dc.data.NumpyDataset(**data)
    return on_disk(data, tmp_path_factory.mktemp("windows"))


@pytest.fixture
def splitter(request):
    name, arguments = request.param
    return getattr(splits, name)(**arguments)


every_splitter = pytest.mark.parametrize(
    "splitter",
    [pytest.param((name, arguments), id=f"{name}-{case}") for name, cases in CASES.items()
     for case, arguments in enumerate(cases)],
    indirect=True,
)  # fmt: skip


def rows_in_no_part(caplog) -> int:
    counts = [re.search(r"(\d+) of \d+ rows .* are in no part", message) for message in caplog.messages]
    return sum(int(count.group(1)) for count in counts if count)


def test_contract__every_public_splitter_has_a_case():
    public = {name for name in splits.__all__ if issubclass(getattr(splits, name), dc.splits.Splitter)}
    assert public == set(splits.__all__) == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_contract__the_cases_use_every_parameter(name):
    parameters = inspect.signature(getattr(splits, name)).parameters.keys()
    assert set(itertools.chain(*CASES[name])) == parameters


@every_splitter
def test_split__no_row_is_in_two_parts_and_those_in_none_are_counted(splitter, dataset, caplog):
    caplog.set_level("INFO", logger="deepchem_genomics")
    parts = splitter.split(dataset, frac_train=0.6, frac_valid=0.2, frac_test=0.2, seed=3)
    for part in parts:
        assert isinstance(part, np.ndarray)
        assert part.dtype == np.int64
        assert len(part)
        assert (np.diff(part) > 0).all()
    together = np.concatenate(parts)
    assert len(np.unique(together)) == len(together) == N - rows_in_no_part(caplog)
    assert set(together) <= set(range(N))


@every_splitter
def test_split__is_the_same_for_the_same_seed_in_memory_and_on_disk(splitter, data, tmp_path):
    memory, disk = dc.data.NumpyDataset(**data), on_disk(data, tmp_path)
    for seed in (0, 17):
        for first, again in zip(splitter.split(memory, seed=seed), splitter.split(disk, seed=seed), strict=True):
            np.testing.assert_array_equal(first, again)
    for first, again in zip(splitter.split(memory), splitter.split(memory, seed=0), strict=True):
        np.testing.assert_array_equal(first, again)


@every_splitter
def test_split__leaves_the_global_generators_and_the_data_alone(splitter, dataset, data):
    before, python_before = np.random.get_state(), random.getstate()
    splitter.split(dataset, seed=1)
    splitter.k_fold_indices(dataset, 3, seed=1)
    after = np.random.get_state()
    assert before[0] == after[0]
    assert before[2:] == after[2:]
    np.testing.assert_array_equal(before[1], after[1])
    assert random.getstate() == python_before
    for name, values in data.items():
        np.testing.assert_array_equal(getattr(dataset, name), values)


@every_splitter
def test_k_fold__each_row_is_held_out_once_and_never_trained_on_then(splitter, dataset, caplog):
    caplog.set_level("INFO", logger="deepchem_genomics")
    folds = splitter.k_fold_indices(dataset, 3, seed=2)
    assert len(folds) == 3
    np.testing.assert_array_equal(np.sort(np.concatenate([held_out for _, held_out in folds])), np.arange(N))
    for train, held_out in folds:
        assert len(train)
        assert len(held_out)
        assert not set(train) & set(held_out)
        assert (np.diff(train) > 0).all()
        assert (np.diff(held_out) > 0).all()
    assert sum(len(train) + len(held_out) for train, held_out in folds) == 3 * N - rows_in_no_part(caplog)


@every_splitter
def test_k_fold_split__selects_the_rows_of_each_fold(splitter, dataset):
    folds = splitter.k_fold_split(dataset, 3, seed=2)
    for (train, held_out), rows in zip(folds, splitter.k_fold_indices(dataset, 3, seed=2), strict=True):
        for part, part_rows in zip((train, held_out), rows, strict=True):
            assert type(part) is type(dataset)
            np.testing.assert_array_equal(part.ids, dataset.ids[part_rows])
            np.testing.assert_array_equal(part.X, dataset.X[part_rows])
            np.testing.assert_array_equal(part.y, dataset.y[part_rows])


@every_splitter
def test_train_valid_test_split__selects_the_rows_of_each_part(splitter, dataset):
    parts = splitter.train_valid_test_split(dataset, seed=4)
    for part, rows in zip(parts, splitter.split(dataset, seed=4), strict=True):
        assert type(part) is type(dataset)
        assert part.X.dtype == np.int8
        np.testing.assert_array_equal(part.ids, dataset.ids[rows])
        np.testing.assert_array_equal(part.X, dataset.X[rows])


@every_splitter
def test_train_test_split__gives_two_parts(splitter, dataset):
    train, test = splitter.train_test_split(dataset, frac_train=0.7, seed=4)
    assert len(train)
    assert len(test)
    assert not set(train.ids) & set(test.ids)


@every_splitter
def test_k_fold_split__uses_the_folders_it_is_given(splitter, dataset, tmp_path):
    folders = [str(tmp_path / str(number)) for number in range(6)]
    splitter.k_fold_split(dataset, 3, directories=folders)
    for folder, rows in zip(folders, itertools.chain(*splitter.k_fold_indices(dataset, 3)), strict=True):
        np.testing.assert_array_equal(dc.data.DiskDataset(folder).ids, dataset.ids[rows])
    with pytest.raises(ShapeMismatchError, match=mentions("3", "directories", "folds")):
        splitter.k_fold_split(dataset, 3, directories=folders[:3])


@every_splitter
def test_split__reads_no_x_unless_it_must(splitter, data, tmp_path):
    disk = on_disk(data, tmp_path)
    whole = splitter.split(disk)
    for shard in tmp_path.glob("*-X.npy"):
        shard.unlink()
    disk = dc.data.DiskDataset(str(tmp_path))
    if type(splitter).__name__ in READS_X:
        pytest.skip("it compares the sequences")
    for first, again in zip(whole, splitter.split(disk), strict=True):
        np.testing.assert_array_equal(first, again)


@every_splitter
def test_split__wants_fractions_that_make_a_whole_and_rows(splitter, data):
    memory = dc.data.NumpyDataset(**data)
    with pytest.raises(SplitError, match=mentions("0.8, 0.1, 0.2", "0", "1")):
        splitter.split(memory, 0.8, 0.1, 0.2)
    with pytest.raises(SplitError, match=mentions("fractions", "0", "1")):
        splitter.split(memory, 1.2, -0.1, -0.1)
    for k in (1, 2.0, True):
        with pytest.raises(SplitError, match=mentions("folds", "2")):
            splitter.k_fold_split(memory, k)
    empty = memory.select([])
    for attempt in (splitter.split, lambda dataset: splitter.k_fold_split(dataset, 2)):
        with pytest.raises(EmptyInputError, match=mentions("rows")):
            attempt(empty)


@every_splitter
def test_split__logs_the_positives_of_each_part(splitter, dataset, caplog):
    caplog.set_level("INFO", logger="deepchem_genomics")
    parts = splitter.split(dataset, seed=3)
    sizes = [
        f"{name} {len(rows)} rows ({len(rows) / N:.1%}), {int(dataset.y[rows].sum())} positive"
        for name, rows in zip(("train", "valid", "test"), parts, strict=True)
    ]
    assert f"{type(splitter).__name__}: {'; '.join(sizes)}" in caplog.messages


@pytest.mark.parametrize(
    "splitter",
    [BlockSplitter(guard=0), ChromosomeSplitter(test="simulated0"), GroupSplitter(gene_of), SimilaritySplitter()],
    ids=lambda splitter: type(splitter).__name__,
)
def test_molnet__loaders_split_by_it_and_find_the_split_again(splitter, tmp_path):
    def load():
        return molnet.load_simulated_tf(n=400, splitter=splitter, save_dir=str(tmp_path))[1]

    if isinstance(splitter, ChromosomeSplitter):
        with pytest.raises(SplitError, match=mentions("train")):  # simulated windows are all on one chromosome
            load()
        return
    first, again = load(), load()
    for part, part_again in zip(first, again, strict=True):
        assert len(part)
        assert part.data_dir == part_again.data_dir
        np.testing.assert_array_equal(part.ids, part_again.ids)


@pytest.mark.parametrize("name", CASES)
def test_str__names_a_folder_and_tells_arguments_apart(name):
    instances = [getattr(splits, name)(**arguments) for arguments in CASES[name]]
    folders = {str(instance) for instance in instances}
    assert len(folders) == len(instances)
    for folder in folders:
        assert re.fullmatch(r"[\w.-]{1,150}", folder), folder
    assert folders == {str(getattr(splits, name)(**arguments)) for arguments in CASES[name]}
    assert all(repr(instance).startswith(f"{name}[") for instance in instances)
