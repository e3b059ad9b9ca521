"""Ensembles: the mean and spread of networks that differ in their seed."""

import json

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics import metrics, models, simulate
from deepchem_genomics.errors import (
    EmptyInputError,
    MissingIdError,
    ModelFolderError,
    ShapeMismatchError,
    SideInputError,
)
from deepchem_genomics.models import Ensemble
from deepchem_genomics.models.prediction_files import Columns, EncodedRows, write_predictions


@pytest.fixture(scope="module")
def windows():
    return simulate.simulated_tf_datasets(n_train=200, n_valid=100, seed=0, prevalence=0.05)


@pytest.fixture(scope="module")
def ensemble(windows):
    train, _, accessibility = windows
    scaled = accessibility.scaled("log-standard", train.ids)
    made = Ensemble.of(
        lambda seed: models.AccessibilityTFBindingModel(scaled, seed=seed, batch_size=50, progress=False), n=3, seed=5
    )
    made.fit(train, nb_epoch=1)
    return made


def test_ensemble__predicts_the_mean_and_spread_of_its_members(ensemble, windows):
    valid = windows[1]
    alone = np.stack([member.predict(valid) for member in ensemble.members])
    mean, spread = ensemble.predict_uncertainty(valid)
    np.testing.assert_allclose(ensemble.predict(valid), alone.mean(axis=0))
    np.testing.assert_allclose(mean, alone.mean(axis=0))
    np.testing.assert_allclose(spread, alone.std(axis=0))
    assert (spread > 0).all()
    assert [member.seed for member in ensemble.members] == [5, 6, 7]


def test_ensemble__scores_its_mean(ensemble, windows):
    valid = windows[1]
    expected = metrics.roc_auc.compute_metric(valid.y, ensemble.predict(valid))
    assert ensemble.evaluate(valid, [metrics.roc_auc])["roc_auc"] == pytest.approx(expected)
    assert (ensemble.get_num_tasks(), ensemble.get_task_type()) == (1, "classification")


def test_ensemble__comes_back_from_its_folder(ensemble, windows, tmp_path):
    _, valid, accessibility = windows
    ensemble.save(tmp_path / "three")
    loaded = Ensemble.load(tmp_path / "three", side_inputs=accessibility)
    assert np.array_equal(loaded.predict(valid), ensemble.predict(valid))
    with pytest.raises(FileExistsError):
        ensemble.save(tmp_path / "three")


def test_load__gives_an_ensemble_that_commands_can_ask(ensemble, windows, tmp_path):
    _, valid, accessibility = windows
    ensemble.save(tmp_path / "three")
    loaded = models.load(tmp_path / "three", batch_size=20, progress=False)
    assert isinstance(loaded, Ensemble)
    assert (loaded.length, loaded.alphabet.name, loaded.mode, loaded.batch_size) == (101, "DNA", "classification", 20)
    with pytest.raises(MissingIdError, match=mentions("simulated0:", "models.load")):
        loaded.predict(valid)
    loaded.attach(accessibility)
    np.testing.assert_allclose(loaded.predict(valid), ensemble.predict(valid), rtol=1e-6)
    out = tmp_path / "predicted.tsv"
    write_predictions([EncodedRows(valid.X, valid.ids)], loaded, out, Columns(["bound"], masks=7))
    written = pd.read_csv(out, sep="\t")
    mean, spread = ensemble.predict_uncertainty(valid)
    np.testing.assert_allclose(written[["bound", "bound_sd"]], np.hstack([mean, spread]), rtol=1e-4, atol=1e-6)


def test_ensemble__is_calibrated_as_a_whole_and_saved_so(windows, tmp_path):
    train, valid, _ = windows
    pair = Ensemble.of(lambda seed: models.TFBindingModel(seed=seed, progress=False), n=2)
    pair.members[0].calibrate(train)
    assert not pair.calibrations
    raw = np.stack([member.predict(valid) for member in pair.members])
    pair.calibrate(valid)
    (calibration,) = pair.calibrations
    mean, spread = pair.predict_uncertainty(valid)
    np.testing.assert_allclose(pair.predict(valid), calibration.apply(raw.mean(axis=0)))
    np.testing.assert_array_equal(mean, pair.predict(valid))
    np.testing.assert_allclose(spread, calibration.apply(raw).std(axis=0))
    np.testing.assert_array_equal([member.predict(valid) for member in pair.members], raw)
    pair.save(tmp_path / "pair")
    np.testing.assert_array_equal(models.load(tmp_path / "pair").predict(valid), mean)


def test_ensemble__whose_members_scale_signals_differently_attaches_to_each_its_own(windows, tmp_path):
    train, valid, accessibility = windows
    scaled = [accessibility.scaled("log-standard", each.ids) for each in (train, valid)]
    pair = Ensemble([models.AccessibilityTFBindingModel(each, seed=0, progress=False) for each in scaled])
    alone = [member.predict(valid) for member in pair.members]
    pair.attach(accessibility)
    assert [one.side_inputs["accessibility"].scaling for one in pair.members] == [each.scaling for each in scaled]
    np.testing.assert_array_equal([member.predict(valid) for member in pair.members], alone)
    pair.save(tmp_path / "pair")
    loaded = models.load(tmp_path / "pair", accessibility)
    np.testing.assert_array_equal([member.predict(valid) for member in loaded.members], alone)


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        ("{", "config.json"),
        (json.dumps({"format": 1, "members": 1}), "format 1"),
        (json.dumps({"format": 2, "members": 0}), "config.json"),
    ],
)
def test_load__refuses_what_is_no_ensemble(tmp_path, content, fact):
    with pytest.raises(ModelFolderError, match=mentions("config.json")):
        Ensemble.load(tmp_path)
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(ModelFolderError, match=mentions(tmp_path.name, fact)):
        Ensemble.load(tmp_path)


def test_load__refuses_an_ensemble_without_members(ensemble, change_config, tmp_path):
    ensemble.save(tmp_path / "none")
    change_config(tmp_path / "none", members=0)
    with pytest.raises(ModelFolderError, match=mentions("Ensemble")):
        models.load(tmp_path / "none")


def test_load__refuses_what_is_another_model(tmp_path):
    models.TFBindingModel(seed=0).save(tmp_path / "one")
    with pytest.raises(ModelFolderError, match=mentions("TFBindingModel", "Ensemble")):
        Ensemble.load(tmp_path / "one")


def test_load__refuses_an_ensemble_that_lacks_a_member(ensemble, tmp_path):
    ensemble.save(tmp_path / "three")
    (tmp_path / "three" / "member2" / "weights.npz").unlink()
    with pytest.raises(ModelFolderError, match="member2"):
        Ensemble.load(tmp_path / "three")


def test_fit__gives_each_member_callbacks_of_its_own(windows):
    train, valid, _ = windows
    made = Ensemble.of(lambda seed: models.TFBindingModel(seed=seed, batch_size=100, progress=False), n=2)
    stops = []

    def stopping(member):
        stops.append(models.EarlyStopping(valid, metrics.roc_auc, patience=1))
        return stops[-1:]

    made.fit(train, nb_epoch=2, callbacks_for=stopping)
    assert len(stops) == 2 and all(stop.history for stop in stops)


def test_ensemble__needs_members_of_one_kind():
    with pytest.raises(EmptyInputError, match=mentions("ensemble")):
        Ensemble([])
    with pytest.raises(ShapeMismatchError, match=mentions("tasks", "length", "alphabet", "mode")):
        Ensemble([models.TFBindingModel(), models.TFBindingModel(length=50)])


def test_ensemble__needs_members_of_the_same_side_inputs(windows):
    _, _, accessibility = windows
    with pytest.raises(SideInputError, match=mentions("side inputs", "accessibility", "1", "models.Blend")):
        Ensemble([models.AccessibilityTFBindingModel(accessibility), models.TFBindingModel()])


def test_fit__trains_members_that_are_no_networks_and_ensembles_too(windows):
    train, valid = windows[:2]
    kmers, network = models.KmerRegression(k=3), models.TFBindingModel(seed=0)
    inner = Ensemble([models.TFBindingModel(seed=0)])
    Ensemble([kmers, inner]).fit(train, nb_epoch=1, checkpoint_interval=0)
    network.fit(train, nb_epoch=1, checkpoint_interval=0)
    np.testing.assert_array_equal(inner.predict(valid), network.predict(valid))
    assert kmers.predict(valid).shape == (len(valid), 1)


def test_ensemble__names_members_that_differ_also_where_one_has_no_length_yet():
    with pytest.raises(ShapeMismatchError, match=mentions("None", "ACGU")):
        Ensemble([models.KmerRegression(k=3), models.SiRNAEfficacyModel()])
