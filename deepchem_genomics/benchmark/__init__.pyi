from .finished_runs import FinishedRun, Predictions, read_runs
from .problem import Fold, Problem, ProblemData, PublishedScore, Reading
from .problem_data import problem_of_folder
from .problems import PROBLEMS
from .report import write_report
from .runner import Summary, run

__all__ = [
    "PROBLEMS",
    "FinishedRun",
    "Fold",
    "Predictions",
    "Problem",
    "ProblemData",
    "PublishedScore",
    "Reading",
    "Summary",
    "problem_of_folder",
    "read_runs",
    "run",
    "write_report",
]
