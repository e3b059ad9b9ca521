"""From which prediction on a scan calls a window: the model's own threshold, at the prevalence of a genome."""

import logging
import re

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import errors, models
from deepchem_genomics.models import Calibration, Threshold
from deepchem_genomics.models.saving import write_training
from deepchem_genomics.scan import ScanOptions, scan_genome


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


def odds(p):
    return p / (1 - p)


def test_scan__moves_the_models_threshold_to_the_prevalence_of_a_genome(genome, tmp_path, caplog):
    with caplog.at_level(logging.INFO, logger="deepchem_genomics"):
        found = threshold_of(model_with(0.25), genome, tmp_path)
    assert odds(found) == pytest.approx(odds(0.4) * odds(0.25) / odds(0.005))
    assert re.search(
        mentions("threshold", "0.4", "f1 on valid", "250 of 1000", "0.5 %", "25 %", "prevalence"), caplog.text
    )
    rarer = threshold_of(model_with(0.25), genome, tmp_path, prevalence=0.001)
    assert odds(rarer) == pytest.approx(odds(0.4) * odds(0.25) / odds(0.001))
    assert threshold_of(model_with(0.25), genome, tmp_path, prevalence=0.25) == pytest.approx(0.4)


def test_scan__takes_it_as_it_is_where_validation_rows_are_like_a_genome(genome, tmp_path):
    assert threshold_of(model_with(0.004), genome, tmp_path) == 0.4
    assert threshold_of(model_with(0.004), genome, tmp_path, threshold=0.7) == 0.7
    assert threshold_of(model_with(0.004), genome, tmp_path, top=1.0) < 0.7


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
        ({"prevalence": 0.1, "top": 0.5}, ("prevalence", "top")),
        ({"prevalence": 0.1}, ("prevalence", "threshold", "train")),
    ],
)
def test_scan__refuses_a_prevalence_that_is_none_or_moves_nothing(linear, genome, tmp_path, options, facts):
    with pytest.raises(errors.BadValueError, match=mentions(*facts)):
        threshold_of(linear, genome, tmp_path, **options)
