"""Problems and who competes on them: no row on both sides, and data of the same seed are the same."""

import hashlib
import re
from types import SimpleNamespace

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import molnet
from deepchem_genomics.benchmark import problem_data
from deepchem_genomics.benchmark.finished_runs import fingerprint_of_data
from deepchem_genomics.benchmark.one_run import SCORES, Task, run_one, score_all
from deepchem_genomics.benchmark.problem import Fold, ProblemData
from deepchem_genomics.benchmark.problems import PROBLEMS, problem_named
from deepchem_genomics.data import SideInput
from deepchem_genomics.errors import BadValueError, LabelError
from deepchem_genomics.recipes import RECIPES

SIMULATED = ("simulated-tf", "simulated-sirna")


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("molnet"))
    return {name: PROBLEMS[name].load(data_dir=folder) for name in SIMULATED}


@pytest.fixture(scope="module")
def small(simulated):
    """Return some of the simulated windows, where that will do."""
    fold = simulated["simulated-tf"].folds[0]
    parts = [problem_data.rows_of(part, slice(0, n)) for part, n in zip(fold, (800, 400, 300), strict=True)]
    return Fold(*parts), simulated["simulated-tf"].side_inputs


def competitors(problem):
    """Return the recipes that a benchmark runs on a problem by default."""
    return [recipe for recipe in RECIPES.values() if recipe.suits(problem.kind, problem.side_inputs, problem.name)]


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_problem__says_what_it_is(problem):
    assert problem.kind in ("binding", "efficacy")
    assert problem.metrics[0] == {"binding": "roc_auc", "efficacy": "pearson"}[problem.kind]
    assert set(problem.metrics) <= set(SCORES)
    assert problem.scored.endswith(".") and problem.leak.endswith(".")
    for published in problem.published:
        assert published.metric in problem.metrics
        assert 0 < published.value < 1
        assert len(published.source) > 20
    baselines = [recipe.is_baseline for recipe in competitors(problem)]
    assert sum(baselines) >= 3 and not all(baselines)


def test_recipes__each_competes_on_some_problem():
    competing = {recipe.name for problem in PROBLEMS.values() for recipe in competitors(problem)}
    own = {name for name, recipe in RECIPES.items() if recipe.fit.__module__.startswith("deepchem_gen")}
    assert competing == own - {"sirna-gaussian-process-studies"}  # no named data set is of several studies


def require_no_leak(data, problem):
    scored = np.concatenate([fold.test.ids for fold in data.folds])
    assert len(set(scored)) == len(scored)
    for fold in data.folds:
        parts = [set(part.ids) for part in fold if part is not None]
        assert sum(map(len, parts)) == len(set.union(*parts)), f"{problem}: an id is in two parts"
        assert all(len(part) == len(set(part.ids)) for part in fold if part is not None)


@pytest.mark.parametrize("name", SIMULATED)
def test_problem__no_id_is_on_both_sides(simulated, name):
    require_no_leak(simulated[name], name)
    assert set(simulated[name].side_inputs) == set(PROBLEMS[name].side_inputs)


def test_problem__the_same_seed_gives_the_same_data(simulated, tmp_path):
    again, other = (PROBLEMS["simulated-sirna"].load(data_dir=str(tmp_path), seed=seed) for seed in (0, 1))
    prints = [fingerprint_of_data(data) for data in (simulated["simulated-sirna"], again, other)]
    assert prints[0] == prints[1] != prints[2]


def published_guides(monkeypatch, n=60, n_genes=12):
    """Put guides of our own in the place of the published ones, several against each mRNA."""
    rng = np.random.default_rng(0)
    ids = [f"g{number}" for number in range(n)]
    X = np.eye(4, dtype=np.int8)[rng.integers(0, 4, (n, 21))]
    guides = SimpleNamespace(X=X, y=rng.random((n, 1)), w=np.ones((n, 1)), ids=np.array(ids))
    genes = {name: f"mrna{number % n_genes}" for number, name in enumerate(ids)}
    guides_as_dataset = problem_data.rows_of(guides)
    monkeypatch.setattr(molnet, "load_sirna", lambda **_: (["efficacy"], (guides_as_dataset,), []), raising=False)
    monkeypatch.setattr(molnet, "sirna_genes", lambda *_: genes, raising=False)
    contexts = dict.fromkeys(genes, "ACGU" * 15)
    monkeypatch.setattr(molnet, "sirna_contexts", lambda *_: contexts, raising=False)
    return genes


def test_sirna_cv10__predicts_every_guide_once(monkeypatch):
    genes = published_guides(monkeypatch)
    data = PROBLEMS["sirna-cv10"].load()
    require_no_leak(data, "sirna-cv10")
    assert len(data.folds) == 10
    assert {name for fold in data.folds for name in fold.test.ids} == set(genes)
    assert all(len(fold.train) + len(fold.test) == len(genes) for fold in data.folds)


def test_sirna_gene5__no_gene_is_on_both_sides(monkeypatch):
    genes = published_guides(monkeypatch)
    data = PROBLEMS["sirna-gene5"].load()
    require_no_leak(data, "sirna-gene5")
    assert len(data.folds) == 5
    for fold in data.folds:
        learned, scored = ({genes[name] for name in part.ids} for part in (fold.train, fold.test))
        assert not learned & scored
    assert {name for fold in data.folds for name in fold.test.ids} == set(genes)


def test_without__leaves_out_rows_that_are_scored_under_another_id(caplog):
    X = np.eye(4, dtype=np.int8)[np.random.default_rng(0).integers(0, 4, (6, 101))]
    made = [
        problem_data.rows_of(SimpleNamespace(X=X[rows], y=np.ones((3, 1)), w=np.ones((3, 1)), ids=np.array(list(ids))))
        for rows, ids in (([0, 1, 2], "abc"), ([1, 4, 5], "xyz"))
    ]
    with caplog.at_level("INFO"):
        assert problem_data._without(*made).ids.tolist() == ["a", "c"]
    assert re.search(mentions("1 of 3"), caplog.text)


def test_fingerprint__changes_with_every_part_of_the_data(small):
    fold, side_inputs = small
    renamed = {"DNase": side_inputs["accessibility"]}
    seen = {fingerprint_of_data(ProblemData([fold], sides)) for sides in (side_inputs, renamed, {})}
    for part in ("train", "valid", "test"):
        for column in ("X", "y", "w", "ids"):
            rows = getattr(fold, part)
            columns = {key: np.array(getattr(rows, key)) for key in ("X", "y", "w", "ids")}
            columns[column][[0, 40]] = columns[column][[40, 0]] if column in ("X", "ids") else 0.75
            changed = fold._replace(**{part: problem_data.rows_of(SimpleNamespace(**columns))})
            seen.add(fingerprint_of_data(ProblemData([changed], side_inputs)))
    assert len(seen) == 15
    assert all(len(one) == len(hashlib.sha256().hexdigest()) for one in seen)


def test_fingerprint__changes_with_the_signals_of_windows_that_are_only_beside(small):
    fold, side_inputs = small
    signals = side_inputs["accessibility"]
    beside = [
        SideInput([*signals.ids, "chr9:0-101"], np.concatenate([signals.values, [[value]]])) for value in (0.5, 0.25)
    ]
    made = (ProblemData([fold], {"accessibility": each}) for each in (signals, *beside))
    assert len(set(map(fingerprint_of_data, made))) == 3


def test_score_all__agrees_with_what_is_known():
    y, predicted = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.6, 0.4, 0.9])
    found = score_all(SCORES, y, predicted)
    assert found["roc_auc"] == 0.75
    assert found["mcc"] == 0.0
    assert found["rmse"] == pytest.approx(np.sqrt((0.01 + 0.36 + 0.36 + 0.01) / 4))
    with pytest.raises(BadValueError, match=mentions("auc", "mcc")):
        score_all(["auc"], y, predicted)


def test_gaussian_process__is_told_the_targets_where_it_is_asked_for_new_ones(monkeypatch):
    published_guides(monkeypatch)
    data = PROBLEMS["sirna-gene5"].load()
    told, untold = RECIPES["sirna-gaussian-process-targets"], RECIPES["sirna-gaussian-process"]
    record, _ = run_one(data, Task(PROBLEMS["sirna-gene5"], told, 0))
    assert record["folds"] == 5 and record["parameters"] > 0 and not record["is_baseline"]
    fitted = told(data.folds[0].train, side_inputs=data.side_inputs)
    assert fitted.model.targets == data.side_inputs["targets"]
    assert untold(data.folds[0].train, side_inputs=data.side_inputs).model.targets is None
    others = {**data.side_inputs, "targets": dict.fromkeys(data.side_inputs["targets"], "one")}
    assert fingerprint_of_data(data) != fingerprint_of_data(data._replace(side_inputs=others))


def test_problem__with_the_name_of_a_folder_is_the_named_data_set_and_says_so(tmp_path, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    assert problem_named("jund") is PROBLEMS["jund"] and not caplog.records
    (tmp_path / "jund").mkdir()
    assert problem_named("jund") is PROBLEMS["jund"]
    assert re.search(mentions("jund", "./jund"), caplog.text)


def test_problem__rows_without_a_label_are_neither_learned_from_nor_scored(toy_problem, toy_recipe, rows, caplog):
    caplog.set_level("INFO")
    train, test = rows(0, 20), rows(100, 10)
    train.w[:5] = test.w[3:7] = 0
    whole = rows(200, 6)
    parts = ProblemData([Fold(train, whole, test)])
    problem = toy_problem()._replace(read=lambda *_: parts)
    ((kept, valid, scored),) = problem.load().folds
    assert kept.ids.tolist() == [str(number) for number in range(5, 20)]
    assert scored.ids.tolist() == ["100", "101", "102", "107", "108", "109"]
    assert valid is whole
    record, predictions = run_one(problem.load(), Task(problem, toy_recipe(), 0))
    assert (record["n_train"], record["n_scored"]) == (15, 6)
    assert record["label_mean"] == test.y[[0, 1, 2, 7, 8, 9]].mean()
    assert predictions.ids.tolist() == scored.ids.tolist()
    assert re.search(mentions("toy", "4 of 10 rows"), caplog.text)


def test_problem__without_any_label_in_a_part_is_an_error(toy_problem, rows):
    test = rows(100, 10)
    test.w[:] = 0
    problem = toy_problem()._replace(read=lambda *_: ProblemData([Fold(rows(0, 20), None, test)]))
    with pytest.raises(LabelError, match=mentions("toy", "10 rows")):
        problem.load()
