"""one_hot against a slow, obvious reference, and the words of its errors."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics import errors
from deepchem_genomics.feat import DNA, RNA, decode, encoding, one_hot

CODES = {
    "A": "A", "C": "C", "G": "G", "T": "T", "R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT", "M": "AC",
    "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT",
}  # fmt: skip


def slow_one_hot(sequence, fractional=False):
    """Encode one DNA sequence a letter at a time."""
    rows = []
    for letter in sequence:
        bases = CODES[letter.upper()]
        share = 1 / len(bases) if fractional or len(bases) == 1 else 0
        rows.append([share if column in bases else 0 for column in "ACGT"])
    return rows


def equally_long(letters, max_length=40, max_count=12):
    """Lists of strings that have the same length."""
    return st.integers(1, max_length).flatmap(
        lambda length: st.lists(st.text(letters, min_size=length, max_size=length), min_size=1, max_size=max_count)
    )


ANY_CASE = "".join(CODES) + "".join(CODES).lower()


@given(equally_long(ANY_CASE))
def test_one_hot__agrees_with_the_slow_reference(sequences):
    encoded = one_hot(sequences)
    assert encoded.dtype == np.int8 and encoded.flags.c_contiguous
    np.testing.assert_array_equal(encoded, [slow_one_hot(sequence) for sequence in sequences])


@given(equally_long(ANY_CASE))
def test_one_hot__shares_ambiguous_codes_out_as_fractions_that_sum_to_one(sequences):
    encoded = one_hot(sequences, unknown="fractional")
    assert encoded.dtype == np.float32 and encoded.flags.c_contiguous
    np.testing.assert_array_equal(
        encoded, np.array([slow_one_hot(sequence, fractional=True) for sequence in sequences], dtype=np.float32)
    )
    np.testing.assert_allclose(encoded.sum(axis=-1), 1, atol=1e-6)


@given(equally_long("ACGT"))
def test_one_hot__of_known_bases_is_the_same_under_every_policy(sequences):
    expected = one_hot(sequences)
    np.testing.assert_array_equal(one_hot(sequences, unknown="error"), expected)
    np.testing.assert_array_equal(one_hot(sequences, unknown="fractional"), expected)


@given(equally_long(ANY_CASE))
def test_one_hot__does_not_see_case(sequences):
    upper = [sequence.upper() for sequence in sequences]
    np.testing.assert_array_equal(one_hot(sequences), one_hot(upper))


@given(equally_long("ACGTUacgtuN"))
def test_one_hot__reads_t_and_u_alike_on_request(sequences):
    as_t = [sequence.replace("U", "T").replace("u", "t") for sequence in sequences]
    expected = one_hot(as_t)
    np.testing.assert_array_equal(one_hot(sequences, interchange_tu=True), expected)
    np.testing.assert_array_equal(one_hot(sequences, RNA, interchange_tu=True), expected)


def test_one_hot__rna_has_u_in_the_fourth_column():
    assert one_hot(["ACGUu"], RNA).argmax(axis=-1).tolist() == [[0, 1, 2, 3, 3]]


def test_one_hot__of_a_known_sequence_stays_what_it_is():
    assert one_hot(["ACGTN"]).tolist() == [[[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]]
    assert one_hot(["Rn"], unknown="fractional").tolist() == [[[0.5, 0, 0.5, 0], [0.25] * 4]]


@pytest.mark.parametrize("length", [1, 2, 101, 70_001])
def test_one_hot__is_right_across_the_pieces_it_works_in(length):
    n = 2 * encoding._BASES_AT_ONCE // length + 3
    letters = np.random.default_rng(7).choice(np.frombuffer(b"ACGTN", np.uint8), size=(n, length))
    sequences = [row.tobytes().decode() for row in letters]
    np.testing.assert_array_equal(one_hot(sequences), letters[:, :, None] == np.frombuffer(b"ACGT", np.uint8))
    assert decode(one_hot(sequences)) == sequences


FORMS = {
    "tuple": tuple,
    "generator": iter,
    "series": lambda sequences: pd.Series(sequences, index=range(5, 5 + len(sequences))),
    "object series": lambda sequences: pd.Series(sequences, dtype=object),
    "string array": np.array,
    "object array": lambda sequences: np.array(sequences, dtype=object),
    "bytes": lambda sequences: [sequence.encode() for sequence in sequences],
    "byte strings": lambda sequences: np.array(sequences, dtype="S"),
    "every second byte string": lambda sequences: np.repeat(np.array(sequences, dtype="S"), 2)[::2],
    "wider byte strings": lambda sequences: np.array(sequences, dtype="S9"),
    "byte matrix": lambda sequences: np.array([list(sequence.encode()) for sequence in sequences], dtype=np.uint8),
    "matrix of S1": lambda sequences: np.array([list(sequence) for sequence in sequences], dtype="S1"),
    "transposed matrix": lambda sequences: (
        np.array([[ord(sequence[i]) for sequence in sequences] for i in range(len(sequences[0]))], dtype=np.uint8).T
    ),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_one_hot__takes_sequences_in_any_form(form):
    sequences = ["ACGTN", "tTgca", "GGGGG"]
    np.testing.assert_array_equal(one_hot(form(sequences)), one_hot(sequences))


def test_one_hot__leaves_its_input_alone_and_returns_a_new_array():
    matrix = np.array([list(b"ACGT")], dtype=np.uint8)
    first = one_hot(matrix)
    first[:] = 9
    assert matrix.tobytes() == b"ACGT"
    assert one_hot(matrix).max() == 1


# What is wrong, and exactly what is said about it.

LETTERS = ("DNA", "A, C, G, T", "R, Y, S, W, K, M, B, D, H, V, N")


@pytest.mark.parametrize(
    ("sequences", "options", "error", "facts"),
    [
        (["ACGT", "ACXT"], {}, errors.UnknownBaseError, ("sequence 1", "'X'", "position 2", *LETTERS)),
        (["AC-T"], {}, errors.UnknownBaseError, ("sequence 0", "'-'", "position 2", *LETTERS)),
        (["A?"], {}, errors.UnknownBaseError, ("sequence 0", "'?'", "position 1", *LETTERS)),
        (["AC", "Aé"], {}, errors.UnknownBaseError, ("sequence 1", "'é'", "position 1", *LETTERS)),
        (["A\u017f"], {}, errors.UnknownBaseError,  # a long s, whose upper case is the IUPAC code S
         ("sequence 0", "'\u017f'", "position 1", *LETTERS)),
        ([b"AC", b"A\xff"], {}, errors.UnknownBaseError, ("sequence 1", "'ÿ'", "position 1", *LETTERS)),
        (np.array([list(b"AC"), list(b"A ")], dtype=np.uint8), {}, errors.UnknownBaseError,
         ("sequence 1", "' '", "position 1", *LETTERS)),
        (pd.Series(["AC", "AZ"], index=["chr1:0-2", "chr1:2-4"]), {}, errors.UnknownBaseError,
         ("sequence chr1:2-4", "'Z'", "position 1", *LETTERS)),
        (["ACX"], {"unknown": "fractional"}, errors.UnknownBaseError, ("sequence 0", "'X'", "position 2", *LETTERS)),
        (["ACGU"], {}, errors.UnknownBaseError,
         ("sequence 0", "'U'", "position 3", "DNA", "A, C, G, T", "interchange_tu=True")),
        (["acgt"], {"alphabet": RNA}, errors.UnknownBaseError,
         ("sequence 0", "'t'", "position 3", "RNA", "A, C, G, U", "interchange_tu=True")),
        (["ACGT", "ACGn"], {"unknown": "error"}, errors.UnknownBaseError,
         ("sequence 1", "'n'", "position 3", "unknown='error'", "'zeros'", "'fractional'")),
        ([], {}, errors.EmptyInputError, ("sequences",)),
        (np.zeros((0, 5), dtype=np.uint8), {}, errors.EmptyInputError,
         ("sequences",)),
        (pd.Series([], dtype=object), {}, errors.EmptyInputError,
         ("sequences",)),
        (["ACGT", ""], {}, errors.EmptyInputError,
         ("sequence 1",)),
        (["", ""], {}, errors.EmptyInputError,
         ("sequence 0",)),
        (np.zeros((2, 0), dtype=np.uint8), {}, errors.EmptyInputError,
         ("sequence 0",)),
        (["A", ""], {"length": 4, "on_length": "fit"}, errors.EmptyInputError,
         ("sequence 1",)),
        (["ACGT", "AC", "A"], {}, errors.SequenceLengthError,
         ("sequence 1", "2", "sequence 0", "4", "on_length='fit'")),
        (np.array([b"ACGT", b"AC"]), {}, errors.SequenceLengthError,
         ("sequence 1", "2", "sequence 0", "4", "on_length='fit'")),
        ("ACGT", {}, errors.BadValueError,
         ("str", "'ACGT'", "list")),
        (["ACGT", None], {}, errors.BadValueError,
         ("sequence 1", "None", "str", "bytes")),
        (pd.Series(["ACGT", np.nan]), {}, errors.BadValueError,
         ("sequence 1", "nan", "str", "bytes")),
        ([["A", "C"], ["A", "C"]], {}, errors.BadValueError,
         ("sequence 0", "['A', 'C']", "str", "bytes")),
        (["AC", b"AC"], {}, errors.BadValueError,
         ("sequence 1", "b'AC'", "str", "bytes")),
        (np.zeros((2, 3, 4), dtype=np.int8), {}, errors.ShapeMismatchError,
         ("ndarray", "(2, 3, 4)", "(N,)", "(N, L)")),
        (pd.DataFrame({"dna": ["ACGT"]}), {}, errors.ShapeMismatchError,
         ("DataFrame", "(1, 1)", "(N,)", "(N, L)")),
        (["ACGT"], {"unknown": "skip"}, errors.BadValueError,
         ("unknown", "'skip'", "'zeros', 'fractional', 'error'")),
        (["ACGT"], {"alphabet": "ACGTN"}, errors.AlphabetMismatchError,
         ("alphabet", "'ACGTN'", "'ACGT' (DNA)", "'ACGU' (RNA)")),
    ],
)  # fmt: skip
def test_one_hot__says_what_is_wrong_and_what_to_do(sequences, options, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        one_hot(sequences, **{"alphabet": DNA, **options})


@given(
    equally_long("ACGTN", max_length=9),
    st.characters(exclude_characters=ANY_CASE, exclude_categories=["Cs"]),
    st.data(),
)
def test_one_hot__finds_the_first_wrong_letter_wherever_it_is(sequences, letter, data):
    record = data.draw(st.integers(0, len(sequences) - 1))
    position = data.draw(st.integers(0, len(sequences[0]) - 1))
    wrong = list(sequences)
    wrong[record] = sequences[record][:position] + letter + sequences[record][position + 1 :]
    with pytest.raises(errors.UnknownBaseError, match=mentions(f"sequence {record}", f"position {position}")):
        one_hot(wrong)


def test_one_hot__finds_a_wrong_letter_in_a_later_piece():
    sequences = ["ACGT"] * encoding._BASES_AT_ONCE
    sequences[60_000] = "ACG!"
    with pytest.raises(errors.UnknownBaseError, match=mentions("sequence 60000", "'!'", "position 3")):
        one_hot(sequences)
