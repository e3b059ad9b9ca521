from .experiments import EXPERIMENTS, Experiment
from .folder_source import FolderSource
from .runner import run
from .simulated_source import SimulatedSource
from .sources import Split
from .table import format_table

__all__ = [
    "EXPERIMENTS",
    "Experiment",
    "FolderSource",
    "SimulatedSource",
    "Split",
    "format_table",
    "run",
]
