"""The same work on one core, on several, or on a cluster, with the same result in the same order.

Workers on this machine are programs of their own (``dask spec``), not copies of the calling script: they start the same
from a script without ``if __name__ == "__main__"``, from a notebook and from the shell, and import what the work needs
and nothing else. They end with the process that started them, however that ends.
"""

import contextlib
import hashlib
import os
import pickle
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError
from typing import Any, TypeVar

from deepchem_genomics.data.end_with_parent import PARENT
from deepchem_genomics.errors import BadValueError, MissingExtraError

__all__ = ["ordered_map"]

Item = TypeVar("Item")
Result = TypeVar("Result")

WAIT = 60  # seconds until some worker must have come, or come back
START = 40  # seconds until a scheduler of our own must be there; dask gives it 30


def ordered_map(
    function: Callable[[Item], Result], items: Iterable[Item], workers: int = 1, scheduler: str | None = None
) -> Generator[Result, None, None]:
    """Apply a function to items and yield the results in their order, holding only a few at a time.

    A piece of work whose worker dies is done again by another one.

    Parameters
    ----------
    function : callable
        Takes an item. Is sent to workers once, and must not depend on anything but the item.
    items : iterable
        What to work on; read no further ahead than the workers are busy.
    workers : int, default 1
        Processes on this machine; 1 works in this one, without dask.
    scheduler : str, optional
        Address of a running dask scheduler, such as ``tcp://10.0.0.1:8786``, whose workers are used instead.

    Yields
    ------
    object
        The results, in the order of the items, whatever the number of workers.

    Raises
    ------
    BadValueError
        If ``workers`` is less than 1, or the scheduler cannot be reached or has no workers.
    MissingExtraError
        If more than one process is asked for and dask.distributed is not installed.
    ChildProcessError
        If one and the same piece of work is the end of several workers, no worker is left, the scheduler ends, or
        processes on this machine do not start.

    Examples
    --------
    >>> list(ordered_map(str.upper, ["a", "c"]))
    ['A', 'C']
    """
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise BadValueError(f"workers is {workers!r}; it must be a whole number, at least 1")
    if workers == 1 and scheduler is None:
        yield from map(function, items)
        return
    try:
        from distributed import KilledWorker
    except ImportError as error:
        raise MissingExtraError(
            "more than one process needs dask.distributed; pip install 'deepchem_genomics[distributed]', or pass "
            "workers=1"
        ) from error
    with contextlib.ExitStack() as stack:
        client = _client_of(scheduler, stack) if scheduler else _local_client(workers, stack)
        try:
            yield from _in_order(client, function, items)
        except KilledWorker as error:
            raise ChildProcessError(
                "several workers died over one piece of work, most likely for want of memory; use fewer workers, or "
                "smaller shards"
            ) from error
        except CancelledError as error:
            raise ChildProcessError("the dask scheduler is gone; look at its log, then build again") from error


def _in_order(client: Any, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    from distributed.protocol.pickle import dumps  # takes what is defined in a script or notebook, too

    packed = dumps(function)
    # A result among others: each worker gets it once, and should all that have it die, the scheduler makes it anew.
    shared = client.submit(_itself, packed, pure=False)
    name = hashlib.sha256(packed).hexdigest()
    # Two pieces of work for each worker: one in hand and one waiting, so that none is idle and memory stays bounded.
    most = 2 * max(1, sum(client.nthreads().values()))
    waiting: deque[Any] = deque()
    for item in items:
        waiting.append(client.submit(_apply, name, shared, item, pure=False))
        if len(waiting) >= most:
            yield _result(client, waiting.popleft())
    while waiting:
        yield _result(client, waiting.popleft())


def _result(client: Any, future: Any) -> Any:
    """Wait for a result as long as there is anyone to work on it."""
    while True:
        try:
            return future.result(timeout=WAIT)
        except TimeoutError:
            if future.done():  # the work itself ran into a time limit
                raise
            if not client.nthreads():
                raise ChildProcessError(
                    f"no worker is left, and none has come back for {WAIT} seconds; see their logs, then build again"
                ) from None


def _itself(packed: bytes) -> bytes:
    return packed


_UNPACKED = threading.local()  # open files are not for sharing between the threads of a worker


def _apply(name: str, packed: bytes, item: Any) -> Any:
    if getattr(_UNPACKED, "name", None) != name:
        _UNPACKED.function, _UNPACKED.name = pickle.loads(packed), name
    return _UNPACKED.function(item)


def _client_of(scheduler: str, stack: contextlib.ExitStack) -> Any:
    from distributed import Client

    try:
        client = stack.enter_context(Client(scheduler))
    except (OSError, ValueError) as error:
        raise BadValueError(f"there is no dask scheduler at {scheduler} ({error}); correct the address") from error
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except TimeoutError as error:
        raise BadValueError(f"the scheduler at {scheduler} has no workers; start some, then try again") from error
    return client


def _local_client(workers: int, stack: contextlib.ExitStack) -> Any:
    import psutil  # comes with dask.distributed
    from distributed import Client
    from distributed.deploy.subprocess import SubprocessCluster

    end_with_parent = ["deepchem_genomics.data.end_with_parent"]
    try:
        with _environment_of_workers():
            with _ending_a_scheduler_that_hangs():
                cluster = SubprocessCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    dashboard_address=None,
                    scheduler_kwargs={"preload": end_with_parent},
                    worker_kwargs={"preload_nanny": end_with_parent},
                )
            client = stack.enter_context(Client(stack.enter_context(cluster)))
            client.wait_for_workers(workers, timeout=WAIT)
    except (RuntimeError, TimeoutError, psutil.NoSuchProcess) as error:  # the last when dask tidies up what is gone
        raise ChildProcessError(
            f"{workers} workers did not start in time ({error}); the machine may be too busy: try again, or with one"
        ) from error
    return client


@contextlib.contextmanager
def _ending_a_scheduler_that_hangs() -> Iterator[None]:
    """Have dask notice: after its time limit it waits, without one, for the last words of a scheduler that lives."""
    import psutil

    this = psutil.Process()
    before = {child.pid for child in this.children()}

    def end() -> None:
        for child in this.children():
            with contextlib.suppress(psutil.Error):
                if child.pid not in before and any("distributed.Scheduler" in word for word in child.cmdline()):
                    child.kill()

    timer = threading.Timer(START, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextlib.contextmanager
def _environment_of_workers() -> Iterator[None]:
    """Let processes that are started meanwhile import from where this one does, and log warnings only."""
    settings = {
        "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path),
        "DASK_LOGGING__DISTRIBUTED": "warning",
        PARENT: str(os.getpid()),
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
