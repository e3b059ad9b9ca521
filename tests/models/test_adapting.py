"""A model of guides adapted to the measurements of another study."""

import logging
import re

import deepchem as dc
import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.data.measured_guides import read_measured_guides
from deepchem_genomics.errors import BadValueError, DataFolderError, LabelError, NotFittedError, SequenceLengthError
from deepchem_genomics.models.adapting import adapted_to_table
from deepchem_genomics.simulate import simulate_sirna


def rows(X, y):
    return dc.data.NumpyDataset(X, y)


@pytest.fixture(scope="module")
def model():
    """A model of a first study, simulated."""
    first = simulate_sirna(400, seed=0)
    model = models.SiRNAGaussianProcess(targets={str(i): f"mRNA{i % 4}" for i in range(400)})
    model.fit(dc.data.NumpyDataset(first.X, first.y, ids=np.arange(400).astype(str)))
    return model


@pytest.fixture(scope="module")
def study():
    """Another study, simulated: on another scale, and its guides also want A and U in the middle."""
    guides = simulate_sirna(230, seed=1)
    own = guides.X[:, 8:14, [0, 3]].sum(axis=(1, 2))[:, None] / 6 - 0.5
    return guides.X, 20 + 50 * (guides.y + 0.5 * own)


def test_adapt__predicts_another_study_better_than_without_it_and_than_from_its_guides_alone(model, study):
    X, y = study
    adapted = model.adapt(rows(X[:30], y[:30]))
    alone = models.SiRNAGaussianProcess()
    alone.fit(rows(X[:30], y[:30]))
    rest, labels = rows(X[30:], y[30:]), y[30:, 0]
    r = {name: np.corrcoef(one.predict(rest)[:, 0], labels)[0, 1] for name, one in
         {"before": model, "adapted": adapted, "alone": alone}.items()}  # fmt: skip
    assert r["adapted"] > r["before"] + 0.01 and r["adapted"] > r["alone"] + 0.05
    mean, sd = adapted.predict_uncertainty(rest)
    line = np.polyval(np.polyfit(model.predict(rows(X[:30], y[:30]))[:, 0], y[:30, 0], 1), model.predict(rest)[:, 0])
    assert np.square(mean[:, 0] - labels).mean() < np.square(line - labels).mean()
    assert 0.85 < np.mean(np.abs(mean[:, 0] - labels) < 1.645 * sd[:, 0]) < 0.99


def test_adapt__does_not_care_for_the_scale(model, study):
    X, y = study
    plain, other = model.adapt(rows(X[:30], y[:30])), model.adapt(rows(X[:30], 3 - 0.01 * -y[:30]))
    (mean, sd), (mean2, sd2) = (one.predict_uncertainty(rows(X[30:], y[30:])) for one in (plain, other))
    np.testing.assert_allclose(mean2, 3 + 0.01 * mean, rtol=1e-6)
    np.testing.assert_allclose(sd2, 0.01 * sd, rtol=1e-2)  # directions are kept as float16


def test_adapt__more_guides_tell_more(model, study):
    X, y = study
    rest = rows(X[130:], y[130:])
    predicted = [model.adapt(rows(X[:n], y[:n])).predict(rest) for n in (10, 30, 130)]
    r = [np.corrcoef(one[:, 0], y[130:, 0])[0, 1] for one in predicted]
    errors = [np.square(one - y[130:]).mean() for one in predicted]
    assert r == sorted(r) and errors == sorted(errors, reverse=True)


def test_adapt__is_a_regression_on_the_covariance_of_guides(model, study):
    """The weights that are kept say what the textbook's formula with all pairs of guides says."""
    X, y = study
    adapted, n = model.adapt(rows(X[:30], y[:30])), 30
    parts, weights = model._fitted
    known, columns, overlaps = model._known().astype(np.float64), parts(X), model._overlaps(X)
    expected = columns @ weights.weights + overlaps @ weights.sparse_weights
    found, gram, words = columns @ known.T, columns @ columns.T, (overlaps @ overlaps.T).toarray()
    unknown = (np.diag(gram)[:n] - np.square(found[:n]).sum(axis=1) + np.diag(words)[:n]).mean()
    unit = y[:n].std() / np.sqrt(expected[:n].var() + weights.scale * unknown + weights.noise)
    label = (y[:n, 0] - y[:n].mean()) / unit - expected[:n] + expected[:n].mean()
    best = (-np.inf, None)
    for own in (0.0, 0.25, 1.0):
        covariance = weights.scale * ((1 + own) * gram - found @ found.T + words)
        covariance += 0.01 + 0.25 * np.outer(expected, expected)
        for noise in (0.5, 1.0, 2.0):
            of_labels = covariance[:n, :n] + noise * weights.noise * np.eye(n)
            solved = np.linalg.solve(of_labels, label)
            evidence = -0.5 * label @ solved - 0.5 * np.linalg.slogdet(of_labels)[1]
            best = max(best, (evidence, expected + covariance[:, :n] @ solved), key=lambda one: one[0])
    predicted = y[:n].mean() + unit * (best[1] - expected[:n].mean())
    np.testing.assert_allclose(adapted.predict(rows(X, y))[:, 0], predicted, rtol=1e-6)


def test_adapt__leaves_the_model_and_its_targets_as_they_are(model, study, tmp_path):
    X, y = study
    before = model.predict(rows(X, y))
    adapted = model.adapt(rows(X[:30], y[:30]))
    assert np.array_equal(model.predict(rows(X, y)), before) and len(model.target_names) == 4
    assert adapted.target_names == [] and adapted.n_learned == 430 and "30 guides" in adapted.label
    adapted.save(tmp_path / "adapted")
    again = models.load(tmp_path / "adapted")
    for one, other in zip(again.predict_uncertainty(rows(X, y)), adapted.predict_uncertainty(rows(X, y)), strict=True):
        assert np.array_equal(one, other)
    twice = adapted.adapt(rows(X[30:60], y[30:60]))
    assert twice.n_learned == 460


def test_adapt__says_what_it_needs(model, study, caplog):
    X, y = study
    for same in (X[:9], X[[*range(9), *range(9)]]):  # measured twice, they are nine guides all the same
        with pytest.raises(LabelError, match=mentions("9 different guides", "10")):
            model.adapt(rows(same, y[: len(same)]))
    with pytest.raises(LabelError, match=mentions("0.5", "10")):
        model.adapt(rows(X[:20], np.full((20, 1), 0.5)))
    with pytest.raises(NotFittedError):
        models.SiRNAGaussianProcess().adapt(rows(X[:20], y[:20]))
    with caplog.at_level(logging.WARNING):
        model.adapt(rows(X[:30], -y[:30]))
    assert re.search(mentions("30 guides", "what is left"), caplog.text)


@pytest.fixture
def table(study, tmp_path):
    X, y = study
    guides = ["".join("ACGU"[code] for code in guide) for guide in X[:30].argmax(axis=2)]
    path = tmp_path / "measured.csv"
    pd.DataFrame({"sequence": guides, "efficacy": y[:30, 0], "note": "x"}).to_csv(path, index=False)
    return path


def test_adapted_to_table__reads_guides_of_19_to_23_nt_and_leaves_out_what_is_missing(table, study, tmp_path):
    X, y = study
    cut, frame = tmp_path / "19.csv", pd.read_csv(table)
    frame["sequence"] = frame["sequence"].str[:19].str.replace("U", "T")
    frame.loc[3, "efficacy"] = None
    frame.to_csv(cut, index=False)
    measured = read_measured_guides(cut)
    assert all(len(guide) == 21 and guide.endswith("UU") for guide in measured.guides)
    assert np.flatnonzero(np.isnan(measured.efficacies)).tolist() == [3]
    shipped = models.load("sirna-huesken")
    ends = np.array([guide[:, [3]].all() for guide in X[:30, 19:]])
    assert not ends.all(), "some guides of this table are changed"
    X19 = X[:30].copy()
    X19[:, 19:] = np.eye(4, dtype=X.dtype)[3]
    kept = np.arange(30) != 3
    expected = shipped.adapt(rows(X19[kept], y[:30][kept])).predict(rows(X, y))
    np.testing.assert_allclose(adapted_to_table(shipped, cut).predict(rows(X, y)), expected, rtol=1e-9)


def test_adapted_to_table__names_what_is_wrong(model, table, tmp_path):
    other = models.GuideGCContent()
    with pytest.raises(BadValueError, match=mentions("GuideGCContent", "sirna-huesken")):
        adapted_to_table(other, table)
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("guide,efficacy\nACGU,1\n")
    with pytest.raises(DataFolderError, match=mentions("wrong.csv", "'sequence'", "guide", "'efficacy'", "rename")):
        adapted_to_table(model, wrong)
    fasta = tmp_path / "guides.fa"
    fasta.write_text(">a\nACGU\n")
    with pytest.raises(DataFolderError, match=mentions("guides.fa", "FASTA", "'sequence'", "'efficacy'")):
        adapted_to_table(model, fasta)
    wrong.write_text("sequence,efficacy\nACGU,1\n")
    with pytest.raises(SequenceLengthError, match=mentions("wrong.csv: row 1", "4 bases", "19")):
        adapted_to_table(model, wrong)


def other(model):
    """Return the same model, for guides of other studies."""
    found = models.SiRNAGaussianProcess(targets=model.targets, other_studies=True)
    found.set_arrays(model.arrays())
    return found


def test_other_studies__widen_intervals_by_what_adapting_assumes(model, study):
    X, _ = study
    guides = dc.data.NumpyDataset(X[:6], ids=[f"new{i}" for i in range(6)])
    mean, sd = model.predict_uncertainty(guides)
    same, wide = other(model).predict_uncertainty(guides)
    np.testing.assert_array_equal(same, mean)
    parts, weights = model._fitted
    rng, n = np.random.default_rng(0), 200_000
    signal, squares = mean - weights.offset, np.square(parts(X[:6])).sum(axis=1)[:, None]
    own = np.sqrt(rng.choice([0, 0.25, 1], (6, n)) * weights.scale * squares) * rng.normal(size=(6, n))
    noise = np.sqrt(rng.choice([0.5, 1, 2], (6, n)) * weights.noise) * rng.normal(size=(6, n))
    labels = rng.normal(1, 0.5, (6, n)) * signal + rng.normal(0, 0.1, (6, n)) + own + noise
    np.testing.assert_allclose(wide[:, 0] ** 2, labels.var(axis=1) + sd[:, 0] ** 2 - weights.noise, rtol=0.02)


def test_other_studies__cover_a_study_that_differs(model):
    guides = simulate_sirna(230, seed=1)
    shifted = dc.data.NumpyDataset(guides.X, 0.15 + guides.y, ids=[f"new{i}" for i in range(230)])
    within = []
    for one in (model, other(model)):
        mean, sd = one.predict_uncertainty(shifted)
        within.append(np.mean(np.abs(mean - shifted.y) < 1.645 * sd))
    assert within[0] < 0.85 and within[1] > 0.9


def test_other_studies__are_saved_and_left_out_once_adapted(model, study, tmp_path):
    X, y = study
    widened = other(model)
    widened.save(tmp_path / "model")
    guides = dc.data.NumpyDataset(X[30:], ids=[f"new{i}" for i in range(200)])
    np.testing.assert_array_equal(models.load(tmp_path / "model").predict_uncertainty(guides),
                                  widened.predict_uncertainty(guides))  # fmt: skip
    adapted = [one.adapt(rows(X[:30], y[:30])) for one in (model, widened)]
    assert not adapted[1].other_studies
    np.testing.assert_array_equal(*(one.predict_uncertainty(guides) for one in adapted))
