"""An error in one line, in the words of the command line."""

import re
from collections.abc import Collection, Iterator

import click

__all__ = ["one_line", "option_names"]

_ARGUMENT = re.compile(r"""\b([a-z]+(?:_[a-z]+)*)=(["'])([\w-]+)\2""")


def one_line(error: Exception, options: Collection[str] = ()) -> str:
    """Return an error's message as the shell's user should read it.

    Parameters
    ----------
    error : Exception
        What was raised.
    options : collection of str
        Names of parameters that are options too: a remedy such as ``out_of_bounds="drop"`` becomes
        ``--out-of-bounds drop``.

    Returns
    -------
    str
        One line; with the name of the error where it was not raised to be read by users.

    Examples
    --------
    >>> from deepchem_genomics.errors import OutOfBoundsError
    >>> one_line(OutOfBoundsError('trim the interval or pass out_of_bounds="drop"'), ["out_of_bounds"])
    'trim the interval or pass --out-of-bounds drop'
    >>> one_line(FileNotFoundError(2, "No such file or directory", "peaks.bed"))
    'peaks.bed: no such file or directory'
    """
    from deepchem_genomics.errors import GenomicsError

    if isinstance(error, OSError) and error.errno is not None and error.filename is not None:
        return f"{error.filename}: {str(error.strerror)[:1].lower()}{str(error.strerror)[1:]}"
    text = " ".join(str(error).split())
    if isinstance(error, GenomicsError) or (isinstance(error, OSError) and text):
        return _ARGUMENT.sub(lambda found: _as_option(found, options), text)
    return f"{type(error).__name__}: {text} (run with dcgenomics --debug to see where)"


def option_names(group: click.Group, ctx: click.Context) -> Iterator[str]:
    """Name the parameters that are options of a group's commands.

    Parameters
    ----------
    group : click.Group
        The commands; groups among them are looked through too.
    ctx : click.Context
        The group's.

    Yields
    ------
    str
        Names as in Python: ``out_of_bounds``.
    """
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if isinstance(command, click.Group):
            yield from option_names(command, ctx)
        elif command is not None:
            yield from (parameter.name for parameter in command.params if parameter.name)


def _as_option(found: re.Match[str], options: Collection[str]) -> str:
    return f"--{found[1].replace('_', '-')} {found[3]}" if found[1] in options else found[0]
