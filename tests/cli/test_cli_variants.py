"""``dcgenomics variants``, from saved models, a genome and a file of variants to scores in a file."""

import gzip
import re
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.data import SideInput
from deepchem_genomics.variants import REASONS, scoring

pytest.importorskip("pysam")
pybigtools = pytest.importorskip("pybigtools")

LENGTH, SIZE = 31, 2000
HEAD = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


@pytest.fixture(scope="module")
def letters():
    return "".join(np.random.default_rng(5).choice(list("ACGT"), SIZE))


def swapped(letter):
    return "CATG"["ACGT".index(letter)]


@pytest.fixture(scope="module")
def files(tmp_path_factory, letters):
    folder = tmp_path_factory.mktemp("variants")
    (folder / "toy.fa").write_text(f">chr1\n{letters}\n")
    writer = pybigtools.open(str(folder / "dnase.bw"), "w")
    writer.write({"chr1": SIZE}, iter([("chr1", 0, 1000, 0.5), ("chr1", 1000, SIZE, 3.0)]))
    writer.close()
    rows = [
        ("chr1", 900, letters[899], f"{swapped(letters[899])},{letters[899]}GA"),
        ("chr1", 1200, letters[1199], swapped(letters[1199])),
        ("chr1", 500, swapped(letters[499]), letters[499]),
        ("chr7", 10, "A", "C"),
        ("chr1", 600, letters[599], "<DEL>"),
    ]
    lines = "".join(f"{chrom}\t{pos}\trs{pos}\t{ref}\t{alt}\t.\t.\t.\n" for chrom, pos, ref, alt in rows)
    (folder / "calls.vcf").write_text(HEAD + lines)
    (folder / "calls.vcf.gz").write_bytes(gzip.compress((HEAD + lines).encode()))
    return folder


@pytest.fixture(scope="module")
def plain(files):
    models.TFBindingModel(length=LENGTH, filters=4, seed=1).save(files / "plain")
    return files / "plain"


@pytest.fixture(scope="module")
def with_signal(files):
    side = SideInput.from_dict({"a": 0.1, "b": 3.0}).scaled("log-standard", ["a", "b"])
    models.AccessibilityTFBindingModel(accessibility=side, length=LENGTH, filters=4, seed=1).save(files / "signal")
    return files / "signal"


@pytest.fixture
def variants(dcgenomics, files):
    def run(vcf, model, *more, genome="toy.fa", background=("--background", 20)):
        return dcgenomics("variants", files / vcf, "-m", model, "-g", files / genome, *background, *more)

    return run


def ok(result):
    assert result.exit_code == 0, result.output
    return result


def error_of(result):
    assert result.exit_code == 1, result.output
    return result.stderr.splitlines()[-1].removeprefix("dcgenomics: error: ")


@pytest.fixture(scope="module")
def expected(plain, files, letters):
    """Predict for the first record's windows as ``predict`` would, both strands, with the change made by hand."""
    from deepchem_genomics.feat import reverse_complement

    half = LENGTH // 2
    reference = letters[899 - half : 900 + half]
    windows = [reference, reference[:half] + swapped(reference[half]) + reference[half + 1 :]]
    model = models.load(plain, progress=False)
    both = [model.predict_sequences(each)[:, 0] for each in (windows, reverse_complement(windows))]
    return (both[0].astype(float) + both[1]) / 2


def test_variants__scores_both_strands_of_both_alleles(variants, plain, expected, tmp_path):
    out = tmp_path / "scores.tsv"
    result = ok(variants("calls.vcf", plain, "--out", out))
    table = pd.read_csv(out, sep="\t")
    assert table["pos"].tolist() == [900, 900, 1200]
    assert np.allclose(table.loc[0, ["prediction_ref", "prediction_alt"]].astype(float), expected, atol=1e-6)
    assert table["difference"][0] == pytest.approx(expected[1] - expected[0], abs=1e-6)
    assert table["z"].notna().all()
    assert result.stdout == f"{out}\t3 alleles scored, 3 not ({tmp_path / 'scores.skipped.tsv'})\n"


@pytest.mark.parametrize("ending", [".Tsv.GZ", ".VCF.GZ", ".vcf.BGZ"])
def test_variants__compresses_whatever_the_case_of_the_ending(variants, plain, tmp_path, ending):
    out = tmp_path / f"my.scores{ending}"
    ok(variants("calls.vcf", plain, "--background", "0", "--out", out))
    assert out.read_bytes()[12:14] == b"BC"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([out.name, "my.scores.skipped.tsv"])


def test_variants__counts_and_lists_what_is_not_scored(variants, plain, tmp_path, letters):
    result = ok(variants("calls.vcf", plain, "--out", tmp_path / "scores.tsv.gz"))
    for reason in ("ref_mismatch", "unknown_contig", "symbolic"):
        assert f"dcgenomics: 1 not scored: {reason}: {REASONS[reason]}\n" in result.stderr
    assert "calls.vcf: 5 records, 3 alleles scored, 3 not" in result.stderr
    listed = pd.read_csv(tmp_path / "scores.skipped.tsv", sep="\t", keep_default_na=False)
    assert listed[["record", "reason", "detail"]].values.tolist() == [
        [3, "ref_mismatch", f"the genome has {letters[499]}"], [4, "unknown_contig", ""], [5, "symbolic", ""],
    ]  # fmt: skip


def test_variants__writes_the_same_to_every_kind_of_file(variants, plain, tmp_path):
    pysam = pytest.importorskip("pysam")
    for name in ("a.tsv", "a.parquet", "a.vcf.gz"):
        ok(variants("calls.vcf.gz", plain, "--out", tmp_path / name, "--skipped", tmp_path / "rest.tsv", "--overwrite"))
    table = pd.read_csv(tmp_path / "a.tsv", sep="\t")
    assert np.allclose(pd.read_parquet(tmp_path / "a.parquet")["z"], table["z"], rtol=1e-5)
    with pysam.VariantFile(str(tmp_path / "a.vcf.gz")) as file:
        records = list(file)
    assert len(records) == 5
    assert records[0].info["DCG_Z"] == pytest.approx(table["z"][:2].tolist(), rel=1e-4)
    assert (tmp_path / "rest.tsv").exists()


def test_variants__writes_to_stdout_and_names_what_is_skipped_on_stderr(variants, plain, letters):
    result = ok(variants("calls.vcf", plain))
    lines = result.stdout.splitlines()
    assert lines[0].split("\t")[:6] == ["chrom", "pos", "id", "ref", "alt", "window"]
    assert len(lines) == 4
    shown = f"record 3, chr1:500 {swapped(letters[499])}>{letters[499]}: ref_mismatch (the genome has {letters[499]})"
    assert f"dcgenomics: {shown}\n" in result.stderr


def test_variants__gives_both_alleles_the_signal_of_the_reference_window(variants, with_signal, files):
    result = ok(variants("calls.vcf", with_signal, "--track", files / "dnase.bw"))
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    table = pd.DataFrame(lines[1:], columns=lines[0])
    side = SideInput.from_dict({table["window"][0]: 0.5, table["window"][2]: 3.0})
    model = models.load(with_signal, side_inputs=side, progress=False)
    from deepchem_genomics.feat import reverse_complement
    from deepchem_genomics.genome import Genome

    with Genome(files / "toy.fa") as genome:
        for row in (0, 2):
            window = genome.fetch([table["window"][row]])
            strands = window, reverse_complement(window)
            both = [model.predict_sequences(strand, [table["window"][row]])[0, 0] for strand in strands]
            assert float(table["prediction_ref"][row]) == pytest.approx(float(np.mean(both)), abs=1e-6)


def test_variants__does_not_continue_with_another_statistic(variants, with_signal, files, tmp_path, monkeypatch):
    out = tmp_path / "scores.tsv"
    command = ("calls.vcf", with_signal, "--track", files / "dnase.bw", "-o", out)
    with monkeypatch.context() as broken:
        broken.setattr(scoring, "effects", Mock(side_effect=OSError("no space left")))
        assert "no space left" in error_of(variants(*command))
    assert list((tmp_path / "scores.tsv.run").glob("*.npz"))
    error = error_of(variants(*command, "--statistic", "max"))
    assert re.search(mentions("scores.tsv.run", "statistic", "mean", "max"), error)
    ok(variants(*command))


def test_variants__says_which_signals_are_missing(variants, with_signal, plain, files):
    assert re.search(mentions("track_0", "--track"), error_of(variants("calls.vcf", with_signal)))
    assert re.search(mentions("sequences"), error_of(variants("calls.vcf", plain, "--track", files / "dnase.bw")))


def test_variants__compares_with_the_variants_of_a_file_or_with_nothing(variants, plain, files):
    result = ok(variants("calls.vcf", plain, background=("--background", files / "calls.vcf")))
    assert re.search(mentions("3", "background", "calls.vcf"), result.stderr)
    without = ok(variants("calls.vcf", plain, background=("--background", 0)))
    assert all(line.endswith("\tNA") for line in without.stdout.splitlines()[1:])


def test_variants__random_backgrounds_are_reproducible(variants, plain):
    same, again, other = (ok(variants("calls.vcf", plain, "--seed", seed)).stdout for seed in (1, 1, 2))
    assert same == again != other


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("", ("bad.vcf", "header")),
        (HEAD, ("bad.vcf", "records")),
        ("chr1\t900\t901\n", ("bad.vcf", "VCF", "BCF")),
        (HEAD + "chr1\tnine\t.\tA\tC\t.\t.\t.\n", ("bad.vcf", "record 1")),
        (HEAD + "chr1\t900\t.\tA\tC\t.\t.\t.\n1\t900\t.\tA\tC\t.\t.\t.\n", ("'chr1'", "'1'")),
    ],
)
def test_variants__a_bad_file_is_one_line_and_leaves_nothing(variants, plain, tmp_path, text, facts):
    (tmp_path / "bad.vcf").write_text(text)
    message = error_of(variants(tmp_path / "bad.vcf", plain, "--out", tmp_path / "out" / "scores.tsv"))
    assert re.search(mentions(*facts), message)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_variants__a_file_of_another_assembly_is_suspected(variants, plain, letters, tmp_path):
    rows = [f"chr1\t{p}\t.\t{swapped(letters[p - 1])}\t{letters[p - 1]}\t.\t.\t.\n" for p in (100, 200, 300)]
    (tmp_path / "other.vcf").write_text(HEAD + "".join(rows))
    result = ok(variants(tmp_path / "other.vcf", plain))
    assert re.search(mentions("REF", "other.vcf"), result.stderr)
    assert re.search(mentions("variant", "other.vcf"), result.stderr)


def test_variants__does_not_write_over_its_input(variants, plain, files):
    result = variants("calls.vcf", plain, "--out", files / "calls.vcf", "--overwrite")
    assert result.exit_code == 1
    assert re.search(mentions("calls.vcf"), result.stderr)


def test_variants__refuses_a_model_of_rna(variants, files, tmp_path):
    models.SiRNAEfficacyModel(seed=1).save(tmp_path / "guides")
    assert "the model reads RNA" in error_of(variants("calls.vcf", tmp_path / "guides"))
