"""What commands that ask a model about an input have in common: their options, how rows are read, side inputs."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepchem_genomics.cli.folders import parse_tracks
from deepchem_genomics.cli.shared_options import with_options

if TYPE_CHECKING:
    from deepchem_genomics.genome import Genome
    from deepchem_genomics.models import SequenceModel
    from deepchem_genomics.models.prediction_files import Origin, Rows

__all__ = [
    "attach_tracks",
    "input_files",
    "input_options",
    "origin_of",
    "require_genome_for_places",
    "rows_of_source",
    "track_options",
]

logger = logging.getLogger(__name__)

Command = Callable[..., Any]
Options = dict[str, Any]

_TRACKS = (
    click.option(
        "--track",
        "tracks",
        multiple=True,
        metavar="[NAME=]FILE",
        help="Side input of the model: a bigWig, or a table of values by id (TSV, CSV, Parquet). NAME is that of a "
        "track or of a side input; a model of one track, and a table of all tracks, need none. Repeat for more.",
    ),
    click.option(
        "--statistic",
        type=click.Choice(["mean", "min", "max", "coverage"]),
        default="mean",
        show_default=True,
        help="Of a bigWig's values over a window: the one that the training data were built with.",
    ),
    click.option(
        "--any-assembly", is_flag=True, help="Take bigWigs whose chromosomes have other sizes than the genome's."
    ),
)
_INPUT = (
    click.option("--genome", "-g", type=click.Path(path_type=Path), metavar="FILE", help="INPUT is intervals of this."),
    click.option(
        "--at",
        type=click.Choice(["middle", "summit"]),
        help="Windows around this of each interval. [default: as given]",
    ),
    click.option(
        "--out-of-bounds",
        type=click.Choice(["error", "pad"]),
        default="error",
        show_default=True,
        help="With --genome.",
    ),
    click.option("--sequence-column", default="sequence", show_default=True, metavar="NAME", help="Of a table."),
    click.option("--id-column", metavar="NAME", help="Of a table. [default: the file's name and the row]"),
    click.option(
        "--on-length",
        type=click.Choice(["error", "pad", "crop", "fit"]),
        default="error",
        show_default=True,
        help="Sequences of another length: pad shorter ones, crop longer ones to their middle, or both (fit).",
    ),
)


def track_options(command: Command) -> Command:
    """Add the options of side inputs.

    Parameters
    ----------
    command : callable
        To be made a click command.

    Returns
    -------
    callable
        The same, with ``tracks``, ``statistic`` and ``any_assembly``.
    """
    return with_options(_TRACKS, command)


def input_options(command: Command) -> Command:
    """Add the options of an input that is sequences, intervals or a dataset folder, side inputs included.

    Parameters
    ----------
    command : callable
        To be made a click command.

    Returns
    -------
    callable
        The same, with what :func:`rows_of_source` and :func:`attach_tracks` take; ``trust`` comes beside.
    """
    return with_options((*_TRACKS, *_INPUT), command)


def require_genome_for_places(options: Options) -> None:
    """Raise a usage error for options about intervals without a genome.

    Parameters
    ----------
    options : dict
        Those of :func:`input_options`.

    Raises
    ------
    click.UsageError
        If there is no genome.
    """
    if options["genome"] is None and (options["at"] or options["out_of_bounds"] != "error"):
        raise click.UsageError("--at and --out-of-bounds are for intervals and need --genome")


def rows_of_source(
    source: Path, model: "SequenceModel", model_folder: Path, genome: "Genome | None", options: Options
) -> "Iterator[Rows]":
    """Choose how the input is read."""
    from deepchem_genomics.data.opened_folder import open_manifest
    from deepchem_genomics.data.shard_files import ShardFiles
    from deepchem_genomics.models.prediction_files import Rows, interval_rows, sequence_rows
    from deepchem_genomics.models.saved_training import require_match

    if genome is not None:
        return interval_rows(source, genome, model, options["at"], options["out_of_bounds"])
    if not source.is_dir():
        return sequence_rows(source, model, options["sequence_column"], options["id_column"], options["on_length"])
    files = ShardFiles(source, options["trust"])
    require_match(model, model_folder, source, open_manifest(source), files.X_shape)
    return (Rows(shard.X, shard.ids) for shard in files)


def origin_of(source: Path, options: Options) -> "Origin":
    """Return what the rows of an input depend on, for a call that may be interrupted."""
    from deepchem_genomics.models.prediction_files import Origin

    names = ("at", "out_of_bounds", "sequence_column", "id_column", "on_length", "statistic")
    return Origin(input_files(source, options), {name: options[name] for name in names})


def input_files(source: Path, options: Options) -> dict[str, Path]:
    """Name the files that a command reads."""
    found = parse_tracks(options["tracks"]) or {}
    tracks = {"track": found} if isinstance(found, Path) else {f"track {name}": path for name, path in found.items()}
    genome = {} if options["genome"] is None else {"genome": options["genome"]}
    return {"input": source, **genome, **tracks}


def attach_tracks(
    model: "SequenceModel", genome: "Genome | None", options: Options, folder: Path | None = None
) -> None:
    """Attach the files of --track to a model, or the tracks of a dataset folder; refuse to go on without."""
    from deepchem_genomics.data.opened_folder import open_side_input
    from deepchem_genomics.models.side_inputs import attach, require_side_inputs

    tracks = parse_tracks(options["tracks"])
    if tracks is not None:
        attach(model, tracks, None if options["any_assembly"] else genome, options["statistic"])
    elif folder is not None and folder.is_dir():
        table = open_side_input(folder)
        if table is not None and model.side_inputs:
            attach(model, table, where=str(folder))
        elif table is not None:
            logger.info("the model takes sequences alone; the tracks of %s are not used", folder)
    require_side_inputs(model, str(folder or "this command"), "pass them with --track [NAME=]FILE")
