"""Calibration: rising functions that keep their word, saved with the model."""

import json
import logging
import math
import re

import deepchem as dc
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions
from sklearn.metrics import roc_auc_score

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


def platt_of_lin(p, happened):
    """Fit Platt's line row by row with the algorithm of Lin, Lin and Weng (2007): Newton's steps, halved as needed."""
    x = [math.log(each / (1 - each)) for each in p]
    n_pos = sum(happened)
    n_neg = len(happened) - n_pos
    targets = [(n_pos + 1) / (n_pos + 2) if one else 1 / (n_neg + 2) for one in happened]

    def loss(slope, intercept):
        return sum(
            math.log1p(math.exp(-abs(z))) + max(z, 0) - t * z
            for z, t in ((slope * each + intercept, t) for each, t in zip(x, targets, strict=True))
        )

    slope, intercept = 0.0, math.log((n_pos + 1) / (n_neg + 1))
    for _ in range(100):
        aa, ab, bb, ga, gb = 1e-12, 0.0, 1e-12, 0.0, 0.0
        for each, t in zip(x, targets, strict=True):
            q = 1 / (1 + math.exp(-(slope * each + intercept)))
            aa, ab, bb = aa + each * each * q * (1 - q), ab + each * q * (1 - q), bb + q * (1 - q)
            ga, gb = ga + each * (q - t), gb + q - t
        if abs(ga) < 1e-9 and abs(gb) < 1e-9:
            break
        det = aa * bb - ab * ab
        da, db = -(bb * ga - ab * gb) / det, -(-ab * ga + aa * gb) / det
        step, before = 1.0, loss(slope, intercept)
        while step > 1e-10 and loss(slope + step * da, intercept + step * db) > before + 1e-4 * step * (
            ga * da + gb * db
        ):
            step /= 2
        slope, intercept = slope + step * da, intercept + step * db
    return slope, intercept


@pytest.mark.parametrize(("n", "prevalence", "seed"), [(40, 0.5, 0), (201, 0.05, 1), (500, 0.3, 2), (300, 0.02, 3)])
def test_platt__is_that_of_an_independent_slow_reference(n, prevalence, seed):
    rng = np.random.default_rng(seed)
    happened = (rng.random(n) < prevalence).astype(int)
    happened[:2] = 0, 1
    p = 1 / (1 + np.exp(-(rng.normal(size=n) * 2 + happened - 3)))
    found = Calibration.fit(p, happened)
    assert (found.slope, found.intercept) == pytest.approx(platt_of_lin(p.tolist(), happened.tolist()), rel=1e-6)


def test_platt__of_one_positive_is_certain_of_nothing():
    happened = np.zeros(201, int)
    happened[-1] = 1
    p = np.linspace(0.001, 0.9, 201)
    found = Calibration.fit(p, happened)
    assert (found.slope, found.intercept) == pytest.approx(platt_of_lin(p.tolist(), happened.tolist()), rel=1e-6)
    calibrated = found.apply(p)
    assert 1e-5 < calibrated.min() < 1 / 100 and calibrated.max() < 2 / 3
    separable = Calibration.fit(np.where(happened == 1, 0.9, 0.1), happened).apply([0.1, 0.9])
    assert separable == pytest.approx([1 / 202, 2 / 3], rel=1e-4)


def test_platt__keeps_the_order_of_rows_ranked_below_chance_and_says_so(caplog):
    rng = np.random.default_rng(5)
    happened = (rng.random(500) < 0.1).astype(int)
    p = 1 / (1 + np.exp(-rng.normal(size=500) + happened))
    assert roc_auc_score(happened, p) < 0.4
    with caplog.at_level(logging.WARNING, logger="deepchem_genomics"):
        calibrated = Calibration.fit(p, happened).apply(p)
    assert re.search(mentions("500 rows", "chance"), caplog.text)
    assert roc_auc_score(happened, calibrated) == roc_auc_score(happened, p)
    assert calibrated == pytest.approx(happened.mean(), rel=0.05)
    other = 1 - p  # ranked above chance by a model, and below by its opposite
    assert roc_auc_score(happened, Calibration.fit(p, happened).apply(other)) == roc_auc_score(happened, other)


def test_platt__of_one_prediction_for_all_rows_gives_the_prevalence():
    assert Calibration.fit(np.full(100, 0.5), [1] * 10 + [0] * 90).apply([0.5])[0] == pytest.approx(0.1, abs=0.01)


@given(st.lists(st.tuples(st.floats(1e-6, 0.999), st.booleans()), min_size=2), st.data())
def test_platt__never_turns_two_predictions_round(rows, data):
    p, happened = zip(*rows, strict=True)
    if len(set(happened)) == 2:
        found = Calibration.fit(p, np.asarray(happened, int))
        low, high = sorted(data.draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))
        assert found.slope > 0 and found.apply(low) <= found.apply(high)


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
        (([0.1, 0.2], [0, 1], "beta"), BadValueError, ("method", "beta", "'platt', 'isotonic'")),
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
        {"method": "platt", "slope": -0.1},
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
    assert calibrated.shape == raw.shape and calibrated.dtype == np.float64
    assert calibrated.mean() == pytest.approx(valid.y.mean(), abs=1e-3) != pytest.approx(raw.mean(), abs=0.1)
    assert np.array_equal(
        model.predict_on_generator(model.default_generator(valid, mode="predict", pad_batches=False)), raw
    )
    model.save(tmp_path / "model")
    loaded = models.load(tmp_path / "model")
    assert np.array_equal(loaded.predict(valid), calibrated)
    assert loaded.evaluate(valid, [metrics.roc_auc]) == model.evaluate(valid, [metrics.roc_auc])
    model.calibrate(valid)  # again, not on top of the first
    np.testing.assert_allclose(model.predict(valid), calibrated, atol=1e-5)
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    for wrong in ([{"method": "beta"}], config["calibrations"] * 2):
        change_config(tmp_path / "model", calibrations=wrong)
        with pytest.raises(ModelFolderError, match="calibration"):
            models.load(tmp_path / "model")


def test_model__calibrates_each_run_of_its_uncertainty(trained):
    model, valid = trained
    model.calibrate(valid)
    (calibration,) = model.calibrations
    once, none = model.predict_uncertainty(valid, masks=1)
    assert not none.any()
    mean, spread = model.predict_uncertainty(valid, masks=4)
    model.calibrations = ()
    np.testing.assert_allclose(once, calibration.apply(model.predict_uncertainty(valid, masks=1)[0]), rtol=1e-5)
    raw, raw_spread = model.predict_uncertainty(valid, masks=4)
    assert mean.mean() < raw.mean() / 2
    assert (spread > 0).all() and (spread != raw_spread).any()


@pytest.mark.parametrize("kind", ["trees", "k-mers", "blend"])
def test_model__of_any_class_is_calibrated_in_order_and_saves_it(kind, tmp_path):
    train, valid, _ = simulate.simulated_tf_datasets(n_train=800, n_valid=400, seed=1, prevalence=0.06)
    model = {
        "trees": lambda: models.SequenceBoosting(k=(1, 2), trees=20),
        "k-mers": lambda: models.KmerRegression(k=3),
        "blend": lambda: models.Blend([models.KmerRegression(k=2), models.KmerRegression(k=3)]),
    }[kind]()
    model.fit(train)
    raw = model.predict(valid)
    model.calibrate(valid)
    calibrated = model.predict(valid)
    np.testing.assert_array_equal(np.argsort(calibrated[:, 0], kind="stable"), np.argsort(raw[:, 0], kind="stable"))
    assert calibrated.mean() == pytest.approx(valid.y.mean(), abs=0.01)
    model.save(tmp_path / "model")
    np.testing.assert_array_equal(models.load(tmp_path / "model").predict(valid), calibrated)
    if model.has_uncertainty:
        np.testing.assert_array_equal(model.predict_uncertainty(valid)[0], calibrated)


def test_model__of_scores_that_are_no_probabilities_cannot_be_calibrated():
    train, valid, _ = simulate.simulated_tf_datasets(n_train=200, n_valid=100, seed=1, prevalence=0.06)
    from deepchem_genomics.motifs.jaspar import ATF3

    model = models.BestMotifScore(ATF3)
    model.fit(train)
    with pytest.raises(BadValueError, match=mentions("probabilities")):
        model.calibrate(valid)


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


def test_model__keeps_its_calibration_where_another_cannot_be_learned():
    valid = simulate.simulated_tf_datasets(n_train=300, n_valid=100, prevalence=0.06)[1]
    model = models.RCTFBindingModel(filters=4, hidden=4, seed=0)
    model.calibrate(valid)
    calibrations, expected = model.calibrations, model.predict(valid)
    one_class = dc.data.NumpyDataset(valid.X, np.zeros_like(valid.y), valid.w, valid.ids)
    with pytest.raises(LabelError):
        model.calibrate(one_class)
    with pytest.raises(ShapeMismatchError):
        model.refit_bias(dc.data.NumpyDataset(valid.X[:, :50], valid.y, valid.w, valid.ids))
    assert model.calibrations == calibrations
    np.testing.assert_array_equal(model.predict(valid), expected)
