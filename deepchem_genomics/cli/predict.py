"""``dcgenomics predict``."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepchem_genomics.cli.folders import (
    import_deepchem,
    named_signals,
    naming_a_full_disk,
    open_manifest,
    open_side_input,
    told_once,
)
from deepchem_genomics.cli.messages import messages_on_stderr

if TYPE_CHECKING:
    from deepchem_genomics.genome import Genome
    from deepchem_genomics.models import GenomicsModel
    from deepchem_genomics.models.prediction_files import Rows

__all__ = ["command"]

BIGWIG = (".bw", ".bigwig")

logger = logging.getLogger(__name__)

Options = dict[str, Any]


@click.command("predict", short_help="Predict for a dataset folder, sequences or intervals.")
@click.argument("source", type=click.Path(path_type=Path), metavar="INPUT")
@click.option("--model", "-m", "model_folder", required=True, type=click.Path(path_type=Path), metavar="MODEL")
@click.option(
    "--out",
    "-o",
    required=True,
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="TSV, or Parquet if it ends in .parquet; - for stdout.",
)
@click.option(
    "--accessibility",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Signals by id (TSV, CSV, Parquet), or a bigWig where ids are places. [default: those of the folder]",
)
@click.option(
    "--signal", "signals", multiple=True, metavar="NAME=BIGWIG", help="For models with several signals; repeat."
)
@click.option(
    "--statistic",
    type=click.Choice(["mean", "min", "max", "coverage"]),
    default="mean",
    show_default=True,
    help="Of a bigWig's values over a window: the one the training data were built with.",
)
@click.option("--genome", "-g", type=click.Path(path_type=Path), metavar="FILE", help="INPUT is intervals of this.")
@click.option(
    "--at", type=click.Choice(["middle", "summit"]), help="Windows around this of each interval. [default: as given]"
)
@click.option(
    "--out-of-bounds", type=click.Choice(["error", "pad"]), default="error", show_default=True, help="With --genome."
)
@click.option("--any-assembly", is_flag=True, help="Take signals whose chromosomes have other sizes than the genome's.")
@click.option("--sequence-column", default="sequence", show_default=True, metavar="NAME", help="Of a table.")
@click.option("--id-column", metavar="NAME", help="Of a table. [default: the file's name and the row]")
@click.option(
    "--on-length",
    type=click.Choice(["error", "pad", "crop", "fit"]),
    default="error",
    show_default=True,
    help="Sequences of another length: pad shorter ones, crop longer ones to their middle, or both (fit).",
)
@click.option("--batch-size", type=click.IntRange(min=1), help="[default: that of the training]")
@click.option("--uncertainty", is_flag=True, help="Add a column with the standard deviation, by Monte-Carlo dropout.")
@click.option("--masks", type=click.IntRange(min=2), default=50, show_default=True, help="Runs for --uncertainty.")
@click.option("--trust", is_flag=True, help="Read pickles (old .joblib shards), which can run any program.")
@click.option("--quiet", is_flag=True, help="Show results, warnings and errors only.")
def command(source: Path, model_folder: Path, out: Path, **options: Any) -> None:
    """Predict for INPUT: a dataset folder, FASTA, FASTQ, a table with a column of sequences, or intervals (--genome).

    Ids and order are kept. INPUT may be of any size, and FILE appears under its name only when whole.
    """
    if options["genome"] is None and (options["at"] or options["out_of_bounds"] != "error"):
        raise click.UsageError("--at and --out-of-bounds are for intervals and need --genome")
    with messages_on_stderr(options["quiet"] or str(out) == "-"), naming_a_full_disk(out), ExitStack() as opened:
        import_deepchem()
        opened.enter_context(told_once())
        from tqdm import tqdm

        from deepchem_genomics.cli.trained import load_model, read_training, task_columns
        from deepchem_genomics.genome import Genome
        from deepchem_genomics.models.prediction_files import write_predictions

        model = load_model(model_folder, batch_size=options["batch_size"], progress=False)
        columns = task_columns(model, read_training(model_folder))
        genome = None if options["genome"] is None else opened.enter_context(Genome(options["genome"]))
        rows = rows_of_source(source, model, model_folder, genome, options)
        give_signals(model, source, genome, options)
        masks = options["masks"] if options["uncertainty"] else 0
        with tqdm(desc="predicting", unit=" rows", unit_scale=True, disable=None) as bar:
            n_rows = write_predictions(rows, model, out, columns, masks, bar.update)
        if str(out) != "-":
            click.echo(f"{out}\t{n_rows} rows")


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
