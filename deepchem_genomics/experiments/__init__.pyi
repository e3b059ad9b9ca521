from .calls import TunedAndScored, benchmark, reproduce, tune
from .evaluating import evaluate
from .pipeline import Pipeline, run
from .training import Trained, train

__all__ = [
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
