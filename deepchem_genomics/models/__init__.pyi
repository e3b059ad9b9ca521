from .baseline import Baseline
from .batches import Augmentation, generate_batches
from .boosting import MotifBoosting, SequenceBoosting, SiRNABoosting
from .calibration import Calibration
from .callbacks import EarlyStopping
from .chapter_networks import AccessibilityTFBindingModel, SiRNAEfficacyModel, TFBindingModel
from .genomics_model import GenomicsModel
from .guide_models import GuideGCContent, OneHotRidge, SiRNARuleScore, SiRNASupportVectors
from .joint_models import Blend, Ensemble
from .kmer_models import GappedKmerRegression, KmerRegression
from .rc_tf_binding import RCTFBindingModel
from .sequence_model import SequenceModel, load
from .simple_models import (
    AccessibilityAlone,
    AlwaysMean,
    AlwaysPrevalence,
    BestMotifScore,
    GCContentRegression,
    MotifAccessibilityRegression,
)
from .sirna_gaussian_process import SiRNAGaussianProcess
from .threshold import Threshold

__all__ = [
    "AccessibilityAlone",
    "AccessibilityTFBindingModel",
    "AlwaysMean",
    "AlwaysPrevalence",
    "Augmentation",
    "Baseline",
    "BestMotifScore",
    "Blend",
    "Calibration",
    "EarlyStopping",
    "Ensemble",
    "GCContentRegression",
    "GappedKmerRegression",
    "GenomicsModel",
    "GuideGCContent",
    "KmerRegression",
    "MotifAccessibilityRegression",
    "MotifBoosting",
    "OneHotRidge",
    "RCTFBindingModel",
    "SequenceBoosting",
    "SequenceModel",
    "SiRNABoosting",
    "SiRNAEfficacyModel",
    "SiRNAGaussianProcess",
    "SiRNARuleScore",
    "SiRNASupportVectors",
    "TFBindingModel",
    "Threshold",
    "generate_batches",
    "load",
]
