from .calls import TunedAndScored, benchmark, reproduce, tune
from .data import Data
from .decision import Decision
from .evaluating import evaluate
from .pipeline import Pipeline, run
from .training import Trained, train

__all__ = [
    "Data",
    "Decision",
    "Pipeline",
    "Trained",
    "TunedAndScored",
    "benchmark",
    "evaluate",
    "reproduce",
    "run",
    "train",
    "tune",
]
