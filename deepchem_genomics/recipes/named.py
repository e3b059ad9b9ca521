"""Groups of named data sets that recipes are made for; "own" stands for dataset folders of the user's own."""

__all__ = ["BALANCED", "KNOWN_FACTOR", "MEASURED", "SIMULATED"]

BALANCED = (*(f"gue-tf{task}" for task in range(5)), "own")
"""Some ten thousand windows of either class."""

MEASURED = ("jund", *BALANCED)
"""All but simulated ones."""

KNOWN_FACTOR = ("jund", "simulated-tf")
"""Of JUND, whose motif is known."""

SIMULATED = ("simulated-tf",)
