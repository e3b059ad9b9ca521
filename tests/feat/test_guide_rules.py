"""Rules of thumb for siRNA guides, against the same rules applied to strings letter by letter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import SequenceLengthError, ShapeMismatchError
from deepchem_genomics.feat import (
    GUIDE_RULES,
    RNA,
    amarzguioui,
    chapter,
    decode,
    hairpin_temperature,
    one_hot,
    passenger_core,
    reverse_complement,
    reynolds,
    ui_tei,
)

guides = st.text("ACGU", min_size=21, max_size=21)
many_gc = st.text("GC", min_size=8, max_size=12).flatmap(
    lambda run: st.text("ACGU", min_size=21, max_size=21).map(lambda rest: (rest[:4] + run + rest)[:21])
)


def encode(*texts):
    return one_hot(texts, RNA)


def sense_of(guide):
    """Write the 19 bases of the sense strand behind a blank, so that position p is letter p."""
    return " " + reverse_complement(guide[:19], RNA)


def ui_tei_by_hand(guide):
    runs = "".join("S" if letter in "GC" else "." for letter in guide[:19]).split(".")
    return [
        guide[0] in "AU",
        sense_of(guide)[1] in "GC",
        sum(letter in "AU" for letter in guide[:7]) >= 5,
        max(map(len, runs)) <= 9,
    ]


def reynolds_by_hand(guide, hairpin):
    sense = sense_of(guide)
    score = (6 <= sum(letter in "GC" for letter in sense) <= 9) + (not hairpin)
    score += sum(letter in "AU" for letter in sense[15:20])
    score += (sense[19] == "A") + (sense[3] == "A") + (sense[10] == "U")
    return score - (sense[19] in "GC") - (sense[13] == "G")


def amarzguioui_by_hand(guide):
    sense = sense_of(guide)
    score = sum(letter in "AU" for letter in sense[17:20]) - sum(letter in "AU" for letter in sense[1:4])
    score += (sense[1] in "GC") + (sense[6] == "A") + (sense[19] in "AU")
    return score - (sense[1] == "U") - (sense[19] == "G")


@given(guides | many_gc)
def test_ui_tei__is_what_the_strings_say(guide):
    scores = ui_tei(encode(guide))
    expected = ui_tei_by_hand(guide)
    assert [bool(met[0]) for met in scores.criteria.values()] == expected
    assert scores.score.tolist() == [sum(expected)] and scores.passes.tolist() == [all(expected)]


@given(guides)
def test_reynolds__is_what_the_strings_say(guide):
    scores = reynolds(encode(guide))
    hairpin = hairpin_temperature(passenger_core(encode(guide)))[0] >= 20
    assert scores.criteria["no_internal_repeat"].tolist() == [not hairpin]
    assert scores.score.tolist() == [reynolds_by_hand(guide, hairpin)]
    assert scores.passes.tolist() == [scores.score[0] >= 6]


@given(guides)
def test_amarzguioui__is_what_the_strings_say(guide):
    scores = amarzguioui(encode(guide))
    assert scores.score.tolist() == [amarzguioui_by_hand(guide)]
    assert scores.passes.tolist() == [scores.score[0] >= 3]


@pytest.mark.parametrize(("rule", "best", "worst"), [(reynolds, 10, -2), (amarzguioui, 6, -5), (ui_tei, 4, 0)])
def test_rules__reach_the_ends_of_their_range(rule, best, worst):
    sense = {  # for each rule the sense strand with the highest and the lowest score
        reynolds: ("GCACUACCAUCAUAAUUAA", "GGGCCCGGGAAAGCCCGGG"),
        amarzguioui: ("GCGCCACCAUCAUCAUUAA", "UAACCGCCAUCAUCAUCGG"),
        ui_tei: ("GCGCCACCAUCAUCAUUAA", "AACCGCCGCGCGCGCGCGG"),
    }[rule]
    guides = encode(*(reverse_complement(text, RNA) + "UU" for text in sense))
    assert rule(guides).score.tolist() == [best, worst]


def test_rules__judge_many_guides_as_they_judge_each():
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(list("ACGU"), 21)) for _ in range(200)]
    for rule in GUIDE_RULES.values():
        together, alone = rule(encode(*texts)), [rule(encode(text)) for text in texts]
        assert together.score.tolist() == [scores.score[0] for scores in alone]
        for name, met in together.criteria.items():
            assert met.dtype == bool and met.tolist() == [scores.criteria[name][0] for scores in alone]


def test_rules__do_not_look_at_the_overhang_and_take_guides_without():
    long, other, short = "UUAAUGUCAAGUGACAUUGAA", "UUAAUGUCAAGUGACAUUGGC", "UUAAUGUCAAGUGACAUUG"
    for rule in GUIDE_RULES.values():
        assert rule(encode(long)).score == rule(encode(other)).score == rule(encode(short)).score


def test_rules__an_unknown_base_meets_no_criterion_that_asks_for_a_base():
    scores = reynolds(encode("N" * 21))
    assert [name for name, met in scores.criteria.items() if met[0]] == [
        "no_internal_repeat",
        "no_GC_at_19",
        "no_G_at_13",
    ]


def test_passenger_core__pairs_with_the_first_nineteen_bases():
    guide = "UUAAUCGAUCGAUCGCGCCAA"
    assert decode(passenger_core(encode(guide)), RNA) == [reverse_complement(guide[:19], RNA)]


def test_rules__say_what_is_wrong():
    for rule in GUIDE_RULES.values():
        with pytest.raises(ShapeMismatchError, match=mentions("guides", "(21, 4)", "(N, L, 4)")):
            rule(np.zeros((21, 4), np.int8))
        with pytest.raises(SequenceLengthError, match=mentions("guides", "18", "19")):
            rule(np.zeros((1, 18, 4), np.int8))


def test_hairpin_temperature__of_a_stem_of_five_pairs_is_the_sum_done_by_hand():
    # GGGGC AAAA GCCCC: stacks GG, GG, GG, GC; a loop of four costs 5.6 kcal/mol at 37 C.
    enthalpy, entropy = -3 * 13.39 - 14.88, -3 * 32.7 - 36.9
    expected = 1000 * enthalpy / (entropy - 5600 / 310.15) - 273.15
    np.testing.assert_allclose(hairpin_temperature(encode("GGGGCAAAAGCCCC")), [expected])


def hottest_stem_by_hand(text):
    """Try every stem of two or more pairs."""
    pair = {"AU", "UA", "CG", "GC"}
    loops = dict(zip(range(3, 10), (5.4, 5.6, 5.7, 5.4, 6.0, 5.5, 6.4), strict=True))
    table = {"AA": (-6.82, -19.0), "AU": (-9.38, -26.7), "UA": (-7.69, -20.5), "CU": (-10.48, -27.1),
             "CA": (-10.44, -26.9), "GU": (-11.40, -29.5), "GA": (-12.44, -32.5), "CG": (-10.64, -26.7),
             "GG": (-13.39, -32.7), "GC": (-14.88, -36.9)}  # fmt: skip
    table |= {reverse_complement(stack, RNA): values for stack, values in table.items()}
    hottest = -np.inf
    for start in range(len(text)):
        for end in range(start + 6, len(text)):
            for n_pairs in range(2, len(text)):
                loop = end - start + 1 - 2 * n_pairs
                if loop < 3 or any(text[start + p] + text[end - p] not in pair for p in range(n_pairs)):
                    break
                cost = loops.get(loop) or 6.4 + 1.75 * 0.001987 * 310.15 * np.log(loop / 9)
                stacks = [table[text[start + p : start + p + 2]] for p in range(n_pairs - 1)]
                enthalpy, entropy = np.sum(stacks, axis=0)
                hottest = max(hottest, 1000 * enthalpy / (entropy - 1000 * cost / 310.15) - 273.15)
    return hottest


@settings(max_examples=50)
@given(st.text("ACGU", min_size=7, max_size=19))
def test_hairpin_temperature__is_that_of_the_hottest_of_all_stems(text):
    np.testing.assert_allclose(hairpin_temperature(encode(text)), [hottest_stem_by_hand(text)])


def test_hairpin_temperature__says_what_is_too_short():
    with pytest.raises(SequenceLengthError, match=mentions("6", "7", "hairpin")):
        hairpin_temperature(encode("GCAAGC"))


@given(guides)
def test_chapter__is_the_first_letter_and_no_more(guide):
    scores = chapter(encode(guide))
    assert scores.score.tolist() == [int(guide[0] in "AG")]
    assert scores.passes.tolist() == scores.criteria["guide_starts_AG"].tolist() == [guide[0] in "AG"]
