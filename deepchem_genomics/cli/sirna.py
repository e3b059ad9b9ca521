"""``dcgenomics sirna``."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from deepchem_genomics.cli.checking import (
    check_alphabet_of_model,
    check_measured_guides,
    check_mrnas,
    given_inputs,
    writing,
)
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import (
    FILE,
    MODEL,
    adapt_option,
    choice_option,
    execution_options,
    file_option,
    folder_option,
    from_stdin,
    import_deepchem,
    load_model,
    number_option,
    quiet_option,
    study_option,
    table_option,
)
from deepchem_genomics.experiments.checks import (
    Checks,
    require_guides,
    require_table,
    require_variants,
)
from deepchem_genomics.io.outputs import Kind, is_stdout, require_file, require_folder
from deepchem_genomics.wording import counted

__all__ = ["command"]

_NOT_RECORDED = ("jobs", "scheduler", "quiet", "overwrite")
_FASTA = ("transcriptome", "utr3", "conserved_in")
_TABLES = ("genes", "cds", "variants", "places", "avoid", "mirnas")


@click.group("sirna", short_help="Design siRNAs against transcripts, and check guides.")
def command() -> None:
    """Design siRNAs against transcripts, and check guides."""


class _Sections(click.Command):
    """A command whose many options are listed under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List options by what they are about."""
        about = {name: heading for heading, names in _HEADINGS.items() for name in names.split()}
        sections: dict[str, list[tuple[str, str]]] = {heading: [] for heading in (*_HEADINGS, "Running")}
        for parameter in self.get_params(ctx):
            if isinstance(parameter, click.Option) and (record := parameter.get_help_record(ctx)) is not None:
                sections[about.get(str(parameter.name), "Running")].append(record)
        for heading, records in sections.items():
            with formatter.section(heading):
                formatter.write_dl(records)


_HEADINGS = {
    "Known about transcripts": "genes cds variants gtf min_af",
    "Compared with": "transcriptome utr3 mismatches max_searched off_target_rows mirnas conserved_in",
    "Choosing sites": "top spacing regions places avoid common also_targets required not_required penalties",
    "Folding": "fold accessibility",
    "Efficacy": "model adapt study",
    "Order": "overhang order_overhang modification pool controls order_layout plate plate_by",
}


@command.command("design", cls=_Sections, short_help="Rank the sites of transcripts, and choose the best.")
@click.argument(
    "transcripts",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    callback=from_stdin,
    metavar="TRANSCRIPT.fa",
)
@folder_option("Folder to write.")
@number_option("--top", 10, "Sites to choose per record.")
@number_option("--spacing", 21, "Minimum distance between starts, in bases.")
@file_option("--transcriptome", "FASTA", "Transcripts to search for off-targets; indexed once.")
@choice_option(
    "--mismatches",
    ["none", "0", "1", "2", "3"],
    "2",
    "Maximum mismatches of near-perfect matches in the transcriptome; none to look up seeds only.",
)
@click.option(
    "--max-searched",
    type=click.IntRange(min=1),
    help="Maximum number of sites per record to search for. [default: as many as needed]",
)
@number_option(
    "--off-target-rows",
    100,
    "Near-perfect matches to list per site in off_targets.tsv, the closest first; all are counted.",
)
@file_option("--utr3", "FASTA", "3' UTRs, to count seed matches in instead of the transcriptome.")
@click.option(
    "--also-target",
    "also_targets",
    multiple=True,
    metavar="GENE",
    help="Another gene of the transcriptome to silence, such as a paralog; chosen sites match all. Can be repeated.",
)
@file_option("--conserved-in", "FASTA", "Transcripts of another species, to look for the whole site in.")
@file_option("--genes", "TSV", "Table of transcripts and their genes; matches to the target's own gene do not count.")
@file_option("--mirnas", "FASTA", "Known miRNAs of the species, such as miRBase's.")
@file_option("--cds", "BED", "Coding sequences, in coordinates of the transcripts.")
@file_option("--places", "BED", "Choose sites in these places only, in coordinates of the transcripts.")
@file_option("--avoid", "BED", "Choose no sites that touch these places.")
@file_option("--variants", "VCF", "Variants, in coordinates of the transcripts, or of a genome with --gtf.")
@file_option("--gtf", "GTF", "Exons, to place the variants of a genome on the transcripts.")
@click.option(
    "--min-af",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="NUMBER",
    help="Leave out variants whose INFO/AF is lower; those without one are kept.",
)
@click.option(
    "--region",
    "regions",
    multiple=True,
    type=click.Choice(["5utr", "cds", "3utr"]),
    help="Choose sites in this part of transcripts only; needs their coding sequences; can be repeated.",
)
@click.option(
    "--common", is_flag=True, help="One list per gene: sites that all isoforms have, in records and transcriptome."
)
@click.option(
    "--require",
    "required",
    multiple=True,
    metavar="RULE",
    help="Rule that chosen sites must also pass; can be repeated.",
)
@click.option(
    "--not-required", multiple=True, metavar="RULE", help="Required rule that chosen sites may fail; can be repeated."
)
@click.option(
    "--penalty", "penalties", multiple=True, metavar="RULE=NUMBER", help="Penalty of failing a rule; can be repeated."
)
@click.option("--overhang", default="UU", show_default=True, help="Overhang of passengers: two bases, or 'transcript'.")
@click.option(
    "--order-overhang",
    default="",
    metavar="TEXT",
    help="Overhang of both strands in order.csv, such as dTdT. [default: as designed]",
)
@click.option(
    "--pool",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Mark this many of the best sites of a record, 2 or more, with different seeds, as a pool; 0 for none.",
)
@click.option("--controls", is_flag=True, help="Add a C911 and a scrambled control for each chosen site.")
@choice_option(
    "--modification",
    ["none", "ome2", "alternating", "esc"],
    "none",
    "Modify both strands in order.csv: 2'-O-methyl, 2'-fluorine and phosphorothioates in a published pattern.",
)
@choice_option(
    "--order-layout",
    ["plain", "idt", "duplexes", "strands"],
    "plain",
    "Columns and notation of order.csv; docs/sirna_design.md says for which vendors.",
)
@choice_option("--plate", ["none", "96", "384"], "none", "Order plates with this many wells, one file each.")
@choice_option("--plate-by", ["columns", "rows"], "columns", "Fill plates A1, B1 and so on, or A1, A2 and so on.")
@choice_option(
    "--tables", ["tsv", "tsv.gz", "parquet"], "tsv", "Format of sites and off_targets, which are long for many genes."
)
@choice_option("--fold", ["auto", "no"], "auto", "Fold guides if ViennaRNA is installed (auto), or not.")
@click.option(
    "--accessibility",
    is_flag=True,
    help="Also fold transcripts, to see whether the site of the seed is unpaired; slow.",
)
@click.option(
    "--model", type=MODEL, default="sirna-huesken", show_default=True, metavar="MODEL", help="Model of efficacy."
)
@adapt_option
@study_option
@execution_options
@click.option("--overwrite", is_flag=True, help="Replace DIR if it exists.")
@quiet_option
def design(transcripts: Path, out: Path, **options: Any) -> None:
    """Judge every site of 21 nt in the records of TRANSCRIPT.fa (DNA or RNA), and choose the best of each record.

    DIR gets sites.tsv, selected.tsv, .fasta and .bed, order.csv, manifest.json and report.html; with a transcriptome,
    off_targets.tsv. --tables changes the format of the long ones, sites and off_targets. docs/sirna_design.md describes
    every column. After an interruption, the same command continues where it stopped.
    """
    if options["min_af"] and options["variants"] is None:
        raise click.UsageError("--min-af goes with --variants")
    if options["gtf"] is not None and options["variants"] is None:
        raise click.UsageError("--gtf goes with --variants")
    with messages_on_stderr(options["quiet"]), writing(out):
        from deepchem_genomics.runs.folder import tidy_finished

        tidy_finished(out)
        penalties = _penalties(options["penalties"])
        with Checks() as check:
            check(require_folder, out, Kind.DESIGN, options["overwrite"], given_inputs())
            _check_inputs(check, transcripts, options | {"out": out}, penalties)
        import_deepchem()
        from deepchem_genomics.runs import Execution
        from deepchem_genomics.sirna.design_folder import write_design

        designer = _designer(transcripts, options, penalties)
        names = (*_FASTA, *_TABLES, "gtf", "model", "adapt")
        inputs = {name: options[name] for name in names if options[name] is not None}
        settings = {
            name: value
            for name, value in options.items()
            if name not in (*names, "jobs", "scheduler", "quiet", "overwrite")
        }
        settings |= {
            "required": list(designer.options.required_rules),
            "not_required": list(designer.options.not_required),
            "penalties": dict(designer.options.penalties),
        }
        execution = Execution(options["jobs"], options["scheduler"])
        manifest = write_design(
            designer, transcripts, out, inputs, settings, options["overwrite"], execution, options["tables"]
        )
    counts = manifest["counts"]
    for reason, number in counts["refused"].items():
        click.echo(f"dcgenomics: {counted(number, 'record')} left out: {reason}", err=True)
    if counts["windows with unknown bases"]:
        click.echo(
            f"dcgenomics: {counted(counts['windows with unknown bases'], 'window')} left out: unknown bases", err=True
        )
    click.echo(
        f"{out}\t{counts['selected']} of {counted(counts['sites'], 'site')} of {counted(counts['kept'], 'record')}"
    )


@command.command("check", short_help="Check that guides are antisense to a target, and find copies.")
@click.argument("guides", type=FILE, metavar="GUIDES")
@file_option("--targets", "FASTA", "mRNAs that the guides should bind.", required=True)
@file_option("--against", "TABLE", "Guides of another set to look for copies in.")
@click.option("--sequence-column", default="sequence", show_default=True, metavar="NAME", help="Column of guides.")
@click.option("--id-column", metavar="NAME", help="Column of ids. [default: the file's name and the row]")
@table_option("Table with a row per guide: TSV, or Parquet if it ends in .parquet; - for stdout.", required=True)
@click.option("--overwrite", is_flag=True, help="Replace FILE if it exists.")
@quiet_option
def check(guides: Path, targets: Path, out: Path, overwrite: bool, quiet: bool, **options: Any) -> None:
    """Check the guides of GUIDES: a table, FASTA or FASTQ, 19 to 23 nt.

    Each is antisense to a target, or else sense, reversed, complement-only or not found. FILE gets the verdict and
    place of each guide, and its copies and near copies; docs/sirna_design.md describes the columns. Counts are printed.
    """
    with messages_on_stderr(quiet), writing(out):
        from deepchem_genomics.io.table_writers import require_table_name, writing_table

        with Checks() as problems:
            problems(require_table_name, out)
            problems(require_file, out, overwrite, given_inputs())
            _check_guides(problems, guides, targets, options)
        from deepchem_genomics.sirna import check_guides
        from deepchem_genomics.sirna.guide_check import VERDICTS

        table = check_guides(guides, targets, **options)
        with writing_table(out) as writer:
            writer.write(table)
    counts = table["verdict"].value_counts()
    verdicts = [f"{counts.get(name, 0)} {name}" for name in VERDICTS]
    copies = [f"{(table[name] != '').sum()} {what}" for name, what in _COPIES.items() if name in table]
    text = f"{counted(len(table), 'guide')}: {', '.join([*verdicts, *copies])}"
    click.echo(text if is_stdout(out) else f"{out}\t{text}", err=is_stdout(out))


_COPIES = {
    "same": "with duplicates",
    "near": "with near copies",
    "against_same": "with duplicates in the other set",
    "against_near": "with near copies in it",
}


def _check_guides(check: Checks, guides: Path, targets: Path, options: dict[str, Any]) -> None:
    for path in (guides, options["against"]):
        if path is not None:
            columns = {name: options[name] for name in ("sequence_column", "id_column")}
            check(require_guides, path, **columns)
    check_mrnas(check, targets)


def _check_inputs(check: Checks, transcripts: Path, options: dict[str, Any], penalties: dict[str, float]) -> None:
    from deepchem_genomics.genome.interval_files import read_interval_chunks
    from deepchem_genomics.io.opening import import_for
    from deepchem_genomics.sirna.site_rules import require_rules

    for path in (transcripts, *(options[name] for name in _FASTA)):
        if path is not None:
            check_mrnas(check, path)
    readers = _readers()
    if options["gtf"] is not None:  # both may be large, and are read once
        check(require_table, options["gtf"], lambda file: next(read_interval_chunks(file, format="gff", labels=())))
        check(require_variants, options["variants"])
        del readers["variants"]
    for name, read in readers.items():
        if options[name] is not None:
            check(require_table, options[name], read)
    if transcripts.is_file() and (options["places"] or options["avoid"]):
        check(_places_of_transcripts, transcripts, options)
    check_alphabet_of_model(check, options["model"], "RNA", "guides are")
    check_measured_guides(check, options["model"], options["adapt"])
    check(_order, options)
    if options["tables"] == "parquet":
        check(import_for, "pyarrow", options["out"] / "sites.parquet", "parquet")
    check(require_rules, options["required"], "--require")
    check(require_rules, options["not_required"], "--not-required")
    check(require_rules, penalties, "--penalty")


def _places_of_transcripts(transcripts: Path, options: dict[str, Any]) -> None:
    """Raise an error if places are of no transcript."""
    from deepchem_genomics.sirna.annotations import read_places, require_names
    from deepchem_genomics.sirna.headers import Versioned

    names = _names_of(transcripts)
    for option in ("places", "avoid"):
        if options[option] is not None:
            places = Versioned(read_places(options[option]))
            require_names(f"places of --{option}", places, {*names, *(places.key(name) or name for name in names)})


def _names_of(transcripts: Path) -> list[str]:
    from deepchem_genomics.sirna.transcripts import transcript_records

    return [record.name for record in transcript_records(transcripts)]


def _readers() -> dict[str, Any]:
    from deepchem_genomics.sirna.annotations import read_coding_regions, read_places, read_variants
    from deepchem_genomics.sirna.mirnas import read_mirnas
    from deepchem_genomics.sirna.transcriptome import read_genes

    readers = (read_genes, read_coding_regions, read_variants, read_places, read_places, read_mirnas)
    return dict(zip(_TABLES, readers, strict=True))


def _designer(transcripts: Path, options: dict[str, Any], penalties: dict[str, float]) -> Any:
    from deepchem_genomics.sirna.annotations import Annotations, read_variants
    from deepchem_genomics.sirna.design import Designer
    from deepchem_genomics.sirna.design_options import DesignOptions
    from deepchem_genomics.sirna.exons import read_exons
    from deepchem_genomics.sirna.ranking import PENALTIES
    from deepchem_genomics.sirna.transcriptome import Transcriptome

    readers, exons = _readers(), {}
    if options["gtf"] is not None:
        names = _names_of(transcripts) if transcripts.is_file() else None
        exons = read_exons(options["gtf"], names)
        readers["variants"] = partial(read_variants, exons=exons)
    known = {name: read(options[name]) if options[name] else {} for name, read in readers.items()}
    settings = DesignOptions(
        top=options["top"],
        spacing=options["spacing"],
        overhang=options["overhang"],
        required=options["required"],
        not_required=options["not_required"],
        penalties={**PENALTIES, **penalties},
        mismatches=-1 if options["mismatches"] == "none" else int(options["mismatches"]),
        max_searched=options["max_searched"],
        off_target_rows=options["off_target_rows"],
        regions=tuple(_REGIONS[name] for name in options["regions"]),
        common=options["common"],
        mirnas=known["mirnas"],
        also_targets=options["also_targets"],
        min_af=options["min_af"],
        fold=options["fold"],
        accessibility=options["accessibility"],
        order=_order(options),
    )
    annotations = Annotations(known["cds"], known["variants"], known["genes"], known["places"], known["avoid"], exons)
    model = load_model(options["model"], adapt=options["adapt"], study=options["study"])
    indexed = {"transcriptome": settings.mismatches >= 0, "utr3": False, "conserved_in": True}
    searched, counted, other = (
        Transcriptome(options[name], index=indexed[name], jobs=options["jobs"]) if options[name] else None
        for name in _FASTA
    )
    return Designer(settings, model, searched, counted, other, annotations)


_REGIONS = {"5utr": "5'UTR", "cds": "CDS", "3utr": "3'UTR"}


def _order(options: dict[str, Any]) -> Any:
    from deepchem_genomics.sirna.orders import OrderOptions

    return OrderOptions(
        overhang=options["order_overhang"],
        pool=options["pool"],
        controls=options["controls"],
        modification=options["modification"],
        layout=options["order_layout"],
        plate=0 if options["plate"] == "none" else int(options["plate"]),
        plate_by=options["plate_by"],
    )


def _penalties(texts: tuple[str, ...]) -> dict[str, float]:
    penalties = {}
    for text in texts:
        name, _, number = text.partition("=")
        try:
            penalties[name] = float(number)
        except ValueError:
            raise click.UsageError(f"--penalty {text!r} is not of the form RULE=NUMBER, such as toxic=0.05") from None
    return penalties
