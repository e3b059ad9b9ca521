from .interval_loader import IntervalLoader
from .negative_examples import with_negatives, with_shuffles
from .neighbors import with_neighbors
from .scaling import Scaling
from .sequence_loader import SequenceLoader
from .side_input import SideInput
from .simulated_datasets import simulated_sirna_datasets, simulated_tf_datasets
from .simulated_sirna import simulate_sirna
from .simulated_tf import simulate_tf_binding
from .tile_loader import TileLoader

__all__ = [
    "IntervalLoader",
    "Scaling",
    "SequenceLoader",
    "SideInput",
    "TileLoader",
    "simulate_sirna",
    "simulate_tf_binding",
    "simulated_sirna_datasets",
    "simulated_tf_datasets",
    "with_negatives",
    "with_neighbors",
    "with_shuffles",
]
