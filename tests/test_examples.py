"""The examples run to their end, on few data, and print a score for each epoch they name."""

import re
import runpy
import sys
from pathlib import Path

import pytest

from deepchem_genomics import models, reproduce, simulate

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("[0-9]*.py"))


@pytest.fixture(autouse=True)
def few_data(monkeypatch):
    """Give the examples few rows, and one epoch where they ask for several."""
    windows, guides, fit = reproduce.SimulatedSource, simulate.simulated_sirna_datasets, models.GenomicsModel.fit
    monkeypatch.setattr(reproduce, "SimulatedSource", lambda seed: windows(seed, n_train=400, n_valid=300))
    monkeypatch.setattr(simulate, "simulated_sirna_datasets", lambda seed: guides(n_train=80, n_valid=40, seed=seed))
    monkeypatch.setattr(models.GenomicsModel, "fit", lambda self, train, **given: fit(self, train, 1))


def test_examples__are_there():
    assert [path.name for path in EXAMPLES][:3] == ["01_tf_binding.py", "02_chromatin.py", "03_rnai.py"]


@pytest.mark.parametrize("path", EXAMPLES[:3], ids=lambda path: path.name)
def test_examples__print_training_and_validation_scores(path, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "argv", [str(path)])
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(path), run_name="__main__")
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("epoch")]
    assert len(lines) >= 6
    for line in lines:
        assert re.fullmatch(r"epoch \d+: (ROC AUC|Pearson r) -?\d\.\d{3} train, -?\d\.\d{3} valid", line), line
    assert list(tmp_path.iterdir()) == []
