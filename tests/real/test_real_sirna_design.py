"""Designs against mRNAs of Huesken et al. whose guides the model has not seen, beside what was measured."""

import numpy as np
import pytest
from deepchem.data import NumpyDataset

from deepchem_genomics import molnet, sirna
from deepchem_genomics.feat import RNA, decode, reverse_complement
from deepchem_genomics.models import SiRNAGaussianProcess
from deepchem_genomics.molnet.sirna import sirna_contexts
from deepchem_genomics.splits import GroupSplitter

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def judged(real_data, tmp_path_factory):
    """Return the sites measured in one fifth of the mRNAs, by a model trained on the others; with the labels."""
    folder = tmp_path_factory.mktemp("sirna")
    _, (data,), _ = molnet.load_sirna(splitter=None, source=real_data, save_dir=str(folder))
    told = {"targets": molnet.sirna_genes(real_data), "contexts": sirna_contexts(real_data)}
    train, test = GroupSplitter(told["targets"]).k_fold_indices(data, 5, seed=0)[0]
    ids, X, y = np.asarray(data.ids), np.asarray(data.X), np.asarray(data.y)
    model = SiRNAGaussianProcess(**told)
    model.fit(NumpyDataset(X[train], y[train], ids=ids[train]))
    model.drop_training_guides()
    whole = sirna_contexts(real_data, flank=10**6)
    mrna = {told["targets"][name]: whole[name] for name in ids[test]}
    found = sirna.design(mrna, sirna.DesignOptions(fold="no"), model=model)
    guides = dict(zip(ids[test], decode(X[test], RNA), strict=True))
    targets = [told["targets"][name] for name in ids[test]]
    places = [
        (target, mrna[target].find(reverse_complement(guide, RNA)))
        for target, guide in zip(targets, guides.values(), strict=True)
    ]
    sites = found.sites.set_index(["record", "start"]).loc[places]
    assert sites["guide"].tolist() == list(guides.values())
    expected = model.predict(NumpyDataset(X[test], ids=ids[test]))[:, 0]
    return sites, y[test, 0], expected


def test_design__predicts_as_the_model_does_where_contexts_are_told(judged):
    sites, _, expected = judged
    assert np.allclose(sites["efficacy"], expected, atol=1e-4)


def test_design__orders_measured_sites_better_than_rules_alone(judged):
    sites, y, _ = judged
    r = {name: np.corrcoef(sites[name], y)[0, 1] for name in ("efficacy", "score", "reynolds", "ui_tei", "amarzguioui")}
    assert r["efficacy"] > 0.6 and r["score"] > 0.6
    assert max(r["reynolds"], r["ui_tei"], r["amarzguioui"]) < r["score"] - 0.05


def test_design__intervals_hold_nine_measurements_in_ten(judged):
    sites, y, _ = judged
    assert 0.83 < ((y >= sites["efficacy_low"]) & (y <= sites["efficacy_high"])).mean() < 0.97
