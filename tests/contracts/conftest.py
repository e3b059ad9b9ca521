"""Every public model, found and fitted on a few rows."""

import inspect
from typing import NamedTuple

import deepchem as dc
import numpy as np
import pytest

from deepchem_genomics import models
from deepchem_genomics.data import SideInput
from deepchem_genomics.models import Blend, Ensemble
from deepchem_genomics.motifs.jaspar import ATF3, JUND_AND_ATF3

N_ROWS, LENGTH, GUIDE_LENGTH = 60, 24, 21
ABSTRACT = (models.SequenceModel, models.GenomicsModel, models.Baseline)
SMALL = {
    "length": LENGTH, "batch_size": 20, "seed": 1, "progress": False, "filters": 4, "hidden": 4, "trees": 5,
    "smallest_leaf": 5, "width": 6, "motif": ATF3, "motifs": JUND_AND_ATF3,
}  # fmt: skip
"""Arguments by name, given to every constructor that has them."""


class Fitted(NamedTuple):
    """A model, rows to predict for that are not those it was fitted on, and the table it looks them up in, or None."""

    model: models.SequenceModel
    rows: dc.data.NumpyDataset
    table: SideInput | None


def public_models():
    public = (getattr(models, name) for name in models.__all__)
    return [each for each in public if isinstance(each, type) and issubclass(each, models.SequenceModel)]


def kinds():
    """Name the kinds of models: each class, with its side input and, if it can do without, without."""
    found = {}
    for each in public_models():
        if each in (*ABSTRACT, Ensemble, Blend):
            continue
        side_input = inspect.signature(each).parameters.get("accessibility")
        if side_input is None or side_input.default is None:
            found[each.__name__] = each, False
        if side_input is not None:
            found[f"{each.__name__} with accessibility"] = each, True
    return found


KINDS = kinds()
COMPOSITES = ("Ensemble", "Blend", "Blend within a blend", "Ensemble within a blend")
ALL = (*KINDS, *COMPOSITES)


def build(kind, table):
    model_class, with_table = KINDS[kind]
    known = set(inspect.signature(model_class).parameters)
    if issubclass(model_class, models.GenomicsModel):
        known |= {"batch_size", "progress"}
    given = {name: value for name, value in SMALL.items() if name in known}
    if model_class is models.SiRNAEfficacyModel or model_class is models.SiRNAGaussianProcess:
        given["length"] = GUIDE_LENGTH
    return model_class(**given, **({"accessibility": table} if with_table else {}))


def one_hot_rows(n_rows, length, seed):
    return np.eye(4, dtype=np.int8)[np.random.default_rng(seed).integers(0, 4, (n_rows, length))]


class Zoo:
    """Makes each kind of model once."""

    def __init__(self):
        self.ids = np.array([f"chr1:{LENGTH * i}-{LENGTH * (i + 1)}" for i in range(2 * N_ROWS)], dtype=object)
        values = np.random.default_rng(0).gamma(1, size=(2 * N_ROWS, 2)).astype(np.float32)
        self.table = SideInput(self.ids, values, names=["DNase", "ATAC"])
        self._made = {}

    def __call__(self, kind):
        if kind not in self._made:
            self._made[kind] = self._composite(kind) if kind in COMPOSITES else self._single(kind)
        return self._made[kind]

    def rows(self, model, part):
        """Return rows to train on (0) or to predict for (1)."""
        is_binary = model.get_task_type() == "classification"
        length = LENGTH if "T" in model.alphabet.letters else GUIDE_LENGTH
        X = one_hot_rows(N_ROWS, length, seed=1 + part)
        share = X[:, :, 0].mean(axis=1, keepdims=True)
        y = (share > np.median(share)) if is_binary else share
        return dc.data.NumpyDataset(X, y.astype(np.float32), ids=self.ids[part * N_ROWS :][:N_ROWS])

    def _single(self, kind):
        model = build(kind, self.table)
        self._fit(model)
        return Fitted(model, self.rows(model, 1), self.table if model.side_inputs else None)

    def _composite(self, kind):
        scaled = [self.table.scaled(method, self.ids[:N_ROWS]) for method in ("standard", "log-standard")]
        networks = [build("AccessibilityTFBindingModel with accessibility", one) for one in scaled]
        for network in networks:
            self._fit(network)
        model = Ensemble(networks)
        others = [self(name).model for name in ("KmerRegression", "SequenceBoosting with accessibility")]
        if kind == "Blend":
            model = Blend([networks[0], *others], [3, 1, 1])
        elif kind == "Blend within a blend":
            model = Blend([Blend(others, [1, 2]), networks[1]])
        elif kind == "Ensemble within a blend":
            model = Blend([others[0], model, self("RCTFBindingModel").model], [0.5, 1, 1])
        return Fitted(model, self.rows(model, 1), self.table)

    def _fit(self, model):
        more = {"nb_epoch": 1, "checkpoint_interval": 0} if model.is_network else {}
        model.fit(self.rows(model, 0), **more)


@pytest.fixture(scope="session")
def fitted():
    """Return a function that gives a fitted model of a kind: see ``ALL``."""
    return Zoo()


@pytest.fixture(scope="session")
def all_kinds():
    return ALL


def pytest_generate_tests(metafunc):
    if "kind" in metafunc.fixturenames:
        metafunc.parametrize("kind", ALL)
