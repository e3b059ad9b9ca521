"""Equivariance: turning the input around turns the output around, to rounding."""

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras
from messages import mentions

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.models.strand_layers import (
    BothStrands,
    OtherStrand,
    StrandBatchNormalization,
    StrandConv1D,
    SymmetricMaxPooling1D,
)


def turned(x):
    return np.asarray(x)[:, ::-1, ::-1]


@pytest.fixture(params=[4, 5, 11, 20], ids=lambda length: f"{length}bp")
def x(request):
    return np.random.default_rng(0).normal(size=(3, request.param, 6)).astype(np.float32)


@pytest.mark.parametrize(
    "layer",
    [
        lambda: StrandConv1D(5, 3, bias_initializer=keras.initializers.RandomNormal(seed=1), activation="relu"),
        lambda: StrandConv1D(2, 1, use_bias=False),
        lambda: StrandConv1D(4, 3, dilation_rate=2),
        lambda: SymmetricMaxPooling1D(3),
        lambda: SymmetricMaxPooling1D(5),
        OtherStrand,
    ],
    ids=["conv", "conv-1", "dilated", "pool-3", "pool-5", "other-strand"],
)
def test_layers__are_equivariant(layer, x):
    layer = layer()
    assert np.asarray(layer(turned(x))) == pytest.approx(turned(layer(x)), abs=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_normalization__is_equivariant_and_follows_both_strands(x, training):
    layer = StrandBatchNormalization()
    for _ in range(3):
        layer(x, training=True)
    assert np.asarray(layer(turned(x), training=training)) == pytest.approx(
        turned(layer(x, training=training)), abs=1e-5
    )
    normalized = np.asarray(layer(x, training=True))
    both = np.concatenate([normalized[..., :3], normalized[..., :2:-1]], axis=1)
    assert both.mean(axis=(0, 1)) == pytest.approx(0, abs=1e-5)
    assert both.std(axis=(0, 1)) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("training", [True, False])
def test_normalization__is_that_of_keras_with_strands_end_to_end(x, training):
    layer, theirs = StrandBatchNormalization(), keras.layers.BatchNormalization(momentum=0.9)
    upstream = np.random.default_rng(1).normal(size=x.shape).astype(np.float32)
    stacked, weights = (np.concatenate([each[..., :3], each[..., :2:-1]], axis=1) for each in (x, upstream))
    for one, batch in ((layer, x), (theirs, stacked)):
        one.build(batch.shape)
        one.gamma.assign([0.5, 1.0, 2.0])
        one.beta.assign([-1.0, 0.0, 3.0])
        one(batch, training=True)  # the statistics are not those of the start
    gradients = []
    for one, batch, times in ((layer, x, upstream), (theirs, stacked, weights)):
        inputs = tf.constant(batch)
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = one(inputs, training=training)
            total = tf.reduce_sum(outputs * times)
        gradients.append((outputs, *tape.gradient(total, [inputs, one.gamma, one.beta])))
    ours = [np.concatenate([each[..., :3], np.asarray(each)[..., :2:-1]], axis=1) for each in gradients[0][:2]]
    for found, expected in zip([*ours, *gradients[0][2:]], gradients[1], strict=True):
        assert np.asarray(found) == pytest.approx(np.asarray(expected), abs=1e-4)
    for found, expected in zip(layer.non_trainable_weights, theirs.non_trainable_weights, strict=True):
        assert found.numpy() == pytest.approx(expected.numpy(), abs=1e-5)


def test_normalization__has_one_mean_for_a_feature_on_both_strands(x):
    layer = StrandBatchNormalization()
    layer(x)
    assert {tuple(weight.shape) for weight in layer.weights} == {(3,)}


def test_conv__is_conv1d_with_each_kernel_and_its_reverse_complement(x):
    layer = StrandConv1D(5, 3)
    result = np.asarray(layer(x))
    for number in range(5):
        for kernel, channel in (
            (layer.kernel.numpy()[:, :, number], number),
            (layer.kernel.numpy()[::-1, ::-1, number], 9 - number),
        ):
            padded = np.pad(x, ((0, 0), (1, 1), (0, 0)))
            slow = [(padded[:, at : at + 3] * kernel).sum(axis=(1, 2)) for at in range(x.shape[1])]
            assert result[:, :, channel] == pytest.approx(np.stack(slow, axis=1), abs=1e-4)


@pytest.mark.parametrize("how", ["max", "mean"])
def test_both_strands__are_joined_alike(how, x):
    pooled = x.max(axis=1)
    joined = np.asarray(BothStrands(how)(pooled))
    assert joined.shape == (3, 3)
    assert np.asarray(BothStrands(how)(pooled[:, ::-1])) == pytest.approx(joined, abs=1e-6)
    assert joined[:, 1] == pytest.approx(getattr(np, how)(pooled[:, [1, 4]], axis=1), abs=1e-6)


def test_pooling__sees_every_position_and_nothing_else():
    for length in range(1, 24):
        for size in (1, 3, 5, 7):
            x = np.arange(1, length + 1, dtype=np.float32)[None, :, None] - 100  # below what padding with 0 would give
            pooled = np.asarray(SymmetricMaxPooling1D(size)(x)).ravel()
            assert pooled.max() == length - 100
            assert (np.diff(pooled) > 0).all()
            assert pooled.min() >= 1 - 100


@pytest.mark.parametrize(
    ("build", "facts"),
    [
        (lambda: StrandConv1D(3, 4), ("kernel_size", "4")),
        (lambda: SymmetricMaxPooling1D(2), ("pool_size", "2")),
        (lambda: BothStrands("sum"), ("how", "sum", "max", "mean")),
    ],
)
def test_layers__refuse_what_would_break_symmetry(build, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        build()


def test_layers__come_back_from_their_configuration(x):
    for layer in (StrandConv1D(3, 5, activation="relu"), StrandBatchNormalization(0.8), BothStrands("mean")):
        assert type(layer).from_config(layer.get_config()).get_config() == layer.get_config()
