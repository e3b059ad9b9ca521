"""FASTA and FASTQ records are those of pysam and Biopython, and those that were written."""

import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import DuplicateIdError, EmptyInputError, GenomeFileError, TextEncodingError
from deepchem_genomics.io import fasta
from deepchem_genomics.io.fasta import read_records

UNHURRIED = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = st.text("abcXYZ019_.|:*-é", min_size=1, max_size=9)
SEQUENCES = st.text("ACGTNacgtnURY*-", max_size=60)


def wrapped(sequence, width, end):
    return "".join(sequence[i : i + width] + end for i in range(0, len(sequence), width))


@UNHURRIED
@given(
    st.lists(st.tuples(NAMES, SEQUENCES), min_size=1, max_size=8),
    st.integers(1, 20),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.integers(1, 40),
)
def test_fasta__is_read_back_with_its_lines(tmp_path, monkeypatch, records, width, end, last_end, block):
    monkeypatch.setattr(fasta, "_BLOCK", block)
    text, lines = "", []
    for i, (name, sequence) in enumerate(records):
        lines.append(text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1)
        text += f">{name} of gene {i}{end}{wrapped(sequence, width, end)}{end * (i % 3)}"
    path = tmp_path / "x"
    path.write_bytes((text if last_end else text.rstrip("\r\n")).encode())
    found = list(read_records(path))
    assert [(record.name, record.sequence, record.line) for record in found] == [
        (name, sequence, line) for (name, sequence), line in zip(records, lines, strict=True)
    ]
    assert [record.header for record in found] == [f"{name} of gene {i}" for i, (name, _) in enumerate(records)]


@UNHURRIED
@given(
    st.lists(
        st.tuples(st.text("abc01", min_size=1, max_size=5), st.text("ACGTN", min_size=1, max_size=50)), min_size=1
    ),
    st.integers(1, 60),
    st.data(),
)
def test_fastq__is_read_as_pysam_and_biopython_do(tmp_path, monkeypatch, records, block, data):
    monkeypatch.setattr(fasta, "_BLOCK", block)
    pysam = pytest.importorskip("pysam")
    seqio = pytest.importorskip("Bio.SeqIO")
    width = data.draw(st.integers(1, 60))
    text = ""
    for name, sequence in records:
        quality = data.draw(st.text("@+I#5~!", min_size=len(sequence), max_size=len(sequence)))
        text += f"@{name} first\n{wrapped(sequence, width, chr(10))}+\n{wrapped(quality, width, chr(10))}"
    path = tmp_path / "x"
    path.write_text(text)
    ours = [(record.name, record.sequence, record.quality) for record in read_records(path)]
    with pysam.FastxFile(str(path)) as theirs:
        assert ours == [(record.name, record.sequence, record.quality) for record in theirs]
    assert [sequence for _, sequence, _ in ours] == [str(record.seq) for record in seqio.parse(path, "fastq")]


@pytest.mark.parametrize(
    ("content", "error", "facts"),
    [
        (b"", EmptyInputError, ("x",)),
        (b"\n\n", EmptyInputError, ("x",)),
        (b"\nACGT\n", GenomeFileError, ("x:2", "ACGT")),
        (b">a\nAC\n> \t\nAC\n", GenomeFileError, ("x:3", "name")),
        (b">a\nAC\n>\n", GenomeFileError, ("x:3", "name")),
        (b">a\nAC\n\n>a b\nAC\n", DuplicateIdError, ("x:4", "record 'a'", "line 1")),
        (b">a\nAC\n>\xe9\nAC\n", TextEncodingError, ("x:3", "0xe9", "UTF-8")),
        (b"@a\nACG\n+\nII\n", GenomeFileError, ("x:1", "record 'a'", "3 bases", "2")),
        (b"@a\nACG\n+\nIII\n>b\nACG\n", GenomeFileError, ("x:5", "'>b'", "FASTQ")),
        (
            b"@a\nACG\n+\nIII\n@b\nACG\n+\nII\n@c\nA\n+\nI\n",
            GenomeFileError,
            ("x:5", "record 'b'", "3 bases", "4"),
        ),
        (b">a\nAC\n>b\nAC\n>a\nAC\n>c\nAC\n", DuplicateIdError, ("x:5", "record 'a'", "line 1")),
        (b"@a\nACG\n+\nIIII\n", GenomeFileError, ("x:1", "record 'a'", "3 bases", "4")),
    ],
)
def test_records__that_are_not_well_formed_are_named_with_their_line(tmp_path, content, error, facts):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(error, match=mentions(*facts)):
        list(read_records(tmp_path / "x", unique=True))


def test_records__have_blanks_at_the_ends_of_lines_and_none_within(tmp_path):
    (tmp_path / "x").write_bytes(gzip.compress(b"\xef\xbb\xbf>a\n AC \nG T\t\n"))
    assert [record.sequence for record in read_records(tmp_path / "x")] == ["ACG T"]
