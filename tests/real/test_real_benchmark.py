"""The problems on the published data: nothing on both sides, and baselines score no less than measured elsewhere."""

import numpy as np
import pandas as pd
import pytest

from deepchem_genomics import metrics
from deepchem_genomics.benchmark.one_run import Task, run_one
from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.recipes import RECIPES

pytestmark = pytest.mark.real

AT_HAND = [name for name in PROBLEMS if name not in ("gue-tf2", "gue-tf3", "gue-tf4")]
ROWS = {  # learned from in the first fold, scored in all
    "jund": (82_024, 34_527),
    "sirna-book": (2187, 244),
    "sirna-huesken": (2182, 249),
    "sirna-cv10": (2187, 2431),
    "sirna-gene5": (1933, 2431),
    "gue-tf0": (32_377, 1000),
    "gue-tf1": (30_671, 1000),
    "simulated-tf": (16_000, 2000),
    "simulated-sirna": (1944, 244),
}


@pytest.fixture(scope="module")
def load(real_data, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("molnet"))
    return lambda name: PROBLEMS[name].load(real_data, folder)


@pytest.mark.parametrize("name", AT_HAND)
def test_problem__no_id_and_no_scored_sequence_is_on_both_sides(load, name):
    data = load(name)
    scored = np.concatenate([fold.test.ids for fold in data.folds])
    assert (len(data.folds[0].train), len(scored)) == ROWS[name]
    assert len(set(scored)) == len(scored)
    for fold in data.folds:
        parts = [set(part.ids) for part in fold if part is not None]
        assert sum(map(len, parts)) == len(set.union(*parts))
        if name.startswith("gue"):
            learned, tested = ({row.tobytes() for row in part.X} for part in (fold.train, fold.test))
            assert not learned & tested


def test_sirna_gene5__no_mrna_is_on_both_sides(load, real_data):
    table = pd.read_csv(real_data / "sirna/huesken2431.tsv", sep="\t", dtype={"id": str}).set_index("id")
    folds = load("sirna-gene5").folds
    for fold in folds:
        assert not set(table.loc[fold.train.ids, "accession"]) & set(table.loc[fold.test.ids, "accession"])
    assert sum(len(set(table.loc[fold.test.ids, "accession"])) for fold in folds) == 30


def test_jund__both_classes_count_alike(load):
    fold = load("jund").folds[0]
    w, positive = fold.train.w, fold.train.y == 1
    assert positive.sum() == 253
    assert w[positive].sum() == pytest.approx(w[~positive].sum(), rel=1e-4)
    assert fold.test.y.sum() == 146


@pytest.mark.parametrize(
    ("problem", "recipe", "metric", "expected"),
    [
        ("jund", "accessibility", "roc_auc", 0.809),
        ("jund", "motif-accessibility", "roc_auc", 0.854),
        ("sirna-book", "ridge", "pearson", 0.64),
        ("sirna-book", "support-vectors", "pearson", 0.665),
        ("sirna-huesken", "support-vectors", "pearson", 0.68),
    ],
)
def test_baseline__scores_no_less_than_measured_elsewhere(load, problem, recipe, metric, expected):
    record, _ = run_one(load(problem), Task(PROBLEMS[problem], RECIPES[recipe], 0), lambda line: None)
    assert expected - 0.012 < record["scores"][metric] < expected + 0.08


def test_published__accessibility_alone_is_as_the_note_says(load):
    data = load("jund")
    test = data.folds[0].test
    score = metrics.roc_auc.compute_metric(test.y, data.side_inputs["accessibility"].lookup(test.ids))
    assert "accessibility alone scores 0.809" in PROBLEMS["jund"].published[1].note
    assert round(float(score), 3) == 0.809
