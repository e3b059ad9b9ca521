"""Guides of other lengths than a model takes: completed or cut at the 3' end, never centered."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import BadValueError, EmptyInputError, SequenceLengthError, UnknownBaseError
from deepchem_genomics.feat import DNA, RNA, OneHotNucleotideFeaturizer, complete_guides, decode, one_hot

CORE = "UUCUCCGAACGUGUCACGU"


@pytest.mark.parametrize(
    ("guide", "expected"),
    [
        (CORE, CORE + "UU"),
        (CORE + "C", CORE + "CU"),
        (CORE + "CA", CORE + "CA"),
        (CORE + "CAG", CORE + "CA"),
        (CORE + "CAGG", CORE + "CA"),
        (CORE + "dTdT", CORE + "UU"),
        (CORE + "[dT][dT]", CORE + "UU"),
        (CORE + "(dT)(dT)", CORE + "UU"),
        (CORE.replace("U", "T").lower() + "tt", CORE + "UU"),
    ],
)
def test_complete_guides__keeps_the_5_prime_end(guide, expected):
    assert complete_guides([guide]) == [expected]
    assert decode(one_hot([guide], RNA, 21, on_length="guide"), RNA) == [expected]


@given(st.text("ACGUTacgut", min_size=19, max_size=23), st.integers(19, 21))
def test_complete_guides__begin_as_they_were_given(guide, length):
    [found] = complete_guides([guide], length)
    shared = min(length, len(guide))
    assert len(found) == length and found[:shared] == guide[:shared].upper().replace("T", "U")
    assert set(found[shared:]) <= {"U"}


def test_complete_guides__takes_another_overhang():
    assert complete_guides([CORE], overhang="tc") == [CORE + "UC"]
    with pytest.raises(SequenceLengthError, match=mentions("sequence 0", "21 bases", "22", "overhang")):
        complete_guides([CORE], length=22)


@pytest.mark.parametrize("guide", [CORE[:18], CORE + "ACGUA"])
def test_complete_guides__names_what_is_no_guide(guide):
    with pytest.raises(SequenceLengthError, match=mentions("sequence b", f"{len(guide)} bases", "19", "23")):
        complete_guides(pd.Series([CORE, guide], index=["a", "b"]))


def test_complete_guides__refuses_what_is_out_of_range():
    with pytest.raises(BadValueError, match=mentions("18", "19", "23")):
        complete_guides([CORE], length=18)
    with pytest.raises(EmptyInputError):
        complete_guides([])
    with pytest.raises(BadValueError, match=mentions("sequence 1", "None")):
        complete_guides([CORE, None])


def test_one_hot__of_guides_needs_rna_and_names_records():
    with pytest.raises(BadValueError, match=mentions("guide", "DNA", "RNA")):
        one_hot([CORE], DNA, 21, on_length="guide")
    with pytest.raises(UnknownBaseError, match=mentions("sequence x", "X")):
        one_hot(pd.Series(["X" + CORE[1:]], index=["x"]), RNA, 21, on_length="guide")
    rows = OneHotNucleotideFeaturizer("RNA", 21, on_length="guide").featurize([CORE, CORE + "CAG"])
    np.testing.assert_array_equal(rows, one_hot([CORE + "UU", CORE + "CA"], RNA))


def test_one_hot__advises_guides_of_another_length_how_they_are_read():
    with pytest.raises(SequenceLengthError, match=mentions("19 bases", "21", "on_length='guide'")):
        one_hot([CORE], RNA, 21)
    with pytest.raises(SequenceLengthError, match=mentions("on_length='pad'")):
        one_hot(["ACG"], DNA, 21)
