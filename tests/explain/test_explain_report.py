"""The report of models of every kind, and side inputs that come from bigWig files."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.data import SideInput
from deepchem_genomics.data.scaling import Scaling
from deepchem_genomics.data.signal_lookup import SignalLookup
from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.explain import ExplainOptions, write_report
from deepchem_genomics.feat import RNA
from deepchem_genomics.models.prediction_files import EncodedRows
from deepchem_genomics.models.side_inputs import held_in_memory, medians
from deepchem_genomics.motifs.jaspar import ATF3
from deepchem_genomics.simulate import simulate_sirna, simulated_tf_datasets

pytest.importorskip("logomaker")


@pytest.fixture(scope="module")
def guides():
    return simulate_sirna(8, seed=1)


def sections(folder):
    return json.loads((folder / "manifest.json").read_text())["sections"]


def test_report__of_an_ensemble_has_the_filters_of_its_first_network(guides, tmp_path):
    ensemble = models.Ensemble([models.SiRNAEfficacyModel(seed=seed) for seed in (1, 2)])
    folder = write_report(ensemble, EncodedRows(guides.X, guides.ids), tmp_path / "out", ExplainOptions(top=1))
    assert "consists of 2 models; these are the filters of the first network" in " ".join(
        sections(folder)["filters"]["text"]
    )


def test_report__of_what_is_no_network_rests_on_mutagenesis(guides, tmp_path):
    class CountsU(models.SequenceModel):
        alphabet = RNA
        side_inputs = {}

        def get_num_tasks(self):
            return 1

        def predict(self, dataset):
            return dataset.X[:, :, 3].sum(axis=1, keepdims=True).astype(np.float32)

    folder = write_report(
        CountsU(), EncodedRows(guides.X, guides.ids), tmp_path / "out", ExplainOptions(top=1, task_names=["U"])
    )
    found = sections(folder)
    assert found["filters"]["skipped"] == "a CountsU is not a network and has no filters"
    assert "by mutagenesis" in found["sequences"]["text"][0]
    rows = (folder / "positions.tsv").read_text().splitlines()[1:]
    np.testing.assert_allclose([[float(x) for x in row.split("\t")[1:]] for row in rows], [[-0.25] * 3 + [0.75]] * 21)


def test_report__refuses_what_it_cannot_answer(guides, tmp_path):
    model = models.SiRNAEfficacyModel(seed=1)
    rows = EncodedRows(guides.X, guides.ids)
    with pytest.raises(BadValueError, match=mentions("task", "1", "0")):
        write_report(model, rows, tmp_path / "out", ExplainOptions(task=1))
    with pytest.raises(BadValueError, match=mentions("top", "0", "1 or more")):
        ExplainOptions(top=0)
    with pytest.raises(EmptyInputError, match=mentions("sequences")):
        write_report(model, lambda: iter(()), tmp_path / "out")
    assert not list(tmp_path.iterdir())


@pytest.fixture
def bigwig():
    """Return what reads a track whose value is the start of the window, and how many windows it was requested."""
    asked = []

    def summarize(windows, *_, **__):
        asked.append(len(windows))
        return windows["start"].to_numpy(dtype=np.float64)

    return SignalLookup({"DNase": SimpleNamespace(summarize=summarize)}, SCALING), asked


SCALING = Scaling.fit("standard", [[0.0], [200.0]])


def model_with(lookup):
    model = models.SequenceModel()
    model.side_inputs = {"accessibility": lookup}
    return model


def test_side_inputs__of_bigwig_files_are_read_once_and_scaled_alike(bigwig):
    lookup, asked = bigwig
    ids = np.array(["chr1:100-201", "chr1:300-401", "chr1:200-301"])
    expected = lookup.lookup(ids)
    asked.clear()
    model = model_with(lookup)
    with held_in_memory(model, [*ids[:2], *ids[1:]]):
        table = model.side_inputs["accessibility"]
        assert isinstance(table, SideInput)
        np.testing.assert_allclose(table.lookup(ids), expected)
        assert tuple(table.names) == ("DNase",)
        np.testing.assert_allclose(medians(model.side_inputs, SimpleNamespace(ids=ids))["accessibility"], [200])
    assert asked == [3]
    assert model.side_inputs == {"accessibility": lookup}


def test_side_inputs__a_model_of_sequences_alone_stays_as_it_is():
    model = models.SiRNAEfficacyModel(seed=1)
    with held_in_memory(model, []):
        assert model.side_inputs == {}
        assert medians(model.side_inputs, SimpleNamespace(ids=["a"])) == {}


def test_side_inputs__of_all_members_are_what_they_were_also_after_an_error(bigwig):
    lookup, _ = bigwig
    inner, table = model_with(lookup), SideInput(["chr1:0-21"], [1.0])
    other, outer = model_with(table), models.SequenceModel()
    outer.members = [inner, other]

    def fail():
        with held_in_memory(outer, ["chr1:0-21"]):
            assert isinstance(inner.side_inputs["accessibility"], SideInput)
            assert other.side_inputs["accessibility"] is table
            raise OSError

    with pytest.raises(OSError):
        fail()
    assert inner.side_inputs["accessibility"] is lookup


@pytest.fixture(scope="module")
def accessible():
    """Return a model of accessibility, and rows that are all open."""
    train, _, tracks = simulated_tf_datasets(n_train=1500, n_valid=2, prevalence=0.06)
    model = models.MotifAccessibilityRegression(ATF3, tracks)
    model.fit(train)
    values = tracks.lookup(train.ids)[:, 0]
    opened = np.argsort(-values, kind="stable")[:40]
    return model, EncodedRows(np.asarray(train.X)[opened], train.ids[opened]), float(np.median(values))


def contribution_of_the_track(folder):
    table = pd.read_csv(folder / "signals.tsv", sep="\t")
    return table[[name for name in table if name.startswith("contribution of track")]].to_numpy().mean()


def test_report__measures_tracks_from_the_training_rows_where_they_are_known(accessible, tmp_path):
    model, rows, median = accessible
    (name,) = model.side_inputs
    write_report(model, rows, tmp_path / "own", ExplainOptions(top=2, sample=40))
    known = ExplainOptions(top=2, sample=40, background={name: [median]}, verdicts=["It beats <nothing>."])
    write_report(model, rows, tmp_path / "training", known)
    assert contribution_of_the_track(tmp_path / "training") > 2 * abs(contribution_of_the_track(tmp_path / "own"))
    page = (tmp_path / "training" / "index.html").read_text()
    assert "It beats &lt;nothing&gt;." in page and "training windows" in page
    assert "training windows" not in (tmp_path / "own" / "index.html").read_text()
    assert re.search(r"For \d+ of the 40 highest predictions the side inputs alone", page)
    with pytest.raises(BadValueError, match=mentions("background", name)):
        write_report(model, rows, tmp_path / "none", ExplainOptions(background={}))
