"""Run trials side by side, here or on a cluster; each in a process of its own, on one thread.

So a trial that exhausts memory ends alone, and scores do not depend on how many trials run at a time: sums that are
shared between threads differ in the last digit with their number.
"""

import functools
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from deepchem_genomics.benchmark.fresh_process import CellError, FreshProcesses, packed
from deepchem_genomics.data.parallel import ordered_map
from deepchem_genomics.recipes import Recipe
from deepchem_genomics.recipes.ranges import Value
from deepchem_genomics.tuning.one_trial import Outcome, run_trial
from deepchem_genomics.tuning.tuning_data import TuningData

__all__ = ["outcomes"]

Settings = dict[str, Value]
Work = tuple[int, Settings]


def outcomes(
    work: list[Work], data: TuningData, recipe: Recipe, seed: int, jobs: int, scheduler: str | None, folder: Path
) -> Iterator[tuple[int, Outcome | str]]:
    """Run trials and yield them as they are done.

    Parameters
    ----------
    work : list of (int, dict)
        Number and settings of each trial.
    data : TuningData
        What all of them learn from.
    recipe : Recipe
        What is tuned.
    seed : int
        Of all trials.
    jobs : int
        How many run at a time on this machine.
    scheduler : str or None
        Address of a dask scheduler whose workers run them instead; they get the data from here, and models come back.
    folder : Path
        Where the data are written for the processes on this machine.

    Yields
    ------
    number : int
        Which trial.
    outcome : tuple or str
        What :func:`~deepchem_genomics.tuning.one_trial.run_trial` returned, or why it failed.
    """
    if scheduler is None:
        yield from _here(work, data, recipe, seed, jobs, folder)
    else:
        on_worker = functools.partial(_on_worker, packed(data), recipe, seed)
        yield from ordered_map(on_worker, work, scheduler=scheduler)


def _here(
    work: list[Work], data: TuningData, recipe: Recipe, seed: int, jobs: int, folder: Path
) -> Iterator[tuple[int, Outcome | str]]:
    path = folder / "data.pickle"
    path.write_bytes(packed(data))
    # The threads only wait for processes. Those are ended first if this is left early; then the threads are, too.
    with ThreadPoolExecutor(jobs) as pool, FreshProcesses() as processes:
        futures = {
            pool.submit(processes.call, run_trial, path, recipe, settings, seed): number for number, settings in work
        }
        for future in as_completed(futures):
            error = future.exception()
            if error is not None and not isinstance(error, CellError):
                raise error
            yield futures[future], str(error) if error is not None else future.result()


def _on_worker(data: bytes, recipe: Recipe, seed: int, work: Work) -> tuple[int, Any]:
    number, settings = work
    with tempfile.TemporaryDirectory(prefix="dcgenomics-") as folder, FreshProcesses() as processes:
        path = Path(folder) / "data.pickle"
        path.write_bytes(data)
        try:
            return number, processes.call(run_trial, path, recipe, settings, seed)
        except CellError as error:
            return number, str(error)
