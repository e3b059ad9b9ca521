from .backgrounds import shuffled_backgrounds
from .contributions import Contributions
from .filters import filter_motifs
from .gradients import input_gradients
from .insertion import MotifInsertion, insert_motif, marginalize
from .integrated_gradients import integrated_gradients
from .matching import match_motifs
from .modisco import run_modisco, save_for_modisco
from .mutagenesis import Mutagenesis, saturation_mutagenesis
from .side_input_effects import side_input_effects

__all__ = [
    "Contributions",
    "MotifInsertion",
    "Mutagenesis",
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
