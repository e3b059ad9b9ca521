"""What commands that ask a model about an input have in common: their options, how rows are read, the second input."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepchem_genomics.cli.folders import named_signals, open_manifest, open_side_input

if TYPE_CHECKING:
    from deepchem_genomics.genome import Genome
    from deepchem_genomics.models import GenomicsModel
    from deepchem_genomics.models.prediction_files import Rows

__all__ = ["give_signals", "input_options", "require_genome_for_places", "rows_of_source", "signal_options"]

BIGWIG = (".bw", ".bigwig")

logger = logging.getLogger(__name__)

Command = Callable[..., Any]
Options = dict[str, Any]

_SIGNALS = (
    click.option(
        "--signal", "signals", multiple=True, metavar="NAME=BIGWIG", help="For models with several signals; repeat."
    ),
    click.option(
        "--statistic",
        type=click.Choice(["mean", "min", "max", "coverage"]),
        default="mean",
        show_default=True,
        help="Of a bigWig's values over a window: the one the training data were built with.",
    ),
    click.option(
        "--any-assembly", is_flag=True, help="Take signals whose chromosomes have other sizes than the genome's."
    ),
)
_INPUT = (
    click.option(
        "--accessibility",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Signals by id (TSV, CSV, Parquet), or a bigWig where ids are places. [default: those of the folder]",
    ),
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


def signal_options(command: Command) -> Command:
    """Add the options of signals that are read from bigWig files.

    Parameters
    ----------
    command : callable
        To be made a click command.

    Returns
    -------
    callable
        The same, with ``signals``, ``statistic`` and ``any_assembly``.
    """
    return _with(_SIGNALS, command)


def input_options(command: Command) -> Command:
    """Add the options of an input that is sequences, intervals or a dataset folder, signals included.

    Parameters
    ----------
    command : callable
        To be made a click command.

    Returns
    -------
    callable
        The same, with what :func:`rows_of_source` and :func:`give_signals` take; ``trust`` comes beside.
    """
    return _with((_INPUT[0], *_SIGNALS, *_INPUT[1:]), command)


def _with(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


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
    source: Path, model: "GenomicsModel", model_folder: Path, genome: "Genome | None", options: Options
) -> "Iterator[Rows]":
    """Choose how the input is read."""
    from deepchem_genomics.cli.trained import require_match
    from deepchem_genomics.data.shard_files import ShardFiles
    from deepchem_genomics.models.prediction_files import Rows, interval_rows, sequence_rows

    if genome is not None:
        return interval_rows(source, genome, model, options["at"], options["out_of_bounds"])
    if not source.is_dir():
        return sequence_rows(source, model, options["sequence_column"], options["id_column"], options["on_length"])
    files = ShardFiles(source, options["trust"])
    require_match(model, model_folder, source, open_manifest(source), files.X_shape)
    return (Rows(shard.X, shard.ids) for shard in files)


def give_signals(model: "GenomicsModel", source: Path, genome: "Genome | None", options: Options) -> None:
    """Give a model its second input, from tables or from bigWig files."""
    from deepchem_genomics.cli.trained import fitting_side_input
    from deepchem_genomics.data import SideInput
    from deepchem_genomics.data.signal_lookup import SignalLookup
    from deepchem_genomics.errors import DataFolderError
    from deepchem_genomics.genome import Signal

    wanted = getattr(model, "accessibility", None)
    file: Path | None = options["accessibility"]
    is_signal = file is not None and file.suffix.lower() in BIGWIG
    if wanted is None:
        if file is not None or options["signals"]:
            logger.warning("the model takes sequences alone; signals are not used")
        return
    if not (is_signal or options["signals"]):
        table = None
        if file is not None:
            table = SideInput.from_file(file)
        elif source.is_dir():
            table = open_side_input(source)
        model.accessibility = fitting_side_input(model, table, str(file or source))
        return
    named = named_signals(None, options["signals"])
    if is_signal and file is not None:
        named[wanted.names[0] if len(wanted.names) == 1 else "accessibility"] = file
    if set(named) != set(wanted.names):
        raise DataFolderError(
            f"the model takes the signals {', '.join(wanted.names)}, not {', '.join(named)}; give each as --signal "
            "NAME=BIGWIG"
        )
    same = None if options["any_assembly"] else genome
    signals = {name: Signal(named[name], same) for name in wanted.names}
    model.accessibility = SignalLookup(signals, wanted.scaling, options["statistic"])
