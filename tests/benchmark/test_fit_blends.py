"""Networks that read both strands, and blends, on few simulated windows: that the recipes are followed."""

import deepchem as dc
import numpy as np
import pytest
from scipy.special import expit, logit

from deepchem_genomics import models
from deepchem_genomics.baselines import GappedKmerRegression, SequenceBoosting
from deepchem_genomics.benchmark import fit_blends
from deepchem_genomics.benchmark.entrants import ENTRANTS
from deepchem_genomics.data import simulated_sirna_datasets, simulated_tf_datasets

BLENDS = ["blend", "blend-accessibility", "blend-nearby-accessibility"]


@pytest.fixture(scope="module")
def data():
    return simulated_tf_datasets(600, 60, seed=0, prevalence=0.06)


@pytest.fixture
def quick(monkeypatch):
    """Make recipes of one epoch and few trees, and remember what boosting was given."""
    seen = []
    monkeypatch.setattr(fit_blends, "jaspar_motifs", lambda accessions: [])
    for name in ("_LEARNS_ALL", "_KNOWS_MOTIFS"):
        monkeypatch.setattr(fit_blends, name, getattr(fit_blends, name)._replace(epochs=1))

    class FewTrees(SequenceBoosting):
        def __init__(self, **options):
            super().__init__(**options | {"trees": 5, "k": (1, 2)})

        def fit(self, dataset):
            seen.append(np.unique(dataset.w).tolist())
            super().fit(dataset)

    monkeypatch.setattr(fit_blends.baselines, "SequenceBoosting", FewTrees)
    return seen


@pytest.mark.parametrize("name", ["rc-network", "rc-network-accessibility", *BLENDS])
def test_entrant__is_trained_by_the_seed_and_predicts_probabilities(data, quick, name):
    train, valid, accessibility = data
    told: list[str] = []
    predictions = []
    for seed in (1, 1, 2):
        fitted = ENTRANTS[name].fit(train, None, accessibility, seed, told.append)
        predictions.append(fitted.model.predict(valid))
    assert predictions[0].shape == (60, 1)
    assert ((predictions[0] > 0) & (predictions[0] < 1)).all()
    np.testing.assert_array_equal(predictions[0], predictions[1])
    assert (predictions[0] != predictions[2]).any()
    assert fitted.parameters and fitted.parameters < 1_000_000
    assert "epoch 1 of 1" in told


@pytest.mark.parametrize(("few", "kinds"), [(True, 2), (False, 3)])
def test_blend__adds_gapped_words_only_where_many_are_bound(data, quick, monkeypatch, few, kinds):
    monkeypatch.setattr(fit_blends, "MANY_BOUND", 10**6 if few else 1)
    train = data[0]
    blend = fit_blends.fit_blend(train, None, 0, lambda line: None).model
    assert isinstance(blend, models.Blend)
    assert len(blend.members) == kinds
    assert any(isinstance(member, GappedKmerRegression) for member in blend.members) is not few
    assert quick == [[1.0]], "boosting counts rows alike, for weights make it rank rare bound windows worse"


def test_nearby__gives_seven_tracks(data):
    assert fit_blends.nearby(data[2]).n_tracks == 7


def test_blend__is_the_average_of_its_members_fitted_alone(data, quick, monkeypatch):
    monkeypatch.setattr(fit_blends, "MANY_BOUND", 1)
    train, valid, _ = data
    blended = ENTRANTS["blend"].fit(train, None, None, 1, lambda line: None).model.predict(valid)
    alone = [fit_blends.fit_strand_network(train, None, 1, lambda line: None).model]
    for member in (fit_blends.baselines.SequenceBoosting(seed=1), GappedKmerRegression()):
        member.fit(dc.data.NumpyDataset(train.X, train.y, None, train.ids))
        alone.append(member)
    logits = [logit(model.predict(valid).astype(float)) for model in alone]
    np.testing.assert_allclose(blended, expit(np.mean(logits, axis=0)), rtol=1e-5)


def test_thinned__keeps_every_bound_row_and_lets_classes_count_alike(data, monkeypatch):
    monkeypatch.setattr(fit_blends, "_UNBOUND_FOR_EACH_BOUND", 3)
    train = data[0]
    rows = fit_blends._thinned(train, seed=0)
    bound = rows.y[:, 0] > 0
    assert set(train.ids[train.y[:, 0] > 0]) == set(rows.ids[bound])
    assert (~bound).sum() == 3 * bound.sum()
    assert rows.w[bound].sum() == pytest.approx(rows.w[~bound].sum())
    assert rows.w.mean() == pytest.approx(1)
    assert fit_blends._thinned(train, seed=1).ids.tolist() != rows.ids.tolist()
    monkeypatch.undo()
    assert fit_blends._thinned(train, seed=0) is train


def test_guide_blend__is_six_three_and_one_part_of_its_members():
    train, valid = simulated_sirna_datasets(n_train=80, n_valid=20)
    members = ("sirna-gaussian-process", "sirna-boosting", "sirna-network")
    alone = [ENTRANTS[name].fit(train, None, None, 1, lambda line: None).model.predict(valid) for name in members]
    blend = ENTRANTS["sirna-blend"].fit(train, None, None, 1, lambda line: None)
    np.testing.assert_allclose(blend.model.predict(valid), np.average(alone, axis=0, weights=[6, 3, 1]), rtol=1e-6)
    mean, spread = blend.model.predict_uncertainty(valid)
    assert mean.shape == spread.shape == (20, 1) and (spread > 0).all()
