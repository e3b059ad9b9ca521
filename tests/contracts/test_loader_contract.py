"""What DeepChem and this package expect of a loader, asked of every public one in deepchem_genomics.data."""

import inspect
import json

import deepchem as dc
import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics import data
from deepchem_genomics.data import builders
from deepchem_genomics.feat import OneHotNucleotideFeaturizer

LOADERS = {
    name: loader
    for name, loader in ((name, getattr(data, name)) for name in data.__all__)
    if inspect.isclass(loader) and issubclass(loader, dc.data.DataLoader)
}
SHARED = ("balance", "shuffle_seed", "jobs", "scheduler", "overwrite", "progress")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    rng = np.random.default_rng(0)
    genome = "".join(rng.choice(list("ACGT"), 600))
    (folder / "toy.fa").write_text(f">chr1\n{genome}\n")
    starts = rng.permutation(590)[:90]
    (folder / "sites.tsv").write_text("".join(f"chr1\t{start}\t{start + 10}\t{start % 2}\n" for start in starts))
    (folder / "peaks.bed").write_text("chr1\t50\t200\nchr1\t300\t310\n")
    (folder / "table.csv").write_text(
        "".join(["sequence,label\n", *(f"{genome[start : start + 10]},{start % 2}\n" for start in starts)])
    )
    return folder


# For each: how to make it with more options, and what it reads.
CASES = {
    "IntervalLoader": (
        lambda files, make=data.IntervalLoader, **options: make(["label"], files / "toy.fa", **options),
        "sites.tsv",
    ),
    "SequenceLoader": (lambda files, make=data.SequenceLoader, **options: make(["label"], **options), "table.csv"),
    "TileLoader": (
        lambda files, make=data.TileLoader, **options: make(files / "toy.fa", length=10, **options),
        "peaks.bed",
    ),
}


@pytest.fixture(params=CASES)
def case(request, files):
    make, name = CASES[request.param]
    return lambda **options: make(files, **options), files / name


def test_contract__every_public_loader_has_a_case():
    assert LOADERS.keys() == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_contract__loaders_share_the_options_of_a_build(files, name):
    options = dict(zip(SHARED, (True, 7, 2, None, True, False), strict=True))
    taken = CASES[name][0](files, **options).options
    assert {option: getattr(taken, option) for option in SHARED} == options
    with pytest.raises(TypeError, match="shuffle"):
        CASES[name][0](files, shuffle=True)
    signature = inspect.signature(LOADERS[name].create_dataset).parameters
    theirs = inspect.signature(dc.data.DataLoader.create_dataset).parameters
    assert list(signature) == list(theirs)
    assert [p.default for p in signature.values()] == [p.default for p in theirs.values()]


def test_contract__is_a_deepchem_loader_with_its_attributes(case):
    make, _ = case
    loader = make()
    assert isinstance(loader, dc.data.DataLoader)
    assert isinstance(loader.user_specified_features, list) or loader.user_specified_features is None
    assert isinstance(loader.featurizer, OneHotNucleotideFeaturizer)


def test_contract__gives_a_dataset_that_deepchem_works_on(case, tmp_path):
    make, source = case
    dataset = make().create_dataset(str(source), str(tmp_path / "data"), shard_size=16)
    assert isinstance(dataset, dc.data.DiskDataset)
    n = len(dataset)
    assert dataset.X.shape == (n, 10, 4)
    assert dataset.X.dtype == np.int8
    assert dataset.y.shape == dataset.w.shape == (n, 1)
    assert len(set(dataset.ids.tolist())) == n
    reopened = dc.data.DiskDataset(str(tmp_path / "data"))
    for name in ("X", "y", "w", "ids"):
        np.testing.assert_array_equal(getattr(reopened, name), getattr(dataset, name))
    assert reopened.get_number_shards() == -(-n // 16)
    train, test = dc.splits.RandomSplitter().train_test_split(reopened, seed=0)
    assert len(train) + len(test) == n
    balanced = dc.trans.BalancingTransformer(train).transform(train)
    assert len(balanced) == len(train)


def test_contract__one_input_and_a_list_of_it_are_the_same(case, tmp_path, content):
    make, source = case
    make().create_dataset(source, tmp_path / "one")
    make().create_dataset([source], tmp_path / "listed")
    assert content(tmp_path / "one") == content(tmp_path / "listed")


@pytest.mark.parametrize("name", CASES)
def test_contract__the_folder_is_the_same_without_deepchem(files, name, tmp_path, content):
    make, source = CASES[name]
    make(files, shuffle_seed=2, balance=True).create_dataset(files / source, tmp_path / "loaded", 16)
    builder = make(files, getattr(builders, name.replace("Loader", "Builder")), shuffle_seed=2, balance=True)
    assert builder.build(files / source, tmp_path / "built", 16) == tmp_path / "built"
    assert content(tmp_path / "built") == content(tmp_path / "loaded")


def test_contract__without_a_folder_a_temporary_one_is_made(case):
    make, source = case
    first, second = make().create_dataset(source), make().create_dataset(source)
    assert first.data_dir != second.data_dir
    np.testing.assert_array_equal(first.X, second.X)


def test_contract__shuffling_rearranges_and_nothing_else(case, tmp_path):
    make, source = case
    plain = make().create_dataset(source, tmp_path / "plain")
    shuffled = make(shuffle_seed=4).create_dataset(source, tmp_path / "shuffled", shard_size=7)
    order = np.random.default_rng(4).permutation(np.arange(len(plain)))
    for name in ("X", "y", "w", "ids"):
        np.testing.assert_array_equal(getattr(shuffled, name), getattr(plain, name)[order])


def test_contract__balanced_classes_weigh_alike(case, tmp_path):
    make, source = case
    dataset = make(balance=True).create_dataset(source, tmp_path / "data")
    w, y = dataset.w.astype(np.float64), dataset.y
    assert w[y == 1].sum() == pytest.approx(w[y == 0].sum())
    assert w.sum() == pytest.approx(len(dataset))


def test_contract__an_existing_folder_is_refused_unless_told(case, tmp_path):
    make, source = case
    make().create_dataset(source, tmp_path / "data")
    with pytest.raises(FileExistsError, match=mentions("data")):
        make().create_dataset(source, tmp_path / "data")
    make(overwrite=True).create_dataset(source, tmp_path / "data")


def test_contract__the_manifest_has_what_readers_rely_on(case, tmp_path):
    make, source = case
    dataset = make().create_dataset(source, tmp_path / "data")
    manifest = json.loads((tmp_path / "data" / "manifest.json").read_text())
    assert manifest.keys() >= {
        "format", "loader", "inputs", "tasks", "tracks", "alphabet", "length", "featurizer", "parameters", "rows",
        "labels", "versions",
    }  # fmt: skip
    assert manifest["loader"] == type(make()).__name__
    assert manifest["tasks"] == dataset.tasks.tolist()
    assert manifest["rows"]["kept"] == len(dataset)
    assert manifest["rows"]["read"] == manifest["rows"]["kept"] + sum(manifest["rows"]["dropped"].values())


def test_contract__inputs_and_random_state_are_left_alone(case, tmp_path):
    make, source = case
    before, state = source.read_bytes(), np.random.get_state()[1].copy()
    make(shuffle_seed=1, balance=True).create_dataset(source, tmp_path / "data")
    assert source.read_bytes() == before
    np.testing.assert_array_equal(np.random.get_state()[1], state)


def test_contract__tables_given_in_memory_are_not_modified(files, tmp_path):
    table = pd.read_csv(files / "sites.tsv", sep="\t", names=["chrom", "start", "end", "label"])
    before = table.copy(deep=True)
    data.IntervalLoader(["label"], files / "toy.fa", length=5).create_dataset(table, tmp_path / "i")
    data.TileLoader(files / "toy.fa", length=5).create_dataset(table, tmp_path / "t")
    pd.testing.assert_frame_equal(table, before)


@pytest.fixture
def content():
    return lambda folder: {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
