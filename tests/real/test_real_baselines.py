"""What the binding baselines reach on the book's windows, against figures measured independently of this package."""

from types import SimpleNamespace

import deepchem as dc
import numpy as np
import pytest

from deepchem_genomics import molnet
from deepchem_genomics.metrics import pr_auc, roc_auc
from deepchem_genomics.models import (
    AccessibilityAlone,
    AlwaysPrevalence,
    BestMotifScore,
    MotifAccessibilityRegression,
    MotifBoosting,
)
from deepchem_genomics.motifs.jaspar import ATF3

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def jund(real_data, tmp_path_factory):
    """Give the available train part with the test part to learn from, and the book's valid part to score on."""
    folder = tmp_path_factory.mktemp("jund")
    _, (train, valid, test), _ = molnet.load_jund(part="available", source=real_data, save_dir=str(folder))
    columns = (np.concatenate([getattr(part, name) for part in (train, test)]) for name in ("X", "y", "w", "ids"))
    return SimpleNamespace(
        train=dc.data.NumpyDataset(*columns),
        valid=valid,
        accessibility=molnet.jund_accessibility("available", real_data),
    )


def scores(model, jund) -> tuple[float, float]:
    model.fit(jund.train)
    found = model.evaluate(jund.valid, [roc_auc, pr_auc])
    return found["roc_auc"], found["pr_auc"]


def test_jund__is_what_the_figures_were_measured_on(jund):
    assert [len(jund.train), int(jund.train.y.sum())] == [82_024, 253]
    assert [len(jund.valid), int(jund.valid.y.sum())] == [34_527, 146]


def test_jund__chance_is_the_prevalence(jund):
    assert scores(AlwaysPrevalence(), jund) == pytest.approx((0.5, 146 / 34_527))


def test_jund__accessibility_alone(jund):
    assert scores(AccessibilityAlone(jund.accessibility), jund)[0] == pytest.approx(0.8092, abs=1e-4)


def test_jund__motif_and_accessibility_together_beat_either(jund):
    together = scores(MotifAccessibilityRegression(ATF3, jund.accessibility), jund)[0]
    assert together == pytest.approx(0.854, abs=0.005)
    assert scores(BestMotifScore(ATF3), jund)[0] < 0.8092 < together


def test_jund__boosting_on_eighteen_motifs(jund):
    pytest.importorskip("pyjaspar")
    roc, pr = scores(MotifBoosting(), jund)
    # other motifs and trees than those the figures were measured with; 146 positives leave +-0.046 on an ROC AUC
    assert roc == pytest.approx(0.738, abs=0.03)
    assert pr == pytest.approx(0.065, abs=0.03)


def test_jund__boosting_on_eighteen_motifs_and_accessibility(jund):
    pytest.importorskip("pyjaspar")
    roc, pr = scores(MotifBoosting(accessibility=jund.accessibility), jund)
    assert roc == pytest.approx(0.871, abs=0.01)
    assert pr == pytest.approx(0.124, abs=0.03)
