"""The short way through a stack of convolutions gives the numbers of the long one."""

import numpy as np
import pytest

from deepchem_genomics import interpret, models
from deepchem_genomics.interpret.convolution_stack import ConvolutionStack


def both_ways(monkeypatch, model, X, ids=None, **kwargs):
    short = interpret.saturation_mutagenesis(model, X, ids, **kwargs)
    with monkeypatch.context() as patch:
        patch.setattr(ConvolutionStack, "of", classmethod(lambda cls, model: None))
        long = interpret.saturation_mutagenesis(model, X, ids, **kwargs)
    return short, long


def random_windows(n, length, seed=0):
    X = np.eye(4, dtype=np.int8)[np.random.default_rng(seed).integers(0, 4, (n, length))]
    X[0, length // 2] = 0
    return X


@pytest.mark.parametrize(
    ("length", "n_layers", "kernel_size", "filters"),
    [(101, 3, 10, 15), (40, 3, 7, 4), (23, 1, 10, 3), (9, 2, 4, 5), (6, 3, 11, 2), (12, 4, 1, 3), (1, 2, 3, 2)],
)
def test_convolution_stack__gives_what_every_mutant_gives(monkeypatch, length, n_layers, kernel_size, filters):
    shape = {"length": length, "n_layers": n_layers, "kernel_size": kernel_size, "filters": filters}
    model = models.TFBindingModel(n_tasks=2, **shape, seed=1, progress=False)
    for layer in model.model.layers:  # as after training: no bias is 0
        layer.set_weights([w + 0.1 if w.ndim == 1 else w for w in layer.get_weights()])
    assert ConvolutionStack.of(model) is not None
    X = random_windows(5, length)
    for scale in ("logit", "prediction"):
        short, long = both_ways(monkeypatch, model, X, task=1, scale=scale)
        np.testing.assert_array_equal(short.reference, long.reference)
        np.testing.assert_allclose(short.effects, long.effects, rtol=1e-4, atol=1e-6)


def test_convolution_stack__does_not_depend_on_how_many_sequences_there_are(monkeypatch):
    model = models.TFBindingModel(length=15, kernel_size=4, filters=3, seed=1, progress=False)
    X = random_windows(130, 15)
    short, long = both_ways(monkeypatch, model, X)
    np.testing.assert_allclose(short.effects, long.effects, atol=1e-6)
    alone = interpret.saturation_mutagenesis(model, X[129:])
    np.testing.assert_allclose(alone.effects[0], short.effects[129], atol=1e-7)


@pytest.mark.parametrize("variance", [False, True])
def test_convolution_stack__ends_in_a_dense_layer_with_a_sigmoid(monkeypatch, guides, variance):
    model = models.SiRNAEfficacyModel(seed=1, variance=variance, progress=False)
    short, long = both_ways(monkeypatch, model, guides.X[:5])
    assert ConvolutionStack.of(model) is not None
    np.testing.assert_allclose(short.effects, long.effects, atol=1e-6)


@pytest.mark.parametrize("method", ["platt", "isotonic"])
def test_convolution_stack__is_calibrated_like_predict(monkeypatch, dataset, signals, method):
    model = models.AccessibilityTFBindingModel(signals, length=24, kernel_size=5, filters=6, seed=4, progress=False)
    model.fit(dataset, nb_epoch=3, checkpoint_interval=0)
    model.calibrate(dataset, method)
    short, long = both_ways(monkeypatch, model, dataset.X[:6], dataset.ids[:6])
    np.testing.assert_allclose(short.effects, long.effects, atol=1e-4)


def test_convolution_stack__sees_what_was_learned_since(monkeypatch, dataset):
    model = models.TFBindingModel(length=24, kernel_size=5, filters=6, seed=4, learning_rate=0.01, progress=False)
    before = interpret.saturation_mutagenesis(model, dataset.X[:3]).effects
    model.fit(dataset, nb_epoch=2, checkpoint_interval=0)
    short, long = both_ways(monkeypatch, model, dataset.X[:3])
    assert np.nanmax(np.abs(short.effects - before)) > 1e-4
    np.testing.assert_allclose(short.effects, long.effects, atol=1e-6)


def test_convolution_stack__leaves_other_networks_alone(strand_model):
    assert ConvolutionStack.of(strand_model) is None
    assert ConvolutionStack.of(models.SiRNAGaussianProcess()) is None
    assert ConvolutionStack.of(object()) is None
