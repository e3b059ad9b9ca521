"""Checks of guides: which strand they are, and which are copies of each other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import EmptyInputError, SequenceLengthError, UnknownBaseError
from deepchem_genomics.feat import RNA, reverse_complement
from deepchem_genomics.sirna import check_guides


def drawn(n, seed=0):
    return "".join(np.random.default_rng(seed).choice(list("ACGU"), n))


TARGET, OTHER = drawn(300), drawn(200, 1)


def guide_at(start, sequence=TARGET):
    return reverse_complement(sequence[start : start + 21], RNA)


def changed(text, *places):
    return "".join({"A": "C"}.get(letter, "A") if place in places else letter for place, letter in enumerate(text))


def complement(text):
    return reverse_complement(text, RNA)[::-1]


def test_check__tells_each_way_in_which_a_strand_can_be_written():
    guide = guide_at(100)
    guides = {
        "antisense": guide,
        "sense": complement(guide)[::-1],
        "reversed": complement(guide),
        "complement-only": guide[::-1],
        "not found": guide_at(100, OTHER[::-1]),
    }
    table = check_guides(guides, {"t": TARGET})
    assert table["verdict"].tolist() == list(guides)
    assert table["target"].tolist() == ["t"] * 4 + [""]
    places = table["position"]
    assert [TARGET[place : place + 18] for place in places[:2]] == [
        complement(guide)[::-1][2:20],
        complement(guide)[::-1][1:19],
    ]
    assert pd.isna(places[4]) and table["n_targets"].tolist() == [1, 1, 1, 1, 0]


@pytest.mark.parametrize("length", [19, 20, 21, 22, 23])
def test_check__is_not_led_astray_by_overhangs_and_base_1(length):
    core = changed(guide_at(50), 0)[:19]
    overhang = changed(reverse_complement(TARGET[40:52], RNA), *range(12))[: length - 19]
    for sequence in (core + overhang, (core + overhang).replace("U", "T").lower()):
        table = check_guides({"g": sequence, "r": (core + overhang)[::-1]}, {"t": TARGET})
        assert table["verdict"].tolist() == ["antisense", "complement-only"]


def test_check__reads_dt_and_counts_targets(tmp_path):
    guides = tmp_path / "guides.csv"
    guides.write_text(f"name,guide\na,{guide_at(10)[:19]}dTdT\nb,{guide_at(30)}\n")
    isoform = TARGET[5:40] + OTHER
    fasta = tmp_path / "t.fa"
    fasta.write_text(f">t1 x\n{TARGET}\n>t2\n{isoform.replace('U', 'T')}\n>t3\n{OTHER}\n")
    table = check_guides(guides, fasta, sequence_column="guide", id_column="name")
    assert table[["id", "guide", "verdict", "target", "n_targets"]].to_numpy().tolist() == [
        ["a", guide_at(10)[:19] + "UU", "antisense", "t1", 2],
        ["b", guide_at(30), "antisense", "t1", 1],
    ]


def test_check__prefers_antisense_anywhere_to_anything_else():
    guide = guide_at(60)
    table = check_guides({"g": guide}, {"sense": OTHER + guide, "antisense": TARGET})
    assert table[["verdict", "target"]].to_numpy().tolist() == [["antisense", "antisense"]]


def test_check__finds_nothing_where_a_target_is_not_known():
    table = check_guides({"g": guide_at(60)}, {"t": TARGET[:70] + "N" + TARGET[71:]})
    assert table["verdict"].tolist() == ["not found"]


def test_check__names_duplicates_and_near_copies_within_and_across_tables():
    guide = guide_at(100)
    guides = {
        "g": guide,
        "same": guide[:19] + "AC",
        "one": changed(guide, 5),
        "two": changed(guide, 5, 9),
        "three": changed(guide, 5, 9, 14),
        "shifted": guide_at(101),
        "by two": guide_at(98),
        "by three": guide_at(103),
        "other": guide_at(200),
    }
    against = {"x": guide_at(200), "y": changed(guide_at(200), 3), "z": guide_at(202)}
    table = check_guides(guides, {"t": TARGET}, against).set_index("id")
    assert table.loc["g", ["same", "near"]].tolist() == ["same", "one, two, shifted, by two"]
    assert table.loc["three", ["same", "near"]].tolist() == ["", "one, two"]
    assert table.loc["other", ["same", "near", "against_same", "against_near"]].tolist() == ["", "", "x", "y, z"]
    assert (table.loc[table.index != "other", ["against_same", "against_near"]] == "").all(axis=None)


@settings(max_examples=40)
@given(st.lists(st.text("AC", min_size=19, max_size=19), min_size=1, max_size=12))
def test_check__copies_are_those_of_a_comparison_letter_by_letter(guides):
    table = check_guides({str(row): guide for row, guide in enumerate(guides)}, {"t": TARGET})
    for row, guide in enumerate(guides):
        others = [(other, text) for other, text in enumerate(guides) if other != row]
        same = [str(other) for other, text in others if text == guide]
        near = [
            str(other)
            for other, text in others
            if text != guide
            and (
                sum(a != b for a, b in zip(guide, text, strict=True)) <= 2
                or any(guide[n:] == text[:-n] or text[n:] == guide[:-n] for n in (1, 2))
            )
        ]
        for column, expected in (("same", same), ("near", near)):
            more = f" (+{len(expected) - 5})" if len(expected) > 5 else ""
            assert table[column][row] == ", ".join(expected[:5]) + more


@pytest.mark.parametrize(
    ("guides", "error", "facts"),
    [
        ({"short": "ACGU"}, SequenceLengthError, ("short", "4", "19")),
        ({"g": guide_at(9), "n": "N" + guide_at(9)[1:]}, UnknownBaseError, ("n", "N")),
        ({"n": guide_at(9)[:20] + "N"}, UnknownBaseError, ("n", "N")),
        ({}, EmptyInputError, ("guides",)),
    ],
)
def test_check__refuses_what_is_no_guide(guides, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        check_guides(guides, {"t": TARGET})
