from .predicting import Background, allele_predictions, random_background, vcf_background
from .reading import read_variants
from .scoring import Scored, ScoringOptions, score_variants
from .windows import REASONS, VariantWindows, variant_windows
from .writing import Summary, write_scores

__all__ = [
    "REASONS",
    "Background",
    "Scored",
    "ScoringOptions",
    "Summary",
    "VariantWindows",
    "allele_predictions",
    "random_background",
    "read_variants",
    "score_variants",
    "variant_windows",
    "vcf_background",
    "write_scores",
]
