"""Resumable hyper-parameter search: keeps finished trials, runs the missing ones, reports the best."""

import html
import logging
import math
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from deepchem_genomics.arguments import require_choice, require_whole_number
from deepchem_genomics.benchmark.problem import Reading
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.io.outputs import Kind, atomic_directory, atomic_file, require_folder
from deepchem_genomics.recipes import Recipe, default_recipe, find_recipe
from deepchem_genomics.recipes.code import code_of
from deepchem_genomics.recipes.settings import Space, Value
from deepchem_genomics.runs import Execution, Failure, Work
from deepchem_genomics.runs.execution import write_shared
from deepchem_genomics.runs.folder import open_run
from deepchem_genomics.runs.progress import progress_bar
from deepchem_genomics.tuning import summary
from deepchem_genomics.tuning.search_space import (
    as_toml,
    full_space,
    parse_space,
    read_space,
    searched,
    settings_of_trials,
)
from deepchem_genomics.tuning.summary import draw_search
from deepchem_genomics.tuning.trials import MODEL, Outcome, Trial, read_trial, run_trial, trial_folder, write_trial
from deepchem_genomics.tuning.tuning_data import METRICS, TuningData, data_of_problem, fingerprint, require_scorable

__all__ = ["BEST", "FIGURE", "FOUND", "Search", "Tuned", "tune"]

BEST = "best"
"""Folder of the best model, within that of the search."""

FOUND, FIGURE = "best.json", "tuning.png"  # next to the files of the best model

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Search:
    """How many trials there are, and what they try.

    Parameters
    ----------
    trials : int, optional
        How many to draw, 20 by default. A grid has as many as it has.
    method : {"random", "grid"}, default "random"
        Whether to draw settings, or to go through all combinations.
    space : mapping or path-like, optional
        What parameters may be, where that is not the default: see :mod:`deepchem_genomics.tuning.search_space`.

    Raises
    ------
    BadValueError
        If a number or a word is none of these.

    Examples
    --------
    >>> Search(trials=8, space={"filters": [10, 20], "dropout": 0.3}).method
    'random'
    """

    trials: int | None = None
    method: str = "random"
    space: Mapping[str, Any] | str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        """Check the number and the word."""
        require_choice("method", self.method, ("random", "grid"))
        if self.trials is None:
            return
        if self.method == "grid":
            raise BadValueError(
                "a grid has as many trials as it has combinations; leave trials out, or search 'random'"
            )
        require_whole_number("trials", self.trials, lowest=1)


class Tuned(NamedTuple):
    """What a search found.

    Parameters
    ----------
    best : dict
        What ``best.json`` has: ``parameters``, ``valid_score`` with its interval, and the rest.
    trials : pandas.DataFrame
        What ``trials.csv`` has, one row per trial.
    table : str
        The best ten trials and the verdict, to print.
    out : Path
        Where it all is; the model, for :func:`deepchem_genomics.models.load`, is ``out / "best"``.
    """

    best: dict[str, Any]
    trials: pd.DataFrame
    table: str
    out: Path

    def __repr__(self) -> str:
        return f"{len(self.trials)} trials in {self.out}\n{self.table}"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def tune(
    problem: str | TuningData,
    recipe: str | None = None,
    search: Search | None = None,
    out: str | os.PathLike[str] | None = None,
    *,
    seed: int = 0,
    execution: Execution | None = None,
    reading: Reading | None = None,
    progress: bool | None = None,
) -> Tuned:
    """Search for the settings with which a recipe scores best on rows held out of the training rows.

    Each trial trains the recipe with its settings; networks are trained until the valid score has not improved for
    ``patience`` epochs, and keep the best epoch's weights. What a benchmark scores is never read by a trial. A trial is
    written as soon as it is over, as a whole: after an interruption, the same call continues from there, and with more
    trials it continues further. Trials that failed are named in the log and the table, do not end the search, and are
    tried again by the next call. Each runs in a process of its own on one thread, so that nothing depends on
    ``execution``.

    Parameters
    ----------
    problem : str or TuningData
        Name of one of :data:`deepchem_genomics.benchmark.PROBLEMS`, or data of your own.
    recipe : str, optional
        Name of one of :data:`~deepchem_genomics.recipes.RECIPES`; by default the chapter's network for such data.
    search : Search, optional
        How many trials there are, and what they try; by default 20 that are drawn.
    out : path-like, optional
        Folder for ``trials.csv``, ``trials/`` and ``best/``, the best model with its ``best.json`` and ``tuning.png``;
        by default ``tuned/<problem>-<recipe>``.
    seed : int, default 0
        Decides the settings that are drawn, the rows held out, first weights, dropout and the order of batches.
    execution : Execution, optional
        Where trials run: side by side on this machine, ``Execution(jobs=2)``, or on the workers of a dask scheduler.
    reading : Reading, optional
        Where a problem's published files are.
    progress : bool, optional
        Whether to show a progress bar on stderr; by default on a terminal and in a notebook.

    Returns
    -------
    Tuned
        The best settings, all trials, and where the model is.

    Raises
    ------
    BadValueError
        If a name is unknown, a number out of its range, the space is not what it should be, or all trials failed.
    DataFolderError
        If the data cannot be had, or ``out`` has something else or another search.
    EmptyInputError, LabelError, SplitError
        If there is nothing to learn from or to score.

    Examples
    --------
    >>> from deepchem_genomics import tuning
    >>> found = tuning.tune("simulated-sirna", search=tuning.Search(trials=8), out="tuned")  # doctest: +SKIP
    >>> found.best["parameters"]["learning_rate"]  # doctest: +SKIP
    0.00475
    """
    started = time.perf_counter()
    search = search or Search()
    require_whole_number("seed", seed, lowest=0)
    data = problem if isinstance(problem, TuningData) else data_of_problem(problem, seed, reading)
    chosen = find_recipe(recipe or default_recipe(data.kind, data.side_inputs), data.kind, data.side_inputs, data.name)
    full = full_space(chosen, search.method, _given(search.space, chosen))
    require_scorable(data)
    settings = settings_of_trials(full, chosen, search.method, search.trials, seed)
    folder = Path("tuned") / f"{data.name}-{chosen.name}" if out is None else Path(out)
    require_folder(folder / BEST, Kind.TRAINED_MODEL, overwrite=True)
    _tell_plan(data, chosen, full, search, settings)
    with open_run(folder, "search", _identity(data, chosen, full, search.method, seed)) as run:
        finished = _kept(folder, settings)
        n_kept = len(finished)
        work = [(number, values) for number, values in enumerate(settings) if number not in finished]
        best = max((trial.measured["score"] for trial in finished.values()), default=-math.inf)
        with run.scratch() as scratch:
            shared = scratch / "data.pickle"
            if work:
                write_shared(shared, data._replace(write_best=None))
            calls = [Work(number, shared, (chosen, values, seed)) for number, values in work]
            outcomes = (execution or Execution()).in_fresh_processes(run_trial, calls)
            finished |= _run(dict(work), folder, outcomes, METRICS[data.kind], best, progress)
        every = [finished[number] for number in sorted(finished)]
        tuned = _conclude(folder, data, chosen, full, search.method, seed, every)
    failed = sum(trial.failed for trial in every)
    logger.info(
        "%d trials in %.0f s (%d run, %d there already, %d failed); trials.csv and best, the model with best.json and "
        "tuning.png, are in %s", len(every), time.perf_counter() - started, len(work), n_kept, failed, folder,
    )  # fmt: skip
    return tuned


def _given(space: Mapping[str, Any] | str | os.PathLike[str] | None, recipe: Recipe) -> Space:
    if space is None:
        return {}
    return parse_space(space, recipe) if isinstance(space, Mapping) else read_space(space, recipe)


def _tell_plan(
    data: TuningData,
    recipe: Recipe,
    space: Space,
    search: Search,
    settings: list[dict[str, Value]],
) -> None:
    """Log what is going to be done, and on what."""
    logger.info(
        "tuning %s on %s: %d rows to learn from, scored by %s on %d (%s)",
        recipe.name, data.name, len(data.train), METRICS[data.kind], len(data.valid), data.about or "given",
    )  # fmt: skip
    for name, entry in space.items():
        logger.info("  %s = %s", name, as_toml(entry))
    if search.trials is not None and len(settings) < search.trials:
        logger.warning("the space has only %d different settings, so there are no more trials", len(settings))
    if search.method == "grid":
        names = searched(space)
        sizes = " x ".join(str(len(space[name].grid())) for name in names) or "1"
        logger.info("a grid of %s = %d trials", sizes, len(settings))


def _identity(data: TuningData, recipe: Recipe, space: Space, search: str, seed: int) -> dict[str, Any]:
    """Return all that decides the trials, but how many there are."""
    return {
        "data": data.name,
        "model": recipe.name,
        "search": search,
        "seed": seed,
        "metric": METRICS[data.kind],
        "space": {name: entry.to_json() for name, entry in space.items()},
        "content of the data": fingerprint(data),
        "code of the model": code_of(recipe),
    }


def _kept(folder: Path, settings: list[dict[str, Value]]) -> dict[int, Trial]:
    found = ((number, read_trial(folder, number, values)) for number, values in enumerate(settings))
    kept = {number: trial for number, trial in found if trial is not None}
    if kept:
        logger.info("%d of %d trials are there already", len(kept), len(settings))
    return kept


def _run(
    settings: dict[int, dict[str, Value]],
    folder: Path,
    outcomes: Iterable[tuple[int, Outcome | Failure]],
    metric: str,
    best: float,
    progress: bool | None,
) -> dict[int, Trial]:
    """Run what is missing; write and log each trial when it is finished."""
    over: dict[int, Trial] = {}
    with progress_bar("trials", "trial", len(settings), progress) as bar:
        for number, outcome in outcomes:
            bar.clear()
            if isinstance(outcome, Failure):
                over[number] = trial = Trial(number, settings[number], {}, outcome.message)
                write_trial(folder, trial, {})
                logger.error("trial %d failed: %s (%s)", number, outcome.message, trial.settings)
            else:
                measured, files = outcome
                over[number] = trial = Trial(number, settings[number], measured)
                write_trial(folder, trial, files)
                best = max(best, measured["score"])
                logger.info(
                    "trial %d: valid %s %.4f after %d epochs (%.0f s)",
                    number, metric, measured["score"], measured["best_epoch"], measured["seconds"],
                )  # fmt: skip
            if best > -math.inf:
                bar.set_postfix_str(f"best {best:.4f}", refresh=False)
            bar.update()
    return over


def _conclude(
    folder: Path, data: TuningData, recipe: Recipe, space: Space, search: str, seed: int, trials: list[Trial]
) -> Tuned:
    """Write the trials, and in one step the folder of the best: its model, its record and the picture."""
    metric = METRICS[data.kind]
    table = summary.trials_table(trials, metric)
    with atomic_file(folder / "trials.csv") as partial:
        table.to_csv(partial, index=False, lineterminator="\n")
    best = summary.describe_best(folder, data, recipe, space, trials)
    record = {
        "data": data.name,
        "model": recipe.name,
        "search": search,
        "seed": seed,
        "n_train": len(data.train),
        "n_valid": len(data.valid),
        "valid_rows": data.about,
        "n_trials": len(trials),
        "n_failed": sum(trial.failed for trial in trials),
        **best,
        "space": {name: entry.to_json() for name, entry in space.items()},
    }
    title = f"{recipe.name} on {data.name}: {len(trials)} trials, {len(data.valid):,} valid rows"
    usual = None if best["defaults"] is None else best["defaults"]["trial"]
    figure = draw_search(trials, space, metric, title, usual)
    with atomic_directory(folder / BEST, Kind.TRAINED_MODEL, overwrite=True) as partial:
        trained = trial_folder(folder, best["trial"]) / MODEL
        if data.write_best is None:
            shutil.copytree(trained, partial, dirs_exist_ok=True)
        else:
            data.write_best(trained, partial, record)
        summary.write_json(partial / FOUND, record)
        figure.savefig(partial / FIGURE, dpi=150)
    return Tuned(record, table, summary.format_table(trials, space, metric, best), folder)
