from .cells import Cell, Predictions, read_cells
from .folder_problem import problem_of_folder
from .problem import Fold, Problem, ProblemData, Published, Reading
from .problems import PROBLEMS
from .report import write_report
from .runner import Summary, run

__all__ = [
    "PROBLEMS",
    "Cell",
    "Fold",
    "Predictions",
    "Problem",
    "ProblemData",
    "Published",
    "Reading",
    "Summary",
    "problem_of_folder",
    "read_cells",
    "run",
    "write_report",
]
