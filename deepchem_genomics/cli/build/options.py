"""What the subcommands of ``build`` have in common: options, their meaning for a loader, the last words."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from deepchem_genomics.cli.folders import import_deepchem, naming_a_full_disk, parse_tracks, told_once
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.shared_options import execution_options, with_options

__all__ = ["building", "genome_options", "genome_settings", "out_options", "out_settings", "report"]

logger = logging.getLogger(__name__)

Command = Callable[..., Any]

_OUT = (
    click.option("--out", "-o", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Folder to write."),
    click.option("--balance", is_flag=True, help="Weigh labels so that both classes of a task count alike."),
    click.option("--shuffle", is_flag=True, help="Shuffle rows across all shards; DeepChem shuffles within one only."),
    click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Decides the order."),
    click.option("--shard-size", type=click.IntRange(min=1), default=8192, show_default=True, help="Rows a shard."),
    click.option("--overwrite", is_flag=True, help="Replace DIR if it exists."),
    click.option("--quiet", is_flag=True, help="Show results, warnings and errors only."),
)

_GENOME = (
    click.option(
        "--genome",
        "-g",
        required=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="FASTA, plain or compressed, or 2bit.",
    ),
    click.option(
        "--track",
        "tracks",
        multiple=True,
        metavar="[NAME=]BIGWIG",
        help="A side input of each window, such as accessibility=dnase.bw; repeat. [default name: the file's]",
    ),
    click.option(
        "--statistic",
        type=click.Choice(["mean", "min", "max", "coverage"]),
        default="mean",
        show_default=True,
        help="Of a signal's values over a window; bases without a value count as 0.",
    ),
    click.option(
        "--any-assembly",
        is_flag=True,
        help="Take signals whose chromosomes have other sizes than the genome's, as when FILE holds part of one.",
    ),
    click.option(
        "--out-of-bounds",
        type=click.Choice(["error", "drop", "pad"]),
        default="error",
        show_default=True,
        help="Windows that reach past an end of their chromosome.",
    ),
    click.option(
        "--unknown-chromosomes",
        type=click.Choice(["error", "drop"]),
        default="error",
        show_default=True,
        help="Windows on a chromosome that the genome does not have.",
    ),
    click.option(
        "--max-n",
        type=click.FloatRange(0, 1),
        metavar="FRACTION",
        help="Drop windows with a larger share of N. [default: only those of nothing but N]",
    ),
    click.option(
        "--exclude",
        type=click.Path(path_type=Path),
        metavar="BED",
        help="Drop windows that share a base with one of these intervals, such as a blacklist.",
    ),
    click.option("--assembly", metavar="LABEL", help="Such as hg19; for the manifest."),
)


def out_options(command: Command) -> Command:
    """Add the options of every subcommand.

    Parameters
    ----------
    command : callable
        What click is to call.

    Returns
    -------
    callable
        The same, with options.
    """
    return with_options(_OUT, execution_options(command))


def genome_options(command: Command) -> Command:
    """Add the options of what reads windows of a genome.

    Parameters
    ----------
    command : callable
        What click is to call.

    Returns
    -------
    callable
        The same, with options.
    """
    return with_options(_GENOME, command)


def out_settings(options: Mapping[str, Any]) -> dict[str, Any]:
    """Translate the options of every subcommand into arguments of a loader.

    Parameters
    ----------
    options : mapping
        As click gives them.

    Returns
    -------
    dict
        Arguments.
    """
    settings = {name: options[name] for name in ("balance", "jobs", "scheduler", "overwrite")}
    return settings | {"shuffle_seed": options["seed"] if options["shuffle"] else None}


def genome_settings(options: Mapping[str, Any]) -> dict[str, Any]:
    """Translate the options of what reads windows of a genome into arguments of a loader.

    Parameters
    ----------
    options : mapping
        As click gives them.

    Returns
    -------
    dict
        Arguments.
    """
    names = ("genome", "statistic", "out_of_bounds", "unknown_chromosomes", "max_n", "exclude", "assembly")
    return {
        **{name: options[name] for name in names},
        "signals": _named_tracks(options["tracks"]),
        "check_assembly": not options["any_assembly"],
        **out_settings(options),
    }


def _named_tracks(texts: Iterable[str]) -> dict[str, Path]:
    """Return the file of each track by its name."""
    found = parse_tracks(texts)
    return {found.name.split(".")[0]: found} if isinstance(found, Path) else found or {}


@contextmanager
def building(options: Mapping[str, Any]) -> Iterator[None]:
    """Show messages and import DeepChem without its own while a dataset is built.

    Parameters
    ----------
    options : mapping
        As click gives them.

    Raises
    ------
    FileExistsError
        If the folder exists and is not to be replaced: before anything slow is done.
    """
    out: Path = options["out"]
    with messages_on_stderr(options["quiet"]), naming_a_full_disk(out):
        from deepchem_genomics.runs.folder import tidy_finished

        tidy_finished(out)
        if out.exists() and not options["overwrite"]:
            raise FileExistsError(f"{out} exists; choose another name, or replace it with --overwrite")
        import_deepchem()
        with told_once():
            yield


def report(out: Path) -> None:
    """Print what a folder holds.

    Parameters
    ----------
    out : Path
        The folder that was built.
    """
    from deepchem_genomics.data import manifest as manifests

    manifest = manifests.read(out)
    rows = manifest["rows"]
    logger.info("read %d rows, kept %d, dropped %d", rows["read"], rows["kept"], rows["read"] - rows["kept"])
    click.echo(f"{out}\t{rows['kept']} rows")
    for task, counts in manifest["labels"].items():
        click.echo(f"{task}\t{label_line(counts)}")


def label_line(counts: Mapping[str, Any]) -> str:
    """Say how many labels there are of each kind.

    Parameters
    ----------
    counts : mapping
        Of one task, as the manifest has them.

    Returns
    -------
    str
        One line.
    """
    missing = f", {counts['missing']} missing" if counts["missing"] else ""
    if "1" in counts:
        return f"{counts['1']} positive, {counts['0']} negative{missing}"
    return (
        f"{counts['measured']} measured, {counts['min']:.4g} to {counts['max']:.4g}, mean {counts['mean']:.4g}{missing}"
    )
