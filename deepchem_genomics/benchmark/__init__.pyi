from .cells import FinishedCell, Predictions, read_cells
from .folder_problem import problem_of_folder
from .problem import Fold, Problem, ProblemData, PublishedScore, Reading
from .problems import PROBLEMS
from .report import write_report
from .runner import Summary, run

__all__ = [
    "PROBLEMS",
    "FinishedCell",
    "Fold",
    "Predictions",
    "Problem",
    "ProblemData",
    "PublishedScore",
    "Reading",
    "Summary",
    "problem_of_folder",
    "read_cells",
    "run",
    "write_report",
]
