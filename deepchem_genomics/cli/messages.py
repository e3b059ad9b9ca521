"""Messages on stderr: what the package logs while it works, and errors in one line.

The package advises its arguments, such as ``out_of_bounds="pad"``. Here they become the options of the command at work,
``--out-of-bounds pad``; advice of what it has no option for is left out.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click

from deepchem_genomics.errors import ChecksError, GenomicsError

__all__ = ["NO_MEMORY", "in_options", "lacks_memory", "messages_on_stderr", "one_line", "options_at_work"]

NO_MEMORY = "not enough memory; see `ulimit -v` and what else runs on this machine"
_LONGEST = 2000  # letters of a line
_COMMAND = "deepchem_genomics.command"  # key of the command at work in the ``meta`` of click's context
_VALUE = r"""(?:"[^"]*"|'[^']*'|True|False|None|\[[^\]]*\]|\.\.\.)"""
_NAMED = rf"(?P<name>[a-z]+(?:_[a-z]+)*)=(?:(?P<value>{_VALUE})(?P<more>(?: or {_VALUE})*)|(?=[\s,;.)]|\Z))"
_ADVICE = re.compile(rf"(?:(?<=\s)|(?<=\s\()){_NAMED}")  # not within a call, such as load(folder, allow_pickle=True)
_LEFT = re.sub(r"\?P<\w+>", "?:", _NAMED)
_ASIDE = re.compile(rf" \((?:[^()]*\s)?{_LEFT}[^()]*\)")
_ALTERNATIVE = re.compile(rf"(?:,? or|;) (?:or )?(?:pass|name|give|leave|take|use|say)\b[^;,]*?\s{_LEFT}[^;]*")
_NAMES = {
    "labels": ("labels", "label_columns"),
    "regions_one_based": ("negatives_one_based",),
    "side_inputs": ("tracks",),
}
"""Options that are called otherwise than arguments."""

Options = Mapping[str, click.Option]


def one_line(error: Exception, options: Options) -> str:
    """Return an error's message as one line for the shell's user, with its class if it was not written for users.

    Of several problems, each has its line. ``options`` are those of the command at work.

    >>> from deepchem_genomics.errors import OutOfBoundsError
    >>> error = OutOfBoundsError('trim the interval or pass out_of_bounds="drop"')
    >>> one_line(error, {"out_of_bounds": click.Option(["--out-of-bounds"])})
    'trim the interval or pass --out-of-bounds drop'
    >>> one_line(error, {})
    'trim the interval'
    >>> one_line(FileNotFoundError(2, "No such file or directory", "peaks.bed"), {})
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


def _line(error: Exception, options: Options) -> str:
    if isinstance(error, OSError) and error.errno is not None and error.filename is not None:
        return f"{error.filename}: {str(error.strerror)[:1].lower()}{str(error.strerror)[1:]}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{str(error.strerror)[:1].lower()}{str(error.strerror)[1:]}"
    text = " ".join(str(error).split())
    if isinstance(error, GenomicsError) or (isinstance(error, OSError) and text):
        return in_options(text, options)
    return f"{type(error).__name__}: {text} (run with dcgenomics --debug to see where)"


def in_options(text: str, options: Options) -> str:
    """Write the options of a command for the arguments that a message advises, and leave out what it has none for.

    >>> options = {"one_based": click.Option(["--one-based/--zero-based"])}
    >>> in_options("say how it counts (one_based=True or one_based=False)", options)
    'say how it counts (--one-based or --zero-based)'
    >>> in_options("correct the file, or name its columns with columns=[...]", options)
    'correct the file'
    """
    text = _ADVICE.sub(lambda found: _as_option(found, options), text)
    return _ALTERNATIVE.sub("", _ASIDE.sub("", text))


def options_at_work() -> Options:
    """Return the options of the command at work by the names of their arguments; none before it has begun."""
    context = click.get_current_context(silent=True)
    command = None if context is None else context.meta.get(_COMMAND)
    return {} if command is None else {str(one.name): one for one in command.params if isinstance(one, click.Option)}


def _as_option(found: re.Match[str], options: Options) -> str:
    name = next((name for name in _NAMES.get(found["name"], (found["name"],)) if name in options), None)
    if name is None:
        return found[0]
    option, value = options[name], found["value"]
    spelt = max(option.opts, key=len)
    if option.is_flag:
        other = option.secondary_opts
        return other[0] if value == "False" and other else spelt
    if value is None or value == "...":
        return f"{spelt} {option.metavar or ''}".strip()
    words = re.sub(r"""["'\s]""", "", value.strip("[]")) if value != "[...]" else option.metavar or ""
    return f"{spelt} {words}{found['more'].replace(chr(39), '').replace(chr(34), '')}".strip()


class _Echo(logging.Handler):
    """Writes to whatever stderr is at the moment, which a test may have exchanged."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(in_options(self.format(record), options_at_work()), err=True)


@contextmanager
def messages_on_stderr(quiet: bool = False) -> Iterator[None]:
    """Show the package's log messages on stderr while the block runs; only warnings if quiet."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[_COMMAND] = context.command
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
