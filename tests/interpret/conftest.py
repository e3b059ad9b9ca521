"""Tiny models and windows."""

import numpy as np
import pytest

from deepchem_genomics import models, simulate
from deepchem_genomics.data import SideInput

LENGTH = 24


@pytest.fixture(scope="session")
def windows():
    """Return 60 windows of 24 bases, with unknown bases in two of them, and their ids."""
    letters = np.random.default_rng(0).integers(0, 4, (60, LENGTH))
    X = np.eye(4, dtype=np.int8)[letters]
    X[0, 5] = 0
    X[1, :3] = 0
    return X, np.array([f"chr1:{i}-{i + LENGTH}" for i in range(60)], dtype=object)


@pytest.fixture(scope="session")
def dataset(windows):
    import deepchem as dc

    X, ids = windows
    y = (X[:, 10, 0] + X[:, 11, 2] > 1).astype(np.float32)[:, None]
    return dc.data.NumpyDataset(X, y, ids=ids)


@pytest.fixture(scope="session")
def signals(windows):
    values = np.random.default_rng(2).lognormal(size=(60, 2)).astype(np.float32)
    return SideInput(windows[1], values, names=["dnase", "atac"]).scaled("log-standard", windows[1][:40])


def _as_if_trained(model):
    """Give biases and the statistics of batch normalization values other than those they begin with."""
    rng = np.random.default_rng(3)
    for layer in model.model.layers:
        weights = layer.get_weights()
        layer.set_weights([w + rng.uniform(0, 0.2, w.shape) if w.ndim == 1 else w for w in weights])
    return model


@pytest.fixture(scope="session")
def sequence_model():
    arguments = {"length": LENGTH, "kernel_size": 5, "filters": 6}
    return _as_if_trained(models.TFBindingModel(**arguments, seed=1, progress=False))


@pytest.fixture(scope="session")
def two_input_model(signals):
    arguments = {"length": LENGTH, "kernel_size": 5, "filters": 6}
    return _as_if_trained(models.AccessibilityTFBindingModel(signals, **arguments, seed=1, progress=False))


@pytest.fixture(scope="session")
def strand_model(signals):
    """A network with batch normalization, both strands and two layers of first filters."""
    from deepchem_genomics.motifs.jaspar import ATF3

    arguments = {"length": LENGTH, "kernel_size": 13, "filters": 4, "hidden": 8}
    model = models.RCTFBindingModel(signals, motifs=[ATF3], **arguments, seed=1, progress=False)
    return _as_if_trained(model)


@pytest.fixture(scope="session")
def guides():
    return simulate.simulate_sirna(60, seed=0)
