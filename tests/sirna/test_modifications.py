"""Modified strands: what is written, and the molecules, against formulas that were added up by hand."""

import re
from collections import Counter

import pytest
from messages import mentions
from rdkit import Chem
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from deepchem_genomics.chemistry import nucleic_acid_molecule
from deepchem_genomics.errors import BadValueError, UnknownBaseError
from deepchem_genomics.sirna import MODIFICATIONS, modified_molecule
from deepchem_genomics.sirna.modifications import modified_strand

# from the formulas of adenine, cytosine, guanine, thymine and uracil, ribose and phosphoric acid, less water
BASES = {"A": "C5H5N5", "C": "C4H5N3O", "G": "C5H5N5O", "T": "C5H6N2O2", "U": "C4H4N2O2"}
SUGARS = {"": "C5H10O5", "d": "C5H10O4", "m": "C6H12O5", "f": "C5H9FO4"}


def atoms(formula):
    counts = Counter()
    for symbol, number in re.findall(r"([A-Z])(\d*)", formula):
        counts[symbol] += int(number or 1)
    return counts


def expected(bases, n_thio):
    """Add up nucleosides, and for each link phosphoric acid less two waters, with S for an O of each thioate."""
    counts = Counter()
    for sugar, letter in bases:
        counts.update(atoms(SUGARS[sugar]) + atoms(BASES[letter]))
    counts.subtract({"H": 2 * len(bases), "O": len(bases)})
    links = len(bases) - 1
    counts.update({"H": 3 * links, "P": links, "O": 4 * links})
    counts.subtract({"H": 4 * links, "O": 2 * links})
    counts.update({"S": n_thio})
    counts.subtract({"O": n_thio})
    return +counts


@pytest.mark.parametrize(
    ("strand", "bases", "n_thio"),
    [
        ("A", [("", "A")], 0),
        ("mU", [("m", "U")], 0),
        ("fC*dTdT", [("f", "C"), ("d", "T"), ("d", "T")], 1),
        ("mG*fA*UdCT", [("m", "G"), ("f", "A"), ("", "U"), ("d", "C"), ("", "T")], 2),
    ],
)
def test_molecule__has_the_formula_of_its_parts(strand, bases, n_thio):
    assert atoms(CalcMolFormula(modified_molecule(strand))) == expected(bases, n_thio)


@pytest.mark.parametrize(
    ("strand", "smiles"),  # 2'-O-methyladenosine, 2'-fluoro-2'-deoxyuridine, 2'-fluoro-2'-deoxycytidine
    [
        ("mA", "CO[C@@H]1[C@H](O)[C@@H](CO)O[C@H]1n1cnc2c(N)ncnc21"),
        ("fU", "OC[C@H]1O[C@H]([C@H](F)[C@@H]1O)N1C=CC(=O)NC1=O"),
        ("fC", "OC[C@H]1O[C@H]([C@H](F)[C@@H]1O)N1C=CC(N)=NC1=O"),
    ],
)
def test_molecule__of_one_base_is_the_nucleoside(strand, smiles):
    assert Chem.MolToSmiles(modified_molecule(strand)) == Chem.CanonSmiles(smiles)


def test_molecule__without_modifications_is_that_of_the_strand():
    strand = "UUCGAACUGGA"
    assert Chem.MolToSmiles(modified_molecule(strand)) == Chem.MolToSmiles(nucleic_acid_molecule(strand))


def test_patterns__are_of_the_bases_that_they_name():
    fluorine = {
        name: [[at + 1 for at, letter in enumerate(strand) if letter == "f"] for strand in pattern[:2]]
        for name, pattern in MODIFICATIONS.items()
    }
    assert fluorine["esc"][0] == [2, 6, 8, 9, 14, 16]
    assert sorted(20 - at for at in fluorine["esc"][1]) == [11, 12, 13, 15]  # the guide's base that each pairs with
    assert fluorine["alternating"] == [list(range(2, 21, 2)), list(range(1, 22, 2))]
    for pattern in MODIFICATIONS.values():
        assert len(pattern.guide) == len(pattern.passenger) == 21


@pytest.mark.parametrize("name", MODIFICATIONS)
def test_modified_strand__is_as_the_pattern_says(name):
    pattern, strand = MODIFICATIONS[name], "UUAAUCGAUCGAUCGCGCCAU"
    written = modified_strand(strand, pattern.guide, pattern.guide_thio)
    sugars = [letter.replace("r", "") for letter in pattern.guide]
    bases = list(zip(sugars, strand, strict=True))
    assert written.replace("*", "") == "".join(f"{sugar}{letter}" for sugar, letter in bases)
    assert written.count("*") == sum(pattern.guide_thio)
    assert atoms(CalcMolFormula(modified_molecule(written))) == expected(bases, sum(pattern.guide_thio))
    with_dna = modified_strand(f"{strand[:19]}dTdT", pattern.guide, pattern.guide_thio)
    assert with_dna.replace("*", "").endswith("dTdT")


@pytest.mark.parametrize(("strand", "facts"), [("UxA", ("'x'", "2")), ("UA*", ("'UA*'",)), ("", ("''",))])
def test_molecule__refuses_what_is_not_a_strand(strand, facts):
    with pytest.raises(UnknownBaseError, match=mentions(*facts)):
        modified_molecule(strand)


def test_modified_strand__needs_a_letter_a_base():
    with pytest.raises(BadValueError, match=mentions("3", "2")):
        modified_strand("UUA", "mf", (0, 0))
