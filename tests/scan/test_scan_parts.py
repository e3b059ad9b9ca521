"""The pieces of a scan by themselves: merging, the exact quantile, and a writer that hides no error."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import GenomeFileError
from deepchem_genomics.scan.outputs import call_peaks, threshold_of_top, write_track
from deepchem_genomics.scan.stretches import Layout, cut_into_stretches

FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


# a loaded machine is not a fault
@given(st.lists(FLOATS, min_size=1, max_size=60), st.floats(0.01, 1.0), st.integers(1, 7))
def test_threshold__of_the_top_is_what_sorting_gives(values, fraction, at_once):
    predictions = np.array(values, np.float32)
    parts = [predictions[i : i + at_once] for i in range(0, len(predictions), at_once)]
    parts.insert(1, np.full(3, np.nan, np.float32))  # left out
    found = threshold_of_top(lambda: [("chr1", np.arange(len(part)), part) for part in parts], fraction)
    n_called = max(1, int(np.ceil(round(fraction * len(predictions), 6))))
    assert found == np.sort(predictions)[::-1][n_called - 1]


# a loaded machine is not a fault
@given(st.lists(st.sampled_from([0.1, 0.6, 0.9, np.nan]), max_size=40), st.integers(1, 9), st.integers(1, 9))
def test_peaks__do_not_depend_on_where_stretches_end(values, stride, at_once):
    layout = Layout(5, stride)
    starts, predictions = np.arange(len(values)) * stride, np.array(values, np.float32)
    whole = list(call_peaks([("chr1", starts, predictions)], layout, 0.5))
    cut = [("chr1", starts[i : i + at_once], predictions[i : i + at_once]) for i in range(0, len(values), at_once)]
    assert list(call_peaks(cut, layout, 0.5)) == whole
    assert all(left.end < right.start for left, right in itertools.pairwise(whole))


# a loaded machine is not a fault
@given(st.integers(0, 200), st.integers(1, 20), st.integers(1, 30), st.integers(1, 90))
def test_stretches__have_every_window_once(size, length, stride, block):
    stretches, too_short = cut_into_stretches({"chr1": size}, ["chr1"], Layout(length, stride), block)
    starts = [start for stretch in stretches for start in stretch.starts(stride).tolist()]
    assert starts == list(range(0, size - length + 1, stride))
    assert too_short == ([] if starts else ["chr1"])
    assert len({stretch.name for stretch in stretches}) == len(stretches)


def test_track__passes_an_error_on_that_pybigtools_would_swallow(tmp_path, capfd):
    pytest.importorskip("pybigtools")

    def scored():
        yield "chr1", np.array([0]), np.array([0.5], np.float32)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_track(tmp_path / "t.bw", {"chr1": 100}, scored(), Layout(5, 5))
    assert "Traceback" not in capfd.readouterr().err


def test_track__that_lacks_values_because_the_temporary_folder_is_full_is_an_error(tmp_path, monkeypatch):
    pytest.importorskip("pybigtools")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "gone"))  # pybigtools says nothing, and writes what it has
    starts = np.arange(0, 25_000, 50)
    scored = [(f"chr{i}", starts, np.random.default_rng(i).random(500).astype(np.float32)) for i in range(12)]
    with pytest.raises(GenomeFileError, match=mentions("t.bw", "pybigtools")):
        write_track(tmp_path / "t.bw", {chrom: 26_000 for chrom, *_ in scored}, scored, Layout(101, 50))


def test_track__with_gaps_is_whole(tmp_path):
    pybigtools = pytest.importorskip("pybigtools")
    starts = np.arange(0, 25_000, 50)
    predictions = np.where((starts > 8900) & (starts < 9300), np.nan, 0.5).astype(np.float32)
    write_track(tmp_path / "t.bw", {"chr1": 26_000}, [("chr1", starts, predictions)], Layout(101, 50))
    found = pybigtools.open(str(tmp_path / "t.bw"))
    assert sum(1 for _ in found.records("chr1")) == np.count_nonzero(~np.isnan(predictions))


@pytest.mark.parametrize("name", ["t.BW", "t.BigWig", "t.track", "t"])
def test_track__has_the_same_bytes_whatever_its_name(tmp_path, name):
    pytest.importorskip("pybigtools")
    scored = [("chr1", np.arange(0, 900, 50), np.full(18, 0.5, np.float32))]
    for path in (tmp_path / "t.bw", tmp_path / name):
        write_track(path, {"chr1": 1000}, scored, Layout(101, 50))
    assert (tmp_path / name).read_bytes() == (tmp_path / "t.bw").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["t.bw", name])
