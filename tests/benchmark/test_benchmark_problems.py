"""Problems and who competes on them: no row on both sides, nothing learnt from what is scored."""

import hashlib
from types import SimpleNamespace

import numpy as np
import pytest

from deepchem_genomics import molnet
from deepchem_genomics.benchmark import fit_networks, problem_data
from deepchem_genomics.benchmark.entrants import ENTRANTS, entrants_for
from deepchem_genomics.benchmark.fingerprints import fingerprint_of_data
from deepchem_genomics.benchmark.fit_baselines import MAKERS
from deepchem_genomics.benchmark.one_cell import Task, run_cell
from deepchem_genomics.benchmark.problems import PROBLEMS, Fold, ProblemData
from deepchem_genomics.benchmark.scoring import SCORES, score_all
from deepchem_genomics.data import SideInput
from deepchem_genomics.errors import BadValueError

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
    return Fold(*parts), simulated["simulated-tf"].accessibility


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
    baselines = [entrant.is_baseline for entrant in entrants_for(problem.kind, problem.name, problem.has_accessibility)]
    assert sum(baselines) >= 3 and not all(baselines)


def test_entrants__each_baseline_has_its_maker_and_each_entrant_a_problem():
    assert set(MAKERS) == {entrant.name for entrant in ENTRANTS.values() if entrant.is_baseline}
    competing = {
        entrant.name
        for problem in PROBLEMS.values()
        for entrant in entrants_for(problem.kind, problem.name, problem.has_accessibility)
    }
    assert competing == set(ENTRANTS)


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
    assert (simulated[name].accessibility is not None) == PROBLEMS[name].has_accessibility


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
        learnt, scored = ({genes[name] for name in part.ids} for part in (fold.train, fold.test))
        assert not learnt & scored
    assert {name for fold in data.folds for name in fold.test.ids} == set(genes)


def test_without__leaves_out_rows_that_are_scored_under_another_id(caplog):
    X = np.eye(4, dtype=np.int8)[np.random.default_rng(0).integers(0, 4, (6, 101))]
    made = [
        problem_data.rows_of(SimpleNamespace(X=X[rows], y=np.ones((3, 1)), w=np.ones((3, 1)), ids=np.array(list(ids))))
        for rows, ids in (([0, 1, 2], "abc"), ([1, 4, 5], "xyz"))
    ]
    with caplog.at_level("INFO"):
        assert problem_data._without(*made).ids.tolist() == ["a", "c"]
    assert "1 of 3 rows are left out" in caplog.text


def test_hold_out__keeps_the_share_of_each_class_and_no_row_twice(small):
    train = small[0].train
    kept, held_out = fit_networks.hold_out(train, seed=3)
    assert sorted([*kept.ids, *held_out.ids]) == sorted(train.ids)
    assert len(held_out) == len(train) / 10
    assert held_out.y.mean() == pytest.approx(train.y.mean(), abs=0.01)
    assert fit_networks.hold_out(train, seed=3)[1].ids.tolist() == held_out.ids.tolist()
    assert fit_networks.hold_out(train, seed=4)[1].ids.tolist() != held_out.ids.tolist()


USING_SIGNALS = [
    entrant.name
    for entrant in ENTRANTS.values()
    # This one sees neighbours on purpose: a scored window's signals are part of what is known of the next.
    if entrant.uses_accessibility and entrant.name != "blend-nearby-accessibility"
]


@pytest.mark.parametrize("name", USING_SIGNALS)
def test_entrant__signals_of_scored_rows_have_no_part_in_the_scaling(small, name):
    """Whatever the accessibility of one scored row is, all others are predicted as before, to the bit."""
    if name in ("motif-boosting-accessibility", "rc-network-accessibility", "blend-accessibility"):
        pytest.importorskip("pyjaspar")
    fold, signals = small
    ids = [name for part in fold for name in part.ids]
    values = signals.lookup(ids)
    changed = values.copy()
    changed[ids.index(fold.test.ids[0])] *= 1e6
    predictions = []
    for table in (values, changed):
        fitted = ENTRANTS[name].fit(fold.train, fold.dev, SideInput(ids, table), 0, lambda line: None)
        predictions.append(fitted.model.predict(fold.test).ravel())
    np.testing.assert_array_equal(predictions[0][1:], predictions[1][1:])


@pytest.mark.parametrize("name", ["network", "sirna-network", "network-accessibility"])
def test_network__learns_from_train_alone(simulated, small, name):
    """Labels and sequences of scored rows are not looked at: prediction and history stay as they are."""
    fold, signals = small
    if name == "sirna-network":
        fold, signals = simulated["simulated-sirna"].folds[0], None
        fold = Fold(*(problem_data.rows_of(part, slice(0, 200)) for part in fold))
    results = []
    for _ in range(2):
        fitted = ENTRANTS[name].fit(fold.train, None, signals, 0, lambda line: None)
        results.append((fitted.model.predict(fold.train).tolist(), fitted.history))
        fold = fold._replace(test=problem_data.rows_of(SimpleNamespace(
            X=fold.test.X[::-1], y=1 - fold.test.y, w=fold.test.w, ids=fold.test.ids)))  # fmt: skip
    assert results[0] == results[1]
    assert [entry["epoch"] for entry in results[0][1]] == list(range(1, len(results[0][1]) + 1))
    assert fitted.parameters == {"network": 6661, "network-accessibility": 6662, "sirna-network": 1631}[name]


def test_fingerprint__changes_with_every_part_of_the_data(small):
    fold, signals = small
    seen = {fingerprint_of_data(ProblemData([fold], signals)), fingerprint_of_data(ProblemData([fold], None))}
    for part in ("train", "dev", "test"):
        for column in ("X", "y", "w", "ids"):
            rows = getattr(fold, part)
            columns = {key: np.array(getattr(rows, key)) for key in ("X", "y", "w", "ids")}
            columns[column][[0, 40]] = columns[column][[40, 0]] if column in ("X", "ids") else 0.75
            changed = fold._replace(**{part: problem_data.rows_of(SimpleNamespace(**columns))})
            seen.add(fingerprint_of_data(ProblemData([changed], signals)))
    assert len(seen) == 14
    assert all(len(one) == len(hashlib.sha256().hexdigest()) for one in seen)


def test_fingerprint__changes_with_the_signals_of_windows_that_are_only_beside(small):
    fold, signals = small
    beside = [
        SideInput([*signals.ids, "chr9:0-101"], np.concatenate([signals.values, [[value]]])) for value in (0.5, 0.25)
    ]
    assert len({fingerprint_of_data(ProblemData([fold], each)) for each in (signals, *beside)}) == 3


def test_score_all__agrees_with_what_is_known():
    y, predicted = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.6, 0.4, 0.9])
    found = score_all(SCORES, y, predicted)
    assert found["roc_auc"] == 0.75
    assert found["mcc"] == 0.0
    assert found["rmse"] == pytest.approx(np.sqrt((0.01 + 0.36 + 0.36 + 0.01) / 4))
    with pytest.raises(BadValueError, match="there is no score 'auc'; choose from mcc, "):
        score_all(["auc"], y, predicted)


def test_gaussian_process__is_told_the_targets_where_it_is_asked_for_new_ones(monkeypatch):
    published_guides(monkeypatch)
    data = PROBLEMS["sirna-gene5"].load()
    told, untold = ENTRANTS["sirna-gaussian-process-targets"], ENTRANTS["sirna-gaussian-process"]
    record, _ = run_cell(data, Task(PROBLEMS["sirna-gene5"], told, 0))
    assert record["folds"] == 5 and record["parameters"] > 0 and not record["is_baseline"]
    fitted = told.fit(data.folds[0].train, None, data.guides, 0, print)
    assert fitted.model.targets == data.guides.targets
    assert untold.fit(data.folds[0].train, None, None, 0, print).model.targets is None
    others = data.guides._replace(targets=dict.fromkeys(data.guides.targets, "one"))
    assert fingerprint_of_data(data) != fingerprint_of_data(data._replace(guides=others))
