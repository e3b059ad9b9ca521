"""Calibration and threshold as part of training: on held-out rows, kept with the model, never another order."""

import json
import logging
import re

import numpy as np
import pytest
from deepchem.data import NumpyDataset
from messages import mentions
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from deepchem_genomics import experiments, models
from deepchem_genomics.errors import BadValueError, ModelFolderError
from deepchem_genomics.experiments.decision import calibration_errors, decide, write_curve
from deepchem_genomics.simulate import simulated_sirna_datasets, simulated_tf_datasets


@pytest.fixture(scope="module")
def windows():
    return simulated_tf_datasets(1000, 600, seed=1, prevalence=0.06)


@pytest.fixture(scope="module", params=["network", "kmers", "sequence-boosting"])
def trained(request, windows, tmp_path_factory):
    """Train with balanced weights, which promise far too much, with and without calibration."""
    train, valid, _ = windows
    settings = {
        "network": {"epochs": 2, "patience": 2, "balance": True, "batch_size": 200},
        "kmers": {"k": 3},
        "sequence-boosting": {"k": 2, "trees": 20},
    }[request.param]
    weights = np.where(train.y > 0, 0.5 / train.y.mean(), 0.5 / (1 - train.y.mean()))
    balanced = NumpyDataset(train.X, train.y, weights, train.ids)
    out = tmp_path_factory.mktemp("decision") / "model"
    made = [
        experiments.train(experiments.Data(balanced, valid=valid), request.param, out, settings=settings),
        experiments.train(
            experiments.Data(balanced, valid=valid),
            request.param,
            settings=settings,
            scoring=experiments.Scoring(calibrate=False),
        ),
    ]
    return made[0], made[1], out


def test_train__calibrates_a_classifier_of_any_class_without_changing_an_order(trained, windows):
    calibrated, raw, out = trained
    valid = windows[1]
    before, after = raw.model.predict(valid)[:, 0], calibrated.model.predict(valid)[:, 0]
    np.testing.assert_array_equal(np.argsort(before, kind="stable"), np.argsort(after, kind="stable"))
    assert calibrated.scores["valid"]["0"]["scores"]["model"] == raw.scores["valid"]["0"]["scores"]["model"]
    assert after.mean() == pytest.approx(valid.y.mean(), abs=0.01)
    np.testing.assert_array_equal(models.load(out).predict(valid)[:, 0], after)
    assert not raw.model.calibrations and "calibration" not in raw.record


def test_train__records_errors_before_and_cross_validated_after(trained, windows):
    calibrated, raw, out = trained
    valid = windows[1]
    record = json.loads((out / "training.json").read_text())["calibration"]["0"]
    (line,) = calibrated.model.calibrations
    assert (record["slope"], record["intercept"], record["on"]) == (line.slope, line.intercept, "valid")
    about = record["valid"]
    assert (about["rows"], about["positives"], about["folds"]) == (600, int(valid.y.sum()), 5)
    assert about["before"] == pytest.approx(calibration_errors(valid.y[:, 0], raw.model.predict(valid)[:, 0]))
    assert about["after"]["log_loss"] < about["before"]["log_loss"]
    assert about["after"]["ece"] < about["before"]["ece"]
    seen = calibration_errors(valid.y[:, 0], calibrated.model.predict(valid)[:, 0])
    assert seen["log_loss"] < about["after"]["log_loss"]


def test_train__draws_the_curves(trained):
    _, _, out = trained
    assert (out / "calibration.png").read_bytes().startswith(b"\x89PNG")


def test_train__keeps_a_threshold_with_the_model(trained, windows):
    calibrated, raw, out = trained
    valid = windows[1]
    record = json.loads((out / "training.json").read_text())["threshold"]["0"]
    predicted = calibrated.model.predict(valid)[:, 0]
    called = predicted >= record["value"]
    assert record["rule"] == "f1" and record["on"] == "valid" and record["positives"] == valid.y.sum()
    assert record["precision"] == pytest.approx(valid.y[called, 0].mean())
    assert record["recall"] == pytest.approx(called[valid.y[:, 0] == 1].mean())
    assert models.load(out).thresholds == calibrated.model.thresholds == [models.Threshold.from_json(record)]
    np.testing.assert_array_equal(raw.model.predict(valid)[:, 0] >= raw.model.thresholds[0].value, called)


def test_load__refuses_thresholds_that_are_none(trained, tmp_path):
    trained[0].model.save(tmp_path / "model")
    assert not models.load(tmp_path / "model").thresholds
    record = trained[0].record["threshold"]["0"]
    for wrong in ({"0": {}}, [1], {"0": record, "1": record}):
        (tmp_path / "model" / "training.json").write_text(json.dumps({"threshold": wrong}))
        with pytest.raises(ModelFolderError, match=mentions("training.json", "train")):
            models.load(tmp_path / "model")


def test_train__chooses_by_another_rule_and_refuses_one_that_is_none(windows, caplog):
    train, valid, _ = windows
    with caplog.at_level(logging.INFO, logger="deepchem_genomics"):
        found = experiments.train(
            experiments.Data(train, valid=valid),
            "kmers",
            settings={"k": 3},
            scoring=experiments.Scoring(rule="fdr=0.5"),
        )
    assert found.model.thresholds[0].rule == "fdr=0.5"
    assert re.search(mentions("threshold", "fdr=0.5", f"{int(valid.y.sum())} positives"), caplog.text)
    with pytest.raises(BadValueError, match=mentions("f2", "fdr=0.2")):
        experiments.train(experiments.Data(train, valid=valid), "kmers", scoring=experiments.Scoring(rule="f2"))


def test_decide__gives_scores_thresholds_and_regressions_nothing(windows):
    from deepchem_genomics.motifs.jaspar import ATF3

    train, valid, _ = windows
    motif = models.BestMotifScore(ATF3)
    motif.fit(train)
    found = decide(motif, {"valid": valid}, ["0"]).record
    assert "calibration" not in found and not motif.calibrations and motif.thresholds[0].rows == 600
    guides, others = simulated_sirna_datasets(n_train=60, n_valid=30)
    ridge = models.OneHotRidge()
    ridge.fit(guides)
    assert decide(ridge, {"valid": others}, ["0"]) == ({}, {}, {}) and not ridge.thresholds


def test_decide__judges_the_test_part_and_each_task_by_itself(windows, tmp_path):
    valid = windows[1]
    rng = np.random.default_rng(0)
    other = (rng.random(valid.y.shape) < 0.3).astype(float)
    w = np.ones((len(valid), 2))
    w[:100, 1] = 0
    both = NumpyDataset(valid.X, np.hstack([valid.y, other]), w, valid.ids)
    network = models.TFBindingModel(n_tasks=2, seed=0, progress=False)
    decided = decide(network, {"valid": both, "test": both}, ["JUND", "CTCF"])
    found = decided.record
    for part in ("valid", "test"):
        assert [found["calibration"][task][part]["rows"] for task in ("JUND", "CTCF")] == [600, 500]
    assert found["threshold"]["CTCF"]["positives"] == other[100:].sum()
    likely = network.predict(both)
    assert all(np.array_equal(decided.predicted[part], likely) for part in ("valid", "test"))
    expected = calibration_errors(other[100:, 0], likely[100:, 1])
    assert found["calibration"]["CTCF"]["test"]["after"] == pytest.approx(expected)
    write_curve(decided, tmp_path)
    assert (tmp_path / "calibration.png").read_bytes().startswith(b"\x89PNG")


def test_decide__keeps_the_auc_of_rows_ranked_below_chance(windows, caplog):
    valid = windows[1]
    model = models.KmerRegression(k=3)
    model.fit(NumpyDataset(valid.X, 1 - valid.y, valid.w, valid.ids))  # what it learns is the contrary
    before = roc_auc_score(valid.y, model.predict(valid))
    with caplog.at_level(logging.WARNING, logger="deepchem_genomics"):
        decide(model, {"valid": valid}, ["0"])
    assert before < 0.45 and roc_auc_score(valid.y, model.predict(valid)) == before
    assert caplog.text.count("chance") == 1


def test_calibration_errors__are_those_of_scikit_learn_and_of_counting():
    rng = np.random.default_rng(3)
    p = rng.random(1000)
    labels = (rng.random(1000) < p**2).astype(float)
    found = calibration_errors(labels, p)
    assert found["log_loss"] == pytest.approx(log_loss(labels, p))
    assert found["brier"] == pytest.approx(brier_score_loss(labels, p))
    groups = np.argsort(p).reshape(10, 100)
    assert found["ece"] == pytest.approx(np.mean([abs(p[g].mean() - labels[g].mean()) for g in groups]))
    assert np.isfinite(calibration_errors(np.array([1.0, 0.0]), np.array([0.0, 1.0]))["log_loss"])
