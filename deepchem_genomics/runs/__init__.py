"""Long work: where it runs, and the folder that keeps what is finished.

:class:`Execution`
    Runs the pieces of a command in this process, in several processes on this machine, or on the workers of a dask
    scheduler, with the same results in the same order.
:class:`Work`, :class:`Failure`
    A call that gets a process of its own, and what is known of one that ended without a result.

:mod:`deepchem_genomics.runs.folder` keeps the finished pieces of a command that may be interrupted.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
