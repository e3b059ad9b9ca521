"""What a scan calls by default on 22 Mb that the model has not seen, against what was measured there as bound."""

import numpy as np
import pandas as pd
import pytest
from deepchem.data import NumpyDataset

from deepchem_genomics import experiments, molnet
from deepchem_genomics.data.dividing import Division
from deepchem_genomics.models.saving import read_training
from deepchem_genomics.scan import ScanOptions, scan_genome

pytestmark = pytest.mark.real

BEYOND = 22_100_000  # where training rows begin; the scan ends at 22,000,000


@pytest.fixture(scope="module")
def trained(real_data, tmp_path_factory):
    """Train k-mers on bound windows and three unbound ones for each, balanced, as a user with peaks would."""
    folder = tmp_path_factory.mktemp("jund")
    _, parts, _ = molnet.load_jund(part="available", source=real_data, save_dir=str(folder / "parts"))
    X, y, ids = (np.concatenate([np.asarray(getattr(part, name)) for part in parts]) for name in ("X", "y", "ids"))
    rows = np.flatnonzero([int(name.split(":")[1].split("-")[0]) >= BEYOND for name in ids])
    bound = rows[y[rows, 0] == 1]
    unbound = np.random.default_rng(0).choice(rows[y[rows, 0] == 0], 3 * len(bound), replace=False)
    rows = np.sort(np.concatenate([bound, unbound]))
    data = NumpyDataset(X[rows], y[rows], np.where(y[rows] == 1, 2.0, 2 / 3), ids[rows])
    experiments.train(experiments.Data(data, division=Division("block", (0.75, 0.25, 0.0))), "kmers", folder / "model")
    return folder / "model"


def called(trained, real_data, tmp_path, **options):
    """Return bases in peaks, the share of peaks with a bound window, and the share of bound windows in a peak."""
    genome = real_data / "genome" / "hg19_chr22_1-22000000.fa.gz"
    scan_genome(trained, genome, peaks=tmp_path / "p.bed", options=ScanOptions(overwrite=True, **options))
    peaks = pd.read_csv(tmp_path / "p.bed", sep="\t", header=None)
    intervals = pd.read_csv(
        real_data / "genome" / "JUND.HepG2.chr22.101bp_intervals.tsv.gz", sep="\t", header=None, usecols=[1, 2, 3]
    )
    bound = intervals[(intervals[3] == 1) & (intervals[2] <= 22_000_000)]
    assert len(bound) == 119
    starts, ends = (peaks[column].to_numpy()[:, None] for column in (1, 2))
    overlap = (bound[1].to_numpy() < ends) & (bound[2].to_numpy() > starts)
    return int((ends - starts).sum()), overlap.any(axis=1).mean(), overlap.any(axis=0).mean()


def test_scan__calls_by_default_a_fiftieth_of_the_genome_and_not_a_third(trained, real_data, tmp_path):
    known = 5_700_000
    bases, precision, recall = called(trained, real_data, tmp_path)
    kept = read_training(trained)["threshold"]["0"]
    as_on_valid, of_many, _ = called(trained, real_data, tmp_path, threshold=kept["value"])
    assert bases < 0.03 * known < 0.3 * known < as_on_valid
    assert precision > 2 * of_many
    assert recall > 3 * bases / known


def test_train__is_better_calibrated_on_rows_held_out(trained):
    errors = read_training(trained)["calibration"]["0"]["valid"]
    assert errors["positives"] == 70
    for name in ("log_loss", "brier", "ece"):
        assert errors["after"][name] < errors["before"][name]
