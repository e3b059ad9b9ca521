"""``dcgenomics variants``."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepchem_genomics.cli.checking import check_tracks, given_inputs, writing
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import (
    attach_tracks,
    batch_size_option,
    each_once,
    execution_options,
    file_option,
    from_stdin,
    genome_option,
    import_deepchem,
    input_files,
    load_model,
    model_option,
    quiet_option,
    seed_option,
    table_option,
    track_options,
)
from deepchem_genomics.experiments.checks import Checks, genome_sizes, model_facts, require_alphabet, require_variants
from deepchem_genomics.io.outputs import is_stdout
from deepchem_genomics.wording import counted, shortened

if TYPE_CHECKING:
    import pandas as pd

    from deepchem_genomics.genome import Genome
    from deepchem_genomics.runs.folder import RunFolder
    from deepchem_genomics.variants import Background, Summary
    from deepchem_genomics.variants.scoring import Scored

__all__ = ["command"]

NAMED = 20  # alleles that are named on stderr where there is no file for them
LONGEST = 30  # letters of one

logger = logging.getLogger(__name__)

Options = dict[str, Any]


@click.command("variants", short_help="Score the effects of variants (VCF) on a prediction.")
@click.argument("vcf", type=click.Path(path_type=Path), callback=from_stdin, metavar="VCF")
@model_option
@genome_option("FASTA or 2bit.")
@track_options
@table_option(".tsv, .tsv.gz, .parquet, or .vcf, .vcf.gz with INFO fields DCG_*. [default: TSV on stdout]", default="-")
@file_option(
    "--skipped",
    "FILE",
    "TSV of alleles not scored, with the reason. [default: next to --out, ending in .skipped.tsv]",
)
@click.option(
    "--background",
    default="1000",
    show_default=True,
    metavar="N|VCF",
    help="What z compares with: N random substitutions near the variants, or the variants of a file; 0 for no z.",
)
@click.option(
    "--near",
    type=click.IntRange(min=0),
    default=10_000,
    show_default=True,
    metavar="BP",
    help="Maximum distance between a random substitution and a variant.",
)
@seed_option("Seed for the random substitutions.")
@batch_size_option
@click.option("--overwrite", is_flag=True, help="Replace files that exist.")
@execution_options
@quiet_option
def command(vcf: Path, model_folder: Path, out: Path, **options: Any) -> None:
    """Score the variants of VCF (or BCF; plain or compressed): how much each changes a model's prediction.

    Both alleles are predicted in a window of the model's length, filled up from the genome, on both strands. VCF may be
    of any size and need not be sorted. An allele that cannot be scored, such as one whose REF is not what the genome
    has, is counted and listed with the reason. FILE appears under its name only when whole; after an interruption, the
    same command continues where it stopped.
    """
    with messages_on_stderr(options["quiet"] or is_stdout(out)), ExitStack() as opened:
        from deepchem_genomics.io.table_writers import require_table_name
        from deepchem_genomics.runs.folder import require_free
        from deepchem_genomics.variants.writing import require_kind

        skipped = _skipped_file(out, options["skipped"])
        opened.enter_context(writing(*(path for path in (out, skipped) if path is not None)))
        with Checks() as check:
            check(require_kind, out)
            if skipped is not None:
                check(require_table_name, skipped)
            outputs = [path for path in (out, skipped) if path is not None and str(path) != "-"]
            if outputs:
                check(require_free, outputs, options["overwrite"], given_inputs())
            _check_inputs(check, vcf, model_folder, options)
        import_deepchem()
        opened.enter_context(each_once())
        from deepchem_genomics.genome import Genome
        from deepchem_genomics.models.saving import read_training, task_columns
        from deepchem_genomics.runs import Execution
        from deepchem_genomics.runs.progress import progress_bar
        from deepchem_genomics.variants.scoring import ScoringOptions, open_scoring, score_variants
        from deepchem_genomics.variants.writing import write_scores

        kind = require_kind(out)
        model = load_model(model_folder, options["batch_size"])
        genome = opened.enter_context(Genome(options["genome"]))
        attach_tracks(model, genome, options)
        background = _background(model, vcf, genome, options)
        run = opened.enter_context(open_scoring(out, model, input_files(vcf, options)))
        chunks = score_variants(
            model,
            vcf,
            genome,
            ScoringOptions(task_columns(model, read_training(model_folder)), keep_samples=kind == "vcf"),
            background=background,
            execution=Execution(options["jobs"], options["scheduler"]),
            run=run,
        )
        named: list[pd.DataFrame] = []
        with progress_bar("scoring", " records") as bar:

            def on_chunk(scored: Any) -> None:
                bar.update(len(scored.records))
                if skipped is None and sum(map(len, named)) < NAMED:
                    named.append(scored.skipped.head(NAMED))

            about = "" if background is None else background.of
            summary = write_scores(_then_assembled(chunks, run), out, skipped, background=about, on_chunk=on_chunk)
        _tell(summary, skipped, named, vcf)
        if not is_stdout(out):
            click.echo(
                f"{out}\t{counted(summary.n_scored, 'allele')} scored, {sum(summary.skipped.values())} not ({skipped})"
            )


def _check_inputs(check: Checks, vcf: Path, model_folder: Path, options: Options) -> None:
    model, sizes = check(model_facts, model_folder), check(genome_sizes, options["genome"])
    if model is not None:
        check(require_alphabet, model, "DNA", "a genome is")
    check(require_variants, vcf)
    if not options["background"].isdecimal():
        check(require_variants, Path(options["background"]))
    check_tracks(check, model, options, has_genome=bool(sizes))


def _then_assembled(chunks: "Iterator[Scored]", run: "RunFolder | None") -> "Iterator[Scored]":
    """Yield what there is; then record that the outputs are about to get their names."""
    yield from chunks
    if run is not None:
        run.mark_assembled()


def _skipped_file(out: Path, given: Path | None) -> Path | None:
    if given is not None or str(out) == "-":
        return given
    table = out.with_suffix("") if out.suffix.lower() in (".gz", ".bgz") else out
    return out.with_name(f"{table.stem}.skipped.tsv")


def _background(model: Any, vcf: Path, genome: "Genome", options: Options) -> "Background | None":
    from deepchem_genomics.variants.predicting import random_background, vcf_background

    text = options["background"]
    if not text.isdecimal():
        background = vcf_background(model, Path(text), genome)
    elif int(text) == 0:
        return None
    else:
        background = random_background(model, vcf, genome, int(text), near=options["near"], seed=options["seed"])
    logger.info("z compares with %s", background.of)
    return background


def _tell(summary: "Summary", skipped: Path | None, named: "list[pd.DataFrame]", vcf: Path) -> None:
    """Report what was not scored, and why."""
    from deepchem_genomics.variants.windows import REASONS

    n_skipped = sum(summary.skipped.values())
    records, scored = counted(summary.n_records, "record"), counted(summary.n_scored, "allele")
    logger.info("%s: %s, %s scored, %d not", vcf.name, records, scored, n_skipped)
    for reason, count in summary.skipped.items():
        logger.warning("%d not scored: %s: %s", count, reason, REASONS[reason])
    rows = [row for table in named for row in table.to_dict("records")][:NAMED]
    for row in rows:
        alleles = ">".join(shortened(row[column], LONGEST) for column in ("ref", "alt"))
        place = "record {record}, {chrom}:{pos}".format_map(row)
        detail = f" ({row['detail']})" if row["detail"] else ""
        logger.warning("%s %s: %s%s", place, alleles, row["reason"], detail)
    if skipped is None and n_skipped > len(rows):
        logger.warning("and %d more; --skipped FILE lists them all", n_skipped - len(rows))
    mismatched = summary.skipped.get("ref_mismatch", 0)
    if mismatched > summary.n_scored:
        logger.warning("most alleles have another REF than the genome: is %s of this assembly?", vcf.name)
    if not summary.n_scored:
        logger.warning("no variant of %s was scored", vcf.name)
