from .alphabet import DNA, RNA, Alphabet
from .duplex import (
    DuplexEnds,
    duplex_ends,
    duplex_energy,
    hairpin_temperature,
    melting_temperature,
    stack_table,
    stacking_energies,
)
from .encoding import decode, one_hot
from .featurizers import GappedKmerFeaturizer, GuideFeaturizer, KmerFeaturizer, OneHotNucleotideFeaturizer
from .guide_rules import GUIDE_RULES, RuleScores, amarzguioui, chapter, passenger_core, reynolds, ui_tei
from .guides import complete_guides
from .kmers import gapped_kmer_counts, gapped_kmer_patterns, kmer_counts, kmer_names
from .strand import reverse_complement, reverse_complement_one_hot

__all__ = [
    "DNA",
    "GUIDE_RULES",
    "RNA",
    "Alphabet",
    "DuplexEnds",
    "GappedKmerFeaturizer",
    "GuideFeaturizer",
    "KmerFeaturizer",
    "OneHotNucleotideFeaturizer",
    "RuleScores",
    "amarzguioui",
    "chapter",
    "complete_guides",
    "decode",
    "duplex_ends",
    "duplex_energy",
    "gapped_kmer_counts",
    "gapped_kmer_patterns",
    "hairpin_temperature",
    "kmer_counts",
    "kmer_names",
    "melting_temperature",
    "one_hot",
    "passenger_core",
    "reverse_complement",
    "reverse_complement_one_hot",
    "reynolds",
    "stack_table",
    "stacking_energies",
    "ui_tei",
]
