"""Loaded by processes of a local cluster: they end when the process that started them has ended, even if killed."""

import os
import threading
import time
from typing import Any

__all__ = ["PARENT", "dask_setup"]

PARENT = "DCGENOMICS_PARENT"
"""Environment variable with the number of the process that started this one, which may end before this one looks."""

SECONDS = 1.0  # between two looks


def dask_setup(server: Any) -> None:
    """Begin to watch; dask calls this once in each process.

    Parameters
    ----------
    server : distributed.Scheduler or distributed.Nanny
        What runs in this process.
    """
    parent = int(os.environ.get(PARENT) or os.getppid())
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:  # orphans are adopted
        time.sleep(SECONDS)
    os._exit(1)  # a nanny's worker ends with it
