"""What pysam, py2bit and the specifications read is read: files that are unusual and right."""

import gzip
import os
import re
import struct

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.errors import GenomeFileError, IntervalError, LabelError, TextEncodingError
from deepchem_genomics.genome import Genome, interval_ids, read_intervals
from deepchem_genomics.variants import read_variants

pysam = pytest.importorskip("pysam")


def two_bit(version, sequences):
    """Write 2bit with places of 32 bits (version 0) or 64 bits (version 1)."""
    form = "<Q" if version else "<I"
    bodies = []
    for letters in sequences.values():
        codes = ["TCAG".index(letter) for letter in letters] + [0, 0, 0]
        packed = bytes(sum(codes[i + k] << 6 - 2 * k for k in range(4)) for i in range(0, len(letters), 4))
        bodies.append(struct.pack("<IIII", len(letters), 0, 0, 0) + packed)
    at = 16 + sum(1 + len(name) + struct.calcsize(form) for name in sequences)
    index = b""
    for name, body in zip(sequences, bodies, strict=True):
        index += bytes([len(name)]) + name.encode() + struct.pack(form, at)
        at += len(body)
    return struct.pack("<IIII", 0x1A412743, version, len(sequences), 0) + index + b"".join(bodies)


@pytest.mark.parametrize("version", [0, 1])
def test_2bit__of_both_versions_is_read_as_py2bit_reads_it(tmp_path, version):
    py2bit = pytest.importorskip("py2bit")
    path = tmp_path / "toy.2bit"
    path.write_bytes(two_bit(version, {"chr1": "ACGTACGTTT", "chr2": "GGGA"}))
    theirs = py2bit.open(str(path))
    with Genome(path) as genome:
        assert genome.sizes == theirs.chroms() == {"chr1": 10, "chr2": 4}
        assert genome.fetch(["chr1:1-9"]) == [theirs.sequence("chr1", 1, 9)]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(GenomeFileError):
        Genome(path)


@pytest.mark.parametrize(
    "text",
    [
        ">c1\nACGT\n\n\n",
        "\n\n>c1\nACGT\n\n>c2\nAC\n",
        "> c1 a description\nACGT\n",
        ">\tc1\nacgt\n",
        ">c1\n>c2\nACGT\n",
        ">c1 x\r\nACGT\r\nAC\r\n\r\n",
        ">c1\nACRYN\nAC",
    ],
)
def test_fasta__is_read_as_samtools_reads_it(tmp_path, text):
    for name in ("ours.fa", "theirs.fa"):
        (tmp_path / name).write_bytes(text.encode())
    with pysam.FastaFile(str(tmp_path / "theirs.fa")) as theirs, Genome(tmp_path / "ours.fa") as ours:
        assert ours.sizes == dict(zip(theirs.references, theirs.lengths, strict=True))
        places = [f"{name}:0-{size}" for name, size in ours.sizes.items()]
        assert ours.fetch(places) == [theirs.fetch(name).upper() for name in theirs.references]


def test_fasta__records_without_bases_are_counted(tmp_path, caplog):
    (tmp_path / "toy.fa").write_text(">c1\n>c3\n>c2\nACGT\n")
    assert Genome(tmp_path / "toy.fa").sizes == {"c2": 4}
    assert re.search(mentions("toy.fa", "2 of 3", "'c1'", "line 1"), caplog.text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.bed", "track\nchr1\t4\t9\n"),
        ("x.bed", "browser position chr1:1-9\ntrack name=x\nchr1\t4\t9\n"),
        ("x.bed", "chr1 4 9 n 0 +\n"),
        ("x.bed", "chr1\t4\t9\tn\t0\t+\t4\t9\t0\t1\t5\t0\tmore\tand more\n"),
        ("x.gappedPeak", "chr1\t4\t9\tn\t0\t+\t4\t9\t0\t1\t5\t0\t1.5\t-1\t-1\n"),
        ("x.gff3", "##gff-version 3\nchr1\ts\tgene\t5\t9\t.\t+\t.\tID=1\n###\n##FASTA\n>chr1\nACGTACGTA\n"),
        ("x.gff", "chr1\ts\tgene\t5\t9\t.\t+\t.\tID=1\n>chr1\nACGTACGTA\n"),
        ("x.gff", "chr1\ts\tgene\t5\t9\t.\t+\t.\n"),
        ("x.tsv", "chrom;start;end;strand\nchr1;4;9;+\n"),
        ("x.csv", "#chrom;start;end\nchr1;4;9\n"),
        ("x.narrowPeak", "chr1\t4\t9\tn\t0\t.\t1.5\t-1\t-1\t-1\n"),
    ],
)
def test_intervals__that_the_formats_allow_are_read(tmp_path, name, text):
    for end in ("\n", "\r\n"):
        (tmp_path / name).write_bytes(text.replace("\n", end).encode())
        assert read_intervals(tmp_path / name)[["chrom", "start", "end"]].to_numpy().tolist() == [["chr1", 4, 9]]


def test_intervals__in_several_members_of_gzip_or_padded_are_read(tmp_path):
    path = tmp_path / "x.bed.gz"
    path.write_bytes(gzip.compress(b"chr1\t4\t9\n") + gzip.compress(b"chr2\t4\t9\n") + bytes(100))
    assert read_intervals(path)["chrom"].tolist() == ["chr1", "chr2"]


def test_intervals__in_parquet_may_have_numbers_as_names(tmp_path, toy_fasta):
    pytest.importorskip("pyarrow")
    pd.DataFrame({"chrom": [21, 22], "start": np.uint32([0, 5]), "end": np.int32([5, 9])}).to_parquet(tmp_path / "x.pq")
    table = read_intervals(tmp_path / "x.pq")
    assert table["chrom"].tolist() == ["21", "22"]
    with Genome(toy_fasta) as genome:
        assert len(genome.fetch(table)) == 2


def test_intervals__of_either_strand_in_granges_have_none(tmp_path):
    pytest.importorskip("pyarrow")
    table = pd.DataFrame({"seqnames": ["chr1", "chr1"], "start": [5, 8], "end": [9, 9], "strand": ["*", "-"]})
    table.to_csv(tmp_path / "x.tsv", sep="\t", index=False)
    table.to_parquet(tmp_path / "x.pq")
    for name in ("x.tsv", "x.pq"):
        assert interval_ids(read_intervals(tmp_path / name)).tolist() == ["chr1:4-9", "chr1:7-9:-"]
    (tmp_path / "x.bed").write_text("chr1\t4\t9\tn\t0\t*\n")
    with pytest.raises(IntervalError, match=mentions("x.bed:1", "'*'")):
        read_intervals(tmp_path / "x.bed")


def test_intervals__in_parquet_may_have_categories(tmp_path, toy_fasta):
    pytest.importorskip("pyarrow")
    table = pd.DataFrame({"Chromosome": ["chr21", "chr22"], "Start": [0, 5], "End": [5, 9], "Strand": ["+", "-"]})
    table.astype({"Chromosome": "category", "Strand": "category"}).to_parquet(tmp_path / "x.pq")
    found = read_intervals(tmp_path / "x.pq")
    assert interval_ids(found).tolist() == ["chr21:0-5:+", "chr22:5-9:-"]
    assert not any(isinstance(found[name].dtype, pd.CategoricalDtype) for name in found)
    pd.DataFrame({"chrom": ["chr21", None], "start": [0, 5], "end": [5, 9]}).to_parquet(tmp_path / "x.pq")
    with pytest.raises(IntervalError, match=mentions("x.pq", "row 1")):
        read_intervals(tmp_path / "x.pq")


def test_intervals__with_decimal_commas_say_so(tmp_path):
    (tmp_path / "x.csv").write_text("chrom;start;end;label\nchr1;4;9;0,5\n")
    with pytest.raises(LabelError, match=mentions("x.csv:2", "'0,5'", "0.5", "decimal comma")):
        read_intervals(tmp_path / "x.csv")


HEAD = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


@pytest.mark.parametrize("version", ["3.3", "4.0", "4.1", "4.2", "4.3", "4.4", "4.5"])
def test_vcf__of_every_version_is_read_as_htslib_reads_it(tmp_path, version):
    path = tmp_path / "x.vcf"
    path.write_text(f"##fileformat=VCFv{version}\n\n{HEAD}chr1\t0\t.\tN\tG\t.\t.\t.\nchr1\t5\t.\ta\tR,T\t.\t.\t.\n")
    [table] = read_variants(path)
    with pysam.VariantFile(str(path)) as file:
        theirs = [[record.chrom, record.pos, record.ref, alt] for record in file for alt in record.alts]
    assert table[["chrom", "pos", "ref", "alt"]].to_numpy().tolist() == theirs


def test_vcf__in_other_encodings_and_archives_is_named(tmp_path):
    text = f"##fileformat=VCFv4.2\n{HEAD}chr1\t5\t.\tA\tG\t.\t.\t.\n"
    for encoding in ("UTF-16", "UTF-16LE"):
        (tmp_path / "x.vcf").write_bytes(text.encode(encoding))
        with pytest.raises(TextEncodingError, match=mentions("x.vcf", encoding, "iconv")):
            list(read_variants(tmp_path / "x.vcf"))
    (tmp_path / "x.vcf").write_bytes(b"PK\x03\x04" + bytes(40))
    with pytest.raises(GenomeFileError, match=mentions("x.vcf", "zip")):
        list(read_variants(tmp_path / "x.vcf"))


def bgzipped(path, sequences):
    with pysam.BGZFile(str(path), "w") as file:
        file.write("".join(f">{name}\n{letters}\n" for name, letters in sequences.items()).encode())


@pytest.fixture
def replaced(tmp_path):
    """Return a bgzip FASTA, newer than its indices in content and older in time, and what it has."""
    path, rng = tmp_path / "toy.fa.gz", np.random.default_rng(0)
    before, after = ({f"c{i}": "".join(rng.choice(list("ACGT"), 90_000)) for i in order} for order in ("01", "10"))
    bgzipped(path, before)
    Genome(path).close()
    bgzipped(path, after)
    return path, after


@pytest.mark.parametrize("kept", [(".fai", ".gzi"), (".fai",), (".gzi",)])
def test_index__of_the_bgzip_file_that_was_there_before_is_not_used(replaced, kept):
    path, after = replaced
    for suffix in {".fai", ".gzi"} - set(kept):
        path.with_name(path.name + suffix).unlink()
    os.utime(path, (1e9, 1e9))  # older than the indices, as a restored file may be
    with Genome(path) as genome:
        assert genome.sizes == {"c1": 90_000, "c0": 90_000}
        places = ["c0:100-200", "c1:70000-70100", "c0:89990-90000"]
        assert genome.fetch(places) == [after["c0"][100:200], after["c1"][70000:70100], after["c0"][-10:]]


def test_index__of_a_bgzip_file_made_by_samtools_is_used(tmp_path, caplog):
    path = tmp_path / "toy.fa.gz"
    rng = np.random.default_rng(0)
    bgzipped(path, {f"c{i}": "".join(rng.choice(list("ACGT"), 70_000)) for i in range(5)})
    pysam.faidx(str(path))
    stamps = [path.with_name(path.name + suffix).stat().st_mtime_ns for suffix in (".fai", ".gzi")]
    Genome(path).close()
    assert [path.with_name(path.name + suffix).stat().st_mtime_ns for suffix in (".fai", ".gzi")] == stamps
    assert "does not belong" not in caplog.text


@pytest.mark.parametrize("csi", [False, True])
def test_index__of_variants_that_is_stale_changes_nothing(tmp_path, csi):
    path = tmp_path / "x.vcf"
    rows = [f"chr1\t{pos}\t.\tA\tG\t.\t.\t.\n" for pos in range(1, 4000)]
    path.write_text(f"##fileformat=VCFv4.2\n{HEAD}" + "".join(rows))
    packed = pysam.tabix_index(str(path), preset="vcf", force=True, csi=csi, keep_original=True)
    path.write_text(f"##fileformat=VCFv4.2\n{HEAD}" + "".join(rows[:7]))
    pysam.tabix_compress(str(path), packed, force=True)
    os.utime(packed, (1e9, 1e9))
    assert (tmp_path / f"x.vcf.gz.{'csi' if csi else 'tbi'}").exists()
    assert [len(table) for table in read_variants(packed)] == [7]
