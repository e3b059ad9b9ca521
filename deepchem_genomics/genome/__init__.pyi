from .composition import dinucleotide_shuffle, gc_content, share_of_n
from .genome import Genome
from .interval_files import read_interval_chunks, read_intervals
from .intervals import Intervals, center, interval_ids, parse_ids
from .negatives import gc_matched_windows, random_windows
from .placing import match_names
from .signal import Signal
from .tiles import overlap_bases, tile

__all__ = [
    "Genome",
    "Intervals",
    "Signal",
    "center",
    "dinucleotide_shuffle",
    "gc_content",
    "gc_matched_windows",
    "interval_ids",
    "match_names",
    "overlap_bases",
    "parse_ids",
    "random_windows",
    "read_interval_chunks",
    "read_intervals",
    "share_of_n",
    "tile",
]
