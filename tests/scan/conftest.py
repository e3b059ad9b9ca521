"""A toy genome of two contigs with a gap, and models that are quick and known."""

import numpy as np
import pytest
import tf_keras as keras
from deepchem.models.losses import L2Loss

from deepchem_genomics import models
from deepchem_genomics.models import GenomicsModel

LENGTH = 12


class LinearModel(GenomicsModel):
    """Adds up one weight for each base at each position: what it predicts can be done by hand."""

    mode = "classification"

    def __init__(self, n_tasks=1, length=LENGTH, **kwargs):
        sequence = keras.layers.Input((length, 4))
        flat = keras.layers.Flatten()(sequence)
        super().__init__(
            keras.Model(sequence, keras.layers.Dense(n_tasks, name="sum")(flat)),
            L2Loss(),
            {"n_tasks": n_tasks, "length": length},
            length=length,
            **kwargs,
        )


@pytest.fixture(scope="session")
def weights():
    return np.random.default_rng(3).normal(size=(LENGTH, 4)).astype(np.float32)


@pytest.fixture(scope="session")
def linear(weights):
    model = LinearModel(batch_size=16, progress=False)
    model.model.set_weights([weights.reshape(-1, 1), np.zeros(1, np.float32)])
    return model


@pytest.fixture(scope="session")
def contigs():
    rng = np.random.default_rng(5)
    one = "".join(rng.choice(list("ACGT"), 300))
    two = "".join(rng.choice(list("ACGT"), 150))
    # A gap, a single N, soft-masking and a code for two bases.
    return {"chr2": one[:100] + "N" * 40 + one[140:200].lower() + "N" + one[201:], "chr10": two[:70] + "R" + two[71:]}


@pytest.fixture(scope="session")
def genome(contigs, tmp_path_factory):
    path = tmp_path_factory.mktemp("genome") / "toy.fa"
    text = "".join(f">{name}\n{sequence}\n" for name, sequence in contigs.items())
    path.write_text(text + ">short\nACGT\n")
    return path


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    """Save a small network, as yet untrained: its predictions are as good as any."""
    folder = tmp_path_factory.mktemp("models") / "tf"
    models.TFBindingModel(length=31, batch_size=50, seed=4).save(folder)
    return folder
