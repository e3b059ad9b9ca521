from .deepchem_search import GridSearch, RandomSearch
from .search import Search, Tuned, tune
from .search_space import read_space
from .tuning_data import TuningData

__all__ = [
    "GridSearch",
    "RandomSearch",
    "Search",
    "Tuned",
    "TuningData",
    "read_space",
    "tune",
]
