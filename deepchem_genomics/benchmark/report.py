"""The report of a benchmark, made from its finished runs alone.

In the folder of the run:

``report.html``
    One page with tables and figures, in a single file.
``report.md``
    The tables as Markdown.
``report.csv``
    A row for each problem and recipe; :mod:`deepchem_genomics.benchmark.tables` describes the columns.
``report.json``
    ``provenance`` (command, versions, machine, seeds, missing runs) and ``problems``, each with ``facts``, ``trivial``
    scores, ``best_baseline``, ``published`` and ``recipes``; a score has ``mean``, ``sd``, ``runs``, ``interval``
    and ``difference`` as in :class:`~deepchem_genomics.benchmark.summary.Score`; null where undefined.

:mod:`deepchem_genomics.benchmark.summary` describes the numbers.
"""

import functools
import json
import logging
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from deepchem_genomics.benchmark.finished_runs import FinishedRun, read_runs
from deepchem_genomics.benchmark.page import format_page
from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.benchmark.provenance import Provenance, provenance_of
from deepchem_genomics.benchmark.summary import ProblemSummary, RecipeSummary, summarize
from deepchem_genomics.benchmark.tables import format_csv, format_problem, format_report
from deepchem_genomics.errors import EmptyInputError
from deepchem_genomics.io.outputs import atomic_file
from deepchem_genomics.paths import PathLike
from deepchem_genomics.recipes import RECIPES

__all__ = ["failed_runs", "format_tables", "missing_runs", "write_report"]

logger = logging.getLogger(__name__)


Name = tuple[str, str, int]
"""Problem, recipe and seed of a run."""

FAILURES = "failures.json"


def write_report(out: PathLike, n_resamples: int = 1000) -> Path:
    """Write ``report.html``, ``report.md``, ``report.csv`` and ``report.json``.

    They get their names together, when all are whole.

    Parameters
    ----------
    out : path-like
        Folder of the benchmark. Runs that are missing are named, so an interrupted run has a report too.
    n_resamples : int, default 1000
        Resamples of the rows for each interval.

    Returns
    -------
    Path
        ``report.html``.

    Raises
    ------
    EmptyInputError
        If no run is finished.
    DataFolderError
        If a run is damaged.
    """
    runs, problems = _read(out, n_resamples)
    provenance = provenance_of(runs, missing_runs(runs, failed_runs(out)))
    logger.info("drawing the figures of %d problems", len(problems))
    texts = {
        "report.md": format_report(problems, provenance),
        "report.csv": format_csv(problems),
        "report.json": json.dumps(_as_json(problems, provenance), indent=1, allow_nan=False) + "\n",
        "report.html": format_page(problems, provenance),
    }
    with ExitStack() as written:
        for name, text in texts.items():
            written.enter_context(atomic_file(Path(out) / name)).write_text(text, encoding="utf-8")
    return Path(out) / "report.html"


def format_tables(out: PathLike, n_resamples: int = 1000) -> str:
    """Return the tables of a run as Markdown. Raises what :func:`write_report` does."""
    return "\n\n".join(format_problem(problem) for problem in _read(out, n_resamples)[1])


def _read(out: PathLike, n_resamples: int) -> tuple[list[FinishedRun], list[ProblemSummary]]:
    """Return the runs and their summary; resampling takes minutes, so it is done once for the same runs."""
    runs = read_runs(out)
    if not runs:
        raise EmptyInputError(f"{Path(out)} has no finished runs; run the benchmark, then report")
    stamps = tuple((str(run.folder), (run.folder / "result.json").stat().st_mtime_ns) for run in runs)
    return runs, list(_summarize_once(str(out), stamps, n_resamples))


@functools.lru_cache(maxsize=2)
def _summarize_once(out: str, stamps: tuple[tuple[str, int], ...], n_resamples: int) -> tuple[ProblemSummary, ...]:
    logger.info("resampling the scores of %d runs", len(stamps))
    return tuple(summarize(read_runs(out), PROBLEMS, n_resamples))


def _as_json(problems: list[ProblemSummary], provenance: Provenance) -> dict[str, Any]:
    return {"format": 1, "provenance": provenance._asdict(), "problems": [_problem(problem) for problem in problems]}


def _problem(problem: ProblemSummary) -> dict[str, Any]:
    record = problem._asdict()
    record["recipes"] = [_recipe(recipe) for recipe in problem.recipes]
    record["published"] = [figure._asdict() for figure in problem.published]
    return record


def _recipe(recipe: RecipeSummary) -> dict[str, Any]:
    record = recipe._asdict()
    del record["runs"]
    record["median_seed"] = record.pop("median").record["seed"]
    record["seeds"] = [run.record["seed"] for run in recipe.runs]
    record["scores"] = {
        metric: score._asdict()
        | {
            "interval": score.interval and score.interval._asdict(),
            "difference": score.difference and score.difference._asdict(),
        }
        for metric, score in recipe.scores.items()
    }
    return record


def failed_runs(out: str | os.PathLike[str]) -> dict[Name, str]:
    """Read which runs failed last time, and why; the result is empty if the report is missing or damaged."""
    try:
        records = json.loads((Path(out) / FAILURES).read_text())
        return {(record["problem"], record["recipe"], record["seed"]): record["message"] for record in records}
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return {}


def missing_runs(runs: Sequence[FinishedRun], failed: dict[Name, str]) -> list[str]:
    """Name the runs that failed, and those that others of the same folder suggest, with the reason.

    Each recipe that occurs anywhere is expected on each problem that occurs and that it suits: once for each seed that
    occurs, or once if seeds change nothing.
    """
    present = {_name(run) for run in runs}
    lines = {name: f"failed: {reason}" for name, reason in failed.items()}
    for name in _expected(runs) - present:
        lines.setdefault(name, "not finished, or not requested")
    for name in present & set(failed):
        lines[name] += " (the report shows an earlier result)"
    return [f"{problem} / {recipe} / seed {seed}: {why}" for (problem, recipe, seed), why in sorted(lines.items())]


def _expected(runs: Sequence[FinishedRun]) -> set[Name]:
    uses_seed = {run.record["recipe"]: run.record.get("uses_seed", True) for run in runs}
    pairs = {(run.record["problem"], run.record["recipe"]) for run in runs}
    for problem in {problem for problem, _ in pairs} & set(PROBLEMS):
        known = PROBLEMS[problem]
        pairs |= {
            (problem, name)
            for name in set(uses_seed) & set(RECIPES)
            if RECIPES[name].suits(known.kind, known.side_inputs, problem)
        }
    seeds = sorted({run.record["seed"] for run in runs})
    once = {(run.record["problem"], run.record["recipe"]): run.record["seed"] for run in runs}
    return {
        (problem, recipe, seed)
        for problem, recipe in pairs
        for seed in (seeds if uses_seed[recipe] else [once.get((problem, recipe), seeds[0])])
    }


def _name(run: FinishedRun) -> Name:
    return run.record["problem"], run.record["recipe"], run.record["seed"]
