"""Our names in DeepChem's MoleculeNet."""

import csv

import deepchem as dc
import numpy as np
import pytest
from deepchem.molnet import _MolnetLoader
from messages import mentions

from deepchem_genomics import molnet, register
from deepchem_genomics.errors import NameTakenError, UnknownBaseError
from deepchem_genomics.feat import OneHotNucleotideFeaturizer
from deepchem_genomics.splits import ChromosomeSplitter, SimilaritySplitter


@pytest.fixture(autouse=True)
def _nothing_registered_before_and_after():
    tables = [
        (dc.molnet.featurizers, molnet.featurizers),
        (dc.molnet.splitters, molnet.splitters),
        (vars(dc.molnet), {f"load_{name}": None for name in molnet.loaders}),
    ]

    def forget():
        for table, ours in tables:
            for name in ours:
                table.pop(name, None)

    forget()
    yield
    forget()


class CsvLoader(_MolnetLoader):
    """A loader such as anyone may write for a table with a column of sequences."""

    created = 0

    def create_dataset(self):
        type(self).created += 1
        loader = dc.data.CSVLoader(self.tasks, self.featurizer, feature_field="sequence", id_field="window")
        return loader.create_dataset(self.args["path"])


@pytest.fixture
def table(tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "windows.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["window", "sequence", "bound"])
        for number in range(100):
            start = number % 10 * 500
            sequence = "".join(rng.choice(list("ACGT"), 30))
            writer.writerow([f"chr{number // 10 + 1}:{start}-{start + 30}", sequence, number % 2])
    return path


def load(table, featurizer="dna-onehot", splitter="chromosome", reload=True):
    loader = CsvLoader(featurizer, splitter, [], ["bound"], None, str(table.parent / "cache"), path=str(table))
    return loader.load_dataset("windows", reload)


def test_register__says_what_there_is_and_is_the_same_the_second_time():
    first = register()
    assert first.featurizers == ("dna-gapped-kmers", "dna-kmers", "dna-onehot", "rna-guide", "rna-kmers", "rna-onehot")
    assert first.splitters == ("block", "chromosome", "similarity")
    names = ("gue_tf", "jund", "simulated_sirna", "simulated_tf", "sirna")
    assert first.loaders == tuple(f"load_{name}" for name in names)
    before = dict(dc.molnet.featurizers), dict(dc.molnet.splitters)
    assert register() == first
    assert (dict(dc.molnet.featurizers), dict(dc.molnet.splitters)) == before


def test_register__names_stand_for_what_they_say():
    stock = set(dc.molnet.featurizers), set(dc.molnet.splitters)
    register()
    assert dc.molnet.featurizers["dna-onehot"].alphabet == "ACGT"
    assert dc.molnet.featurizers["rna-onehot"].alphabet == "ACGU"
    assert isinstance(dc.molnet.splitters["similarity"], SimilaritySplitter)
    assert dc.molnet.load_simulated_tf is molnet.load_simulated_tf
    assert dc.molnet.load_simulated_sirna is molnet.load_simulated_sirna
    assert set(dc.molnet.featurizers) - stock[0] == set(molnet.featurizers)
    assert set(dc.molnet.splitters) - stock[1] == {"block", "chromosome", "similarity"}


def test_register__nothing_is_registered_before_it_is_called():
    assert "dna-onehot" not in dc.molnet.featurizers
    assert not hasattr(dc.molnet, "load_simulated_tf")


@pytest.mark.parametrize("where", ["featurizers", "splitters", "loaders"])
def test_register__never_takes_a_name_that_stands_for_something_else(where, monkeypatch):
    name = {"featurizers": "dna-onehot", "splitters": "block", "loaders": "load_simulated_tf"}[where]
    if where == "loaders":
        monkeypatch.setattr(dc.molnet, name, len, raising=False)
    else:
        monkeypatch.setitem(getattr(dc.molnet, where), name, dc.splits.IndexSplitter())
    taken_in = "dc.molnet" if where == "loaders" else f"dc.molnet.{where}"
    with pytest.raises(NameTakenError, match=mentions(taken_in, f"'{name}'")):
        register()
    others = {"rna-onehot", "chromosome", "load_simulated_sirna"}
    assert not others & {*dc.molnet.featurizers, *dc.molnet.splitters, *vars(dc.molnet)}


def test_register__keeps_what_a_user_of_ours_put_under_the_name(monkeypatch):
    own = ChromosomeSplitter(test="chr22")
    monkeypatch.setitem(dc.molnet.splitters, "chromosome", own)
    register()
    assert dc.molnet.splitters["chromosome"] is own


def test_molnet_loader__featurizes_by_our_name_and_finds_its_cache(table):
    register()
    CsvLoader.created = 0
    tasks, parts, _ = load(table)
    folder = table.parent / "cache" / "windows-featurized" / "OneHotNucleotideFeaturizer" / "ChromosomeSplitter"
    assert (folder / "train_dir").is_dir()
    assert tasks == ["bound"]
    assert [part.X.shape for part in parts] == [(80, 30, 4), (10, 30, 4), (10, 30, 4)]
    assert len({window.split(":")[0] for window in parts[1].ids}) == 1
    again = load(table)[1]
    assert CsvLoader.created == 1
    for part, part_again in zip(parts, again, strict=True):
        np.testing.assert_array_equal(part.X, part_again.X)
        np.testing.assert_array_equal(part.ids, part_again.ids)


def test_molnet_loader__options_of_a_featurizer_are_in_the_folders_name(table):
    register()
    CsvLoader.created = 0
    for featurizer in ("dna-onehot", OneHotNucleotideFeaturizer(unknown="fractional"), "DNA-onehot"):
        load(table, featurizer, "random")
    assert CsvLoader.created == 2
    folders = {folder.name for folder in (table.parent / "cache" / "windows-featurized").iterdir()}
    assert folders == {"OneHotNucleotideFeaturizer", "OneHotNucleotideFeaturizer_unknown_fractional"}


def test_molnet_loader__dna_is_not_taken_for_rna(table):
    register()
    with pytest.raises(UnknownBaseError, match=mentions("RNA")):
        load(table, "rna-onehot", "random", reload=False)
