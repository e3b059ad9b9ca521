"""The book's windows, rebuilt from the genome, the interval file and the bigWig that they come from."""

import joblib
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.errors import GenomeFileError
from deepchem_genomics.feat import one_hot
from deepchem_genomics.genome import (
    Signal,
    center,
    interval_ids,
    overlap_bases,
    parse_ids,
    read_intervals,
    share_of_n,
)

pytestmark = pytest.mark.real
pytest.importorskip("pybigtools")


@pytest.fixture(scope="module")
def windows(real_data):
    return read_intervals(real_data / "genome" / "JUND.HepG2.chr22.101bp_intervals.tsv.gz")


def test_windows__are_those_that_are_published(windows):
    assert len(windows) == 507_642
    assert windows["label"].sum() == 1460
    assert windows["chrom"].unique().tolist() == ["chr22"]
    assert interval_ids(windows.head(2)).tolist() == ["chr22:20208963-20209064", "chr22:29673572-29673673"]


def test_fetch__gives_the_sequences_of_the_book(real_data, genome, windows):
    folder = real_data / "book" / "valid_dataset"
    X = joblib.load(folder / "shard-0-X.joblib")
    table = parse_ids(joblib.load(folder / "shard-0-ids.joblib")).assign(position=np.arange(len(X)))
    kept = genome.within(table)
    assert len(kept) == 5580
    np.testing.assert_array_equal(one_hot(genome.fetch_bytes(kept)), X[kept["position"]])


def test_fetch__finds_that_the_book_has_the_windows_that_are_not_all_n(real_data, genome, windows):
    kept = genome.within(windows)
    assert len(kept) == 217_548
    letters = genome.fetch_bytes(kept)
    assert letters.shape == (217_548, 101)
    assert kept["label"].sum() == 119
    some_known = interval_ids(kept[share_of_n(letters) < 1])
    in_the_book = (real_data / "book" / "accessibility.txt").read_text().split()[::2]
    assert set(some_known) == set(interval_ids(genome.within(in_the_book)))


def test_summarize__gives_the_accessibility_of_the_book(real_data, windows):
    lines = (real_data / "book" / "accessibility.txt").read_text().split()
    table, values = parse_ids(lines[::2]), np.array(lines[1::2], dtype=np.float64)
    with Signal(real_data / "genome" / "accessibility.HepG2.chr22.bw") as signal:
        found = signal.summarize(table, missing="error")
        assert len(found) == 345_271
        np.testing.assert_array_equal(np.round(found.astype(np.float64), 6), values)
        assert int(np.isnan(signal.summarize(windows)).sum()) == 507_642 - 345_271


def test_signal__knows_that_a_piece_of_a_chromosome_is_another_assembly(real_data, genome):
    with pytest.raises(GenomeFileError, match=mentions("chr22", "51304566 bp", "22", "22000000 bp")):
        Signal(real_data / "genome" / "accessibility.HepG2.chr22.bw", genome=genome)


def test_overlap__with_the_peaks_agrees_with_the_labels(real_data, windows):
    peaks = read_intervals(real_data / "genome" / "JUND.HepG2.conservative.narrowPeak.gz")
    assert len(peaks) == 35_011
    overlap = overlap_bases(windows, peaks)
    bound = windows["label"].to_numpy() == 1
    # The labels come from another set of peaks of the same experiment, so they agree with these in most windows only.
    assert int((overlap[bound] > 50).sum()) == 1109
    assert int((overlap[~bound] > 50).sum()) == 213
    # A centered window of one base is the summit itself.
    inside = peaks["peak"] < peaks["end"] - peaks["start"]
    assert int((~inside).sum()) == 4  # have theirs one base past their end
    summits = center(peaks[inside], 1, at="summit")
    assert (summits["start"] == (peaks["start"] + peaks["peak"])[inside]).all()
