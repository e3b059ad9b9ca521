"""Processes on this machine that apply one function to many items.

The standard library's ProcessPoolExecutor does the work. Own code is here for what it lacks: its workers import the
caller's script again, which must then be guarded by ``if __name__ == "__main__"``; they outlive a caller that is
killed; and one worker that dies takes the work of the others with it.
"""

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle  # type: ignore[import-untyped]

from deepchem_genomics.io.outputs import temporary_directory
from deepchem_genomics.runs.worker import Raised, begin, call

__all__ = ["Pool", "open_pool"]

DEATHS = 3  # workers that may die in a row without any result in between

_main_hidden = threading.Lock()


class _Process(SpawnProcess):
    """Starts without importing the caller's script."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:
        with _main_hidden:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                return SpawnProcess._Popen(process_obj)
            finally:
                sys.modules["__main__"] = main


class _Context(SpawnContext):
    """Remembers the processes that it started, so that they can be ended."""

    def __init__(self) -> None:
        self.started: list[_Process] = []

    def Process(self, *arguments: Any, **options: Any) -> Any:  # type: ignore[override]
        process = _Process(*arguments, **options)
        self.started.append(process)
        return process


class Pool:
    """Processes with a function; work whose process dies is done again. Their temporary files go to ``scratch``."""

    def __init__(self, function: Callable[[Any], Any], jobs: int, scratch: Path) -> None:
        self.jobs = jobs
        threads = str(max(1, (os.cpu_count() or 1) // jobs))
        environment = {
            "TF_NUM_INTRAOP_THREADS": threads,
            "TF_NUM_INTEROP_THREADS": "1",
            "TMPDIR": str(scratch),
            "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3"),
        }
        self._begin = (os.getpid(), environment, cloudpickle.dumps(function))
        self._deaths = 0
        self._under_way: dict[int, tuple[Any, Future[Any]]] = {}
        self._numbers = iter(range(sys.maxsize))
        self._start()

    def submit(self, item: Any) -> int:
        """Send an item to a process; return its number."""
        number = next(self._numbers)
        try:
            future = self._pool.submit(call, item)
        except BrokenProcessPool as error:
            self._start_again(error)
            future = self._pool.submit(call, item)
        self._under_way[number] = item, future
        return number

    def result(self, number: int) -> Any:
        """Wait for the result of an item."""
        while True:
            try:
                result = self._under_way[number][1].result()
            except BrokenProcessPool as error:
                self._start_again(error)
                continue
            self._deaths = 0
            del self._under_way[number]
            if isinstance(result, Raised):
                _raise(result)
            return result

    def end(self, wait: bool) -> None:
        """End the processes, at once or when they have nothing left to do."""
        if not wait:
            for process in self._context.started:
                process.terminate()
        self._pool.shutdown(cancel_futures=True)

    def _start(self) -> None:
        self._context = _Context()
        self._pool = ProcessPoolExecutor(self.jobs, mp_context=self._context, initializer=begin, initargs=self._begin)

    def _start_again(self, error: BrokenProcessPool) -> None:
        self._deaths += 1
        self.end(wait=False)
        # Processes that were ended because of another one have SIGTERM as well.
        codes = {process.exitcode or 0 for process in self._context.started} - {0, -signal.SIGTERM}
        if self._deaths == DEATHS:
            raise ChildProcessError(
                f"{DEATHS} processes in a row ended (exit codes {', '.join(map(str, sorted(codes)))}) over one piece "
                "of work, most likely for lack of memory; use fewer processes, or smaller pieces"
            ) from error
        self._start()
        self._under_way = {
            number: (item, future if _has_result(future) else self._pool.submit(call, item))
            for number, (item, future) in self._under_way.items()
        }


def _has_result(future: "Future[Any]") -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _raise(raised: Raised) -> None:
    try:
        error = pickle.loads(raised.error)
    except Exception:  # a class that only the worker knows, or one that cannot be rebuilt
        error = ChildProcessError(raised.message)
    error.add_note(raised.details)
    raise error


@contextmanager
def open_pool(function: Callable[[Any], Any], jobs: int) -> Iterator[Pool]:
    """Start processes; end them at once if the block raises, and remove what they leave among temporary files."""
    with temporary_directory() as scratch:
        pool = Pool(function, jobs, scratch)
        try:
            yield pool
        except BaseException:
            pool.end(wait=False)
            raise
        pool.end(wait=True)
