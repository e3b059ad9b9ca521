"""Signals of the windows beside a window."""

import re

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.data import SideInput, with_neighbors
from deepchem_genomics.errors import BadValueError, IntervalError, MissingIdError


def windows(*starts: int, chrom: str = "chr1", length: int = 10) -> list[str]:
    return [f"{chrom}:{start}-{start + length}" for start in starts]


def test_neighbors__are_those_of_the_same_chromosome_at_one_and_two_lengths(caplog):
    ids = windows(0, 10, 20, 30) + windows(10, chrom="chr2")
    table = SideInput(ids, [[1, -1], [2, -2], [3, -3], [4, -4], [5, -5]], names=["a", "b"])
    with caplog.at_level("INFO"):
        wider = with_neighbors(table, n=2)
    assert wider.names == ("a-2", "a-1", "a", "a+1", "a+2", "b-2", "b-1", "b", "b+1", "b+2")
    values = wider.lookup(ids)
    np.testing.assert_array_equal(values[:, 5:], -values[:, :5])
    # What is not there, before the chromosome, after the last window or on another chromosome, is the window's own.
    assert values[:, :5].tolist() == [
        [1, 1, 1, 2, 3],
        [2, 1, 2, 3, 4],
        [1, 2, 3, 4, 3],
        [2, 3, 4, 4, 4],
        [5, 5, 5, 5, 5],
    ]
    assert re.search(mentions("10 of 20"), caplog.text)


def test_neighbors__are_found_for_the_ids_wanted_in_their_order():
    table = SideInput(windows(0, 10, 20), [1, 2, 3]).scaled("standard", windows(0, 10))
    wider = with_neighbors(table, n=1, ids=windows(20, 10))
    assert wider.ids.tolist() == windows(20, 10)
    assert wider.values.tolist() == [[2, 3, 3], [1, 2, 3]]
    assert wider.scaling.method == "none"


def test_neighbors__name_what_is_wrong():
    with pytest.raises(BadValueError, match=mentions("n", "0")):
        with_neighbors(SideInput(windows(0), [1]), n=0)
    with pytest.raises(BadValueError, match=mentions("10", "20 bp")):
        with_neighbors(SideInput(windows(0) + windows(10, length=20), [1, 2]))
    with pytest.raises(IntervalError):
        with_neighbors(SideInput(["guide1"], [1]))
    with pytest.raises(MissingIdError):
        with_neighbors(SideInput(windows(0), [1]), ids=windows(50))
