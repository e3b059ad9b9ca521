"""Setup of a process that was started for some work.

It imports nothing that computes: the number of threads is read from the environment when NumPy and TensorFlow are
imported.
"""

import gc
import os
import pickle
import signal
import threading
import time
import traceback
from collections.abc import Mapping
from typing import Any, NamedTuple

import cloudpickle  # type: ignore[import-untyped]

__all__ = ["PARENT", "Raised", "begin", "call", "exit_with_parent", "one_line"]

PARENT = "DCGENOMICS_PARENT"
"""Environment variable with the process id of the process that started this one."""

_LOOK_EVERY = 1.0  # seconds
_function: Any = None


class Raised(NamedTuple):
    """An error on its way back from another process."""

    error: bytes
    message: str
    details: str


def begin(parent: int, environment: Mapping[str, str], function: bytes) -> None:
    """Prepare a process of a pool: its environment, its function, and its end with the process that started it."""
    global _function
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the caller ends its workers
    os.environ.update(environment)
    exit_with_parent(parent)
    _function = function


def call(item: Any) -> Any:
    """Apply the function of this process to an item; return an error instead of raising it."""
    global _function
    first = isinstance(_function, bytes)
    try:
        if first:
            _function = pickle.loads(_function)
        return _function(item)
    except Exception as error:
        try:
            packed = cloudpickle.dumps(error)
        except Exception:  # an error may hold what cannot be pickled
            packed = b""
        return Raised(packed, one_line(error), traceback.format_exc())
    finally:
        if first:
            gc.freeze()  # what was imported stays: Python need not search it for unreachable objects


def exit_with_parent(parent: int) -> None:
    """End this process when the one that started it has ended, even if that was killed."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:  # orphans get another parent
        time.sleep(_LOOK_EVERY)
    os._exit(1)


def one_line(error: BaseException) -> str:
    r"""Return the class and the message of an error in one line.

    Examples
    --------
    >>> one_line(ValueError("no\nrows"))
    'ValueError: no rows'
    """
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
