from .accessibility_alone import AccessibilityAlone
from .always_mean import AlwaysMean
from .always_prevalence import AlwaysPrevalence
from .base import Baseline
from .best_motif_score import BestMotifScore
from .gapped_kmer_regression import GappedKmerRegression
from .kmer_regression import KmerRegression
from .motif_accessibility import MotifAccessibilityRegression
from .motif_boosting import MotifBoosting
from .one_hot_ridge import OneHotRidge
from .sequence_boosting import SequenceBoosting
from .sirna_boosting import SiRNABoosting
from .sirna_rule_score import SiRNARuleScore
from .sirna_support_vectors import SiRNASupportVectors

__all__ = [
    "AccessibilityAlone",
    "AlwaysMean",
    "AlwaysPrevalence",
    "Baseline",
    "BestMotifScore",
    "GappedKmerRegression",
    "KmerRegression",
    "MotifAccessibilityRegression",
    "MotifBoosting",
    "OneHotRidge",
    "SequenceBoosting",
    "SiRNABoosting",
    "SiRNARuleScore",
    "SiRNASupportVectors",
]
