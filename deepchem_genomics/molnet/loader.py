"""Shared code of the loaders: sequences in, a cached and split DiskDataset out; published parts are kept."""

import contextlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
from deepchem.data import Dataset, DiskDataset
from deepchem.feat import Featurizer
from deepchem.molnet import TransformerGenerator, _MolnetLoader
from deepchem.splits import Splitter
from deepchem.trans import Transformer
from deepchem.utils.data_utils import load_transformers, save_transformers
from numpy.typing import NDArray

from deepchem_genomics._version import __version__
from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import BadValueError, SplitError
from deepchem_genomics.feat import Alphabet, decode
from deepchem_genomics.io.outputs import atomic_directory, atomic_file
from deepchem_genomics.molnet.cache_names import cache_word
from deepchem_genomics.molnet.fetch import PublishedFile, digest
from deepchem_genomics.molnet.names import featurizer_named, splitter_named, transformers_named

__all__ = [
    "PARTS",
    "AsPublished",
    "Loaded",
    "PublishedLoader",
    "PublishedRows",
    "SimulatedLoader",
    "Simulation",
    "Source",
    "Wanted",
    "joblib_array",
]  # fmt: skip

Loaded = tuple[list[str], tuple[Dataset, ...], list[Transformer]]
"""Tasks, data sets (train, valid, test; or all in one) and the transformers that were applied."""

Source = str | os.PathLike[str] | None
"""A local folder of published files."""

PARTS = ("train", "valid", "test")
TRANSFORMERS = "transformers.pkl"

_PART_FOLDERS = ("train_dir", "valid_dir", "test_dir")  # as DeepChem calls them

_SHARD = 8192  # rows; DiskDataset.select() is slow for large shards


class Simulation(Protocol):
    """One-hot sequences with labels, weights and ids, as the simulations return them."""

    @property
    def X(self) -> NDArray[np.int8]:
        """(N, L, 4)."""

    @property
    def y(self) -> NDArray[np.float32]:
        """(N, 1)."""

    @property
    def w(self) -> NDArray[np.float32]:
        """(N, 1)."""

    @property
    def ids(self) -> NDArray[np.object_]:
        """(N,)."""


class Wanted(NamedTuple):
    """What every ``load_*`` function takes, as :mod:`deepchem_genomics.molnet` describes it."""

    featurizer: Featurizer | str
    splitter: Splitter | str | None
    transformers: Sequence[TransformerGenerator | str]
    data_dir: str | None
    save_dir: str | None
    has_positions: bool = False  # whether ids are intervals of a genome


class SimulatedLoader(_MolnetLoader):
    """Simulate, featurize, split and transform, or find the results of that.

    ``simulate`` gets the parameters, ``seed`` among them; the columns of its X stand for the letters of ``alphabet``.
    """

    own_splitters: ClassVar[tuple[str, ...]] = ()
    """Names of splitters that no other loader has."""

    def __init__(
        self,
        wanted: Wanted,
        tasks: list[str],
        simulate: Callable[..., Simulation],
        alphabet: Alphabet,
        **parameters: Any,
    ) -> None:
        splitter = splitter_named(wanted.splitter, self.own_splitters, wanted.has_positions)
        generators = transformers_named(wanted.transformers)
        featurizer = featurizer_named(wanted.featurizer)
        super().__init__(featurizer, splitter, generators, tasks, wanted.data_dir, wanted.save_dir)
        self.simulate = simulate
        self.alphabet = alphabet
        self.parameters = parameters
        self._folder: str | None = None

    def load(self, name: str, reload: bool) -> Loaded:
        """Return the data set, from disk if it is there."""
        words = [f"{parameter}_{value}" for parameter, value in self.parameters.items()]
        datasets: tuple[Dataset, ...] = ()
        try:
            with _numpy_seed(require_whole_number("seed", self.parameters["seed"], lowest=0)):
                folder = "_".join([name, *words, "version", __version__])
                tasks, datasets, transformers = self.load_dataset(folder, reload)
            return tasks, datasets, transformers
        finally:
            # Parts, and what transformers return, are copies.
            if self._folder is not None and all(dataset.data_dir != self._folder for dataset in datasets):
                shutil.rmtree(self._folder, ignore_errors=True)

    def load_dataset(self, name: str, reload: bool) -> Loaded:
        """Do as DeepChem, but keep the results under a name that tells all arguments, whole or not at all.

        A killed process must not leave half of them.
        """
        folder = self._folder_of(name) if reload else None
        if folder is None or not (folder / TRANSFORMERS).exists():
            datasets, transformers = self._made()
            if folder is None or not all(isinstance(dataset, DiskDataset) for dataset in datasets):
                return self.tasks, datasets, transformers
            with atomic_directory(folder, overwrite=True) as partial:
                _keep(datasets, transformers, partial)
        parts = [folder] if self.splitter is None else [folder / part for part in _PART_FOLDERS]
        return self.tasks, tuple(DiskDataset(str(part)) for part in parts), load_transformers(str(folder))

    def _made(self) -> tuple[tuple[Dataset, ...], list[Transformer]]:
        """Make the data, split them, and transform them as fitted on train."""
        dataset = self.create_dataset()
        parts = (dataset,) if self.splitter is None else tuple(self.splitter.train_valid_test_split(dataset))
        transformers = [one.create_transformer(parts[0]) for one in self.transformers]
        for transformer in transformers:
            parts = tuple(transformer.transform(part) for part in parts)
        return parts, transformers

    def _folder_of(self, name: str) -> Path:
        splitter = "None" if self.splitter is None else cache_word("splitter", self.splitter)
        folder = Path(self.save_dir, f"{name}-featurized", cache_word("featurizer", self.featurizer), splitter)
        names = [cache_word("transformers", transformer) for transformer in self.transformers]
        return folder / "_".join(names) if names else folder

    def create_dataset(self) -> Dataset:
        """Simulate and featurize all rows, in a temporary folder."""
        self._folder = tempfile.mkdtemp()
        return DiskDataset.create_dataset(self._shards(), self._folder, self.tasks)

    def _shards(self) -> Iterator[tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]]:
        data = self.simulate(**self.parameters)
        for start in range(0, len(data.X), _SHARD):
            rows = slice(start, start + _SHARD)
            sequences = decode(data.X[rows], self.alphabet)
            features = self.featurizer.featurize(sequences)
            _require_features(features, sequences, self.featurizer)
            yield features, data.y[rows], data.w[rows], data.ids[rows]


def _keep(datasets: Sequence[Dataset], transformers: list[Transformer], folder: Path) -> None:
    """Move data sets to where they are looked for, as DeepChem lays them out."""
    if len(datasets) > 1:
        for dataset, name in zip(datasets, _PART_FOLDERS, strict=True):
            dataset.move(str(folder / name))
    else:
        datasets[0].move(str(folder / "all"))
        for file in (folder / "all").iterdir():
            file.rename(folder / file.name)
        (folder / "all").rmdir()
    save_transformers(str(folder), transformers)


def _require_features(features: NDArray[Any], sequences: list[str], featurizer: Featurizer) -> None:
    """DeepChem's featurizers make an empty row of what they cannot read; that must not go unseen."""
    failed = [row for row, feature in enumerate(features) if np.size(feature) == 0]
    if len(features) != len(sequences) or failed:
        example = f", the first {sequences[failed[0]]!r}" if failed else ""
        raise BadValueError(
            f"{featurizer} made features of {len(features) - len(failed)} of {len(sequences)} sequences and failed on "
            f"{len(failed)}{example}; it gets strings of nucleotides; choose one that reads them, such as 'dna-onehot' "
            "or 'rna-onehot'"
        )


@contextlib.contextmanager
def _numpy_seed(seed: int) -> Iterator[None]:
    """Seed NumPy's global generator, which DeepChem's own splitters draw from, and put it back as it was."""
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(seed % 2**32)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


@dataclass(frozen=True)
class PublishedRows:
    """Rows of a published data set."""

    X: NDArray[np.int8]  # one-hot, (N, L, 4)
    y: NDArray[np.float32]  # (N, T)
    w: NDArray[np.float32]  # (N, T)
    ids: NDArray[Any]  # text, unique, (N,)
    part: NDArray[Any]  # "train", "valid" or "test", (N,)


class AsPublished(Splitter):
    """Split as the data set's authors did; a part that they did not make is empty.

    ``parts`` is set when the data set is read: the part of each row, (N,).
    """

    parts: NDArray[Any] = np.empty(0, dtype=str)

    def split(
        self,
        dataset: Dataset,
        frac_train: float = 0.8,
        frac_valid: float = 0.1,
        frac_test: float = 0.1,
        seed: int | None = None,
        log_every_n: int | None = None,
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Return the rows of each part; the fractions and the seed are not used."""
        if len(dataset) != len(self.parts):
            raise SplitError(f"the published parts are of {len(self.parts)} rows, and this data set has {len(dataset)}")
        train, valid, test = (np.flatnonzero(self.parts == part) for part in PARTS)
        return train, valid, test

    def train_valid_test_split(
        self, dataset: Dataset, *args: Any, **options: Any
    ) -> tuple[DiskDataset, DiskDataset, DiskDataset]:
        """Return the parts as data sets. X of an empty part is (0, L, 4); its y is (0,), as DeepChem has it."""
        train, valid, test = (_select(dataset, rows) for rows in self.split(dataset))
        return train, valid, test


class PublishedLoader(SimulatedLoader):
    """Read, featurize, split and transform, or find the results of that; ``read`` gets the parameters.

    The splitter "published" keeps the published parts; another one splits all rows again.
    """

    own_splitters = ("published",)

    def __init__(
        self,
        wanted: Wanted,
        tasks: list[str],
        files: Iterable[PublishedFile],
        read: Callable[..., PublishedRows],
        alphabet: Alphabet,
        **parameters: Any,
    ) -> None:
        if isinstance(wanted.splitter, str) and wanted.splitter.lower() == "published":
            wanted = wanted._replace(splitter=AsPublished())
        super().__init__(wanted, tasks, self._read, alphabet, **parameters)
        self.files = list(files)
        self.read = read

    def load(self, name: str, reload: bool) -> Loaded:
        """Return the data set, from disk if it is there; the contents of the files are in the name of its folder."""
        tasks, datasets, transformers = super().load(f"{name}_files_{digest(self.files)}", reload)
        for dataset in datasets:
            _make_ids_plain(dataset)
        return tasks, datasets, transformers

    def _read(self, **parameters: Any) -> PublishedRows:
        data = self.read(**parameters)
        if isinstance(self.splitter, AsPublished):
            self.splitter.parts = data.part
        return data


def joblib_array(content: bytes) -> NDArray[Any]:
    """Read an array that joblib wrote. It is a pickle, which can run any program: check the content first."""
    import joblib  # type: ignore[import-untyped]  # comes with DeepChem

    return np.asarray(joblib.load(io.BytesIO(content)))


def _make_ids_plain(dataset: Dataset) -> None:
    """Write ids as text where DeepChem wrote Python objects, which are a pickle within an ``.npy`` file."""
    if not isinstance(dataset, DiskDataset):
        return
    for name in dataset.metadata_df["ids"]:
        path = Path(dataset.data_dir) / name
        try:
            np.load(path, allow_pickle=False)
        except ValueError:
            ids = np.load(path, allow_pickle=True).astype(str)
            with atomic_file(path) as partial:
                np.save(partial, ids)


def _select(dataset: Dataset, rows: NDArray[np.int64]) -> DiskDataset:
    if len(rows):
        return dataset.select(rows)
    X, y, w, ids = next(dataset.itershards())
    return DiskDataset.create_dataset([(X[:0], y[:0], w[:0], ids[:0])], tasks=dataset.get_task_names())
