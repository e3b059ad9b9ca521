"""What is wrong with a genome file is said in one line; what is made from it goes where it may."""

import bz2
import gzip
import io
import lzma
import os
import re
import struct

import numpy as np
import pysam
import pytest
from messages import mentions

from deepchem_genomics.errors import (
    DamagedFileError,
    DuplicateIdError,
    EmptyInputError,
    GenomeFileError,
    MissingExtraError,
    UnknownBaseError,
)
from deepchem_genomics.genome import Genome
from deepchem_genomics.io.fasta_index import scan_fasta

BAD_FILES = {
    "empty": (b"", EmptyInputError, ("toy.fa", "empty")),
    "no header": (
        b"ACGT\nAC\n",
        GenomeFileError,
        ("toy.fa:1", "'ACGT'", "'>'"),
    ),
    "byte order mark": (
        b"\xef\xbb\xbf>chr1\nACGT\n",
        GenomeFileError,
        ("toy.fa:1", "byte order mark", "tail -c +4"),
    ),
    "empty last record": (
        b">chr1\nAC\n>chr2\n\n",
        GenomeFileError,
        ("toy.fa:3", "record 'chr2'"),
    ),
    "duplicate": (
        b">chr1 a\nAC\n>chr2\nAC\n>chr1 b\nGG\n",
        DuplicateIdError,
        ("toy.fa:5", "record 'chr1'", "line 1"),
    ),
    "no name": (
        b">chr1\nAC\n> \nAC\n",
        GenomeFileError,
        ("toy.fa:3", "name"),
    ),
    "protein": (
        b">TP53\nMK\nVLS\n",
        UnknownBaseError,
        ("toy.fa:3", "record 'TP53'", "'L'", "position 3", "A, C, G, T", "R, Y, S, W, K, M, B, D, H, V, N", "protein"),
    ),
    "blank lines": (
        b"\n" * 20_000 + b">chr1\nACGT\n",
        GenomeFileError,
        ("toy.fa:10001", "10,000"),
    ),
    "ragged": (
        b">chr1\nACGT\nAC\nACGT\n",
        GenomeFileError,
        ("toy.fa:4", "record 'chr1'", "4", "5 bytes", "seqkit seq -w 60"),
    ),
    "mixed line ends": (
        b">chr1\nACGT\nACGT\r\nACGT\n",
        GenomeFileError,
        ("toy.fa:3", "record 'chr1'", "CR LF", "dos2unix"),
    ),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("fault", BAD_FILES)
def test_genome__names_the_fault_of_a_fasta_file(fault, packed, tmp_path):
    content, kind, facts = BAD_FILES[fault]
    path = tmp_path / ("toy.fa.gz" if packed else "toy.fa")
    path.write_bytes(gzip.compress(content, mtime=0) if packed else content)
    with pytest.raises(kind, match=mentions(*(fact.replace("toy.fa", path.name) for fact in facts))):
        Genome(path, cache_dir=tmp_path / "cache")
    assert not list(tmp_path.glob("**/*.fai")), "nothing is left of a file that is refused"
    assert not list((tmp_path / "cache").glob("**/*"))


def test_genome__refuses_a_folder(tmp_path):
    with pytest.raises(GenomeFileError, match=mentions(str(tmp_path), "folder", "FASTA", "2bit")):
        Genome(tmp_path)
    with pytest.raises(FileNotFoundError):
        Genome(tmp_path / "nowhere.fa")


@pytest.mark.parametrize("keep", [0.5, 0.9])
def test_genome__names_the_record_where_a_gzip_file_is_cut(keep, tmp_path):
    letters = np.random.default_rng(0).choice(list(b"ACGT"), (10_000, 60)).astype(np.uint8)
    whole = gzip.compress(b">chr1\n" + b"\n".join(row.tobytes() for row in letters), mtime=0)
    path = tmp_path / "toy.fa.gz"
    path.write_bytes(whole[: int(keep * len(whole))])
    with pytest.raises(DamagedFileError, match=mentions("toy.fa.gz", "record 'chr1'", "line")) as error:
        Genome(path, cache_dir=tmp_path / "cache")
    assert "\n" not in str(error.value)


def test_genome__reads_a_bgzip_file_without_its_last_block_as_pysam_does_and_says_so(write_genome, caplog):
    path = write_genome("bgzip")
    whole = path.read_bytes()
    path.write_bytes(whole[:-28])
    with Genome(path) as genome, pysam.FastaFile(str(path)) as peer:
        for name, size in genome.sizes.items():
            assert genome.fetch([f"{name}:0-{size}"]) == [peer.fetch(name).upper()]
    assert re.search(mentions("toy.fa.bgz", "cut short"), caplog.text)
    path.write_bytes(whole[:-29])
    with pytest.raises(DamagedFileError, match=mentions("toy.fa.bgz")):
        Genome(path)


def test_genome__refuses_a_last_record_without_bases_as_pysam_does(tmp_path):
    path = tmp_path / "toy.fa"
    path.write_text(">chr1\nAC\n>chr2\n")
    with pytest.raises(OSError, match="opening"):
        pysam.FastaFile(str(path))
    with pytest.raises(GenomeFileError, match=mentions("toy.fa:3", "'chr2'")):
        Genome(path)


@pytest.mark.parametrize("kind", ["plain", "gzip", "bgzip"])
@pytest.mark.parametrize("lines", [["ACXX-*gu"], ["ACGTACGT", "ACGTACGT", "acxx-*gu"]], ids=["one line", "last line"])
def test_genome__reads_masks_and_gaps_as_n_and_rna_as_dna_and_says_where(kind, lines, tmp_path, caplog):
    plain, path = tmp_path / "plain.fa", tmp_path / "toy.fa.gz"
    plain.write_text("\n".join([">chr1", *lines, ""]))
    if kind == "bgzip":
        pysam.tabix_compress(str(plain), str(path))
    else:
        path.write_bytes(plain.read_bytes() if kind == "plain" else gzip.compress(plain.read_bytes(), mtime=0))
    with Genome(path, cache_dir=tmp_path / "cache") as genome, pysam.FastaFile(str(plain)) as peer:
        (size,) = genome.sizes.values()
        (ours,) = genome.fetch([f"chr1:0-{size}"])
        assert ours == peer.fetch("chr1").upper().translate(str.maketrans("X-*U", "NNNT"))
        assert genome.fetch([f"chr1:{size - 2}-{size}:-"]) == ["AC"]
    told = [record.getMessage() for record in caplog.records if "read as" in record.getMessage()]
    assert len(told) == 1, "once a file"
    assert re.search(mentions("toy.fa.gz", "'chr1'", repr(lines[-1][2]), f"position {size - 6}"), told[0])


def test_genome__refuses_a_2bit_file_that_is_cut_anywhere(write_genome):
    path = write_genome("2bit")
    whole = path.read_bytes()
    for n_bytes in range(4, len(whole)):
        path.write_bytes(whole[:n_bytes])
        with pytest.raises(GenomeFileError, match=mentions("toy.2bit", "2bit file")):
            Genome(path)


def test_genome__refuses_a_2bit_file_with_an_offset_beyond_any_file(tmp_path):
    path = tmp_path / "toy.2bit"
    path.write_bytes(struct.pack("<IIII", 0x1A412743, 1, 1, 0) + b"\x01a" + struct.pack("<Q", (1 << 64) - 1))
    with pytest.raises(GenomeFileError, match=mentions("toy.2bit", "2bit file")):
        Genome(path)


def test_genome__names_the_fault_of_a_2bit_record(tmp_path, caplog):
    header = struct.pack("<IIII", 0x1A412743, 0, 2, 0)
    record, empty = struct.pack("<IIIIB", 4, 0, 0, 0, 0), struct.pack("<IIII", 0, 0, 0, 0)
    path = tmp_path / "toy.2bit"
    path.write_bytes(header + b"\x01a" + struct.pack("<I", 28) + b"\x01a" + struct.pack("<I", 28) + record)
    with pytest.raises(GenomeFileError, match=mentions("record 'a'", "twice")):
        Genome(path)
    path.write_bytes(header + b"\x01a" + struct.pack("<I", 28) + b"\x01b" + struct.pack("<I", 45) + record + empty)
    assert Genome(path).sizes == {"a": 4}
    assert re.search(mentions("toy.2bit", "record 'b'"), caplog.text)
    path.write_bytes(struct.pack("<IIII", 0x1A412743, 0, 0, 0))
    with pytest.raises(GenomeFileError, match=mentions("toy.2bit", "records")):
        Genome(path)


def test_genome__names_the_extra_when_a_package_is_missing(write_genome, monkeypatch):
    path = write_genome("2bit")
    monkeypatch.setitem(__import__("sys").modules, "py2bit", None)
    with pytest.raises(MissingExtraError, match=mentions("py2bit", "deepchem_genomics[genome]")):
        Genome(path)


def test_genome__writes_the_index_that_samtools_writes(tmp_path):
    pysam = pytest.importorskip("pysam")
    path = tmp_path / "toy.fa"
    path.write_bytes(b">a\nACGT\nACGT\nA\n\n>b x y\nACGTACGT\n>c\nAC\nGT\n>d\r\nAC\r\nG\r\n>e\nACG")
    pysam.faidx(str(path))
    theirs = path.with_name("toy.fa.fai").read_text()
    path.with_name("toy.fa.fai").unlink()
    assert Genome(path).fetch(["a:3-9", "d:0-3", "e:1-3"]) == ["TACGTA", "ACG", "CG"]
    ours = path.with_name("toy.fa.fai").read_text()
    assert ours.splitlines()[:4] == theirs.splitlines()[:4]
    assert ours.splitlines()[4].split("\t")[:4] == theirs.splitlines()[4].split("\t")[:4]  # no line end: width varies


def test_genome__keeps_an_index_that_is_fresh_and_replaces_one_that_does_not_belong(toy_fasta, caplog):
    index = toy_fasta.with_name("toy.fa.fai")
    Genome(toy_fasta)
    good = index.read_text()
    stamp = index.stat().st_mtime_ns
    Genome(toy_fasta)
    assert index.stat().st_mtime_ns == stamp
    index.write_text("chr21\t9999\t10\t60\t61\n")
    assert Genome(toy_fasta).sizes["chr21"] == 183
    assert index.read_text() == good
    assert re.search(mentions("toy.fa.fai", "toy.fa"), caplog.text)


def test_genome__reads_the_file_again_when_it_is_newer_than_its_index(toy_fasta):
    Genome(toy_fasta)
    index = toy_fasta.with_name("toy.fa.fai")
    toy_fasta.write_text(">chr1\nACGT\n")
    os.utime(index, ns=(0, 0))
    assert Genome(toy_fasta).sizes == {"chr1": 4}


@pytest.mark.parametrize("kind", ["plain", "bgzip"])
def test_genome__writes_nothing_into_a_read_only_folder(kind, write_genome, tmp_path, monkeypatch):
    made = write_genome(kind)
    folder = tmp_path / "read_only"
    folder.mkdir()
    path = made.rename(folder / made.name)
    folder.chmod(0o555)
    try:
        monkeypatch.setenv("DEEPCHEM_GENOMICS_CACHE", str(tmp_path / "cache"))
        assert Genome(path).fetch(["chr22:8-12"]) == ["TTCC"]
        assert [file.name for file in folder.iterdir()] == [made.name]
        assert any(file.suffix == ".fai" for file in (tmp_path / "cache").iterdir())
    finally:
        folder.chmod(0o755)


def test_genome__unpacks_gzip_once_and_drops_the_copy_of_an_older_file(write_genome, tmp_path, caplog):
    path, cache = write_genome("gzip"), tmp_path / "cache"
    Genome(path, cache_dir=cache)
    first = {file.name for file in cache.iterdir()}
    assert len(first) == 3  # the copy, its index, and the record of both
    assert re.search(mentions("toy.fa.gz", "gzip"), caplog.text)
    caplog.clear()
    Genome(path, cache_dir=cache)
    assert not caplog.text
    path.write_bytes(gzip.compress(b">chr1\nACGT\n", mtime=0))
    assert Genome(path, cache_dir=cache).sizes == {"chr1": 4}
    assert len(list(cache.iterdir())) == 3
    assert first.isdisjoint(file.name for file in cache.iterdir())
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["toy.fa.gz"]


def test_genome__finds_a_letter_that_a_foreign_index_let_pass(tmp_path):
    path = tmp_path / "toy.fa"
    path.write_text(">chr1\nACGJACGT\n")
    path.with_name("toy.fa.fai").write_text("chr1\t8\t6\t8\t9\n")
    with pytest.raises(UnknownBaseError, match=mentions("toy.fa", "record 'chr1'", "J", "position 3", "DNA")):
        Genome(path).fetch(["chr1:2-6"])


def scan(content):
    return scan_fasta(io.BufferedReader(io.BytesIO(content)), "toy.fa")


def test_scan_fasta__allows_blank_lines_around_records_only():
    assert [record.length for record in scan(b"\n>a\nACGT\n\n>b\nAC\n\n")] == [4, 2]
    with pytest.raises(GenomeFileError, match=mentions("toy.fa:4", "record 'a'", "2")):
        scan(b">a\nACGT\n\nAC\n")
    with pytest.raises(GenomeFileError, match=mentions("toy.fa:2", "record 'a'", "blank")):
        scan(b">a\n\nAC\n")


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("fault", [b"J", b"\r", b">", b" "])
@pytest.mark.parametrize("line", [2, 3, 50, 98])
def test_scan_fasta__finds_a_bad_letter_in_any_line(line, fault, line_end):
    lines = [b">a", *[b"ACGTACGT"] * 97, b">b", b"ACGT"]
    lines[line - 1] = b"ACG" + fault + b"ACGT"
    with pytest.raises(
        UnknownBaseError, match=mentions(f"toy.fa:{line}", "record 'a'", f"position {8 * (line - 2) + 3}")
    ):
        scan(line_end.join(lines) + line_end)


def test_genome__notices_an_index_of_the_file_that_was_there_before(tmp_path):
    path = tmp_path / "toy.fa"
    path.write_text(">a\nACGTAC\n>b\nGGGTTT\n")
    Genome(path).close()
    path.write_text(">b\nGGGTTT\n>a\nACGTAC\n")
    os.utime(path, (1e9, 1e9))  # older than the index, as a restored file may be
    with Genome(path) as genome:
        assert genome.fetch(["a:0-6", "b:0-6"]) == ["ACGTAC", "GGGTTT"]


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress, gzip.compress])
def test_genome__reads_any_compression(tmp_path, pack):
    path = tmp_path / "toy.fa"
    path.write_bytes(pack(b">a\nACGTAC\nGT\n"))
    with Genome(path, cache_dir=tmp_path / "cache") as genome:
        assert genome.fetch(["a:4-8"]) == ["ACGT"]


def test_plain_fasta__that_is_cut_while_it_is_open_is_an_error_and_no_crash(tmp_path):
    path = tmp_path / "genome.fa"
    path.write_text(">chr1\n" + ("ACGT" * 15 + "\n") * 2000 + ">chr2\n" + "ACGT" * 20_000 + "\n")
    genome = Genome(path)
    os.truncate(path, 5000)
    assert genome.fetch(["chr1:0-4"]) == ["ACGT"]
    for chromosome in ("chr1", "chr2"):
        with pytest.raises(GenomeFileError, match=mentions("genome.fa", f"{chromosome}:60000-60010", "cut")):
            genome.fetch([f"{chromosome}:60000-60010"])
