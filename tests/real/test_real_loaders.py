"""The book's data sets, rebuilt by the loaders from the files that they come from."""

import joblib
import numpy as np
import pandas as pd
import pytest

from deepchem_genomics.data import IntervalLoader, SideInput, TileLoader
from deepchem_genomics.data import manifest as manifests
from deepchem_genomics.data.parts import PeakLabels
from deepchem_genomics.genome import interval_ids, overlap_bases, read_intervals

pytestmark = pytest.mark.real
pytest.importorskip("pybigtools")


@pytest.fixture(scope="module")
def rebuilt(real_data, genome, tmp_path_factory):
    """One command's work: 507,642 intervals, of which 217,548 lie in the sequence at hand."""
    loader = IntervalLoader(
        ["label"],
        genome,
        out_of_bounds="drop",
        signals={"DNase": real_data / "genome" / "accessibility.HepG2.chr22.bw"},
        check_assembly=False,
        balance=True,
        shuffle_seed=0,
        assembly="hg19",
    )
    folder = tmp_path_factory.mktemp("rebuilt") / "book"
    intervals = real_data / "genome" / "JUND.HepG2.chr22.101bp_intervals.tsv.gz"
    return loader.create_dataset(intervals, folder)


@pytest.fixture(scope="module")
def in_book(real_data, genome):
    """The book's valid and test windows within the sequence at hand: id to position, X, y."""
    ids, X, y = [], [], []
    for part in ("valid", "test"):
        folder = real_data / "book" / f"{part}_dataset"
        names = joblib.load(folder / "shard-0-ids.joblib")
        ends = np.array([int(name.rsplit("-", 1)[1]) for name in names])
        inside = ends <= genome.sizes["22"]
        ids.append(np.asarray(names)[inside])
        X.append(joblib.load(folder / "shard-0-X.joblib")[inside])
        y.append(joblib.load(folder / "shard-0-y.joblib")[inside])
    return pd.Index(np.concatenate(ids).astype(str)), np.concatenate(X), np.concatenate(y)


def test_rebuilt__has_the_rows_that_the_sequence_has(rebuilt):
    manifest = manifests.read(rebuilt.data_dir)
    assert manifest["rows"] == {
        "read": 507_642,
        "kept": 56_214,
        "dropped": {"nothing but N": 161_334, "past an end of its chromosome": 290_094},
        "noted": {},
    }
    assert manifest["labels"] == {"label": {"0": 56_095, "1": 119, "missing": 0}}


def test_rebuilt__every_window_of_valid_and_test_has_the_same_x_y_and_accessibility(real_data, rebuilt, in_book):
    ids, X, y = in_book
    assert len(ids) == 11_113
    where = pd.Index(rebuilt.ids.astype(str)).get_indexer(ids)
    assert (where >= 0).all()
    np.testing.assert_array_equal(rebuilt.X[where], X)
    np.testing.assert_array_equal(rebuilt.y[where], y)
    lines = (real_data / "book" / "accessibility.txt").read_text().split()
    published = pd.Series(np.array(lines[1::2], dtype=np.float64), index=lines[::2])
    found = SideInput.from_file(f"{rebuilt.data_dir}/side_input.tsv.gz", names=["DNase"]).lookup(ids)
    np.testing.assert_array_equal(np.round(found[:, 0].astype(np.float64), 6), published[ids].to_numpy())


def test_rebuilt__has_no_window_that_the_book_has_not(real_data, rebuilt):
    lines = (real_data / "book" / "accessibility.txt").read_text().split()
    assert set(rebuilt.ids.astype(str)) <= set(lines[::2])


@pytest.fixture(scope="module")
def sources(real_data):
    """The interval file, and the peaks on chromosome 22."""
    peaks = read_intervals(real_data / "genome" / "JUND.HepG2.conservative.narrowPeak.gz")
    windows = read_intervals(real_data / "genome" / "JUND.HepG2.chr22.101bp_intervals.tsv.gz")
    return windows, peaks[peaks["chrom"] == "chr22"]


def confusion(labels, bound):
    """Count windows: both say bound, the peaks alone, the interval file alone."""
    labels, bound = np.asarray(labels) == 1, np.asarray(bound) == 1
    return (labels & bound).sum(), (labels & ~bound).sum(), (~labels & bound).sum()


# The interval file was made from another, larger set of peaks of the same experiment (585 stretches of positive windows
# against 549 peaks here), so no overlap makes the two agree: 105 stretches have no peak here, 65 peaks no stretch.
@pytest.mark.parametrize(
    ("min_overlap", "counts"),
    [
        (1, (1162, 720, 298)),
        (26, (1146, 480, 314)),
        (51, (1109, 213, 351)),
        (76, (910, 159, 550)),
        (101, (682, 123, 778)),
    ],
)
def test_labels__by_peaks_agree_best_with_the_interval_file_at_half_a_window(sources, min_overlap, counts):
    windows, peaks = sources
    assert confusion(PeakLabels([peaks], min_overlap)(windows).ravel(), windows["label"]) == counts


def test_labels__disagree_where_only_one_of_the_two_has_a_peak_at_all(sources):
    windows, peaks = sources
    assert len(peaks) == 549
    stretches = stretches_of(windows[windows["label"] == 1])
    with_peak, with_stretch = overlap_bases(stretches, peaks) > 0, overlap_bases(peaks, stretches) > 0
    assert (len(stretches), (~with_peak).sum(), (~with_stretch).sum()) == (585, 105, 65)
    labels = PeakLabels([peaks], 51)(windows).ravel()
    shared = ~(overlap_bases(windows, stretches[~with_peak]) > 0) & ~(overlap_bases(windows, peaks[~with_stretch]) > 0)
    # Where both have a site they disagree on its edge windows only.
    assert confusion(labels[shared], windows["label"][shared]) == (1109, 52, 69)


def stretches_of(windows):
    windows = windows.sort_values("start")
    begins = np.r_[True, np.diff(windows["start"]) > 101]
    ends = np.r_[begins[1:], True]
    starts = windows["start"].to_numpy()
    return pd.DataFrame({"chrom": "chr22", "start": starts[begins], "end": starts[ends] + 101})


def test_tiles__give_the_same_labels_as_the_intervals(sources, genome, tmp_path):
    """The interval file tiles three stretches of the chromosome, each with an offset of its own."""
    windows, peaks = sources
    ids = [name.removeprefix("chr") for name in interval_ids(windows)]
    bound = pd.Series(windows["label"].to_numpy(), index=ids)
    by_overlap = pd.Series(PeakLabels([peaks], 51)(windows).ravel(), index=ids)
    labels, n_tiles = [], 0
    for offset in (43, 75, 95):
        loader = TileLoader(genome, offset=offset, min_overlap=0.5, chroms=["chr22"], tasks=["JUND"])
        tiles = loader.create_dataset(peaks, tmp_path / str(offset))
        labels.append(pd.Series(tiles.y.ravel(), index=tiles.ids.astype(str)))
        n_tiles += len(tiles)
    tiled = pd.concat(labels)
    assert n_tiles == len(tiled)
    tiled = tiled[tiled.index.isin(bound.index)]
    assert len(tiled) == 56_214, "every window of the interval file that the sequence has"
    np.testing.assert_array_equal(tiled, by_overlap[tiled.index])
