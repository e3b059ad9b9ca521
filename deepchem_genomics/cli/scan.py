"""``dcgenomics scan``."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepchem_genomics.cli.checking import check_tracks, given_inputs, writing
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import (
    FILE,
    batch_size_option,
    choice_option,
    each_once,
    execution_options,
    genome_option,
    import_deepchem,
    load_model,
    model_option,
    parse_tracks,
    quiet_option,
    track_options,
)
from deepchem_genomics.experiments.checks import (
    Checks,
    genome_sizes,
    model_facts,
    require_alphabet,
    require_chromosomes,
)
from deepchem_genomics.wording import counted

if TYPE_CHECKING:
    from deepchem_genomics.models import SequenceModel
    from deepchem_genomics.scan import Scan

__all__ = ["command"]

TRACK = (".bw", ".bigwig")
PEAKS = (".bed", ".narrowpeak")

Options = dict[str, Any]


@click.command("scan", short_help="Predict along a genome: a bigWig track, peaks, or both.")
@model_option
@genome_option("FASTA or 2bit.")
@click.option(
    "--out",
    "-o",
    "outs",
    required=True,
    multiple=True,
    type=FILE,
    metavar="FILE",
    help="A track (.bw, .bigWig) or peaks (.bed, .narrowPeak); give both for both.",
)
@click.option("--chroms", multiple=True, metavar="NAMES", help="Chromosomes, such as chr21,chr22. [default: all]")
@click.option(
    "--stride",
    type=click.IntRange(min=1),
    metavar="BP",
    help="Distance between windows. [default: half the model's length]",
)
@choice_option(
    "--strands",
    ["both", "forward"],
    "both",
    "Average the predictions for a window and its reverse complement, or predict the window only.",
)
@click.option("--task", metavar="NAME", help="Task to predict, by name or by number from 0, if there are several.")
@track_options
@click.option(
    "--max-n",
    type=float,
    default=0.0,
    show_default=True,
    metavar="FRACTION",
    help="Leave out windows with more N than this.",
)
@click.option("--threshold", type=float, metavar="P", help="Minimum prediction of a peak. [default: the model's own]")
@click.option(
    "--prevalence",
    type=float,
    metavar="FRACTION",
    help="Fraction of windows that are bound, for the model's own threshold. [default: as in valid, at most 0.005]",
)
@click.option(
    "--top-fraction", type=float, metavar="FRACTION", help="Call this fraction of windows, instead of --threshold."
)
@execution_options
@batch_size_option
@click.option("--overwrite", is_flag=True, help="Replace files that exist.")
@quiet_option
def command(model_folder: Path, outs: tuple[Path, ...], **options: Any) -> None:
    """Predict for every window of a genome, of any size.

    A track has each window's prediction around its middle. Peaks are windows that reach --threshold, merged where they
    overlap, with summit and highest prediction, in the columns of narrowPeak. Windows with N are left out and counted.

    If interrupted, give the same command again: it continues from what FILE.run holds, and the result is the same.
    """
    track, peaks = _outputs(outs)
    if peaks is None and any(options[name] is not None for name in ("threshold", "prevalence", "top_fraction")):
        raise click.UsageError("--threshold, --prevalence and --top-fraction are for peaks; add --out FILE.bed")
    with messages_on_stderr(options["quiet"]), writing(*outs), ExitStack() as opened:
        from deepchem_genomics.runs.folder import require_free

        with Checks() as check:
            check(require_free, [path for path in (track, peaks) if path], options["overwrite"], given_inputs())
            model, sizes = check(model_facts, model_folder), check(genome_sizes, options["genome"])
            if model is not None:
                check(require_alphabet, model, "DNA", "a genome is")
            if sizes and options["chroms"]:
                check(require_chromosomes, _chroms(options), options["genome"])
            check_tracks(check, model, options, has_genome=bool(sizes))
        import_deepchem()
        opened.enter_context(each_once())
        from deepchem_genomics.runs import Execution
        from deepchem_genomics.runs.progress import progress_bar
        from deepchem_genomics.scan import ScanOptions, scan_genome

        model = load_model(model_folder, options["batch_size"])
        bar = opened.enter_context(progress_bar("scanning", " windows"))

        def on_windows(done: int, total: int) -> None:
            if bar.total is None:
                bar.total, bar.initial = total, done  # what an interrupted scan had done says nothing about the speed
            bar.update(done - bar.n)

        scan = scan_genome(
            model,
            options["genome"],
            track,
            peaks,
            options=ScanOptions(
                chroms=_chroms(options) or None,
                stride=options["stride"],
                strands=options["strands"],
                task=_task(model, model_folder, options["task"]),
                statistic=options["statistic"],
                check_assembly=options["check_assembly"],
                max_n=options["max_n"],
                threshold=options["threshold"],
                prevalence=options["prevalence"],
                top_fraction=options["top_fraction"],
                overwrite=options["overwrite"],
            ),
            execution=Execution(jobs=options["jobs"], scheduler=options["scheduler"]),
            side_inputs=parse_tracks(options["tracks"]),
            on_windows=on_windows,
        )
    click.echo(f"{' '.join(map(str, outs))}\t{_summary(scan)}")


def _chroms(options: Options) -> list[str]:
    return [name for names in options["chroms"] for name in names.split(",")]


def _outputs(outs: tuple[Path, ...]) -> tuple[Path | None, Path | None]:
    """Find the track and the peaks among the outputs by their endings."""
    found: dict[str, Path] = {}
    for path in outs:
        ending = path.suffix.lower()
        kind = "track" if ending in TRACK else "peaks" if ending in PEAKS else None
        if kind is None:
            raise click.UsageError(f"--out {path}: a track ends in .bw or .bigWig, peaks in .bed or .narrowPeak")
        if kind in found:
            raise click.UsageError(f"--out {found[kind]} and --out {path}: give one file for the {kind}")
        found[kind] = path
    return found.get("track"), found.get("peaks")


def _task(model: "SequenceModel", folder: Path, text: str | None) -> int | None:
    """Find the task of a name or number; a model of one task needs none."""
    from deepchem_genomics.errors import BadValueError
    from deepchem_genomics.models.saving import read_training, task_columns

    names = task_columns(model, read_training(folder))
    if text is None and len(names) == 1:
        return 0
    if text in names:
        return names.index(text)
    if text is not None and text.isdecimal() and int(text) < len(names):
        return int(text)
    begin = (
        f"{folder} has no task {text!r}" if text is not None else f"{folder} has {len(names)} tasks, a track holds one"
    )
    raise BadValueError(f"{begin}; choose one with --task: {', '.join(names)}")


def _summary(scan: "Scan") -> str:
    """Summarize what was done in one line."""
    scored_now = scan.windows + scan.skipped - scan.resumed
    parts = [f"{counted(scan.windows, 'window')} scored", f"{scan.skipped} skipped for N"]
    if scan.resumed:
        parts.append(f"{scan.resumed} of them by an earlier run")
    if scan.without_signal:
        parts.append(f"{scan.without_signal} with bases without a signal, counted as 0")
    if scan.peaks is not None:
        parts.append(f"{counted(scan.peaks, 'peak')} of {scan.threshold:.4g} or more")
    return ", ".join([*parts, f"{scan.seconds:.1f} s", f"{scored_now / max(scan.seconds, 1e-9):.0f} windows/s"])
