"""Interruption and termination of a command: it cleans up, and reports what is kept."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from deepchem_genomics.io.outputs import remove_unfinished

__all__ = ["Terminated", "ending_cleanly", "interruption"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # Ctrl-C, schedulers, terminals that are closed


class Terminated(KeyboardInterrupt):
    """The process was asked to end.

    Parameters
    ----------
    number : int
        Of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def ending_cleanly() -> Iterator[None]:
    """Turn the first signal to end into an exception while the block runs; a second one ends at once.

    Cleaning up may have been interrupted itself, so what is unfinished is removed once more at the end. A library that
    is interrupted may raise an error of its own meanwhile, as TensorFlow does; the interruption is raised nevertheless.
    """
    if threading.current_thread() is not threading.main_thread():  # signals are for the main one
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    received: list[KeyboardInterrupt] = []

    def end(number: int, frame: FrameType | None) -> None:
        for one in _SIGNALS:
            signal.signal(one, signal.SIG_DFL)
        received.append(KeyboardInterrupt() if number == signal.SIGINT else Terminated(number))
        raise received[0]

    for number, handler in before.items():
        if handler != signal.SIG_IGN:  # as under nohup
            signal.signal(number, end)
    try:
        yield
    except KeyboardInterrupt:
        remove_unfinished()
        raise
    except BaseException as error:
        if not received:
            raise
        remove_unfinished()
        raise received[0] from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def interruption(error: BaseException) -> tuple[str, int]:
    """Return what to tell the user of an interruption, and the exit status, as shells have it.

    Examples
    --------
    >>> interruption(KeyboardInterrupt())
    ('interrupted; the output was not finished', 130)
    >>> interruption(Terminated(15))
    ('ended by SIGTERM; the output was not finished', 143)
    """
    number = error.number if isinstance(error, Terminated) else int(signal.SIGINT)
    how = f"ended by {signal.Signals(number).name}" if isinstance(error, Terminated) else "interrupted"
    kept = getattr(error, "__notes__", [])
    return "; ".join([how, "the output was not finished", *kept]), 128 + number
