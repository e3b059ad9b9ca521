"""Padding and cropping: the middle base stays the middle base."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics import errors
from deepchem_genomics.feat import decode, one_hot

ragged = st.lists(st.text("ACGT", min_size=1, max_size=20), min_size=1, max_size=12)


def slow_fit(sequence, length):
    """Place each base by itself, so that index len // 2 comes to index length // 2; N elsewhere."""
    shift = length // 2 - len(sequence) // 2
    return "".join(sequence[i - shift] if 0 <= i - shift < len(sequence) else "N" for i in range(length))


@given(ragged, st.integers(1, 25), st.sampled_from(["zeros", "fractional", "error"]))
def test_fit__agrees_with_placing_each_base_by_itself(sequences, length, unknown):
    encoded = one_hot(sequences, length=length, on_length="fit", unknown=unknown)
    assert encoded.shape == (len(sequences), length, 4) and encoded.flags.c_contiguous
    assert decode(encoded) == [slow_fit(sequence, length) for sequence in sequences]


@given(ragged, st.integers(1, 25), st.booleans())
def test_fit__is_the_same_for_bytes_and_for_matrices(sequences, length, as_matrix):
    if as_matrix:
        sequences = [sequence[:1] * 6 for sequence in sequences]
        form = np.array([list(sequence.encode()) for sequence in sequences], dtype=np.uint8)
    else:
        form = [sequence.encode() for sequence in sequences]
    np.testing.assert_array_equal(
        one_hot(form, length=length, on_length="fit"), one_hot(sequences, length=length, on_length="fit")
    )


@given(st.text("ACGT", min_size=1, max_size=20), st.integers(0, 10))
def test_fit__cropping_what_was_padded_gives_the_sequence_back(sequence, more):
    padded = one_hot([sequence], length=len(sequence) + more, on_length="pad")
    again = one_hot(decode(padded), length=len(sequence), on_length="crop")
    assert decode(again) == [sequence]


@pytest.mark.parametrize(
    ("sequence", "length", "expected"),
    [
        ("ACG", 5, "NACGN"),
        ("ACG", 4, "NACG"),  # odd length, one blank: on the left
        ("ACGT", 5, "ACGTN"),  # even length, one blank: on the right
        ("ACGTA", 3, "CGT"),
        ("ACGTA", 4, "ACGT"),  # odd length, one base off: on the right
        ("ACGT", 3, "CGT"),  # even length, one base off: on the left
    ],
)
def test_fit__the_odd_base_goes_where_the_documentation_says(sequence, length, expected):
    assert decode(one_hot([sequence], length=length, on_length="fit")) == [expected]


@pytest.mark.parametrize("unknown", ["zeros", "fractional", "error"])
def test_padding__is_zero_whatever_unknown_says(unknown):
    assert one_hot(["C"], length=3, on_length="pad", unknown=unknown).tolist() == [[[0] * 4, [0, 1, 0, 0], [0] * 4]]


def test_length__already_right_needs_no_permission():
    assert decode(one_hot(["ACG", "TTT"], length=3)) == ["ACG", "TTT"]


def test_cropping__does_not_look_at_what_it_drops():
    assert decode(one_hot(["!ACG!"], length=3, on_length="crop")) == ["ACG"]


def test_cropping__counts_positions_from_the_uncropped_start():
    with pytest.raises(errors.UnknownBaseError, match=mentions("sequence 1", "'!'", "position 3")):
        one_hot(["AACGTT", "AAC!TT"], length=2, on_length="crop")


LENGTH_ERRORS = [
    (4, "error", "ACG", ("sequence 1", "3", "4", "on_length='pad'", "'fit'")),
    (4, "error", "ACGTA", ("sequence 1", "5", "4", "on_length='crop'", "'fit'")),
    (4, "crop", "ACG", ("sequence 1", "3", "4", "on_length='pad'", "'fit'")),
    (4, "pad", "ACGTA", ("sequence 1", "5", "4", "on_length='crop'", "'fit'")),
]  # fmt: skip


@pytest.mark.parametrize(("length", "on_length", "sequence", "facts"), LENGTH_ERRORS)
def test_length__names_the_first_sequence_that_may_not_be_changed(length, on_length, sequence, facts):
    with pytest.raises(errors.SequenceLengthError, match=mentions(*facts)):
        one_hot(["ACGT", sequence, "A"], length=length, on_length=on_length)


@pytest.mark.parametrize(
    ("options", "facts"),
    [
        ({"on_length": "stretch"}, ("on_length", "stretch", "'error', 'pad', 'crop', 'fit'")),
        ({"on_length": "pad"}, ("on_length", "pad", "length", "None")),
        ({"length": 0}, ("length", "0", "1")),
        ({"length": 4.0}, ("length", "4.0", "1")),
    ],
)  # fmt: skip
def test_length__options_that_mean_nothing_are_errors(options, facts):
    with pytest.raises(errors.BadValueError, match=mentions(*facts)):
        one_hot(["ACGT"], **options)
