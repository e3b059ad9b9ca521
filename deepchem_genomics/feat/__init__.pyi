from .alphabet import DNA, RNA, Alphabet
from .decoding import decode
from .duplex import DuplexEnds, duplex_ends, duplex_energy, melting_temperature, stack_table, stacking_energies
from .encoding import one_hot
from .gapped_kmers import gapped_kmer_counts, gapped_kmer_patterns
from .kmers import kmer_counts, kmer_names
from .one_hot_featurizer import OneHotNucleotideFeaturizer
from .strand import reverse_complement, reverse_complement_one_hot

__all__ = [
    "DNA",
    "RNA",
    "Alphabet",
    "DuplexEnds",
    "OneHotNucleotideFeaturizer",
    "decode",
    "duplex_ends",
    "duplex_energy",
    "gapped_kmer_counts",
    "gapped_kmer_patterns",
    "kmer_counts",
    "kmer_names",
    "melting_temperature",
    "one_hot",
    "reverse_complement",
    "reverse_complement_one_hot",
    "stack_table",
    "stacking_energies",
]
