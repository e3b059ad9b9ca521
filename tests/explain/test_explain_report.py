"""The report of models of every kind, and second inputs that come from bigWig files."""

import gc
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from deepchem_genomics import models
from deepchem_genomics.data import SideInput, simulate_sirna
from deepchem_genomics.data.scaling import Scaling
from deepchem_genomics.data.signal_lookup import SignalLookup
from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.explain import write_report
from deepchem_genomics.explain.tabulated_signals import signal_baseline, with_signals_of
from deepchem_genomics.models.prediction_files import Rows

pytest.importorskip("logomaker")


@pytest.fixture(scope="module")
def guides():
    return simulate_sirna(8, seed=1)


def sections(folder):
    return json.loads((folder / "manifest.json").read_text())["sections"]


def test_report__of_an_ensemble_has_the_filters_of_its_first_network(guides, tmp_path):
    ensemble = models.Ensemble([models.SiRNAEfficacyModel(seed=seed) for seed in (1, 2)])
    folder = write_report(ensemble, Rows(guides.X, guides.ids), tmp_path / "out", top=1, known="none for this test")
    assert "the first of its 2 networks" in " ".join(sections(folder)["filters"]["text"])


def test_report__of_what_is_no_network_rests_on_mutagenesis(guides, tmp_path):
    class Rule:
        """Counts U."""

        alphabet = models.SiRNAEfficacyModel(seed=1).alphabet

        def get_num_tasks(self):
            return 1

        def predict(self, dataset):
            return dataset.X[:, :, 3].sum(axis=1, keepdims=True).astype(np.float32)

    folder = write_report(Rule(), Rows(guides.X, guides.ids), tmp_path / "out", top=1, task_names=["U"])
    found = sections(folder)
    assert found["filters"]["skipped"] == "a Rule is no network and has no filters"
    assert "by mutagenesis" in found["sequences"]["text"][0]
    rows = (folder / "positions.tsv").read_text().splitlines()[1:]
    np.testing.assert_allclose([[float(x) for x in row.split("\t")[1:]] for row in rows], [[-0.25] * 3 + [0.75]] * 21)


def test_report__refuses_what_it_cannot_answer(guides, tmp_path):
    model = models.SiRNAEfficacyModel(seed=1)
    rows = Rows(guides.X, guides.ids)
    with pytest.raises(BadValueError, match="task is 1; the model has 1, numbered from 0"):
        write_report(model, rows, tmp_path / "out", task=1)
    with pytest.raises(BadValueError, match="top is 0 and sample 500; both must be 1 or more"):
        write_report(model, rows, tmp_path / "out", top=0)
    with pytest.raises(EmptyInputError, match="no sequences"):
        write_report(model, lambda: iter(()), tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_signals__of_bigwig_files_become_a_table_with_the_same_scaling():
    asked = []

    def summarize(windows, *_, **__):
        asked.append(len(windows))
        return windows["start"].to_numpy(dtype=np.float64)

    scaling = Scaling.fit("standard", [[0.0], [200.0]])
    lookup = SignalLookup({"DNase": SimpleNamespace(summarize=summarize)}, scaling)
    model = SimpleNamespace(accessibility=lookup)
    ids = np.array(["chr1:100-201", "chr1:300-401", "chr1:200-301"])
    rows = [Rows(np.zeros((2, 101, 4)), ids[:2]), Rows(np.zeros((2, 101, 4)), ids[1:])]
    tabulated = with_signals_of(model, rows)
    assert isinstance(tabulated.accessibility, SideInput)
    assert model.accessibility is lookup
    np.testing.assert_allclose(tabulated.accessibility.lookup(ids), lookup.lookup(ids))
    assert tabulated.accessibility.names == ["DNase"] or tuple(tabulated.accessibility.names) == ("DNase",)
    np.testing.assert_allclose(signal_baseline(tabulated, ids), [200])
    assert asked[0] == 3


def test_signals__a_model_of_sequences_alone_stays_as_it_is():
    model = SimpleNamespace()
    assert with_signals_of(model, []) is model
    assert signal_baseline(model, np.array(["a"])) is None


def test_signals__a_copy_that_is_gone_leaves_the_temporary_folder_of_the_model():
    signal = SimpleNamespace(summarize=lambda windows, *_, **__: np.ones(len(windows)))
    model = models.SiRNAEfficacyModel(seed=1)
    model.accessibility = SignalLookup({"DNase": signal}, Scaling.fit("standard", [[0.0], [2.0]]))
    ensemble = models.Ensemble([model])
    tabulated = with_signals_of(ensemble, [Rows(np.zeros((1, 21, 4)), np.array(["chr1:0-21"]))])
    assert tabulated.members[0] is not model
    del tabulated
    gc.collect()
    assert Path(model.model_dir).is_dir()
