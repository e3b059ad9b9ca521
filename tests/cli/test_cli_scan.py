"""``dcgenomics scan``: a folder with a model and a genome to a track and peaks."""

import re

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import models

pybigtools = pytest.importorskip("pybigtools")

LENGTH = 31


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scan")
    rng = np.random.default_rng(8)
    sequence = "".join(rng.choice(list("ACGT"), 500))
    (folder / "toy.fa").write_text(f">chr1\n{sequence[:300]}\n>chr2\n{sequence[300:350]}{'N' * 50}{sequence[350:]}\n")
    (folder / "protein.fa").write_text(">p53\nMEEPQSDPSVEPPLSQETFSDLWKLL\n")
    models.TFBindingModel(length=LENGTH, seed=1).save(folder / "model")
    models.TFBindingModel(n_tasks=2, length=LENGTH, seed=1).save(folder / "two")
    models.SiRNAEfficacyModel(seed=1).save(folder / "sirna")
    return folder


def test_scan__writes_track_and_peaks_and_says_so(dcgenomics, files, tmp_path):
    track, peaks = tmp_path / "t.bw", tmp_path / "p.bed"
    result = dcgenomics(
        "scan", "--model", files / "model", "--genome", files / "toy.fa", "--out", track, "--out", peaks,
        "--top-fraction", 0.2, "--stride", 5,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    found = re.fullmatch(
        r"(\S+) (\S+)\t(\d+) windows scored, (\d+) skipped for N, (\d+) peaks of 0\.\d+ or more, \d+\.\d s, "
        r"\d+ windows/s",
        line,
    )
    assert found, line
    assert found.groups()[:2] == (str(track), str(peaks))
    n_windows = len(range(0, 270, 5)) + len(range(0, 220, 5))
    assert int(found[3]) + int(found[4]) == n_windows
    assert int(found[5]) == len(peaks.read_text().splitlines()) > 0
    assert pybigtools.open(str(track)).chroms() == {"chr1": 300, "chr2": 250}


def test_scan__of_chosen_chromosomes(dcgenomics, files, tmp_path):
    for i, chroms in enumerate((["--chroms", "1,2"], ["--chroms", "chr1", "--chroms", "2"], [])):
        track = tmp_path / f"{i}.bigWig"
        result = dcgenomics("scan", "-m", files / "model", "-g", files / "toy.fa", "-o", track, *chroms, "--quiet")
        assert result.exit_code == 0, result.output
    assert (tmp_path / "0.bigWig").read_bytes() == (tmp_path / "1.bigWig").read_bytes()
    assert (tmp_path / "0.bigWig").read_bytes() == (tmp_path / "2.bigWig").read_bytes()


def test_scan__of_a_task(dcgenomics, files, tmp_path):
    result = dcgenomics("scan", "-m", files / "two", "-g", files / "toy.fa", "-o", tmp_path / "t.bw")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        f"dcgenomics: error: {files / 'two'} has 2 tasks, a track holds one; choose one with --task: prediction_1, "
        "prediction_2"
    )
    for task in ("prediction_2", "1"):
        result = dcgenomics(
            "scan", "-m", files / "two", "-g", files / "toy.fa", "-o", tmp_path / f"{task}.bw", "--task", task
        )
        assert result.exit_code == 0, result.output
    assert (tmp_path / "prediction_2.bw").read_bytes() == (tmp_path / "1.bw").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "status", "facts"),
    [
        (["-o", "t.txt"], 2, ("--out t.txt", ".bw", ".bigWig", ".bed", ".narrowPeak")),
        (["-o", "t.bw", "-o", "u.bw"], 2, ("--out t.bw", "--out u.bw")),
        (["-o", "t.bw", "--top-fraction", "0.1"], 2, ("--threshold", "--top-fraction", "--out FILE.bed")),
        (["-o", "t.bw", "--stride", "0"], 2, ("stride", "0", "1")),
        (["-o", "t.bw", "--chroms", "chr3"], 1, ("chroms", "'chr3'", "toy.fa", "chr1, chr2")),
        (["-o", "t.bw", "-m", "sirna"], 1, ("RNA", "DNA")),
        (["-o", "t.bw", "-m", "nowhere"], 1, ("nowhere",)),
        (["-o", "t.bw", "-g", "protein.fa"], 1, ("protein",)),
        (["-o", "there.bw"], 1, ("there.bw",)),
        (
            ["-o", "t.bw", "--track", "a.bw"],
            1,
            ("sequences",),
        ),
    ],
)
def test_scan__says_in_one_line_what_is_wrong(dcgenomics, files, tmp_path, monkeypatch, arguments, status, facts):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.bw").touch()
    arguments = [files / word if (files / word).exists() else word for word in arguments]
    given = ["-m", files / "model", "-g", files / "toy.fa", *arguments]
    result = dcgenomics("scan", *given)
    assert result.exit_code == status, result.output
    assert re.search(mentions(*facts), result.stderr.splitlines()[-1])
    assert not result.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["there.bw"]
