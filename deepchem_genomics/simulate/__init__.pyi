from .datasets import simulated_sirna_datasets, simulated_tf_datasets
from .sirna import simulate_sirna
from .tf_binding import simulate_tf_binding

__all__ = [
    "simulate_sirna",
    "simulate_tf_binding",
    "simulated_sirna_datasets",
    "simulated_tf_datasets",
]
