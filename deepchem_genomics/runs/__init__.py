"""Long work: where it runs, and the folder that keeps what is finished.

:class:`Execution`
    Runs the pieces of a command in this process, in several processes on this machine, or on the workers of a dask
    scheduler, with the same results in the same order.
:func:`open_run`
    Opens the folder of a run for one process: with its settings, and with the pieces that are finished.
:func:`open_pieces`
    The same for an output that is made of pieces; the folder is gone when the output is whole.
:func:`kept_map`
    Makes the pieces that are not there yet.
"""

from deepchem_genomics.runs.execution import Execution, Failure, Work, write_shared
from deepchem_genomics.runs.folder import (
    RunFolder,
    file_fingerprint,
    kept_map,
    open_pieces,
    open_run,
    require_free,
    run_folder_of,
)

__all__ = [
    "Execution",
    "Failure",
    "RunFolder",
    "Work",
    "file_fingerprint",
    "kept_map",
    "open_pieces",
    "open_run",
    "require_free",
    "run_folder_of",
    "write_shared",
]
