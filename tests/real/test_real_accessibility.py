"""The accessibility of the book's chr22 windows is read whole and fits its data sets."""

import joblib
import numpy as np
import pytest

from deepchem_genomics.data import SideInput

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def accessibility(real_data):
    return SideInput.from_file(real_data / "book" / "accessibility.txt", names=["DNase"])


def test_accessibility__has_a_value_for_each_of_345271_windows(accessibility):
    assert (len(accessibility), accessibility.n_tracks) == (345_271, 1)
    windows = ["chr22:24875466-24875567", "chr22:39753877-39753978", "chr22:27922939-27923040"]
    expected = np.array([[0.002484], [0.000199], [0.000813]], dtype=np.float32)
    np.testing.assert_array_equal(accessibility.lookup(windows), expected)
    assert accessibility.ids[0] == windows[0]
    assert accessibility.ids[-1] == windows[-1]
    assert accessibility.values.max() == np.float32(0.166999)
    assert (accessibility.values == 0).sum() == 2_865


def test_accessibility__equals_the_books_own_reading(accessibility, real_data):
    with (real_data / "book" / "accessibility.txt").open() as lines:
        fields = [line.split() for line in lines]
    assert accessibility.ids.tolist() == [name for name, _ in fields]
    np.testing.assert_array_equal(accessibility.values[:, 0], np.array([float(v) for _, v in fields], dtype=np.float32))


@pytest.mark.parametrize(
    ("part", "n", "mean"), [("train", 47_496, 0.003158), ("valid", 34_527, 0.004004), ("test", 34_528, 0.004005)]
)
def test_accessibility__knows_the_ids_of_each_data_set(accessibility, real_data, part, n, mean):
    ids = joblib.load(real_data / "book" / f"{part}_dataset" / "shard-0-ids.joblib")
    values = accessibility.lookup(ids)
    assert values.shape == (n, 1)
    assert values.mean(dtype=np.float64) == pytest.approx(mean, abs=1e-6)


def test_accessibility__is_scaled_to_where_a_network_sees_it(accessibility):
    scaled = accessibility.scaled("log-standard", accessibility.ids)
    z = scaled.lookup(scaled.ids).astype(np.float64)
    assert scaled.scaling.offset[0] == pytest.approx(0.003713)
    assert (z.mean(), z.std()) == (pytest.approx(0, abs=1e-5), pytest.approx(1, abs=1e-5))
    assert (z.min(), z.max()) == (pytest.approx(-2.445, abs=1e-3), pytest.approx(11.140, abs=1e-3))
    assert (z**3).mean() == pytest.approx(0.330, abs=1e-3)


def test_accessibility__is_the_same_after_saving(accessibility, tmp_path):
    accessibility.to_file(tmp_path / "accessibility.tsv.gz")
    again = SideInput.from_file(tmp_path / "accessibility.tsv.gz")
    assert again.ids.tolist() == accessibility.ids.tolist()
    assert again.values.tobytes() == accessibility.values.tobytes()
    assert again.names == ("DNase",)
