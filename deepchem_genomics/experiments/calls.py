"""The experiments that live in chapters of their own, under the names of their commands."""

from deepchem_genomics.benchmark.runner import run as benchmark
from deepchem_genomics.experiments.tuning import TunedAndScored, tune
from deepchem_genomics.reproduce.runner import run as reproduce

__all__ = ["TunedAndScored", "benchmark", "reproduce", "tune"]
