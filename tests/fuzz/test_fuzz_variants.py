"""VCF of any variants gives every allele back, in order; what is damaged gives errors of this package."""

import bz2
import gzip
import lzma

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import GenomeFileError
from deepchem_genomics.genome.variant_files import trimmed
from deepchem_genomics.sirna import annotations
from deepchem_genomics.variants.reading import read_variants

pysam = pytest.importorskip("pysam", reason="pysam is not installed")

HEAD = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
BASES = st.text("ACGTN", min_size=1, max_size=5)
RECORDS = st.lists(
    st.tuples(
        st.text("chrXY12_", min_size=1, max_size=6),
        st.integers(1, 2**31 - 2),
        st.one_of(st.just("."), st.text("rs019", min_size=1, max_size=6)),
        BASES,
        st.lists(st.one_of(BASES, st.sampled_from(["<DEL>", "*", "<INS:ME>"])), max_size=3),
    ),
    min_size=1,
    max_size=8,
)


def text_of(records):
    return HEAD + "".join(f"{c}\t{p}\t{i}\t{r}\t{','.join(a) or '.'}\t.\t.\t.\n" for c, p, i, r, a in records)


@settings(max_examples=50)
@given(RECORDS, st.integers(1, 5))
def test_vcf__gives_every_allele_back_in_order(scratch, records, chunk_size):
    rows = [
        row for table in read_variants(scratch("x.vcf", text_of(records)), chunk_size) for row in table.values.tolist()
    ]
    assert rows == [
        [number, allele, chrom, pos, name, ref, alt]
        for number, (chrom, pos, name, ref, alts) in enumerate(records, 1)
        for allele, alt in enumerate(alts or ["."], 1)
    ]


@settings(max_examples=100)
@given(st.data())
def test_vcf__damaged_gives_rows_or_one_of_our_errors(scratch, damaged, answer, data):
    whole = text_of([("chr1", 5, "rs1", "A", ["G", "AT"]), ("chr2", 7, ".", "AC", [])]).encode()
    answer(lambda path: list(read_variants(path, 1)), scratch("x.vcf", data.draw(damaged(whole))))


@pytest.mark.parametrize("column", [0, 2, 3, 4])
def test_vcf__bytes_that_are_no_text_are_our_error(scratch, column):
    fields = [b"chr1", b"5", b"rs1", b"A", b"G", b".", b".", b"."]
    good = b"\t".join(fields) + b"\n"
    fields[column] += b"\x8b"
    path = scratch("x.vcf", HEAD.encode() + good + b"\t".join(fields) + b"\n")
    with pytest.raises(GenomeFileError, match=mentions("x.vcf", "record 2", "0x8b", "UTF-8", "CHROM, ID")):
        list(read_variants(path))


def test_vcf__bytes_that_are_no_text_before_a_line_cut_short_are_our_error(scratch):
    path = scratch("x.vcf", HEAD.encode() + b"ch\x1f\x8b\t5\trs1\tA\tG\t.\t.\t.\nc\n")
    with pytest.raises(GenomeFileError, match=mentions("x.vcf", "record 1", "0x8b")):
        list(read_variants(path))


@settings(max_examples=50)
@given(RECORDS)
def test_variants_of_transcripts__are_those_of_the_file_also_in_plain_gzip(scratch, records):
    content = text_of(records).encode()
    found = [annotations.read_variants(scratch("x.vcf", content))]
    found.append(annotations.read_variants(scratch("x.vcf.gz", gzip.compress(content))))
    expected = {}
    for chrom, pos, name, ref, alts in records:
        spans = {}
        for alt in alts:
            if alt in ("*", ref):
                continue
            left, removed, _ = trimmed(ref, alt)
            span = pos - 1 + left, pos - 1 + left + len(removed)
            if alt == "<DEL>":  # without END
                span = pos - 1, pos - 1 + len(ref)
            spans.setdefault((pos, pos) if alt == "<INS:ME>" else span, []).append(alt)
        of_record = expected.setdefault(chrom, [])
        for span, changed in spans.items():
            change = f"{name if name != '.' else pos}:{ref}>{','.join(changed)}"
            of_record.append((*span, change, ref.upper(), pos - 1, None))
    assert found == [expected, expected]


@settings(max_examples=50)
@given(st.sampled_from(["x.vcf", "x.vcf.gz", "x.bcf"]), st.data())
def test_variants__damaged_in_any_packing_give_rows_or_one_of_our_errors(scratch, damaged, answer, name, data):
    plain = scratch("whole.vcf", text_of([("1", 5, "rs1", "A", ["G", "AT"])]).replace("#CHROM", CONTIG + "#CHROM"))
    content = plain.read_bytes()
    if name == "x.vcf.gz":
        content = gzip.compress(content, mtime=0)
    elif name == "x.bcf":
        packed = plain.with_name("whole.bcf")
        with pysam.VariantFile(str(plain)) as file, pysam.VariantFile(str(packed), "wb", header=file.header) as out:
            for record in file:
                out.write(record)
        content = packed.read_bytes()
    path = scratch(name, data.draw(damaged(content)))
    answer(lambda path: list(read_variants(path, 1)), path)
    answer(annotations.read_variants, path)


CONTIG = "##contig=<ID=1,length=9>\n"


@pytest.mark.parametrize("begin", [b"\x1f\x8b\x08\x00", b"BZh91AY&SY", b"CRAM\3\0", b"BAM\1\0\0\0\0", b"@HD\tVN:1.6\n"])
def test_variants__another_format_that_htslib_knows_is_no_vcf(scratch, begin):
    path = scratch("x.vcf", begin + b"\0" * 40)
    for read in (lambda path: list(read_variants(path)), annotations.read_variants):
        with pytest.raises(GenomeFileError, match=mentions("x.vcf")):
            read(path)


@pytest.mark.parametrize("pack", [bytes, bz2.compress, lzma.compress, gzip.compress])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_variants__are_read_with_a_byte_order_mark_and_in_any_compression(scratch, pack, mark):
    text = b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t5\t.\tA\tG\t.\t.\t.\n"
    [table] = read_variants(scratch("x.vcf", pack(mark + text)))
    assert table[["chrom", "pos", "ref", "alt"]].values.tolist() == [["1", 5, "A", "G"]]
