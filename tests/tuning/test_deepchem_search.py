"""DeepChem's searches, and ours with exact keys, over our models."""

import inspect
from pathlib import Path

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import metrics, models
from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.recipes import Range
from deepchem_genomics.tuning import GridSearch, RandomSearch
from deepchem_genomics.tuning.deepchem_search import key_of

SEARCHES = {
    "deepchem-grid": dc.hyper.GridHyperparamOpt,
    "deepchem-random": lambda builder: dc.hyper.RandomHyperparamOpt(builder, max_iter=2),
    "grid": GridSearch,
    "random": lambda builder: RandomSearch(builder, max_iter=2),
}


def builder_of(name, windows):
    settings = {"seed": 0, "progress": False, "n_layers": 1}
    if name == "AccessibilityTFBindingModel":
        settings["accessibility"] = windows.side_inputs["accessibility"].scaled("log-standard", windows.train.ids)
    return lambda **given: getattr(models, name)(**settings, **given)


@pytest.mark.parametrize("name", ["TFBindingModel", "AccessibilityTFBindingModel", "SiRNAEfficacyModel"])
@pytest.mark.parametrize("search", SEARCHES.values(), ids=list(SEARCHES))
def test_search__works_with_every_model_and_returns_what_deepchem_returns(search, name, windows, guides, tmp_path):
    data, metric = (guides, metrics.pearson) if name.startswith("SiRNA") else (windows, metrics.roc_auc)
    optimizer = search(builder_of(name, windows))
    model, best, scores = optimizer.hyperparam_search(
        {"learning_rate": [0.001, 0.01], "batch_size": [100]}, data.train, data.valid, metric, nb_epoch=1,
        logdir=str(tmp_path),
    )  # fmt: skip
    assert type(model).__name__ == name
    assert best["learning_rate"] in (0.001, 0.01)
    assert len(scores) == 2
    assert max(scores.values()) == pytest.approx(model.evaluate(data.valid, [metric])[metric.name])
    assert (tmp_path / "results.txt").read_text()
    restored = models.load(Path(model.model_dir) / "saved", side_inputs=data.side_inputs if model.side_inputs else None)
    np.testing.assert_array_equal(restored.predict(data.valid), model.predict(data.valid))


@pytest.mark.parametrize("search", [GridSearch, lambda builder: RandomSearch(builder, max_iter=9)])
def test_search__small_floats_have_keys_and_folders_of_their_own(search, guides, tmp_path):
    model, best, scores = search(builder_of("SiRNAEfficacyModel", None)).hyperparam_search(
        {"learning_rate": [1e-7, 2e-7]}, guides.train, guides.valid, metrics.pearson, nb_epoch=1, logdir=str(tmp_path)
    )
    assert sorted(scores) == ["_learning_rate_1e-07", "_learning_rate_2e-07"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == sorted(scores)
    assert Path(model.model_dir).name == key_of(best)


def test_search__a_second_search_in_the_same_folder_leaves_the_first_one_alone(guides, tmp_path):
    for _ in range(2):
        GridSearch(builder_of("SiRNAEfficacyModel", None)).hyperparam_search(
            {"filters": [5]}, guides.train, guides.valid, metrics.pearson, nb_epoch=1, logdir=str(tmp_path)
        )
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["_filters_5", "_filters_5_2"]


@pytest.mark.parametrize(
    ("ours", "theirs"), [(GridSearch, dc.hyper.GridHyperparamOpt), (RandomSearch, dc.hyper.RandomHyperparamOpt)]
)
def test_search__has_deepchems_parameters(ours, theirs):
    assert issubclass(ours, theirs)
    signatures = [inspect.signature(cls.hyperparam_search).parameters.values() for cls in (ours, theirs)]
    assert [(p.name, p.default) for p in signatures[0]] == [(p.name, p.default) for p in signatures[1]]


class Rate(dc.models.Model):
    """Predicts nothing of interest; its score is its rate."""

    def __init__(self, rate, other=0, model_dir=None):
        super().__init__(model_dir=model_dir)
        self.rate, self.other = rate, other

    def fit(self, dataset):
        pass

    def save(self):
        raise NotImplementedError

    def evaluate(self, dataset, metrics, transformers=[]):
        return {metrics[0].name: self.rate}


def search_rates(search, rates, use_max=True):
    return search.hyperparam_search(rates, None, None, metrics.pearson, use_max=use_max)


def test_search__takes_models_without_epochs_that_save_themselves():
    model, best, scores = search_rates(GridSearch(Rate), {"rate": [3.0, 5.0, 4.0]})
    assert (model.rate, best, len(scores)) == (5.0, {"rate": 5.0}, 3)
    assert search_rates(GridSearch(Rate), {"rate": [3.0, 5.0]}, use_max=False)[1] == {"rate": 3.0}


def test_search__leaves_a_score_that_is_no_number_out_and_refuses_none():
    assert search_rates(GridSearch(Rate), {"rate": [np.nan, 1.0]})[1] == {"rate": 1.0}
    with pytest.raises(BadValueError, match=mentions("1", "pearson")):
        search_rates(GridSearch(Rate), {"rate": [np.nan]})
    with pytest.raises(EmptyInputError, match=mentions("rate")):
        search_rates(GridSearch(Rate), {"rate": []})


def test_search__an_error_within_fit_is_not_hidden():
    class Broken(Rate):
        def fit(self, dataset, nb_epoch=1):
            raise TypeError("a true fault")

    with pytest.raises(TypeError, match="a true fault"):
        search_rates(GridSearch(Broken), {"rate": [1.0]})


def test_random_search__draws_by_its_seed_and_leaves_numpys_generator_alone():
    space = {"rate": Range(0.0, 1.0), "other": [1, 2, 3]}
    before = np.random.get_state()[1].copy()
    scores = [search_rates(RandomSearch(Rate, 5, seed), space)[2] for seed in (0, 0, 1)]
    assert scores[0] == scores[1] != scores[2]
    assert (np.random.get_state()[1] == before).all()


def test_random_search__tries_no_combination_of_lists_twice():
    scores = search_rates(RandomSearch(Rate, 100), {"rate": [1.0, 2.0], "other": [1, 2, 3]})[2]
    assert len(scores) == 6


def test_random_search__takes_functions_as_deepchem_does():
    numbers = iter(range(100))
    scores = search_rates(RandomSearch(Rate, 3), {"rate": lambda: float(next(numbers))})[2]
    assert list(scores) == ["_rate_0.0", "_rate_1.0", "_rate_2.0"]


def test_random_search__draws_from_more_combinations_than_an_integer_of_numpy_counts():
    space = {"rate": [1.0, 2.0], **{f"parameter{i}": list(range(100)) for i in range(10)}}
    search = RandomSearch(lambda rate, model_dir, **others: Rate(rate, model_dir=model_dir), 5)
    scores = search_rates(search, space)[2]
    assert len(scores) == 5 and scores == search_rates(search, space)[2]


def test_search__long_keys_have_folders_of_their_own(tmp_path):
    space = {"rate": [1.0, 2.0], **{f"a_parameter_with_a_long_name_{i}é": [1 / 3] for i in range(10)}}
    search = GridSearch(lambda rate, model_dir, **others: Rate(rate, model_dir=model_dir))
    _, _, scores = search.hyperparam_search(space, None, None, metrics.pearson, logdir=str(tmp_path))
    assert len(scores) == len([path for path in tmp_path.iterdir() if path.is_dir()]) == 2


@pytest.mark.parametrize("values", [0.1, "rank"])
def test_search__a_value_in_place_of_a_list_is_named(values):
    for search in (GridSearch(Rate), RandomSearch(Rate, 3)):
        with pytest.raises(BadValueError, match=mentions("other", repr(values))):
            search_rates(search, {"rate": [1.0], "other": values})
