"""Baselines for binding, on simulated windows where what each can know is known."""

import sys

import deepchem as dc
import numpy as np
import pytest
from messages import mentions
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from deepchem_genomics import models
from deepchem_genomics.data import SideInput
from deepchem_genomics.errors import (
    BadValueError,
    LabelError,
    MissingExtraError,
    MissingIdError,
    NotFittedError,
    SequenceLengthError,
    ShapeMismatchError,
)
from deepchem_genomics.feat import one_hot
from deepchem_genomics.metrics import pr_auc, roc_auc
from deepchem_genomics.models import (
    AccessibilityAlone,
    AlwaysPrevalence,
    BestMotifScore,
    GappedKmerRegression,
    KmerRegression,
    MotifAccessibilityRegression,
    MotifBoosting,
    SequenceBoosting,
)
from deepchem_genomics.models.boosting import LIVER_MOTIFS, gc_and_cpg_content
from deepchem_genomics.motifs.jaspar import ATF3, JUND_AND_ATF3
from deepchem_genomics.simulate import simulated_tf_datasets
from deepchem_genomics.simulate.ideal_observer import ideal_tf_scores
from deepchem_genomics.simulate.tf_binding import simulate_tf_binding

N_TRAIN, N_VALID = 8000, 4000
KINDS = (
    "AccessibilityAlone",
    "AlwaysPrevalence",
    "BestMotifScore",
    "GappedKmerRegression",
    "KmerRegression",
    "MotifAccessibilityRegression",
    "MotifBoosting",
    "MotifBoosting with accessibility",
    "SequenceBoosting",
    "SequenceBoosting with motifs and accessibility",
    "SequenceBoosting with similar windows",
)


@pytest.fixture(scope="module")
def data():
    return simulated_tf_datasets(N_TRAIN, N_VALID, seed=3)


def build(kind: str, accessibility: SideInput):
    return {
        "AccessibilityAlone": lambda: AccessibilityAlone(accessibility),
        "AlwaysPrevalence": lambda: AlwaysPrevalence(),
        "BestMotifScore": lambda: BestMotifScore(ATF3),
        "GappedKmerRegression": lambda: GappedKmerRegression(width=6, k=4),
        "KmerRegression": lambda: KmerRegression(k=4),
        "MotifAccessibilityRegression": lambda: MotifAccessibilityRegression(ATF3, accessibility),
        "MotifBoosting": lambda: MotifBoosting(JUND_AND_ATF3),
        "MotifBoosting with accessibility": lambda: MotifBoosting(JUND_AND_ATF3, accessibility),
        "SequenceBoosting": lambda: SequenceBoosting((1, 2, 3, 4), trees=60),
        "SequenceBoosting with motifs and accessibility": lambda: SequenceBoosting(
            (), JUND_AND_ATF3, accessibility, trees=60
        ),
        "SequenceBoosting with similar windows": lambda: SequenceBoosting((1, 2, 3), similar=True, trees=60),
    }[kind]()


@pytest.fixture(scope="module")
def fitted(data):
    train, _, accessibility = data
    models = {kind: build(kind, accessibility) for kind in KINDS}
    for model in models.values():
        model.fit(train)
    return models


@pytest.fixture(scope="module")
def auc(data, fitted):
    return {kind: model.evaluate(data[1], roc_auc)["roc_auc"] for kind, model in fitted.items()}


def test_always_prevalence__is_constant_and_ranks_like_a_coin(data, fitted):
    train, valid, _ = data
    model = fitted["AlwaysPrevalence"]
    assert set(model.predict(valid)[:, 0]) == {train.y.mean(dtype=float)}
    scores = model.evaluate(valid, [roc_auc, pr_auc])
    assert scores["roc_auc"] == 0.5
    assert scores["pr_auc"] == pytest.approx(valid.y.mean())


def test_accessibility_alone__ranks_as_the_accessibility_does(data, fitted, auc):
    _, valid, accessibility = data
    raw = roc_auc.compute_metric(valid.y, accessibility.lookup(valid.ids))
    assert auc["AccessibilityAlone"] == pytest.approx(float(raw), abs=1e-6)


def test_baselines__know_what_they_are_given_and_no_more(auc):
    simulated = simulate_tf_binding(N_TRAIN + N_VALID, seed=3)
    ideal = ideal_tf_scores(simulated)
    y = simulated.y[N_TRAIN:]
    best = {what: float(roc_auc.compute_metric(y, getattr(ideal, what)[N_TRAIN:])) for what in ideal._fields}
    for kind in ("BestMotifScore", "MotifBoosting", "KmerRegression"):
        assert 0.55 < auc[kind] < best["sequence"] + 0.03, kind
    for kind in ("MotifAccessibilityRegression", "MotifBoosting with accessibility"):
        assert max(auc["AccessibilityAlone"], auc["BestMotifScore"]) < auc[kind] < best["both"] + 0.03, kind


@pytest.mark.parametrize("kind", KINDS)
def test_baseline__is_reproducible_and_leaves_its_input_alone(kind, data):
    train, valid, accessibility = data
    train = dc.data.NumpyDataset(train.X[:2000], train.y[:2000], train.w[:2000], train.ids[:2000])
    before = [array.copy() for array in (train.X, train.y, train.w, train.ids)]
    models = [build(kind, accessibility) for _ in range(2)]
    for model in models:
        model.fit(train)
    first, second = (model.predict(valid) for model in models)
    np.testing.assert_array_equal(first, second)
    assert first.shape == (N_VALID, 1)
    assert np.isfinite(first).all()
    assert models[0].get_task_type() == "classification"
    for array, kept in zip((train.X, train.y, train.w, train.ids), before, strict=True):
        np.testing.assert_array_equal(array, kept)


@pytest.mark.parametrize("kind", KINDS)
def test_baseline__scores_a_row_the_same_in_any_company(kind, data, fitted):
    valid = data[1]
    some = dc.data.NumpyDataset(valid.X[:7], ids=valid.ids[:7])
    np.testing.assert_allclose(fitted[kind].predict(some), fitted[kind].predict(valid)[:7], rtol=1e-6)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "BestMotifScore"])
def test_baseline__gives_probabilities(kind, data, fitted):
    predicted = fitted[kind].predict(data[1])
    assert (predicted > 0).all()
    assert (predicted < 1).all()


@pytest.mark.parametrize("kind", ["BestMotifScore", "KmerRegression", "MotifBoosting"])
def test_baseline__scores_both_strands_alike(kind, data, fitted):
    valid = data[1]
    other_strand = dc.data.NumpyDataset(valid.X[:, ::-1, ::-1], ids=valid.ids)
    np.testing.assert_allclose(fitted[kind].predict(other_strand), fitted[kind].predict(valid), rtol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_baseline__rows_of_weight_zero_teach_nothing(kind, data):
    train, valid, accessibility = data
    n = 3000
    w = train.w[:n].copy()
    w[::3] = 0
    y = np.where(w == 0, np.nan, train.y[:n])
    kept = w[:, 0] != 0
    with_gaps, without = build(kind, accessibility), build(kind, accessibility)
    with_gaps.fit(dc.data.NumpyDataset(train.X[:n], y, w, train.ids[:n]))
    without.fit(dc.data.NumpyDataset(train.X[:n][kept], y[kept], w[kept], train.ids[:n][kept]))
    np.testing.assert_array_equal(with_gaps.predict(valid), without.predict(valid))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "ccess" in kind])
def test_baseline__scales_the_accessibility_on_the_training_ids_alone(kind, data):
    train, valid, accessibility = data
    train = dc.data.NumpyDataset(train.X[:2000], train.y[:2000], train.w[:2000], train.ids[:2000])
    in_train = np.isin(accessibility.ids, train.ids)
    other = SideInput(accessibility.ids, np.where(in_train[:, None], accessibility.values, 100.0).astype(np.float32))
    models = build(kind, accessibility), build(kind, other)
    for model in models:
        model.fit(train)
    np.testing.assert_array_equal(models[0].predict(train), models[1].predict(train))
    assert not np.array_equal(models[0].predict(valid), models[1].predict(valid))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "ccess" in kind])
def test_baseline__names_an_id_without_accessibility(kind, data, fitted):
    with pytest.raises(MissingIdError, match="'chr9:0-101'"):
        fitted[kind].predict(dc.data.NumpyDataset(data[1].X[:1], ids=["chr9:0-101"]))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("BestMotifScore", "AlwaysPrevalence")])
def test_baseline__refuses_labels_of_one_class(kind, data):
    train, _, accessibility = data
    rows = dc.data.NumpyDataset(train.X[:50], np.zeros((50, 1)), ids=train.ids[:50])
    with pytest.raises(LabelError, match=mentions("50", "0")):
        build(kind, accessibility).fit(rows)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "BestMotifScore"])
def test_baseline__refuses_labels_that_are_no_classes(kind, data):
    train, _, accessibility = data
    y = np.linspace(0, 1, 50)[:, None]
    with pytest.raises(LabelError, match=mentions("simulated3:", "0.0204082", "48", "0", "1")):
        build(kind, accessibility).fit(dc.data.NumpyDataset(train.X[:50], y, ids=train.ids[:50]))


@pytest.mark.parametrize("kind", KINDS)
def test_baseline__must_be_fitted_before_it_predicts(kind, data):
    with pytest.raises(NotFittedError, match=mentions("fit")):
        build(kind, data[2]).predict(data[1])


def test_motif_baselines__name_a_motif_wider_than_the_windows():
    X = one_hot(["ACGTACGTAC"] * 2)
    model = MotifBoosting([ATF3])
    with pytest.raises(SequenceLengthError, match=mentions("MA0605.2 (ATF3)", "12", "10")):
        model.fit(dc.data.NumpyDataset(X, np.array([[0.0], [1.0]])))


def test_motif_boosting__takes_its_motifs_from_jaspar(data):
    pytest.importorskip("pyjaspar")
    train, valid, _ = data
    model = MotifBoosting()
    model.fit(dc.data.NumpyDataset(train.X[:2000], train.y[:2000], train.w[:2000], train.ids[:2000]))
    assert model.evaluate(valid, roc_auc)["roc_auc"] > 0.6
    assert model.motifs is None  # DeepChem reads arguments back by name
    assert len(set(LIVER_MOTIFS)) == 18


def test_motif_boosting__without_pyjaspar_names_the_extra(data, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyjaspar", None)
    with pytest.raises(MissingExtraError, match=mentions("deepchem_genomics[motifs]")):
        MotifBoosting().fit(data[0])


def few(dataset, n=1500):
    return dc.data.NumpyDataset(dataset.X[:n], dataset.y[:n], dataset.w[:n], dataset.ids[:n])


def test_sequence_boosting__learns_the_same_bits_whatever_the_number_of_threads(data):
    predicted = []
    for threads in (1, 3):
        model = SequenceBoosting((1, 2, 3), trees=30)
        with threadpool_limits(threads, "openmp"):
            model.fit(few(data[0]))
        predicted.append(model.predict(data[1]))
    np.testing.assert_array_equal(*predicted)


def test_sequence_boosting__predicts_where_lightgbm_is_not(data, monkeypatch, tmp_path):
    model = SequenceBoosting((1, 2), trees=10)
    model.fit(few(data[0]))
    model.save(tmp_path / "trees")
    expected = model.predict(data[1])
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    np.testing.assert_array_equal(models.load(tmp_path / "trees").predict(data[1]), expected)


@pytest.mark.parametrize("model", [KmerRegression(4), GappedKmerRegression(6, 4, 3.0)], ids=["kmers", "gapped"])
def test_kmer_models__are_the_logistic_regression_of_scikit_learn(model, data, monkeypatch):
    monkeypatch.setattr(type(model), "tolerance", 1e-8)
    train, valid = few(data[0]), few(data[1], 300)
    model.fit(train)
    expected = LogisticRegression(C=model.inverse_penalty, tol=1e-8, max_iter=1000)
    features = [part @ np.eye(part.shape[1]) for part in map(model._features, (train.X, valid.X))]
    expected.fit(features[0], train.y[:, 0], sample_weight=train.w[:, 0] / train.w.mean())
    np.testing.assert_allclose(model.predict(valid)[:, 0], expected.predict_proba(features[1])[:, 1], atol=1e-4)


@pytest.mark.parametrize("value", [0, -1.0, float("nan"), float("inf")])
def test_kmer_regression__refuses_a_penalty_that_is_none(value, data):
    with pytest.raises(BadValueError, match=mentions("inverse_penalty", "0")):
        KmerRegression(inverse_penalty=value)


def test_kmer_regression__names_a_kmer_longer_than_the_sequences(data):
    X = one_hot(["ACGTACGTAC"] * 2)
    with pytest.raises(SequenceLengthError, match=mentions("k", "11", "10")):
        KmerRegression(k=11).fit(dc.data.NumpyDataset(X, np.array([[0.0], [1.0]])))


def test_baselines__take_windows_of_one_length(data, fitted):
    with pytest.raises(ShapeMismatchError, match=mentions("(N, 101, A)")):
        fitted["AlwaysPrevalence"].predict(dc.data.NumpyDataset(data[1].X[:, :50]))


def test_gc_and_cpg_content__is_counted_by_letters():
    sequences = ["ACGTNCGC", "NNNNNNNN", "CCCCGGGG", "GCGCATAT"]
    expected = [[sum(c in "GC" for c in s) / 8, s.count("CG") / 7] for s in sequences]
    np.testing.assert_allclose(gc_and_cpg_content(one_hot(sequences)), expected, rtol=1e-6)
