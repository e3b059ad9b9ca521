"""Messages on stderr: what the package logs while it works, and errors in one line."""

import logging
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import click

from deepchem_genomics.errors import ChecksError, GenomicsError

__all__ = ["NO_MEMORY", "lacks_memory", "messages_on_stderr", "one_line", "option_names"]

NO_MEMORY = "not enough memory; see `ulimit -v` and what else runs on this machine, or use fewer --jobs"
_LONGEST = 2000  # letters of a line
_ARGUMENT = re.compile(r"""\b([a-z]+(?:_[a-z]+)*)=(["'])([\w-]+)\2|\boverwrite=True\b""")


def one_line(error: Exception, options: Collection[str] = ()) -> str:
    """Return an error's message as one line for the shell's user, with its class if it was not written for users.

    Of several problems, each has its line.

    A remedy such as ``out_of_bounds="drop"`` or ``overwrite=True`` becomes ``--out-of-bounds drop`` or ``--overwrite``
    for parameters that are options.

    >>> from deepchem_genomics.errors import OutOfBoundsError
    >>> one_line(OutOfBoundsError('trim the interval or pass out_of_bounds="drop"'), ["out_of_bounds"])
    'trim the interval or pass --out-of-bounds drop'
    >>> one_line(FileNotFoundError(2, "No such file or directory", "peaks.bed"))
    'peaks.bed: no such file or directory'
    """
    if isinstance(error, ChecksError):
        return "\n".join(one_line(problem, options) for problem in error.problems)
    return _clipped(_line(error, options))


def lacks_memory(error: BaseException | None) -> bool:
    """Whether memory ran out, in Python or while a library was loaded; then there may be none to say more.

    >>> lacks_memory(ImportError("libtensorflow_cc.so.2: failed to map segment from shared object"))
    True
    """
    while error is not None:
        if isinstance(error, MemoryError) or "failed to map segment" in str(error):
            return True
        error = error.__cause__
    return False


def _clipped(text: str) -> str:
    """Leave out the middle of a text that quotes a cell of a million letters."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} ... {text[-_LONGEST // 2 :]}"


def _line(error: Exception, options: Collection[str]) -> str:
    if isinstance(error, OSError) and error.errno is not None and error.filename is not None:
        return f"{error.filename}: {str(error.strerror)[:1].lower()}{str(error.strerror)[1:]}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{str(error.strerror)[:1].lower()}{str(error.strerror)[1:]}"
    text = " ".join(str(error).split())
    if isinstance(error, GenomicsError) or (isinstance(error, OSError) and text):
        return _ARGUMENT.sub(lambda found: _as_option(found, options), text)
    return f"{type(error).__name__}: {text} (run with dcgenomics --debug to see where)"


def option_names(group: click.Group, ctx: click.Context) -> Iterator[str]:
    """Yield the parameters, as in Python, that are options of a group's commands; nested groups included."""
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if isinstance(command, click.Group):
            yield from option_names(command, ctx)
        elif command is not None:
            yield from (parameter.name for parameter in command.params if parameter.name)


def _as_option(found: re.Match[str], options: Collection[str]) -> str:
    if found[1] is None:
        return "--overwrite" if "overwrite" in options else found[0]
    return f"--{found[1].replace('_', '-')} {found[3]}" if found[1] in options else found[0]


class _Echo(logging.Handler):
    """Writes to whatever stderr is at the moment, which a test may have exchanged."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(self.format(record), err=True)


@contextmanager
def messages_on_stderr(quiet: bool = False) -> Iterator[None]:
    """Show the package's log messages on stderr while the block runs; only warnings if quiet."""
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
