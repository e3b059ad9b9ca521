"""Sequences as molecules: against RDKit's other parser, InChIKeys of known substances, and weights that add up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions
from rdkit import Chem
from rdkit.Chem.Descriptors import MolWt

from deepchem_genomics import chemistry, errors

GUIDE, PASSENGER = "UUCUCCGAACGUGUCACGUUU", "ACGUGACACGUUCGGAGAAUU"
LETTERS = {"RNA": "ACGU", "DNA": "ACGT"}
FLAVORS = {  # of Chem.MolFromSequence
    ("RNA", "none"): 2, ("RNA", "5'"): 3, ("RNA", "3'"): 4, ("RNA", "both"): 5,
    ("DNA", "none"): 6, ("DNA", "5'"): 7, ("DNA", "3'"): 8, ("DNA", "both"): 9,
}  # fmt: skip

# The substances' InChIKeys, in whose second block the stereochemistry is.
SUBSTANCES = {
    "adenosine": ("A", "RNA", "none", "OIRDTQYFTABQOQ-KQYNXXCUSA-N"),
    "cytidine": ("C", "RNA", "none", "UHDGCWIWMRVCDJ-XVFCMESISA-N"),
    "guanosine": ("G", "RNA", "none", "NYHBQMYGNKIUIF-UUOKFMHZSA-N"),
    "uridine": ("U", "RNA", "none", "DRTQHJPVMGBUCF-XVFCMESISA-N"),
    "AMP": ("A", "RNA", "5'", "UDMBCSSLTHHNCD-KQYNXXCUSA-N"),
    "deoxyadenosine": ("A", "DNA", "none", "OLXZPDWKRNYJJZ-RRKCRQDMSA-N"),
    "deoxycytidine": ("C", "DNA", "none", "CKTSBUTUHBMZGZ-SHYZEUOFSA-N"),
    "deoxyguanosine": ("G", "DNA", "none", "YKBGVTZYEHREMT-KVQBGUIXSA-N"),
    "thymidine": ("T", "DNA", "none", "IQFYYKKMVGJFEH-XLPZGREQSA-N"),
}


@pytest.mark.parametrize("name", SUBSTANCES)
def test_molecule__is_the_known_substance_with_its_stereochemistry(name):
    sequence, kind, phosphate, key = SUBSTANCES[name]
    assert Chem.MolToInchiKey(chemistry.nucleic_acid_molecule(sequence, kind, phosphate)) == key


def test_molecule__is_linked_from_3_prime_to_5_prime():
    # 5'-ApC-3': adenosine's 3' oxygen, phosphorus, cytidine's 5' carbon. The other order is another substance.
    expected = Chem.CanonSmiles(
        "Nc1ncnc2c1ncn2[C@@H]1O[C@H](CO)[C@@H](OP(=O)(O)OC[C@H]2O[C@@H](n3ccc(N)nc3=O)[C@H](O)[C@@H]2O)[C@H]1O"
    )
    assert chemistry.smiles("AC") == expected != chemistry.smiles("CA")


@settings(max_examples=40)
@given(st.data())
def test_molecule__is_what_rdkit_reads_from_the_sequence_and_writes_back(data):
    kind, phosphate = data.draw(st.sampled_from(sorted(FLAVORS)))
    sequence = data.draw(st.text(LETTERS[kind], min_size=1, max_size=12))
    molecule = chemistry.nucleic_acid_molecule(sequence, kind, phosphate)
    other = Chem.MolFromSequence(sequence, flavor=FLAVORS[kind, phosphate])
    assert Chem.MolToSmiles(molecule) == Chem.MolToSmiles(other)
    assert Chem.MolToSequence(molecule) == sequence
    centers = Chem.FindMolChiralCenters(molecule, includeUnassigned=True)
    carbons = [mark for atom, mark in centers if molecule.GetAtomWithIdx(atom).GetSymbol() == "C"]
    assert len(carbons) == len(sequence) * {"RNA": 4, "DNA": 3}[kind]
    assert set(carbons) <= {"R", "S"}  # phosphorus is none: its two oxygens are alike


@settings(max_examples=40)
@given(st.data())
def test_weight__is_the_molecules(data):
    kind, phosphate = data.draw(st.sampled_from(sorted(FLAVORS)))
    letters = LETTERS[kind] + LETTERS[kind].lower()
    sequences = data.draw(st.lists(st.text(letters, min_size=1, max_size=25), min_size=1, max_size=5))
    weights = chemistry.molecular_weight(sequences, kind, phosphate)
    slowly = [MolWt(chemistry.nucleic_acid_molecule(sequence, kind, phosphate)) for sequence in sequences]
    np.testing.assert_allclose(weights, slowly, rtol=0, atol=0.01)
    assert chemistry.molecular_weight(sequences[0], kind, phosphate) == pytest.approx(weights[0])


def test_weight__is_the_monophosphates_less_a_water_for_each_link():
    # Average weights of AMP, CMP, GMP and UMP as PubChem has them, to 0.1.
    nucleotides = {"A": 347.22, "C": 323.20, "G": 363.22, "U": 324.18}
    by_hand = sum(nucleotides[letter] for letter in GUIDE) - 20 * 18.015
    assert chemistry.molecular_weight(GUIDE, phosphate="5'") == pytest.approx(by_hand, abs=0.1)
    without = by_hand - 79.98  # HPO3
    assert chemistry.molecular_weight(GUIDE) == pytest.approx(without, abs=0.1)


def test_weight__takes_tables_and_bytes():
    table = pd.Series([GUIDE, PASSENGER], index=["guide", "passenger"])
    expected = [chemistry.molecular_weight(GUIDE), chemistry.molecular_weight(PASSENGER)]
    assert chemistry.molecular_weight(table).tolist() == pytest.approx(expected)
    assert chemistry.molecular_weight(np.array([GUIDE.encode(), PASSENGER.encode()])).tolist() == pytest.approx(
        expected
    )
    with pytest.raises(errors.UnknownBaseError, match=mentions("sequence b", "N", "position 1")):
        chemistry.molecular_weight(pd.Series(["AC", "CNA", "G"], index=list("abc")))


def test_weight__takes_what_is_too_long_for_a_molecule():
    one, two, three = (chemistry.molecular_weight("A" * length) for length in (1, 2, 3))
    assert two - one == pytest.approx(three - two)
    assert chemistry.molecular_weight("A" * 100_000) == pytest.approx(one + 99_999 * (two - one))


def test_duplex__has_both_strands_as_fragments():
    duplex = chemistry.duplex_molecule(GUIDE, PASSENGER, guide_phosphate="5'")
    guide, passenger = Chem.GetMolFrags(duplex, asMols=True)
    assert Chem.MolToSmiles(guide) == chemistry.smiles(GUIDE, phosphate="5'")
    assert Chem.MolToSmiles(passenger) == chemistry.smiles(PASSENGER)
    assert MolWt(duplex) == pytest.approx(
        chemistry.molecular_weight(GUIDE, phosphate="5'") + chemistry.molecular_weight(PASSENGER), abs=0.01
    )
    assert {atom.GetPDBResidueInfo().GetChainId() for atom in duplex.GetAtoms()} == {"A", "B"}
    dna = chemistry.duplex_molecule("ACG", "CGT", "DNA", passenger_phosphate="both")
    assert Chem.MolToHELM(dna) == "RNA1{[dR](A)P.[dR](C)P.[dR](G)}|RNA2{P.[dR](C)P.[dR](G)P.[dR](T)P}$$$$"


def test_smiles__of_several_is_a_list_that_reads_back():
    texts = chemistry.smiles([GUIDE, PASSENGER], phosphate="5'")
    assert [Chem.CanonSmiles(text) for text in texts] == texts
    assert MolWt(Chem.MolFromSmiles(texts[0])) == pytest.approx(6666.91, abs=0.01)


ROW, LONG = "the sequence has ", "; RDKit manages molecules of up to about 1000 bases; take a part, or "


@pytest.mark.parametrize(
    ("sequence", "options", "error", "facts"),
    [
        ("ACNU", {}, errors.UnknownBaseError,
         ("'N'", "position 2", "RNA", "A, C, G, U")),
        ("ACXU", {}, errors.UnknownBaseError,
         ("'X'", "position 2", "RNA", "A, C, G, U")),
        ("A U", {}, errors.UnknownBaseError,
         ("' '", "position 1", "RNA", "A, C, G, U")),
        ("ACt", {}, errors.AlphabetMismatchError,
         ("'t'", "position 2", "RNA", 'kind="DNA"')),
        ("ACU", {"kind": "DNA"}, errors.AlphabetMismatchError,
         ("'U'", "position 2", "DNA", 'kind="RNA"')),
        ("", {}, errors.EmptyInputError,
         ("sequence",)),
        (None, {}, errors.BadValueError, ("sequence", "None", "str")),
        ("A", {"kind": "rna"}, errors.BadValueError, ("kind", "'rna'", "'RNA', 'DNA'")),
        ("A", {"phosphate": "5"}, errors.BadValueError,
         ("phosphate", "'5'", "'none'", "\"5'\"", "\"3'\"", "'both'")),
        ("A" * 1001, {}, errors.SequenceLengthError,
         ("1001", "1000", "molecular_weight()")),
    ],
)  # fmt: skip
def test_molecule__says_what_it_cannot_build(sequence, options, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        chemistry.nucleic_acid_molecule(sequence, **options)


def test_errors__name_the_strand_or_the_record():
    with pytest.raises(errors.UnknownBaseError, match=mentions("passenger", "N", "position 0")):
        chemistry.duplex_molecule("A", "NA")
    with pytest.raises(errors.BadValueError, match=mentions("passenger_phosphate", "all")):
        chemistry.duplex_molecule("A", "A", passenger_phosphate="all")
    with pytest.raises(errors.AlphabetMismatchError, match=mentions("sequence 1", "T", "position 1")):
        chemistry.smiles(["AC", "AT"])
    with pytest.raises(errors.EmptyInputError, match=mentions("sequence 1")):
        chemistry.molecular_weight(["AC", ""])
    for function in (chemistry.smiles, chemistry.molecular_weight):
        with pytest.raises(errors.EmptyInputError, match=mentions("sequences")):
            function([])
