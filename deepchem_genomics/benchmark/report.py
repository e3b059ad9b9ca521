"""The report of a benchmark, made from its finished cells alone.

In the folder of the run:

``report.html``
    One page with tables and figures, which needs nothing beside it.
``report.md``
    The tables as Markdown.
``report.csv``
    A row for each problem and recipe; :mod:`deepchem_genomics.benchmark.csv_file` describes the columns.
``report.json``
    ``origin`` (command, versions, machine, seeds, missing cells) and ``problems``, each with ``facts``, ``trivial``
    scores, ``best_baseline``, ``published`` and ``recipes``; a score has ``mean``, ``sd``, ``runs``, ``interval``
    and ``difference`` as in :class:`~deepchem_genomics.benchmark.summary.Score`; null where undefined.

What the numbers are is told in :mod:`deepchem_genomics.benchmark.summary`.
"""

import functools
import json
import logging
import os
from pathlib import Path
from typing import Any

from deepchem_genomics.benchmark.cells import Cell, read_cells
from deepchem_genomics.benchmark.csv_file import format_csv
from deepchem_genomics.benchmark.figures import draw
from deepchem_genomics.benchmark.html_page import format_page
from deepchem_genomics.benchmark.markdown import format_problem, format_report
from deepchem_genomics.benchmark.method import Origin, origin_of
from deepchem_genomics.benchmark.missing import failed_cells, missing_cells
from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.benchmark.summary import ProblemSummary, RecipeSummary, summarize
from deepchem_genomics.errors import EmptyInputError
from deepchem_genomics.io.outputs import atomic_file

__all__ = ["format_tables", "write_report"]

logger = logging.getLogger(__name__)

PathLike = str | os.PathLike[str]


def write_report(out: PathLike, n_resamples: int = 1000) -> Path:
    """Write ``report.html``, ``report.md``, ``report.csv`` and ``report.json``; each appears only when whole.

    Parameters
    ----------
    out : path-like
        Folder of the run. Cells that are missing are named, so an interrupted run has a report too.
    n_resamples : int, default 1000
        How often rows are drawn anew for each interval.

    Returns
    -------
    Path
        ``report.html``.

    Raises
    ------
    EmptyInputError
        If no cell is finished.
    DataFolderError
        If a cell is damaged.
    """
    cells, problems = _read(out, n_resamples)
    origin = origin_of(cells, missing_cells(cells, failed_cells(out)))
    logger.info("drawing the figures of %d problems", len(problems))
    figures = {problem.name: draw(problem) for problem in problems}
    texts = {
        "report.md": format_report(problems, origin),
        "report.csv": format_csv(problems),
        "report.json": json.dumps(_as_json(problems, origin), indent=1, allow_nan=False) + "\n",
        "report.html": format_page(problems, origin, figures),
    }
    for name, text in texts.items():
        with atomic_file(Path(out) / name) as partial:
            partial.write_text(text, encoding="utf-8")
    return Path(out) / "report.html"


def format_tables(out: PathLike, n_resamples: int = 1000) -> str:
    """Return the tables of a run as Markdown.

    Parameters
    ----------
    out : path-like
        Folder of the run.
    n_resamples : int, default 1000
        How often rows are drawn anew for each interval.

    Returns
    -------
    str
        A heading, facts and a table for each problem; without a line end at its end.

    Raises
    ------
    EmptyInputError
        If no cell is finished.
    DataFolderError
        If a cell is damaged.
    """
    return "\n\n".join(format_problem(problem) for problem in _read(out, n_resamples)[1])


def _read(out: PathLike, n_resamples: int) -> tuple[list[Cell], list[ProblemSummary]]:
    """Return the cells and what they say; resampling takes minutes, so once for the same cells."""
    cells = read_cells(out)
    if not cells:
        raise EmptyInputError(f"{Path(out)} has no finished cells; run the benchmark, then report")
    stamps = tuple((str(cell.folder), (cell.folder / "cell.json").stat().st_mtime_ns) for cell in cells)
    return cells, list(_summarize_once(str(out), stamps, n_resamples))


@functools.lru_cache(maxsize=2)
def _summarize_once(out: str, stamps: tuple[tuple[str, int], ...], n_resamples: int) -> tuple[ProblemSummary, ...]:
    logger.info("resampling the scores of %d cells", len(stamps))
    return tuple(summarize(read_cells(out), PROBLEMS, n_resamples))


def _as_json(problems: list[ProblemSummary], origin: Origin) -> dict[str, Any]:
    return {"format": 1, "origin": origin._asdict(), "problems": [_problem(problem) for problem in problems]}


def _problem(problem: ProblemSummary) -> dict[str, Any]:
    record = problem._asdict()
    record["recipes"] = [_recipe(recipe) for recipe in problem.recipes]
    record["published"] = [figure._asdict() for figure in problem.published]
    return record


def _recipe(recipe: RecipeSummary) -> dict[str, Any]:
    record = recipe._asdict()
    del record["cells"]
    record["median_seed"] = record.pop("median").record["seed"]
    record["seeds"] = [cell.record["seed"] for cell in recipe.cells]
    record["scores"] = {
        metric: score._asdict()
        | {
            "interval": score.interval and score.interval._asdict(),
            "difference": score.difference and score.difference._asdict(),
        }
        for metric, score in recipe.scores.items()
    }
    return record
