"""Sample ids as places, and which places are too near to one another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import IntervalError
from deepchem_genomics.splits.positions import near, read_interval_ids

places = st.tuples(st.sampled_from(["chr1", "1", "chr2", "X"]), st.integers(-9, 400), st.integers(10, 60))


def test_read_interval_ids__reads_names_with_colons_strands_and_both_spellings():
    windows = read_interval_ids(["HLA-A*01:01:0-9", "chr1:5-6:-", "1:7-8:.", "chrX:3-4:+", "chr:1-2", "1:-40-61"])
    assert windows.names == ("HLA-A*01:01", "chr1", "chrX", "chr")
    assert windows.chromosome.tolist() == [0, 1, 1, 2, 3, 1]
    assert windows.start.tolist() == [0, 5, 7, 3, 1, -40]
    assert windows.end.tolist() == [9, 6, 8, 4, 2, 61]


@pytest.mark.parametrize(
    "bad",
    [
        *("chr1", "chr1:5", "chr1:5-", ":1-2", "chr1:5--6", "chr1:5-6:*", "chr1:5-6\n", "chr1:9-9", "chr1:9-2", "", 7),
        None,
        *("chr1-5:6", "chr1:x-6", "chr1:5-6x", "chr1:5-6 ", "chr1:-6", "chr1:5-1000000000000000", "chr1:0-1\nchr1:2-3"),
    ],
)
def test_read_interval_ids__names_the_id_and_the_rule(bad):
    with pytest.raises(IntervalError, match=mentions("id 1", repr(bad), "chrom:start-end[:strand]")):
        read_interval_ids(np.array(["chr1:0-1", bad], dtype=object))


def test_read_interval_ids__reads_plain_ids_as_those_with_a_strand():
    rng = np.random.default_rng(0)
    starts = 10 ** rng.integers(0, 15, 20_000) - 1
    plain = [f"chr{row % 30}:{start}-{start + row + 1}" for row, start in enumerate(starts.tolist())]
    for mixed in ([f"{name}:+" for name in plain], [*plain[:-1], plain[-1] + ":shuffled1"]):
        for column, other in zip(read_interval_ids(plain), read_interval_ids(mixed), strict=True):
            assert np.array_equal(column, other)


def test_read_interval_ids__numbers_a_bad_id_among_many():
    ids = [f"1:{start}-{start + 1}" for start in range(20_000)]
    ids[12_345] = "1:9-9"
    with pytest.raises(IntervalError, match=mentions("id 12345", "'1:9-9'")):
        read_interval_ids(ids)


def test_near__counts_the_bases_between_windows():
    windows = read_interval_ids(["1:0-100", "1:150-250", "2:100-150"])
    first, second = np.array([True, False, False]), np.array([False, True, True])
    assert not near(windows, first, second, guard=50).any()
    assert near(windows, first, second, guard=51).tolist() == [True, False, False]
    assert near(windows, second, first, guard=51).tolist() == [False, True, False]


@given(st.lists(st.tuples(places, st.sampled_from("ABC")), min_size=1, max_size=30), st.integers(0, 80))
def test_near__agrees_with_comparing_all_pairs(windows, guard):
    ids = [f"{chromosome}:{start}-{start + width}" for (chromosome, start, width), _ in windows]
    group = np.array([name for _, name in windows])
    expected = [
        mine == "A"
        and any(
            theirs == "B"
            and chromosome.removeprefix("chr") == other.removeprefix("chr")
            and other_start < start + width + guard
            and start < other_start + other_width + guard
            for (other, other_start, other_width), theirs in windows
        )
        for (chromosome, start, width), mine in windows
    ]
    assert near(read_interval_ids(ids), group == "A", group == "B", guard).tolist() == expected
