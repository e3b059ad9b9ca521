"""Batches given by hand to models with a side input: by ids, or as arrays, scaled as the model's."""

from pathlib import Path

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import metrics, models
from deepchem_genomics.errors import LabelError, MissingIdError, ShapeMismatchError, SideInputError


@pytest.fixture(scope="module")
def scaled(signals, train):
    return signals.scaled("log-standard", train.ids)


@pytest.fixture(params=[models.AccessibilityTFBindingModel, models.RCTFBindingModel])
def build(request):
    small = {} if request.param is models.AccessibilityTFBindingModel else {"filters": 4, "hidden": 4}
    return lambda values, **more: request.param(
        values, length=30, batch_size=50, learning_rate=0.01, seed=1, **small, **more
    )


def test_generate_batches__with_values_scaled_otherwise_is_refused(build, scaled, signals, train):
    model = build(scaled)
    of_valid = signals.scaled("log-standard", train.ids[:100])
    for given, facts in ((signals, ("none", "log-standard")), (of_valid, ("log-standard", "other rows"))):
        for use in (
            model.fit_generator,
            model.predict_on_generator,
            lambda batches: model.evaluate_generator(batches, [metrics.roc_auc]),
        ):
            with pytest.raises(SideInputError, match=mentions("accessibility", *facts, "model.side_inputs")):
                use(models.generate_batches(train, side_input=given))
    with pytest.raises(SideInputError, match=mentions("none", "log-standard")):
        build(signals).fit_generator(models.generate_batches(train, side_input=scaled))


def test_generate_batches__with_the_models_own_values_is_fit_and_evaluate(build, scaled, train):
    model, other = build(scaled), build(scaled)
    model.fit(train, nb_epoch=2)
    batches = models.generate_batches(train, 2, 50, other.side_inputs["accessibility"], seed=1)
    other.fit_generator(batches)
    for one, same in zip(model.arrays().values(), other.arrays().values(), strict=True):
        np.testing.assert_array_equal(one, same)
    batches = models.generate_batches(train, side_input=model.side_inputs["accessibility"], deterministic=True)
    found = model.evaluate_generator(batches, [metrics.roc_auc])
    assert found == pytest.approx(model.evaluate(train, [metrics.roc_auc]), abs=1e-7)


def test_generate_batches__values_that_were_changed_are_taken_as_they_are(build, scaled, signals, train):
    model = build(scaled)
    inputs, _, _ = next(models.generate_batches(train, side_input=signals, deterministic=True))
    by_hand = scaled.scaling.apply(np.asarray(inputs[1]))
    own = model.predict_on_batch(train.X, ids=train.ids)
    np.testing.assert_allclose(model.predict_on_batch([inputs[0], by_hand]), own, rtol=1e-5)


def test_on_batch__ids_and_arrays_give_the_same(build, scaled, train):
    by_ids, by_arrays = (build(scaled, dropout=0.0) for _ in range(2))  # masks depend on the order of rows
    X, y, w, ids = train.X[:40], train.y[:40], train.w[:40], train.ids[:40]
    expected = by_ids.predict(train)[:40]
    for predicted in (by_ids.predict_on_batch(X, ids=ids), by_ids.predict_on_batch([X, scaled.lookup(ids)])):
        np.testing.assert_allclose(predicted, expected, atol=1e-6)
    assert by_ids.predict_on_batch([X[:3], scaled.lookup(ids[:3])]).shape == (3, 1)
    losses = by_ids.fit_on_batch(X, y, w, ids=ids), by_arrays.fit_on_batch([X, scaled.lookup(ids)], y, w)
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)
    assert by_ids.get_global_step() == by_arrays.get_global_step() == 1
    assert by_ids.get_checkpoints()
    mean, sd = build(scaled).predict_uncertainty_on_batch(X, masks=3, ids=ids)
    assert mean.shape == sd.shape == (40, 1)


def test_on_batch__without_values_says_what_can_be_given(build, scaled, train):
    model = build(scaled)
    for call in (
        lambda: model.predict_on_batch(train.X),
        lambda: model.fit_on_batch(train.X, train.y, train.w),
        lambda: model.predict_uncertainty_on_batch(train.X),
    ):
        with pytest.raises(SideInputError, match=mentions("ids=", "[X, accessibility]")):
            call()
    with pytest.raises(MissingIdError, match=mentions("nosuch")):
        model.predict_on_batch(train.X[:1], ids=["nosuch"])
    with pytest.raises(ShapeMismatchError, match=mentions("230", "2")):
        model.predict_on_batch(train.X, ids=train.ids[:2])


def test_on_batch__of_a_model_of_sequences_needs_no_ids(make_model, train):
    model = make_model()
    expected = model.predict(train)
    np.testing.assert_array_equal(model.predict_on_batch(train.X), expected)
    np.testing.assert_array_equal(model.predict_on_batch(train.X, ids=train.ids), expected)
    assert np.isfinite(model.fit_on_batch(train.X[:40], train.y[:40], train.w[:40], checkpoint=False))
    assert not list(Path(model.model_dir).iterdir())


def test_generator__with_other_inputs_than_the_network_is_refused(build, scaled, make_model, train):
    with pytest.raises(ShapeMismatchError, match=mentions("1", "2", "accessibility")):
        build(scaled).fit_generator(models.generate_batches(train))
    with pytest.raises(ShapeMismatchError, match=mentions("2", "1")):
        make_model().predict_on_generator(models.generate_batches(train, side_input=scaled))
    with pytest.raises(ShapeMismatchError, match=mentions("length=30")):
        models.TFBindingModel(length=31).fit_generator(models.generate_batches(train))


def test_generator__rows_that_cannot_be_learned_are_named(make_model, train):
    X, y, w = train.X[:20], train.y[:20], train.w[:20]
    for wrong_y, wrong_w in [(np.nan, 1), (2, 1), (0, np.nan), (0, -1)]:
        labels, weights = y.copy(), w.copy()
        labels[3], weights[3] = wrong_y, wrong_w
        with pytest.raises(LabelError, match=mentions("row 3 of the batch")):
            make_model().fit_generator([([X], [labels], [weights])])
    labels[3], weights[3] = np.nan, 0  # no label
    model = make_model()
    model.fit_generator([([X], [labels], [weights])])
    assert np.isfinite(model.predict(train)).all()


def test_predict__several_inner_outputs_are_those_asked_one_by_one(make_model, train):
    model = make_model()
    inner = [model.model.layers[1].output, model.model.layers[-2].output]
    for outputs in (inner, tuple(inner)):
        for found, output in zip(model.predict(train, outputs=outputs), inner, strict=True):
            np.testing.assert_array_equal(found, model.predict(train, outputs=output))


def test_on_batch__side_inputs_in_another_order_or_of_other_rows_are_refused(build, scaled, train):
    model = build(scaled)
    X, y, w = train.X[:20], train.y[:20], train.w[:20]
    values = scaled.lookup(train.ids[:20])
    for wrong in (values[:, :1], np.hstack([values, values]), values[:19], values[:, :, None]):
        with pytest.raises(ShapeMismatchError, match=mentions("accessibility", str(wrong.shape), "(20, 2)")):
            model.fit_on_batch([X, wrong], y, w)
        with pytest.raises(ShapeMismatchError, match=mentions("accessibility", str(wrong.shape), "(20, 2)")):
            model.predict_on_batch([X, wrong])
