"""``dcgenomics run``."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import (
    PLUGINS,
    execution_options,
    folder_option,
    genome_option,
    naming_the_output,
    one_based_option,
    quiet_option,
    seed_option,
)

__all__ = ["command"]


def _read_config(path: Path | None) -> dict[str, Any]:
    """Read the options of the steps, and check their names before anything is run."""
    if path is None:
        return {}
    try:
        found = tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.UsageError(f"--config {path}: {error}") from error
    commands = _commands_of_steps()
    for step, options in found.items():
        if step not in commands or not isinstance(options, dict):
            raise click.UsageError(
                f"--config {path}: [{step}] is not a table of options; use [build], [train] or [explain]"
            )
        known = _options_of(commands[step])
        for name in options:
            if name.replace("_", "-") not in known:
                raise click.UsageError(
                    f"--config {path}: [{step}] has no option {name!r}; it has {', '.join(sorted(known))}"
                )
        try:
            _require_values(commands[step], options)
        except click.UsageError as error:
            raise click.UsageError(f"--config {path}: [{step}]: {error.format_message()}") from error
    return found


def _commands_of_steps() -> dict[str, click.Command]:
    from deepchem_genomics.cli import build, explain, train

    return {"build": build.command.commands["intervals"], "train": train.command, "explain": explain.command}


def _options_of(command: click.Command) -> set[str]:
    """Return the long options of a step's command but those that this command gives."""
    given = {"out", "genome", "seed", "jobs", "scheduler", "overwrite", "help", "list-models"}
    return {
        text.removeprefix("--")
        for parameter in command.params
        for text in (*parameter.opts, *parameter.secondary_opts)
        if text.startswith("--") and text.removeprefix("--") not in given
    }


def _require_values(command: click.Command, options: Mapping[str, Any]) -> None:
    """Raise UsageError if a step's command would refuse what an option is given, before the steps ahead of it run."""
    from deepchem_genomics.experiments.pipeline import flags

    context = click.Context(command)
    given, _, _ = command.make_parser(context).parse_args(list(flags(options)))
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name in given:
            parameter.type_cast_value(context, given[parameter.name])


@click.command("run", short_help="From peaks to an explained model: build, train, explain.")
@click.argument("peaks", type=click.Path(path_type=Path))
@genome_option("FASTA, plain or compressed, or 2bit.")
@click.option("--accessibility", type=click.Path(path_type=Path), metavar="BIGWIG", help="Second input of the model.")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.toml",
    help="Options of the steps, in the tables [build], [train] and [explain], named as on the command line.",
)
@folder_option("Folder to write.")
@one_based_option
@seed_option("Seed for all steps.")
@quiet_option
@execution_options
def command(peaks: Path, out: Path, config: Path | None, one_based: bool | None, quiet: bool, **options: Any) -> None:
    """Make negatives for PEAKS, build a dataset, train and score a model and explain it.

    Each step is a dcgenomics command, which is printed and kept in DIR/commands.sh. A step whose command and input
    files have not changed is not repeated. DIR gets data, model, explained and report.html.
    """
    asked = _read_config(config)
    if one_based is not None:
        asked = {**asked, "build": {**asked.get("build", {}), "one-based" if one_based else "zero-based": True}}
    with messages_on_stderr(quiet), naming_the_output(out):
        from deepchem_genomics.experiments import run
        from deepchem_genomics.runs import Execution

        execution = Execution(options.pop("jobs"), options.pop("scheduler"))
        plugins = click.get_current_context().meta.get(PLUGINS, ())
        done = run(peaks, out=out, options=asked, execution=execution, plugins=plugins, **options)
        click.echo(f"{done.report}\tran {', '.join(done.ran) or 'nothing'}")
        click.echo("\n".join(done.verdicts))
