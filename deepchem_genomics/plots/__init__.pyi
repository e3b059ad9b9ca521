from .calibration import Reliability, calibration_curves, reliability
from .composition import class_balance, share_histogram
from .curves import learning_curves
from .epochs import scores_by_epoch
from .filters import MotifMatch, filter_gallery
from .logos import contribution_logo, motif_logo
from .measured import predicted_against_measured
from .mutations import mutagenesis_heatmap
from .ranking import score_intervals
from .shares import contribution_bars
from .site_map import site_map
from .thresholds import precision_recall_curves, roc_curves
from .tracks import genome_track
from .variant_effects import variant_lollipop

__all__ = [
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
    "variant_lollipop",
]
