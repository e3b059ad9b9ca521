"""The two alphabets, against the table of Cornish-Bowden (1985) written out."""

import copy
import pickle
from dataclasses import FrozenInstanceError

import pytest
from messages import mentions

from deepchem_genomics.errors import AlphabetMismatchError
from deepchem_genomics.feat import DNA, RNA, Alphabet


def test_alphabet__dna_codes_are_those_of_iupac():
    assert DNA.codes == {
        **dict(zip("ACGT", "ACGT", strict=True)),
        **{"R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT", "M": "AC"},
        **{"B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT"},
    }


def test_alphabet__rna_has_u_wherever_dna_has_t():
    assert RNA.codes == {code.replace("T", "U"): bases.replace("T", "U") for code, bases in DNA.codes.items()}
    assert "T" not in RNA.codes and "T" not in RNA.complement


@pytest.mark.parametrize("alphabet", [DNA, RNA])
def test_alphabet__the_complement_of_a_code_stands_for_the_complements_of_its_bases(alphabet):
    for code, bases in alphabet.codes.items():
        partner = alphabet.complement[code]
        assert set(alphabet.codes[partner]) == {alphabet.complement[base] for base in bases}
        assert alphabet.complement[partner] == code


@pytest.mark.parametrize("alphabet", [DNA, RNA])
def test_alphabet__complementary_bases_stand_in_mirrored_columns(alphabet):
    assert [alphabet.complement[letter] for letter in alphabet.letters] == list(alphabet.letters[::-1])


def test_alphabet__cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        DNA.letters = "TGCA"
    DNA.codes["N"] = "A"
    assert DNA.codes["N"] == "ACGT"


@pytest.mark.parametrize("alphabet", [DNA, RNA])
def test_alphabet__copies_are_equal_and_found_in_dictionaries(alphabet):
    for other in (pickle.loads(pickle.dumps(alphabet)), copy.deepcopy(alphabet)):
        assert other == alphabet and {alphabet: 1}[other] == 1
    assert DNA != RNA


def test_alphabet__is_found_by_its_letters():
    assert Alphabet.of("ACGT") is DNA
    assert Alphabet.of("ACGU") is RNA
    assert Alphabet.of("RNA") is RNA and Alphabet.of("DNA") is DNA
    assert Alphabet.of(RNA) is RNA


@pytest.mark.parametrize("letters", ["ACTG", "acgt", "ACGTN", "", None, 4, ["ACGT"]])
def test_alphabet__other_letters_are_an_error_that_names_the_two(letters):
    with pytest.raises(AlphabetMismatchError, match=mentions(repr(letters), "'ACGT' (DNA)", "'ACGU' (RNA)")):
        Alphabet.of(letters)


def test_alphabet__a_name_that_does_not_fit_the_letters_is_an_error():
    with pytest.raises(AlphabetMismatchError, match=mentions("ACGT", "RNA")):
        Alphabet("RNA", "ACGT")
