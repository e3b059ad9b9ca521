from .augmentation import Augmentation
from .batches import generate_batches
from .blend import Blend
from .calibration import Calibration
from .early_stopping import EarlyStopping
from .ensemble import Ensemble
from .genomics_model import GenomicsModel
from .loading import load
from .rc_tf_binding import RCTFBindingModel
from .sirna_efficacy import SiRNAEfficacyModel
from .sirna_gaussian_process import SiRNAGaussianProcess
from .tf_binding import AccessibilityTFBindingModel, TFBindingModel

__all__ = [
    "AccessibilityTFBindingModel",
    "Augmentation",
    "Blend",
    "Calibration",
    "EarlyStopping",
    "Ensemble",
    "GenomicsModel",
    "RCTFBindingModel",
    "SiRNAEfficacyModel",
    "SiRNAGaussianProcess",
    "TFBindingModel",
    "generate_batches",
    "load",
]
