"""Intervals as ids and back, and centered windows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import BadValueError, IntervalError
from deepchem_genomics.genome import center, interval_ids, parse_ids, read_intervals

CHROMS = st.text(st.characters(codec="ascii", exclude_categories=["C", "Z"]), min_size=1, max_size=8)
INTERVALS = st.builds(
    lambda chrom, start, length, strand: (chrom, start, start + length, strand),
    CHROMS, st.integers(0, 10**9), st.integers(1, 10**6), st.sampled_from("+-."),
)  # fmt: skip


@given(st.lists(INTERVALS, min_size=1))
def test_parse_ids__reads_what_interval_ids_writes(rows):
    table = pd.DataFrame(rows, columns=["chrom", "start", "end", "strand"])
    ids = interval_ids(table)
    assert list(ids) == [f"{c}:{s}-{e}" + (f":{strand}" if strand != "." else "") for c, s, e, strand in rows]
    again = parse_ids(ids)
    assert again[["chrom", "start", "end"]].values.tolist() == table[["chrom", "start", "end"]].values.tolist()
    assert list(again.get("strand", ["."] * len(rows))) == table["strand"].tolist()


def test_parse_ids__allows_colons_in_names():
    assert parse_ids(["HLA-A*01:01:01:01:5-9"]).values.tolist() == [["HLA-A*01:01:01:01", 5, 9]]
    assert len(parse_ids([])) == 0


def test_parse_ids__reads_padded_windows_that_start_before_their_chromosome():
    windows = center(["chr1:0-20:-"], 101)
    assert parse_ids(interval_ids(windows)).values.tolist() == [["chr1", -40, 61, "-"]]


@pytest.mark.parametrize("bad", ["chr1:5", "chr1:a-9", "chr1:5-9:*", "", "chr1:5-9\nchr1:5-9", "chr1:-5-9x"])
def test_parse_ids__names_the_id_that_is_none(bad):
    with pytest.raises(IntervalError, match=mentions("id 1", repr(bad), "chrom:start-end[:strand]")):
        parse_ids(["chr1:5-9", bad])


def test_parse_ids__refuses_backward_intervals():
    with pytest.raises(IntervalError, match=mentions("id 1", "'chr1:9-5'")):
        parse_ids(["chr1:5-9", "chr1:9-5"])


@given(st.lists(INTERVALS, min_size=1), st.integers(1, 3000))
def test_center__puts_the_middle_base_at_half_the_length(rows, length):
    table = pd.DataFrame(rows, columns=["chrom", "start", "end", "strand"]).assign(label=7)
    centered = center(table, length)
    for before, after in zip(table.itertuples(), centered.itertuples(), strict=True):
        assert after.end - after.start == length
        assert after.start + length // 2 == before.start + (before.end - before.start) // 2
    assert centered[["chrom", "strand", "label"]].equals(table[["chrom", "strand", "label"]])
    assert table["start"].tolist() == [row[1] for row in rows], "the input is not changed"


@pytest.mark.parametrize(
    ("interval", "length", "expected"),
    [
        ("chr1:100-103", 1, [101, 102]),
        ("chr1:100-104", 1, [102, 103]),
        ("chr1:100-103", 2, [100, 102]),
        ("chr1:100-103", 5, [99, 104]),
        ("chr1:100-104", 4, [100, 104]),
        ("chr1:100-200", 101, [100, 201]),
    ],
)
def test_center__odd_and_even(interval, length, expected):
    assert center([interval], length)[["start", "end"]].values.tolist() == [expected]


@pytest.mark.parametrize("kind", ["uint8", "int16", "uint64"])
def test_center__of_any_whole_numbers_may_start_before_the_chromosome(kind):
    table = pd.DataFrame({"chrom": ["chr1"], "start": [100], "end": [104]}).astype({"start": kind, "end": kind})
    assert center(table, 60_001)[["start", "end"]].values.tolist() == [[102 - 30_000, 102 + 30_001]]


def test_center__takes_the_summit_of_peaks(tmp_path):
    path = tmp_path / "JUND.narrowPeak"
    path.write_text("chr1\t100\t200\t.\t9\t.\t4.8\t-1\t0.3\t35\nchr1\t300\t400\t.\t9\t.\t4.8\t-1\t0.3\t-1\n")
    peaks = read_intervals(path)
    assert center(peaks.iloc[:1], 101, at="summit")[["start", "end"]].values.tolist() == [[85, 186]]
    with pytest.raises(IntervalError, match=mentions(f"{path}:2", "no summit", "at='auto'")):
        center(peaks, 101, at="summit")
    with pytest.raises(IntervalError, match=mentions(f"{path}:1", "200")):
        center(peaks.iloc[:1].assign(summit=200), 101, at="summit")
    with pytest.raises(IntervalError, match=mentions("summit", "chrom, start, end", "narrowPeak")):
        center(["chr1:0-5"], 101, at="summit")
    assert center(peaks, 101, at="auto")[["start", "end"]].values.tolist() == [[85, 186], [300, 401]]
    for others in (peaks.drop(columns="summit"), peaks.assign(summit="?"), peaks.assign(summit=[99, 400])):
        pd.testing.assert_frame_equal(center(others, 101, at="auto"), center(others, 101))


def test_parse_ids__reads_shuffles_only_where_their_place_is_meant():
    name = "chr1:0-5:-:shuffled2"
    assert parse_ids([name], shuffled=True).values.tolist() == [["chr1", 0, 5, "-"]]
    with pytest.raises(IntervalError, match=mentions(name)):
        parse_ids([name])


def test_center__refuses_lengths_and_centers_that_are_none():
    with pytest.raises(BadValueError, match=mentions("length", "0")):
        center(["chr1:0-5"], 0)
    with pytest.raises(BadValueError, match=mentions("at", "'start'", "'middle'", "'summit'")):
        center(["chr1:0-5"], 3, at="start")


def test_intervals__that_are_no_table_of_intervals_are_refused():
    with pytest.raises(IntervalError, match=mentions("'end'", "chrom, start")):
        interval_ids(pd.DataFrame({"chrom": ["chr1"], "start": [1]}))
    with pytest.raises(IntervalError, match=mentions("'start'", "float64")):
        interval_ids(pd.DataFrame({"chrom": ["chr1"], "start": [1.0], "end": [np.int64(5)]}))
    with pytest.raises(IntervalError, match=mentions("chr1:0-5", "string", "list")):
        center("chr1:0-5", 3)
