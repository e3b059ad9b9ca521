"""What is ordered: strands with overhangs, pools of distinct seeds, controls."""

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import RNA, reverse_complement
from deepchem_genomics.sirna import DesignOptions, OrderOptions, Transcriptome, design
from deepchem_genomics.sirna.orders import add_controls, add_pool, order_rows

GUIDE, PASSENGER = "UUAAUCGAUCGAUCGCGCCAU", "GGCGCGAUCGAUCGAUUAAUU"


def drawn(n, seed=0):
    return "".join(np.random.default_rng(seed).choice(list("ACGU"), n))


def chosen(*guides, **columns):
    table = {"id": [f"G_{n:04d}" for n in range(len(guides))], "record": "r", "guide": guides, "passenger": PASSENGER}
    return pd.DataFrame({**table, **columns})


@pytest.mark.parametrize(
    ("overhang", "sense", "antisense"),
    [
        ("", PASSENGER, GUIDE),
        ("dTdT", f"{PASSENGER[:19]}dTdT", f"{GUIDE[:19]}dTdT"),
        ("UG", f"{PASSENGER[:19]}UG", f"{GUIDE[:19]}UG"),
    ],
)
def test_order__has_both_strands_with_their_overhangs(overhang, sense, antisense):
    assert list(order_rows(chosen(GUIDE), overhang)) == [["G_0000", sense, antisense, ""]]


def test_pool__has_the_best_sites_with_seeds_of_their_own():
    guides = [GUIDE, "C" + GUIDE[1:8] + drawn(13), drawn(21, 1), drawn(21, 2), drawn(21, 3)]
    table = chosen(*guides)
    add_pool(table, 3)
    assert table["pool"].tolist() == [True, False, True, True, False]
    assert [row[3] for row in order_rows(table, "")] == ["G_pool", "", "G_pool", "G_pool", ""]


def test_controls__keep_the_seed_or_the_bases():
    table = chosen(GUIDE, drawn(21, 4))
    add_controls(table, None)
    c911, scrambled = table["c911_guide"], table["scrambled_guide"]
    differ = [n for n, (a, b) in enumerate(zip(GUIDE, c911[0], strict=True), 1) if a != b]
    assert differ == [9, 10, 11] and reverse_complement(c911[0][8:11], RNA)[::-1] == GUIDE[8:11]
    for guide, other in zip(table["guide"], scrambled, strict=True):
        assert sorted(guide) == sorted(other) and guide[19:] == other[19:] and guide[1:8] != other[1:8]
    assert table[["c911_mismatches", "scrambled_mismatches"]].isna().all(axis=None)
    again = chosen(drawn(21, 4), GUIDE)
    add_controls(again, None)
    assert again["scrambled_guide"].tolist() == scrambled.tolist()[::-1]
    rows = list(order_rows(table, "dTdT"))
    assert [row[0] for row in rows] == [f"G_000{n}{kind}" for kind in ("", "_c911", "_scrambled") for n in range(2)]
    assert rows[2][1:3] == [f"{reverse_complement(c911[0][:19], RNA)}dTdT", f"{c911[0][:19]}dTdT"]


def test_controls__are_compared_with_the_transcriptome(tmp_path):
    pytest.importorskip("pybwa", reason="pybwa is not installed")
    first = chosen(GUIDE)
    add_controls(first, None)
    near = [first["c911_guide"][0], first["scrambled_guide"][0]]
    records = [drawn(30, n) + reverse_complement(guide, RNA) + drawn(30, n + 9) for n, guide in enumerate(near)]
    (tmp_path / "t.fa").write_text("".join(f">t{n}\n{text}\n" for n, text in enumerate(records)))
    table = chosen(GUIDE)
    add_controls(table, Transcriptome(tmp_path / "t.fa", tmp_path / "cache"))
    assert table["c911_mismatches"].tolist() == [0]
    assert table["scrambled_guide"][0] != near[1] and pd.isna(table["scrambled_mismatches"][0])


def test_design__gives_what_is_asked_for():
    options = DesignOptions(fold="no", top=5, order=OrderOptions("dTdT", pool=3, controls=True))
    selected = design({"a": drawn(300)}, options).selected
    assert selected["pool"].tolist() == [True] * 3 + [False] * 2
    assert selected["c911_guide"].str.len().tolist() == selected["scrambled_guide"].str.len().tolist() == [21] * 5
    plain = design({"a": drawn(300)}, DesignOptions(fold="no", top=5)).selected
    assert plain["guide"].tolist() == selected["guide"].tolist() and "pool" not in plain


@pytest.mark.parametrize(
    ("options", "facts"),
    [
        ({"overhang": "dTT"}, ("overhang", "'dTT'", "'dTdT'")),
        ({"pool": 1}, ("pool", "1", "2")),
        ({"pool": -2}, ("-2",)),
    ],
)
def test_order__refuses_what_cannot_be(options, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        OrderOptions(**options)
