from .jaspar import jaspar_motifs
from .matrices import CountMatrix, read_motifs
from .scanning import best_scores, log_odds_filters, occupancy_scores

__all__ = [
    "CountMatrix",
    "best_scores",
    "jaspar_motifs",
    "log_odds_filters",
    "occupancy_scores",
    "read_motifs",
]
