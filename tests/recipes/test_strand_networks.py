"""Networks that read both strands, and blends, on few simulated windows: that the recipes are followed."""

import deepchem as dc
import numpy as np
import pytest
from messages import mentions
from scipy.special import expit, logit

from deepchem_genomics import models, motifs
from deepchem_genomics.errors import ShapeMismatchError
from deepchem_genomics.models import SequenceBoosting
from deepchem_genomics.recipes import RECIPES, Fitted, Progress, strand_networks, training
from deepchem_genomics.recipes.training import thinned
from deepchem_genomics.simulate import simulated_sirna_datasets, simulated_tf_datasets

STRAND = [name for name, one in RECIPES.items() if one.fit.__module__ == strand_networks.__name__]


@pytest.fixture(scope="module")
def data():
    train, valid, accessibility = simulated_tf_datasets(600, 60, seed=0, prevalence=0.06)
    return train, valid, {"accessibility": accessibility}


@pytest.fixture
def quick(monkeypatch):
    """Make recipes of one epoch and few trees, and remember what boosting was given."""
    seen = []
    monkeypatch.setattr(motifs, "jaspar_motifs", lambda accessions: [], raising=False)
    for name in ("_SCRATCH", "_MOTIFS"):
        monkeypatch.setitem(getattr(strand_networks, name), "epochs", 1)

    class FewTrees(SequenceBoosting):
        def __init__(self, **options):
            super().__init__(**options | {"trees": 5, "k": (1, 2)})

        def fit(self, dataset):
            seen.append(np.unique(dataset.w).tolist())
            super().fit(dataset)

    monkeypatch.setattr(models, "SequenceBoosting", FewTrees, raising=False)
    return seen


def test_rc_network__predicts_as_many_bound_training_windows_as_there_are(data, quick):
    """Dropout is off in prediction, and the last bias is that of training with it on, unless it is set again."""
    train, valid, _ = data
    network = RECIPES["rc-network"](train, valid, seed=0).model
    assert np.average(network.predict(train) - train.y, weights=train.w) == pytest.approx(0, abs=1e-5)


@pytest.fixture
def trained_with(monkeypatch):
    """Return the settings and the rows that networks are trained with, instead of training them."""
    seen = []

    def train_network(build, train, valid, side_inputs, settings, seed, progress):
        seen.append(dict(settings))
        return Fitted(None)

    monkeypatch.setattr(training, "train_network", train_network)
    return seen


@pytest.mark.parametrize("name", STRAND)
def test_recipe__is_trained_by_the_seed_and_predicts_probabilities(data, quick, name):
    train, valid, side_inputs = data
    told: list[str] = []
    predictions = []
    for seed in (1, 1, 2):
        fitted = RECIPES[name](train, None, side_inputs, seed=seed, progress=Progress(told.append))
        predictions.append(fitted.model.predict(valid))
    assert predictions[0].shape == (60, 1)
    assert ((predictions[0] > 0) & (predictions[0] < 1)).all()
    np.testing.assert_array_equal(predictions[0], predictions[1])
    assert (predictions[0] != predictions[2]).any()
    assert fitted.parameters and fitted.parameters < 1_000_000
    assert "epoch 1 of 1" in told


@pytest.mark.parametrize("few", [True, False])
def test_blend__asks_similar_windows_only_where_many_are_bound(data, quick, monkeypatch, few):
    monkeypatch.setattr(strand_networks, "MANY_BOUND", 10**6 if few else 1)
    blend = RECIPES["blend"](data[0]).model
    assert isinstance(blend, models.Blend)
    assert [type(member).__name__ for member in blend.members] == ["RCTFBindingModel", "FewTrees"]
    assert blend.members[1].similar is not few
    assert quick == [[1.0]], "boosting counts rows alike, for weights make it rank rare bound windows worse"


def test_nearby__gives_seven_tracks(data, quick):
    blend = RECIPES["blend-nearby-accessibility"](data[0], side_inputs=data[2]).model
    assert blend.side_inputs["accessibility"].n_tracks == 7


def test_blend__is_the_average_of_its_members_fitted_alone(data, quick, monkeypatch):
    monkeypatch.setattr(strand_networks, "MANY_BOUND", 1)
    train, valid, _ = data
    blended = RECIPES["blend"](train, seed=1).model.predict(valid)
    network = RECIPES["rc-network"](train, seed=1).model
    boosting = models.SequenceBoosting(similar=True, seed=1)
    boosting.fit(dc.data.NumpyDataset(train.X, train.y, None, train.ids))
    first, second = (logit(model.predict(valid).astype(float)) for model in (network, boosting))
    np.testing.assert_allclose(blended, expit((first + 2 * second) / 3), rtol=1e-5)


def test_blend__refuses_several_tasks_before_it_trains_the_network(data, monkeypatch):
    train = data[0]
    monkeypatch.setattr(strand_networks, "_strand_network", lambda *_: pytest.fail("the network is trained"))
    two = dc.data.NumpyDataset(train.X, np.tile(train.y, (1, 2)), None, train.ids)
    with pytest.raises(ShapeMismatchError, match=mentions(f"({len(train)}, 2)", "one task")):
        RECIPES["blend"](two)


def test_thinned__keeps_every_bound_row_and_lets_classes_count_alike(data):
    train = data[0]
    rows = thinned(train, 3, seed=0)
    bound = rows.y[:, 0] > 0
    assert set(train.ids[train.y[:, 0] > 0]) == set(rows.ids[bound])
    assert (~bound).sum() == 3 * bound.sum()
    assert rows.w[bound].sum() == pytest.approx(rows.w[~bound].sum())
    assert rows.w.mean() == pytest.approx(1)
    assert thinned(train, 3, seed=1).ids.tolist() != rows.ids.tolist()
    assert thinned(train, 80, seed=0) is train
    assert thinned(train, 0, seed=0) is train


@pytest.mark.parametrize("many", [False, True])
def test_strand_network__the_number_of_bound_windows_decides_how(data, quick, trained_with, monkeypatch, many):
    monkeypatch.setattr(strand_networks, "MANY_BOUND", 1 if many else 10**6)
    RECIPES["rc-network"](data[0])
    RECIPES["rc-network"](data[0], settings={"start": "motifs" if many else "scratch"})
    filters = [settings["filters"] for settings in trained_with]
    assert filters == [64, 16] if many else filters == [16, 64]
    for settings in trained_with:
        assert (settings["patience"], settings["decay"], settings["thin"]) == (0, 100.0, 80)


def test_strand_network__zero_stands_for_the_usual_value_where_it_is_the_default_and_for_itself_elsewhere(
    data, quick, trained_with
):
    RECIPES["rc-network"](data[0], settings={"filters": 0, "hidden": 8, "dropout": 0})
    (settings,) = trained_with
    assert (settings["filters"], settings["hidden"], settings["dropout"]) == (16, 8, 0.0)


def test_guide_blend__is_six_three_and_one_part_of_its_members():
    train, valid = simulated_sirna_datasets(n_train=80, n_valid=20)
    members = ("sirna-gaussian-process", "sirna-boosting", "sirna-network")
    alone = [RECIPES[name](train, seed=1).model.predict(valid) for name in members]
    blend = RECIPES["sirna-blend"](train, seed=1)
    np.testing.assert_allclose(blend.model.predict(valid), np.average(alone, axis=0, weights=[6, 3, 1]), rtol=1e-6)
    mean, spread = blend.model.predict_uncertainty(valid)
    assert mean.shape == spread.shape == (20, 1) and (spread > 0).all()
