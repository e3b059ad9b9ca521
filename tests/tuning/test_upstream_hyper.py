"""The defects of ``dc.hyper`` that ``tuning.GridSearch`` and ``tuning.RandomSearch`` work around.

Each test asserts that the defect is still there. One that fails is good news: DeepChem has mended it, and what
``tuning/deepchem_search.py`` says of it can go.
"""

import deepchem as dc
import numpy as np
import pytest
from deepchem.hyper.base_classes import _convert_hyperparam_dict_to_filename

DATA = dc.data.NumpyDataset(np.zeros((4, 1)), np.array([[0.0], [1.0], [2.0], [3.0]]))
METRIC = dc.metrics.Metric(dc.metrics.mean_squared_error, mode="regression")


class Constant(dc.models.Model):
    """Predicts its rate, and notes the folder it was given."""

    folders: list[str] = []

    def __init__(self, rate, model_dir=None):
        super().__init__(model_dir=model_dir)
        self.rate = rate
        self.folders.append(model_dir)

    def fit(self, dataset, nb_epoch=1):
        pass

    def save(self):
        pass

    def predict(self, dataset, transformers=[]):
        return np.full((len(dataset), 1), self.rate)

    def get_task_type(self):
        return "regression"

    def get_num_tasks(self):
        return 1


def test_upstream__small_floats_share_a_key():
    keys = [_convert_hyperparam_dict_to_filename({"rate": rate}) for rate in (1e-7, 2e-7)]
    assert keys == ["_rate_0.000000", "_rate_0.000000"]


@pytest.mark.parametrize(
    "search", [dc.hyper.GridHyperparamOpt(Constant), dc.hyper.RandomHyperparamOpt(Constant, max_iter=2)]
)
def test_upstream__small_floats_share_a_model_folder_and_lose_a_score(search, tmp_path):
    Constant.folders.clear()
    _, _, scores = search.hyperparam_search({"rate": [1e-7, 2e-7]}, DATA, DATA, METRIC, logdir=str(tmp_path))
    assert len(scores) == 1
    assert len(set(Constant.folders)) == 1


def test_upstream__random_search_lists_all_combinations_before_it_draws():
    calls = []

    def draw():
        calls.append(1)
        return float(len(calls))

    dc.hyper.RandomHyperparamOpt.generate_random_hyperparam_values({"a": draw, "b": draw}, 2)
    assert len(calls) == 4  # 2 x 2 combinations, of which 2 are taken; with 20 and 6 parameters 64 million


def test_upstream__random_search_draws_with_numpys_global_generator():
    drawn = []
    for _ in range(2):
        np.random.seed(0)
        drawn.append(dc.hyper.RandomHyperparamOpt.generate_random_hyperparam_values({"a": list(range(50))}, 3))
    assert drawn[0] == drawn[1]


def test_upstream__a_model_without_a_score_is_returned_as_the_best():
    model, _, scores = dc.hyper.GridHyperparamOpt(Constant).hyperparam_search(
        {"rate": [0.5]}, DATA, DATA, dc.metrics.Metric(lambda y, p: np.nan, name="nan", mode="regression")
    )
    assert isinstance(model, Constant)
    assert np.isnan(list(scores.values())).all()
