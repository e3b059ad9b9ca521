"""``dcgenomics build``: files to datasets, with a subcommand for intervals, tiles and sequences."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepchem_genomics.cli.checking import check_mrnas, given_inputs, writing
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import (
    check_assembly_option,
    choice_option,
    counting_option,
    each_once,
    execution_options,
    file_option,
    folder_option,
    genome_option,
    number_option,
    one_based_option,
    parse_tracks,
    quiet_option,
    seed_option,
    statistic_option,
    with_options,
)
from deepchem_genomics.errors import LabelError
from deepchem_genomics.experiments.checks import (
    Checks,
    IntervalReading,
    beginning_of,
    check_windows,
    genome_sizes,
    require_chromosomes,
    require_guides,
    require_sequences,
    require_signal,
)
from deepchem_genomics.io.outputs import Kind, require_folder
from deepchem_genomics.wording import counted, listed

if TYPE_CHECKING:
    from deepchem_genomics.data import NegativeOptions

__all__ = ["command"]

logger = logging.getLogger(__name__)


Command = Callable[..., Any]

_OUT = (
    folder_option("Folder to write."),
    click.option("--balance", is_flag=True, help="Weight labels so that both classes of a task count equally."),
    click.option("--shuffle", is_flag=True, help="Shuffle rows across all shards; DeepChem shuffles within one only."),
    seed_option("Seed for the order of rows and the negatives."),
    number_option("--shard-size", 8192, "Rows per shard."),
    click.option("--overwrite", is_flag=True, help="Replace DIR if it exists."),
    quiet_option,
)

_GENOME = (
    genome_option("FASTA, plain or compressed, or 2bit."),
    click.option(
        "--track",
        "tracks",
        multiple=True,
        metavar="[NAME=]BIGWIG",
        help="A side input of each window, such as accessibility=dnase.bw; can be repeated. [default name: the file's]",
    ),
    statistic_option("How to summarize a signal's values over a window; bases without a value count as 0."),
    check_assembly_option(
        "Whether to refuse signals whose chromosome sizes differ from the genome's; do not check if FILE has only part "
        "of a chromosome. [default: refuse them]"
    ),
    choice_option(
        "--out-of-bounds",
        ["drop", "pad", "error"],
        "drop",
        "Windows that reach past an end of their chromosome: drop and count them, pad with N, or stop.",
    ),
    choice_option(
        "--unknown-chromosomes",
        ["error", "drop"],
        "error",
        "Windows on a chromosome that the genome does not have: stop, or drop and count them.",
    ),
    click.option(
        "--max-n",
        type=click.FloatRange(0, 1),
        metavar="FRACTION",
        help="Drop windows with a larger fraction of N. [default: drop only windows that are all N]",
    ),
    click.option(
        "--exclude",
        type=click.Path(path_type=Path),
        metavar="BED",
        help="Drop windows that share a base with one of these intervals, such as a blacklist.",
    ),
    counting_option("exclude-", " of --exclude"),
    one_based_option,
    click.option("--assembly", metavar="LABEL", help="Name of the assembly, such as hg19, for the manifest."),
)


def out_options(command: Command) -> Command:
    """Add the options of every subcommand."""
    return with_options(_OUT, execution_options(command))


def genome_options(command: Command) -> Command:
    """Add the options of subcommands that read windows of a genome."""
    return with_options(_GENOME, command)


def out_settings(options: Mapping[str, Any]) -> dict[str, Any]:
    """Translate the options of every subcommand into arguments of a loader."""
    settings = {name: options[name] for name in ("balance", "jobs", "scheduler", "overwrite")}
    return settings | {"shuffle_seed": options["seed"] if options["shuffle"] else None}


def genome_settings(options: Mapping[str, Any]) -> dict[str, Any]:
    """Translate the options of a genome's windows into arguments of a loader."""
    names = ("genome", "statistic", "out_of_bounds", "unknown_chromosomes", "max_n", "one_based", "assembly")
    excluded = ("exclude", "exclude_one_based")
    return {
        **{name: options[name] for name in (*names, *excluded)},
        "signals": _named_tracks(options["tracks"]),
        "check_assembly": options["check_assembly"],
        **out_settings(options),
    }


def _named_tracks(texts: Iterable[str]) -> dict[str, Path]:
    """Return the file of each track by its name."""
    found = parse_tracks(texts)
    return {found.name.split(".")[0]: found} if isinstance(found, Path) else found or {}


@contextmanager
def building(options: Mapping[str, Any], check_inputs: Callable[[Checks], None]) -> Iterator[None]:
    """Check inputs and output, then show messages while a dataset is built."""
    out: Path = options["out"]
    with messages_on_stderr(options["quiet"]), writing(out):
        from deepchem_genomics.runs.folder import tidy_finished

        tidy_finished(out)
        with Checks() as check:
            check(require_folder, out, Kind.DATASET, options["overwrite"], given_inputs())
            check_inputs(check)
        with each_once():
            yield


def check_genome(
    check: Checks, files: Iterable[Path], options: Mapping[str, Any], labels: Sequence[str] = (), strict: bool = False
) -> dict[str, int] | None:
    """Check a genome, intervals on it, signals along it and what is excluded; return the genome's chromosomes."""
    genome = options["genome"]
    sizes = check(genome_sizes, genome)
    check_windows(check, files, sizes, genome, IntervalReading(labels, options["one_based"], strict))
    if options["exclude"] is not None:
        check_windows(
            check,
            [options["exclude"]],
            None,
            genome,
            IntervalReading(one_based=options["exclude_one_based"], argument="exclude_one_based"),
        )
    for track in _named_tracks(options["tracks"]).values():
        check(require_signal, track, genome if sizes and options["check_assembly"] else None)
    return sizes


def report(out: Path) -> None:
    """Print what a folder holds."""
    from deepchem_genomics.data import manifest as manifests

    manifest = manifests.read(out)
    rows = manifest["rows"]
    logger.info("read %s, kept %d, dropped %d", counted(rows["read"], "row"), rows["kept"], rows["read"] - rows["kept"])
    click.echo(f"{out}\t{counted(rows['kept'], 'row')}")
    for task, counts in manifest["labels"].items():
        click.echo(f"{task}\t{label_line(counts)}")


def label_line(counts: Mapping[str, Any]) -> str:
    """Describe how many labels of each kind a task has, from the manifest's counts."""
    missing = f", {counts['missing']} missing" if counts["missing"] else ""
    if "1" in counts:
        return f"{counts['1']} positive, {counts['0']} negative{missing}"
    return (
        f"{counts['measured']} measured, {counts['min']:.4g} to {counts['max']:.4g}, mean {counts['mean']:.4g}{missing}"
    )


@click.group("build", short_help="Make a dataset from intervals, tiles or sequences.")
def command() -> None:
    """Make a dataset folder that dc.data.DiskDataset opens.

    Besides the shards it has manifest.json (inputs with sha256, every option, rows kept and dropped) and, if signals
    were given, side_input.tsv.gz. The folder appears under its name only when whole.
    """


_NEGATIVES = (
    click.option(
        "--negatives",
        type=click.IntRange(min=1),
        help='Label INTERVALS 1, and add this many negatives for each, labeled 0; the task is called "bound".',
    ),
    click.option(
        "--negatives-from",
        metavar="gc|genome|flanks|shuffled|FILE",
        help="Windows of the genome that match INTERVALS in GC content (gc), or any (genome); windows next to "
        "INTERVALS (flanks); INTERVALS themselves, with their dinucleotides shuffled (shuffled); or windows in the "
        "regions of a BED or narrowPeak file, such as DNase peaks, that match in GC content (FILE).  [default: gc]",
    ),
    click.option(
        "--negatives-distance",
        type=click.IntRange(min=0),
        metavar="BP",
        help="Minimum distance between a negative and an interval, in bp.  [default: 100]",
    ),
    counting_option("negatives-", " of the file of --negatives-from"),
)


def _with_negatives(command: Command) -> Command:
    return with_options(_NEGATIVES, command)


@command.command("intervals", short_help="From BED, narrowPeak or a table of intervals.")
@click.argument("intervals", nargs=-1, required=True, type=click.Path(path_type=Path))
@number_option("--length", 101, "Length of the window around each interval, in bp.")
@click.option(
    "--as-given", is_flag=True, help="Use intervals as they are, which must have one length; --length is ignored."
)
@choice_option(
    "--at",
    ["auto", "middle", "summit"],
    "auto",
    "What windows are centered on: the summit of peaks that have one, else the middle (auto); always the middle; "
    "or the summit, and an error where there is none.",
)
@click.option(
    "--label-column",
    "label_columns",
    multiple=True,
    metavar="NAME",
    help="A column of labels, one task each; can be repeated. Without a header, the fourth column is called label if "
    "it is the last; in BED always. [default: label, if there is one; in BED, if it has only 0 and 1]",
)
@click.option("--no-labels", is_flag=True, help="Make a dataset without labels.")
@_with_negatives
@genome_options
@out_options
def build_intervals(
    intervals: tuple[Path, ...],
    length: int,
    as_given: bool,
    at: str,
    label_columns: tuple[str, ...],
    no_labels: bool,
    **options: Any,
) -> None:
    """Make a dataset of windows around INTERVALS: BED, narrowPeak, TSV, CSV or Parquet, plain or compressed.

    Labels come from a column, or from --negatives N: then INTERVALS are the positives (1) of the task "bound", and N
    windows away from all of them are added for each (0).
    """
    if sum([no_labels, bool(label_columns), options["negatives"] is not None]) > 1:
        raise click.UsageError("--no-labels, --label-column and --negatives contradict one another; give one of them")

    def check_inputs(check: Checks) -> None:
        check_genome(check, intervals, options, label_columns, options["unknown_chromosomes"] == "error")
        negatives = check(_negative_options, options)
        if negatives is not None and isinstance(negatives.regions, str):
            check_windows(
                check,
                [negatives.regions],
                None,
                options["genome"],
                IntervalReading(one_based=negatives.regions_one_based, argument="regions_one_based"),
            )

    with building(options, check_inputs):
        from deepchem_genomics.data.builders import IntervalBuilder

        negatives = _negative_options(options)
        if negatives is not None:
            tasks = ["bound"]
        else:
            tasks = [] if no_labels else list(label_columns) or _label_of(intervals[0])
        builder = IntervalBuilder(
            tasks, length=None if as_given else length, at=at, negatives=negatives, **genome_settings(options)
        )
        builder.build(list(intervals), options["out"], options["shard_size"])
        report(options["out"])


def _negative_options(options: Mapping[str, Any]) -> "NegativeOptions | None":
    """Return which negatives are requested."""
    names = {"source": "negatives_from", "distance": "negatives_distance", "regions_one_based": "negatives_one_based"}
    given = {name: options[option] for name, option in names.items()}
    given = {name: value for name, value in given.items() if value is not None}
    if options["negatives"] is None:
        if given:
            raise click.UsageError("--negatives-from, --negatives-distance and --negatives-one-based need --negatives")
        return None
    from deepchem_genomics.data import NegativeOptions

    return NegativeOptions(options["negatives"], seed=options["seed"], **given)


def _label_of(path: Path) -> list[str]:
    """Return the column called label, if the file has one."""
    windows = beginning_of(path)
    if (windows is not None and "label" in windows) or _has_classes(path):
        return ["label"]
    logger.warning(
        "%s has no column label, so rows get no labels, and no model can be trained on them: add negatives with "
        "--negatives 1, or name a column with --label-column (--no-labels if that is what you want)", path,
    )  # fmt: skip
    return []


def _has_classes(path: Path) -> bool:
    """Return whether the fourth column of BED without a header holds 0 and 1, as far as its beginning shows."""
    try:
        windows = beginning_of(path, IntervalReading(["label"]))
    except LabelError:  # no such column, or names
        return False
    if windows is None:
        return False
    labels = windows["label"].dropna()
    if found := len(labels) > 0 and bool(labels.isin([0, 1]).all()):
        logger.info("%s: the fourth column holds only 0 and 1, and is read as label", path)
    return found


def _overlap(ctx: click.Context, parameter: click.Parameter, value: str) -> int | float:
    """Read bases, or a fraction, which has a point."""
    try:
        return float(value) if "." in value else int(value)
    except ValueError:
        raise click.BadParameter(
            f"{value!r} is neither a whole number of bases, such as 51, nor a fraction, such as 0.5", ctx, parameter
        ) from None


@command.command("tiles", short_help="From whole chromosomes, labeled by peaks.")
@click.option(
    "--peaks",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="BED or narrowPeak; one task per file; can be repeated.",
)
@click.option(
    "--task",
    "tasks",
    multiple=True,
    metavar="NAME",
    help="Name of a task, in the order of --peaks; can be repeated. [default: the files' names]",
)
@number_option("--length", 101, "Length of a window, in bp.")
@click.option(
    "--stride", type=click.IntRange(min=1), help="Distance between window starts, in bp. [default: the length]"
)
@click.option(
    "--min-overlap",
    callback=_overlap,
    default="0.5",
    show_default=True,
    metavar="BASES|FRACTION",
    help="Minimum overlap with a single peak for label 1: in bases (51), or as a fraction of the window (0.5).",
)
@click.option("--chroms", multiple=True, metavar="NAME", help="Chromosome to cut; can be repeated. [default: all]")
@genome_options
@out_options
def build_tiles(
    peaks: tuple[Path, ...],
    tasks: tuple[str, ...],
    length: int,
    stride: int | None,
    min_overlap: int | float,
    chroms: tuple[str, ...],
    **options: Any,
) -> None:
    """Make a dataset by cutting chromosomes into windows, labeled by their overlap with peaks."""

    def check_inputs(check: Checks) -> None:
        sizes = check_genome(check, peaks, options)
        if sizes and chroms:
            check(require_chromosomes, chroms, options["genome"])

    with building(options, check_inputs):
        from deepchem_genomics.data.builders import TileBuilder

        builder = TileBuilder(
            length=length,
            stride=stride,
            min_overlap=min_overlap,
            chroms=list(chroms) or None,
            tasks=list(tasks) or None,
            **genome_settings(options),
        )
        builder.build(list(peaks), options["out"], options["shard_size"])
        report(options["out"])


def _labels(ctx: click.Context, parameter: click.Parameter, value: str | None) -> list[float] | None:
    """Read numbers separated by commas."""
    if value is None:
        return None
    try:
        return [float(label) for label in value.split(",")]
    except ValueError:
        raise click.BadParameter(
            f"{value!r} is not a list of numbers separated by commas, one for each file, such as 1,0", ctx, parameter
        ) from None


LETTERS = {"DNA": "ACGT", "RNA": "ACGU"}
_NAMED = 5  # guides that are not antisense


@command.command("sequences", short_help="From a table of sequences, FASTA or FASTQ.")
@click.argument("tables", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="TABLE...")
@click.option("--sequence-column", default="sequence", show_default=True, metavar="NAME", help="Column of sequences.")
@click.option(
    "--label-column",
    "label_columns",
    multiple=True,
    metavar="NAME",
    help="A column of labels or measured values, one task each; can be repeated. [default: no labels]",
)
@click.option(
    "--labels",
    callback=_labels,
    metavar="LABEL,...",
    help='One label per TABLE, for all its sequences: bound.fa unbound.fa --labels 1,0. The task is called "label".',
)
@click.option("--id-column", metavar="NAME", help="Column of ids. [default: the file's name and the row]")
@click.option(
    "--alphabet", type=click.Choice(list(LETTERS)), default="DNA", show_default=True, help="DNA has T, RNA has U."
)
@click.option("--length", type=click.IntRange(min=1), help="Length in bases. [default: that of the first sequence]")
@choice_option(
    "--on-length",
    ["error", "pad", "crop", "fit", "guide"],
    "error",
    "Sequences of another length: pad shorter ones, crop longer ones, or both (fit); guide, with --length, does both "
    "at the 3' end.",
)
@file_option(
    "--targets",
    "FASTA",
    "mRNAs that guides should bind, with --alphabet RNA; guides not antisense to any are counted and named.",
)
@out_options
def build_sequences(
    tables: tuple[Path, ...],
    sequence_column: str,
    label_columns: tuple[str, ...],
    labels: list[float] | None,
    id_column: str | None,
    alphabet: str,
    length: int | None,
    on_length: str,
    **options: Any,
) -> None:
    """Make a dataset of the sequences in TABLEs: CSV, TSV, Parquet, FASTA or FASTQ, plain or compressed."""
    if on_length == "guide" and length is None:
        raise click.UsageError("--on-length guide needs --length, such as --length 21")
    if labels is not None and label_columns:
        raise click.UsageError("--labels and --label-column contradict each other; give one of them")
    if labels is not None and len(labels) != len(tables):
        raise click.UsageError(f"--labels has {len(labels)} for {len(tables)} files; give one per file, in their order")
    targets: Path | None = options["targets"]
    if targets is not None and alphabet != "RNA":
        raise click.UsageError("--targets is for guides, which are RNA; give --alphabet RNA with it")
    options["shuffle"] |= labels is not None  # else the shards would be of one class

    def check_inputs(check: Checks) -> None:
        from deepchem_genomics.feat import DNA, RNA

        letters = DNA if alphabet == "DNA" else RNA
        bases = length
        for table in tables:
            if bases is None and table.is_file():
                bases = check(_first_length, table, sequence_column)
            check(
                require_sequences,
                table,
                letters,
                bases,
                sequence_column=sequence_column,
                label_columns=label_columns,
                id_column=id_column,
                on_length=on_length,
            )
        if targets is not None:
            check_mrnas(check, targets)
            for table in tables:
                check(require_guides, table, sequence_column, id_column)

    with building(options, check_inputs):
        from deepchem_genomics.data.builders import SequenceBuilder
        from deepchem_genomics.feat.encoding import OneHotEncoding

        if targets is not None:
            for table in tables:
                _report_strands(table, targets, sequence_column, id_column)
        length = _first_length(tables[0], sequence_column) if length is None else length
        encoding = OneHotEncoding(LETTERS[alphabet], length, on_length=on_length)
        tasks = list(label_columns) if labels is None else ["label"]
        if not tasks:
            logger.warning(
                "rows get no labels, and no model can be trained on them: give one per file with --labels, such as "
                "bound.fa unbound.fa --labels 1,0, or name a column of a table with --label-column"
            )
        builder = SequenceBuilder(tasks, encoding, sequence_column, id_column, labels=labels, **out_settings(options))
        builder.build(list(tables), options["out"], options["shard_size"])
        report(options["out"])


def _report_strands(table: Path, targets: Path, sequence_column: str, id_column: str | None) -> None:
    """Log how many guides are antisense to a target, and name those that are not."""
    from deepchem_genomics.sirna.guide_check import VERDICTS, guide_verdicts

    found = guide_verdicts(table, targets, sequence_column, id_column)
    for verdict in VERDICTS:
        ids = found.loc[found["verdict"] == verdict, "id"].tolist()
        if ids and verdict == VERDICTS[0]:
            logger.info("%s: %d of %d guides are antisense to a target", table, len(ids), len(found))
        elif ids:
            logger.warning(
                "%s: %d of %d guides are %s, such as %s; dcgenomics sirna check lists them",
                *(table, len(ids), len(found), verdict, listed(ids, _NAMED)),
            )


def _first_length(path: Path, sequence_column: str) -> int:
    """Return the length of the first sequence, so that all chunks are held to the same."""
    from deepchem_genomics.data.sequence_files import read_sequence_chunks

    return len(next(read_sequence_chunks(path, 1, sequence_column))["sequence"].iloc[0])
