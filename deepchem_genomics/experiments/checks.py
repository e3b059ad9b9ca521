"""Checks before any work: all problems of a command's inputs and outputs, reported at once.

Nothing here imports DeepChem or TensorFlow, and of large files only the beginning is read. A check is a function that
raises what is wrong; :class:`Checks` collects what several raise. Pipes are not read: their content is there once.
"""

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

from deepchem_genomics import feat, genome, models
from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.errors import (
    AlphabetMismatchError,
    BadValueError,
    ChecksError,
    ChromosomeNameError,
    DataFolderError,
    GenomicsError,
    LabelError,
    ModelFolderError,
    OutOfBoundsError,
    SideInputError,
)
from deepchem_genomics.paths import PathLike
from deepchem_genomics.recipes import RECIPES, find_recipe
from deepchem_genomics.wording import listed

if TYPE_CHECKING:
    from deepchem_genomics.data.shard_files import ShardFiles
    from deepchem_genomics.feat.alphabet import Alphabet
    from deepchem_genomics.genome.intervals import Intervals

__all__ = [
    "Checks",
    "DatasetFacts",
    "ModelFacts",
    "beginning_of",
    "check_recipe",
    "check_windows",
    "data_facts",
    "dataset_facts",
    "genome_sizes",
    "model_facts",
    "recipe_facts",
    "require_alphabet",
    "require_chromosomes",
    "require_data",
    "require_guides",
    "require_labels",
    "require_match_of_dataset",
    "require_on_genome",
    "require_readable",
    "require_sample",
    "require_sequences",
    "require_side_inputs_of_model",
    "require_signal",
    "require_table",
    "require_variants",
    "require_windows_of_model",
]

ROWS = 10_000
"""Intervals or sequences of a file that are read."""
_LARGEST = 200_000_000
"""Bytes of a genome without an index that is read through; a larger one is left to the work itself."""

_package = logging.getLogger("deepchem_genomics")

Given = ParamSpec("Given")
Found = TypeVar("Found")


class Checks:
    """Collects what checks raise; at the end of a ``with`` block, raises all of it as one :class:`ChecksError`.

    Examples
    --------
    >>> with Checks() as check:
    ...     sizes = check(genome_sizes, "absent.fa")
    ...     _ = check(require_readable, "absent.bed")
    Traceback (most recent call last):
    deepchem_genomics.errors.ChecksError: absent.fa does not exist
    absent.bed does not exist
    """

    def __init__(self) -> None:
        self.problems: list[Exception] = []
        self._level = logging.NOTSET

    def __enter__(self) -> "Checks":
        self._level = _package.level
        _package.setLevel(logging.ERROR)  # the work will say the same
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _package.setLevel(self._level)
        if kind is None and self.problems:
            raise ChecksError(self.problems)

    def __call__(self, check: Callable[Given, Found], *arguments: Given.args, **options: Given.kwargs) -> Found | None:
        """Call a check, and return what it returns; None if it raises."""
        try:
            return check(*arguments, **options)
        except (GenomicsError, OSError, ImportError) as error:
            if str(error) not in map(str, self.problems):  # two checks may stumble over one file
                self.problems.append(error)
            return None


_ADDRESS = re.compile(r"(https?|ftp|s3|gs):/")  # a Path keeps one of two slashes


def require_readable(path: PathLike) -> None:
    """Raise FileNotFoundError, or another error of the system, unless a file or folder is there and may be read."""
    path = Path(path)
    if not path.exists():
        if address := _ADDRESS.match(str(path)):
            raise FileNotFoundError(
                f"{address[1]}://{str(path)[address.end() :].lstrip('/')} is an address, and files are not read over "
                "the network: download it first, or pipe it in as /dev/stdin"
            )
        raise FileNotFoundError(f"{path} does not exist")
    if path.is_dir():
        next(path.iterdir(), None)
    elif path.is_file():
        path.open("rb").close()


def genome_sizes(path: PathLike) -> dict[str, int]:
    """Return the chromosomes of a genome and their lengths; empty if that would take long."""
    path = Path(path)
    require_readable(path)
    has_index = path.suffix == ".2bit" or path.with_name(path.name + ".fai").exists()
    if not path.is_file() or (not has_index and path.stat().st_size > _LARGEST):
        return {}
    with genome.Genome(path) as opened:
        return opened.sizes


class IntervalReading(NamedTuple):
    """How a file of intervals is to be read.

    Parameters
    ----------
    labels : sequence of str
        Columns of labels.
    one_based : bool, optional
        Whether it counts from 1; by default as it says.
    strict : bool, default False
        Whether all of its chromosomes must be in the genome.
    argument : str, default "one_based"
        What errors advise to say how it counts.
    """

    labels: Sequence[str] = ()
    one_based: bool | None = None
    strict: bool = False
    argument: str = "one_based"


AS_IT_SAYS = IntervalReading()


def beginning_of(path: PathLike, reading: IntervalReading = AS_IT_SAYS) -> "Intervals | None":
    """Read the first intervals of a file, with columns of labels; None if it is a pipe."""
    require_readable(path)
    if not Path(path).is_file():
        return None
    from deepchem_genomics.genome.placing import advising

    chunks = genome.read_interval_chunks(path, ROWS, labels=reading.labels, one_based=reading.one_based)
    with advising(reading.argument), _without_notes():
        return next(islice(chunks, 1))


@contextmanager
def _without_notes() -> Iterator[None]:
    """Leave it to the command to log how it reads a file."""
    reader = logging.getLogger("deepchem_genomics.genome.interval_files")

    def is_warning(record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING

    reader.addFilter(is_warning)
    try:
        yield
    finally:
        reader.removeFilter(is_warning)


def require_on_genome(
    windows: "Intervals", sizes: Mapping[str, int], path: PathLike, fasta: PathLike, strict: bool = False
) -> None:
    """Raise if no interval of a file lies on the genome; with ``strict`` if any chromosome of one is not in it."""
    from deepchem_genomics.genome.intervals import place

    names = genome.match_names(windows["chrom"].unique(), sizes, wanted_in=str(path), available_in=str(fasta))
    where = f"of the first {len(windows):,} intervals in {Path(path).name} none"
    if not names:
        shown = listed([*map(repr, windows["chrom"].unique())], 3)
        ours = listed([*map(repr, sizes)], 3)
        raise ChromosomeNameError(
            f"{where} is on a chromosome of {Path(fasta).name}: they are on {shown}, and it has {ours}; give the "
            "genome that they were made with, or rename them"
        )
    known = windows["chrom"].isin(list(names))
    if strict and not known.all():
        first = int((~known).to_numpy().argmax())
        raise ChromosomeNameError(
            f"{place(windows, first)} is on {windows['chrom'].iloc[first]!r}, which {Path(fasta).name} does not have; "
            'pass unknown_chromosomes="drop" to leave such out'
        )
    limits = windows["chrom"].map({name: sizes[ours] for name, ours in names.items()})
    if not (windows["end"] <= limits).any():
        raise OutOfBoundsError(f"{where} ends within its chromosome in {Path(fasta).name}; is it of another assembly?")


def check_windows(
    check: Checks,
    files: Iterable[PathLike],
    sizes: Mapping[str, int] | None,
    fasta: PathLike,
    reading: IntervalReading = AS_IT_SAYS,
) -> None:
    """Check the beginning of files of intervals, and whether they lie on a genome if its chromosomes are known."""
    for path in files:
        windows = check(beginning_of, path, reading)
        if windows is not None and sizes:
            check(require_on_genome, windows, sizes, path, fasta, reading.strict)


def require_signal(path: PathLike, fasta: PathLike | None = None) -> None:
    """Raise unless a file is a bigWig, of the assembly of a genome if one is given."""
    require_readable(path)
    with ExitStack() as opened:
        signal = opened.enter_context(closing(genome.Signal(path)))
        if fasta is not None:
            signal.require_assembly_of(opened.enter_context(genome.Genome(fasta)))


class ModelFacts(NamedTuple):
    """What the folder of a model says about it; enough for checks that take a model.

    Parameters
    ----------
    folder : Path
        The folder.
    alphabet : "Alphabet"
        DNA or RNA.
    length : int or None
        Bases of its input; None if it takes any.
    side_inputs : list of str
        Names of its side inputs, and of those of its members.
    tracks : list of str
        Names of the tracks of these.
    tasks : list of str
        Names of the tasks, if it was trained by this package.
    """

    folder: Path
    alphabet: "Alphabet"
    length: int | None
    side_inputs: list[str]
    tracks: list[str]
    tasks: list[str]


def model_facts(folder: PathLike) -> ModelFacts:
    """Read what a model's folder says; ModelFolderError if it is not a whole saved model, or of an unknown class."""
    from deepchem_genomics.models.saving import KNOWN, read_config, read_training, unknown_class
    from deepchem_genomics.models.side_inputs import declared

    path = Path(folder)
    config = read_config(path)
    if config["class"] not in {*models.__all__, *KNOWN}:
        raise unknown_class(config["class"], path)
    lacking = [name for name in config["files"] if not (path / name).is_file()]
    if lacking:
        raise ModelFolderError(f"{path}: lacks {lacking[0]}, so it is not a whole saved model; save the model again")
    members = [model_facts(path / f"member{number}") for number in range(config["members"])]
    sides = declared(config["side_inputs"])
    names = [*sides, *(name for member in members for name in member.side_inputs)]
    tracks = [track for one in sides.values() for track in one.tracks]
    tracks += [track for member in members for track in member.tracks]
    tasks = read_training(path).get("tasks")
    return ModelFacts(
        path,
        feat.RNA if config["alphabet"] == feat.RNA.letters else feat.DNA,
        config["length"],
        list(dict.fromkeys(names)),
        list(dict.fromkeys(tracks)),
        list(map(str, tasks)) if isinstance(tasks, list) else [],
    )


def require_alphabet(model: ModelFacts, alphabet: str, what: str) -> None:
    """Raise AlphabetMismatchError unless a model takes "DNA", or "RNA"."""
    if model.alphabet.name != alphabet:
        raise AlphabetMismatchError(
            f"{model.folder}: the model reads {model.alphabet.name}, and {what} {alphabet}; choose one of {alphabet}"
        )


def require_sequences(
    path: PathLike,
    alphabet: "Alphabet",
    length: int | None,
    *,
    sequence_column: str = "sequence",
    label_columns: Sequence[str] = (),
    id_column: str | None = None,
    on_length: str = "error",
) -> None:
    """Raise unless the first sequences of a file have letters of an alphabet, one length, and labels if requested."""
    from deepchem_genomics.data.sequence_files import read_sequence_chunks
    from deepchem_genomics.models.prediction_files import require_guide_policy

    require_guide_policy(alphabet, on_length)

    require_readable(path)
    if Path(path).is_file():
        try:
            table = next(read_sequence_chunks(path, ROWS, sequence_column, label_columns, id_column))
        except DataFolderError:  # the column is missing
            _require_no_intervals(path)
            raise
        feat.one_hot(table["sequence"], alphabet, length, on_length=on_length)


def _require_no_intervals(path: PathLike) -> None:
    """Raise DataFolderError for a file of intervals where one of sequences is wanted."""
    try:
        next(genome.read_interval_chunks(path, 1, labels=[]))
    except GenomicsError:
        return
    raise DataFolderError(f"{path} has intervals, whose sequences are read from a genome; pass genome=...")


def require_guides(path: PathLike, sequence_column: str = "sequence", id_column: str | None = None) -> None:
    """Raise unless the first sequences of a file can be guides of siRNAs."""
    from deepchem_genomics.data.sequence_files import read_sequence_chunks

    require_readable(path)
    if Path(path).is_file():
        table = next(read_sequence_chunks(path, ROWS, sequence_column, id_column=id_column))
        feat.one_hot(feat.complete_guides(table["sequence"]), feat.RNA)


def require_windows_of_model(
    model: ModelFacts,
    path: PathLike,
    fasta: PathLike,
    at: str | None,
    out_of_bounds: str,
    one_based: bool | None = None,
) -> None:
    """Raise unless the first intervals of a file are windows of a genome that a model takes."""
    from deepchem_genomics.models.prediction_files import interval_rows

    if Path(path).is_file():
        with genome.Genome(fasta) as opened:
            next(interval_rows(path, opened, model, at, out_of_bounds, one_based))  # type: ignore[arg-type]


def require_side_inputs_of_model(
    model: ModelFacts, given: Path | Mapping[str, Path] | None, has_table: bool = False
) -> None:
    """Raise unless a model with side inputs gets files of them, or a dataset that has them, and no other gets files."""
    wanted, known = ", ".join(model.tracks), {*model.side_inputs, *model.tracks}
    other = [name for name in given if name not in known] if isinstance(given, Mapping) else []
    if model.tracks and other:
        raise SideInputError(
            f"{model.folder}: the model takes the tracks {wanted}, and {other[0]} is given; give each a name of these"
        )
    if given and not model.tracks:
        raise SideInputError(f"{model.folder} takes sequences alone; leave side_inputs=... out")
    if model.tracks and not given and not has_table:
        raise SideInputError(
            f"{model.folder}: the model takes the tracks {wanted}, and there is none; pass them with side_inputs=..."
        )


class DatasetFacts(NamedTuple):
    """What a dataset folder says about itself.

    Parameters
    ----------
    folder : Path
        The folder.
    manifest : dict or None
        What ``dcgenomics build`` wrote down; None for another DiskDataset.
    files : "ShardFiles"
        Its shards.
    """

    folder: Path
    manifest: dict[str, Any] | None
    files: "ShardFiles"

    @property
    def has_side_input(self) -> bool:
        """Whether it has a table of tracks."""
        from deepchem_genomics.data.dataset_folder import SIDE_INPUT

        return (self.folder / SIDE_INPUT).exists()

    @property
    def side_inputs(self) -> list[str]:
        """Names of the side inputs that its tracks can serve as."""
        from deepchem_genomics.models.side_inputs import served_by

        return list(served_by([str(name) for name in (self.manifest or {}).get("tracks", ())]))

    @property
    def kind(self) -> str | None:
        """Kind of its labels, "binding" or "efficacy", if the manifest has that."""
        labels = (self.manifest or {}).get("labels")
        if not self.manifest or not isinstance(labels, dict) or not labels:
            return None
        if self.manifest.get("alphabet") == feat.RNA.letters:
            return "efficacy"
        return "binding" if all("1" in counts for counts in labels.values()) else None


def dataset_facts(folder: PathLike, allow_pickle: bool = False) -> DatasetFacts:
    """Open a dataset folder; DataFolderError if it is not a whole one, or has pickles and is not to be trusted."""
    from deepchem_genomics.data import manifest as manifests
    from deepchem_genomics.data.shard_files import ShardFiles

    path = Path(folder)
    files = ShardFiles(path, allow_pickle)
    manifest = manifests.read(path) if (path / manifests.MANIFEST).exists() else None
    return DatasetFacts(path, manifest, files)


def data_facts(data: str, allow_pickle: bool = False) -> DatasetFacts | None:
    """Open a dataset folder as :func:`dataset_facts`; None for the name of a data set of the benchmark."""
    if data in PROBLEMS:
        return None
    require_data(data)
    return dataset_facts(data, allow_pickle)


def recipe_facts(data: str, dataset: DatasetFacts | None) -> tuple[str | None, Sequence[str]]:
    """Return the kind and the side inputs of a dataset folder or of a data set of the benchmark, as far as known."""
    if dataset is not None:
        return dataset.kind, dataset.side_inputs
    problem = PROBLEMS.get(data)
    return (None, ()) if problem is None else (problem.kind, problem.side_inputs)


def require_efficacy(guides: PathLike, kind: str | None, data: PathLike) -> None:
    """Raise BadValueError if a table of guides is given with data of another kind, as far as that is known."""
    if kind not in (None, "efficacy"):
        raise BadValueError(f"{os.fspath(guides)} is about siRNA guides, and {os.fspath(data)} has none; leave it out")


def require_data(data: PathLike) -> None:
    """Raise DataFolderError unless there is a folder of this name."""
    if not Path(data).exists():
        raise DataFolderError(
            f"{os.fspath(data)!r} is neither a folder nor a data set; name one that dcgenomics build wrote, or "
            f"one of {', '.join(PROBLEMS)}"
        )


def require_labels(dataset: DatasetFacts) -> None:
    """Raise LabelError if a dataset has no labels, or of a kind that no recipe is made for."""
    from deepchem_genomics.data.opened_folder import LABELS_FROM

    manifest = dataset.manifest or {}
    if manifest.get("labels") == {}:
        raise LabelError(f"{dataset.folder} has no labels; {LABELS_FROM}")
    if manifest.get("labels") and dataset.kind is None:
        raise LabelError(
            f"{dataset.folder} has DNA with measured values, and no recipe is made for that; give labels 0 and 1"
        )


def require_match_of_dataset(model: ModelFacts, dataset: DatasetFacts) -> None:
    """Raise unless a dataset has the letters and the length that a model takes."""
    from deepchem_genomics.models.saving import require_match

    require_match(model, model.folder, dataset.folder, dataset.manifest, dataset.files.X_shape)


def check_recipe(
    check: Checks, name: str, kind: str | None, side_inputs: Sequence[str], settings: Mapping[str, Any]
) -> None:
    """Check the name of a recipe, its settings, its extras, and whether it suits data of a kind, if that is known."""
    if name == "auto":
        return
    recipe = check(find_recipe, name, kind, side_inputs) or RECIPES.get(name)
    if recipe is not None:
        check(recipe.require_extras)
        for setting, value in settings.items():
            check(recipe.checked_settings, {setting: value})


def require_table(path: PathLike, read: Callable[[Path], object]) -> None:
    """Raise unless a small table can be read; a pipe is left alone."""
    require_readable(path)
    if Path(path).is_file():
        read(Path(path))


def require_variants(path: PathLike) -> None:
    """Raise unless a file is VCF or BCF; a pipe is left alone."""
    from deepchem_genomics.genome.variant_files import opened_variants

    require_readable(path)
    if not Path(path).is_fifo():
        with opened_variants(Path(path)):
            pass


def require_sample(path: PathLike, sample: str | None) -> None:
    """Raise unless a file of variants has genotypes of a sample, or of a single one if none is named."""
    from deepchem_genomics.genome.variant_files import opened_variants
    from deepchem_genomics.variants.haplotypes import sample_of

    require_readable(path)
    if not Path(path).is_fifo():
        with opened_variants(Path(path), keep_samples=True) as file:
            sample_of(list(file.header.samples), Path(path), sample)


def require_chromosomes(names: Sequence[str], fasta: PathLike) -> None:
    """Raise ChromosomeNameError if one of these is not in a genome."""
    from deepchem_genomics.scan.options import chosen_chromosomes

    with genome.Genome(fasta) as opened:
        chosen_chromosomes(opened, names)
