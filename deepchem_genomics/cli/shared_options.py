"""Options that several commands have."""

from collections.abc import Callable
from typing import Any

import click

__all__ = ["execution_options", "with_options"]

Command = Callable[..., Any]

_EXECUTION = (
    click.option(
        "--jobs",
        "-j",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        metavar="N",
        help="Processes on this machine. The result does not depend on their number.",
    ),
    click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Use the workers of this dask scheduler instead, such as tcp://host:8786; see docs/scaling.md.",
    ),
)


def with_options(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    """Add click options to what is to be a command, in this order."""
    for option in reversed(options):
        command = option(command)
    return command


def execution_options(command: Command) -> Command:
    """Add ``--jobs`` and ``--scheduler``."""
    return with_options(_EXECUTION, command)
