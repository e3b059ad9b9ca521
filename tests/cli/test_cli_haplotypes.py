"""``dcgenomics predict --haplotypes``, from a genome, a file of phased variants and a model to a table."""

import re

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.data import SideInput

pytest.importorskip("pysam")
pybigtools = pytest.importorskip("pybigtools")

LENGTH, SIZE = 31, 2000


@pytest.fixture(scope="module")
def letters():
    return "".join(np.random.default_rng(5).choice(list("ACGT"), SIZE))


@pytest.fixture(scope="module")
def files(tmp_path_factory, letters):
    folder = tmp_path_factory.mktemp("haplotypes")
    (folder / "toy.fa").write_text(f">chr1\n{letters}\n")
    writer = pybigtools.open(str(folder / "dnase.bw"), "w")
    writer.write({"chr1": SIZE}, iter([("chr1", 0, 1000, 0.5), ("chr1", 1000, SIZE, 3.0)]))
    writer.close()
    rows = [
        (100, letters[99], swapped(letters[99]), "0|1"),
        (105, letters[104:108], letters[104], "1|1"),
        (200, letters[199], letters[199] + "GATTACA", "1|0"),
        (300, letters[299], swapped(letters[299]), "0/1"),
        (400, swapped(letters[399]), letters[399], "1|1"),
        (500, letters[499], swapped(letters[499]), "."),
    ]
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNA1\tNA2\n"
    lines = "".join(f"1\t{pos}\t.\t{ref}\t{alt}\t.\t.\t.\tGT\t{call}\t0|0\n" for pos, ref, alt, call in rows)
    (folder / "calls.vcf").write_text(head + lines)
    starts = [*range(0, 1900, 10)]
    (folder / "windows.bed").write_text("".join(f"chr1\t{start}\t{start + LENGTH}\n" for start in starts))
    models.TFBindingModel(length=LENGTH, filters=4, seed=1).save(folder / "plain")
    side = SideInput.from_dict({"a": 0.1, "b": 3.0}).scaled("log-standard", ["a", "b"])
    models.AccessibilityTFBindingModel(accessibility=side, length=LENGTH, filters=4, seed=1).save(folder / "signal")
    return folder


def swapped(letter):
    return "CATG"["ACGT".index(letter)]


@pytest.fixture
def predict(dcgenomics, files):
    def run(*more, model="plain", sample=("--sample", "NA1"), haplotypes="calls.vcf"):
        common = ["predict", files / "windows.bed", "-g", files / "toy.fa", "-m", files / model]
        return dcgenomics(*common, "--haplotypes", files / haplotypes, *sample, *more)

    return run


def ok(result):
    assert result.exit_code == 0, result.output
    return result


def test_haplotypes__are_predicted_as_the_windows_that_they_have(predict, files, letters, tmp_path):
    out = tmp_path / "person.tsv"
    result = ok(predict("-o", out))
    table = pd.read_csv(out, sep="\t").set_index("id")
    kinds = ["haplotype1", "haplotype2", "mean", "difference"]
    first = table.columns[0].removesuffix("_haplotype1")
    assert list(table) == [*(f"{first}_{kind}" for kind in kinds), "changes_haplotype1", "changes_haplotype2"]
    # of the window from 80 to 111 the base 96 is in the middle, so two bases beyond its end move in
    one = letters[80:105] + letters[108:114]
    other = letters[80:99] + swapped(letters[99]) + letters[100:105] + letters[108:114]
    expected = models.load(files / "plain", progress=False).predict_sequences([one, other])[:, 0]
    row = table.loc["chr1:80-111"]
    assert np.allclose([row[f"{first}_haplotype1"], row[f"{first}_haplotype2"]], expected, atol=1e-6)
    assert row[f"{first}_mean"] == pytest.approx(expected.mean(), abs=1e-6)
    assert row[f"{first}_difference"] == pytest.approx(expected[1] - expected[0], abs=1e-6)
    assert row[["changes_haplotype1", "changes_haplotype2"]].tolist() == [1, 2]
    for count in ("4 of 6 records", "1 unphased", "1 ref_mismatch", "1 missing"):
        assert count in result.stdout
    for note in ("unphased", "ref_mismatch", "missing"):
        assert f"calls.vcf: 1 record: {note}" in result.stderr


def test_haplotypes__do_not_depend_on_processes(predict, tmp_path):
    outs = tmp_path / "one.tsv", tmp_path / "two.tsv"
    for out, jobs in zip(outs, (1, 2), strict=True):
        ok(predict("-o", out, "--jobs", jobs))
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_haplotypes__go_on_after_an_interruption(predict, tmp_path, monkeypatch):
    from deepchem_genomics.models import prediction_files

    monkeypatch.setattr(prediction_files, "CHUNK", 50)
    ok(predict("-o", tmp_path / "whole.tsv"))
    work, calls = prediction_files.RowPredictor.__call__, []

    def counted(self, rows):
        calls.append(len(rows.ids))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return work(self, rows)

    monkeypatch.setattr(prediction_files.RowPredictor, "__call__", counted)
    assert predict("-o", tmp_path / "broken.tsv").exit_code != 0
    assert not (tmp_path / "broken.tsv").exists()
    ok(predict("-o", tmp_path / "broken.tsv"))
    assert len(calls) == 3 + 2  # of four pieces two were there
    assert (tmp_path / "broken.tsv").read_bytes() == (tmp_path / "whole.tsv").read_bytes()


def test_haplotypes__of_another_sample_do_not_go_on_there(predict, tmp_path, monkeypatch):
    from deepchem_genomics.models import prediction_files

    work = prediction_files.RowPredictor.__call__
    monkeypatch.setattr(prediction_files, "CHUNK", 50)

    def stopped(self, rows):
        if rows.ids[0] == "chr1:500-531":
            raise KeyboardInterrupt
        return work(self, rows)

    monkeypatch.setattr(prediction_files.RowPredictor, "__call__", stopped)
    assert predict("-o", tmp_path / "out.tsv").exit_code != 0
    assert predict("-o", tmp_path / "out.tsv", sample=("--sample", "NA2")).exit_code == 1


def test_haplotypes__get_the_signal_of_the_window_on_the_genome(predict, files, tmp_path, letters):
    ok(predict("-o", tmp_path / "out.parquet", "--track", files / "dnase.bw", model="signal"))
    table = pd.read_parquet(tmp_path / "out.parquet").set_index("id")
    model = models.load(files / "signal", side_inputs=files / "dnase.bw", progress=False)
    one = letters[80:105] + letters[108:114]
    expected = model.predict_sequences([one], ids=["chr1:80-111"])[0, 0]
    assert table.loc["chr1:80-111"].iloc[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("more", "sample", "facts"),
    [
        ((), ("--sample", "NA3"), ("NA3", "NA1", "NA2", "calls.vcf")),
        ((), (), ("2 samples", "NA1")),
        (("--call",), ("--sample", "NA1"), ("--call", "--haplotypes")),
    ],
)
def test_haplotypes__that_cannot_be_are_named_before_any_work(predict, tmp_path, more, sample, facts):
    result = predict("-o", tmp_path / "out.tsv", *more, sample=sample)
    assert result.exit_code in (1, 2)
    assert re.search(mentions(*facts), result.stderr)
    assert not (tmp_path / "out.tsv").exists()


def test_haplotypes__need_a_genome(dcgenomics, files, tmp_path):
    common = ["predict", files / "windows.bed", "-m", files / "plain", "-o", tmp_path / "out.tsv"]
    result = dcgenomics(*common, "--haplotypes", files / "calls.vcf")
    assert result.exit_code == 2
    assert re.search(mentions("--genome", "--haplotypes"), result.stderr)
    result = dcgenomics(*common, "--sample", "NA1")
    assert result.exit_code == 2
    assert re.search(mentions("--sample", "--haplotypes"), result.stderr)
