"""The named data sets that have rows to tune on; without slow imports, so that they can be listed at once."""

from deepchem_genomics.benchmark.problems import PROBLEMS

__all__ = ["TUNABLE"]

_EVERY_ROW_IS_SCORED = ("sirna-cv10", "sirna-gene5")

TUNABLE = tuple(name for name in PROBLEMS if name not in _EVERY_ROW_IS_SCORED)
"""Names of the problems that have rows to tune on: a cross-validation scores all."""
