"""FASTA of transcripts, tables of sequences and motif files: what is written is read, in order."""

import csv
import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.data.sequence_files import read_sequence_chunks
from deepchem_genomics.errors import BadValueError, UnknownBaseError
from deepchem_genomics.motifs.matrices import read_motifs
from deepchem_genomics.sirna.transcripts import Intake, read_transcripts, transcript_records

RECORDS = st.dictionaries(
    st.text("abcENST0129.|_-", min_size=1, max_size=12), st.text("ACGTNacgtnRY", max_size=60), min_size=1, max_size=6
)


def fasta(records, width=13, end="\n"):
    lines = []
    for name, sequence in records.items():
        lines += [f">{name} gene:G1.2", *(sequence[i : i + width] for i in range(0, len(sequence), width)), ""]
    return end.join(lines)


@settings(max_examples=50)
@given(RECORDS, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_transcript_records__are_those_of_the_file_in_order(scratch, records, end, packed):
    content = fasta(records, end=end).encode()
    found = list(transcript_records(scratch("x.fa", gzip.compress(content) if packed else content)))
    assert [(record.name, record.sequence) for record in found] == [(n, s.upper()) for n, s in records.items()]


@settings(max_examples=50)
@given(RECORDS)
def test_take_in__counts_every_record_once(scratch, answer, records):
    intake = Intake()
    kept = answer(lambda path: list(read_transcripts(path, intake)), scratch("x.fa", fasta(records))) or []
    assert intake.records == len(records) == intake.kept + len(intake.refused)
    assert [transcript.name for transcript in kept] == [name for name in records if name not in dict(intake.refused)]


@settings(max_examples=100)
@given(st.data())
def test_transcripts__damaged_give_rna_or_one_of_our_errors(scratch, damaged, answer, data):
    path = scratch(
        "x.fa", data.draw(damaged(b">t1 gene:G1\nACGTACGTACGTACGTACGTACGT\n>t2\nACGUACGUACGUACGUACGUACGU\n"))
    )
    for transcript in answer(lambda path: list(read_transcripts(path)), path) or ():
        assert set(transcript.sequence) <= set("ACGUN")


IDS = st.text("abc \"',:-", max_size=6).map(lambda text: f"i{text}i")


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.text("ACGTN", min_size=1, max_size=30), IDS), min_size=1),
    st.sampled_from(["csv", "tsv"]),
    st.integers(1, 7),
)
def test_sequence_tables__give_every_row_back_in_order(scratch, rows, kind, chunk_size):
    text = io.StringIO()
    writer = csv.writer(text, delimiter="," if kind == "csv" else "\t", lineterminator="\n")
    writer.writerows([("name", "dna"), *((name, sequence) for sequence, name in rows)])
    chunks = list(read_sequence_chunks(scratch(f"x.{kind}", text.getvalue()), chunk_size, "dna", id_column="name"))
    assert [row for chunk in chunks for row in chunk[["sequence", "id"]].values.tolist()] == list(map(list, rows))
    assert all(len(chunk) == chunk_size for chunk in chunks[:-1])


COUNTS = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 999), min_size=width, max_size=width), min_size=4, max_size=4)
)


@settings(max_examples=50)
@given(st.lists(COUNTS.filter(lambda rows: all(map(sum, zip(*rows, strict=True)))), min_size=1, max_size=4))
def test_jaspar__gives_every_matrix_back_in_order(scratch, matrices):
    pytest.importorskip("Bio.motifs", reason="biopython is not installed")
    text = ""
    for i, rows in enumerate(matrices):
        lines = [f"{letter} [ {' '.join(map(str, row))} ]" for letter, row in zip("ACGT", rows, strict=True)]
        text += "\n".join([f">M{i}.1 N{i}", *lines, ""])
    found = read_motifs(scratch("x.jaspar", text))
    assert [(motif.accession, motif.name) for motif in found] == [(f"M{i}.1", f"N{i}") for i in range(len(matrices))]
    assert [[list(row) for row in motif.counts] for motif in found] == matrices


@settings(max_examples=50)
@given(st.integers(1, 6).flatmap(lambda width: st.lists(st.sampled_from("ACGT"), min_size=width, max_size=width)))
def test_meme__gives_certain_letters_back(scratch, letters):
    pytest.importorskip("Bio.motifs", reason="biopython is not installed")
    head = "MEME version 4\n\nALPHABET= ACGT\n\nstrands: + -\n\n"
    head += "Background letter frequencies\nA 0.25 C 0.25 G 0.25 T 0.25\n\n"
    rows = "".join(" ".join("1.0" if letter == base else "0.0" for base in "ACGT") + "\n" for letter in letters)
    text = f"{head}MOTIF M1 TOY\nletter-probability matrix: alength= 4 w= {len(letters)} nsites= 20 E= 0\n{rows}"
    [motif] = read_motifs(scratch("x.meme", text))
    assert motif.consensus == "".join(letters)
    assert motif.counts == tuple(tuple(20 * (letter == base) for letter in letters) for base in "ACGT")


@pytest.mark.parametrize("letter", ["ß", "\u017f", "\u0149", "\ufb06"])
def test_transcript_records__letters_that_turn_into_others_in_upper_case_are_refused(scratch, letter):
    with pytest.raises(UnknownBaseError, match=mentions("record 'a'", f"'{letter}'", "position 2")):
        list(transcript_records(scratch("x.fa", f">a\nA{letter}C\n")))


def test_motifs__counts_whose_sum_is_no_number_are_refused(scratch):
    pytest.importorskip("Bio.motifs", reason="biopython is not installed")
    path = scratch("x.pfm", "1 1e308\n1 1e308\n1 1\n1 1\n")
    with pytest.raises(BadValueError, match=mentions("motif x", "position 2")):
        read_motifs(path)
