"""Overlap: bases of windows in peaks equal those counted one by one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import BadValueError, ChromosomeNameError
from deepchem_genomics.genome import overlap_bases

ROWS = st.tuples(st.sampled_from(["chr1", "chr2", "chr3"]), st.integers(-20, 60), st.integers(1, 40))


def table(rows):
    return pd.DataFrame([(c, s, s + n) for c, s, n in rows], columns=["chrom", "start", "end"]).astype(
        {"start": np.int64, "end": np.int64}
    )


@given(st.lists(ROWS, max_size=12), st.lists(ROWS, max_size=12), st.integers(1, 5))
def test_overlap_bases__equals_counting(windows, peaks, pairs_at_once):
    total, longest = [], []
    for chrom, start, length in windows:
        window = set(range(start, start + length))
        shared = [window & set(range(s, s + n)) for c, s, n in peaks if c == chrom]
        total.append(len(set().union(*shared)))
        longest.append(max(map(len, shared), default=0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("deepchem_genomics.genome.tiles._PAIRS_AT_ONCE", pairs_at_once)
        assert overlap_bases(table(windows), table(peaks)).tolist() == total
        assert overlap_bases(table(windows), table(peaks), "longest").tolist() == longest


def test_overlap_bases__matches_names():
    assert overlap_bases(["chr22:0-10", "chr21:0-10"], ["22:5-8", "X:0-10"]).tolist() == [3, 0]
    with pytest.raises(ChromosomeNameError, match=mentions("peaks", "'22'", "'chr22'")):
        overlap_bases(["chr22:0-10"], ["22:5-8", "chr22:7-9"])


def test_overlap_bases__refuses_another_statistic():
    with pytest.raises(BadValueError, match=mentions("statistic", "mean", "'total'", "'longest'")):
        overlap_bases(["chr1:0-5"], ["chr1:0-5"], "mean")
