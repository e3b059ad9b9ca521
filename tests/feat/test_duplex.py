"""Nearest-neighbor energies, against sums done letter by letter, a worked example and Biopython."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import BadValueError, SequenceLengthError, ShapeMismatchError
from deepchem_genomics.feat import (
    RNA,
    duplex_ends,
    duplex_energy,
    melting_temperature,
    one_hot,
    reverse_complement,
    stack_table,
    stacking_energies,
)

# Table 4 of Xia et al. (1998), one name for each stack: free energy at 37 C, kcal/mol.
PUBLISHED = {
    "AA": -0.93, "UU": -0.93, "AU": -1.10, "UA": -1.33, "CU": -2.08, "AG": -2.08, "CA": -2.11, "UG": -2.11,
    "GU": -2.24, "AC": -2.24, "GA": -2.35, "UC": -2.35, "CG": -2.36, "GG": -3.26, "CC": -3.26, "GC": -3.42,
}  # fmt: skip
strands = st.text("ACGU", min_size=19, max_size=25)


def encode(*texts):
    return one_hot(texts, RNA)


def energy_by_hand(text):
    total = 4.09 + 0.45 * ((text[0] in "AU") + (text[-1] in "AU"))
    return total + sum(PUBLISHED[text[i : i + 2]] for i in range(len(text) - 1))


@given(strands)
def test_stacking_energies__are_the_published_ones(text):
    expected = [PUBLISHED[text[i : i + 2]] for i in range(len(text) - 1)]
    np.testing.assert_allclose(stacking_energies(encode(text))[0], expected)


@given(strands)
def test_duplex_energy__is_the_sum_done_by_hand_and_the_same_from_either_strand(text):
    energy = duplex_energy(encode(text))
    np.testing.assert_allclose(energy, energy_by_hand(text))
    np.testing.assert_allclose(energy, duplex_energy(encode(reverse_complement(text, RNA))))
    np.testing.assert_allclose(melting_temperature(encode(text)), melting_temperature(
        encode(reverse_complement(text, RNA))))  # fmt: skip


def test_stack_table__the_free_energy_is_the_enthalpy_less_the_entropy_times_body_temperature():
    difference = stack_table("enthalpy") - 310.15 * stack_table("entropy") / 1000 - stack_table()
    assert np.abs(difference).max() < 0.03  # the paper rounds entropies to 0.1 cal/(mol K)
    assert (stack_table() < 0).all()


def test_duplex_energy__of_the_worked_example_of_the_nearest_neighbor_database():
    # 5'-ACGAGCA with its complement: 4.09 + 2 x 0.45 - 2.24 - 2.36 - 2.35 - 2.08 - 3.42 - 2.11.
    assert duplex_energy(encode("ACGAGCA")).round(2).tolist() == [-9.57]


@given(strands)
def test_duplex_ends__are_the_first_and_last_pairs_of_the_nineteen(text):
    ends = duplex_ends(encode(text), pairs=4)
    core = text[:19]
    guide = sum(PUBLISHED[core[i : i + 2]] for i in range(3)) + 0.45 * (core[0] in "AU")
    passenger = sum(PUBLISHED[core[i : i + 2]] for i in range(15, 18)) + 0.45 * (core[18] in "AU")
    np.testing.assert_allclose([ends.guide[0], ends.passenger[0]], [guide, passenger])
    np.testing.assert_allclose(ends.asymmetry, ends.guide - ends.passenger)


def test_duplex_ends__seen_from_the_other_strand_change_places():
    text = "UUAAUCGAUCGAUCGCGCC"
    here, there = duplex_ends(encode(text)), duplex_ends(encode(reverse_complement(text, RNA)))
    np.testing.assert_allclose(here.guide, there.passenger)
    np.testing.assert_allclose(here.asymmetry, -there.asymmetry)
    assert here.asymmetry[0] > 0  # an A/U-rich 5' end is the looser one


def test_duplex_ends__do_not_depend_on_the_overhang():
    first, second = duplex_ends(encode("UUAAUCGAUCGAUCGCGCCAA", "UUAAUCGAUCGAUCGCGCCGC")).asymmetry
    assert first == second


def test_energies__leave_out_what_an_unknown_base_takes_part_in():
    assert stacking_energies(encode("GCNAA"))[0].round(2).tolist() == [-3.42, 0, 0, -0.93]
    assert duplex_energy(encode("NGCN")).round(2).tolist() == [0.67]


def test_melting_temperature__stays_what_it_is():
    # UAGACU: dH = 3.61 + 2 x 3.72 - 7.69 - 10.48 - 12.44 - 11.40 - 10.48, dS = -1.5 + 2 x 10.5 - 20.5 - 27.1 - 32.5
    # - 29.5 - 27.1; 0.1 mmol/l.
    expected = -41440 / (-117.2 + 1.987 * np.log(1e-4 / 4)) - 273.15
    assert melting_temperature(encode("UAGACU")).round(3).tolist() == [round(expected, 3)] == [26.585]


@pytest.mark.parametrize("text", ["UUAAUCG", "GCGCAUA", "ACGAGCA", "UUAAUCGAUCGAUCGCGCC", "GGGGGGGGGGCAAAAAAAA"])
def test_melting_temperature__is_that_of_biopython(text):
    melting = pytest.importorskip("Bio.SeqUtils.MeltingTemp", reason="needs biopython")
    theirs = melting.Tm_NN(text, nn_table=melting.RNA_NN2, dnac1=5e4, dnac2=5e4, saltcorr=0)
    np.testing.assert_allclose(melting_temperature(encode(text), strands=1e-4), theirs, atol=0.006)


def test_melting_temperature__rises_with_concentration():
    low, high = (melting_temperature(encode("UUAAUCG"), strands)[0] for strands in (1e-6, 1e-3))
    assert low < high


def test_energies__say_what_is_wrong():
    for function in (stacking_energies, duplex_energy, duplex_ends, melting_temperature):
        with pytest.raises(ShapeMismatchError, match=mentions("(21, 4)", "(N, L, 4)")):
            function(np.zeros((21, 4)))
    with pytest.raises(SequenceLengthError, match=mentions("18", "19", "paired=18")):
        duplex_ends(np.zeros((1, 18, 4)))
    for wrong in (1, 20, 2.5):
        with pytest.raises(BadValueError, match=mentions(str(wrong), "2", "19")):
            duplex_ends(np.zeros((1, 21, 4)), pairs=wrong)
    with pytest.raises(BadValueError, match=mentions("strands", "0", "mol/l")):
        melting_temperature(np.zeros((1, 7, 4)), strands=0)
    with pytest.raises(BadValueError, match=mentions("quantity", "heat", "'free energy', 'enthalpy', 'entropy'")):
        stack_table("heat")
