"""What commands make of labels, text columns, and files that count from 1."""

import gzip
import subprocess
import sys

import pytest
from deepchem.data import DiskDataset


@pytest.fixture
def build(made, dcgenomics, tmp_path):
    def run(text, name, *options):
        (tmp_path / name).write_text(text)
        result = dcgenomics(
            "build", "intervals", tmp_path / name, "-g", made / "g.fa", "--as-given", "-o", tmp_path / "out", *options
        )
        dataset = DiskDataset(str(tmp_path / "out")) if result.exit_code == 0 else None
        return result, dataset

    return run


def test_build__takes_a_fourth_column_of_0_and_1_in_bed_for_the_label(build):
    result, dataset = build("chr1\t0\t21\t1\nchr1\t21\t42\t0\n", "w.bed")
    assert dataset.y.ravel().tolist() == [1, 0], result.stderr


def test_build__takes_other_fourth_columns_of_bed_only_if_asked_for(build):
    text = "chr1\t0\t21\t1\nchr1\t21\t42\t7\n"
    assert build(text, "w.bed")[0].stdout.splitlines()[1:] == []
    assert build(text, "w.bed", "--label-column", "label", "--overwrite")[1].y.ravel().tolist() == [1, 7]


def test_build__needs_no_numbers_in_columns_that_are_no_labels(build):
    text = "chrom\tstart\tend\tgene\tlabel\nchr1\t0\t21\tTP53\t1\nchr1\t21\t42\tMYC\t0\n"
    assert build(text, "w.tsv")[1].y.ravel().tolist() == [1, 0]


@pytest.mark.parametrize("option", ["--one-based", "--zero-based"])
def test_build__counts_from_1_if_told_so(option, build):
    ids = build("chr1\t101\t121\n", "w.bed", option)[1].ids.tolist()
    assert ids == (["chr1:100-121"] if option == "--one-based" else ["chr1:101-121"])


def test_build__says_once_that_a_file_counts_from_1(build):
    text = "chr\tstart\tend\tlength\nchr1\t101\t121\t21\nchr1\t201\t221\t21\n"  # as MACS writes it
    result, dataset = build(text, "peaks.xls")
    assert dataset.ids.tolist() == ["chr1:100-121", "chr1:200-221"], result.stderr
    assert result.stderr.count("1 is taken") == 1


def test_predict__looks_at_no_labels_and_counts_as_told(made, dcgenomics, tmp_path):
    table = tmp_path / "p.tsv"
    table.write_text("chrom\tstart\tend\tgene\nchr1\t101\t121\tTP53\n")
    common = ("predict", table, "-m", made / "m", "-g", made / "g.fa", "-o", "-")
    result = dcgenomics(*common, "--one-based")
    assert result.exit_code == 0 and "chr1:100-121\t" in result.stdout, result.stderr
    assert "bp long" in dcgenomics(*common).stderr
    assert dcgenomics("predict", made / "s.fa", "-m", made / "m", "-o", "-", "--one-based").exit_code == 2


@pytest.mark.parametrize("address", ["https://a.org/x.fa", "s3://bucket/x.fa"])
def test_addresses__are_named_as_not_read(address, made, dcgenomics, tmp_path):
    result = dcgenomics("predict", address, "-m", made / "m", "-o", "-")
    assert result.exit_code == 1 and address in result.stderr and "download" in result.stderr


@pytest.mark.parametrize("how", ["file", "pipe"])
def test_a_dash__is_stdin(how, made, tmp_path):
    windows = b"chr1\t100\t121\nchr1\t200\t221\n"
    (tmp_path / "w.bed").write_bytes(windows)
    command = [sys.executable, "-m", "deepchem_genomics.cli"]
    for line, n_lines in (
        (("predict", "-", "-m", made / "m", "-g", made / "g.fa", "-o", "-"), 3),
        (("variants", "-", "-m", made / "m", "-g", made / "g.fa", "--background", "0"), 2),
    ):
        content = windows if line[0] == "predict" else (made / "v.vcf").read_bytes()
        (tmp_path / "in").write_bytes(content)
        given = {"input": content} if how == "pipe" else {"stdin": (tmp_path / "in").open("rb")}
        done = subprocess.run([*command, *map(str, line)], capture_output=True, **given)
        assert done.returncode == 0 and len(done.stdout.splitlines()) == n_lines, done.stderr


@pytest.mark.parametrize("begin", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_dash__is_fasta_by_its_first_letter_behind_a_byte_order_mark(begin, packed, made):
    command = [sys.executable, "-m", "deepchem_genomics.cli", "predict", "-", "-m", str(made / "m"), "-o", "-"]
    content = begin + b">one\n" + b"ACGTA" * 4 + b"C\n"
    done = subprocess.run(command, capture_output=True, input=packed(content))
    assert done.returncode == 0 and done.stdout.splitlines()[1].startswith(b"one\t"), done.stderr
