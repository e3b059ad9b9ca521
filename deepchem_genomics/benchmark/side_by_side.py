"""Run cells side by side, here or on a cluster, and hand each over as soon as it is done."""

import pickle
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

from deepchem_genomics.benchmark.cells import Predictions
from deepchem_genomics.benchmark.fresh_process import CellError, FreshProcesses, one_line, packed
from deepchem_genomics.benchmark.one_cell import Task, run_cell
from deepchem_genomics.errors import BadValueError, MissingExtraError

__all__ = ["Failure", "Work", "outcomes"]

WAIT = 60  # seconds until some worker must have come, or come back


class Work(NamedTuple):
    """A cell that is to be run.

    Parameters
    ----------
    task : Task
        What it is.
    data : Path
        The problem's data, in a file that ends in ``.pickle``.
    """

    task: Task
    data: Path


class Failure(NamedTuple):
    """Why a cell was not finished.

    Parameters
    ----------
    message : str
        One line.
    details : str
        A traceback, or what the process said last.
    """

    message: str
    details: str


Outcome = tuple[dict[str, Any], Predictions] | Failure


def outcomes(work: list[Work], jobs: int, scheduler: str | None) -> Iterator[tuple[Task, Outcome]]:
    """Run cells, each in a process of its own, and yield them as they are done.

    Parameters
    ----------
    work : list of Work
        The cells; at least one.
    jobs : int
        How many run side by side on this machine.
    scheduler : str or None
        Address of a dask scheduler whose workers run them instead; they get the data from here, and results come back
        here, so that nothing but this package need be installed there.

    Yields
    ------
    task : Task
        Which cell.
    outcome : tuple or Failure
        Its record and predictions, or why there are none.

    Raises
    ------
    BadValueError
        If the scheduler cannot be reached or has no workers.
    MissingExtraError
        If dask.distributed is not installed.
    ChildProcessError
        If no worker of the scheduler is left.
    """
    if scheduler is None:
        yield from _here(work, jobs)
    else:
        yield from _on_cluster(work, scheduler)


def _here(work: list[Work], jobs: int) -> Iterator[tuple[Task, Outcome]]:
    # The threads only wait for processes. Those are ended first if this is left early; then the threads are, too.
    with ThreadPoolExecutor(jobs) as pool, FreshProcesses(work[0].data.parent) as processes:
        futures = {pool.submit(processes.call, run_cell, data, task): task for task, data in work}
        for future in as_completed(futures):
            yield futures[future], _outcome(future)


def _on_cluster(work: list[Work], scheduler: str) -> Iterator[tuple[Task, Outcome]]:
    try:
        from distributed import Client, wait
    except ImportError as error:
        raise MissingExtraError(
            "a scheduler needs dask.distributed; pip install 'deepchem_genomics[distributed]', or leave it out"
        ) from error
    try:
        client = Client(scheduler)
    except (OSError, ValueError) as error:
        raise BadValueError(f"there is no dask scheduler at {scheduler} ({error}); correct the address") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=WAIT)
        except TimeoutError as error:
            raise BadValueError(f"the scheduler at {scheduler} has no workers; start some, then try again") from error
        # A problem's data are sent once, as the result of a call, which a scheduler makes anew should its holder die.
        data = {path: client.submit(bytes, path.read_bytes(), pure=False) for path in {w.data for w in work}}
        # Tasks go as bytes, for dask looks into tuples, and takes them apart.
        futures = {client.submit(_on_worker, data[path], packed(task), pure=False): task for task, path in work}
        while futures:
            try:
                done = wait(list(futures), timeout=WAIT, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                if not client.nthreads():
                    raise ChildProcessError(
                        f"no worker is left, and none has come back for {WAIT} seconds; see their logs, then go on"
                    ) from None
                continue
            for future in done:
                yield futures.pop(future), _outcome(future)


def _on_worker(data: bytes, task: bytes) -> tuple[dict[str, Any], Predictions]:
    with tempfile.TemporaryDirectory(prefix="dcgenomics-") as folder, FreshProcesses(Path(folder)) as processes:
        path = Path(folder) / "data.pickle"
        path.write_bytes(data)
        return processes.call(run_cell, path, pickle.loads(task))


def _outcome(future: "Future[Any]") -> Outcome:
    try:
        return future.result()
    except CellError as error:
        return Failure(error.message, error.details)
    except Exception as error:  # of dask: a worker that died, a connection that broke
        return Failure(one_line(error), "")
