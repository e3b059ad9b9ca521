"""The Gaussian process of siRNA efficacy: what it learns, what it refuses, and what comes back from a folder."""

import hashlib
import shutil
from pathlib import Path

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import metrics, models
from deepchem_genomics.errors import (
    BadValueError,
    GenomicsError,
    LabelError,
    MissingIdError,
    ModelFolderError,
    NotFittedError,
    SequenceLengthError,
    ShapeMismatchError,
    UnknownBaseError,
)
from deepchem_genomics.feat import RNA, kmer_counts, one_hot
from deepchem_genomics.io.npz import read_arrays, write_arrays
from deepchem_genomics.models import SiRNAEfficacyModel, SiRNAGaussianProcess
from deepchem_genomics.models.guide_features import SHARES, GuideParts, context_energies
from deepchem_genomics.models.shipped import MODEL_NAMES, model_folder
from deepchem_genomics.simulate import simulate_sirna

GUIDES = ["UUAUCAAUGGUGAUCAUGGCU", "GCCCGGGCGCCGAUCAUGGCU", "UAAACGUACUGAUCGAUUGAA", "CCGGAUGCAUCGGAUACCGGC"]


def dataset(simulated, rows=slice(None), y=None, w=None):
    y = simulated.y[rows] if y is None else y
    return dc.data.NumpyDataset(simulated.X[rows], y, w, ids=np.array([f"g{i}" for i in range(len(simulated.X))])[rows])


@pytest.fixture(scope="module")
def simulated():
    return simulate_sirna(300, seed=3)


@pytest.fixture(scope="module")
def told(simulated):
    """Targets and contexts of the simulated guides, made up."""
    rng = np.random.default_rng(0)
    targets = {f"g{i}": f"mRNA{i % 5}" for i in range(300)}
    contexts = {f"g{i}": "".join(rng.choice(list("ACGU"), 61)) for i in range(300)}
    return {"targets": targets, "contexts": contexts}


@pytest.fixture(scope="module")
def model(simulated, told):
    model = SiRNAGaussianProcess(**told)
    model.fit(dataset(simulated))
    return model


def test_fit__learns_a_few_guides_by_heart(simulated):
    few = dataset(simulated, slice(12))
    model = SiRNAGaussianProcess(noise=1e-6)
    model.fit(few)
    np.testing.assert_allclose(model.predict(few), few.y, atol=1e-3)


def test_fit__explains_guides_it_has_not_seen(simulated):
    model = SiRNAGaussianProcess()
    model.fit(dataset(simulated, slice(200)))
    assert model.evaluate(dataset(simulated, slice(200, None)), [metrics.pearson])["pearson"] > 0.45


def test_predictions__are_those_of_the_kernel_worked_out_row_by_row(simulated):
    """The slow and obvious way: a matrix of covariances, and a linear system."""
    train, other = dataset(simulated, slice(60)), dataset(simulated, slice(60, 90))
    model = SiRNAGaussianProcess(noise=0.3)
    model.fit(train)
    parts = GuideParts(train.X)
    columns = [np.hstack([parts(X), kmer_counts(X, 8) * np.sqrt(0.285 / 14)]) for X in (train.X, other.X)]
    covariance = columns[0] @ columns[0].T + 0.3 * np.eye(60)
    ones, y = np.ones(60), train.y[:, 0].astype(float)
    offset = ones @ np.linalg.solve(covariance, y) / (ones @ np.linalg.solve(covariance, ones))
    expected = offset + columns[1] @ columns[0].T @ np.linalg.solve(covariance, y - offset)
    np.testing.assert_allclose(model.predict(other)[:, 0], expected, atol=1e-8)
    scale = (y - offset) @ np.linalg.solve(covariance, y - offset) / 60
    dense = [values[:, : -(4**8)] for values in columns]
    explained = np.einsum("ij,ij->i", dense[1] @ dense[0].T, np.linalg.solve(covariance, dense[0] @ dense[1].T).T)
    variance = scale * (0.3 + (columns[1] ** 2).sum(axis=1) - explained)
    np.testing.assert_allclose(model.predict_uncertainty(other)[1][:, 0], np.sqrt(variance), rtol=2e-3)


def test_parts__kernel_and_weights_are_those_of_the_columns(simulated):
    parts, residuals = GuideParts(simulated.X), np.random.default_rng(0).normal(size=300)
    columns, single = parts(simulated.X), parts.single(simulated.X)
    np.testing.assert_allclose(parts.kernel(single), columns @ columns.T, atol=1e-12)
    np.testing.assert_allclose(parts.weights(single, residuals), columns.T @ residuals, atol=1e-12)


def test_parts__have_their_share_of_the_rows_sum_of_squares(simulated):
    squares = (GuideParts(simulated.X)(simulated.X) ** 2).sum(axis=1).mean()
    assert squares == pytest.approx(sum(SHARES.values()))


def test_predictions__have_no_bounds(simulated):
    far = dataset(simulated, y=10 * simulated.y - 4)
    model = SiRNAGaussianProcess()
    model.fit(far)
    assert model.predict(far).max() > 2
    assert model.predict(far).min() < 0


def test_predictions__follow_the_scale_of_the_labels(simulated, told, model):
    other = SiRNAGaussianProcess(**told)
    other.fit(dataset(simulated, y=100 * simulated.y.astype(float) + 7))
    np.testing.assert_allclose(
        other.predict(dataset(simulated)), 100 * model.predict(dataset(simulated)) + 7, rtol=1e-4
    )


def test_uncertainty__is_larger_for_guides_unlike_those_learned_from(simulated):
    model = SiRNAGaussianProcess()
    model.fit(dataset(simulated))
    likes = model.predict_uncertainty(dataset(simulate_sirna(100, seed=9)))[1]
    unlike = dc.data.NumpyDataset(one_hot(["A" * 21, "G" * 21, "GC" * 10 + "G", "UA" * 10 + "U"], RNA))
    assert model.predict_uncertainty(unlike)[1].min() > np.quantile(likes, 0.9)


def test_uncertainty__covers_what_is_measured_as_often_as_it_says():
    train, other = simulate_sirna(800, seed=1), simulate_sirna(800, seed=2)
    model = SiRNAGaussianProcess()
    model.fit(dataset(train))
    mean, sd = model.predict_uncertainty(dataset(other))
    assert 0.85 < (np.abs(other.y - mean) < 1.645 * sd).mean() < 0.96


def test_targets__an_unknown_one_is_less_certain_and_a_known_one_shifts(simulated, told):
    shifts = np.array([[0.3 if i % 5 == 0 else 0.0] for i in range(300)])
    model = SiRNAGaussianProcess(targets=told["targets"])
    model.fit(dataset(simulated, y=simulated.y + shifts))
    known, sure = model.predict_uncertainty(dataset(simulated))
    model.targets = None
    unknown, unsure = model.predict_uncertainty(dataset(simulated))
    assert (unsure > sure).all()
    assert (known - unknown)[::5].mean() - (known - unknown)[1::5].mean() > 0.15


def test_contexts__count_where_they_are_known(simulated, told):
    energies = context_energies(told["contexts"], [f"g{i}" for i in range(300)])[:, None]
    model = SiRNAGaussianProcess(contexts=told["contexts"])
    model.fit(dataset(simulated, y=0.05 * energies))
    assert np.corrcoef(model.predict(dataset(simulated))[:, 0], energies[:, 0])[0, 1] > 0.9
    model.contexts = None
    assert model.predict(dataset(simulated)).std() < 0.7 * (0.05 * energies).std()


def test_fit__names_the_guide_without_a_target(simulated, told):
    with pytest.raises(MissingIdError, match=mentions("g0", "target", "1 of 300")):
        SiRNAGaussianProcess(targets={k: v for k, v in told["targets"].items() if k != "g0"}).fit(dataset(simulated))
    with pytest.raises(MissingIdError, match=mentions("g5", "context")):
        SiRNAGaussianProcess(contexts={k: v for k, v in told["contexts"].items() if k != "g5"}).fit(dataset(simulated))


def test_fit__the_same_seed_gives_the_same_bits(simulated, told, model):
    again = SiRNAGaussianProcess(**told)
    before = np.random.get_state()[1].copy()
    again.fit(dataset(simulated))
    assert np.array_equal(np.random.get_state()[1], before)
    for one, other in zip(
        again.predict_uncertainty(dataset(simulated)), model.predict_uncertainty(dataset(simulated)), strict=True
    ):
        assert np.array_equal(one, other)


def test_fit__the_order_of_rows_is_of_no_effect(simulated, told, model):
    other = SiRNAGaussianProcess(**told)
    other.fit(dataset(simulated, np.random.default_rng(0).permutation(300)))
    np.testing.assert_allclose(other.predict(dataset(simulated)), model.predict(dataset(simulated)), atol=1e-9)


def test_fit__leaves_missing_labels_out(simulated):
    y, w = simulated.y[:100].astype(float).copy(), np.ones((100, 1))
    y[:20], w[:20] = np.nan, 0
    model, other = SiRNAGaussianProcess(), SiRNAGaussianProcess()
    model.fit(dataset(simulated, slice(100), y, w))
    other.fit(dataset(simulated, slice(20, 100)))
    np.testing.assert_allclose(model.predict(dataset(simulated)), other.predict(dataset(simulated)))
    with pytest.raises(LabelError, match=mentions("g0", "NaN", "20")):
        model.fit(dataset(simulated, slice(100), y))
    with pytest.raises(LabelError, match=mentions("1", "label")):
        model.fit(dataset(simulated, slice(100), y, np.eye(100)[:, 99:]))
    with pytest.raises(LabelError, match=mentions("weight")):
        model.fit(dataset(simulated, slice(100), w=w - 0.5))


def test_fit__two_guides_of_one_label_are_enough(simulated):
    model = SiRNAGaussianProcess()
    model.fit(dataset(simulated, slice(2), np.full((2, 1), 0.5)))
    np.testing.assert_allclose(model.predict(dataset(simulated)), 0.5, atol=1e-6)


def test_fit__two_guides_are_not_certain_of_a_third(simulated):
    two = SiRNAGaussianProcess()
    two.fit(dataset(simulated, slice(2)))
    own, other = (two.predict_uncertainty(dataset(simulated, slice(*rows)))[1] for rows in ((2,), (2, 12)))
    assert np.isfinite(other).all() and (other > own.max()).all() and other.max() < 1


def test_weights__a_row_of_weight_two_counts_as_two(simulated):
    twice = dc.data.NumpyDataset.merge([dataset(simulated, slice(50)), dataset(simulated, slice(10))])
    w = np.ones((50, 1))
    w[:10] = 2
    model, other = SiRNAGaussianProcess(noise=0.2), SiRNAGaussianProcess(noise=0.2)
    model.fit(dataset(simulated, slice(50), w=w))
    other.fit(twice)
    r = np.corrcoef(model.predict(dataset(simulated))[:, 0], other.predict(dataset(simulated))[:, 0])[0, 1]
    assert r > 0.995  # not 1: means and scales of the columns are not weighted


@pytest.mark.parametrize("guides", [["UUAUCAAUGGUGAUCAUGGCUAA"], ["UUAUCAAUGGUGAUCAUGG"]])
def test_predict__refuses_another_length(model, guides):
    with pytest.raises(ShapeMismatchError, match=mentions("(N, 21, 4)", "(1, ")):
        model.predict_sequences(guides)


def test_predict__refuses_dna_and_guides_of_several_lengths(model):
    with pytest.raises(UnknownBaseError, match="'T'"):
        model.predict_sequences([GUIDES[0].replace("U", "T")])
    with pytest.raises(SequenceLengthError):
        model.predict_sequences([GUIDES[0], GUIDES[1][:20]])


def test_constructor__says_what_it_takes():
    with pytest.raises(BadValueError, match=mentions("length", "18", "19 nt")):
        SiRNAGaussianProcess(length=18)
    with pytest.raises(BadValueError, match=mentions("noise", "0.0")):
        SiRNAGaussianProcess(noise=0.0)
    with pytest.raises(NotFittedError, match=mentions("fit")):
        SiRNAGaussianProcess().predict_sequences(GUIDES)
    with pytest.raises(ShapeMismatchError, match=mentions("task")):
        SiRNAGaussianProcess().fit(dc.data.NumpyDataset(one_hot(GUIDES, RNA), np.zeros((4, 2))))


@pytest.mark.parametrize("length", [19, 20])
def test_length__shorter_guides_have_models_of_their_own(simulated, length):
    rows = dc.data.NumpyDataset(simulated.X[:80, :length], simulated.y[:80])
    model = SiRNAGaussianProcess(length=length)
    model.fit(rows)
    assert model.predict(rows).shape == (80, 1)


def test_predict__takes_no_rows_and_many(model, simulated):
    assert model.predict(dc.data.NumpyDataset(np.zeros((0, 21, 4), np.int8), np.zeros((0, 1)))).shape == (0, 1)
    many = np.tile(simulated.X, (8, 1, 1))  # more than a chunk
    predicted = model.predict(dc.data.NumpyDataset(many, ids=np.arange(len(many)).astype(str)))
    np.testing.assert_allclose(predicted[:300], predicted[2100:], atol=1e-12)


def test_load__predicts_the_same_bits(model, simulated, told, tmp_path):
    model.save(tmp_path / "model")
    again = SiRNAGaussianProcess.load(tmp_path / "model", **told)
    for one, other in zip(
        again.predict_uncertainty(dataset(simulated)), model.predict_uncertainty(dataset(simulated)), strict=True
    ):
        assert np.array_equal(one, other)
    assert (again.n_parameters, again.n_learned, again.label) == (model.n_parameters, 300, "efficacy")
    with pytest.raises(FileExistsError):
        model.save(tmp_path / "model")


def test_save__needs_something_learned(tmp_path):
    with pytest.raises(NotFittedError):
        SiRNAGaussianProcess().save(tmp_path / "model")


def arguments(**changes):
    return {"arguments": {"length": 21, "noise": None, "label": "efficacy", "seed": 0, **changes}}


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"class": "SiRNAEfficacyModel"}, ("SiRNAEfficacyModel", "SiRNAGaussianProcess")),
        ({"format": 1}, ("1", "2")),
        ({"alphabet": "ACGT"}, ("21", "ACGU")),
        ({"length": "21"}, ("length", "'21'")),
        ({"length": 20}, ("20", "ACGU", "21")),
        (arguments(length="21"), ("length", "'21'", "whole number")),
        (arguments(length=20), ("SiRNAGaussianProcess", "shape")),
        (arguments(learned=300), ("SiRNAGaussianProcess", "learned")),
        ({"files": {"weights.npz": "0"}}, ("weights.npz", "config.json")),
        ({"files": {}}, ("SiRNAGaussianProcess",)),
    ],
)
def test_load__refuses_a_changed_folder(model, change_config, tmp_path, changes, facts):
    model.save(tmp_path / "model")
    change_config(tmp_path / "model", **changes)
    with pytest.raises(GenomicsError, match=mentions(*facts)):
        SiRNAGaussianProcess.load(tmp_path / "model")


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"target_names": np.zeros(0, "U1")}, ("group_effects", "(5,)", "(0,)")),
        ({"context_scale": np.zeros(0)}, ("weights", "shape")),
        ({"offset": np.array(["0"])}, ("SiRNAGaussianProcess",)),
        ({"used": np.array([10**6])}, ("SiRNAGaussianProcess",)),
        ({"scale": np.array(np.inf)}, ("scale", "finite")),
        ({"weights": None}, ("SiRNAGaussianProcess", "weights")),
    ],
)
def test_load__refuses_arrays_that_make_no_model_even_where_the_sha256_was_put_right(
    model, change_config, tmp_path, changes, facts
):
    model.save(tmp_path / "model")
    weights = tmp_path / "model" / "weights.npz"
    arrays = {name: values for name, values in {**read_arrays(weights), **changes}.items() if values is not None}
    write_arrays(weights, arrays)
    change_config(tmp_path / "model", files={"weights.npz": hashlib.sha256(weights.read_bytes()).hexdigest()})
    with pytest.raises(ModelFolderError, match=mentions(*facts)):
        SiRNAGaussianProcess.load(tmp_path / "model")


def test_load__refuses_what_is_no_model(model, tmp_path):
    with pytest.raises(ModelFolderError, match=mentions("config.json")):
        SiRNAGaussianProcess.load(tmp_path)
    model.save(tmp_path / "model")
    (tmp_path / "model" / "config.json").write_text("[]")
    with pytest.raises(ModelFolderError, match=mentions("configuration")):
        SiRNAGaussianProcess.load(tmp_path / "model")


def test_load__runs_no_code_from_a_folder(model, change_config, tmp_path):
    """Pickled arrays are refused, even where the sha256 was put right."""
    model.save(tmp_path / "model")
    weights = tmp_path / "model" / "weights.npz"
    for hostile, fact in ((np.array([print], dtype=object), "allow_pickle=False"), (np.full(4428, np.nan), "weights")):
        np.savez(weights, weights=hostile)
        change_config(tmp_path / "model", files={"weights.npz": hashlib.sha256(weights.read_bytes()).hexdigest()})
        with pytest.raises(ModelFolderError, match=mentions(fact)):
            SiRNAGaussianProcess.load(tmp_path / "model")


def test_forget_guides__keeps_what_holds_for_guides_in_general(simulated, told, tmp_path):
    model = SiRNAGaussianProcess(**told)
    model.fit(dataset(simulated))
    new = dataset(simulate_sirna(50, seed=8))
    model.targets = None
    before = model.predict(new)
    model.drop_training_guides()
    assert np.corrcoef(before[:, 0], model.predict(new)[:, 0])[0, 1] > 0.95
    model.save(tmp_path / "model")
    with np.load(tmp_path / "model" / "weights.npz") as stored:
        assert not len(stored["used"]) and not len(stored["group_effects"])


def test_shipped__predicts_as_it_did():
    model = models.load("sirna-huesken")
    mean, sd = model.predict_uncertainty(dc.data.NumpyDataset(one_hot(GUIDES, RNA)))
    np.testing.assert_allclose(mean[:, 0], FROZEN_MEANS, atol=1e-4)
    np.testing.assert_allclose(sd[:, 0], FROZEN_SDS, atol=1e-3)


def test_shipped__a_tightly_folded_site_is_worth_less():
    contexts = {"loose": "AU" * 30 + "A", "tight": "GC" * 30 + "G"}
    model = SiRNAGaussianProcess.load("sirna-huesken", contexts=contexts)
    loose, tight, unknown = model.predict_sequences([GUIDES[0]] * 3, ids=["loose", "tight", "?"])[:, 0]
    assert tight < unknown < loose


def test_shipped__are_named_and_their_folders_are_there(tmp_path, monkeypatch):
    shipped = Path(models.__file__).parent / "pretrained"
    assert sorted(folder.name for folder in shipped.iterdir()) == sorted(MODEL_NAMES)
    monkeypatch.chdir(tmp_path)
    SiRNAEfficacyModel(seed=1).save("sirna-huesken")
    assert type(models.load("./sirna-huesken")) is SiRNAEfficacyModel
    assert type(models.load("sirna-huesken")) is SiRNAGaussianProcess


def test_shipped__holds_no_guides(tmp_path):
    folder = model_folder("sirna-huesken")
    assert (folder / "MODEL_CARD.md").is_file()
    assert sum(file.stat().st_size for file in folder.iterdir()) < 2e6
    copy = shutil.copytree(folder, tmp_path / "copy")
    assert SiRNAGaussianProcess.load(copy).target_names == []
    with np.load(copy / "weights.npz") as stored:
        assert not len(stored["used"])  # 8-mers, from which guides could be put together


FROZEN_MEANS = [0.93746, 0.52596, 0.93217, 0.63411]
FROZEN_SDS = [0.24167, 0.23341, 0.24002, 0.21251]  # with what other studies differ in


def test_load__reads_what_the_folder_holds_and_a_network_says_whose_it_is(model, tmp_path):
    model.save(tmp_path / "guides")
    loaded = models.load(tmp_path / "guides", progress=False)
    assert isinstance(loaded, SiRNAGaussianProcess)
    with pytest.raises(ModelFolderError, match=mentions("SiRNAGaussianProcess", "SiRNAEfficacyModel")):
        models.SiRNAEfficacyModel.load(tmp_path / "guides")
