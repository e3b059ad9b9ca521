"""Small learnable problems and models that train on them in a second."""

import json
from collections.abc import Callable

import deepchem as dc
import numpy as np
import pytest

from deepchem_genomics import models
from deepchem_genomics.data import SideInput
from deepchem_genomics.models import saving

LENGTH = 30


def _ids(n_rows: int, start: int = 0) -> np.ndarray:
    return np.array([f"chr1:{i}-{i + LENGTH}" for i in range(start, start + n_rows)])


@pytest.fixture(scope="session")
def windows() -> Callable:
    """Return a maker of windows whose labels say whether their first bases are A."""

    def make(n_rows: int, seed: int, n_tasks: int = 1, start: int = 0) -> dc.data.NumpyDataset:
        letters = np.random.default_rng(seed).integers(0, 4, (n_rows, LENGTH))
        y = (letters[:, :n_tasks] == 0).astype(np.float32)
        return dc.data.NumpyDataset(np.eye(4, dtype=np.int8)[letters], y, ids=_ids(n_rows, start))

    return make


@pytest.fixture(scope="session")
def train(windows) -> dc.data.NumpyDataset:
    return windows(230, seed=0)


@pytest.fixture(scope="session")
def valid(windows) -> dc.data.NumpyDataset:
    return windows(90, seed=1, start=1000)


@pytest.fixture(scope="session")
def signals() -> SideInput:
    """Return two tracks for every window of ``train`` and ``valid``."""
    ids = np.concatenate([_ids(230), _ids(90, 1000)])
    values = np.random.default_rng(2).lognormal(size=(len(ids), 2)).astype(np.float32)
    return SideInput(ids, values, names=["dnase", "atac"])


@pytest.fixture(scope="session")
def make_model() -> Callable:
    """Return a maker of sequence-only models for these windows."""

    def make(**kwargs) -> models.TFBindingModel:
        return models.TFBindingModel(**{"length": LENGTH, "batch_size": 50, "learning_rate": 0.01, "seed": 3, **kwargs})

    return make


@pytest.fixture(scope="session")
def make_two_input_model(signals) -> Callable:
    """Return a maker of models that see the signals too."""

    def make(accessibility=signals, **kwargs) -> models.AccessibilityTFBindingModel:
        arguments = {"length": LENGTH, "batch_size": 50, "learning_rate": 0.01, "seed": 3, **kwargs}
        return models.AccessibilityTFBindingModel(accessibility, **arguments)

    return make


@pytest.fixture(scope="session")
def change_config() -> Callable:
    """Return a function that changes what a saved model says of itself, and puts the sha256 right."""

    def change(folder, **changes) -> None:
        config = {**json.loads((folder / "config.json").read_text()), **changes}
        config["sha256"] = saving._sha256_of_config(config)
        (folder / "config.json").write_text(json.dumps(config))

    return change


@pytest.fixture(scope="session")
def trained(make_model, train) -> models.TFBindingModel:
    """Return a model trained for three epochs; tests do not train it further."""
    model = make_model()
    model.fit(train, nb_epoch=3, checkpoint_interval=0)
    return model


@pytest.fixture(scope="session")
def trained_two_input(make_two_input_model, train) -> models.AccessibilityTFBindingModel:
    """Return a two-input model trained for three epochs; tests do not train it further."""
    model = make_two_input_model()
    model.fit(train, nb_epoch=3, checkpoint_interval=0)
    return model
