"""What the package says while it works, on stderr."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import click

__all__ = ["messages_on_stderr"]


class _Echo(logging.Handler):
    """Writes to whatever stderr is at the moment, which a test may have exchanged."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(self.format(record), err=True)


@contextmanager
def messages_on_stderr(quiet: bool = False) -> Iterator[None]:
    """Show the package's log messages on stderr while the block runs.

    Parameters
    ----------
    quiet : bool, default False
        Show warnings only.
    """
    context = click.get_current_context(silent=True)
    debug = context is not None and context.find_root().params.get("debug", False)
    logger = logging.getLogger("deepchem_genomics")
    handler = _Echo()
    handler.setFormatter(logging.Formatter("dcgenomics: %(message)s"))
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG if debug else logging.WARNING if quiet else logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate
