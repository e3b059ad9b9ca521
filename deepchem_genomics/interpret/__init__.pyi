from .filters import filter_motifs
from .gradients import Shuffled, input_gradients, integrated_gradients
from .insertion import MotifInsertion, insert_motif, marginalize
from .matching import match_motifs
from .modisco import run_modisco, save_for_modisco
from .mutagenesis import Mutagenesis, saturation_mutagenesis
from .predictions import side_input_effects
from .rows import Contributions, shuffled_backgrounds

__all__ = [
    "Contributions",
    "MotifInsertion",
    "Mutagenesis",
    "Shuffled",
    "filter_motifs",
    "input_gradients",
    "insert_motif",
    "integrated_gradients",
    "marginalize",
    "match_motifs",
    "run_modisco",
    "saturation_mutagenesis",
    "save_for_modisco",
    "shuffled_backgrounds",
    "side_input_effects",
]
