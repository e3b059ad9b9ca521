from .bootstrap import Interval, bootstrap_interval, paired_bootstrap_interval
from .intervals import score_difference, score_interval, why_no_interval
from .ranking import FEWEST, ranking_difference, ranking_interval
from .ready_made import BinaryMetric, pearson, pr_auc, rmse, roc_auc, spearman

__all__ = [
    "FEWEST",
    "BinaryMetric",
    "Interval",
    "bootstrap_interval",
    "paired_bootstrap_interval",
    "pearson",
    "pr_auc",
    "ranking_difference",
    "ranking_interval",
    "rmse",
    "roc_auc",
    "score_difference",
    "score_interval",
    "spearman",
    "why_no_interval",
]
