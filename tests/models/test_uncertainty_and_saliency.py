"""Monte-Carlo dropout, variance outputs, saliency for every input, scores with missing labels."""

from concurrent.futures import ThreadPoolExecutor

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import metrics, models
from deepchem_genomics.errors import BadValueError, LabelError, ShapeMismatchError


def test_predict_uncertainty__the_epistemic_part_is_real(trained, valid):
    mean, sd = trained.predict_uncertainty(valid, masks=30)
    assert mean.shape == sd.shape == (len(valid), 1)
    assert np.median(sd) > 0.005
    assert np.corrcoef(mean[:, 0], trained.predict(valid)[:, 0])[0, 1] > 0.7


def test_predict_uncertainty__is_repeatable_and_does_not_disturb_the_model(trained, valid):
    before = trained.predict(valid)
    first, second = (trained.predict_uncertainty(valid, masks=3) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(trained.predict(valid), before)


def test_predict_uncertainty__in_threads_is_that_of_one_after_the_other(trained, valid):
    _, expected = trained.predict_uncertainty(valid, masks=5)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: trained.predict_uncertainty(valid, masks=5)[1], range(6)))
    for spread in found:
        np.testing.assert_array_equal(spread, expected)


@pytest.mark.parametrize("masks", [0, -1, 2.5])
def test_predict_uncertainty__needs_a_number_of_runs(trained, valid, masks):
    with pytest.raises(BadValueError, match=mentions("masks", str(masks))):
        trained.predict_uncertainty(valid, masks=masks)


def test_predict_uncertainty__works_for_two_inputs(trained_two_input, valid):
    _, sd = trained_two_input.predict_uncertainty(valid, masks=5)
    assert (sd > 0).mean() > 0.9


def test_predict_uncertainty__needs_something_that_varies(make_model, valid):
    with pytest.raises(ValueError, match=mentions("dropout", "variance")):
        make_model(dropout=0.0).predict_uncertainty(valid)


def test_predict_uncertainty__the_variance_output_learns_the_noise():
    rng = np.random.default_rng(0)
    letters = rng.integers(0, 4, (1500, 8))
    noise = np.where(letters[:, 0] == 0, 0.25, 0.02)  # guides that begin with A are measured badly
    y = (0.5 + rng.normal(size=1500) * noise)[:, None]
    data = dc.data.NumpyDataset(np.eye(4, dtype=np.int8)[letters], y)
    arguments = {"length": 8, "kernel_size": 3, "batch_size": 100, "learning_rate": 0.01, "seed": 0, "dropout": 0.0}
    model = models.SiRNAEfficacyModel(variance=True, **arguments)
    model.fit(data, nb_epoch=40, checkpoint_interval=0)
    _, sd = model.predict_uncertainty(data, masks=1)
    assert np.median(sd[letters[:, 0] == 0]) == pytest.approx(0.25, rel=0.3)
    assert np.median(sd[letters[:, 0] != 0]) < 0.08


def test_compute_saliency__agrees_with_a_finite_difference(trained, valid):
    # in the logits, and in steps large enough for float32; the slope is exact where no relu changes sign
    sample = valid.X[0].astype(np.float32)
    logits = trained.compute_saliency(sample)[1]
    assert logits.shape == (1, 30, 4)
    position, letter = np.unravel_index(np.abs(logits[0]).argmax(), (30, 4))
    step = np.zeros_like(sample)
    step[position, letter] = 1e-2
    high, low = (trained.predict_on_batch((sample + sign * step)[None]) for sign in (1, -1))
    slope = (np.log(high / (1 - high)) - np.log(low / (1 - low))) / 2e-2
    assert float(slope.item()) == pytest.approx(logits[0, position, letter], rel=0.05)


def test_compute_saliency__a_batch_is_its_samples(trained, valid):
    _, batch = trained.compute_saliency(valid.X[:3])
    assert batch.shape == (3, 1, 30, 4)
    for sample, expected in zip(valid.X[:3], batch, strict=True):
        np.testing.assert_allclose(trained.compute_saliency(sample)[1], expected, rtol=1e-4, atol=1e-6)


def test_compute_saliency__agrees_with_deepchems_for_one_input(trained, valid):
    ours, theirs = trained.compute_saliency(valid.X[0]), dc.models.KerasModel.compute_saliency(trained, valid.X[0])
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_compute_saliency__has_a_part_for_each_input(trained_two_input, valid):
    probability, logits = trained_two_input.compute_saliency(valid.X[:4], valid.ids[:4])
    assert [part.shape for part in probability] == [(4, 1, 30, 4), (4, 1, 2)]
    weights = trained_two_input.model.get_layer("logits").get_weights()[0][-2:, 0]
    np.testing.assert_allclose(logits[1][:, 0], np.tile(weights, (4, 1)), rtol=1e-5)
    one = trained_two_input.compute_saliency(valid.X[0], valid.ids[0])
    assert [part.shape for part in one[1]] == [(1, 30, 4), (1, 2)]


def test_compute_saliency__wants_an_id_for_each_sample(trained_two_input, valid):
    with pytest.raises(ShapeMismatchError, match=mentions("3", "2", "ids")):
        trained_two_input.compute_saliency(valid.X[:3], valid.ids[:2])


def test_predict__gives_inner_outputs_too(trained, valid):
    hidden = trained.predict(valid, outputs=trained.model.get_layer("conv1").output)
    assert hidden.shape == (len(valid), 30, 15)


def test_evaluate__labels_of_weight_0_are_left_out(make_model, windows):
    data = windows(80, seed=5, n_tasks=2)
    model = make_model(n_tasks=2)
    known = np.arange(80) < 50
    w = np.ones((80, 2))
    w[~known, 1] = 0
    y = np.where(w == 0, 1 - data.y, data.y)  # wrong labels, to be ignored
    _, by_task = model.evaluate(dc.data.NumpyDataset(data.X, y, w, data.ids), [metrics.roc_auc], per_task_metrics=True)
    _, expected = model.evaluate(
        dc.data.NumpyDataset(data.X[known], data.y[known], ids=data.ids[known]),
        [metrics.roc_auc],
        per_task_metrics=True,
    )
    assert by_task["roc_auc"][1] == pytest.approx(expected["roc_auc"][1])
    assert by_task["roc_auc"][0] != pytest.approx(expected["roc_auc"][0])


def test_evaluate__a_task_without_any_label_is_an_error(trained, windows):
    data = windows(10, seed=5)
    data.w[:] = 0
    with pytest.raises(LabelError, match=mentions("task 0")):
        trained.evaluate(data, [metrics.roc_auc])
