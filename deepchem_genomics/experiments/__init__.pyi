from .calls import TunedAndScored, benchmark, reproduce, tune
from .evaluating import evaluate
from .training import Trained, train

__all__ = ["Trained", "TunedAndScored", "benchmark", "evaluate", "reproduce", "train", "tune"]
