from .haplotype_predictions import predict_haplotypes
from .haplotypes import NOTES, Haplotypes, HaplotypeWindows
from .predicting import Background, allele_predictions, random_background, vcf_background
from .reading import read_variants
from .scoring import Scored, ScoringOptions, score_variants
from .windows import REASONS, VariantWindows, variant_windows
from .writing import Summary, write_scores

__all__ = [
    "NOTES",
    "REASONS",
    "Background",
    "HaplotypeWindows",
    "Haplotypes",
    "Scored",
    "ScoringOptions",
    "Summary",
    "VariantWindows",
    "allele_predictions",
    "predict_haplotypes",
    "random_background",
    "read_variants",
    "score_variants",
    "variant_windows",
    "vcf_background",
    "write_scores",
]
