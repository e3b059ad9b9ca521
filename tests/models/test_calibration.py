"""Calibration: rising functions that keep their word, saved with the model."""

import json

import deepchem as dc
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics import metrics, models, simulate
from deepchem_genomics.errors import BadValueError, LabelError, ModelFolderError, ShapeMismatchError
from deepchem_genomics.models import Calibration


def promises(method="isotonic"):
    """Return probabilities that promise too much, and what came of them: by a rule that the method can express."""
    rng = np.random.default_rng(0)
    p = rng.random(20_000)
    true = 0.2 * p**2 if method == "isotonic" else 1 / (1 + np.exp(2 - 1.5 * np.log(p / (1 - p))))
    return p, (rng.random(20_000) < true).astype(int)


@pytest.mark.parametrize("method", ["platt", "isotonic"])
def test_calibration__keeps_its_word_and_the_order(method):
    p, happened = promises(method)
    calibrated = Calibration.fit(p, happened, method).apply(p)
    assert calibrated.mean() == pytest.approx(happened.mean(), abs=1e-3)
    for low in np.arange(0, 1, 0.2):
        group = (p >= low) & (p < low + 0.2)
        assert calibrated[group].mean() == pytest.approx(happened[group].mean(), abs=0.015)
    assert (np.diff(calibrated[np.argsort(p)]) >= 0).all()


def test_platt__finds_the_line_it_was_made_with():
    rng = np.random.default_rng(1)
    x = rng.normal(size=200_000)
    happened = rng.random(len(x)) < 1 / (1 + np.exp(-(0.7 * x - 2)))
    line = Calibration.fit(1 / (1 + np.exp(-x)), happened)
    assert (line.slope, line.intercept) == pytest.approx((0.7, -2), abs=0.03)


@pytest.mark.parametrize("method", ["platt", "isotonic"])
def test_calibration__comes_back_from_json(method):
    calibration = Calibration.fit(*promises(method), method)
    assert Calibration.from_json(json.loads(json.dumps(calibration.to_json()))) == calibration


@given(st.lists(st.floats(0, 1), min_size=1))
def test_calibration__gives_probabilities_whatever_the_probability(p):
    for calibration in (Calibration("platt", 3.0, -5.0), Calibration("isotonic", x=(0.2, 0.7), y=(0.0, 0.4))):
        calibrated = calibration.apply(p)
        assert ((calibrated >= 0) & (calibrated <= 1)).all()


@pytest.mark.parametrize(
    ("arguments", "error", "facts"),
    [
        (([0.1, 0.2], [0, 1], "beta"), BadValueError, ("method", "beta", "platt, isotonic")),
        (([0.1, 1.2], [0, 1]), BadValueError, ("1", "predictions", "1.2")),
        (([0.1, float("nan")], [0, 1]), BadValueError, ("predictions", "nan")),
        (([0.1, 0.2], [0, 0]), LabelError, ("labels", "class")),
        (([0.1, 0.2], [0, 0.5]), LabelError, ("labels", "0", "1")),
        (([0.1, 0.2], [0]), ShapeMismatchError, ("2 predictions", "1 labels")),
    ],
)
def test_calibration__says_what_is_wrong(arguments, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        Calibration.fit(*arguments)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"method": "beta"},
        {"method": "platt", "slope": float("inf")},
        {"method": "isotonic"},
        {"method": "isotonic", "x": [0.1, 0.2], "y": [0.5, 0.4]},
        {"method": "isotonic", "x": [0.1], "y": [0.5, 0.6]},
        {"method": "platt", "slope": "steep"},
        {"method": "platt", "other": 1},
        [],
    ],
)
def test_calibration__refuses_what_is_none(record):
    with pytest.raises(BadValueError, match=mentions("calibration")):
        Calibration.from_json(record)


@pytest.fixture(scope="module")
def trained():
    train, valid, _ = simulate.simulated_tf_datasets(n_train=600, n_valid=400, seed=0, prevalence=0.05)
    model = models.TFBindingModel(seed=0, batch_size=100, progress=False)
    model.fit(train, nb_epoch=1)
    return model, valid


def test_model__predicts_calibrated_and_saves_it(trained, change_config, tmp_path):
    model, valid = trained
    raw = model.predict(valid)
    model.calibrate(valid)
    calibrated = model.predict(valid)
    assert calibrated.shape == raw.shape and calibrated.dtype == raw.dtype
    assert calibrated.mean() == pytest.approx(valid.y.mean(), abs=1e-3) != pytest.approx(raw.mean(), abs=0.1)
    assert np.array_equal(
        model.predict_on_generator(model.default_generator(valid, mode="predict", pad_batches=False)), raw
    )
    model.save(tmp_path / "model")
    loaded = models.load(tmp_path / "model")
    assert np.array_equal(loaded.predict(valid), calibrated)
    assert loaded.evaluate(valid, [metrics.roc_auc]) == model.evaluate(valid, [metrics.roc_auc])
    model.calibrate(valid)  # anew, not on top of the first
    np.testing.assert_allclose(model.predict(valid), calibrated, atol=1e-5)
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    for wrong in ([{"method": "beta"}], config["calibrations"] * 2):
        change_config(tmp_path / "model", calibrations=wrong)
        with pytest.raises(ModelFolderError, match="calibration"):
            models.load(tmp_path / "model")


def test_model__leaves_rows_without_a_label_out(trained):
    model, valid = trained
    w = np.ones_like(valid.w)
    w[:200] = 0
    y = valid.y.copy()
    y[:200] = 1 - y[:200]
    model.calibrate(dc.data.NumpyDataset(valid.X, y, w, valid.ids))
    found = model.calibrations
    model.calibrate(dc.data.NumpyDataset(valid.X[200:], y[200:], w[200:], valid.ids[200:]))
    assert found[0].slope == pytest.approx(model.calibrations[0].slope, rel=1e-3)


def test_model__of_efficacies_has_no_probabilities():
    with pytest.raises(BadValueError, match=mentions("SiRNAEfficacyModel", "probabilities")):
        models.SiRNAEfficacyModel().calibrate(None)
