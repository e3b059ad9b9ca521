"""The strand-aware model: equal predictions for both strands, known motifs, signals, folders."""

import deepchem as dc
import numpy as np
import pytest
from messages import mentions
from scipy.special import logit

from deepchem_genomics import metrics, models, simulate
from deepchem_genomics.errors import BadValueError, ShapeMismatchError
from deepchem_genomics.feat import reverse_complement_one_hot
from deepchem_genomics.models import Augmentation, RCTFBindingModel
from deepchem_genomics.motifs.jaspar import ATF3, JUND

SMALL = {"filters": 6, "hidden": 8, "seed": 0, "progress": False, "batch_size": 50}


@pytest.fixture(scope="module")
def windows():
    return simulate.simulated_tf_datasets(n_train=300, n_valid=100, seed=0, prevalence=0.05)


def other_strand(dataset):
    return dc.data.NumpyDataset(reverse_complement_one_hot(dataset.X), dataset.y, dataset.w, dataset.ids)


@pytest.mark.parametrize("n_blocks", [0, 2])
@pytest.mark.parametrize("motifs", [(), (JUND, ATF3)], ids=["learned", "with-motifs"])
def test_predictions__are_the_same_for_both_strands_also_after_training(windows, n_blocks, motifs):
    train, valid, accessibility = windows
    scaled = accessibility.scaled("log-standard", train.ids)
    model = RCTFBindingModel(scaled, motifs=motifs, n_blocks=n_blocks, **SMALL)
    model.fit(train, nb_epoch=1)
    predicted = model.predict(valid)
    assert predicted.std() > 0
    assert model.predict(other_strand(valid)) == pytest.approx(predicted, abs=1e-5)


def test_motifs__are_found_where_they_are_before_any_training():
    model = RCTFBindingModel(motifs=[JUND, ATF3], **SMALL)
    layer = next(layer for layer in model.model.layers if layer.name == "motifs")
    simulated = simulate.simulate_tf_binding(n=3000, seed=3)
    answers = np.asarray(layer(simulated.X.astype(np.float32))).max(axis=1)  # ATF3 is the second of 2 x 2 channels
    atf3 = np.maximum(answers[:, 1], answers[:, 2])
    assert metrics.roc_auc.metric(simulated.site_motif == 2, atf3) > 0.9
    perfect = np.zeros((1, 101, 4), np.float32)
    perfect[0, 50 + np.arange(ATF3.width), np.argmax(ATF3.counts, axis=0)] = 1
    assert np.asarray(layer(perfect)).max() == pytest.approx(0.5, abs=1e-5)  # 1, less what does not count


@pytest.mark.parametrize("freeze", [True, False])
def test_motifs__stay_if_frozen_and_only_then(windows, freeze):
    model = RCTFBindingModel(motifs=[JUND], freeze_motifs=freeze, **SMALL)
    layer = next(layer for layer in model.model.layers if layer.name == "motifs")
    before = layer.kernel.numpy()
    model.fit(windows[0], nb_epoch=1)
    assert np.array_equal(before, layer.kernel.numpy()) == freeze


def test_motifs__wider_than_the_filters_are_refused():
    with pytest.raises(BadValueError, match=mentions("MA0491.2", "13", "11")):
        RCTFBindingModel(motifs=[JUND], kernel_size=11, **SMALL)


@pytest.mark.parametrize("with_signals", [True, False])
def test_model__comes_back_from_its_folder(windows, with_signals, tmp_path):
    train, valid, accessibility = windows
    signals = accessibility.scaled("log-standard", train.ids) if with_signals else None
    model = RCTFBindingModel(signals, motifs=[JUND], freeze_motifs=True, **SMALL)
    model.fit(train, nb_epoch=1)
    model.save(tmp_path / "model")
    loaded = models.load(tmp_path / "model", side_inputs=accessibility if with_signals else None)
    assert isinstance(loaded, RCTFBindingModel)
    assert np.array_equal(loaded.predict(valid), model.predict(valid))


def test_model__learns_a_few_windows_by_heart(windows):
    few = windows[0].select(np.argsort(windows[0].y[:, 0])[-20:])
    model = RCTFBindingModel(**SMALL | {"dropout": 0.0, "learning_rate": 0.01})
    model.fit(few, nb_epoch=60)
    assert model.evaluate(few, [metrics.roc_auc])["roc_auc"] == 1


def test_augmentation__is_decided_by_the_seed_and_the_step(windows):
    def trained(**options):
        model = RCTFBindingModel(augmentation=Augmentation(shift=5, mutation=0.1), **SMALL, **options)
        model.fit(windows[0], nb_epoch=2)
        return model.predict(windows[1])

    plain = RCTFBindingModel(**SMALL)
    plain.fit(windows[0], nb_epoch=2)
    assert np.array_equal(trained(), trained())
    assert not np.array_equal(trained(), plain.predict(windows[1]))


def test_augmentation__survives_a_resumed_training(windows, tmp_path):
    def model(folder):
        return RCTFBindingModel(augmentation=Augmentation(shift=5), model_dir=tmp_path / folder, **SMALL)

    whole, first = model("whole"), model("parts")
    whole.fit(windows[0], nb_epoch=2)
    first.fit(windows[0], nb_epoch=1)
    second = model("parts")
    second.fit(windows[0], nb_epoch=2, resume=True)
    assert np.array_equal(second.predict(windows[1]), whole.predict(windows[1]))


def test_model__refuses_windows_of_another_length(windows):
    short = dc.data.NumpyDataset(windows[1].X[:, :90], windows[1].y, windows[1].w, windows[1].ids)
    with pytest.raises(ShapeMismatchError):
        RCTFBindingModel(**SMALL).predict(short)


def weighted_error(model, dataset, task=0):
    return float(dataset.w[:, task] @ (model.predict(dataset)[:, task] - dataset.y[:, task]) / dataset.w[:, task].sum())


def test_refit_bias__makes_probabilities_right_on_average_and_keeps_their_order(windows):
    train, valid, accessibility = windows
    model = RCTFBindingModel(accessibility.scaled("log-standard", train.ids), dropout=0.6, **SMALL)
    model.fit(train, nb_epoch=2)
    layer = model.model.get_layer("logits")
    layer.bias.assign_add([3.0])  # far too high
    before = model.predict(valid)[:, 0]
    assert weighted_error(model, train) > 0.2
    model.refit_bias(train)
    assert weighted_error(model, train) == pytest.approx(0, abs=1e-5)
    after = model.predict(valid)[:, 0]
    moved = logit(after.astype(float)) - logit(before.astype(float))
    np.testing.assert_allclose(moved, moved[0], atol=1e-3)
    again = layer.bias.numpy()
    model.refit_bias(train)
    np.testing.assert_allclose(layer.bias.numpy(), again, atol=1e-5)


def test_refit_bias__is_for_each_task_and_counts_rows_by_their_weights(windows):
    X = windows[0].X
    y = np.stack([np.arange(300) % 5 == 0, np.arange(300) % 2 == 0, np.ones(300)], axis=1).astype(float)
    w = np.ones((300, 3))
    w[:100, 1], w[::5, 0] = 0, 4
    rows = dc.data.NumpyDataset(X, y, w)
    model = RCTFBindingModel(n_tasks=3, **SMALL)
    start = model.predict(rows)[:, 2].copy()
    model.calibrate(dc.data.NumpyDataset(X, np.arange(900).reshape(300, 3) % 2))
    model.refit_bias(rows)
    assert not model.calibrations  # of other probabilities
    for task in (0, 1):
        assert weighted_error(model, rows, task) == pytest.approx(0, abs=1e-5)
    np.testing.assert_array_equal(model.predict(rows)[:, 2], start)  # all of one class, so the bias stays
    with pytest.raises(ShapeMismatchError, match=mentions("n_tasks=1")):
        model.refit_bias(windows[0])
