from .count_matrix import CountMatrix
from .filters import log_odds_filters
from .jaspar import jaspar_motifs
from .reading import read_motifs
from .scanning import best_scores, occupancy_scores

__all__ = [
    "CountMatrix",
    "best_scores",
    "jaspar_motifs",
    "log_odds_filters",
    "occupancy_scores",
    "read_motifs",
]
