"""Shared parts of commands: options, reading of inputs, tracks, quiet imports, errors of a full disk."""

import errno
import gc
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepchem_genomics.quiet import import_quietly

if TYPE_CHECKING:
    from deepchem_genomics.genome import Genome
    from deepchem_genomics.models import SequenceModel
    from deepchem_genomics.models.prediction_files import Dependencies, EncodedRows

__all__ = [
    "FILE",
    "MODEL",
    "PLUGINS",
    "adapt_option",
    "allow_pickle_option",
    "attach_tracks",
    "batch_size_option",
    "check_assembly_option",
    "choice_option",
    "counting_option",
    "dependencies_of",
    "each_once",
    "execution_options",
    "file_option",
    "folder_option",
    "from_stdin",
    "genome_option",
    "import_deepchem",
    "input_files",
    "input_options",
    "listing_option",
    "load_model",
    "model_option",
    "naming_the_output",
    "number_option",
    "one_based_option",
    "parse_tracks",
    "quiet_option",
    "require_genome_for_places",
    "results_option",
    "rows_of_source",
    "seed_option",
    "source_option",
    "statistic_option",
    "study_option",
    "table_option",
    "track_options",
    "with_options",
]

logger = logging.getLogger(__name__)


Command = Callable[..., Any]

PLUGINS = "deepchem_genomics.plugins"
"""Key of the files of ``--plugin`` in the ``meta`` of click's context."""


def seed_option(what: str) -> Callable[[Command], Command]:
    """Return ``--seed``, a number from 0; ``what`` it decides."""
    return click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help=what)


def choice_option(name: str, words: Sequence[str], default: str, what: str) -> Callable[[Command], Command]:
    """Return an option that is one of some words."""
    return click.option(name, type=click.Choice(words), default=default, show_default=True, help=what)


def number_option(name: str, default: int, what: str) -> Callable[[Command], Command]:
    """Return an option that is a whole number, at least 1."""
    return click.option(name, type=click.IntRange(min=1), default=default, show_default=True, help=what)


FILE = click.Path(dir_okay=False, path_type=Path)
"""A file, whether it is there or not."""


def file_option(name: str, metavar: str, what: str, **attributes: Any) -> Callable[[Command], Command]:
    """Return an option that is a file; with further attributes of click's."""
    return click.option(name, type=FILE, metavar=metavar, help=what, **attributes)


def folder_option(what: str) -> Callable[[Command], Command]:
    """Return ``--out DIR``, without which a command does nothing."""
    return click.option("--out", "-o", required=True, type=click.Path(path_type=Path), metavar="DIR", help=what)


def results_option(what: str, default: str | None = None) -> Callable[[Command], Command]:
    """Return ``--out DIR``, a folder in which a command that is called again finds what is finished."""
    kind = click.Path(file_okay=False, path_type=Path)
    shown = default is not None
    return click.option("--out", "-o", type=kind, default=default, show_default=shown, metavar="DIR", help=what)


def table_option(what: str, **attributes: Any) -> Callable[[Command], Command]:
    """Return ``--out FILE``, a table that may go to stdout; with further attributes of click's."""
    kind = click.Path(dir_okay=False, allow_dash=True, path_type=Path)
    return click.option("--out", "-o", type=kind, metavar="FILE", help=what, **attributes)


def listing_option(name: str, what: str, lines: Callable[[], Iterable[str]]) -> Callable[[Command], Command]:
    """Return a flag that prints some lines and ends the command."""

    def show(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            click.echo("\n".join(lines()))
            ctx.exit()

    return click.option(name, is_flag=True, is_eager=True, expose_value=False, callback=show, help=what)


def genome_option(what: str) -> Callable[[Command], Command]:
    """Return ``--genome FILE``, without which a command does nothing."""
    return click.option("--genome", "-g", required=True, type=click.Path(path_type=Path), metavar="FILE", help=what)


class _ModelFolder(click.Path):
    """A model's folder, or the name of one that comes with the package."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Find the folder."""
        from deepchem_genomics.models.shipped import model_folder

        return model_folder(os.fsdecode(super().convert(value, param, ctx)))


MODEL = _ModelFolder(path_type=Path)
_MODEL_HELP = "Folder of a model, as dcgenomics train writes it, or sirna-huesken, which comes with this package."
model_option = click.option(
    "--model", "-m", "model_folder", required=True, type=MODEL, metavar="MODEL", help=_MODEL_HELP
)

quiet_option = click.option("--quiet", is_flag=True, help="Show results, warnings and errors only.")
allow_pickle_option = click.option(
    "--allow-pickle", is_flag=True, help="Read pickles (old .joblib shards), which can run any program."
)
batch_size_option = click.option(
    "--batch-size",
    type=click.IntRange(min=1),
    help="Rows that a network takes at once.  [default: as many as have 101,000 bases, or as in training if more]",
)
source_option = click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder with a named data set's published files, to read instead of downloading them. [default: "
    "$DEEPCHEM_GENOMICS_SOURCE]",
)


def from_stdin(ctx: click.Context, parameter: click.Parameter, value: Path) -> Path:
    """Accept ``-`` as stdin, where a command takes one file."""
    return Path("/dev/stdin") if str(value) == "-" else value


def counting_option(prefix: str, what: str) -> Callable[[Command], Command]:
    """Return ``--one-based`` and ``--zero-based``, with a prefix for other files than the main ones."""
    return click.option(
        f"--{prefix}one-based/--{prefix}zero-based",
        default=None,
        help=f"Whether coordinates{what} count from 1 and include the last base. [default: as the file says, else from "
        "0]",
    )


one_based_option = counting_option("", "")

_EXECUTION = (
    click.option(
        "--jobs",
        "-j",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        help="Processes on this machine. The result does not depend on their number.",
    ),
    click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Use the workers of this dask scheduler instead, such as tcp://host:8786; see docs/scaling.md.",
    ),
)


def with_options(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    """Add click options to what is to be a command, in this order."""
    for option in reversed(options):
        command = option(command)
    return command


def execution_options(command: Command) -> Command:
    """Add ``--jobs`` and ``--scheduler``."""
    return with_options(_EXECUTION, command)


_OF_WRITING = re.compile(r"\b(written|writing|write|flushing|closing)\b", re.IGNORECASE)


def import_deepchem() -> Any:
    """Import DeepChem without what it and TensorFlow print."""
    # Without a GPU, TensorFlow reports CUDA's absence as an error when it first computes, not when it is imported.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "deepchem" in sys.modules or not gc.isenabled():
        return import_quietly("deepchem")
    gc.disable()
    try:
        deepchem = import_quietly("deepchem")
        gc.freeze()  # a command keeps these modules: to look for unreachable objects in them takes half a second
    finally:
        gc.enable()
    return deepchem


def load_model(folder: Path, batch_size: int | None = None, adapt: Path | None = None, study: str | None = None) -> Any:
    """Load a model without its side inputs and with progress bars off.

    ``batch_size`` is how many rows a network takes at once. A model of guides is adapted to the table ``adapt``, or
    predicts what ``study`` measures.
    """
    from deepchem_genomics import models

    running: dict[str, Any] = {} if batch_size is None else {"batch_size": batch_size}
    model = models.load(folder, progress=False, **running)
    if adapt is None and study is None:
        return model
    from deepchem_genomics.models.adapting import adapted_to_table, for_study

    if study is not None:
        model = for_study(model, study)
    return model if adapt is None else adapted_to_table(model, adapt)


adapt_option = file_option(
    "--adapt",
    "TABLE",
    "Adapt a model of guides to ten or more guides that you measured: columns sequence and efficacy.",
)


study_option = click.option(
    "--study",
    metavar="NAME",
    help="Predict what this study measures, with a model of guides trained on several studies (train --guides).",
)


def parse_tracks(texts: Iterable[str]) -> "Path | dict[str, Path] | None":
    """Read the values of ``--track [NAME=]FILE``: a single unnamed file as a path, else files by name, or None.

    click.UsageError if one of several has no name, or a name comes twice.
    """
    given = list(texts)
    if len(given) == 1 and "=" not in given[0]:
        return Path(given[0])
    named: dict[str, Path] = {}
    for text in given:
        name, equals, file = text.partition("=")
        if not (name and equals and file):
            raise click.UsageError(f"--track {text!r} is not of the form NAME=FILE, such as H3K4me3=h3k4me3.bw")
        if name in named:
            raise click.UsageError(f"two tracks are called {name}; give each a name of its own")
        named[name] = Path(file)
    return named or None


@contextmanager
def naming_the_output(out: Path) -> Iterator[None]:
    """Name the output when the disk is full or cannot be written to: the system does not."""
    try:
        yield
    except OSError as error:
        reason = _why_not_written(error, out)
        if reason is None:
            raise
        raise OSError(f"{out}: {reason}") from error


def _why_not_written(error: OSError, out: Path) -> str | None:
    """Describe what an error means for an output; None if it is about something else."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "no space left on the disk; the unfinished output is removed; free some, or write elsewhere"
    if error.errno == errno.EFBIG:
        return (
            "larger than files may be there (ulimit -f, or the kind of the disk); the unfinished output is removed; "
            "raise the limit, or write elsewhere"
        )
    if error.errno is None:  # libraries that write files of their own do not say which, nor why
        ended = type(error) is OSError and not str(error).startswith(str(out)) and _OF_WRITING.search(str(error))
        return (
            f"not written to its end ({error}); see how much of the disk is free, or write elsewhere" if ended else None
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM) and error.filename is not None:
        at = Path(os.fsdecode(error.filename))
        if at.parent == out.parent and at.name.startswith((out.name, f".{out.stem}.")):  # what is to become the output
            return f"{str(error.strerror).lower()}; write elsewhere"
    return None


class _First(logging.Filter):
    """Lets the first message of each place in the code through, about each file; all that are about a whole one."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[tuple[str, int, str]] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "whole_file", False):
            return True
        first = record.args[0] if isinstance(record.args, tuple) and record.args else ""
        where = record.pathname, record.lineno, first if isinstance(first, str) else ""
        if where in self.seen:
            return False
        self.seen.add(where)
        record.msg = f"{record.msg} (of the first rows read; not said again of later ones)"
        return True


@contextmanager
def each_once() -> Iterator[None]:
    """Log once, not for each few thousand rows, that windows reach past an end or have no signal."""
    chatty = [logging.getLogger(f"deepchem_genomics.genome.{name}") for name in ("placing", "signal")]
    first = _First()
    for each in chatty:
        each.addFilter(first)
    try:
        yield
    finally:
        for each in chatty:
            each.removeFilter(first)


def statistic_option(what: str) -> Callable[[Command], Command]:
    """Return ``--statistic``, of a signal's values over a window."""
    return choice_option("--statistic", ["mean", "min", "max", "coverage"], "mean", what)


def check_assembly_option(what: str) -> Callable[[Command], Command]:
    """Return ``--check-assembly`` and ``--no-check-assembly``, of a signal and a genome."""
    return click.option("--check-assembly/--no-check-assembly", default=True, help=what)


Options = dict[str, Any]


def _tracks(what: str) -> tuple[Callable[[Command], Command], ...]:
    """Return the options of side inputs; ``what`` a file of ``--track`` may be."""
    return (
        click.option(
            "--track",
            "tracks",
            multiple=True,
            metavar="[NAME=]FILE",
            help=f"Side input of the model: {what}. NAME is the name of a track or side input; it may be left out if "
            "one file has all tracks. Can be repeated.",
        ),
        statistic_option("How to summarize a bigWig's values over a window: as for the training data."),
        check_assembly_option(
            "Whether to refuse bigWigs whose chromosome sizes differ from the genome's. [default: refuse them]"
        ),
    )


_INPUT = (
    click.option(
        "--genome", "-g", type=click.Path(path_type=Path), metavar="FILE", help="Genome of the intervals in INPUT."
    ),
    click.option(
        "--at",
        type=click.Choice(["auto", "middle", "summit"]),
        help="Center windows on this point of each interval; auto is the summit if there is one, else the middle. "
        "[default: intervals as given]",
    ),
    one_based_option,
    choice_option(
        "--out-of-bounds",
        ["error", "pad"],
        "error",
        "Windows that reach past an end of their chromosome: stop, or pad with N.",
    ),
    click.option(
        "--sequence-column",
        default="sequence",
        show_default=True,
        metavar="NAME",
        help="Column of sequences, in a table.",
    ),
    click.option(
        "--id-column", metavar="NAME", help="Column of ids, in a table. [default: the file's name and the row]"
    ),
    choice_option(
        "--on-length",
        ["error", "pad", "crop", "fit", "guide"],
        "error",
        "Sequences of another length: pad shorter ones, crop longer ones to their middle, or both (fit); guide: siRNA "
        "guides of 19 to 23 nt are completed with UU or cut at their 3' end, and T is read as U.",
    ),
)


def track_options(command: Command) -> Command:
    """Add the options of side inputs along a genome: ``tracks``, ``statistic`` and ``check_assembly``."""
    return with_options(_tracks("a bigWig"), command)


def input_options(command: Command) -> Command:
    """Add the options of sequences, intervals or a dataset folder, side inputs too; not ``allow_pickle``."""
    return with_options((*_tracks("a bigWig, or a table of values by id (TSV, CSV, Parquet)"), *_INPUT), command)


def require_genome_for_places(options: Options) -> None:
    """Raise a usage error for options about intervals without a genome."""
    if options["genome"] is None and (
        options["at"] or options["out_of_bounds"] != "error" or options["one_based"] is not None
    ):
        raise click.UsageError("--at, --out-of-bounds and --one-based are for intervals and need --genome")


def rows_of_source(
    source: Path, model: "SequenceModel", model_folder: Path, genome: "Genome | None", options: Options
) -> "Iterator[EncodedRows]":
    """Choose how the input is read."""
    from deepchem_genomics.data.opened_folder import open_manifest
    from deepchem_genomics.data.shard_files import ShardFiles
    from deepchem_genomics.models.prediction_files import EncodedRows, interval_rows, sequence_rows
    from deepchem_genomics.models.saving import require_match

    if genome is not None:
        return interval_rows(source, genome, model, options["at"], options["out_of_bounds"], options["one_based"])
    if not source.is_dir():
        return sequence_rows(source, model, options["sequence_column"], options["id_column"], options["on_length"])
    files = ShardFiles(source, options["allow_pickle"])
    require_match(model, model_folder, source, open_manifest(source), files.X_shape)
    return (EncodedRows(shard.X, shard.ids) for shard in files)


def dependencies_of(source: Path, options: Options) -> "Dependencies":
    """Return what the rows of an input depend on, for a call that may be interrupted."""
    from deepchem_genomics.models.prediction_files import Dependencies

    names = ("at", "out_of_bounds", "one_based", "sequence_column", "id_column", "on_length", "statistic")
    return Dependencies(input_files(source, options), {name: options[name] for name in names})


def input_files(source: Path, options: Options) -> dict[str, Path]:
    """Name the files that a command reads."""
    found = parse_tracks(options["tracks"]) or {}
    tracks = {"track": found} if isinstance(found, Path) else {f"track {name}": path for name, path in found.items()}
    others = {name: options[name] for name in ("genome", "adapt") if options.get(name) is not None}
    return {"input": source, **others, **tracks}


def attach_tracks(
    model: "SequenceModel", genome: "Genome | None", options: Options, folder: Path | None = None
) -> None:
    """Attach the files of --track to a model, or the tracks of a dataset folder; refuse to continue without."""
    from deepchem_genomics.data.opened_folder import open_side_input
    from deepchem_genomics.models.side_inputs import attach, require_side_inputs

    tracks = parse_tracks(options["tracks"])
    if tracks is not None:
        attach(model, tracks, genome if options["check_assembly"] else None, options["statistic"])
    elif folder is not None and folder.is_dir():
        table = open_side_input(folder)
        if table is not None and model.side_inputs:
            attach(model, table, where=str(folder))
        elif table is not None:
            logger.info("the model takes sequences alone; the tracks of %s are not used", folder)
    require_side_inputs(model, str(folder or "this command"), "pass them with side_inputs=...")
