from .experiments import EXPERIMENTS, Experiment
from .results import format_table
from .runner import run
from .sources import FolderSource, SimulatedSource, Split

__all__ = [
    "EXPERIMENTS",
    "Experiment",
    "FolderSource",
    "SimulatedSource",
    "Split",
    "format_table",
    "run",
]
