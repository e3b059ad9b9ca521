"""Files for TF-MoDISco, and TF-MoDISco itself where it is installed."""

import importlib.util
import re

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import interpret
from deepchem_genomics.errors import BadValueError, MissingExtraError, ShapeMismatchError
from deepchem_genomics.interpret import modisco
from deepchem_genomics.io.outputs import MARKER, atomic_directory
from deepchem_genomics.motifs.jaspar import ATF3


@pytest.mark.parametrize("kind", ["zero", "alike"])
def test_run_modisco__finds_no_motifs_where_no_contribution_stands_out(kind, tmp_path):
    pytest.importorskip("modiscolite")
    X = np.eye(4, dtype=np.int8)[np.random.default_rng(0).integers(0, 4, (5, 60))]
    assert interpret.run_modisco(X, np.full(X.shape, float(kind == "alike")), tmp_path / "out") == []
    assert (tmp_path / "out" / "modisco.h5").exists()


def test_save_for_modisco__writes_letters_before_positions(tmp_path, windows):
    X = windows[0]
    contributions = np.random.default_rng(0).normal(size=X.shape)
    folder = interpret.save_for_modisco(tmp_path / "in", X, contributions)
    assert sorted(file.name for file in folder.iterdir()) == [MARKER, "contributions.npz", "one_hot.npz"]
    sequences, scores = (np.load(folder / name)["arr_0"] for name in ("one_hot.npz", "contributions.npz"))
    assert sequences.shape == scores.shape == (60, 4, 24) and scores.dtype == np.float32
    np.testing.assert_array_equal(sequences.transpose(0, 2, 1), X)
    np.testing.assert_allclose(scores.transpose(0, 2, 1), contributions, rtol=1e-6)
    with pytest.raises(FileExistsError):
        interpret.save_for_modisco(folder, X, contributions)
    interpret.save_for_modisco(folder, X, contributions, overwrite=True)


def test_save_for_modisco__takes_the_hypothetical_ones_of_any_method(tmp_path, sequence_model, windows):
    X = windows[0][:4]
    for i, found in enumerate(
        [
            interpret.saturation_mutagenesis(sequence_model, X),
            interpret.input_gradients(sequence_model, X),
            interpret.integrated_gradients(sequence_model, X, n_steps=3),
        ]
    ):
        folder = interpret.save_for_modisco(tmp_path / str(i), X, found)
        scores = np.load(folder / "contributions.npz")["arr_0"]
        np.testing.assert_array_equal(scores.transpose(0, 2, 1), found.hypothetical)


def test_save_for_modisco__explains_what_it_cannot_take(tmp_path, windows):
    X = windows[0]
    with pytest.raises(ShapeMismatchError, match=mentions("X", "(60, 24, 4)", "(2, 24, 4)")):
        interpret.save_for_modisco(tmp_path / "a", X, X[:2])
    with pytest.raises(BadValueError, match=mentions("contribution", "finite")):
        interpret.save_for_modisco(tmp_path / "a", X, np.full(X.shape, np.nan))
    assert not list(tmp_path.iterdir())


def test_run_modisco__names_the_extra_that_is_missing(tmp_path, windows, monkeypatch):
    monkeypatch.setattr(modisco, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=mentions("TF-MoDISco", "deepchem_genomics[interpret]")):
        interpret.run_modisco(windows[0], windows[0], tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_run_modisco__names_the_folder_as_it_will_be_found_even_within_a_report(tmp_path, windows, monkeypatch, caplog):
    monkeypatch.setattr(modisco, "find_spec", lambda name: object())
    monkeypatch.setattr(modisco, "_call", lambda folder, settings: None)
    monkeypatch.setattr(modisco, "_read", lambda path: [])
    with (
        caplog.at_level("INFO", "deepchem_genomics.interpret.modisco"),
        atomic_directory(tmp_path / "report") as partial,
    ):
        interpret.run_modisco(windows[0], windows[0], partial / "modisco")
    (message,) = caplog.messages
    assert re.search(mentions("TF-MoDISco", "0 motifs", "60 sequences", "modisco/"), message)
    assert ".partial" not in message


@pytest.mark.slow  # compiles itself in its first run
@pytest.mark.skipif(importlib.util.find_spec("modiscolite") is None, reason="modisco-lite is not installed")
def test_run_modisco__finds_what_was_planted_and_leaves_nothing_half_made(tmp_path):
    rng = np.random.default_rng(0)
    X = np.eye(4, dtype=np.int8)[rng.integers(0, 4, (300, 101))]
    scores = rng.normal(0, 0.02, X.shape).astype(np.float32)
    shares = ATF3.probabilities(1)
    for n, start in enumerate(rng.integers(20, 70, 300)):
        X[n, start : start + 12] = np.eye(4)[[rng.choice(4, p=row) for row in shares]]
        scores[n, start : start + 12] += np.log(shares / 0.25) * rng.uniform(0.7, 1.3)
    found = interpret.run_modisco(X, scores, tmp_path / "out", n_leiden_runs=2)
    assert found[0].accession == "pos_patterns.pattern_0"
    assert "TGACGTCA" in found[0].consensus and found[0].width < 20  # without the flanks
    assert np.sum(found[0].counts, axis=0) == pytest.approx(np.sum(found[0].counts, axis=0)[0])
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        MARKER,
        "contributions.npz",
        "modisco.h5",
        "one_hot.npz",
    ]
    with pytest.raises(BadValueError, match=mentions("modisco-lite", "TypeError")):
        interpret.run_modisco(X, scores, tmp_path / "other", no_such_option=1)
    assert [file.name for file in tmp_path.iterdir()] == ["out"]
