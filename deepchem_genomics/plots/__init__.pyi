from .classifiers import Reliability, calibration_curves, precision_recall_curves, reliability, roc_curves
from .comparisons import ModelScore, predicted_against_measured, score_intervals
from .composition import class_balance, contribution_bars, share_histogram
from .curves import learning_curves, scores_by_epoch
from .letters import MotifMatch, contribution_logo, filter_gallery, motif_logo, mutagenesis_heatmap
from .places import genome_track, site_map, split_map, variant_lollipop

__all__ = [
    "ModelScore",
    "MotifMatch",
    "Reliability",
    "calibration_curves",
    "class_balance",
    "contribution_bars",
    "contribution_logo",
    "filter_gallery",
    "genome_track",
    "learning_curves",
    "motif_logo",
    "mutagenesis_heatmap",
    "precision_recall_curves",
    "predicted_against_measured",
    "reliability",
    "roc_curves",
    "score_intervals",
    "scores_by_epoch",
    "share_histogram",
    "site_map",
    "split_map",
    "variant_lollipop",
]
