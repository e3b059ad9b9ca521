"""VCF of any variants gives every allele back, in order; what is damaged gives errors of this package."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepchem_genomics.errors import GenomeFileError
from deepchem_genomics.variants.reading import read_variants

pytest.importorskip("pysam", reason="pysam is not installed")

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


@settings(deadline=None, max_examples=50)
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


@settings(deadline=None, max_examples=100)
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
    with pytest.raises(
        GenomeFileError, match=r"^x\.vcf: record 2 has the byte 0x8b, which is not UTF-8, in CHROM, ID,"
    ):
        list(read_variants(path))


def test_vcf__bytes_that_are_no_text_before_a_line_cut_short_are_our_error(scratch):
    path = scratch("x.vcf", HEAD.encode() + b"ch\x1f\x8b\t5\trs1\tA\tG\t.\t.\t.\nc\n")
    with pytest.raises(GenomeFileError, match=r"^x\.vcf: record 1 has the byte 0x8b"):
        list(read_variants(path))
