"""Lines that would fill the memory are refused in one line; a chromosome on one line is not."""

import gzip
import json
import re
import subprocess
import sys

import pytest
from messages import mentions

from deepchem_genomics.errors import GenomeFileError
from deepchem_genomics.io.fasta import read_records
from deepchem_genomics.io.opening import opened_text
from deepchem_genomics.io.tables import TextTable

MEGABYTE = 1_000_000

MEASURE = """
import json, resource, sys
from deepchem_genomics.errors import GenomicsError
from deepchem_genomics.genome import Genome, read_interval_chunks
from deepchem_genomics.io.fasta import read_records
from deepchem_genomics.io.fasta_index import scan_fasta
from deepchem_genomics.io.opening import opened, text_of
from deepchem_genomics.io.tables import table_chunks
from pathlib import Path

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

def scan(path):
    with opened(path) as file:
        return scan_fasta(file, path.name)

def letters(path):
    with Genome(path) as genome:
        return genome.fetch(["chr1:299999990-300000000"])[0]

readers = {
    "intervals": lambda path: list(read_interval_chunks(path)),
    "table": lambda path: list(table_chunks(path, 100, ["id"])),
    "text": lambda path: text_of(path) and None,
    "records": lambda path: [len(record.sequence) for record in read_records(path)],
    "scan": scan,
    "genome": letters,
}
reader, path = sys.argv[1:]
before, error, found = peak(), None, None
try:
    found = readers[reader](Path(path))
except GenomicsError as refused:
    error = str(refused)
print(json.dumps({"error": error, "grown": peak() - before, "found": found}, default=str))
"""


def measured(reader, path):
    ended = subprocess.run([sys.executable, "-c", MEASURE, reader, path], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout.splitlines()[-1])


def packed(path, before, n_megabytes=200, letter=b"1"):
    with gzip.open(path, "wb", 1) as file:
        file.write(before)
        for _ in range(n_megabytes):
            file.write(letter * MEGABYTE)
        file.write(b"\n>b\nACGT\n")
    return path


@pytest.mark.parametrize(
    ("reader", "name", "before"),
    [
        ("intervals", "x.bed.gz", b"chr1\t1\t2\nchr1\t1\t"),
        ("intervals", "first.bed.gz", b"#\n"),
        ("table", "x.tsv.gz", b"id\tvalue\n"),
        ("text", "x.jaspar.gz", b">a\n"),
        ("records", "x.fa.gz", b">a\nACGT\n>"),
        ("records", "first.fa.gz", b">"),
        ("records", "x.fastq.gz", b"@a\nACGT\n+\nIIII\n@a\n"),
        ("scan", "x.fa.gz", b">a\nACGT\n>"),
    ],
)
def test_lines__that_would_fill_the_memory_are_refused(tmp_path, reader, name, before):
    path = packed(tmp_path / name, before)
    assert path.stat().st_size < 2 * MEGABYTE
    found = measured(reader, path)
    line = before.count(b"\n") + 1
    assert re.search(mentions(f"{name}:{line}", "16,777,216"), found["error"])
    assert len(found["error"]) < 400
    assert found["grown"] < 100 * MEGABYTE


def test_text__that_would_fill_the_memory_is_refused(tmp_path):
    with gzip.open(tmp_path / "x.meme.gz", "wb", 1) as file:
        for _ in range(200):
            file.write(b"ACGT\n" * (MEGABYTE // 5))
    found = measured("text", tmp_path / "x.meme.gz")
    assert re.search(mentions("x.meme.gz", "67,108,864"), found["error"])
    assert found["grown"] < 300 * MEGABYTE


@pytest.fixture(scope="module")
def chromosome(tmp_path_factory):
    """Return a file with a chromosome of 300 Mb on one line."""
    path = tmp_path_factory.mktemp("genome") / "one.fa"
    with path.open("wb") as file:
        file.write(b">chr1\n")
        for _ in range(300):
            file.write(b"ACGTA" * (MEGABYTE // 5))
        file.write(b"\n>chr2\nACGT\n")
    return path


@pytest.mark.parametrize(
    ("reader", "result"), [("records", [300 * MEGABYTE, 4]), ("genome", "ACGTAACGTA")], ids=["records", "genome"]
)
def test_a_chromosome__may_stand_on_one_line(chromosome, reader, result):
    found = measured(reader, chromosome)
    assert found["error"] is None and found["found"] == result
    assert found["grown"] < 2.1 * 300 * MEGABYTE  # the line, and the record made of it


@pytest.fixture
def short_limit(monkeypatch):
    for module in ("opening", "fasta", "fasta_index"):
        monkeypatch.setattr(f"deepchem_genomics.io.{module}.LINE_LIMIT", 100_000)


@pytest.mark.usefixtures("short_limit")
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines__of_less_than_the_limit_are_read_whatever_their_end(tmp_path, end):
    lines = ["a" * 99_000 for _ in range(20)]
    (tmp_path / "x.txt").write_text(end.join(lines), newline="")
    with opened_text(tmp_path / "x.txt") as text:
        assert text.read().split("\n") == lines


@pytest.mark.usefixtures("short_limit")
def test_records__with_long_lines_of_bases_and_many_headers_are_read(tmp_path):
    records = [(f"{i} {'h' * 90_000}", "ACGT" * (10 + 60_000 * (i % 2))) for i in range(6)]
    (tmp_path / "x.fa").write_text("".join(f">{header}\n{sequence}\n" for header, sequence in records))
    assert [(record.header, record.sequence) for record in read_records(tmp_path / "x.fa")] == records


@pytest.mark.usefixtures("short_limit")
@pytest.mark.parametrize("n_before", [0, 1, 700, 70_000])
def test_headers__too_long_are_told_with_their_line(tmp_path, n_before):
    (tmp_path / "x.fa").write_text(">a\n" + "ACGT\n" * n_before + ">" + "h" * 200_000 + "\nACGT\n")
    with pytest.raises(GenomeFileError, match=mentions(f"x.fa:{n_before + 2}", "100,000")):
        list(read_records(tmp_path / "x.fa"))


def test_chunks__are_shorter_where_lines_are_long(tmp_path, monkeypatch):
    monkeypatch.setattr("deepchem_genomics.io.tables._MOST_LETTERS", 1000)
    (tmp_path / "x.tsv").write_text("".join(f"{i}\t{'a' * 300}\n" for i in range(10)))
    chunks = list(TextTable(tmp_path / "x.tsv", "\t").read_chunks(100, 2))
    assert [len(numbers) for numbers, _ in chunks] == [4, 4, 2]
    assert [int(cell) for _, (cells, _) in chunks for cell in cells] == list(range(10))
