from .sirna import simulate_sirna, simulated_sirna_datasets
from .tf_binding import simulate_tf_binding, simulated_tf_datasets

__all__ = [
    "simulate_sirna",
    "simulate_tf_binding",
    "simulated_sirna_datasets",
    "simulated_tf_datasets",
]
