"""Dropout keeps its rate and expectation; optimizers are DeepChem's, built with tf_keras."""

from concurrent.futures import ThreadPoolExecutor

import deepchem as dc
import numpy as np
import pytest
import tensorflow as tf
import tf_keras
from messages import mentions

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.models import optimizers
from deepchem_genomics.models.layers import Dropout, DroppingConv1D, monte_carlo

dc_optimizers = dc.models.optimizers


@pytest.mark.parametrize("rate", [0.5, 0.25, 0.3, 0.1])
def test_dropout__drops_the_rate_and_keeps_the_mean(rate):
    ones = np.ones((1000, 1001), np.float32)
    dropped = Dropout(rate, seed=1)(ones, training=True).numpy()
    assert (dropped == 0).mean() == pytest.approx(rate, abs=0.003)
    assert dropped.mean() == pytest.approx(1, abs=0.005)
    assert len(np.unique(dropped)) == 2


def test_dropout__masks_are_new_each_time_and_the_same_for_the_same_seed():
    ones = np.ones((50, 7), np.float32)
    layer, again = Dropout(0.5, seed=1), Dropout(0.5, seed=1)
    first, second = layer(ones, training=True), layer(ones, training=True)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(again(ones, training=True), first)
    assert not np.array_equal(Dropout(0.5, seed=2)(ones, training=True), first)


def test_dropout__neighbors_are_dropped_independently():
    dropped = Dropout(0.5, seed=3)(np.ones((2000, 64), np.float32), training=True).numpy() == 0
    correlation = np.corrcoef(dropped.T)
    assert np.abs(correlation[~np.eye(64, dtype=bool)]).max() < 0.12


def test_dropout__does_nothing_in_prediction():
    values = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    np.testing.assert_array_equal(Dropout(0.5, seed=1)(values), values)


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_dropout__refuses_rates_outside_its_range(rate):
    with pytest.raises(BadValueError, match=mentions("rate", str(rate), "fraction")):
        Dropout(rate, seed=0)


@pytest.mark.parametrize("rate", [0, 0.3, 0.5])
@pytest.mark.parametrize("training", [False, True])
def test_dropping_conv1d__is_a_convolution_with_relu_and_dropout_also_in_its_derivatives(rate, training):
    rng = np.random.default_rng(0)
    inputs = tf.constant(rng.normal(size=(7, 12, 3)).astype(np.float32))
    upstream = tf.constant(rng.normal(size=(7, 12, 4)).astype(np.float32))
    layer, mask_source = DroppingConv1D(4, 5, rate, seed=1), Dropout(rate, seed=1)
    plain = tf_keras.layers.Conv1D(4, 5, padding="same", activation="relu")
    for each in (layer, plain):
        each.build(inputs.shape)
        each.kernel.assign(rng.normal(size=(5, 3, 4)) if each is layer else layer.kernel)
        each.bias.assign(rng.normal(size=4) if each is layer else layer.bias)
    results = []
    for function, convolution in (
        (layer, layer),
        (lambda x, training: mask_source(plain(x), training=training), plain),
    ):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = function(inputs, training=training)
        results.append([outputs, *tape.gradient(outputs, [inputs, convolution.kernel, convolution.bias], upstream)])
    dropped = training and rate > 0
    assert (np.mean(results[0][0] == 0) > 0.6) == dropped  # relu alone leaves about half
    for ours, expected in zip(*results, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5)


def test_dropping_conv1d__can_be_made_again_from_its_configuration():
    layer = DroppingConv1D(4, 5, 0.3, seed=1, name="conv")
    again = DroppingConv1D.from_config(layer.get_config())
    inputs = np.ones((2, 12, 3), np.float32)
    assert layer(inputs).shape == again(inputs).shape == (2, 12, 4)
    assert again.get_config() == layer.get_config()


@pytest.mark.parametrize(
    "optimizer",
    [
        dc_optimizers.Adam(0.1, beta1=0.8),
        dc_optimizers.AdamW(0.1, weight_decay=0.2),
        dc_optimizers.AdaGrad(0.1),
        dc_optimizers.RMSProp(0.1, momentum=0.5),
        dc_optimizers.GradientDescent(0.1),
    ],
)
def test_to_tf_keras__every_optimizer_takes_a_step_down(optimizer):
    built = optimizers.to_tf_keras(optimizer)
    weight = tf.Variable([1.0])
    built.apply_gradients([(tf.constant([2.0]), weight)])
    assert float(weight[0]) < 1
    again = optimizers.from_config(optimizers.to_config(optimizer))
    assert vars(again) == vars(optimizer)


def test_to_tf_keras__says_which_optimizers_it_can_build():
    with pytest.raises(NotImplementedError, match=mentions("KFAC", "Adam")):
        optimizers.to_tf_keras(dc_optimizers.KFAC())


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (dc_optimizers.ExponentialDecay(1.0, 0.5, 10), [1, 1, 0.5, 0.25]),
        (dc_optimizers.PolynomialDecay(1.0, 0.2, 20), [1, 0.8, 0.6, 0.2]),
        (dc_optimizers.PiecewiseConstantSchedule(1.0, {7: 0.5, 15: 0.5}), [1, 1, 0.5, 0.25]),
        (dc_optimizers.LinearCosineDecay(1.0, 20), [1.001, 0.75 * (1 + 0.5**0.5) / 2 + 0.001, 0.251, 0.001]),
    ],
)
def test_to_tf_keras__schedules_decay_with_the_step(schedule, expected):
    built = optimizers.to_tf_keras(dc_optimizers.GradientDescent(schedule))
    rates = []
    for step in (0, 5, 10, 20):
        built.iterations.assign(step)
        rates.append(float(built._decayed_lr(tf.float32)))
    assert rates == pytest.approx(expected, rel=1e-4)
    again = optimizers.from_config(optimizers.to_config(schedule))
    assert vars(again) == vars(schedule)


def test_monte_carlo__drops_units_for_the_calling_thread_alone():
    layer, inputs = Dropout(0.5, seed=1), np.ones((2, 50), np.float32)
    with monte_carlo(), ThreadPoolExecutor(1) as other:
        assert (other.submit(layer, inputs).result().numpy() == 1).all()
        assert (layer(inputs).numpy() == 0).any()
    assert (layer(inputs).numpy() == 1).all()
