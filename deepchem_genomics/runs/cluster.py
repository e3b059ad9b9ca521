"""The workers of a running dask scheduler.

Own code is here for what dask leaves to its callers: errors that say what to do, and waiting no longer than there is a
worker.
"""

import hashlib
import pickle
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any

import cloudpickle  # type: ignore[import-untyped]

from deepchem_genomics.errors import BadValueError, MissingExtraError

__all__ = ["Cluster", "call_on_worker", "open_cluster", "packed_function"]

WAIT = 60  # seconds until a worker must have come, or come back


class Cluster:
    """A client of a scheduler."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.slots = max(1, sum(client.nthreads().values()))

    def share(self, content: bytes) -> Any:
        """Send bytes once; each worker keeps them, and the scheduler makes them again if all their holders die."""
        return self.client.submit(bytes, content, pure=False)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Hand work to some worker; return its future."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")  # a piece of work may be as large as it is
            return self.client.submit(function, *arguments, pure=False)

    def result(self, future: Any) -> Any:
        """Wait for a result as long as there is anyone to work on it."""
        from distributed import KilledWorker

        while True:
            try:
                return future.result(timeout=WAIT)
            except TimeoutError:
                if future.done():  # the work itself ran into a time limit
                    raise
                self.require_workers()
            except KilledWorker as error:
                raise ChildProcessError(
                    "several workers died over one piece of work, most likely for want of memory; give workers more, "
                    "or work with smaller pieces"
                ) from error
            except CancelledError as error:
                raise ChildProcessError("the dask scheduler is gone; see its log, then run the same again") from error

    def as_completed(self, futures: list[Any]) -> Iterator[Any]:
        """Yield futures as they are done."""
        from distributed import wait

        left = set(futures)
        while left:
            try:
                done = wait(list(left), timeout=WAIT, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                self.require_workers()
                continue
            left -= done
            yield from done

    def require_workers(self) -> None:
        """Raise unless there is a worker."""
        if not self.client.nthreads():
            raise ChildProcessError(
                f"no worker is left, and none has come back for {WAIT} seconds; see their logs, then run the same again"
            )


@contextmanager
def open_cluster(scheduler: str) -> Iterator[Cluster]:
    """Connect to a scheduler that has workers."""
    try:
        from distributed import Client
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
        yield Cluster(client)


_function = threading.local()  # open files are not for sharing between the threads of a worker


def packed_function(function: Callable[[Any], Any]) -> tuple[str, bytes]:
    """Pickle a function, wherever it is defined; return its name as well."""
    content = cloudpickle.dumps(function)
    return hashlib.sha256(content).hexdigest(), content


def call_on_worker(name: str, content: bytes, item: bytes) -> Any:
    """Apply a function of :func:`packed_function` to a pickled item."""
    if getattr(_function, "name", None) != name:
        _function.itself, _function.name = pickle.loads(content), name
    return _function.itself(pickle.loads(item))
