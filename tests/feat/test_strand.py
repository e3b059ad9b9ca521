"""Reverse complements, of strings and of arrays, and that the two agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import AlphabetMismatchError, BadValueError, ShapeMismatchError, UnknownBaseError
from deepchem_genomics.feat import DNA, RNA, decode, one_hot, reverse_complement, reverse_complement_one_hot

CODES = "ACGTRYSWKMBDHVN"
any_case = st.text(CODES + CODES.lower(), min_size=1, max_size=40)


@given(any_case)
def test_reverse_complement__twice_is_the_sequence(sequence):
    other = reverse_complement(sequence)
    assert reverse_complement(other) == sequence
    assert [letter.isupper() for letter in other[::-1]] == [letter.isupper() for letter in sequence]


@given(any_case, st.sampled_from(["zeros", "fractional"]))
def test_reverse_complement__of_the_string_and_of_the_array_agree(sequence, unknown):
    by_string = one_hot([reverse_complement(sequence)], unknown=unknown)
    by_array = reverse_complement_one_hot(one_hot([sequence], unknown=unknown))
    np.testing.assert_array_equal(by_array, by_string)
    assert by_array.dtype == by_string.dtype and by_array.flags.c_contiguous


@given(st.text("ACGU", min_size=1))
def test_reverse_complement__of_rna_stays_rna(sequence):
    other = reverse_complement(sequence, RNA)
    assert other.replace("U", "T") == reverse_complement(sequence.replace("U", "T"))
    assert decode(reverse_complement_one_hot(one_hot([sequence], RNA)), RNA) == [other]


def test_reverse_complement__of_known_sequences_stays_what_it_is():
    assert reverse_complement("GATTACA") == "TGTAATC"
    assert reverse_complement("RYSWKMBDHVN") == "NBDHVKMWSRY"
    assert reverse_complement(["TGACTCA", "aAc", ""]) == ["TGAGTCA", "gTt", ""]
    assert reverse_complement(np.array(["AC"])) == ["GT"]


def test_reverse_complement_one_hot__twice_is_the_array_and_the_input_is_left_alone():
    array = np.random.default_rng(3).normal(size=(5, 7, 4))
    before = array.copy()
    other = reverse_complement_one_hot(array)
    np.testing.assert_array_equal(reverse_complement_one_hot(other), array)
    np.testing.assert_array_equal(array, before)
    assert not np.shares_memory(other, array)
    np.testing.assert_array_equal(reverse_complement_one_hot(array[2]), other[2])


DNA_LETTERS = "A, C, G, T, R, Y, S, W, K, M, B, D, H, V, N"
RNA_LETTERS = "A, C, G, U, R, Y, S, W, K, M, B, D, H, V, N"


@pytest.mark.parametrize(
    ("sequences", "alphabet", "facts"),
    [
        ("ACXT", DNA, ("'X'", "position 2", DNA_LETTERS)),
        (["AC", "ACU"], DNA, ("sequence 1", "'U'", "position 2", DNA_LETTERS)),
        ("ACT", RNA, ("'T'", "position 2", RNA_LETTERS)),
    ],
)
def test_reverse_complement__names_the_letter_it_cannot_pair(sequences, alphabet, facts):
    with pytest.raises(UnknownBaseError, match=mentions(*facts)):
        reverse_complement(sequences, alphabet)


def test_reverse_complement__names_what_is_no_string():
    with pytest.raises(BadValueError, match=mentions("sequence 1", "b'AC'", "bytes", "str")):
        reverse_complement(["AC", b"AC"])


def test_reverse_complement__refuses_another_alphabet():
    with pytest.raises(AlphabetMismatchError, match=mentions("AC")):
        reverse_complement("ACG", "AC")


def test_reverse_complement_one_hot__says_which_shape_it_needs():
    with pytest.raises(ShapeMismatchError, match=mentions("(2, 4, 3)", "(N, L, 4)")):
        reverse_complement_one_hot(np.zeros((2, 4, 3)))
