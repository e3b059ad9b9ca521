"""Small data."""

import deepchem as dc
import pytest

from deepchem_genomics.data import SideInput
from deepchem_genomics.simulate import simulate_tf_binding, simulated_sirna_datasets
from deepchem_genomics.tuning import TuningData


@pytest.fixture(scope="session")
def guides():
    train, valid = simulated_sirna_datasets(200, 80, seed=3)
    return TuningData("guides", "efficacy", train, valid)


@pytest.fixture(scope="session")
def windows():
    simulated = simulate_tf_binding(500, seed=1, prevalence=0.06)
    columns = simulated.X, simulated.y, simulated.w, simulated.ids
    train, valid = (dc.data.NumpyDataset(*(c[rows] for c in columns)) for rows in (slice(0, 350), slice(350, 500)))
    return TuningData(
        "windows", "binding", train, valid, {"accessibility": SideInput(simulated.ids, simulated.accessibility)}
    )
