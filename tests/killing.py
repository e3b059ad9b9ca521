"""Work that is killed half-way, as by a scheduler or for lack of memory."""

import os
import signal
from collections.abc import Callable


def killed_while(work: Callable[[], object]) -> None:
    """Do work in a copy of this process that kills itself."""
    child = os.fork()
    if not child:
        work()
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def die(*_: object) -> None:
    """Kill this process."""
    os.kill(os.getpid(), signal.SIGKILL)


def heed_signals() -> None:
    """End on SIGINT and SIGHUP (a ``preexec_fn``): processes in the background and under nohup ignore them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
