"""``dcgenomics explain``: the folder, the page, what is skipped; on tiny networks."""

import base64
import hashlib
import json
import re

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.data import SideInput
from deepchem_genomics.explain.known_motifs import write_jaspar
from deepchem_genomics.feat import DNA, RNA, decode
from deepchem_genomics.io.outputs import MARKER
from deepchem_genomics.motifs.jaspar import ATF3, JUND
from deepchem_genomics.simulate import simulate_sirna, simulate_tf_binding

pytest.importorskip("logomaker")

EVIL = "<script>window"


@pytest.fixture(scope="module")
def dna(tmp_path_factory):
    """Return a folder with a small two-input model, sequences, signals and motifs."""
    folder = tmp_path_factory.mktemp("dna")
    windows = simulate_tf_binding(40, seed=1, prevalence=0.06)
    ids = [f"{EVIL}{i}" for i in range(len(windows.ids))]
    side = SideInput.from_dict(dict(zip(ids, windows.accessibility.tolist(), strict=True))).scaled("log-standard", ids)
    model = models.AccessibilityTFBindingModel(side, seed=1, n_layers=1, filters=4, batch_size=200)
    model.save(folder / "model")
    sequences = decode(windows.X, DNA)
    write_fasta(folder / "windows.fa", ids, sequences)
    rows = [f"{name}\t{value:.6f}\n" for name, value in zip(ids, windows.accessibility, strict=True)]
    (folder / "accessibility.tsv").write_text("id\ttrack_0\n" + "".join(rows))
    write_jaspar([JUND, ATF3], folder / "known.jaspar")
    return folder


@pytest.fixture(scope="module")
def report(dna, dcgenomics):
    """Return the report's folder, and what the command said."""
    result = dcgenomics(
        "explain", dna / "model", dna / "windows.fa", "--track", dna / "accessibility.tsv",
        "--jaspar", dna / "known.jaspar", "--top", 2, "--sample", 20, "--out", dna / "report",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    return dna / "report", result


def write_fasta(path, ids, sequences):
    path.write_text("".join(f">{name}\n{sequence}\n" for name, sequence in zip(ids, sequences, strict=True)))


def read_tsv(path):
    head, *rows = (line.split("\t") for line in path.read_text().splitlines())
    return head, rows


def test_explain__the_last_line_says_what_was_done_and_where(report, dna):
    folder, result = report
    assert result.stdout == f"{folder}/index.html\texplains prediction of {dna / 'model'}\n"


def test_explain__the_manifest_lists_every_file_with_its_sum(report):
    folder, _ = report
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    files -= {"manifest.json", MARKER}
    assert set(manifest["files"]) == files
    for name, said in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == said["sha256"]
    assert list(manifest["sections"]) == ["predictions", "sequences", "signals", "filters", "motifs", "insertion"]
    for section in manifest["sections"].values():
        assert set(section.get("pictures", {})) | set(section.get("tables", {})) <= files


def test_explain__the_page_has_every_picture_in_it_and_no_script(report):
    folder, _ = report
    page = (folder / "index.html").read_text()
    inside = {base64.b64decode(data) for data in re.findall(r"data:image/png;base64,([\w+/=]+)", page)}
    assert inside == {path.read_bytes() for path in (folder / "pictures").glob("*.png")}
    assert "<script" not in page
    assert "&lt;script&gt;window" in page


def test_explain__predictions_are_the_models_own_and_the_highest_are_listed_first(report):
    folder, _ = report
    head, rows = read_tsv(folder / "predictions.tsv")
    assert head == ["id", "prediction"]
    assert len(rows) == 40
    highest = sorted((float(value) for _, value in rows), reverse=True)[:20]
    _, strongest = read_tsv(folder / "strongest.tsv")
    np.testing.assert_allclose([float(row[2]) for row in strongest], highest, rtol=1e-3)


def test_explain__contributions_and_effects_are_kept_as_arrays(report):
    folder, _ = report
    with np.load(folder / "arrays" / "top_sequences.npz") as arrays:
        assert arrays["effects"].shape == arrays["contributions"].shape == arrays["X"].shape == (2, 101, 4)
        assert arrays["effects"][arrays["X"] == 1].max() == 0
        assert arrays["ids"].shape == (2,)


def test_explain__signals_are_weighed_against_the_sequence(report):
    folder, _ = report
    head, rows = read_tsv(folder / "signals.tsv")
    assert head == ["id", "prediction", "contribution of sequence", "contribution of track_0"]
    assert len(rows) == 20


def test_explain__too_few_sequences_for_new_motifs_are_said_and_their_arrays_are_there(report):
    folder, _ = report
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["sections"]["motifs"]["skipped"] == (
        "20 sequences are too few to find motifs in; give 100 or more. Its input is in modisco/"
    )
    with np.load(folder / "modisco" / "one_hot.npz") as arrays:
        assert arrays["arr_0"].shape == (20, 4, 101)


def test_explain__rna_has_letters_by_position_and_no_motifs_of_dna(dcgenomics, tmp_path):
    guides = simulate_sirna(12, seed=1)
    models.SiRNAEfficacyModel(seed=1).save(tmp_path / "model")
    write_fasta(tmp_path / "guides.fa", guides.ids, decode(guides.X, RNA))
    result = dcgenomics(
        "explain", tmp_path / "model", tmp_path / "guides.fa", "-o", tmp_path / "out", "--top", 1, "--quiet"
    )
    assert result.exit_code == 0, result.stderr
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert list(manifest["sections"]) == ["predictions", "sequences", "positions", "filters"]
    assert "motifs of factors that bind DNA say nothing about RNA" in (tmp_path / "out" / "index.html").read_text()
    head, rows = read_tsv(tmp_path / "out" / "positions.tsv")
    assert head == ["position", "A", "C", "G", "U"]
    means = np.array(rows, dtype=float)[:, 1:]
    assert means.shape == (21, 4)
    np.testing.assert_allclose(means.sum(axis=1), 0, atol=1e-3)


def test_explain__leaves_nothing_behind_when_it_fails(dna, dcgenomics):
    result = dcgenomics(
        "explain", dna / "model", dna / "windows.fa", "--out", dna / "failed", "--jaspar", dna / "known.jaspar"
    )
    assert result.exit_code == 1
    assert re.search(mentions("track_0", "--track"), result.stderr)
    assert not list(dna.glob("*failed*"))


def test_explain__does_not_write_over_a_folder(report, dna, dcgenomics):
    folder, _ = report
    result = dcgenomics("explain", dna / "model", dna / "windows.fa", "--out", folder)
    assert result.exit_code == 1
    assert re.search(mentions("--overwrite"), result.stderr)


def test_explain__names_the_tasks_there_are(dna, dcgenomics, tmp_path):
    track = ("--track", dna / "accessibility.tsv")
    result = dcgenomics("explain", dna / "model", dna / "windows.fa", "--out", tmp_path / "o", "--task", "JUND", *track)
    assert result.exit_code == 2
    assert re.search(mentions("JUND", "prediction"), result.stderr)
