"""The DeepChem featurizer: strict where DeepChem's own are not, and where the two encodings meet."""

import logging

import deepchem as dc
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics import errors
from deepchem_genomics.feat import DNA, RNA, OneHotNucleotideFeaturizer, one_hot

SEQUENCES = ["ACGTA", "TTGAC", "GATTA"]


@pytest.mark.parametrize(
    ("arguments", "options", "sequences"),
    [
        ({}, {}, ["ACGTn", "TTGAC"]),
        ({"alphabet": "ACGU"}, {"alphabet": RNA}, ["ACGU"]),
        ({"unknown": "fractional"}, {"unknown": "fractional"}, ["ACRT"]),
        ({"length": 3, "on_length": "fit"}, {"length": 3, "on_length": "fit"}, ["ACGTA", "A"]),
        ({"interchange_tu": True}, {"interchange_tu": True}, ["ACUT"]),
    ],
)
def test_featurizer__encodes_as_one_hot_does(arguments, options, sequences):
    encoded = OneHotNucleotideFeaturizer(**arguments).featurize(sequences)
    expected = one_hot(sequences, **{"alphabet": DNA, **options})
    np.testing.assert_array_equal(encoded, expected)
    assert encoded.dtype == expected.dtype


def test_featurizer__takes_any_iterable():
    featurizer = OneHotNucleotideFeaturizer()
    np.testing.assert_array_equal(featurizer.featurize(iter(SEQUENCES)), featurizer(SEQUENCES))


def test_featurizer__takes_a_string_by_itself_as_one_sequence():
    featurizer = OneHotNucleotideFeaturizer()
    np.testing.assert_array_equal(featurizer.featurize("ACGTA"), featurizer.featurize(["ACGTA"]))


def test_featurizer__names_the_letter_it_cannot_encode():
    with pytest.raises(errors.UnknownBaseError, match=mentions("sequence 1", "X", "position 2")):
        OneHotNucleotideFeaturizer().featurize(["ACGT", "ACXT"])


def test_featurizer__raises_for_nothing_and_for_unequal_lengths():
    with pytest.raises(errors.EmptyInputError, match=mentions("sequences")):
        OneHotNucleotideFeaturizer().featurize([])
    with pytest.raises(errors.SequenceLengthError, match=mentions("sequence 1", "2", "sequence 0", "4")):
        OneHotNucleotideFeaturizer().featurize(["ACGT", "AC"])


@pytest.mark.parametrize(
    ("arguments", "error", "facts"),
    [
        ({"alphabet": "ACTG"}, errors.AlphabetMismatchError, ("alphabet", "ACTG", "ACGT")),
        ({"unknown": "N"}, errors.BadValueError, ("unknown", "'N'", "'zeros', 'fractional', 'error'")),
        ({"on_length": "pad"}, errors.BadValueError, ("on_length", "pad", "length", "None")),
        ({"length": -1}, errors.BadValueError, ("length", "-1")),
    ],
)
def test_featurizer__refuses_options_when_it_is_made(arguments, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        OneHotNucleotideFeaturizer(**arguments)


def test_featurizer__refuses_options_that_belong_to_the_constructor():
    with pytest.raises(TypeError, match=mentions("featurize()", "length", "OneHotNucleotideFeaturizer")):
        OneHotNucleotideFeaturizer().featurize(SEQUENCES, length=5)


def test_featurizer__logs_how_many_it_encoded(caplog):
    with caplog.at_level(logging.INFO, logger="deepchem_genomics"):
        OneHotNucleotideFeaturizer().featurize(SEQUENCES)
    assert caplog.messages == ["encoded 3 sequences of 5 bases"]


def test_featurizer__name_for_cache_folders_tells_options_apart():
    featurizer = OneHotNucleotideFeaturizer("ACGU", length=21, unknown="fractional")
    assert str(featurizer) == "OneHotNucleotideFeaturizer_alphabet_ACGU_length_21_unknown_fractional"
    assert repr(featurizer) == (
        "OneHotNucleotideFeaturizer[alphabet='ACGU', length=21, unknown='fractional', on_length='error', "
        "interchange_tu=False]"
    )


# Where DeepChem's encoders and ours meet: the same numbers, in other columns.


@settings(deadline=None)
@given(st.lists(st.text("ACGTN", min_size=6, max_size=6), min_size=1, max_size=8))
def test_deepchem__seq_one_hot_encode_has_the_same_rows_in_the_order_a_t_c_g_n(sequences):
    images = dc.utils.genomics_utils.seq_one_hot_encode(np.array(sequences))  # (N, 5, L, 1)
    ours = OneHotNucleotideFeaturizer().featurize(sequences)  # (N, L, 4)
    np.testing.assert_array_equal(
        ours[..., ["ACGT".index(letter) for letter in "ATCG"]], images[:, :4, :, 0].transpose(0, 2, 1)
    )
    np.testing.assert_array_equal(1 - ours.sum(axis=-1), images[:, 4, :, 0])  # N has a row of its own there


@settings(deadline=None)
@given(st.lists(st.text("ACGTN", min_size=6, max_size=6), min_size=1, max_size=8))
def test_deepchem__one_hot_featurizer_has_the_same_columns_and_one_for_the_rest(sequences):
    theirs = dc.feat.OneHotFeaturizer(charset=list("ACGT"), max_length=6).featurize(sequences)  # (N, L, 5)
    ours = OneHotNucleotideFeaturizer().featurize(sequences)
    np.testing.assert_array_equal(ours, theirs[..., :4])
    np.testing.assert_array_equal(1 - ours.sum(axis=-1), theirs[..., 4])


def test_deepchem__fasta_loader_takes_the_featurizer_in_place_of_its_own_columns(tmp_path):
    fasta = tmp_path / "guides.fa"
    fasta.write_text(">one\nACGTA\n>two\nTTGAC\n")
    loader = dc.data.FASTALoader(featurizer=OneHotNucleotideFeaturizer(), legacy=False)
    np.testing.assert_array_equal(loader.create_dataset(str(fasta)).X, one_hot(["ACGTA", "TTGAC"]))
    stock = dc.data.FASTALoader(legacy=False).create_dataset(str(fasta)).X  # columns A, C, T, G, other
    np.testing.assert_array_equal(stock[..., [0, 1, 3, 2]], one_hot(["ACGTA", "TTGAC"]))
