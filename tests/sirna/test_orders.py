"""What is ordered: strands with overhangs, pools of distinct seeds, controls."""

import csv
import re
from itertools import islice

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import RNA, reverse_complement
from deepchem_genomics.sirna import MODIFICATIONS, DesignOptions, OrderOptions, Transcriptome, design
from deepchem_genomics.sirna.orders import LAYOUTS, PLATES, OrderFiles, add_controls, add_pool, order_rows, wells

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


PLAIN_BASE = re.compile(r"(?P<sugar>[dmf]?)(?P<letter>[ACGTU])(?P<thio>\*?)")
IDT_BASE = re.compile(r"(?:/(?P<place>[5i3])2F(?P<fluoro>[ACGU])/|(?P<sugar>[rm]?)(?P<letter>[ACGTU]))(?P<thio>\*?)")


def bases_of(text, layout):
    """Read a strand as a layout writes it: sugar, letter and whether a phosphorothioate follows, base by base."""
    found, at = [], 0
    while at < len(text):
        base = (IDT_BASE if layout == "idt" else PLAIN_BASE).match(text, at)
        assert base is not None, text[at:]
        at = base.end()
        if layout == "idt" and base["fluoro"]:
            place = "5" if not found else "3" if at == len(text) else "i"
            assert base["place"] == place
            found.append(("f", base["fluoro"], bool(base["thio"])))
        else:
            sugar = base["sugar"] or ("d" if layout == "idt" else "r")
            found.append((sugar, base["letter"], bool(base["thio"])))
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("plate", [0, *PLATES])
@pytest.mark.parametrize("modification", MODIFICATIONS)
def test_orders__are_read_back_as_what_was_designed(tmp_path, layout, plate, modification):
    guides = [drawn(21, seed) for seed in range(plate + 3 if plate == 96 else 20)]
    passengers = [reverse_complement(guide[:19], RNA) + "UU" for guide in guides]
    table = chosen(*guides, passenger=passengers)
    options = OrderOptions("dTdT", modification=modification, layout=layout, plate=plate, plate_by="rows")
    with OrderFiles(tmp_path, options) as orders:
        orders.add(table)
    strands = {}
    for file in tmp_path.iterdir():
        assert not file.read_bytes().startswith(b"\xef\xbb\xbf") and b"\r" not in file.read_bytes()
        read = pd.read_csv(file, dtype=str, keep_default_na=False)
        assert list(read.columns) == list(LAYOUTS[layout].plate_columns if plate else LAYOUTS[layout].columns)
        names = read[next(name for name in read if name.lower() == "name")]
        assert not names.duplicated().any() and names.str.fullmatch(r"[A-Za-z0-9_.:+=-]{1,40}").all()
        wells = read[[name for name in read if name.lower().startswith("well")]]
        assert wells.shape[1] == bool(plate)
        if plate:
            pattern = "[A-H](?:[1-9]|1[0-2])" if plate == 96 else "[A-P](?:[1-9]|1[0-9]|2[0-4])"
            assert wells.iloc[:, 0].str.fullmatch(pattern).all() and not wells.iloc[:, 0].duplicated().any()
        for heading in (name for name in read if re.search("(?i)sense|sequence", name)):
            for name, text, *well in zip(names, read[heading], *wells.to_numpy().T, strict=True):
                strand = re.search("(?i)antisense|sense", f"{name} {heading}")[0].lower()
                key = re.sub("_(anti)?sense$", "", name), strand
                assert key not in strands
                strands[key] = bases_of(text, layout), (file.name.split("_")[1] if plate else "", *well)
    pattern = MODIFICATIONS[modification]
    for number, (guide, passenger) in enumerate(zip(guides, passengers, strict=True)):
        sense, antisense = (strands.pop((f"G_{number:04d}", strand)) for strand in ("sense", "antisense"))
        assert sense[1] == antisense[1]  # one plate and well for both
        for (bases, _), designed, asked, thio in (
            (sense, passenger, pattern.passenger, pattern.passenger_thio),
            (antisense, guide, pattern.guide, pattern.guide_thio),
        ):
            assert len(bases) == 21 and [letter for _, letter, _ in bases] == [*designed[:19], "T", "T"]
            assert bases[19][0] == bases[20][0] == "d"
            assert "".join(each[0] for each in bases[:19]) == asked[:19]
            assert [each[2] for each in bases] == [n < thio[0] or 19 >= n >= 20 - thio[1] for n in range(21)]
    assert not strands


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
