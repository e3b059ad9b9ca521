"""Call a function in a program of its own, which ends with the call: what it measures of itself is its own.

Peak memory is that of nothing else, TensorFlow starts from the same state regardless of what ran before, and a call
that exhausts memory ends alone: neither ProcessPoolExecutor, whose workers share their fate, nor dask's workers, which
may not start processes of multiprocessing, give that. The cost is the imports, some seconds per call.

Each program computes on one thread, so that results do not depend on how many run at a time: sums over a batch that
are shared between threads differ in the last digit with their number, and training amplifies it.
"""

import gc
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle  # type: ignore[import-untyped]

from deepchem_genomics.io.outputs import temporary_directory
from deepchem_genomics.runs.worker import PARENT, exit_with_parent, one_line

__all__ = ["CallError", "FreshProcesses"]

ONE_THREAD = dict.fromkeys(
    (
        "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS",
        "TF_NUM_INTEROP_THREADS", "TF_NUM_INTRAOP_THREADS", "VECLIB_MAXIMUM_THREADS",
    ),
    "1",
)  # fmt: skip

logger = logging.getLogger(__name__)

_TAIL = 2000  # characters of a program's output that go with its failure


class CallError(RuntimeError):
    """What went wrong in a program of its own: one line, and a traceback or the program's last output."""

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message, details)
        self.message = message
        self.details = details

    def __str__(self) -> str:
        """Return the one line."""
        return self.message


class FreshProcesses:
    """Starts programs, and ends those that still run when the block ends.

    Examples
    --------
    >>> with FreshProcesses() as processes:
    ...     processes.call(sorted, [3, 1, 2])
    [1, 2, 3]
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._ended = False

    def __enter__(self) -> "FreshProcesses":
        """Begin."""
        return self

    def __exit__(self, *error: object) -> None:
        """End what still runs."""
        with self._lock:
            self._ended = True
            for process in self._running:
                process.kill()

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function in a new program and wait for what it returns.

        A ``Path`` to a file that ends in ``.pickle`` is replaced by what that file holds: for what many calls share.
        A program that is ended by a signal is begun again once. Raises :class:`CallError` if the function raised, or
        its process was killed again.
        """
        with temporary_directory(parent=self._folder) as folder:
            task, answer, output = (folder / name for name in ("task", "answer", "output"))
            task.write_bytes(cloudpickle.dumps((function, arguments)))
            code = -1
            for may_repeat in (True, False):
                with output.open("wb") as stream:
                    code = self._wait([sys.executable, "-m", __name__, str(task), str(answer)], stream)
                if answer.exists() or code >= 0:
                    break
                if may_repeat:
                    logger.warning("%s; it is begun again", _end_of(code))
            if not answer.exists():
                raise CallError(_end_of(code), output.read_text(errors="replace")[-_TAIL:])
            succeeded, result = pickle.loads(answer.read_bytes())
        if not succeeded:
            raise CallError(*result)
        return result

    def _wait(self, command: list[str], output: Any) -> int:
        with self._lock:
            if self._ended:
                raise CallError("not begun: the run was interrupted")
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=_environment()
            )
            self._running.add(process)
        try:
            return process.wait()
        finally:
            with self._lock:
                self._running.discard(process)


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        **ONE_THREAD,
        "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path),
        PARENT: str(os.getpid()),
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2"),
    }


def _end_of(code: int) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        why = ", most likely for lack of memory" if name == "SIGKILL" else ""
        return f"its process was ended by {name}{why}"
    return f"its process ended with status {code} and no answer"


def _main(task: Path, answer: Path) -> None:
    exit_with_parent(int(os.environ.get(PARENT) or os.getppid()))
    outcome: tuple[bool, Any]
    try:
        function, arguments = pickle.loads(task.read_bytes())
        outcome = True, function(*map(_unpacked, arguments))
    except Exception as error:
        outcome = False, (one_line(error), traceback.format_exc())
    partial = answer.with_suffix(".partial")
    partial.write_bytes(cloudpickle.dumps(outcome))
    partial.replace(answer)
    gc.freeze()  # the end of the program need not search what was imported for unreachable objects


def _unpacked(argument: Any) -> Any:
    if isinstance(argument, Path) and argument.suffix == ".pickle":
        return pickle.loads(argument.read_bytes())
    return argument


if __name__ == "__main__":
    _main(*map(Path, sys.argv[1:]))
