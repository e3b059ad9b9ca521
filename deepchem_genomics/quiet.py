"""Import DeepChem without the two dozen lines it prints.

A plain ``import deepchem`` writes 24 lines to stderr and one to stdout, which breaks pipes. They come partly from C++,
so only redirecting the file descriptors silences them all. The command line calls this before anything else; library
modules import DeepChem plainly: their callers have imported it already.
"""

import contextlib
import gc
import importlib
import io
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from types import ModuleType
from typing import Any

__all__ = ["import_quietly"]


def import_quietly(name: str = "deepchem") -> ModuleType:
    """Import a module with stdout and stderr held back.

    What was held back is replayed on stderr if the import fails, and thrown away if it does not, or is interrupted.
    Levels of the root and TensorFlow loggers are put back.

    Parameters
    ----------
    name : str, default "deepchem"
        The module to import.

    Returns
    -------
    ModuleType
        The imported module.

    Examples
    --------
    >>> import_quietly("json").__name__
    'json'
    """
    if name in sys.modules:
        return sys.modules[name]
    # TensorFlow's C++ start-up notes; setdefault so that the user's own wish wins.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    levels = {logger: logger.level for logger in (logging.getLogger(), logging.getLogger("tensorflow"))}
    try:
        with _held_back_output(), _collected_once():
            return importlib.import_module(name)
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)


@contextlib.contextmanager
def _collected_once() -> Iterator[None]:
    """Let Python look for unreachable cycles at the end only: nearly all objects that an import makes stay.

    At every 700th new object, as by default, it takes a fifth of the time that DeepChem takes to import.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


@contextlib.contextmanager
def _held_back_output() -> Iterator[None]:
    """Send file descriptors 1 and 2 to a temporary file; replay it on an error.

    In a notebook, ``sys.stdout`` and ``sys.stderr`` write elsewhere: there their ``write`` is replaced. The streams
    themselves stay, since what is imported may keep them.
    """
    streams = [stream for stream in (sys.stdout, sys.stderr) if not _has_descriptor(stream)]
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 1)
        os.dup2(held.fileno(), 2)
        for stream in streams:
            stream.write = lambda text: os.write(held.fileno(), text.encode())  # type: ignore[method-assign]
        failed = False
        try:
            yield
        except Exception:  # not an interruption, of which these lines say nothing
            failed = True
            raise
        finally:
            for stream in streams:
                del stream.write
            sys.stdout.flush()
            sys.stderr.flush()
            for descriptor, original in zip((1, 2), saved, strict=True):
                os.dup2(original, descriptor)
                os.close(original)
            if failed:
                held.seek(0)
                os.write(2, held.read())


def _has_descriptor(stream: Any) -> bool:
    """Return whether what is written to a stream goes to file descriptor 1 or 2."""
    try:
        return type(stream) is io.TextIOWrapper and stream.fileno() in (1, 2)
    except (OSError, ValueError):
        return False
