from .batches import generate_batches
from .early_stopping import EarlyStopping
from .genomics_model import GenomicsModel
from .saving import load
from .sirna_efficacy import SiRNAEfficacyModel
from .tf_binding import AccessibilityTFBindingModel, TFBindingModel

__all__ = [
    "AccessibilityTFBindingModel",
    "EarlyStopping",
    "GenomicsModel",
    "SiRNAEfficacyModel",
    "TFBindingModel",
    "generate_batches",
    "load",
]
