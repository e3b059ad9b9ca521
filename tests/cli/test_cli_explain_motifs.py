"""Motifs discovered and inserted into shuffled sequences, with a TF-MoDISco that finds what it is given."""

import json
import re
import sys

import numpy as np
import pytest

from deepchem_genomics import interpret, models
from deepchem_genomics.explain.known_motifs import write_jaspar
from deepchem_genomics.feat import DNA, decode
from deepchem_genomics.motifs import CountMatrix, read_motifs
from deepchem_genomics.motifs.jaspar import ATF3, JUND
from deepchem_genomics.simulate import simulate_tf_binding

pytest.importorskip("logomaker")
pytest.importorskip("memelite")

SITE = JUND._replace(accession="pos_patterns_0", name="pos_patterns_0")
TOO_LONG = CountMatrix("pos_patterns_1", "pos_patterns_1", tuple((1.0,) * 102 for _ in "ACGT"))


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """Return a folder with a model that looks for JUND's site and for nothing else, sequences and known motifs."""
    folder = tmp_path_factory.mktemp("inputs")
    model = models.TFBindingModel(seed=1, n_layers=1, filters=2, kernel_size=JUND.width)
    conv, bias, dense, logit = model.model.trainable_weights
    kernel = np.zeros(conv.shape)
    kernel[:, :, 0] = JUND.log_odds()
    conv.assign(kernel)
    bias.assign([3 - JUND.log_odds().max(axis=1).sum(), 0])  # the consensus gives 3
    dense.assign(np.tile([[1.0], [0.0]], (101, 1)))
    logit.assign([-2])
    model.save(folder / "model")
    windows = simulate_tf_binding(120, seed=1, prevalence=0.06)
    sequences = decode(windows.X, DNA)
    (folder / "windows.fa").write_text("".join(f">{i}\n{sequence}\n" for i, sequence in enumerate(sequences)))
    write_jaspar([JUND, ATF3], folder / "known.jaspar")
    return folder


def explain(dcgenomics, inputs, out, *more):
    result = dcgenomics(
        "explain", inputs / "model", inputs / "windows.fa", "--top", 1, "--sample", 100, "--quiet", "-o", out, *more
    )
    assert result.exit_code == 0, result.stderr
    return json.loads((out / "manifest.json").read_text())["sections"], (out / "index.html").read_text()


@pytest.fixture
def discovery(monkeypatch):
    """Let TF-MoDISco find two motifs, one of which is longer than the windows."""

    def find(X, contributions, out):
        interpret.save_for_modisco(out, X, contributions)
        return [SITE, TOO_LONG]

    monkeypatch.setattr(interpret, "run_modisco", find)


def test_motifs__found_anew_are_written_matched_and_inserted(dcgenomics, inputs, discovery, tmp_path):
    sections, page = explain(dcgenomics, inputs, tmp_path / "out", "--jaspar", inputs / "known.jaspar")
    assert set(sections["motifs"]["tables"]) == {"motifs.tsv"}
    found = read_motifs(tmp_path / "out" / "motifs.jaspar")
    assert [motif.accession for motif in found] == [SITE.accession, TOO_LONG.accession]
    np.testing.assert_allclose(found[0].counts, JUND.counts, rtol=1e-3)
    head, *rows = (line.split("\t") for line in (tmp_path / "out" / "motifs.tsv").read_text().splitlines())
    best = dict(zip(head, rows[0], strict=True))
    assert (best["motif"], best["factor"], best["alike"]) == (SITE.accession, "JUND", "yes")
    assert "in the 100 highest predictions" in page


def test_motifs__that_were_matched_and_found_are_inserted_each_once(dcgenomics, inputs, discovery, tmp_path):
    sections, page = explain(dcgenomics, inputs, tmp_path / "out", "--jaspar", inputs / "known.jaspar")
    assert set(sections["insertion"]["pictures"]) == {"pictures/insertion.png"}
    head, *rows = (line.split("\t") for line in (tmp_path / "out" / "insertion.tsv").read_text().splitlines())
    inserted = [dict(zip(head, row, strict=True)) for row in rows]
    assert {row["motif"] for row in inserted} == {JUND.accession, SITE.accession}, "what is too long is left out"
    differences = [float(row["difference"]) for row in inserted]
    assert differences == sorted(differences, reverse=True)
    assert min(differences) > 0.3, "a site of 3 on a logit of -2 takes the prediction from about 0.12 to 0.73"
    assert f"{inserted[0]['name']} ({inserted[0]['motif']}), {inserted[0]['site']}: from 0." in page


def test_motifs__that_cannot_be_compared_are_still_inserted(dcgenomics, inputs, discovery, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyjaspar", None)
    sections, page = explain(dcgenomics, inputs, tmp_path / "out")
    assert not sections["motifs"].get("tables")
    assert re.search(
        "Not compared with known motifs: JASPAR.{1,6}s matrices come with pyjaspar, which is not inst", page
    )
    rows = (tmp_path / "out" / "insertion.tsv").read_text().splitlines()[1:]
    assert [row.split("\t")[0] for row in rows] == [SITE.accession]


def test_motifs__that_are_not_found_are_said_and_the_arrays_are_there(dcgenomics, inputs, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyjaspar", None)
    monkeypatch.setattr(interpret, "run_modisco", lambda *_: [])
    sections, _ = explain(dcgenomics, inputs, tmp_path / "out")
    assert sections["motifs"]["skipped"] == (
        "TF-MoDISco found no motif in 100 sequences; give more of them. Its input is in modisco/"
    )
    assert (tmp_path / "out" / "modisco" / "one_hot.npz").exists()
    assert sections["insertion"]["skipped"] == (
        "no known motif was matched and none was discovered, so there is none to insert"
    )
