"""``dcgenomics build``: what it writes, what it says, and what it refuses in one line."""

import errno
import gzip
import json
import re

import numpy as np
import pytest
from click.testing import CliRunner
from deepchem.data import DiskDataset
from messages import mentions

from deepchem_genomics.cli import main

GENOME = {"chr1": "ACGTTGCAAC" * 30, "chr2": "GGGCCATTTA" * 20}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "toy.fa").write_text("".join(f">{name}\n{letters}\n" for name, letters in GENOME.items()))
    (tmp_path / "sites.tsv").write_text("chr1\t20\t30\t1\nchr1\t100\t110\t0\nchr2\t50\t60\t0\nchr2\t90\t100\t0\n")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def build(folder, *more, sites="sites.tsv", kind="intervals", genome="toy.fa"):
    inputs = [folder / sites] if kind == "intervals" else []
    return run("build", kind, *inputs, "--genome", folder / genome, "--out", folder / "out", *more)


def refused(result, folder):
    """Return the one line on stderr; nothing is left under the name."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if line.startswith("dcgenomics: error: ")]
    assert len(lines) == 1 and result.stderr.splitlines()[-1] == lines[0]
    assert not (folder / "out").exists()
    assert not list(folder.glob(".out.partial-*"))
    return lines[0].removeprefix("dcgenomics: error: ").replace(f"{folder}/", "")


def test_build_intervals__writes_windows_labels_and_weights_and_says_so(folder):
    result = build(folder, "--length", 10, "--balance", "--assembly", "toy1")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{folder}/out\t4 rows\nlabel\t1 positive, 3 negative\n"
    assert "read 4 rows, kept 4, dropped 0" in result.stderr
    dataset = DiskDataset(str(folder / "out"))
    assert dataset.ids.tolist() == ["chr1:20-30", "chr1:100-110", "chr2:50-60", "chr2:90-100"]
    assert dataset.w.ravel().tolist() == [2.0, *[np.float32(2 / 3)] * 3]
    assert "".join("ACGT"[i] for i in dataset.X[2].argmax(axis=1)) == GENOME["chr2"][50:60]
    manifest = json.loads((folder / "out" / "manifest.json").read_text())
    assert manifest["assembly"] == "toy1"
    assert manifest["length"] == 10


def test_build_intervals__centers_windows_of_101_bp_unless_told_otherwise(folder):
    assert build(folder, "--out-of-bounds", "pad").exit_code == 0
    assert DiskDataset(str(folder / "out")).get_shape()[0] == (4, 101, 4)


def test_build_intervals__as_given_takes_the_lengths_there_are(folder):
    assert build(folder, "--as-given").exit_code == 0
    assert DiskDataset(str(folder / "out")).get_shape()[0] == (4, 10, 4)


def test_build_intervals__drops_and_counts(folder):
    (folder / "black.bed").write_text("chr1\t105\t106\n")
    result = build(folder, "--length", 110, "--exclude", folder / "black.bed")
    assert result.exit_code == 0, result.output
    assert re.search(mentions("1 of 4 rows", "excluded"), result.stderr)
    assert re.search(mentions("1 of 4 rows", "past an end"), result.stderr)
    assert "read 4 rows, kept 2, dropped 2" in result.stderr


def test_build_intervals__makes_no_labels_where_there_are_none(folder):
    (folder / "bare.bed").write_text("chr1\t20\t30\n")
    result = build(folder, "--as-given", sites="bare.bed")
    assert result.exit_code == 0, result.output
    remedies = ("--negatives 1", "--label-column", "--no-labels")
    assert re.search(mentions("bare.bed", "column", "label", *remedies), result.stderr)
    assert result.stdout == f"{folder}/out\t1 row\n"
    refusal = run("train", folder / "out", "--model", "kmers", "--out", folder / "model")
    assert refusal.exit_code == 1
    assert re.search(mentions("out", "no labels", "column", "negatives"), refusal.stderr)
    result = build(folder, "--as-given", "--no-labels", "--overwrite")
    assert result.exit_code == 0 and "--negatives" not in result.stderr


PEAKS = "".join(f"chr1\t{start}\t{start + 12}\tp\t0\t.\t1\t1\t1\t3\n" for start in (40, 120, 290))


@pytest.mark.parametrize("source", ["gc", "genome", "flanks", "shuffled", "dnase.bed"])
def test_build_intervals__makes_negatives_of_peaks(folder, source):
    write(folder, "jund.narrowPeak", PEAKS)
    write(folder, "dnase.bed", "1\t0\t300\n")
    options = ("--length", 20, "--negatives", 2, "--negatives-distance", 5, "--seed", 3)
    if source != "gc":
        options += ("--negatives-from", folder / source if "." in source else source)
    result = build(folder, *options, sites="jund.narrowPeak")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{folder}/out\t6 rows\nbound\t2 positive, 4 negative\n"
    assert re.search(mentions("1 of 7 rows", "past an end"), result.stderr)
    assert re.search(mentions("2 positives", "4 negatives", source), result.stderr)
    dataset = DiskDataset(str(folder / "out"))
    assert sorted(dataset.ids[dataset.y.ravel() == 1]) == ["chr1:113-133", "chr1:33-53"]
    manifest = json.loads((folder / "out" / "manifest.json").read_text())
    assert (manifest["negatives"]["source"], manifest["negatives"]["seed"]) == (source, 3)


def test_build_intervals__refuses_negatives_that_make_no_sense(folder):
    assert re.search(mentions("sites.tsv:2", "label", "0"), refused(build(folder, "--negatives", 1), folder))
    write(folder, "jund.narrowPeak", PEAKS)
    message = refused(build(folder, "--negatives", 1, "--negatives-from", "flank", sites="jund.narrowPeak"), folder)
    assert re.search(mentions("flank", "flanks", "gc", "shuffled"), message)
    message = refused(
        build(folder, "--negatives", 1, "--negatives-from", folder / "bad.bed", sites=write(folder, "bad.bed", "x\n")),
        folder,
    )
    assert "bad.bed:1" in message


def test_build_intervals__takes_several_label_columns(folder):
    (folder / "two.tsv").write_text("chrom\tstart\tend\tJUND\tATF3\nchr1\t0\t10\t1\t0\nchr1\t10\t20\t\t1\n")
    result = build(folder, "--as-given", "--label-column", "JUND", "--label-column", "ATF3", sites="two.tsv")
    assert result.stdout.splitlines()[1:] == ["JUND\t1 positive, 0 negative, 1 missing", "ATF3\t1 positive, 1 negative"]


def test_build_intervals__shuffles_by_seed(folder):
    rows = "".join(f"chr1\t{start}\t{start + 10}\t{start % 2}\n" for start in range(0, 200, 5))
    (folder / "many.tsv").write_text(rows)
    orders = []
    for more in ([], ["--shuffle"], ["--shuffle", "--seed", 0], ["--shuffle", "--seed", 1]):
        assert build(folder, "--as-given", "--overwrite", *more, sites="many.tsv").exit_code == 0
        orders.append(DiskDataset(str(folder / "out")).ids.tolist())
    assert orders[1] == orders[2] != orders[3] != orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[3])


@pytest.mark.parametrize("overlap", ["6", "0.6"])
def test_build_tiles__labels_by_bases_or_fraction(folder, overlap):
    (folder / "jund.bed").write_text("chr1\t4\t16\n")
    result = build(
        folder, "--peaks", folder / "jund.bed", "--length", 10, "--chroms", "chr1", "--min-overlap", overlap,
        kind="tiles",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1] == "jund\t2 positive, 28 negative"


def test_build_sequences__takes_rna_with_values(folder):
    (folder / "guides.csv").write_text("name,guide,efficacy\ng1,ACGU,0.5\ng2,UUUU,\ng3,GGGG,1.25\n")
    result = run(
        "build", "sequences", folder / "guides.csv", "--sequence-column", "guide", "--label-column", "efficacy",
        "--id-column", "name", "--alphabet", "RNA", "--out", folder / "out",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1] == "efficacy\t2 measured, 0.5 to 1.25, mean 0.875, 1 missing"
    assert DiskDataset(str(folder / "out")).ids.tolist() == ["g1", "g2", "g3"]


def test_build_sequences__labels_whole_files_and_says_how_where_they_are_not(folder):
    files = [folder / write(folder, "bound.fa", ">a\nACGT\n>b\nAAAA\n"), folder / write(folder, "un.fa", ">a\nGG\n")]
    options = ("--on-length", "fit", "--out", folder / "out")  # to the length of the first
    result = run("build", "sequences", *files, *options, "--labels", "1,0")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{folder}/out\t3 rows\nlabel\t2 positive, 1 negative\n"
    dataset = DiskDataset(str(folder / "out"))
    labels = dict(zip(dataset.ids, dataset.y.ravel(), strict=True))
    assert labels == {"bound:a": 1, "b": 1, "un:a": 0}
    result = run("build", "sequences", *files, *options, "--overwrite")
    assert result.exit_code == 0, result.output
    assert re.search(mentions("--labels 1,0", "--label-column"), result.stderr)


def write(folder, name, text):
    (folder / name).write_text(text)
    return name


BAD_SITES = {
    "start after end": ("chr1\t20\t30\t1\nchr1\t9\t5\t0\n", "bad.tsv:2"),
    "start at end": ("chr1\t20\t20\t1\n", "bad.tsv:1"),
    "negative start": ("chr1\t20\t30\t1\nchr1\t-3\t5\t0\n", "bad.tsv:2"),
    "label not a number": ("chr1\t20\t30\t1\nchr1\t30\t40\tbound\n", "bad.tsv:2"),
    "chromosome not in the FASTA": ("chr1\t20\t30\t1\nchr7\t30\t40\t0\n", "bad.tsv:2"),
    "mixed chr prefixes": ("chr1\t20\t30\t1\n1\t30\t40\t0\n", "bad.tsv"),
    "past the end": ("chr1\t20\t30\t1\nchr1\t295\t305\t0\n", "bad.tsv:2"),
    "empty": ("", "bad.tsv"),
}


@pytest.mark.parametrize("fault", BAD_SITES)
def test_build_intervals__names_file_and_line_of_bad_intervals(folder, fault):
    text, where = BAD_SITES[fault]
    options = ("--as-given", "--out-of-bounds", "error")
    message = refused(build(folder, *options, sites=write(folder, "bad.tsv", text)), folder)
    assert where in message


BAD_GENOMES = {
    "empty last record": (">chr1\n" + "ACGT" * 50 + "\n>chr9\n", "chr9"),
    "duplicate names": (">chr1\n" + "ACGT" * 50 + "\n>chr1\n" + "ACGT" * 50 + "\n", "chr1"),
    "empty": ("", "bad.fa"),
}


@pytest.mark.parametrize("fault", BAD_GENOMES)
def test_build_intervals__names_file_and_record_of_a_bad_genome(folder, fault):
    text, where = BAD_GENOMES[fault]
    message = refused(build(folder, "--as-given", genome=write(folder, "bad.fa", text)), folder)
    assert "bad.fa" in message and where in message


@pytest.mark.parametrize("name", ["sites.tsv.gz", "toy.fa.gz"])
def test_build_intervals__names_a_truncated_gzip(folder, name):
    text = "".join(f"chr1\t{i}\t{i + 9 + i % 7}\t{i % 2}\n" for i in range(250))
    whole = gzip.compress(text.encode() if name.startswith("sites") else (folder / "toy.fa").read_bytes(), mtime=0)
    (folder / name).write_bytes(whole[: len(whole) // 2])
    given = {"sites": name} if name.startswith("sites") else {"genome": name}
    assert name in refused(build(folder, "--as-given", "--out-of-bounds", "drop", **given), folder)


def test_build_intervals__reads_crlf(folder):
    (folder / "dos.tsv").write_bytes((folder / "sites.tsv").read_bytes().replace(b"\n", b"\r\n"))
    (folder / "dos.fa").write_bytes((folder / "toy.fa").read_bytes().replace(b"\n", b"\r\n"))
    result = build(folder, "--as-given", sites="dos.tsv", genome="dos.fa")
    assert result.exit_code == 0, result.output
    dataset = DiskDataset(str(folder / "out"))
    assert dataset.y.ravel().tolist() == [1.0, 0.0, 0.0, 0.0]
    assert "".join("ACGT"[i] for i in dataset.X[2].argmax(axis=1)) == GENOME["chr2"][50:60]


@pytest.mark.parametrize("given", [{"sites": "."}, {"genome": "."}])
def test_build_intervals__wants_files_not_folders(folder, given):
    assert "folder" in refused(build(folder, "--as-given", **given), folder)


@pytest.mark.parametrize("given", [{"sites": "no.bed"}, {"genome": "no.fa"}])
def test_build_intervals__names_a_file_that_is_not_there(folder, given):
    assert next(iter(given.values())) in refused(build(folder, "--as-given", **given), folder)


def test_build_intervals__refuses_a_signal_of_another_assembly(folder):
    pybigtools = pytest.importorskip("pybigtools")
    writer = pybigtools.open(str(folder / "dnase.bw"), "w")
    writer.write({"chr1": 999, "chr2": 200}, iter([("chr1", 0, 300, 1.0)]))
    writer.close()
    message = refused(build(folder, "--as-given", "--track", folder / "dnase.bw"), folder)
    assert re.search(mentions("dnase.bw", "toy.fa", "chr1", "999 bp"), message)
    assert build(folder, "--as-given", "--track", folder / "dnase.bw", "--no-check-assembly").exit_code == 0
    assert (folder / "out" / "side_input.tsv.gz").exists()


def test_build__tells_of_a_full_disk_and_leaves_nothing(folder, monkeypatch):
    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("deepchem_genomics.data.row_store.RowStore.append", full)
    message = refused(build(folder, "--as-given"), folder)
    assert re.search(mentions("out", "disk"), message)


def test_build__refuses_an_existing_folder_unless_told(folder):
    assert build(folder, "--as-given").exit_code == 0
    result = build(folder, "--as-given")
    assert result.exit_code == 1
    assert re.search(mentions("dcgenomics: error: ", f"{folder}/out", "--overwrite"), result.stderr)
    assert build(folder, "--as-given", "--overwrite").exit_code == 0


BAD_TABLES = {
    "label not a number": ("sequence,y\nACGT,1\nACGA,high\n", "bad.csv: row 2"),
    "foreign letter": ("sequence,y\nACGT,1\nACGU,0\n", "bad.csv: row 2"),
    "other length": ("sequence,y\nACGT,1\nACG,0\n", "bad.csv: row 2"),
    "no sequence": ("sequence,y\nACGT,1\n,0\n", "bad.csv: row 2"),
    "no such column": ("dna,y\nACGT,1\n", "'sequence'"),
    "header only": ("sequence,y\n", "bad.csv"),
    "empty": ("", "bad.csv"),
}


@pytest.mark.parametrize("fault", BAD_TABLES)
def test_build_sequences__names_file_and_row(folder, fault):
    text, where = BAD_TABLES[fault]
    write(folder, "bad.csv", text)
    result = run("build", "sequences", folder / "bad.csv", "--label-column", "y", "--out", folder / "out")
    message = refused(result, folder)
    assert "bad.csv" in message and where in message


def test_build_sequences__names_an_empty_fasta_record(folder):
    write(folder, "bad.fa", ">a\nACGT\n>b\n>c\nACGT\n")
    message = refused(run("build", "sequences", folder / "bad.fa", "--out", folder / "out"), folder)
    assert re.search(mentions("bad.fa:3", "record 'b'"), message)


@pytest.mark.parametrize(
    "arguments",
    [
        ["intervals", "a.bed", "--out", "x"],
        ["intervals", "a.bed", "--genome", "g.fa"],
        ["intervals", "a.bed", "--genome", "g.fa", "--out", "x", "--max-n", "2"],
        ["intervals", "a.bed", "--genome", "g.fa", "--out", "x", "--no-labels", "--label-column", "y"],
        ["intervals", "a.bed", "--genome", "g.fa", "--out", "x", "--no-labels", "--negatives", "1"],
        ["intervals", "a.bed", "--genome", "g.fa", "--out", "x", "--label-column", "y", "--negatives", "1"],
        ["intervals", "a.bed", "--genome", "g.fa", "--out", "x", "--negatives", "0"],
        ["intervals", "a.bed", "--genome", "g.fa", "--out", "x", "--negatives-from", "gc"],
        ["tiles", "--genome", "g.fa", "--out", "x", "--peaks", "p.bed", "--min-overlap", "half"],
        ["sequences", "t.csv", "--out", "x", "--on-length", "guide"],
        ["sequences", "t.fa", "--out", "x", "--labels", "1,0"],
        ["sequences", "t.fa", "--out", "x", "--labels", "bound"],
        ["sequences", "t.csv", "--out", "x", "--labels", "1", "--label-column", "y"],
    ],
)
def test_build__answers_a_wrong_command_line_with_status_2(arguments):
    result = run("build", *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: ")


def test_build__signals_need_names_of_their_own(folder):
    result = build(folder, "--track", "accessibility=a.bw", "--track", "accessibility=b.bw")
    assert result.exit_code == 2
    assert re.search(mentions("tracks", "accessibility"), result.stderr)
