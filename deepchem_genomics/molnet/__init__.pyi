from .by_name import load, loaders
from .gue_tf import load_gue_tf
from .jund import jund_accessibility, load_jund
from .names import featurizers, splitters
from .simulated import load_simulated_sirna, load_simulated_tf, simulated_accessibility
from .sirna import load_sirna, sirna_contexts, sirna_genes

__all__ = [
    "featurizers",
    "jund_accessibility",
    "load",
    "load_gue_tf",
    "load_jund",
    "load_simulated_sirna",
    "load_simulated_tf",
    "load_sirna",
    "loaders",
    "simulated_accessibility",
    "sirna_contexts",
    "sirna_genes",
    "splitters",
]
