"""From which prediction on a scan calls a window: the model's own threshold, at the prevalence of a genome."""

import logging
import re
from itertools import pairwise

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import errors, models
from deepchem_genomics.models import Calibration, Threshold
from deepchem_genomics.models.saving import write_training
from deepchem_genomics.scan import ScanOptions, scan_genome
from deepchem_genomics.scan.outputs import Moved, threshold_of_rule


def model_with(prevalence, value=0.4, calibrated=True):
    model = models.TFBindingModel(length=31, batch_size=50, seed=4, progress=False)
    if calibrated:
        model.calibrations = [Calibration("platt", 1.0, 0.3)]
    model.thresholds = [Threshold(value, "f1", 0.6, 0.7, rows=1000, positives=int(1000 * prevalence))]
    return model


def threshold_of(model, genome, tmp_path, **options):
    return scan_genome(
        model, genome, peaks=tmp_path / "p.bed", options=ScanOptions(overwrite=True, **options)
    ).threshold


@pytest.fixture(scope="module")
def scored(genome):
    """Give the predictions of a model for the windows of the toy genome."""
    pybigtools = pytest.importorskip("pybigtools")
    model = model_with(0.25)
    track = genome.parent / "predicted.bw"
    scan_genome(model, genome, track)
    file = pybigtools.open(str(track))
    return model, np.array([value for chrom in file.chroms() for _, _, value in file.records(chrom)])


def by_trying_all(predictions, shift, rule):
    """Return the windows to call by a rule, from probabilities at another prevalence, with a loop over all cuts."""
    likely = sorted((1 / (1 + 1 / (p / (1 - p) * np.exp(shift))) for p in predictions.tolist()), reverse=True)
    if rule == "f1":
        return max(range(1, len(likely) + 1), key=lambda n: 2 * sum(likely[:n]) / (n + sum(likely)))
    least = float(rule.partition("=")[2])
    return max((n for n in range(1, len(likely) + 1) if sum(likely[:n]) / n >= least), default=1)


@pytest.mark.parametrize("rule", ["f1", "precision=0.006"])
@pytest.mark.parametrize("prevalence", [None, 0.02, 0.001])
def test_scan__applies_the_rule_anew_at_the_prevalence_of_a_genome(scored, genome, tmp_path, caplog, rule, prevalence):
    model, predictions = scored
    model.thresholds = [model.thresholds[0]._replace(rule=rule)]
    with caplog.at_level(logging.INFO, logger="deepchem_genomics"):
        found = threshold_of(model, genome, tmp_path, prevalence=prevalence)
    shift = np.log((prevalence or 0.005) / (1 - (prevalence or 0.005))) - np.log(0.25 / 0.75)
    expected = by_trying_all(predictions, shift, rule)
    assert abs(int((predictions >= np.float32(found)).sum()) - expected) <= 2  # bins are a hundredth wide
    share = f"{100 * (prevalence or 0.005):g}%"
    assert re.search(mentions("threshold", "0.4", f"{rule} on valid", "250 of 1000", share, "25%"), caplog.text)
    assert re.search(mentions("expected", "bound"), caplog.text)


def test_threshold_of_rule__calls_the_same_however_windows_are_cut():
    rng = np.random.default_rng(2)
    predictions = rng.beta(0.5, 5, 5000).astype(np.float32)
    predictions[::7] = np.nan
    cuts = [0, 10, 10, 2500, 5000]
    parts = [("chr1", np.arange(a, b), predictions[a:b]) for a, b in pairwise(cuts)]
    for rule in ("f1", "precision=0.3", "fdr=0.5", "precision=1"):
        moved = Moved(-1.0, rule)
        whole = threshold_of_rule([("chr1", np.arange(5000), predictions)], moved)
        assert threshold_of_rule(parts, moved) == whole
        known = predictions[~np.isnan(predictions)].astype(float)
        wanted = rule if "fdr" not in rule else "precision=0.5"
        assert (known >= whole).sum() == pytest.approx(by_trying_all(known, -1.0, wanted), rel=0.1, abs=12)


def test_scan__takes_it_as_it_is_where_validation_rows_are_like_a_genome(genome, tmp_path):
    assert threshold_of(model_with(0.004), genome, tmp_path) == 0.4
    assert threshold_of(model_with(0.004), genome, tmp_path, threshold=0.7) == 0.7
    assert threshold_of(model_with(0.004), genome, tmp_path, top_fraction=1.0) < 0.7


def test_scan__reads_the_threshold_from_the_folder(genome, tmp_path):
    model = model_with(0.004, value=0.57)
    model.save(tmp_path / "model")
    write_training(tmp_path / "model", {"threshold": {"JUND": model.thresholds[0].to_json()}})
    assert threshold_of(tmp_path / "model", genome, tmp_path) == 0.57


def test_scan__does_not_move_what_was_not_calibrated_and_says_so(genome, tmp_path, caplog):
    assert threshold_of(model_with(0.25, calibrated=False), genome, tmp_path) == 0.4
    assert re.search(mentions("0.4", "not calibrated"), caplog.text)
    with pytest.raises(errors.BadValueError, match=mentions("calibrated", "prevalence")):
        threshold_of(model_with(0.25, calibrated=False), genome, tmp_path, prevalence=0.01)


def test_scan__of_several_tasks_takes_that_of_the_task(genome, tmp_path):
    model = models.TFBindingModel(length=31, n_tasks=2, seed=4, progress=False)
    model.calibrations = [Calibration("platt", 1.0, 0.3)] * 2
    model.thresholds = [Threshold(value, "f1", 0.6, 0.7, 1000, 4) for value in (0.2, 0.9)]
    assert [threshold_of(model, genome, tmp_path, task=task) for task in (0, 1)] == [0.2, 0.9]


@pytest.mark.parametrize(
    ("options", "facts"),
    [
        ({"prevalence": 0.0}, ("prevalence", "0.0")),
        ({"prevalence": 1.0}, ("prevalence", "1.0")),
        ({"prevalence": np.nan}, ("prevalence", "nan")),
        ({"prevalence": 0.1, "threshold": 0.5}, ("prevalence", "threshold")),
        ({"prevalence": 0.1, "top_fraction": 0.5}, ("prevalence", "top_fraction")),
        ({"prevalence": 0.1}, ("prevalence", "threshold", "train")),
    ],
)
def test_scan__refuses_a_prevalence_that_is_none_or_moves_nothing(linear, genome, tmp_path, options, facts):
    with pytest.raises(errors.BadValueError, match=mentions(*facts)):
        threshold_of(linear, genome, tmp_path, **options)
