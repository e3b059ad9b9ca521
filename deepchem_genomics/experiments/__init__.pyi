from .calls import TunedAndScored, benchmark, reproduce, tune
from .data import Data
from .decision import Scoring
from .evaluating import evaluate
from .pipeline import Pipeline, run
from .training import Trained, train

__all__ = [
    "Data",
    "Pipeline",
    "Scoring",
    "Trained",
    "TunedAndScored",
    "benchmark",
    "evaluate",
    "reproduce",
    "run",
    "train",
    "tune",
]
