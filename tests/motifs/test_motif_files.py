"""Motif files in three formats, good and bad; and JASPAR through pyjaspar."""

import gzip
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import (
    AlphabetMismatchError,
    BadValueError,
    DamagedFileError,
    EmptyInputError,
    GenomicsError,
    MissingExtraError,
    TextEncodingError,
)
from deepchem_genomics.motifs import CountMatrix, jaspar_motifs, read_motifs
from deepchem_genomics.motifs.jaspar import ATF3, JUND, JUND_VARIANT

pytest.importorskip("Bio.motifs")

TOY = CountMatrix("MA0000.1", "TOY", ((8, 0, 1), (0, 0, 1), (0, 8, 1), (0, 0, 5)))
JASPAR = ">MA0000.1 TOY\nA  [ 8 0 1 ]\nC  [ 0 0 1 ]\nG  [ 0 8 1 ]\nT  [ 0 0 5 ]\n"
WITH_HEADER = ">MA0000.1\tTOY\n8 0 1\n0 0 1\n0 8 1\n0 0 5\n"
BARE = "8 0 1\n0 0 1\n0 8 1\n0 0 5\n"
LETTERS = "A 8 0 1\nC 0 0 1\nG 0 8 1\nT 0 0 5\n"
MEME = """MEME version 4

ALPHABET= ACGT

strands: + -

Background letter frequencies
A 0.25 C 0.25 G 0.25 T 0.25

MOTIF MA0000.1 TOY
letter-probability matrix: alength= 4 w= 3 nsites= 8 E= 0
1.0 0.0 0.0 0.0
0.0 0.0 1.0 0.0
0.125 0.125 0.125 0.625
URL https://example.org
"""


@pytest.fixture
def write(tmp_path):
    def to_file(text: str | bytes, name: str = "motifs.jaspar"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return to_file


@pytest.mark.parametrize("text", [JASPAR, WITH_HEADER, MEME, JASPAR.replace("\n", "\r\n"), "\ufeff" + JASPAR])
@pytest.mark.parametrize("packed", [False, True])
def test_read_motifs__all_formats_give_the_same_matrix(text, packed, write):
    assert read_motifs(write(gzip.compress(text.encode()) if packed else text)) == [TOY]


@pytest.mark.parametrize("text", [BARE, LETTERS, "\n" + BARE])
def test_read_motifs__a_bare_matrix_is_named_after_its_file(text, write):
    assert read_motifs(write(text, "MA0000.1.pfm")) == [TOY._replace(name="MA0000.1")]
    assert read_motifs(write(gzip.compress(text.encode()), "MA0000.1.pfm.gz"))[0].accession == "MA0000.1"


def test_read_motifs__keeps_the_order_and_counts_that_are_not_whole(write):
    second = JASPAR.replace("MA0000.1 TOY", "MA0001.1 B").replace("8", "8.5")
    first, other = read_motifs(write(JASPAR + "\n" + second))
    assert (first, other.name, other.counts[0]) == (TOY, "B", (8.5, 0, 1))
    assert [motif.accession for motif in read_motifs(write(MEME + MEME[MEME.index("MOTIF") :]))] == ["MA0000.1"] * 2


@pytest.mark.parametrize(
    ("text", "error", "facts"),
    [
        ("", EmptyInputError, ("motif",)),
        ("hello\n", BadValueError, ("hello", "'>'")),
        (b"\x89PNG\xff\xfe", TextEncodingError, ("motifs.jaspar:1", "0x89", "UTF-8")),
        (
            gzip.compress(JASPAR.encode(), mtime=0)[:-9],
            DamagedFileError,
            ("gzip",),
        ),
        (JASPAR[: JASPAR.index("T  [")], BadValueError, ("MA0000.1", "3 rows")),
        (JASPAR + "T [ 0 0 5 ]\n", BadValueError, ("MA0000.1", "5 rows")),
        (BARE + BARE, BadValueError, ("motif motifs", "8 rows")),
        (">\n" + BARE, BadValueError, ("'>'",)),
        (JASPAR.replace("0 0 5", "0 5"), BadValueError, ("inconsistent lengths",)),
        (JASPAR.replace("0 0 5", "0 x 5"), BadValueError, ("'x'",)),
        (JASPAR.replace("8 0 1", "8 0 -1"), BadValueError, ("-1", "A", "position 3")),
        (JASPAR.replace("8 0 1", "8 0 nan"), BadValueError, ("nan", "A", "position 3")),
        (JASPAR.replace("8", "0"), BadValueError, ("position 1",)),
        (JASPAR.replace("T ", "A "), BadValueError, ()),
        (MEME.replace("ACGT", "ACGU"), AlphabetMismatchError, ("ACGU", "DNA")),
        (
            MEME.replace("ALPHABET= ACGT", "ALPHABET= ACDEFGHIKLMNPQRSTVWY"),
            AlphabetMismatchError,
            ("DNA", "ACGT"),
        ),
        (MEME[: MEME.index("MOTIF")], EmptyInputError, ("MOTIF",)),
        (MEME[: MEME.index("0.0 0.0 1.0")], BadValueError, ("MA0000.1", "1", "3")),
        (MEME.replace("nsites= 8", "nsites= 0"), BadValueError, ("position 1",)),
        (MEME[: MEME.index("letter")], BadValueError, ()),
        (MEME.replace(" w= 3", "").replace("URL", "MOTIF B\nURL"), BadValueError, ("2", "MOTIF", "1")),
        (MEME[: MEME.index("Background")], BadValueError, ("background frequencies",)),
    ],
)
def test_read_motifs__says_what_is_wrong(text, error, facts, write):
    with pytest.raises(error, match=mentions(*facts)) as caught:
        read_motifs(write(text))
    assert "motifs.jaspar" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_read_motifs__a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_motifs(tmp_path / "none.jaspar")


@settings(max_examples=150)
@given(st.sampled_from([JASPAR, BARE, LETTERS, MEME]), st.data())
def test_read_motifs__a_damaged_file_gives_matrices_or_one_of_our_errors(tmp_path_factory, text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    path = tmp_path_factory.mktemp("damaged") / "motifs.meme"
    path.write_text(text[:start] + data.draw(st.text("ACGT>[]0.5=- \n", max_size=5)) + text[end:])
    try:
        motifs = read_motifs(path)
    except GenomicsError:
        return
    for motif in motifs:
        assert np.isfinite(motif.log_odds()).all()


def test_read_motifs__without_biopython_names_the_extra(write, monkeypatch):
    monkeypatch.setitem(sys.modules, "Bio.motifs", None)
    with pytest.raises(MissingExtraError, match=mentions("biopython", "deepchem_genomics[motifs]")):
        read_motifs(write(JASPAR))


def test_jaspar_motifs__without_pyjaspar_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyjaspar", None)
    with pytest.raises(MissingExtraError, match=mentions("pyjaspar", "deepchem_genomics[motifs]")):
        jaspar_motifs("MA0605.2")


def test_jaspar_motifs__are_those_that_the_simulator_plants():
    pytest.importorskip("pyjaspar")
    embedded = [JUND, JUND_VARIANT, ATF3]
    assert [m.counts for m in jaspar_motifs([m.accession for m in embedded])] == [m.counts for m in embedded]


def test_jaspar_motifs__takes_names_bare_accessions_and_other_releases():
    pytest.importorskip("pyjaspar")
    found = jaspar_motifs(["ATF3", "MA0605", "HNF1A"])
    assert [motif.accession for motif in found] == ["MA0605.3", "MA0605.3", "MA0046.3"]
    assert jaspar_motifs("MA0605", release="JASPAR2020")[0].accession == "MA0605.2"


@pytest.mark.parametrize(
    ("wanted", "release", "error", "facts"),
    [
        ([], "JASPAR2024", EmptyInputError, ("motif",)),
        ("ATF3", "JASPAR1999", BadValueError, ("JASPAR1999", "JASPAR2024")),
        ("MA9999.1", "JASPAR2024", BadValueError, ("JASPAR2024", "MA9999.1")),
        ("MA0605.9", "JASPAR2024", BadValueError, ("JASPAR2024", "MA0605.9")),
        ("JUND", "JASPAR2024", BadValueError, ("JUND", "2", "JASPAR2024", "MA0491.3, MA0492.2")),
        ("hnf1a", "JASPAR2024", BadValueError, ("hnf1a", "HNF1A", "Hnf1A")),
        ("' or 1=1 --", "JASPAR2024", BadValueError, ("or 1=1 --",)),
    ],
)
def test_jaspar_motifs__says_what_is_wrong(wanted, release, error, facts, recwarn):
    pytest.importorskip("pyjaspar")
    with pytest.raises(error, match=mentions(*facts)):
        jaspar_motifs(wanted, release)
    assert not recwarn.list
