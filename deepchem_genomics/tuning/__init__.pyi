from .deepchem_search import GridSearch, RandomSearch
from .networks import NETWORKS, Network
from .ranges import Choice, Range
from .search import Tuned, tune
from .search_space import read_space
from .tuning_data import TuningData

__all__ = [
    "NETWORKS",
    "Choice",
    "GridSearch",
    "Network",
    "RandomSearch",
    "Range",
    "Tuned",
    "TuningData",
    "read_space",
    "tune",
]
