"""Execution of the pieces of a long command: here, in processes, or on a cluster; results do not depend on it."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import cloudpickle  # type: ignore[import-untyped]

from deepchem_genomics._version import __version__
from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.io.outputs import temporary_directory
from deepchem_genomics.runs.cluster import (
    SchedulerGoneError,
    call_on_worker,
    on_worker,
    open_cluster,
    packed_function,
    unpacked,
)
from deepchem_genomics.runs.fresh_process import CallError, FreshProcesses
from deepchem_genomics.runs.pool import open_pool
from deepchem_genomics.runs.worker import one_line

__all__ = ["Execution", "Failure", "Work", "write_shared"]

Item = TypeVar("Item")
Result = TypeVar("Result")


class Work(NamedTuple):
    """A call for :meth:`Execution.in_fresh_processes`.

    Parameters
    ----------
    key : object
        Names the call.
    shared : Path
        File that ends in ``.pickle``, written by :func:`write_shared`: the first argument, which many calls share.
    arguments : tuple
        The others.
    """

    key: Any
    shared: Path
    arguments: tuple[Any, ...]


class Failure(NamedTuple):
    """Why a call has no result.

    Parameters
    ----------
    message : str
        One line.
    details : str
        A traceback, or the last output of the process.
    """

    message: str
    details: str


@dataclass(frozen=True)
class Execution:
    """Where pieces of work run: in this process, in several on this machine, or on a dask scheduler's workers.

    Parameters
    ----------
    jobs : int, default 1
        Processes on this machine.
    scheduler : str, optional
        Address of a running dask scheduler, such as ``tcp://10.0.0.1:8786``, whose workers are used instead. Files
        that the work reads must be there under the same names; results come back here.

    Raises
    ------
    BadValueError
        If ``jobs`` is not a whole number of at least 1.

    Examples
    --------
    >>> list(Execution().map(str.upper, ["a", "c"]))
    ['A', 'C']
    """

    jobs: int = 1
    scheduler: str | None = None

    def __post_init__(self) -> None:
        """Check the number of processes."""
        require_whole_number("jobs", self.jobs, lowest=1)

    @property
    def is_here(self) -> bool:
        """Whether the work runs in this process."""
        return self.jobs == 1 and self.scheduler is None

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Generator[Result, None, None]:
        """Apply a function to items and yield the results in their order, with only a few items in memory at a time.

        Work whose process or worker dies is done again by another one.

        Parameters
        ----------
        function : callable
            Takes an item. It is sent to each process once, and may be defined in a script or notebook.
        items : iterable
            What to work on; read no further ahead than the processes are busy.

        Yields
        ------
        object
            The results. An error of ``function`` or of ``items`` is raised after the results before it.

        Raises
        ------
        BadValueError
            If the scheduler cannot be reached or has no workers.
        MissingExtraError
            If there is a scheduler and dask.distributed is not installed.
        ChildProcessError
            If processes die again and again over one piece of work, or no worker is left.
        """
        if self.is_here:
            yield from map(function, items)
        elif self.scheduler is None:
            with open_pool(function, self.jobs) as pool:
                yield from _in_order(items, pool.submit, pool.result, 2 * self.jobs)
        else:
            with open_cluster(self.scheduler) as cluster:
                name, content = packed_function(function)
                shared = cluster.share(content)

                def submit(item: Item) -> Any:
                    # As bytes, for dask would look into tuples.
                    return cluster.submit(on_worker, __version__, call_on_worker, name, shared, cloudpickle.dumps(item))

                yield from _in_order(items, submit, cluster.result, 2 * cluster.slots)

    def in_fresh_processes(
        self, function: Callable[..., Result], work: Sequence[Work]
    ) -> Generator[tuple[Any, Result | Failure], None, None]:
        """Call a function for each piece of work in a process of its own, on one thread; yield results as they come.

        Parameters
        ----------
        function : callable
            Called with what ``shared`` holds, then with ``arguments``.
        work : sequence of Work
            The calls.

        Yields
        ------
        key : object
            Which call.
        result : object or Failure
            What the function returned; or why it did not, without an end to the others.

        Raises
        ------
        BadValueError, MissingExtraError, ChildProcessError
            As :meth:`map`.
        """
        if not work:
            return
        if self.scheduler is None:
            # The threads only wait for processes, which are ended first if this is left early.
            with ThreadPoolExecutor(self.jobs) as pool, FreshProcesses(work[0].shared.parent) as processes:
                calls = {pool.submit(processes.call, function, w.shared, *w.arguments): w.key for w in work}
                for future in as_completed(calls):
                    yield calls[future], _outcome(future.result)
            return
        with open_cluster(self.scheduler) as cluster:
            shared = {path: cluster.share(path.read_bytes()) for path in {w.shared for w in work}}
            remote = {
                cluster.submit(
                    on_worker,
                    __version__,
                    _fresh_on_worker,
                    shared[w.shared],
                    cloudpickle.dumps((function, w.arguments)),
                ): w.key
                for w in work
            }
            for future in cluster.as_completed(list(remote)):
                yield remote[future], _outcome(partial(cluster.result, future))


def write_shared(path: Path, value: Any) -> None:
    """Write what several calls share to a file, whose name ends in ``.pickle``."""
    path.write_bytes(cloudpickle.dumps(value))


def _in_order(
    items: Iterable[Item], submit: Callable[[Item], Any], result: Callable[[Any], Result], most: int
) -> Iterator[Result]:
    """Keep at most ``most`` items under way: one in hand and one waiting for each process, so that none is idle."""
    waiting: deque[Any] = deque()
    failed: Exception | None = None
    source = iter(items)
    while True:
        while failed is None and len(waiting) < most:
            try:
                waiting.append(submit(next(source)))
            except StopIteration:
                break
            except Exception as error:
                failed = error
        if not waiting:
            break
        yield result(waiting.popleft())
    if failed is not None:
        raise failed


def _fresh_on_worker(shared: bytes, call: bytes) -> Any:
    function, arguments = unpacked(call)
    with temporary_directory() as folder, FreshProcesses(folder) as processes:
        path = folder / "shared.pickle"
        path.write_bytes(shared)
        return processes.call(function, path, *arguments)


def _outcome(result: Callable[[], Any]) -> Any:
    try:
        return result()
    except SchedulerGoneError:
        raise
    except CallError as error:
        return Failure(error.message, error.details)
    except Exception as error:  # of dask: a worker that died, a connection that broke
        return Failure(one_line(error), "")
