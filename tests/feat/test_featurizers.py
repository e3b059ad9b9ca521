"""The DeepChem featurizers: strict where DeepChem's own are not, and where the two encodings meet."""

import logging

import deepchem as dc
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics import errors, feat
from deepchem_genomics.feat import (
    DNA,
    RNA,
    GappedKmerFeaturizer,
    GuideFeaturizer,
    KmerFeaturizer,
    OneHotNucleotideFeaturizer,
    one_hot,
)

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
    assert caplog.messages == ["encoded 3 sequences as rows of shape (5, 4)"]


def test_featurizer__name_for_cache_folders_tells_options_apart():
    featurizer = OneHotNucleotideFeaturizer("ACGU", length=21, unknown="fractional")
    assert str(featurizer) == "OneHotNucleotideFeaturizer_alphabet_ACGU_length_21_unknown_fractional"
    assert repr(featurizer) == (
        "OneHotNucleotideFeaturizer[alphabet='ACGU', length=21, unknown='fractional', on_length='error', "
        "interchange_tu=False]"
    )


# Where DeepChem's encoders and ours meet: the same numbers, in other columns.


@given(st.lists(st.text("ACGTN", min_size=6, max_size=6), min_size=1, max_size=8))
def test_deepchem__seq_one_hot_encode_has_the_same_rows_in_the_order_a_t_c_g_n(sequences):
    images = dc.utils.genomics_utils.seq_one_hot_encode(np.array(sequences))  # (N, 5, L, 1)
    ours = OneHotNucleotideFeaturizer().featurize(sequences)  # (N, L, 4)
    np.testing.assert_array_equal(
        ours[..., ["ACGT".index(letter) for letter in "ATCG"]], images[:, :4, :, 0].transpose(0, 2, 1)
    )
    np.testing.assert_array_equal(1 - ours.sum(axis=-1), images[:, 4, :, 0])  # N has a row of its own there


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


# Counts and features


def test_kmer_featurizer__counts_kmers_of_sequences_of_different_lengths():
    featurizer = KmerFeaturizer((1, 3), "RNA", canonical=False, interchange_tu=True)
    texts = ["ACGUACGUAC", "UUUN", "ggtgaug"]
    names = featurizer.feature_names()
    assert len(names) == 68 and names[3] == "U"
    for text, row in zip(texts, featurizer.featurize(texts), strict=True):
        text = text.upper().replace("T", "U")
        kmers = [text[at : at + k] for k in (1, 3) for at in range(len(text) - k + 1)]
        assert row.tolist() == [kmers.count(name) for name in names]


def test_kmer_featurizer__counts_both_strands_as_one():
    rows = KmerFeaturizer(k=4).featurize(["AACCGTTTGA", feat.reverse_complement("AACCGTTTGA")])
    np.testing.assert_array_equal(rows[0], rows[1])
    assert rows.dtype == np.float32 and rows.sum(axis=1).tolist() == [7, 7]


def test_gapped_kmer_featurizer__counts_what_its_names_say():
    featurizer = GappedKmerFeaturizer(width=4, k=2)
    text = "AACGTTTGCA"
    both = [text, feat.reverse_complement(text)]
    for name, count in zip(featurizer.feature_names(), featurizer.featurize([text])[0], strict=True):
        found = [
            all(letter in (".", base) for letter, base in zip(name, strand[at : at + len(name)], strict=True))
            for strand in both
            for at in range(len(text) - len(name) + 1)
        ]
        assert count == sum(found)


@pytest.mark.parametrize("featurizer", [KmerFeaturizer(5), GappedKmerFeaturizer(6, 4)])
def test_kmer_featurizers__name_the_sequence_that_is_too_short(featurizer):
    with pytest.raises(errors.SequenceLengthError, match=mentions("sequence 1", "4 bases")):
        featurizer.featurize(["ACGTACGT", "ACGT"])


def test_kmer_featurizers__refuse_more_columns_than_rows_should_have():
    with pytest.raises(errors.BadValueError, match=mentions("131072", "100000", "models.KmerRegression")):
        KmerFeaturizer(k=9)
    with pytest.raises(errors.BadValueError, match=mentions("models.GappedKmerRegression")):
        GappedKmerFeaturizer(width=9, k=6)


def test_guide_featurizer__names_its_columns():
    featurizer = GuideFeaturizer(19)
    guide = "UGCAGCACAUUUGCAUCAU"
    row = dict(zip(featurizer.feature_names(), featurizer.featurize([guide])[0].tolist(), strict=True))
    assert row["U1"] == 1 and row["A1"] == 0 and row["G2"] == 1
    assert row["GCA"] == guide.count("GCA")
    energies = feat.stacking_energies(one_hot([guide], RNA))[0]
    assert [row[f"stack {i}-{i + 1} (kcal/mol)"] for i in range(1, 19)] == pytest.approx(energies.tolist(), rel=1e-6)
    assert row["duplex (kcal/mol)"] == pytest.approx(feat.duplex_energy(one_hot([guide], RNA))[0], rel=1e-6)
    with pytest.raises(errors.BadValueError, match=mentions("18", "19")):
        GuideFeaturizer(18)


@pytest.mark.parametrize(
    ("featurizer", "n_columns"),
    [(KmerFeaturizer(3), 32), (GappedKmerFeaturizer(4, 3), 128), (GuideFeaturizer(), 1473)],
)
def test_featurizers__feed_scikit_learn_by_way_of_deepchem(tmp_path, featurizer, n_columns):
    from sklearn.linear_model import LogisticRegression

    chance = np.random.default_rng(0)
    labels = chance.integers(0, 2, 120)
    letters = ["GC" if label else "AT" for label in labels]
    rows = [
        f"{''.join(chance.choice(list('ACGT' + 3 * two), 21))},{label}"
        for two, label in zip(letters, labels, strict=True)
    ]
    (tmp_path / "rows.csv").write_text("sequence,bound\n" + "\n".join(rows) + "\n")
    loader = dc.data.CSVLoader(["bound"], featurizer, feature_field="sequence")
    dataset = loader.create_dataset(str(tmp_path / "rows.csv"), shard_size=50)
    assert dataset.X.shape == (120, n_columns) and dataset.X.dtype == np.float32
    model = dc.models.SklearnModel(LogisticRegression(max_iter=500), model_dir=str(tmp_path / "model"))
    model.fit(dataset)
    assert model.evaluate(dataset, [dc.metrics.Metric(dc.metrics.roc_auc_score)])["roc_auc_score"] > 0.9


def test_featurizers__take_alphabets_by_object_letters_and_name():
    for alphabet in (RNA, "ACGU", "RNA"):
        assert repr(OneHotNucleotideFeaturizer(alphabet)) == repr(OneHotNucleotideFeaturizer("ACGU"))
        np.testing.assert_array_equal(one_hot(["ACGU"], alphabet), one_hot(["ACGU"], RNA))
        assert feat.decode(one_hot(["ACGU"], alphabet), alphabet) == ["ACGU"]
        assert feat.reverse_complement("AACU", alphabet) == "AGUU"
        assert KmerFeaturizer(1, alphabet, canonical=False).feature_names() == list("ACGU")


def test_featurizers__take_sequences_of_biopython():
    biopython = pytest.importorskip("Bio.Seq", reason="biopython is not installed")
    from Bio.SeqRecord import SeqRecord

    texts = ["ACGTA", "TTGAC"]
    given = [biopython.Seq(texts[0]), SeqRecord(biopython.MutableSeq(texts[1]), id="x")]
    np.testing.assert_array_equal(one_hot(given), one_hot(texts))
    np.testing.assert_array_equal(OneHotNucleotideFeaturizer().featurize(given[0]), one_hot(texts[:1]))
    np.testing.assert_array_equal(KmerFeaturizer(2).featurize(given), KmerFeaturizer(2).featurize(texts))
    assert feat.reverse_complement(given) == [str(biopython.Seq(text).reverse_complement()) for text in texts]
    with pytest.raises(errors.BadValueError, match=mentions("10 bases", "letters")):
        one_hot([biopython.Seq(None, 10)])
