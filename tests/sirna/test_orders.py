"""What is ordered: strands with overhangs, pools of distinct seeds, controls."""

import csv
from itertools import islice

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import RNA, reverse_complement
from deepchem_genomics.sirna import DesignOptions, OrderOptions, Transcriptome, design
from deepchem_genomics.sirna.order_files import OrderFiles, order_rows, wells
from deepchem_genomics.sirna.orders import add_controls, add_pool

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
    row = {"name": "G_0000", "sense": sense, "antisense": antisense, "pool": ""}
    assert list(order_rows(chosen(GUIDE), OrderOptions(overhang))) == [row]


def test_pool__has_the_best_sites_with_seeds_of_their_own():
    guides = [GUIDE, "C" + GUIDE[1:8] + drawn(13), drawn(21, 1), drawn(21, 2), drawn(21, 3)]
    table = chosen(*guides)
    add_pool(table, 3)
    assert table["pool"].tolist() == [True, False, True, True, False]
    assert [row["pool"] for row in order_rows(table, OrderOptions())] == ["G_pool", "", "G_pool", "G_pool", ""]


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
    rows = [list(row.values()) for row in order_rows(table, OrderOptions("dTdT"))]
    assert [row[0] for row in rows] == [f"G_000{n}{kind}" for kind in ("", "_c911", "_scrambled") for n in range(2)]
    assert rows[2][1:3] == [f"{reverse_complement(c911[0][:19], RNA)}dTdT", f"{c911[0][:19]}dTdT"]


def test_controls__are_compared_with_the_transcriptome(tmp_path):
    first = chosen(GUIDE)
    add_controls(first, None)
    near = [first["c911_guide"][0], first["scrambled_guide"][0]]
    records = [drawn(30, n) + reverse_complement(guide, RNA) + drawn(30, n + 9) for n, guide in enumerate(near)]
    (tmp_path / "t.fa").write_text("".join(f">t{n}\n{text}\n" for n, text in enumerate(records)))
    table = chosen(GUIDE)
    add_controls(table, Transcriptome(tmp_path / "t.fa", tmp_path / "cache"))
    assert table["c911_mismatches"].tolist() == [0]
    assert table["scrambled_guide"][0] != near[1] and pd.isna(table["scrambled_mismatches"][0])


def written(folder, options, *tables):
    with OrderFiles(folder, options) as orders:
        for table in tables:
            orders.add(table)
    return orders, {file.name: list(csv.reader(file.open())) for file in folder.iterdir()}


def test_layouts__have_their_own_columns_and_notation(tmp_path):
    options = OrderOptions("dTdT", modification="esc", layout="idt")
    _, files = written(tmp_path, options, chosen(GUIDE))
    header, sense, antisense = files["order.csv"]
    assert header == ["Name", "Sequence", "Scale", "Purification"]
    assert sense[0] == "G_0000_sense" and sense[1].startswith("mG*mG*mCmG/i2FC/mG/i2FA//i2FU//i2FC/")
    assert antisense[1].startswith("mU*/i2FU/*mA") and antisense[1].endswith("mC*T*T")
    plain = chosen(GUIDE)
    _, files = written(tmp_path, OrderOptions(layout="idt"), plain)
    assert files["order.csv"][2][1] == "".join(f"r{base}" for base in GUIDE)
    _, files = written(tmp_path, OrderOptions(layout="duplexes"), plain)
    assert [row[1:] for row in files["order.csv"]][1:] == [[PASSENGER, GUIDE]]
    _, files = written(tmp_path, OrderOptions(layout="strands"), plain)
    assert files["order.csv"][1:] == [["G_0000_sense", PASSENGER], ["G_0000_antisense", GUIDE]]
    _, files = written(tmp_path, OrderOptions(modification="alternating", layout="idt"), plain)
    assert files["order.csv"][1][1].startswith("/52FG/*mG*/i2FC/") and files["order.csv"][1][1].endswith("*/32FU/")


def test_wells__are_counted_by_column_or_row_over_plates():
    by_column, by_row = (list(islice(wells(96, by), 97)) for by in ("columns", "rows"))
    assert [well.name for well in by_column[:9]] == [f"{row}1" for row in "ABCDEFGH"] + ["A2"]
    assert [well.name for well in by_row[:13]] == [f"A{column}" for column in range(1, 13)] + ["B1"]
    assert by_column[95] == by_row[95] == (1, "H12") and by_column[96] == by_row[96] == (2, "A1")
    assert len({*by_column}) == 97 and list(islice(wells(384, "rows"), 383, 384)) == [(1, "P24")]


def test_plates__have_a_file_each_and_both_strands_in_the_same_well(tmp_path):
    table = chosen(*(drawn(21, seed) for seed in range(50)))
    orders, files = written(tmp_path, OrderOptions(layout="idt", plate=96), table, table)
    assert (orders.n_duplexes, orders.n_plates) == (100, 2)
    assert sorted(files) == [f"order_{n}_{strand}.csv" for n in (1, 2) for strand in ("antisense", "sense")]
    assert files["order_1_sense.csv"][0] == ["Well Position", "Name", "Sequence"]
    assert [row[0] for row in files["order_1_sense.csv"]] == [row[0] for row in files["order_1_antisense.csv"]]
    assert [len(files[f"order_{n}_sense.csv"]) for n in (1, 2)] == [97, 5]
    assert files["order_2_antisense.csv"][1][0] == "A1"


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
        ({"plate": 24}, ("plate", "24", "96", "384")),
        ({"layout": "acme"}, ("layout", "'acme'", "'idt'")),
        ({"modification": "lna"}, ("modification", "'lna'", "'esc'")),
    ],
)
def test_order__refuses_what_cannot_be(options, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        OrderOptions(**options)
