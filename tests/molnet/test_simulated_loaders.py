"""Simulated data sets, loaded as MoleculeNet loads its own."""

import inspect
import tempfile
from pathlib import Path

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import molnet
from deepchem_genomics._version import __version__
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import decode
from deepchem_genomics.molnet import loader as molnet_loader
from deepchem_genomics.simulate import simulate_sirna, simulate_tf_binding
from deepchem_genomics.splits import SimilaritySplitter

LOADERS = [pytest.param(function, id=name) for name, function in molnet.loaders.items() if "simulated" in name]


class LengthFeaturizer(dc.feat.Featurizer):
    """The number of A in each sequence, in a way that needs strings."""

    def _featurize(self, datapoint, **kwargs):
        return np.array([datapoint.count("A"), len(datapoint)])


@pytest.fixture
def simulations(monkeypatch):
    """Count how often data are made."""
    made = []
    create = molnet_loader.SimulatedLoader.create_dataset
    monkeypatch.setattr(
        molnet_loader.SimulatedLoader, "create_dataset", lambda self: (made.append(self.parameters), create(self))[1]
    )
    return made


@pytest.mark.parametrize("load", LOADERS)
def test_load__has_the_signature_of_a_molnet_loader(load):
    stock = list(inspect.signature(dc.molnet.load_delaney).parameters)
    assert list(inspect.signature(load).parameters)[: len(stock) - 1] == stock[:-1]  # the last is **kwargs
    assert load.__name__ == f"load_{next(name for name, function in molnet.loaders.items() if function is load)}"


def test_load_simulated_tf__rows_are_those_of_the_simulation(tmp_path):
    tasks, parts, transformers = molnet.load_simulated_tf(n=9_000, seed=3, save_dir=str(tmp_path))
    assert (tasks, transformers) == (["bound"], [])
    assert [len(part) for part in parts] == [7_200, 900, 900]
    simulated = simulate_tf_binding(9_000, seed=3)
    row_of = {name: row for row, name in enumerate(simulated.ids)}
    rows = [row_of[name] for part in parts for name in part.ids]
    assert sorted(rows) == list(range(9_000))
    for name in ("X", "y", "w"):
        together = np.concatenate([getattr(part, name) for part in parts])
        np.testing.assert_array_equal(together, getattr(simulated, name)[rows])
        assert together.dtype == getattr(simulated, name).dtype


def test_load_simulated_sirna__rows_are_those_of_the_simulation(tmp_path):
    tasks, (everything,), _ = molnet.load_simulated_sirna(splitter=None, save_dir=str(tmp_path))
    simulated = simulate_sirna()
    assert tasks == ["efficacy"]
    assert everything.get_task_names().tolist() == ["efficacy"]
    for name in ("X", "y", "w", "ids"):
        np.testing.assert_array_equal(getattr(everything, name), getattr(simulated, name))


@pytest.mark.parametrize("load", LOADERS)
@pytest.mark.parametrize("splitter", ["random", None])
def test_load__makes_the_data_once(load, splitter, tmp_path, simulations):
    first = load(n=200, splitter=splitter, save_dir=str(tmp_path))
    again = load(n=200, splitter=splitter, save_dir=str(tmp_path))
    assert len(simulations) == 1
    for part, part_again in zip(first[1], again[1], strict=True):
        np.testing.assert_array_equal(part.X, part_again.X)
        np.testing.assert_array_equal(part.ids, part_again.ids)
    assert first[0] == again[0]


@pytest.mark.parametrize("splitter", ["random", None])
def test_load__killed_while_it_keeps_the_data_leaves_nothing_that_is_taken_for_them(
    splitter, tmp_path, simulations, monkeypatch
):
    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(molnet_loader, "save_transformers", die)
        patched.setattr("shutil.rmtree", lambda *_, **__: None)  # as little as a kill would remove
        molnet.load_simulated_sirna(n=100, splitter=splitter, save_dir=str(tmp_path))
    expected = molnet.load_simulated_sirna(n=100, splitter=splitter, reload=False, save_dir=str(tmp_path / "other"))[1]
    for _ in range(2):
        _, found, _ = molnet.load_simulated_sirna(n=100, splitter=splitter, save_dir=str(tmp_path))
        for part, wanted in zip(found, expected, strict=True):
            np.testing.assert_array_equal(part.X, wanted.X)
            np.testing.assert_array_equal(part.ids, wanted.ids)
    assert len(simulations) == 3


def test_load__half_a_folder_of_an_earlier_version_is_made_again(tmp_path, simulations):
    _, (train, _, _), _ = molnet.load_simulated_sirna(n=100, save_dir=str(tmp_path))
    Path(train.data_dir).with_name("transformers.pkl").unlink()
    _, (again, _, _), _ = molnet.load_simulated_sirna(n=100, save_dir=str(tmp_path))
    np.testing.assert_array_equal(again.ids, train.ids)
    assert len(simulations) == 2


def test_load__every_parameter_is_in_the_folders_name(tmp_path, simulations):
    for changed in ({}, {"n": 300}, {"seed": 1}, {"length": 60}, {"prevalence": 0.02}):
        options = {"n": 200, **changed}
        _, (train, _, _), _ = molnet.load_simulated_tf(**options, save_dir=str(tmp_path))
        assert len(train) == options["n"] * 8 // 10
        assert train.X.shape[1] == options.get("length", 101)
    assert len(simulations) == 5
    folder = f"simulated_tf_n_200_seed_0_length_101_prevalence_0.01_version_{__version__}-featurized"
    assert (tmp_path / folder / "OneHotNucleotideFeaturizer" / "RandomSplitter" / "train_dir").is_dir()


@pytest.mark.parametrize("load", LOADERS)
def test_load__without_reload_nothing_is_kept(load, tmp_path, simulations):
    for _ in range(2):
        load(n=200, reload=False, save_dir=str(tmp_path))
    assert len(simulations) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("splitter", ["random", "stratified", "block", "index"])
def test_load__a_seed_gives_one_split_and_the_global_generator_stays_as_it_was(splitter, tmp_path):
    before = np.random.get_state()
    splits = []
    for folder in ("one", "other"):
        _, parts, _ = molnet.load_simulated_tf(n=2_000, splitter=splitter, save_dir=str(tmp_path / folder))
        splits.append([part.ids.tolist() for part in parts])
        np.random.random(3)
        np.random.set_state(before)
    assert splits[0] == splits[1]
    after = np.random.get_state()
    np.testing.assert_array_equal(before[1], after[1])
    assert before[2:] == after[2:]


def test_load__the_global_generator_stays_as_it_was_when_loading_fails(tmp_path):
    before = np.random.get_state()
    with pytest.raises(BadValueError, match="prevalence"):
        molnet.load_simulated_tf(prevalence=0.5, save_dir=str(tmp_path))
    np.testing.assert_array_equal(before[1], np.random.get_state()[1])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", [-1, 0.5, "0"])
def test_load__a_seed_is_a_whole_number(seed, tmp_path):
    with pytest.raises(BadValueError, match=mentions("seed", repr(seed))):
        molnet.load_simulated_sirna(seed=seed, save_dir=str(tmp_path))


def test_load__leaves_no_copy_of_the_whole_behind(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    made = []
    create = molnet_loader.SimulatedLoader.create_dataset
    monkeypatch.setattr(
        molnet_loader.SimulatedLoader, "create_dataset", lambda self: (create(self), made.append(self._folder))[0]
    )
    molnet.load_simulated_sirna(n=100, save_dir=str(tmp_path))
    for reload in (True, False):
        molnet.load_simulated_sirna(
            n=100, splitter=None, transformers=["normalization"], reload=reload, save_dir=str(tmp_path)
        )
    assert len(made) == 3
    assert not any(Path(folder).exists() for folder in made)
    _, (whole,), _ = molnet.load_simulated_sirna(n=100, splitter=None, reload=False, save_dir=str(tmp_path))
    assert whole.X.shape == (100, 21, 4)  # not removed before it is used


def test_load__another_featurizer_gets_strings(tmp_path):
    _, (everything,), _ = molnet.load_simulated_sirna(LengthFeaturizer(), None, n=50, save_dir=str(tmp_path))
    guides = simulate_sirna(50).sequences
    np.testing.assert_array_equal(everything.X, [[guide.count("A"), 21] for guide in guides])
    _, (everything,), _ = molnet.load_simulated_tf(LengthFeaturizer(), None, n=50, save_dir=str(tmp_path))
    windows = decode(simulate_tf_binding(50).X)
    np.testing.assert_array_equal(everything.X, [[window.count("A"), 101] for window in windows])


@pytest.mark.filterwarnings("ignore")
def test_load__a_featurizer_that_fails_is_an_error(tmp_path):
    class Failing(dc.feat.Featurizer):
        def featurize(self, datapoints, log_every_n=1000, **kwargs):
            return [np.array([]) if number == 2 else np.ones(3) for number, _ in enumerate(datapoints)]

    guide = simulate_sirna(5).sequences[2]
    with pytest.raises(
        BadValueError, match=mentions("Failing", "4 of 5", f"'{guide}'", "'dna-onehot'", "'rna-onehot'")
    ):
        molnet.load_simulated_sirna(Failing(), n=5, save_dir=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_load__transformers_are_fitted_on_the_training_set_and_kept(tmp_path):
    for _ in range(2):
        _, (train, _, _), transformers = molnet.load_simulated_sirna(
            transformers=["normalization"], save_dir=str(tmp_path)
        )
        assert isinstance(transformers[0], dc.trans.NormalizationTransformer)
        assert abs(float(train.y.mean())) < 1e-6


def test_load__our_splitters_go_by_name_or_as_they_are(tmp_path):
    for splitter in ("similarity", SimilaritySplitter(k=15)):
        _, parts, _ = molnet.load_simulated_tf(n=500, splitter=splitter, save_dir=str(tmp_path))
        assert [len(part) for part in parts] == [400, 50, 50]


GROUPS = [np.arange(200) // 10, np.arange(200) % 20]


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (
            {"splitter": dc.splits.SpecifiedSplitter([0, 1], [2])},
            {"splitter": dc.splits.SpecifiedSplitter([0, 5], [2])},
        ),
        (
            {"splitter": dc.splits.RandomGroupSplitter(GROUPS[0])},
            {"splitter": dc.splits.RandomGroupSplitter(GROUPS[1])},
        ),
        (
            {"featurizer": dc.feat.OneHotFeaturizer(charset=list("ACGU"), max_length=21)},
            {"featurizer": dc.feat.OneHotFeaturizer(charset=list("UGCA"), max_length=21)},
        ),
        (
            {"transformers": [dc.molnet.TransformerGenerator(dc.trans.PowerTransformer, transform_y=True, powers=[1])]},
            {"transformers": [dc.molnet.TransformerGenerator(dc.trans.PowerTransformer, transform_y=True, powers=[2])]},
        ),
    ],
    ids=["indices", "groups", "charset", "powers"],
)
def test_load__arguments_that_are_lists_are_told_apart(first, other, tmp_path, simulations):
    def parts(options):
        _, found, _ = molnet.load_simulated_sirna(**{"n": 200, "save_dir": str(tmp_path), **options})
        return [(part.ids.tolist(), part.X.tolist(), part.y.tolist()) for part in found]

    ones, others = parts(first), parts(other)
    assert ones != others
    assert (parts(first), parts(other)) == (ones, others)
    assert len(simulations) == 2


class Masking(dc.feat.Featurizer):
    """Hide what a function says."""

    def __init__(self, function):
        self.function = function

    def _featurize(self, datapoint, **kwargs):
        return np.array([self.function(letter) for letter in datapoint])


def test_load__what_cannot_be_named_is_not_kept(tmp_path, simulations):
    options = {"n": 20, "splitter": None, "save_dir": str(tmp_path)}
    for wanted in (
        {"featurizer": Masking(lambda letter: letter == "A")},
        {"featurizer": Masking(Path(__file__).open().read)},  # noqa: SIM115
        {"transformers": [dc.molnet.TransformerGenerator(dc.trans.NormalizationTransformer, move=lambda: 1)]},
    ):
        with pytest.raises(BadValueError, match=mentions(next(iter(wanted)), "reload=False")):
            molnet.load_simulated_sirna(**wanted, **options)
    assert not simulations
    assert list(tmp_path.iterdir()) == []
    featurizer = Masking(lambda letter: letter == "A")
    _, (whole,), _ = molnet.load_simulated_sirna(featurizer, reload=False, **options)
    assert whole.X.shape == (20, 21)
    molnet.load_simulated_sirna(Masking(str.isupper), **options)


@pytest.mark.parametrize("load", LOADERS)
@pytest.mark.parametrize(
    "splitter",
    [
        "scaffold",
        "butina",
        "fingerprint",
        "Scaffold",
        "task",
        dc.splits.MaxMinSplitter(),
        dc.splits.MolecularWeightSplitter(),
    ],
)
def test_load__refuses_splitters_of_molecules_before_any_work(load, splitter, tmp_path, simulations):
    name = repr(splitter) if isinstance(splitter, str) else type(splitter).__name__
    with pytest.raises(BadValueError, match=mentions(name, "index, random, similarity, stratified")) as error:
        load(n=50, splitter=splitter, save_dir=str(tmp_path))
    assert "butina," not in str(error.value)
    assert not simulations
    assert list(tmp_path.iterdir()) == []


def test_load__names_splitters_that_its_ids_allow(tmp_path, simulations):
    with pytest.raises(BadValueError, match=mentions("'block'", "positions", "index, random, similarity")):
        molnet.load_simulated_sirna(splitter="block", save_dir=str(tmp_path))
    with pytest.raises(BadValueError, match=mentions("'scaffold'", "block, chromosome, index")):
        molnet.load_simulated_tf(splitter="scaffold", save_dir=str(tmp_path))
    assert not simulations


@pytest.mark.parametrize(
    ("given", "facts"),
    [
        (["nosuch"], ("transformer", "'nosuch'", "balancing")),
        (["normalisation"], ("mean normalization?",)),
        ("normalization", ("transformers", "'normalization'", "list")),
        (5, ("transformers", "5", "list")),
        ([dc.trans.NormalizationTransformer], ("'normalization'", "type")),
    ],
)
def test_load__refuses_transformers_that_there_are_not(given, facts, tmp_path, simulations):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        molnet.load_simulated_sirna(transformers=given, save_dir=str(tmp_path))
    assert not simulations


def test_load__lists_the_names_that_there_are(tmp_path):
    with pytest.raises(BadValueError, match=mentions("featurizer", "onehot-dna", "dna-onehot, ecfp")):
        molnet.load_simulated_tf("onehot-dna", save_dir=str(tmp_path))
    with pytest.raises(BadValueError, match=mentions("splitter", "chromosomes", "block, chromosome, index")):
        molnet.load_simulated_tf(splitter="chromosomes", save_dir=str(tmp_path))
    with pytest.raises(BadValueError, match=mentions("'muv'", "gue_tf, jund, simulated_sirna, simulated_tf, sirna")):
        molnet.load("muv")


def test_load__by_name_passes_options_on(tmp_path):
    tasks, parts, _ = molnet.load("simulated_sirna", n=100, seed=4, save_dir=str(tmp_path))
    assert tasks == ["efficacy"]
    assert parts[0].ids[0].startswith("simulated4:guide")
    with pytest.raises(TypeError, match=mentions("keyword", "prevalence")):
        molnet.load("simulated_sirna", prevalence=0.1, save_dir=str(tmp_path))
    with pytest.raises(TypeError, match=mentions("'prevalance'", "mean prevalence?")):
        molnet.load("simulated_tf", prevalance=0.1, save_dir=str(tmp_path))


def test_simulated_accessibility__has_a_value_for_each_window(tmp_path):
    options = {"n": 500, "seed": 2, "prevalence": 0.05}
    _, parts, _ = molnet.load_simulated_tf(**options, save_dir=str(tmp_path))
    accessibility = molnet.simulated_accessibility(**options)
    assert accessibility.names == ("accessibility",)
    simulated = simulate_tf_binding(**options)
    expected = dict(zip(simulated.ids, simulated.accessibility, strict=True))
    for part in parts:
        values = accessibility.lookup(part.ids)
        np.testing.assert_array_equal(values[:, 0], [expected[name] for name in part.ids])
