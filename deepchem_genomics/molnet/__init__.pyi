from .by_name import load, loaders
from .names import featurizers, splitters
from .simulated_sirna import load_simulated_sirna
from .simulated_tf import load_simulated_tf, simulated_accessibility

__all__ = [
    "featurizers",
    "load",
    "load_simulated_sirna",
    "load_simulated_tf",
    "loaders",
    "simulated_accessibility",
    "splitters",
]
