"""decode undoes one_hot, and says N where it cannot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import AlphabetMismatchError, ShapeMismatchError
from deepchem_genomics.feat import DNA, RNA, decode, encoding, one_hot

ALPHABETS = st.sampled_from([DNA, RNA])


@given(ALPHABETS, st.data())
def test_decode__gives_the_sequence_back(alphabet, data):
    sequence = data.draw(st.text(alphabet.letters + "N", min_size=1))
    assert decode(one_hot([sequence], alphabet), alphabet) == [sequence]


@given(ALPHABETS, st.data())
def test_decode__gives_iupac_codes_back_from_fractions(alphabet, data):
    sequence = data.draw(st.text(list(alphabet.codes), min_size=1))
    encoded = one_hot([sequence], alphabet, unknown="fractional")
    for precision in (np.float16, np.float32, np.float64):
        assert decode(encoded.astype(precision), alphabet) == [sequence]


@pytest.mark.parametrize(
    "row", [[0.6, 0, 0.4, 0], [1, 0, 1, 0], [2, 0, 0, 0], [-1, 0, 0, 0], [1, -1, 0, 0], [np.nan, 0, 0, 1], [0] * 4]
)
def test_decode__writes_n_for_any_other_row(row):
    assert decode(np.array([row])) == ["N"]


def test_decode__takes_one_sequence_or_none():
    assert decode(one_hot(["ACG"])[0]) == ["ACG"]
    assert decode(np.zeros((0, 5, 4), dtype=np.int8)) == []
    assert decode(np.zeros((2, 0, 4), dtype=np.int8)) == ["", ""]


def test_decode__takes_views_and_other_dtypes():
    encoded = one_hot(["ACGT", "TTGA"])
    assert decode(encoded[:, ::-1]) == ["TGCA", "AGTT"]
    assert decode(encoded.astype(bool)) == ["ACGT", "TTGA"]
    assert decode(encoded.tolist()) == ["ACGT", "TTGA"]


def test_decode__is_right_across_the_pieces_it_works_in():
    sequences = ["ACGTNNTGCA"] * (encoding._BASES_AT_ONCE // 4)
    sequences[-1] = "TTTTTTTTTT"
    assert decode(one_hot(sequences)) == sequences


@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 3, 5), (2, 4, 3), (1, 2, 3, 4)])
def test_decode__says_which_shape_it_needs(shape):
    with pytest.raises(ShapeMismatchError, match=mentions(str(shape), "(N, L, 4)", "(L, 4)")):
        decode(np.zeros(shape))


def test_decode__refuses_another_alphabet():
    with pytest.raises(AlphabetMismatchError, match=mentions("ACGTN", "'ACGT' (DNA)", "'ACGU' (RNA)")):
        decode(one_hot(["ACG"]), "ACGTN")
