"""``dcgenomics predict``."""

import logging
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from deepchem_genomics.cli.checking import check_rows, given_inputs, writing
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import (
    attach_tracks,
    batch_size_option,
    execution_options,
    from_stdin,
    import_deepchem,
    input_options,
    load_model,
    model_option,
    origin_of,
    quiet_option,
    require_genome_for_places,
    rows_of_source,
    told_once,
    trust_option,
)
from deepchem_genomics.experiments.checks import Checks
from deepchem_genomics.io.outputs import is_stdout

__all__ = ["command"]

logger = logging.getLogger(__name__)


@click.command("predict", short_help="Predict for a dataset folder, sequences or intervals.")
@click.argument("source", type=click.Path(path_type=Path), callback=from_stdin, metavar="INPUT")
@model_option
@click.option(
    "--out",
    "-o",
    required=True,
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="TSV, or Parquet if it ends in .parquet; - for stdout.",
)
@input_options
@batch_size_option
@click.option(
    "--uncertainty", is_flag=True, help="Add a column with the standard deviation; a network's by Monte-Carlo dropout."
)
@click.option(
    "--masks", type=click.IntRange(min=2), default=50, show_default=True, help="Runs of a network for --uncertainty."
)
@click.option("--call", is_flag=True, help="Add a column with 1 where the prediction reaches the model's threshold.")
@click.option("--threshold", type=float, metavar="P", help="With --call: this one instead, for all tasks.")
@click.option("--overwrite", is_flag=True, help="Replace FILE if it exists.")
@execution_options
@trust_option
@quiet_option
def command(source: Path, model_folder: Path, out: Path, **options: Any) -> None:
    """Predict for INPUT: a dataset folder, FASTA, FASTQ, a table with a column of sequences, or intervals (--genome).

    INPUT - is stdin. Ids and order are kept. INPUT may be of any size, and FILE appears under its name only when
    whole; after an interruption, the same command goes on where it was.
    """
    require_genome_for_places(options)
    if options["threshold"] is not None and not options["call"]:
        raise click.UsageError("--threshold goes with --call")
    with messages_on_stderr(options["quiet"] or is_stdout(out)), writing(out), ExitStack() as opened:
        from deepchem_genomics.runs.folder import require_free

        with Checks() as check:
            if str(out) != "-":
                check(require_free, [out], options["overwrite"], given_inputs())
            check_rows(check, source, model_folder, options)
        import_deepchem()
        opened.enter_context(told_once())
        from tqdm import tqdm

        from deepchem_genomics.genome import Genome
        from deepchem_genomics.models.prediction_files import Columns, write_predictions
        from deepchem_genomics.models.saving import read_training, task_columns
        from deepchem_genomics.runs import Execution

        model = load_model(model_folder, options["batch_size"])
        columns = task_columns(model, read_training(model_folder))
        thresholds = _thresholds(model, model_folder, options["threshold"]) if options["call"] else ()
        genome = None if options["genome"] is None else opened.enter_context(Genome(options["genome"]))
        rows = rows_of_source(source, model, model_folder, genome, options)
        attach_tracks(model, genome, options, source)
        masks = options["masks"] if options["uncertainty"] else 0
        with tqdm(desc="predicting", unit=" rows", unit_scale=True, disable=None) as bar:
            n_rows = write_predictions(
                rows,
                model,
                out,
                Columns(columns, masks, thresholds),
                execution=Execution(options["jobs"], options["scheduler"]),
                origin=origin_of(source, options),
                on_rows=bar.update,
            )
        if not is_stdout(out):
            click.echo(f"{out}\t{n_rows} rows")


def _thresholds(model: Any, folder: Path, given: float | None) -> list[float]:
    """Return from which prediction on each task is called; say where that comes from."""
    from deepchem_genomics.errors import BadValueError

    if given is not None:
        return [given] * int(model.get_num_tasks())
    if not model.thresholds:
        raise BadValueError(
            f"{folder} has no threshold: it was saved without one, or predicts no classes; train it with dcgenomics "
            "train, or give --threshold P"
        )
    for kept in model.thresholds:
        logger.info(
            "called from %.4g on: the threshold kept with the model (%s on %s, %d of %d rows bound)",
            kept.value, kept.rule, kept.on, kept.positives, kept.rows,
        )  # fmt: skip
    return [kept.value for kept in model.thresholds]
