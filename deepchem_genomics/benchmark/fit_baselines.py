"""Make the baselines, and fit them on the training rows alone."""

from collections.abc import Callable
from typing import Any

from deepchem.data import Dataset

from deepchem_genomics import baselines
from deepchem_genomics.benchmark.entrants import Fitted
from deepchem_genomics.data import SideInput
from deepchem_genomics.data.jaspar_motifs import ATF3, JUND_AND_ATF3

__all__ = ["MAKERS", "fit"]

Maker = Callable[[Any, int], Any]

MAKERS: dict[str, Maker] = {
    "prevalence": lambda accessibility, seed: baselines.AlwaysPrevalence(),
    "accessibility": lambda accessibility, seed: baselines.AccessibilityAlone(accessibility),
    "motif": lambda accessibility, seed: baselines.BestMotifScore(ATF3),
    "motif-accessibility": lambda accessibility, seed: baselines.MotifAccessibilityRegression(ATF3, accessibility),
    "three-motif-boosting": lambda accessibility, seed: baselines.MotifBoosting(JUND_AND_ATF3),
    "three-motif-boosting-accessibility": lambda accessibility, seed: baselines.MotifBoosting(
        JUND_AND_ATF3, accessibility
    ),
    "motif-boosting": lambda accessibility, seed: baselines.MotifBoosting(),
    "motif-boosting-accessibility": lambda accessibility, seed: baselines.MotifBoosting(accessibility=accessibility),
    "kmers": lambda accessibility, seed: baselines.KmerRegression(),
    "gapped-kmers": lambda accessibility, seed: baselines.GappedKmerRegression(),
    "sequence-boosting": lambda accessibility, seed: baselines.SequenceBoosting(seed=seed),
    "mean": lambda accessibility, seed: baselines.AlwaysMean(),
    "rules-amarzguioui": lambda accessibility, seed: baselines.SiRNARuleScore("amarzguioui"),
    "rules-chapter": lambda accessibility, seed: baselines.SiRNARuleScore("chapter"),
    "rules-ui-tei": lambda accessibility, seed: baselines.SiRNARuleScore("ui-tei"),
    "rules-reynolds": lambda accessibility, seed: baselines.SiRNARuleScore("reynolds"),
    "ridge": lambda accessibility, seed: baselines.OneHotRidge(),
    "support-vectors": lambda accessibility, seed: baselines.SiRNASupportVectors(),
    "sirna-boosting": lambda accessibility, seed: baselines.SiRNABoosting(seed=seed),
}
"""By the entrant's name, a function of raw signals and seed that makes the baseline."""


def fit(name: str, train: Dataset, accessibility: SideInput | None, seed: int) -> Fitted:
    """Make a baseline and fit it.

    Parameters
    ----------
    name : str
        The entrant's name.
    train : dc.data.Dataset
        What it learns from.
    accessibility : SideInput or None
        Raw signals, if it uses them.
    seed : int
        For those that draw.

    Returns
    -------
    Fitted
        Without history or parameters.
    """
    model = MAKERS[name](accessibility, seed)
    model.fit(train)
    return Fitted(model)
