"""The workers of a running dask scheduler.

Own code is here for what dask leaves to its callers: errors that say what to do and name the worker, and waiting no
longer than there is a scheduler that answers and a worker.
"""

import hashlib
import pickle
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import Any

import cloudpickle  # type: ignore[import-untyped]

from deepchem_genomics._version import __version__
from deepchem_genomics.errors import BadValueError, MissingExtraError

__all__ = [
    "Cluster",
    "SchedulerGoneError",
    "call_on_worker",
    "on_worker",
    "open_cluster",
    "packed_function",
    "unpacked",
]

WAIT = 60  # seconds until a worker must have come, or come back
ANSWER = 30  # seconds until a scheduler must have answered


class SchedulerGoneError(ChildProcessError):
    """The scheduler of a cluster was stopped, or cannot be reached any more."""


class Cluster:
    """A client of a scheduler."""

    def __init__(self, client: Any, address: str) -> None:
        self.client, self.address = client, address
        self.slots = max(1, sum(client.nthreads().values()))

    def share(self, content: bytes) -> Any:
        """Send bytes once; each worker keeps them, and the scheduler makes them again if all their holders die."""
        return self.client.submit(bytes, content, pure=False)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Submit work to some worker; return its future."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")  # a piece of work may be as large as it is
            return self.client.submit(function, *arguments, pure=False)

    def result(self, future: Any) -> Any:
        """Wait for a result as long as there is anyone to work on it."""
        from distributed import KilledWorker
        from distributed.comm import CommClosedError

        while True:
            try:
                return future.result(timeout=WAIT)
            except TimeoutError:
                if future.done():  # the work itself ran into a time limit
                    raise
                self.require_workers()
            except KilledWorker as error:
                raise ChildProcessError(
                    "several workers died over one piece of work, most likely for lack of memory; give workers more, "
                    "or work with smaller pieces"
                ) from error
            except (CancelledError, CommClosedError) as error:
                raise self._gone() from error

    def as_completed(self, futures: list[Any]) -> Iterator[Any]:
        """Yield futures as they are done."""
        from distributed import wait
        from distributed.comm import CommClosedError

        left = set(futures)
        while left:
            try:
                done = wait(list(left), timeout=WAIT, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                self.require_workers()
                continue
            except (CancelledError, CommClosedError) as error:
                raise self._gone() from error
            left -= done
            yield from done

    def require_workers(self) -> None:
        """Raise unless the scheduler answers and has a worker."""
        if self.client.status != "running":
            raise self._gone()
        try:
            workers = self.client.sync(self.client.scheduler.ncores, callback_timeout=ANSWER)
        except (TimeoutError, OSError) as error:
            raise self._gone() from error
        if not workers:
            raise ChildProcessError(
                f"no worker is left, and none has come back for {WAIT} seconds; see their logs, then run the same again"
            )

    def _gone(self) -> SchedulerGoneError:
        return SchedulerGoneError(
            f"the dask scheduler at {self.address} is gone, or does not answer; see its log, then run the same again"
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
    except (OSError, ValueError, MemoryError) as error:  # the last where something else answers there
        raise BadValueError(f"there is no dask scheduler at {scheduler} ({error}); correct the address") from error
    try:
        try:
            client.wait_for_workers(1, timeout=WAIT)
        except TimeoutError as error:
            raise BadValueError(f"the scheduler at {scheduler} has no workers; start some, then try again") from error
        yield Cluster(client, scheduler)
    finally:
        with suppress(TimeoutError, OSError):  # of a scheduler that does not answer
            client.close(timeout=ANSWER)


_function = threading.local()  # open files are not for sharing between the threads of a worker


def packed_function(function: Callable[[Any], Any]) -> tuple[str, bytes]:
    """Pickle a function, wherever it is defined; return its name as well."""
    content = cloudpickle.dumps(function)
    return hashlib.sha256(content).hexdigest(), content


def on_worker(version: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function on a worker; name the worker if it has other files, or another version of this package."""
    from distributed import get_worker

    address = get_worker().address
    if version != __version__:
        raise ChildProcessError(
            f"the worker {address} has deepchem_genomics {__version__}, and {version} sends it work; install the same "
            "version on all machines"
        )
    try:
        return function(*arguments)
    except FileNotFoundError as error:
        reason = f"{error.strerror} on the worker {address}: files must have the same names there"
        raise FileNotFoundError(error.errno, reason, error.filename) from error


def unpacked(content: bytes) -> Any:
    """Unpickle on a worker, and name the worker if that cannot be done there."""
    try:
        return pickle.loads(content)
    except Exception as error:
        from distributed import get_worker

        raise ChildProcessError(
            f"the worker {get_worker().address} cannot do this work ({type(error).__name__}: {error}); install the "
            "same Python, packages and plugins on all machines"
        ) from error


def call_on_worker(name: str, content: bytes, item: bytes) -> Any:
    """Apply a function of :func:`packed_function` to a pickled item."""
    if getattr(_function, "name", None) != name:
        _function.itself, _function.name = unpacked(content), name
    return _function.itself(unpacked(item))
