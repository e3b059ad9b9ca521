"""Data x models x seeds: what is finished stays, what is missing is run."""

import json
import logging
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from deepchem_genomics.benchmark.finished_runs import (
    FinishedRun,
    fingerprint_of_data,
    fingerprint_of_settings,
    folder_of_run,
    read_run,
    read_runs,
    write_run,
)
from deepchem_genomics.benchmark.one_run import Task, run_one
from deepchem_genomics.benchmark.problem import Problem, Reading
from deepchem_genomics.benchmark.problems import PROBLEMS, problem_named
from deepchem_genomics.errors import BadValueError, DataFolderError
from deepchem_genomics.io.outputs import atomic_file, remove_abandoned
from deepchem_genomics.recipes import RECIPES, Recipe, find_recipe
from deepchem_genomics.runs import Execution, Failure, Work
from deepchem_genomics.runs.execution import write_shared
from deepchem_genomics.runs.folder import open_run
from deepchem_genomics.runs.progress import progress_bar

__all__ = ["Summary", "run"]

logger = logging.getLogger(__name__)

DEFAULT_PROBLEMS = ("simulated-tf", "simulated-sirna")
FAILURES = "failures.json"


class Summary(NamedTuple):
    """What a run did.

    Parameters
    ----------
    ran : list of str
        Runs that were done, in the order in which they were finished: "<problem> <recipe> seed <k>".
    kept : list of str
        Runs that were there already.
    failed : dict of str to str
        Why runs were not finished, in one line each.
    report : Path or None
        The page; None if there is nothing to report, or no report was wanted.
    """

    ran: list[str]
    kept: list[str]
    failed: dict[str, str]
    report: Path | None


def run(
    problems: Iterable[str | Problem] | None = None,
    models: Iterable[str | Recipe] | None = None,
    seeds: int | Sequence[int] = 3,
    out: str | os.PathLike[str] = "benchmark",
    execution: Execution | None = None,
    reading: Reading | None = None,
    report: bool = True,
    progress: bool | None = None,
) -> Summary:
    """Run a benchmark, or the rest of one, and report on it.

    Each run, one model on one problem with one seed, is written as soon as it is finished, as a whole; a run that is
    killed loses the runs it was at, and the same call continues from there. A run that is there is kept if it was made
    of the same data, settings and version of this package, and of the same code if the recipe is your own; otherwise it
    is named in the log, run again and replaced. Runs of other problems, models and seeds in the same folder are left
    alone, and reported on with the others.

    All data are read and checked before the first run begins. A run that fails does not end the others. Each one runs
    in a process of its own on one thread, so that results do not depend on ``execution``.

    Parameters
    ----------
    problems : iterable of str or Problem, optional
        Names of :data:`PROBLEMS`, dataset folders as ``dcgenomics build`` writes them, or others; the simulated ones
        by default. A folder is divided as by ``train``, and its test part is scored.
    models : iterable of str or Recipe, optional
        Names of :data:`~deepchem_genomics.recipes.RECIPES`, or others; each is run where it can be. All by default.
    seeds : int or sequence of int, default 3
        How many, from 0; or which. Models that do not depend on a seed run with the first alone. The data, folds
        included, are the same for all.
    out : path-like, default "benchmark"
        Folder for runs and report.
    execution : Execution, optional
        Where runs are done: side by side on this machine, ``Execution(jobs=2)``, or on the workers of a dask scheduler.
    reading : Reading, optional
        Where published files are, and whether pickles may be read.
    report : bool, default True
        Whether to write the report.
    progress : bool, optional
        Whether to show a progress bar on stderr; by default on a terminal and in a notebook.

    Returns
    -------
    Summary
        What was run, what was there and what failed.

    Raises
    ------
    BadValueError
        If a name is unknown, no model suits, or a number is out of its range.
    DataFolderError
        If the data of a problem cannot be had; or ``out`` holds something else, or another run is writing there.

    Examples
    --------
    >>> from deepchem_genomics import benchmark, runs
    >>> benchmark.run(["jund"], seeds=3, out="jund", execution=runs.Execution(jobs=2))  # doctest: +SKIP
    """
    reading = reading or Reading()
    tasks = _tasks(_problems(problems, reading.allow_pickle), _recipes(models), _seeds(seeds))
    folder = Path(out)
    with open_run(folder, "benchmark", {}) as opened, opened.scratch() as data_folder:
        kept, work = _plan(tasks, folder, data_folder, reading)
        for task in kept:
            logger.info("%s is there already", task)
        ran, failures = _run(work, folder, execution or Execution(), progress)
        _write_failures(folder, failures)
        page = _write_report(folder) if report else None
    return Summary(list(map(str, ran)), list(map(str, kept)), {str(task): why.message for task, why in failures}, page)


def _problems(given: Iterable[str | Problem] | None, allow_pickle: bool) -> list[Problem]:
    names = DEFAULT_PROBLEMS if given is None else [given] if isinstance(given, str | Problem) else given
    once = {_place(one) if isinstance(one, str) else id(one): one for one in names}
    return _no_two(
        "problems", [one if isinstance(one, Problem) else _problem(one, allow_pickle) for one in once.values()]
    )


def _place(name: str) -> str:
    """Return one name for each folder, however it is written."""
    return name if name in PROBLEMS or not Path(name).is_dir() else str(Path(name).resolve())


def _problem(name: str, allow_pickle: bool) -> Problem:
    if name in PROBLEMS:
        return problem_named(name)
    if Path(name).is_dir():
        if Path(name).resolve().name in PROBLEMS:
            raise BadValueError(
                f"the folder {name} has the name of a data set; rename it, so that reports tell them apart"
            )
        from deepchem_genomics.benchmark.problem_data import problem_of_folder  # which takes DeepChem

        return problem_of_folder(Path(name), allow_pickle)
    raise BadValueError(
        f"there is no data set or folder {name!r}; name a dataset folder, or choose from {', '.join(PROBLEMS)}"
    )


def _recipes(given: Iterable[str | Recipe] | None) -> list[Recipe]:
    names = RECIPES if given is None else [given] if isinstance(given, str | Recipe) else given
    return _no_two("models", [find_recipe(name) if isinstance(name, str) else name for name in names])


def _no_two(what: str, chosen: list[Any]) -> list[Any]:
    if not chosen:
        raise BadValueError(f"there are no {what}; name at least one")
    by_name = {one.name: one for one in chosen}
    for one in chosen:
        if one is not by_name[one.name] and one != by_name[one.name]:
            raise BadValueError(f"two {what} are named {one.name}; rename one, so that reports tell them apart")
    return list(by_name.values())


def _seeds(given: int | Sequence[int]) -> list[int]:
    seeds = list(range(given)) if isinstance(given, int) else list(dict.fromkeys(given))
    if not seeds or min(seeds) < 0:
        raise BadValueError(f"seeds is {given!r}; give how many, at least 1, or a list of numbers from 0 on")
    return seeds


def _tasks(problems: list[Problem], recipes: list[Recipe], seeds: list[int]) -> list[Task]:
    """List the runs, the first seed of all models first."""
    tasks, idle = [], {recipe.name for recipe in recipes}
    for problem in problems:
        suited = [one for one in recipes if one.suits(problem.kind, problem.side_inputs, problem.group)]
        if not suited:
            raise BadValueError(f"no chosen model can compete on {problem.name} ({problem.kind}); name another one")
        idle -= {recipe.name for recipe in suited}
        tasks += [
            Task(problem, recipe, seed) for seed in seeds for recipe in suited if recipe.uses_seed or seed == seeds[0]
        ]
    if idle and len(idle) + len({task.recipe.name for task in tasks}) < len(RECIPES):
        logger.warning("%s can compete on none of these problems", ", ".join(sorted(idle)))
    return tasks


def _plan(tasks: list[Task], folder: Path, data_folder: Path, reading: Reading) -> tuple[list[Task], list[Work]]:
    """Read the data; tell which runs are there, and write the data of the others where their processes find them."""
    kept: list[Task] = []
    work: list[Work] = []
    for problem in {task.problem.name: task.problem for task in tasks}.values():
        logger.info("reading %s", problem.name)
        data = problem.load(reading.source, reading.data_dir)
        data_print = fingerprint_of_data(data)
        path = data_folder / f"{problem.name}.pickle"
        for task in tasks:
            if task.problem.name == problem.name:
                if _is_finished(folder, task, data_print):
                    kept.append(task)
                else:
                    work.append(Work(task, path, (task,)))
        if any(one.shared == path for one in work):
            write_shared(path, data)
    return kept, work


def _is_finished(out: Path, task: Task, data_print: str) -> bool:
    folder = folder_of_run(out, task.problem.name, task.recipe.name, task.seed)
    remove_abandoned(folder)
    if not folder.exists():
        return False
    try:
        run: FinishedRun = read_run(folder)
        run.predictions()
    except DataFolderError as error:
        logger.warning("%s is run again: %s", task, error)
        return False
    found = run.record.get("fingerprint", {})
    differs = [
        what
        for what, value in (("data", data_print), ("settings", fingerprint_of_settings(*task)))
        if found.get(what) != value
    ]
    if differs:
        logger.warning("%s is run again: it was made of other %s, or by another version", task, " and ".join(differs))
    return not differs


def _run(
    work: list[Work], out: Path, execution: Execution, progress: bool | None
) -> tuple[list[Task], list[tuple[Task, Failure]]]:
    ran: list[Task] = []
    failures: list[tuple[Task, Failure]] = []
    prints = {str(one.key): fingerprint_of_settings(*one.key) for one in work}  # here: others may not see the code
    with progress_bar("runs", "run", len(work), progress) as bar:
        for task, outcome in execution.in_fresh_processes(run_one, work):
            bar.clear()
            if isinstance(outcome, Failure):
                failures.append((task, outcome))
                logger.error("%s failed: %s", task, outcome.message)
                logger.debug("%s", outcome.details)
            else:
                record, predictions = outcome
                record["fingerprint"]["settings"] = prints[str(task)]
                run = write_run(out, record, predictions)
                ran.append(task)
                logger.info("%s: %s", task, _in_short(task, run))
            bar.update()
    return ran, failures


def _in_short(task: Task, run: FinishedRun) -> str:
    metric = task.problem.metrics[0]
    score = run.record["scores"][metric]
    shown = "undefined" if score is None else f"{score:.4f}"
    return f"{metric} {shown} ({run.record['seconds_fit']:.0f} s, {run.record['peak_memory_mb']:.0f} MB)"


def _write_failures(out: Path, failures: list[tuple[Task, Failure]]) -> None:
    """Keep what failed in this run, with tracebacks; nothing if nothing did."""
    (out / FAILURES).unlink(missing_ok=True)
    if not failures:
        return
    records = [
        {"problem": task.problem.name, "recipe": task.recipe.name, "seed": task.seed} | why._asdict()
        for task, why in failures
    ]
    with atomic_file(out / FAILURES) as partial:
        partial.write_text(json.dumps(records, indent=1) + "\n")


def _write_report(out: Path) -> Path | None:
    from deepchem_genomics.benchmark.report import write_report

    return write_report(out) if read_runs(out) else None
