"""``dcgenomics explain``."""

import logging
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepchem_genomics.cli.checking import check_rows, given_inputs, writing
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import (
    MODEL,
    allow_pickle_option,
    attach_tracks,
    batch_size_option,
    each_once,
    folder_option,
    import_deepchem,
    input_options,
    load_model,
    number_option,
    quiet_option,
    require_genome_for_places,
    rows_of_source,
    seed_option,
)
from deepchem_genomics.experiments.checks import Checks
from deepchem_genomics.io.outputs import Kind, require_folder

if TYPE_CHECKING:
    from deepchem_genomics.explain import KnownMotifs

__all__ = ["command"]

logger = logging.getLogger(__name__)


@click.command("explain", short_help="Show what a model has learned: contributions, motifs, effects; an HTML page.")
@click.argument("model_folder", type=MODEL, metavar="MODEL")
@click.argument("source", type=click.Path(path_type=Path), metavar="INPUT")
@folder_option("Folder for the page, pictures, tables and arrays.")
@click.option("--overwrite", is_flag=True, help="Replace DIR if it exists.")
@number_option("--top", 5, "Sequences drawn individually: those with the highest predictions.")
@number_option("--sample", 500, "Sequences for motifs and averages.")
@click.option("--task", "task_name", metavar="NAME", help="Task to explain. [default: the first]")
@click.option(
    "--jaspar",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Motifs to compare with (JASPAR or MEME); can be repeated. [default: JASPAR CORE, vertebrates]",
)
@seed_option("Seed for all random choices.")
@input_options
@batch_size_option
@allow_pickle_option
@quiet_option
def command(model_folder: Path, source: Path, out: Path, **options: Any) -> None:
    """Show what MODEL has learned, from its predictions for INPUT.

    INPUT is FASTA, a table of sequences, a dataset folder, or intervals (--genome). Bound sequences, or those with high
    labels, are the most informative. DIR gets index.html, a page in a single file; its pictures and tables; arrays for
    TF-MoDISco; and manifest.json. It appears under its name only when whole.
    """
    require_genome_for_places(options)
    with messages_on_stderr(options["quiet"]), writing(out), ExitStack() as opened:
        with Checks() as check:
            check(require_folder, out, Kind.EXPLANATION, options["overwrite"], given_inputs())
            check_rows(check, source, model_folder, options)
        import_deepchem()
        opened.enter_context(each_once())
        from deepchem_genomics.explain import ExplainOptions, write_report
        from deepchem_genomics.genome import Genome
        from deepchem_genomics.models.saving import read_training, task_columns

        model = load_model(model_folder, options["batch_size"])
        training = read_training(model_folder)
        names = task_columns(model, training)
        task = _task(names, options["task_name"])
        genome = None if options["genome"] is None else opened.enter_context(Genome(options["genome"]))
        attach_tracks(model, genome, options, source)
        asked = ExplainOptions(
            top=options["top"],
            sample=options["sample"],
            task=task,
            task_names=names,
            known=_known(options["jaspar"], str(model.alphabet.letters)),
            seed=options["seed"],
            background=training.get("background"),
            verdicts=training.get("verdicts", ()),
        )
        write_report(
            model,
            lambda: rows_of_source(source, model, model_folder, genome, options),
            out,
            asked,
            facts={"Model": str(model_folder), "Input": str(source)},
            overwrite=options["overwrite"],
        )
        click.echo(f"{out}/index.html\texplains {names[task]} of {model_folder}")


def _task(names: list[str], wanted: str | None) -> int:
    if wanted is None:
        if len(names) > 1:
            logger.info("%s is explained; the model has %s too (--task)", names[0], ", ".join(names[1:]))
        return 0
    if wanted not in names:
        raise click.UsageError(f"the model has no task {wanted}; choose {' or '.join(names)}")
    return names.index(wanted)


def _known(files: tuple[Path, ...], letters: str) -> "KnownMotifs | str":
    """Return motifs to compare with, or one line that says why there are none."""
    from deepchem_genomics.errors import MissingExtraError
    from deepchem_genomics.explain import jaspar_core, motifs_of_files

    if files:
        return motifs_of_files(files)
    if letters != "ACGT":
        return "motifs of factors that bind DNA say nothing about RNA"
    try:
        return jaspar_core()
    except MissingExtraError as error:
        logger.warning("%s", error)
        return str(error)
