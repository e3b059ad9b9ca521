"""``dcgenomics tune``."""

import os
from pathlib import Path
from typing import Any

import click

from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.quiet import import_quietly
from deepchem_genomics.tuning.networks import NETWORKS, TUNABLE
from deepchem_genomics.tuning.search_space import DEFAULT_TRIALS, as_toml

__all__ = ["command"]


def _epilog() -> str:
    """Say what is searched by default, a paragraph a model."""
    paragraphs = [f"Named problems: {', '.join(TUNABLE)}."]
    for network in NETWORKS.values():
        lines = [f"{network.name} searches by default:"]
        lines += [f"  {name} = {as_toml(entry)}" for name, entry in network.space.items()]
        fixed = (f"{name} = {value}" for name, value in network.defaults.items() if name not in network.space)
        paragraphs.append("\b\n" + "\n".join([*lines, f"  not searched: {', '.join(fixed)}"]))
    return "\n\n".join(paragraphs)


@click.command("tune", short_help="Search for better settings of a model.", epilog=_epilog())
@click.argument("problem", metavar="PROBLEM|DIR")
@click.option("--model", type=click.Choice(list(NETWORKS)), help="[default: the one that uses all the data have]")
@click.option("--trials", type=click.IntRange(min=1), help=f"With --search random. [default: {DEFAULT_TRIALS}]")
@click.option(
    "--search",
    type=click.Choice(["random", "grid"]),
    default="random",
    show_default=True,
    help="Draw settings, or go through all combinations of a few.",
)
@click.option(
    "--space",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.toml",
    help="What parameters may be, one a line, where that is not the default: dropout = {low = 0.1, high = 0.6} or "
    "filters = [15, 30] or n_layers = 3.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Trials run side by side, each on one thread; results do not depend on it.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Use the workers of this dask scheduler instead: tcp://host:8786.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Decides all that is drawn.")
@click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Local copy of a problem's published files, instead of downloading them. [default: $DEEPCHEM_GENOMICS_SOURCE]",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where results go. Trials that are finished there are not run again. [default: tuned/PROBLEM-MODEL]",
)
@click.option("--trust", is_flag=True, help="Read pickles of DIR (old .joblib shards), which can run any program.")
@click.option("--quiet", is_flag=True, help="Show results, warnings and errors only.")
def command(problem: str, quiet: bool, trust: bool, **options: Any) -> None:
    """Search for the settings with which a model scores best on PROBLEM, or on DIR as dcgenomics build writes it.

    Each trial learns from training rows and is scored on rows held out of them: the data set's dev part, else a tenth
    of its training part. What the benchmark scores is left alone. DIR is divided as dcgenomics train does by default,
    and the best model is scored once on its test part. An interrupted search goes on with the same command; with more
    --trials, it goes on further.

    The best ten trials go to stdout; trials.csv, best.json, tuning.png and the best model (best, for dcgenomics
    predict) to --out.
    """
    with messages_on_stderr(quiet):
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        import_quietly("deepchem")
        progress = False if quiet else None
        if problem in PROBLEMS:
            from deepchem_genomics.tuning import tune

            click.echo(tune(problem, progress=progress, **options).table)
        elif Path(problem).is_dir():
            from deepchem_genomics.cli.tuning_folder import tune_folder

            tune_folder(Path(problem), trust, progress, options)
        else:
            raise click.UsageError(
                f"{problem!r} is no problem and no folder; name one of {', '.join(TUNABLE)}, or a folder that "
                "dcgenomics build wrote"
            )
