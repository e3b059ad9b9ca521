"""Genome files of any records give their bases back; damaged ones give errors of this package."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepchem_genomics.errors import GenomeFileError
from deepchem_genomics.genome.fasta_index import read_index
from deepchem_genomics.genome.sequence_files import open_sequence_file

NAMES = st.text("abcXYZ019_.|:*-", min_size=1, max_size=9)


def records_of(letters, **sizes):
    return st.dictionaries(NAMES, st.text(letters, min_size=1, max_size=40), min_size=1, max_size=5, **sizes)


def fasta(records, width, end, last_end=True):
    lines = []
    for name, sequence in records.items():
        lines += [f">{name} of a toy", *(sequence[i : i + width] for i in range(0, len(sequence), width))]
    return end.join(lines) + end * last_end


def two_bit(records, order="<"):
    """Write UCSC's 2bit format without blocks of N or lower case."""
    offset = 16 + sum(5 + len(name) for name in records)
    index, bodies = b"", b""
    for name, sequence in records.items():
        codes = ["TCAG".index(letter) for letter in sequence] + [0, 0, 0]
        packed = bytes(
            codes[i] << 6 | codes[i + 1] << 4 | codes[i + 2] << 2 | codes[i + 3] for i in range(0, len(sequence), 4)
        )
        name = name if isinstance(name, bytes) else name.encode()
        index += bytes([len(name)]) + name + struct.pack(f"{order}I", offset + len(bodies))
        bodies += struct.pack(f"{order}IIII", len(sequence), 0, 0, 0) + packed
    return struct.pack(f"{order}IIII", 0x1A412743, 0, len(records), 0) + index + bodies


def all_of(path):
    file = open_sequence_file(path, cache_dir=path.parent / "cache")
    try:
        return {name: file.read(name, 0, size).tobytes().decode() for name, size in file.sizes.items()}
    finally:
        file.close()


@settings(deadline=None, max_examples=50)
@given(records_of("ACGTNacgtnRYKM"), st.integers(1, 50), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_fasta__gives_every_record_back_in_order_at_any_width(scratch, records, width, end, last_end):
    path = scratch("x.fa", fasta(records, width, end, last_end))
    once, again = all_of(path), all_of(path)  # without an index, then with it
    assert list(once.items()) == [(name, sequence.upper()) for name, sequence in records.items()]
    assert again == once
    assert [record.name for record in read_index(path.with_name("x.fa.fai"))] == list(records)


@settings(deadline=None, max_examples=50)
@given(records_of("ACGT"))
def test_two_bit__gives_every_record_back_in_order(scratch, records):
    pytest.importorskip("py2bit", reason="py2bit is not installed")
    assert list(all_of(scratch("x.2bit", two_bit(records))).items()) == list(records.items())


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_fasta__damaged_gives_letters_of_dna_or_one_of_our_errors(scratch, damaged, answer, data):
    content = data.draw(damaged(b">chr1 x\nACGTN\nACGTN\nAC\n>chr2\nGGGG\n"))
    for sequence in (answer(all_of, scratch("x.fa", content)) or {}).values():
        assert set(sequence) <= set("ACGTRYSWKMBDHVN") and sequence


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_fasta__damaged_gzip_gives_one_of_our_errors(scratch, damaged, answer, data):
    pysam = pytest.importorskip("pysam", reason="pysam is not installed")
    path = scratch("x.fa.bgz", b"")
    with pysam.BGZFile(str(path), "w") as file:
        file.write(b">chr1\n" + b"ACGT\n" * 30)
    path.write_bytes(data.draw(damaged(path.read_bytes())))
    answer(all_of, path)


def test_two_bit__a_name_that_is_no_text_is_damage(scratch):
    with pytest.raises(GenomeFileError, match=r"x\.2bit is not a whole 2bit file; copy or download it again$"):
        all_of(scratch("x.2bit", two_bit({b"\xff\xfe": "ACGT"})))


def test_bgzip__blocks_that_are_not_where_they_say_are_damage(scratch, capfd):
    pysam = pytest.importorskip("pysam", reason="pysam is not installed")
    path = scratch("x.fa.bgz", b"")
    with pysam.BGZFile(str(path), "w") as file:
        file.write(b">chr1\n" + b"ACGT\n" * 30)
    content = bytearray(path.read_bytes())
    content[17] ^= 1  # the size of the block, which gzip does not look at
    path.write_bytes(content)
    with pytest.raises(GenomeFileError, match=r"^x\.fa\.bgz is gzip with damaged bgzip blocks; copy or download it"):
        all_of(path)
    assert capfd.readouterr().err == "", "htslib's remarks stay out"
    assert not list(path.parent.glob("*.gzi"))
