"""Genome files of any records give their bases back; damaged ones give errors of this package."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import GenomeFileError
from deepchem_genomics.genome.sequence_files import open_sequence_file
from deepchem_genomics.genome.signal import Signal
from deepchem_genomics.io.fasta_index import read_index

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
        return {
            name: file.read(name, np.array([0]), np.array([size])).tobytes().decode()
            for name, size in file.sizes.items()
        }
    finally:
        file.close()


@settings(max_examples=50)
@given(records_of("ACGTNacgtnRYKM"), st.integers(1, 50), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_fasta__gives_every_record_back_in_order_at_any_width(scratch, records, width, end, last_end):
    path = scratch("x.fa", fasta(records, width, end, last_end))
    once, again = all_of(path), all_of(path)  # without an index, then with it
    assert list(once.items()) == [(name, sequence.upper()) for name, sequence in records.items()]
    assert again == once
    assert [record.name for record in read_index(path.with_name("x.fa.fai"))] == list(records)


@settings(max_examples=50)
@given(records_of("ACGT"))
def test_two_bit__gives_every_record_back_in_order(scratch, records):
    pytest.importorskip("py2bit", reason="py2bit is not installed")
    assert list(all_of(scratch("x.2bit", two_bit(records))).items()) == list(records.items())


@settings(max_examples=100)
@given(st.data())
def test_fasta__damaged_gives_letters_of_dna_or_one_of_our_errors(scratch, damaged, answer, data):
    content = data.draw(damaged(b">chr1 x\nACGTN\nACGTN\nAC\n>chr2\nGGGG\n"))
    for sequence in (answer(all_of, scratch("x.fa", content)) or {}).values():
        assert set(sequence) <= set("ACGTRYSWKMBDHVN") and sequence


@settings(max_examples=50)
@given(st.data())
def test_fasta__damaged_gzip_gives_one_of_our_errors(scratch, damaged, answer, data):
    pysam = pytest.importorskip("pysam", reason="pysam is not installed")
    path = scratch("x.fa.bgz", b"")
    with pysam.BGZFile(str(path), "w") as file:
        file.write(b">chr1\n" + b"ACGT\n" * 30)
    path.write_bytes(data.draw(damaged(path.read_bytes())))
    answer(all_of, path)


def test_two_bit__a_name_that_is_no_text_is_damage(scratch):
    with pytest.raises(GenomeFileError, match=mentions("x.2bit", "2bit file")):
        all_of(scratch("x.2bit", two_bit({b"\xff\xfe": "ACGT"})))


def test_bgzip__blocks_that_are_not_where_they_say_are_damage(scratch, capfd):
    pysam = pytest.importorskip("pysam", reason="pysam is not installed")
    path = scratch("x.fa.bgz", b"")
    with pysam.BGZFile(str(path), "w") as file:
        file.write(b">chr1\n" + b"ACGT\n" * 30)
    content = bytearray(path.read_bytes())
    content[17] ^= 1  # the size of the block, which gzip does not look at
    path.write_bytes(content)
    with pytest.raises(GenomeFileError, match=mentions("x.fa.bgz", "bgzip")):
        all_of(path)
    assert capfd.readouterr().err == "", "htslib's remarks stay out"
    assert not list(path.parent.glob("*.gzi"))


@settings(max_examples=50)
@given(st.data())
def test_index__damaged_gives_letters_or_one_of_our_errors(scratch, damaged, answer, data):
    path = scratch("x.fa", b">chr1\nACGTN\nACG\n>chr2\nAC\nG\n")
    path.with_name("x.fa.fai").write_bytes(data.draw(damaged(b"chr1\t8\t6\t5\t6\nchr2\t3\t22\t2\t3\n")))
    for sequence in (answer(all_of, path) or {}).values():
        assert sequence and set(sequence) <= set("ACGTRYSWKMBDHVN")


def test_index__with_a_record_that_begins_before_the_file_is_made_anew(scratch):
    path = scratch("x.fa", ">chr2\nAC\nGTTC\n".replace("GTTC", "GT"))
    index = path.with_name("x.fa.fai")
    index.write_text("chr2\t4\t-1\t2\t3\n")
    assert all_of(path) == {"chr2": "ACGT"}
    assert index.read_text() == "chr2\t4\t6\t2\t3\n"


@pytest.mark.parametrize("blocks", [b"\x01" + b"\0" * 7 + b"\xff" * 16, b"\xff" * 8, b""])
def test_bgzip__an_index_of_other_blocks_is_made_again(scratch, blocks):
    pysam = pytest.importorskip("pysam", reason="pysam is not installed")
    path = scratch("x.fa.bgz", b"")
    with pysam.BGZFile(str(path), "w") as file:
        file.write(b">chr1\n" + b"ACGT\n" * 30)
    path.with_name("x.fa.bgz.gzi").write_bytes(blocks)
    path.with_name("x.fa.bgz.fai").write_text("chr1\t120\t6000\t4\t5\n")
    assert all_of(path) == {"chr1": "ACGT" * 30}


@pytest.mark.parametrize(
    ("content", "facts"),
    [
        (
            b">chr1\nACGT\r\nACGT\nAC\n",
            ("x.fa:3", "record 'chr1'", "CR LF", "dos2unix"),
        ),
        (
            b">chr1\nACGT\nACGT\r\nAC\n",
            ("x.fa:3", "record 'chr1'", "CR LF", "dos2unix"),
        ),
        (
            b">chr1\rACGT\rACGT\r",
            ("x.fa:1", "carriage return", "mac2unix"),
        ),
    ],
)
def test_fasta__line_ends_of_two_kinds_have_a_remedy_of_their_own(scratch, content, facts):
    with pytest.raises(GenomeFileError, match=mentions(*facts)):
        all_of(scratch("x.fa", content))


VALUES = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6, width=32)), min_size=1, max_size=30)


def write_bigwig(path, values):
    pybigtools = pytest.importorskip("pybigtools", reason="pybigtools is not installed")
    runs = [(name, i, i + 1, v) for name, column in values.items() for i, v in enumerate(column) if v is not None]
    pybigtools.open(str(path), "w").write({name: len(column) for name, column in values.items()}, iter(runs))
    return path


@settings(max_examples=30)
@given(VALUES, VALUES)
def test_bigwig__gives_every_value_back(scratch, one, two):
    path = write_bigwig(scratch("none", b"").with_name("x.bw"), {"chr1": [*one, 0.5], "chr2": [*two, 0.5]})
    with Signal(path) as signal:
        for name, values in (("chr1", one), ("chr2", two)):
            found = signal.summarize([f"{name}:{i}-{i + 1}" for i in range(len(values))])
            np.testing.assert_array_equal(found, np.array([np.nan if v is None else v for v in values], np.float32))


@pytest.fixture(scope="module")
def whole_bigwig(tmp_path_factory):
    values = {"chr1": [0.5] * 5 + [None] * 2 + [-1.0] * 2, "chr2": [None, 3.0, None, None]}
    return write_bigwig(tmp_path_factory.mktemp("bigwig") / "x.bw", values).read_bytes()


# Where these bytes lie, the file declares sizes; pybigtools would set so much memory aside, and end the process.
SIZES = {
    "a block when unpacked": (52, ("blocks", "4294967295")),
    "the name of a chromosome": (8, ("chromosomes", "4294967295")),
    "a block": (24, ("block",)),
}


@pytest.mark.parametrize("what", SIZES)
def test_bigwig__sizes_beyond_the_file_are_damage(scratch, whole_bigwig, what):
    at, facts = SIZES[what]
    content = bytearray(whole_bigwig)
    if at != 52:
        (place,) = struct.unpack_from("<Q", content, at)  # of the table of chromosomes, or of the index
        at = place + (8 if at == 8 else 48 + 4 + 24 + 2)
    content[at : at + 4] = b"\xff" * 4
    path = scratch("x.bw", bytes(content))
    with pytest.raises(GenomeFileError, match=mentions("x.bw", "bigWig", *facts)):
        Signal(path)


def test_bigwig__an_index_that_goes_round_in_circles_is_damage(scratch, whole_bigwig):
    content = bytearray(whole_bigwig)
    (index,) = struct.unpack_from("<Q", content, 24)
    content[index + 48 : index + 52] = struct.pack("<BBH", 0, 0, 1)
    struct.pack_into("<Q", content, index + 52 + 16, index + 48)
    with pytest.raises(GenomeFileError, match=mentions("x.bw", "bigWig", "index")):
        Signal(scratch("x.bw", bytes(content)))


def test_bigwig__what_pybigtools_panics_at_is_damage(scratch, whole_bigwig):
    content = bytearray(whole_bigwig)
    (table,) = struct.unpack_from("<Q", content, 8)
    content[table + 32] = 7  # neither a leaf nor a node of the table
    with pytest.raises(GenomeFileError, match=mentions("x.bw", "bigWig")):
        Signal(scratch("x.bw", bytes(content)))


@settings(max_examples=200)
@given(st.data())
def test_bigwig__damaged_gives_numbers_or_one_of_our_errors(scratch, whole_bigwig, answer, data):
    content = bytearray(whole_bigwig)
    for _ in range(data.draw(st.integers(1, 2))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.one_of(st.none(), st.integers(1, len(content))))]
    path = scratch("x.bw", bytes(content))

    def read(path):
        with Signal(path) as signal:
            return signal.summarize([f"{name}:0-{size}" for name, size in signal.sizes.items() if 0 < size < 1e4])

    answer(read, path)
