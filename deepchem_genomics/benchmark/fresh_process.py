"""Call a function in a program of its own, which ends with it: what it measures of itself is its own.

Each cell runs so. Its peak memory is that of nothing else, TensorFlow starts from the same state whatever ran before,
and a cell that exhausts memory ends alone. The price is the imports, some seconds a cell.

Every such program computes on one thread, so that results do not depend on how many run side by side: sums over a
batch that are shared between threads differ in the last digit with their number, and training makes much of it. These
networks are so small that a second thread does not make them faster.
"""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle  # type: ignore[import-untyped]

from deepchem_genomics.data import end_with_parent

__all__ = ["CellError", "FreshProcesses", "one_line"]

ONE_THREAD = dict.fromkeys(
    (
        "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS",
        "TF_NUM_INTEROP_THREADS", "TF_NUM_INTRAOP_THREADS", "VECLIB_MAXIMUM_THREADS",
    ),
    "1",
)  # fmt: skip

_TAIL = 2000  # characters of what a program said that go with its failure


class CellError(RuntimeError):
    """What went wrong in a program of its own, in one line; ``details`` has the rest.

    Parameters
    ----------
    message : str
        One line.
    details : str, default ""
        A traceback, or what the program said last.
    """

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message, details)
        self.message = message
        self.details = details

    def __str__(self) -> str:
        """Return the one line."""
        return self.message


class FreshProcesses:
    """Starts programs, and ends those that still run when the block ends.

    Parameters
    ----------
    folder : Path, optional
        Where what goes to them and comes back is kept meanwhile; the system's temporary folder by default.

    Examples
    --------
    >>> with FreshProcesses() as processes:
    ...     processes.call(sorted, [3, 1, 2])
    [1, 2, 3]
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._running: set[subprocess.Popen] = set()
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
        """Call a function elsewhere and wait for what it returns.

        Parameters
        ----------
        function : callable
            May be defined in a script or notebook.
        *arguments
            Of the function. A ``Path`` to a file that ends in ``.pickle`` is replaced by what that file holds: for
            what many calls share.

        Returns
        -------
        object
            What the function returned.

        Raises
        ------
        CellError
            If it raised, or its process was killed.
        """
        with tempfile.TemporaryDirectory(prefix="dcgenomics-", dir=self._folder) as folder:
            task, answer, said = (Path(folder) / name for name in ("task", "answer", "said"))
            task.write_bytes(packed((function, arguments)))
            with said.open("wb") as output:
                code = self._wait([sys.executable, "-m", __name__, str(task), str(answer)], output)
            if not answer.exists():
                raise CellError(_end_of(code), said.read_text(errors="replace")[-_TAIL:])
            succeeded, result = pickle.loads(answer.read_bytes())
        if not succeeded:
            raise CellError(*result)
        return result

    def _wait(self, command: list[str], output: Any) -> int:
        with self._lock:
            if self._ended:
                raise CellError("not begun: the run was interrupted")
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=_environment()
            )
            self._running.add(process)
        try:
            return process.wait()
        finally:
            with self._lock:
                self._running.discard(process)


def packed(value: Any) -> bytes:
    """Pickle a value; functions that are defined in a script or notebook go with it, others by name.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    bytes
        For ``pickle.loads``.
    """
    return cloudpickle.dumps(value)


def one_line(error: BaseException) -> str:
    r"""Return an error's name and message in one line.

    Parameters
    ----------
    error : BaseException
        The error.

    Returns
    -------
    str
        The name of its class, and what it says.

    Examples
    --------
    >>> one_line(ValueError("no\nrows"))
    'ValueError: no rows'
    """
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _environment() -> dict[str, str]:
    return (
        os.environ
        | ONE_THREAD
        | {
            "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path),
            end_with_parent.PARENT: str(os.getpid()),
            "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2"),
        }
    )


def _end_of(code: int) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        why = ", most likely for want of memory" if name == "SIGKILL" else ""
        return f"its process was ended by {name}{why}"
    return f"its process ended with status {code} and no answer"


def _main(task: Path, answer: Path) -> None:
    end_with_parent.dask_setup(None)
    outcome: tuple[bool, Any]
    try:
        function, arguments = pickle.loads(task.read_bytes())
        outcome = True, function(*map(_unpacked, arguments))
    except Exception as error:
        outcome = False, (one_line(error), traceback.format_exc())
    partial = answer.with_suffix(".partial")
    partial.write_bytes(packed(outcome))
    partial.replace(answer)


def _unpacked(argument: Any) -> Any:
    if isinstance(argument, Path) and argument.suffix == ".pickle":
        return pickle.loads(argument.read_bytes())
    return argument


if __name__ == "__main__":
    _main(*map(Path, sys.argv[1:]))
