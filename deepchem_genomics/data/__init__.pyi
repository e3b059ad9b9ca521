from .loader_options import WindowOptions, WritingOptions
from .loaders import IntervalLoader, SequenceLoader, TileLoader
from .negative_examples import NegativeOptions, with_negatives, with_shuffles
from .scaling import Scaling
from .side_input import SideInput
from .signal_lookup import with_neighbors

__all__ = [
    "IntervalLoader",
    "NegativeOptions",
    "Scaling",
    "SequenceLoader",
    "SideInput",
    "TileLoader",
    "WindowOptions",
    "WritingOptions",
    "with_negatives",
    "with_neighbors",
    "with_shuffles",
]
