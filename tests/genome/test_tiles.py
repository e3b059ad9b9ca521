"""Tiles: windows side by side, and the stretches that are read at once."""

import logging
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import BadValueError, ChromosomeNameError
from deepchem_genomics.genome import tile
from deepchem_genomics.genome.placing import blocks


@given(
    st.dictionaries(st.sampled_from(["chr1", "chr2", "chrX"]), st.integers(1, 60)),
    st.integers(1, 20),
    st.none() | st.integers(1, 20),
    st.integers(1, 7),
)
def test_tile__equals_the_slow_loop(sizes, length, stride, chunk_size):
    slow = [
        [chrom, start, start + length]
        for chrom, size in sizes.items()
        for start in range(0, size, stride or length)
        if start + length <= size
    ]
    chunks = list(tile(sizes, length, stride, chunk_size=chunk_size))
    assert [row for chunk in chunks for row in chunk.values.tolist()] == slow
    assert all(0 < len(chunk) <= chunk_size for chunk in chunks)


def test_tile__leaves_out_excluded_windows_and_says_how_many(caplog):
    caplog.set_level(logging.INFO)
    exclude = pd.DataFrame({"chrom": ["1", "1"], "start": [12, 40], "end": [13, 41]})
    (chunk,) = tile({"chr1": 50, "chr2": 20}, 10, exclude=exclude, chroms=["chr1"])
    assert chunk["start"].tolist() == [0, 20, 30]
    assert chunk.index.tolist() == [0, 1, 2]
    assert re.search(mentions("2 of 5", "10 bp"), caplog.text)


def test_tile__refuses_what_it_cannot_cut():
    with pytest.raises(BadValueError, match=mentions("stride", "0")):
        list(tile({"chr1": 50}, 10, stride=0))
    with pytest.raises(ChromosomeNameError, match=mentions("chr9", "chr1")):
        list(tile({"chr1": 50}, 10, chroms=["chr9"]))


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-200, 100_000), st.integers(1, 30_000))),
    st.sampled_from([0, 1000, 1 << 14]),
    st.sampled_from([1000, 1 << 22]),
)
def test_blocks__hold_each_interval_once_and_whole(rows, widest_gap, longest):
    codes, starts, lengths = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    ends = starts + lengths
    seen = []
    for block in blocks(codes, starts, ends, widest_gap, longest):
        seen += block.members.tolist()
        assert (codes[block.members] == block.chromosome).all()
        assert (np.diff(block.starts) > 0).all()
        read = np.concatenate([np.arange(*span) for span in zip(block.starts, block.ends, strict=True)])
        for i, offset in zip(block.members, block.offsets, strict=True):
            np.testing.assert_array_equal(read[offset : offset + lengths[i]], np.arange(starts[i], ends[i]))
        assert len(read) < 2 * longest + lengths.max()
    assert sorted(seen) == list(range(len(rows)))


def test_blocks__begin_a_stretch_after_a_wide_gap_only():
    starts = np.array([500, 0, 121, 20])
    (block,) = blocks(np.zeros(4, int), starts, starts + 10, widest_gap=91)
    assert block.starts.tolist() == [0, 500]
    assert block.ends.tolist() == [131, 510]
