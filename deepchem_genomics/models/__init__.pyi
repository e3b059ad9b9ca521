from .augmentation import Augmentation
from .baseline import Baseline
from .batches import generate_batches
from .blend import Blend
from .boosting import SequenceBoosting, SiRNABoosting
from .calibration import Calibration
from .constant_models import AlwaysMean, AlwaysPrevalence
from .early_stopping import EarlyStopping
from .ensemble import Ensemble
from .genomics_model import GenomicsModel
from .guide_models import OneHotRidge, SiRNARuleScore, SiRNASupportVectors
from .kmer_models import GappedKmerRegression, KmerRegression
from .loading import load
from .motif_models import BestMotifScore, MotifAccessibilityRegression, MotifBoosting
from .rc_tf_binding import RCTFBindingModel
from .sequence_model import SequenceModel
from .sirna_efficacy import SiRNAEfficacyModel
from .sirna_gaussian_process import SiRNAGaussianProcess
from .standardized_regression import AccessibilityAlone
from .tf_binding import AccessibilityTFBindingModel, TFBindingModel

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
    "GappedKmerRegression",
    "GenomicsModel",
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
    "generate_batches",
    "load",
]
