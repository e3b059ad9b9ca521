"""How DeepChem's users call models, asked of every public one: what works with DeepChem's classes works with ours."""

import io

import deepchem as dc
import numpy as np
import pytest

from deepchem_genomics import metrics

NAMES = {"classification": (metrics.roc_auc, metrics.pr_auc), "regression": (metrics.pearson, metrics.rmse)}


def stock(model):
    """Return a metric of DeepChem's own for a model."""
    score = dc.metrics.roc_auc_score if model.get_task_type() == "classification" else dc.metrics.pearson_r2_score
    return dc.metrics.Metric(score)


def varying(fitted, kind):
    """Return a kind of model and rows, unless it predicts the same for all, of which there is no score."""
    model, rows, _ = fitted(kind)
    if np.ptp(model.predict(rows)) == 0:
        pytest.skip("predicts the same for every row")
    return model, rows


def test_evaluate__takes_one_metric_or_several_ours_or_deepchems(fitted, kind):
    model, rows = varying(fitted, kind)
    several = NAMES[model.get_task_type()]
    found = model.evaluate(rows, list(several))
    assert list(found) == [metric.name for metric in several]
    assert model.evaluate(rows, several[0]) == {several[0].name: found[several[0].name]}
    own = stock(model)
    assert np.isfinite(model.evaluate(rows, [own])[own.name])


def test_evaluate__per_task_metrics_are_those_of_the_only_task(fitted, kind):
    model, rows = varying(fitted, kind)
    metric = NAMES[model.get_task_type()][0]
    overall, by_task = model.evaluate(rows, [metric], per_task_metrics=True)
    assert np.ravel(by_task[metric.name]).tolist() == [overall[metric.name]]


def test_evaluate__leaves_out_rows_of_weight_0(fitted, kind):
    model, rows = varying(fitted, kind)
    metric = NAMES[model.get_task_type()][0]
    kept = np.arange(len(rows)) % 3 > 0
    spoiled = dc.data.NumpyDataset(rows.X, np.where(kept[:, None], rows.y, 1 - rows.y), kept[:, None] * 1.0, rows.ids)
    expected = model.evaluate(rows.select(np.flatnonzero(kept).tolist()), [metric])[metric.name]
    assert model.evaluate(spoiled, [metric])[metric.name] == pytest.approx(expected, abs=1e-6)


def test_predict__undoes_transformers(fitted, kind):
    model, rows, _ = fitted(kind)
    labels = np.random.default_rng(0).normal(3, 2, (len(rows), 1))
    normalizer = dc.trans.NormalizationTransformer(
        transform_y=True, dataset=dc.data.NumpyDataset(rows.X, labels, ids=rows.ids)
    )
    expected = model.predict(rows) * labels.std() + labels.mean()
    np.testing.assert_allclose(model.predict(rows, [normalizer]), expected, rtol=1e-4)


def test_predict__follows_the_rows_of_any_dataset(fitted, kind, tmp_path):
    model, rows, _ = fitted(kind)
    expected = model.predict(rows)
    on_disk = dc.data.DiskDataset.from_numpy(rows.X, rows.y, rows.w, rows.ids, data_dir=str(tmp_path / "data"))
    on_disk.reshard(17)
    np.testing.assert_allclose(model.predict(on_disk), expected, rtol=1e-5, atol=1e-6)
    order = np.random.default_rng(1).permutation(len(rows)).tolist()
    np.testing.assert_allclose(model.predict(rows.select(order)), expected[order], rtol=1e-5, atol=1e-6)


def test_model__says_what_deepchem_asks_of_it(fitted, kind):
    model = fitted(kind).model
    assert isinstance(model, dc.models.Model)
    assert model.get_num_tasks() == 1
    assert model.get_task_type() in ("classification", "regression")
    assert repr(model).startswith(f"{type(model).__name__}(")


def test_validation_callback__of_deepchem_scores_a_network(fitted, kind):
    model, rows = varying(fitted, kind)
    if not model.is_network:
        pytest.skip("is not trained in steps")
    metric, printed = NAMES[model.get_task_type()][0], io.StringIO()
    callback = dc.models.ValidationCallback(rows, 1, [metric], output_file=printed)
    weights = model.model.get_weights()
    try:
        model.fit(rows, nb_epoch=1, checkpoint_interval=0, callbacks=callback)
    finally:
        model.model.set_weights(weights)
    assert metric.name in printed.getvalue()
    assert np.isfinite(callback.get_best_score())


def test_all_losses__has_a_loss_for_each_report(fitted, kind):
    model, rows, _ = fitted(kind)
    if not model.is_network:
        pytest.skip("is not trained in steps")
    weights, losses = model.model.get_weights(), []
    before, model.log_frequency = model.log_frequency, 1
    try:
        last = model.fit(rows, nb_epoch=2, checkpoint_interval=0, all_losses=losses)
    finally:
        model.model.set_weights(weights)
        model.log_frequency = before
    assert len(losses) >= 2 and np.isfinite(losses).all()
    assert np.isfinite(last)


def test_checkpoints__are_listed_and_restored(fitted, kind, tmp_path):
    model, rows, _ = fitted(kind)
    if not model.is_network:
        pytest.skip("has no checkpoints")
    expected = model.predict(rows)
    model.save_checkpoint(model_dir=str(tmp_path))
    assert len(model.get_checkpoints(str(tmp_path))) == 1
    weights = model.model.get_weights()
    model.model.set_weights([np.zeros_like(one) for one in weights])
    model.restore(model_dir=str(tmp_path))
    np.testing.assert_allclose(model.predict(rows), expected, rtol=1e-6)


@pytest.mark.parametrize(
    "metric", [metrics.roc_auc, metrics.pr_auc, metrics.pearson, metrics.spearman, metrics.rmse], ids=repr
)
def test_metrics__take_labels_with_and_without_a_task_axis(metric):
    chance = np.random.default_rng(0)
    labels = (chance.random(40) < 0.5).astype(float)
    predicted = labels * 0.3 + chance.random(40)
    column = metric.compute_metric(labels[:, None], predicted[:, None])
    assert column == pytest.approx(metric.compute_metric(labels, predicted))
    twice = metric.compute_metric(np.stack([labels, labels], 1), np.stack([predicted, predicted], 1), n_tasks=2)
    assert twice == pytest.approx(column)
