"""The examples run to their end, on few data, and print a score for each epoch they name."""

import copy
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
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


@pytest.mark.skipif(shutil.which("snakemake") is None, reason="snakemake is not installed")
def test_snakefile__goes_from_peaks_to_a_page(tmp_path):
    rng = np.random.default_rng(0)
    genome = rng.choice(list("ACGT"), 200_000)
    starts = np.arange(1000, 199_000, 2000)
    for start in starts:
        genome[start + 46 : start + 54] = list("TGACTCAT")
    (tmp_path / "genome.fa").write_text(">chr1\n" + "".join(genome) + "\n")
    (tmp_path / "peaks.bed").write_text("".join(f"chr1\t{start}\t{start + 100}\n" for start in starts))
    (tmp_path / "config.yaml").write_text(
        "peaks: peaks.bed\ngenome: genome.fa\nnegatives: 2\nlength: 31\nmodel: kmers\n"
    )
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    snakefile = Path(__file__).parents[1] / "examples" / "snakemake" / "Snakefile"
    command = ["snakemake", "--snakefile", str(snakefile), "--cores", "2"]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, "PATH": path}, check=True)
    assert (tmp_path / "model" / "report.html").exists() and (tmp_path / "explained" / "index.html").exists()


# The notebook


@pytest.fixture(scope="module")
def notebook():
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    return nbformat.read(EXAMPLES[0].with_name("chapter.ipynb"), 4)


def outputs_of(notebook):
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


@pytest.mark.slow  # a kernel, and a dozen small networks
def test_notebook__runs_from_its_first_cell_to_its_last(notebook, tmp_path, monkeypatch):
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    small = copy.deepcopy(notebook)
    sizes = "ROWS, GUIDES, EPOCHS = 30_000, 2_000, 10"
    assert sizes in small.cells[1].source
    small.cells[1].source = small.cells[1].source.replace(sizes, "ROWS, GUIDES, EPOCHS = 2_000, 300, 2")
    monkeypatch.setenv("DEEPCHEM_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    client = nbclient.NotebookClient(small, timeout=600, coalesce_streams=True)
    client.execute(cwd=str(tmp_path))
    assert sum("image/png" in output.get("data", {}) for output in outputs_of(small)) == 2
    assert sum("text/html" in output.get("data", {}) for output in outputs_of(small)) == 1
    noise = [output.text for output in outputs_of(small) if output.output_type == "stream" and output.name == "stderr"]
    assert [text for text in noise if not re.search(r"batch/s\]|s/batch\]", text)] == [], "nothing but progress bars"


def test_notebook__is_stored_with_its_pictures_and_what_it_printed(notebook):
    assert all(cell.outputs for cell in notebook.cells if cell.cell_type == "code" and cell.source[-1] not in ";")
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
    assert sum("image/png" in output.get("data", {}) for output in outputs_of(notebook)) == 2
    text = json.dumps(notebook)
    assert "simulated" in text
    assert not [name for name in ("home", "root", "tmp", "work") if f"/{name}/" in text], "no path of one machine"
