"""Gaussian processes of guides that several studies measured: scales, noise, preferences, guides of no known study."""

import json

import deepchem as dc
import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics import experiments
from deepchem_genomics.data.measured_guides import read_guide_notes
from deepchem_genomics.errors import (
    BadValueError,
    DataFolderError,
    DuplicateIdError,
    EmptyInputError,
    LabelError,
    MissingIdError,
    SideInputError,
)
from deepchem_genomics.feat import kmer_counts
from deepchem_genomics.feat.encoding import decode
from deepchem_genomics.models import OneHotRidge, SiRNAGaussianProcess, gaussian_process
from deepchem_genomics.models.adapting import for_study
from deepchem_genomics.models.guide_features import GuideParts
from deepchem_genomics.simulate import simulate_sirna

SCALES = {"fraction": (0.0, 1.0), "percent": (10.0, 50.0)}
NAMES = ["fraction", "percent"]


def rows_of(X, y=None, prefix="g"):
    return dc.data.NumpyDataset(X, y, ids=np.array([f"{prefix}{i}" for i in range(len(X))]))


@pytest.fixture(scope="module")
def simulated():
    return simulate_sirna(240, seed=5)


@pytest.fixture(scope="module")
def studies():
    return {f"g{i}": NAMES[i % 2] for i in range(240)}


def on_scales(y):
    offset, unit = np.array([SCALES[NAMES[i % 2]] for i in range(len(y))]).T
    return offset[:, None] + unit[:, None] * y


@pytest.fixture(scope="module")
def model(simulated, studies):
    model = SiRNAGaussianProcess(studies=studies)
    model.fit(rows_of(simulated.X, on_scales(simulated.y)))
    return model


@pytest.fixture(scope="module")
def new():
    return rows_of(simulate_sirna(80, seed=6).X, prefix="new")


def test_fit__each_study_keeps_its_scale(model, new):
    found = [model.for_study(name).predict_uncertainty(new) for name in NAMES]
    slope, offset = np.polyfit(found[0][0][:, 0], found[1][0][:, 0], 1)
    assert slope == pytest.approx(50, rel=0.2)
    assert offset == pytest.approx(10, abs=12)
    assert found[1][1].mean() / found[0][1].mean() == pytest.approx(50, rel=0.2)


def test_fit__studies_that_differ_in_scale_alone_are_learned_from_together(simulated, model, new):
    """The labels, brought to one scale, give nearly the same model."""
    together = SiRNAGaussianProcess()
    together.fit(rows_of(simulated.X, simulated.y))
    r = np.corrcoef(together.predict(new)[:, 0], model.for_study("fraction").predict(new)[:, 0])[0, 1]
    assert r > 0.97


def test_fit__another_scale_of_one_study_changes_its_predictions_alone(simulated, studies, model, new):
    y = on_scales(simulated.y)
    y[1::2] = 3 * y[1::2] - 2
    other = SiRNAGaussianProcess(studies=studies)
    other.fit(rows_of(simulated.X, y))
    before, after = ([one.for_study(name).predict(new) for name in NAMES] for one in (model, other))
    np.testing.assert_allclose(after[0], before[0], rtol=1e-5)
    np.testing.assert_allclose(after[1], 3 * before[1] - 2, rtol=1e-5)


def test_fit__one_study_is_as_none(simulated, new):
    alone, named = SiRNAGaussianProcess(), SiRNAGaussianProcess(studies={f"g{i}": "only" for i in range(240)})
    for one in (alone, named):
        one.fit(rows_of(simulated.X, simulated.y))
    r = np.corrcoef(alone.predict(new)[:, 0], named.for_study("only").predict(new)[:, 0])[0, 1]
    assert r > 0.999


def test_fit__preferences_of_a_study_are_its_own(studies):
    """One study likes A where the other dislikes it: no shared weight explains both."""
    X = simulate_sirna(240, seed=8).X
    liking = X[:, :10, 0].sum(axis=1).astype(float)
    sign = np.where(np.arange(240) % 2, 1.0, -1.0)
    y = (sign * liking + np.random.default_rng(0).normal(scale=0.3, size=240))[:, None]
    model = SiRNAGaussianProcess(studies=studies)
    model.fit(rows_of(X, y))
    new = simulate_sirna(80, seed=9).X
    wanted = new[:, :10, 0].sum(axis=1)
    r = [np.corrcoef(model.for_study(name).predict(rows_of(new))[:, 0], wanted)[0, 1] for name in NAMES]
    assert r[0] < -0.6
    assert r[1] > 0.6


def test_predictions__are_those_of_the_kernel_worked_out_row_by_row(simulated, studies):
    """The slow and obvious way: a matrix of covariances over both studies, and a linear system."""
    X, y = simulated.X[:80], on_scales(simulated.y[:80].astype(float))
    model = SiRNAGaussianProcess(studies=studies, noise=0.3)
    model.fit(rows_of(X, y))
    parts, of = GuideParts(X), np.arange(80) % 2
    same = of[:, None] == of
    dense, sparse = parts(X), kmer_counts(X, 8) * np.sqrt(0.285 / 14)
    learned = gaussian_process.learn(
        dense @ dense.T + sparse @ sparse.T, np.full(80, -1), 0.0, y[:, 0], np.ones(80), 0.3,
        gaussian_process.Studies(of, (dense @ dense.T) * same),
    )  # fmt: skip
    share, units = learned.difference, learned.units
    covariance = dense @ dense.T * (1 + share * same) + sparse @ sparse.T + 0.3 * np.eye(80)
    z, one_hot = y[:, 0] / units[of], np.eye(2)[of]
    inverse = np.linalg.inv(covariance)
    offsets = np.linalg.solve(one_hot.T @ inverse @ one_hot, one_hot.T @ inverse @ z)
    residuals = inverse @ (z - one_hot @ offsets)
    scale = (z - one_hot @ offsets) @ residuals / 80
    new = simulated.X[80:120]
    other, kmers = parts(new), kmer_counts(new, 8) * np.sqrt(0.285 / 14)
    for study, name in enumerate(NAMES):
        between = other @ dense.T * (1 + share * (of == study)) + kmers @ sparse.T
        mean, sd = model.for_study(name).predict_uncertainty(rows_of(new))
        np.testing.assert_allclose(mean[:, 0], units[study] * (offsets[study] + between @ residuals), rtol=1e-6)
        between -= kmers @ sparse.T  # what overlaps tell is not subtracted from the variance
        prior = (1 + share) * ((other**2).sum(axis=1) + (kmers**2).sum(axis=1))
        known = np.einsum("ij,ij->i", between @ inverse, between)
        expected = units[study] * np.sqrt(scale * (0.3 + prior - known))
        np.testing.assert_allclose(sd[:, 0], expected, rtol=3e-3)


def test_units__are_the_likeliest(simulated, studies):
    """Other units, kept to the same mean logarithm, make the labels less likely."""
    rows = np.arange(240) % 2
    quadratic = np.array([[3.0, 0.4], [0.4, 0.02]])
    factors = gaussian_process._inverse_units(quadratic, rows)
    assert np.log(factors).mean() == pytest.approx(0)

    def evidence(some):
        return np.bincount(rows) @ np.log(some) - 120 * np.log(some @ quadratic @ some)

    for change in (0.9, 0.99, 1.01, 1.1):
        assert evidence(factors * [change, 1 / change]) < evidence(factors)


def test_predict__finds_the_study_of_each_guide_by_its_id(model, new):
    model.studies = {f"new{i}": name for i, name in zip(range(60), 30 * NAMES, strict=True)}
    mean, sd = model.predict_uncertainty(new)
    model.studies = {}
    middle, wide = model.predict_uncertainty(new)
    for study, name in enumerate(NAMES):
        alone, spread = model.for_study(name).predict_uncertainty(new)
        np.testing.assert_allclose(mean[study:60:2], alone[study:60:2], rtol=1e-9)
        np.testing.assert_allclose(sd[study:60:2], spread[study:60:2], rtol=1e-9)
    np.testing.assert_allclose(mean[60:], middle[60:], rtol=1e-9)
    np.testing.assert_allclose(sd[60:], wide[60:], rtol=1e-9)


def test_uncertainty__is_wider_for_a_guide_of_no_known_study(simulated, studies, new):
    """On one scale, so that only what is not known of the study makes the difference."""
    model = SiRNAGaussianProcess(studies=studies)
    model.fit(rows_of(simulated.X, simulated.y))
    unknown = model.predict_uncertainty(new)[1]
    assert (unknown > 1.05 * model.for_study("fraction").predict_uncertainty(new)[1]).all()


def test_load__predicts_the_same_bits(model, studies, new, tmp_path):
    model.save(tmp_path / "model")
    again = SiRNAGaussianProcess.load(tmp_path / "model", studies={"new0": "percent"})
    model.studies = {"new0": "percent"}
    for one, other in zip(again.predict_uncertainty(new), model.predict_uncertainty(new), strict=True):
        assert np.array_equal(one, other)
    model.studies = studies
    assert again.study_names == NAMES
    assert again.n_parameters == model.n_parameters
    of_one = again.for_study("percent")
    of_one.save(tmp_path / "one")
    back = SiRNAGaussianProcess.load(tmp_path / "one")
    assert np.array_equal(back.predict(new), of_one.predict(new))
    assert (back.study_names, back.label) == ([], "the scale of the study percent")


def test_adapt__begins_with_what_studies_share(model, simulated):
    other = simulate_sirna(60, seed=11)
    adapted = model.adapt(rows_of(other.X[:40], 3 + 0.2 * other.y[:40], "new"))
    assert adapted.study_names == []
    errors = np.abs(adapted.predict(rows_of(other.X[40:])) - (3 + 0.2 * other.y[40:]))
    assert errors.mean() < 0.2 * other.y.std()


def test_targets__have_effects_in_all_studies(simulated, studies):
    targets = {f"g{i}": f"mRNA{i % 3}" for i in range(240)}
    shifts = np.where(np.arange(240) % 3 == 0, 0.4, 0.0)[:, None]
    model = SiRNAGaussianProcess(targets=targets, studies=studies)
    model.fit(rows_of(simulated.X, on_scales(simulated.y + shifts)))
    first = model.for_study("percent").predict(rows_of(simulated.X))
    model.targets = {}
    without = model.for_study("percent").predict(rows_of(simulated.X))
    assert (first - without)[::3].mean() - (first - without)[1::3].mean() > 0.15 * 50


def test_errors__name_the_guide_or_the_study(simulated, studies, model):
    rows = rows_of(simulated.X, simulated.y)
    with pytest.raises(MissingIdError, match=mentions("g3", "study", "1 of 240")):
        SiRNAGaussianProcess(studies={k: v for k, v in studies.items() if k != "g3"}).fit(rows)
    with pytest.raises(LabelError, match=mentions("'few'", "4 guides", "10")):
        SiRNAGaussianProcess(studies={**studies, **{f"g{i}": "few" for i in range(4)}}).fit(rows)
    constant = simulated.y.copy()
    constant[1::2] = 0.5
    with pytest.raises(LabelError, match=mentions("'percent'", "all 0.5")):
        SiRNAGaussianProcess(studies=studies).fit(rows_of(simulated.X, constant))
    with pytest.raises(BadValueError, match=mentions("'third'", "fraction, percent")):
        model.for_study("third")
    with pytest.raises(BadValueError, match=mentions("'third'", "none")):
        model.for_study("percent").for_study("third")
    with pytest.raises(BadValueError, match=mentions("OneHotRidge", "SiRNAGaussianProcess")):
        for_study(OneHotRidge(), "fraction")


@pytest.fixture
def table(tmp_path, simulated, studies):
    """Write guides of two studies, whose efficacies are on scales of their own, with what is known of each."""
    y = simulated.y[:, 0].copy()
    y[1::2] = 0.2 + 0.4 * y[1::2]
    names = [f"g{i}" for i in range(240)]
    rows = pd.DataFrame({
        "id": names, "sequence": decode(simulated.X, "ACGU"), "efficacy": y,
        "study": [studies[name] for name in names], "target": [f"mRNA{i % 4}" for i in range(240)],
    })  # fmt: skip
    path = tmp_path / "guides.csv"
    rows.to_csv(path, index=False)
    return path


def test_guide_notes__are_by_id_and_without_blanks(tmp_path, table, studies):
    assert read_guide_notes(table)["studies"] == studies
    assert [*read_guide_notes(table)] == ["studies", "targets"]
    other = tmp_path / "notes.tsv"
    other.write_text("context\tid\tnumber\nACGU\tg1\t1\n\tg2\t2\n")
    assert read_guide_notes(other) == {"contexts": {"g1": "ACGU"}}
    pd.DataFrame({"id": [7, 8], "study": ["a", None]}).to_parquet(tmp_path / "notes.parquet")
    assert read_guide_notes(tmp_path / "notes.parquet") == {"studies": {"7": "a"}}


@pytest.mark.parametrize(
    ("text", "error", "facts"),
    [
        ("name\tstudy\ng1\ta\n", DataFolderError, ("name, study", "'id'")),
        ("id\tstudies\ng1\ta\n", DataFolderError, ("id, studies", "'study'")),
        ("id\tstudy\n", EmptyInputError, ("no rows",)),
        ("id\tstudy\ng1\ta\n\tb\n", EmptyInputError, ("row 2", "no id")),
        ("id\tstudy\ng1\ta\ng1\tb\n", DuplicateIdError, ("'g1'", "1 such")),
    ],
)
def test_guide_notes__say_what_is_wrong_with_a_table(tmp_path, text, error, facts):
    path = tmp_path / "notes.tsv"
    path.write_text(text)
    with pytest.raises(error, match=mentions("notes.tsv", *facts)):
        read_guide_notes(path)


def test_train__learns_studies_that_a_table_names(tmp_path, simulated, table, studies):
    rows = rows_of(simulated.X, pd.read_csv(table)[["efficacy"]].to_numpy())
    trained = experiments.train(experiments.Data(rows, guides=table), out=tmp_path / "model")
    assert trained.recipe == "sirna-gaussian-process-studies"
    assert trained.model.study_names == NAMES
    assert trained.model.target_names == [f"mRNA{i}" for i in range(4)]
    record = json.loads((tmp_path / "model" / "training.json").read_text())
    assert [(one["role"], one["path"]) for one in record["dataset"]["inputs"]] == [("guides", str(table))]
    with pytest.raises(BadValueError, match=mentions("sirna-book", "guides")):
        experiments.Data("sirna-book", guides=table)
    with pytest.raises(SideInputError, match=mentions("studies", "table of guides", "guides=")):
        experiments.train(rows, "sirna-gaussian-process-studies")


def test_train__takes_no_table_of_guides_for_windows(table):
    windows = dc.data.NumpyDataset(np.eye(4)[np.zeros((40, 30), int)], np.arange(40)[:, None] % 2)
    with pytest.raises(BadValueError, match=mentions("guides.csv", "siRNA")):
        experiments.train(experiments.Data(windows, guides=table))
