"""Problems and models that are quick and need no DeepChem, defined so that they travel to other processes."""

from types import SimpleNamespace

import numpy as np
import pytest

from deepchem_genomics.benchmark.problem import Fold, Problem, ProblemData
from deepchem_genomics.recipes import Fitted, Recipe


@pytest.fixture
def rows():
    """Return a function that makes a data set of numbered rows."""

    def make(first, n):
        numbers = np.arange(first, first + n)
        y = (numbers % 3 == 0).astype(float)[:, None]
        return SimpleNamespace(X=numbers[:, None, None], y=y, w=np.ones_like(y), ids=numbers.astype(str))

    def with_length(first, n):
        part = make(first, n)
        return Sized(**vars(part))

    class Sized(SimpleNamespace):
        def __len__(self):
            return len(self.ids)

    return with_length


@pytest.fixture
def toy_problem(rows):
    """Return a function that makes a problem: 20 rows to learn from, 10 to score, a fold."""

    def make(name="toy", folds=1, metrics=("rmse",), kind="efficacy", first=0):
        parts = [Fold(rows(100 * fold, 20), None, rows(first + 100 * fold + 50, 10)) for fold in range(folds)]
        return Problem(name, kind, "Toy", metrics, "Ten rows.", "None.", (), lambda *_: ProblemData(parts))

    return make


@pytest.fixture
def toy_recipe():
    """Return a function that makes a model, which does what it is told when it is fitted."""

    def make(name="guess", act=lambda: None, uses_seed=True, kind="efficacy", description="Guesses."):
        def fit(train, valid, side_inputs, settings, seed, progress):
            import os  # what it needs, it imports: it is sent to another process

            act()
            threads = float(os.environ.get("OMP_NUM_THREADS", 0))
            noise = np.random.default_rng(seed)

            def predict(dataset):
                return (np.asarray(dataset.y).reshape(-1) / 2 + noise.random(len(dataset.ids)) * threads / 2)[:, None]

            return Fitted(SimpleNamespace(predict=predict), [{"epoch": 1, "score": 0.5}], 7)

        return Recipe(name, kind, description, fit, uses_seed=uses_seed)

    return make
