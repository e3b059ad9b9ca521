from .calibration import Reliability, calibration_curves, reliability
from .composition import class_balance, share_histogram
from .curves import learning_curves
from .epochs import scores_by_epoch
from .measured import predicted_against_measured
from .ranking import score_intervals
from .thresholds import precision_recall_curves, roc_curves

__all__ = [
    "Reliability",
    "calibration_curves",
    "class_balance",
    "learning_curves",
    "precision_recall_curves",
    "predicted_against_measured",
    "reliability",
    "roc_curves",
    "score_intervals",
    "scores_by_epoch",
    "share_histogram",
]
