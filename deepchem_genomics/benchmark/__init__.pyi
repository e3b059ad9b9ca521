from .cells import Cell, Predictions, read_cells
from .entrants import ENTRANTS, Entrant, Fitted
from .problems import PROBLEMS, Fold, Problem, ProblemData, Published
from .report import write_report
from .runner import Summary, run

__all__ = [
    "ENTRANTS",
    "PROBLEMS",
    "Cell",
    "Entrant",
    "Fitted",
    "Fold",
    "Predictions",
    "Problem",
    "ProblemData",
    "Published",
    "Summary",
    "read_cells",
    "run",
    "write_report",
]
