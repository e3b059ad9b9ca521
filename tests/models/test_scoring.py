"""Scores: one rule for data sets and generators, for metrics and plain functions, for every model."""

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import metrics, models
from deepchem_genomics.errors import EmptyInputError, LabelError, ShapeMismatchError

METRICS = [metrics.roc_auc, metrics.pr_auc]


@pytest.fixture(scope="module")
def scored(windows):
    """Rows of two tasks; some labels are missing, of which some are NaN."""
    rows = windows(75, seed=5, n_tasks=2)
    w = (np.random.default_rng(0).random(rows.y.shape) < 0.7).astype(np.float32)
    y = np.where((w == 0) & (np.arange(75)[:, None] % 2 == 0), np.nan, 1 - rows.y * (w == 0) - (1 - rows.y) * (w != 0))
    return dc.data.NumpyDataset(rows.X, y, w, rows.ids)


@pytest.fixture(scope="module")
def model(make_model):
    return make_model(n_tasks=2, batch_size=20)


def with_ones(rows):
    """Return the same rows, of which no label is missing."""
    return dc.data.NumpyDataset(rows.X, np.nan_to_num(rows.y), None, rows.ids)


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("change", [lambda rows: rows, with_ones], ids=["missing", "whole"])
@pytest.mark.parametrize("per_task", [False, True])
def test_evaluate_generator__scores_as_evaluate_does(model, scored, padded, change, per_task):
    rows = change(scored)
    batches = model.default_generator(rows, mode="predict", pad_batches=padded)
    found = model.evaluate_generator(batches, METRICS, per_task_metrics=per_task)
    expected = model.evaluate(rows, METRICS, per_task_metrics=per_task)
    for one, other in zip(found if per_task else [found], expected if per_task else [expected], strict=True):
        assert set(one) == {"roc_auc", "pr_auc"}
        for name in one:
            np.testing.assert_allclose(one[name], other[name], atol=1e-12)


def test_evaluate_generator__takes_the_chapters_padded_batches(train, signals):
    values = dict(zip(signals.ids, signals.values[:, 0], strict=True))
    model = models.AccessibilityTFBindingModel(values, length=30, seed=1)

    def batches():
        for X, y, w, ids in train.iterbatches(batch_size=100, pad_batches=True):
            yield [X, np.array([values[name] for name in ids])], [y], [w]

    found = model.evaluate_generator(batches(), [metrics.roc_auc])
    assert found["roc_auc"] == pytest.approx(model.evaluate(train, metrics.roc_auc)["roc_auc"], abs=1e-12)


def test_evaluate_generator__takes_generate_batches_with_labels_missing(model, scored):
    batches = models.generate_batches(scored, batch_size=30, seed=1)  # in another order
    found, expected = model.evaluate_generator(batches, METRICS), model.evaluate(scored, METRICS)
    assert found == pytest.approx(expected, abs=1e-12)


def test_evaluate_generator__is_of_calibrated_predictions(make_model, train, valid):
    model = make_model()
    model.calibrate(train)
    brier = dc.metrics.Metric(dc.metrics.mean_squared_error)
    found = model.evaluate_generator(models.generate_batches(valid, seed=0), [brier])
    assert found == pytest.approx(model.evaluate(valid, [brier]), abs=1e-7)


def test_evaluate_generator__of_nothing_is_an_error(model):
    with pytest.raises(EmptyInputError, match=mentions("generator")):
        model.evaluate_generator(iter(()), METRICS)


def test_evaluate_generator__takes_batches_with_ids_and_without_weights(make_model, valid):
    model = make_model()
    with_ids = [([valid.X], [valid.y], [], [valid.ids])]
    assert model.evaluate_generator(with_ids, METRICS) == pytest.approx(model.evaluate(valid, METRICS), abs=1e-12)


def scorers(make_model, train):
    kmers = models.KmerRegression(k=3)
    kmers.fit(train)
    network = make_model()
    return {
        "network": network,
        "k-mers": kmers,
        "blend": models.Blend([network, kmers]),
        "ensemble": models.Ensemble([network]),
    }


@pytest.mark.parametrize("kind", ["network", "k-mers", "blend", "ensemble"])
@pytest.mark.parametrize("n_missing", [0, 1])
def test_evaluate__takes_plain_functions_and_scores_one_task_alike(kind, n_missing, make_model, train, valid):
    model = scorers(make_model, train)[kind]
    w = np.ones_like(valid.y)
    w[:n_missing] = 0
    rows = dc.data.NumpyDataset(valid.X, valid.y, w, valid.ids)
    overall, by_task = model.evaluate(rows, dc.metrics.roc_auc_score, per_task_metrics=True)
    assert set(overall) == {"metric-1"}
    expected = model.evaluate(rows, [metrics.roc_auc])["roc_auc"]
    assert np.ndim(by_task["metric-1"]) == 0  # as DeepChem has it for one task
    assert by_task["metric-1"] == overall["metric-1"] == pytest.approx(expected)
    several = model.evaluate(rows, [dc.metrics.roc_auc_score, metrics.pr_auc, dc.metrics.prc_auc_score])
    assert set(several) == {"metric-1", "pr_auc", "metric-3"}


def test_evaluate__scores_as_deepchem_does_where_no_label_is_missing(model, scored):
    rows = with_ones(scored)
    found = model.evaluate(rows, METRICS, per_task_metrics=True)
    stock = dc.utils.evaluate.Evaluator(model, rows, []).compute_model_performance(METRICS, per_task_metrics=True)
    for one, other in zip(found, stock, strict=True):
        for name in other:
            np.testing.assert_allclose(one[name], other[name])


@pytest.mark.parametrize("kind", ["network", "k-mers", "blend", "ensemble"])
def test_evaluate__refuses_labels_of_other_tasks_and_nan_that_counts(kind, make_model, train, valid):
    model = scorers(make_model, train)[kind]
    two = dc.data.NumpyDataset(valid.X, np.hstack([valid.y, valid.y]), ids=valid.ids)
    with pytest.raises(ShapeMismatchError, match=mentions("90, 2", "n_tasks=2")):
        model.evaluate(two, METRICS)
    y = valid.y.copy()
    y[7] = np.nan
    with pytest.raises(LabelError, match=mentions(repr(str(valid.ids[7])), "NaN", "weight 0")):
        model.evaluate(dc.data.NumpyDataset(valid.X, y, ids=valid.ids), METRICS)


@pytest.mark.parametrize("n_columns", [2, 3])
@pytest.mark.parametrize("was_trained", [False, True])
def test_fit__refuses_labels_of_other_tasks(n_columns, was_trained, make_model, train):
    model = make_model()
    if was_trained:
        model.fit(train, nb_epoch=1)
    y = np.hstack([train.y] * n_columns)
    rows = dc.data.NumpyDataset(train.X, y, ids=train.ids)
    before = model.arrays()
    for fit in (
        lambda: model.fit(rows),
        lambda: model.fit_generator(models.generate_batches(rows)),
        lambda: model.fit_on_batch(rows.X, rows.y, rows.w),
        lambda: models.Ensemble([model]).fit(rows, nb_epoch=1),
        lambda: models.Blend([model]).fit(rows),
        lambda: model.calibrate(rows),
        lambda: model.evaluate_generator(models.generate_batches(rows), METRICS),
        lambda: models.KmerRegression().fit(rows),
    ):
        with pytest.raises(ShapeMismatchError, match=mentions(str(n_columns))):
            fit()
    for name, values in model.arrays().items():
        np.testing.assert_array_equal(values, before[name])


def test_fit__takes_one_task_as_one_column_or_none(make_model, train):
    for y in (train.y, train.y[:, 0]):
        model = make_model()
        model.fit(dc.data.NumpyDataset(train.X, y, ids=train.ids), nb_epoch=1, checkpoint_interval=0)
    with pytest.raises(ShapeMismatchError, match=mentions("n_tasks=1")):
        make_model(n_tasks=2).fit(train)
