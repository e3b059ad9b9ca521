"""What every featurizer keeps: a row for each sequence, in their order, and none knows of the others."""

import deepchem as dc
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepchem_genomics import chemistry, feat

PATTERNS = st.integers(1, 6).flatmap(lambda k: st.tuples(st.just(k), st.integers(k, 9)))


def plain(values):
    return values.toarray() if hasattr(values, "toarray") else np.asarray(values)


def judged(rule, texts):
    """Return the score, pass and criteria of guides. Texts are repeated because a rule needs 19 bases."""
    scores = rule(feat.one_hot([text * 3 for text in texts]))
    return np.stack([scores.score, scores.passes, *scores.criteria.values()], axis=1)


ROWWISE = {
    "GappedKmerFeaturizer": lambda texts: feat.GappedKmerFeaturizer(5, 3).featurize(texts),
    "GuideFeaturizer": lambda texts: feat.GuideFeaturizer(20).featurize([(text * 3)[:20] for text in texts]),
    "KmerFeaturizer": lambda texts: feat.KmerFeaturizer((1, 3)).featurize(texts),
    "OneHotNucleotideFeaturizer": lambda texts: feat.OneHotNucleotideFeaturizer().featurize(texts),
    "one_hot": feat.one_hot,
    "amarzguioui": lambda texts: judged(feat.amarzguioui, texts),
    "chapter": lambda texts: judged(feat.chapter, texts),
    "complete_guides": lambda texts: np.array(feat.complete_guides([(text * 3)[:20] for text in texts])),
    "decode": lambda texts: feat.decode(feat.one_hot(texts)),
    "duplex_ends": lambda texts: np.stack(feat.duplex_ends(feat.one_hot(texts), pairs=3, paired=7), axis=1),
    "duplex_energy": lambda texts: feat.duplex_energy(feat.one_hot(texts)),
    "gapped_kmer_counts": lambda texts: feat.gapped_kmer_counts(feat.one_hot(texts), 5, 3),
    "hairpin_temperature": lambda texts: feat.hairpin_temperature(feat.one_hot(texts)),
    "kmer_counts": lambda texts: feat.kmer_counts(feat.one_hot(texts)),
    "melting_temperature": lambda texts: feat.melting_temperature(feat.one_hot(texts)),
    "passenger_core": lambda texts: feat.passenger_core(feat.one_hot([text * 3 for text in texts])),
    "reverse_complement": lambda texts: [feat.reverse_complement(text) for text in texts],
    "reverse_complement_one_hot": lambda texts: feat.reverse_complement_one_hot(feat.one_hot(texts)),
    "reynolds": lambda texts: judged(feat.reynolds, texts),
    "stacking_energies": lambda texts: feat.stacking_energies(feat.one_hot(texts)),
    "ui_tei": lambda texts: judged(feat.ui_tei, texts),
}
NOT_OF_SEQUENCES = {
    "DNA",
    "GUIDE_RULES",
    "RNA",
    "Alphabet",
    "DuplexEnds",
    "RuleScores",
    "gapped_kmer_patterns",
    "kmer_names",
    "stack_table",
}


def test_rowwise__has_every_featurizer():
    assert set(ROWWISE) | NOT_OF_SEQUENCES == set(feat.__all__), "a new one needs a line here"


@pytest.mark.parametrize("name", ROWWISE)
@settings(max_examples=25)
@given(data=st.data())
def test_every_featurizer__gives_a_row_for_each_sequence_in_their_order(name, data):
    featurize = ROWWISE[name]
    length = data.draw(st.integers(9, 12))
    texts = data.draw(st.lists(st.text("ACGT", min_size=length, max_size=length), min_size=1, max_size=6))
    order = data.draw(st.permutations(range(len(texts))))
    rows = plain(featurize(texts))
    assert len(rows) == len(texts)
    np.testing.assert_array_equal(plain(featurize([texts[i] for i in order])), rows[list(order)])
    alone = [plain(featurize([text]))[0] for text in texts]
    if rows.dtype.kind == "f":
        np.testing.assert_allclose(rows, alone, rtol=1e-6)
    else:
        np.testing.assert_array_equal(rows, alone)


@settings(max_examples=50)
@given(st.lists(st.text("ACGTNacgt", min_size=7, max_size=7), min_size=1, max_size=8), st.sampled_from([1, 3, 1000]))
def test_one_hot_featurizer__is_one_hot_and_decodes_to_what_was_given(texts, log_every_n):
    rows = feat.OneHotNucleotideFeaturizer().featurize(texts, log_every_n=log_every_n)
    np.testing.assert_array_equal(rows, feat.one_hot(texts))
    assert feat.decode(rows) == [text.upper() for text in texts]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True), st.booleans(), st.text("ACGT", min_size=4))
def test_kmer_names__are_those_of_the_columns(k, canonical, text):
    names = feat.kmer_names(k, canonical=canonical)
    [counts] = feat.kmer_counts(feat.one_hot([text]), k, canonical=canonical)
    assert len(names) == len(set(names)) == len(counts)
    for name, count in zip(names, counts, strict=True):
        words = {name, feat.reverse_complement(name)} if canonical else {name}
        at = range(len(text) - len(name) + 1)
        assert count == sum(text[i : i + len(name)] in words for i in at)


@given(PATTERNS)
def test_gapped_kmer_patterns__are_all_places_without_their_mirror_images(sizes):
    k, width = sizes
    patterns = feat.gapped_kmer_patterns(width, k)
    assert len(patterns) == len(set(patterns)) and {len(pattern) for pattern in patterns} == {k}
    assert all(pattern[0] == 0 and pattern[-1] < width and list(pattern) == sorted(pattern) for pattern in patterns)
    for pattern in patterns:
        mirror_image = tuple(pattern[-1] - place for place in reversed(pattern))
        assert mirror_image == pattern or mirror_image not in patterns


@given(st.sampled_from([feat.DNA, feat.RNA]), st.data())
def test_alphabet__codes_and_complements_agree(alphabet, data):
    code = data.draw(st.sampled_from(sorted(alphabet.codes)))
    partner = alphabet.complement[code]
    assert alphabet.complement[partner] == code
    assert sorted(alphabet.complement[base] for base in alphabet.codes[code]) == sorted(alphabet.codes[partner])


@given(st.text("ACGU", min_size=4, max_size=25), st.floats(1e-7, 1e-3), st.floats(1.1, 10))
def test_melting_temperature__rises_with_the_strands_and_is_the_same_from_either(text, strands, factor):
    one, other = feat.one_hot([text], feat.RNA), feat.one_hot([feat.reverse_complement(text, feat.RNA)], feat.RNA)
    np.testing.assert_allclose(feat.melting_temperature(one, strands), feat.melting_temperature(other, strands))
    assert feat.melting_temperature(one, strands) < feat.melting_temperature(one, strands * factor)


@settings(max_examples=20)
@given(st.lists(st.text("ACGU", min_size=1, max_size=6), min_size=1, max_size=4), st.sampled_from(["none", "5'"]))
def test_mol_featurizer__gives_a_molecule_for_each_sequence_that_spells_it(texts, phosphate):
    chem = pytest.importorskip("rdkit.Chem", reason="rdkit is not installed")
    molecules = chemistry.NucleicAcidMolFeaturizer(phosphate=phosphate).featurize(texts)
    assert [chem.MolToSequence(molecule) for molecule in molecules] == texts
    assert chemistry.smiles(texts, phosphate=phosphate) == [chem.MolToSmiles(molecule) for molecule in molecules]
    assert [chem.CanonSmiles(text) for text in chemistry.smiles(texts)] == chemistry.smiles(texts)


@settings(max_examples=10)
@given(st.lists(st.text("ACGU", min_size=1, max_size=5), min_size=1, max_size=4), st.randoms())
def test_mol_featurizer__keeps_the_order_of_what_follows(texts, chance):
    featurizer = chemistry.NucleicAcidMolFeaturizer(dc.feat.CircularFingerprint(size=64))
    order = list(range(len(texts)))
    chance.shuffle(order)
    rows = featurizer.featurize(texts)
    assert rows.shape == (len(texts), 64)
    np.testing.assert_array_equal(featurizer.featurize([texts[i] for i in order]), rows[order])


@settings(max_examples=15)
@given(st.text("ACGU", min_size=1, max_size=5), st.text("ACGU", min_size=1, max_size=5))
def test_duplex_molecule__has_the_atoms_of_both_strands(guide, passenger):
    strands = [chemistry.nucleic_acid_molecule(text) for text in (guide, passenger)]
    assert chemistry.duplex_molecule(guide, passenger).GetNumAtoms() == sum(one.GetNumAtoms() for one in strands)
