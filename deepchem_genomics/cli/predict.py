"""``dcgenomics predict``."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepchem_genomics.cli.checking import check_haplotypes, check_measured_guides, check_rows, given_inputs, writing
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import (
    adapt_option,
    allow_pickle_option,
    attach_tracks,
    batch_size_option,
    dependencies_of,
    each_once,
    execution_options,
    from_stdin,
    import_deepchem,
    input_options,
    load_model,
    model_option,
    quiet_option,
    require_genome_for_places,
    rows_of_source,
    study_option,
    table_option,
)
from deepchem_genomics.experiments.checks import Checks
from deepchem_genomics.io.outputs import is_stdout
from deepchem_genomics.wording import counted

if TYPE_CHECKING:
    from deepchem_genomics.genome import Genome
    from deepchem_genomics.models.prediction_files import Columns, Dependencies
    from deepchem_genomics.variants import Haplotypes

__all__ = ["command"]

logger = logging.getLogger(__name__)


@click.command("predict", short_help="Predict for a dataset folder, sequences or intervals.")
@click.argument("source", type=click.Path(path_type=Path), callback=from_stdin, metavar="INPUT")
@model_option
@table_option("TSV, or Parquet if it ends in .parquet; - for stdout.", required=True)
@input_options
@click.option(
    "--haplotypes",
    type=click.Path(path_type=Path),
    metavar="VCF",
    help="Predict each window on both haplotypes of a person, with all variants of a haplotype written into it.",
)
@click.option("--sample", metavar="NAME", help="Sample of the VCF, with --haplotypes. [default: the only one]")
@batch_size_option
@adapt_option
@study_option
@click.option(
    "--uncertainty", is_flag=True, help="Add a column with the standard deviation, for networks by Monte Carlo dropout."
)
@click.option(
    "--masks",
    type=click.IntRange(min=2),
    default=50,
    show_default=True,
    help="Predictions of a network, with dropout, for --uncertainty.",
)
@click.option("--call", is_flag=True, help="Add a column with 1 where the prediction reaches the model's threshold.")
@click.option("--threshold", type=float, metavar="P", help="Threshold of --call for all tasks, instead of the model's.")
@click.option("--overwrite", is_flag=True, help="Replace FILE if it exists.")
@execution_options
@allow_pickle_option
@quiet_option
def command(source: Path, model_folder: Path, out: Path, **options: Any) -> None:
    """Predict for INPUT: a dataset folder, FASTA, FASTQ, a table with a column of sequences, or intervals (--genome).

    INPUT - is stdin. Ids and order are kept. INPUT may be of any size, and FILE appears under its name only when
    whole; after an interruption, the same command continues where it stopped.
    """
    require_genome_for_places(options)
    if options["threshold"] is not None and not options["call"]:
        raise click.UsageError("--threshold goes with --call")
    _require_haplotype_options(options)
    with messages_on_stderr(options["quiet"] or is_stdout(out)), writing(out), ExitStack() as opened:
        from deepchem_genomics.io.table_writers import require_table_name
        from deepchem_genomics.runs.folder import require_free

        with Checks() as check:
            check(require_table_name, out)
            if str(out) != "-":
                check(require_free, [out], options["overwrite"], given_inputs())
            check_rows(check, source, model_folder, options)
            check_haplotypes(check, model_folder, options)
            check_measured_guides(check, model_folder, options["adapt"])
        import_deepchem()
        opened.enter_context(each_once())
        from deepchem_genomics.genome import Genome
        from deepchem_genomics.models.prediction_files import write_predictions
        from deepchem_genomics.models.saving import read_training, task_columns
        from deepchem_genomics.runs import Execution
        from deepchem_genomics.runs.progress import progress_bar

        model = load_model(model_folder, options["batch_size"], options["adapt"], options["study"])
        columns = task_columns(model, read_training(model_folder))
        thresholds = _thresholds(model, model_folder, options["threshold"]) if options["call"] else ()
        genome = None if options["genome"] is None else opened.enter_context(Genome(options["genome"]))
        attach_tracks(model, genome, options, source)
        masks = options["masks"] if options["uncertainty"] else 0
        person = None if genome is None or options["haplotypes"] is None else _person(genome, options)
        rows, wanted = _rows_and_columns(source, model, model_folder, genome, person, options)
        wanted = wanted._replace(names=columns, masks=masks, thresholds=thresholds)
        with progress_bar("predicting", " rows") as bar:
            n_rows = write_predictions(
                rows,
                model,
                out,
                wanted,
                execution=Execution(options["jobs"], options["scheduler"]),
                dependencies=_dependencies(source, options),
                on_rows=bar.update,
            )
        written = "" if person is None else _tell(person)
        if not is_stdout(out):
            click.echo(f"{out}\t{counted(n_rows, 'row')}{written}")


def _require_haplotype_options(options: dict[str, Any]) -> None:
    if options["sample"] is not None and options["haplotypes"] is None:
        raise click.UsageError("--sample goes with --haplotypes")
    if options["haplotypes"] is not None and options["genome"] is None:
        raise click.UsageError("--haplotypes is for intervals and needs --genome")
    if options["haplotypes"] is not None and options["call"]:
        raise click.UsageError(
            "--call and --haplotypes cannot be combined: a threshold is for one prediction per window"
        )


def _person(genome: "Genome", options: dict[str, Any]) -> "Haplotypes":
    from deepchem_genomics.variants import Haplotypes

    return Haplotypes(options["haplotypes"], genome, options["sample"])


def _rows_and_columns(
    source: Path,
    model: Any,
    model_folder: Path,
    genome: "Genome | None",
    person: "Haplotypes | None",
    options: dict[str, Any],
) -> "tuple[Iterator[Any], Columns]":
    """Choose how the input is read, and what is written about its rows."""
    from deepchem_genomics.models.prediction_files import Columns, window_tables
    from deepchem_genomics.variants.haplotype_predictions import HaplotypeColumns, haplotype_rows

    if person is None:
        return rows_of_source(source, model, model_folder, genome, options), Columns(())
    tables = window_tables(source, model, options["at"], options["one_based"])
    return haplotype_rows(tables, person, options["out_of_bounds"]), HaplotypeColumns(())


def _dependencies(source: Path, options: dict[str, Any]) -> "Dependencies":
    """Return what the predictions depend on, for a call that may be interrupted."""
    dependencies = dependencies_of(source, options)
    dependencies = dependencies._replace(settings={**dependencies.settings, "study": options["study"]})
    if options["haplotypes"] is None:
        return dependencies
    return dependencies._replace(
        inputs={**dependencies.inputs, "haplotypes": options["haplotypes"]},
        settings={**dependencies.settings, "sample": options["sample"]},
    )


def _tell(person: "Haplotypes") -> str:
    """Log what was noted about a person's genotypes, and return how many records were written into the haplotypes."""
    from deepchem_genomics.variants.haplotypes import NOTES

    name = person.path.name
    logger.info("%s: %d of %d records change %s", name, person.n_applied, person.n_records, person.sample)
    for note, count in person.notes.most_common():
        logger.warning("%s: %s: %s: %s", name, counted(count, "record"), note, NOTES[note])
    if not person.n_applied:
        logger.warning("%s: no record changes %s, so both haplotypes are the genome", name, person.sample)
    noted = "".join(f", {count} {note}" for note, count in person.notes.most_common())
    return f", {person.n_applied} of {counted(person.n_records, 'record')} written into {person.sample}{noted}"


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
