"""The command line, ``dcgenomics``: each command is one file of this folder and one line of :data:`COMMANDS`.

A command's file has a click command named ``command``, and imports what is slow inside it, so that ``--help`` answers
at once. Results go to stdout, everything else to stderr. The exit status is 0 if all went well, 1 if the job failed,
2 if the command line was wrong, 130 if the user interrupted, 143 after SIGTERM, 129 after SIGHUP.
"""

import errno
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from deepchem_genomics._version import __version__
from deepchem_genomics.cli.interrupts import ending_cleanly, interruption
from deepchem_genomics.cli.messages import NO_MEMORY, in_options, lacks_memory, one_line, options_at_work
from deepchem_genomics.cli.options import PLUGINS

__all__ = ["COMMANDS", "main"]

COMMANDS = {
    "benchmark": "deepchem_genomics.cli.benchmark",
    "build": "deepchem_genomics.cli.build",
    "evaluate": "deepchem_genomics.cli.evaluate",
    "explain": "deepchem_genomics.cli.explain",
    "inspect": "deepchem_genomics.cli.inspect",
    "predict": "deepchem_genomics.cli.predict",
    "reproduce": "deepchem_genomics.cli.reproduce",
    "run": "deepchem_genomics.cli.run",
    "scan": "deepchem_genomics.cli.scan",
    "sirna": "deepchem_genomics.cli.sirna",
    "train": "deepchem_genomics.cli.train",
    "tune": "deepchem_genomics.cli.tune",
    "variants": "deepchem_genomics.cli.variants",
}
"""Where each command is."""


class LazyGroup(click.Group):
    """Commands that are imported when they are named, with errors in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command | None = importlib.import_module(COMMANDS[cmd_name]).command
        return found

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line and import plugins; an interruption meanwhile ends like any other."""
        try:
            with ending_cleanly():
                return super().make_context(*args, **kwargs)
        except KeyboardInterrupt as error:
            raise _exit_of(error) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn what it raises into one line on stderr, unless ``--debug`` was given."""
        if sys.stdout is None:  # closed: the next file that is opened would get its number
            raise click.ClickException("stdout is closed, and results are printed there; redirect it to /dev/null")
        try:
            with ending_cleanly():
                result = super().invoke(ctx)
                sys.stdout.flush()
                return result
        except (click.ClickException, click.exceptions.Exit):
            raise
        except (KeyboardInterrupt, click.Abort) as error:
            raise _exit_of(error) from error
        except Exception as error:
            if ctx.params["debug"] or (isinstance(error, OSError) and error.errno == errno.EPIPE):
                raise
            lines = [NO_MEMORY] if lacks_memory(error) else one_line(error, options_at_work()).splitlines()
            for line in lines:
                click.echo(f"dcgenomics: error: {line}", err=True)
            _give_up_full_stdout()
            ctx.exit(1)


def _exit_of(error: BaseException) -> click.exceptions.Exit:
    """Report on stderr that the command was interrupted, and return what makes it end with the right status."""
    message, status = interruption(error)
    click.echo(f"dcgenomics: {in_options(message, options_at_work())}", err=True)
    return click.exceptions.Exit(status)


def _give_up_full_stdout() -> None:
    """Drop what stdout cannot take, which Python would report once more when it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _import_plugins(ctx: click.Context, _: click.Parameter, files: tuple[Path, ...]) -> None:
    """Import files of the user's, which register recipes and define models, before a command is looked at."""
    ctx.meta[PLUGINS] = files
    for file in files:
        if file.suffix != ".py":
            raise click.UsageError(f"--plugin {file} is not a Python file; give one whose name ends in .py")
        sys.path.insert(0, str(file.resolve().parent))
        try:
            importlib.import_module(file.stem)
        except Exception as error:
            raise click.UsageError(f"--plugin {file}: {type(error).__name__}: {error}") from error


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--plugin",
    multiple=True,
    is_eager=True,
    expose_value=False,
    callback=_import_plugins,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.py",
    help="Python file to import first, which defines models or registers recipes. Its code is run. Can be repeated.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error, and more messages.")
@click.version_option(__version__, prog_name="dcgenomics")
@click.pass_context
def main(ctx: click.Context, debug: bool) -> None:
    """Genomics for DeepChem: transcription-factor binding, chromatin accessibility, siRNA efficacy."""
    # By default TensorFlow imports Keras 3, a third of its import, which nothing here uses. A plugin might.
    if not ctx.meta[PLUGINS] and "tensorflow" not in sys.modules:
        os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
