"""What the loaders of simulated data have in common: sequences in, a cached and split DiskDataset out."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from deepchem.data import Dataset, DiskDataset
from deepchem.feat import Featurizer
from deepchem.molnet import TransformerGenerator, _MolnetLoader
from deepchem.splits import Splitter
from deepchem.trans import Transformer
from deepchem.utils.data_utils import save_transformers
from numpy.typing import NDArray

from deepchem_genomics._version import __version__
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import Alphabet, decode
from deepchem_genomics.io.outputs import atomic_directory
from deepchem_genomics.molnet.names import featurizer_named, splitter_named
from deepchem_genomics.simulate.whole_numbers import require_whole_number

__all__ = ["Loaded", "SimulatedLoader", "Simulation"]

Loaded = tuple[list[str], tuple[Dataset, ...], list[Transformer]]
"""Tasks, data sets (train, valid, test; or all in one) and the transformers that were applied."""

TRANSFORMERS = "transformers.pkl"

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


class SimulatedLoader(_MolnetLoader):
    """Simulate, featurize, split and transform, or find all that done.

    Parameters
    ----------
    featurizer : dc.feat.Featurizer or str
        Gets the sequences as strings.
    splitter : dc.splits.Splitter, str or None
        With None there is one data set.
    transformers : sequence of dc.molnet.TransformerGenerator or str
        Fitted on the training set.
    tasks : list of str
        Names of the tasks.
    data_dir : str or None
        Not used: there are no raw data.
    save_dir : str or None
        Where the results are kept; DeepChem's data folder by default.
    simulate : callable
        Makes the data; it gets the parameters.
    alphabet : Alphabet
        What the columns of the simulated X stand for.
    **parameters
        Arguments of the simulation; ``seed`` is one of them.
    """

    def __init__(
        self,
        featurizer: Featurizer | str,
        splitter: Splitter | str | None,
        transformers: Sequence[TransformerGenerator | str],
        tasks: list[str],
        data_dir: str | None,
        save_dir: str | None,
        simulate: Callable[..., Simulation],
        alphabet: Alphabet,
        **parameters: Any,
    ) -> None:
        named = featurizer_named(featurizer), splitter_named(splitter)
        super().__init__(*named, list(transformers), tasks, data_dir, save_dir)
        self.simulate = simulate
        self.alphabet = alphabet
        self.parameters = parameters
        self._folder: str | None = None

    def load(self, name: str, reload: bool) -> Loaded:
        """Return the data set, from disk if it is there.

        Returns
        -------
        tasks : list of str
            Names of the tasks.
        datasets : tuple of dc.data.DiskDataset
            Train, valid and test; or one.
        transformers : list of dc.trans.Transformer
            Those that were applied.
        """
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
        """Do as DeepChem, but keep the results whole or not at all: a killed process must not leave half of them.

        Returns
        -------
        tasks : list of str
            Names of the tasks.
        datasets : tuple of dc.data.Dataset
            Train, valid and test; or one.
        transformers : list of dc.trans.Transformer
            Those that were applied.
        """
        folder = self._folder_of(name)
        if reload and not (folder / TRANSFORMERS).exists():  # what DeepChem writes last
            tasks, datasets, transformers = super().load_dataset(name, reload=False)
            if not all(isinstance(dataset, DiskDataset) for dataset in datasets):
                return tasks, datasets, transformers
            with atomic_directory(folder, overwrite=True) as partial:
                _keep(datasets, transformers, partial)
        return super().load_dataset(name, reload)

    def _folder_of(self, name: str) -> Path:
        splitter = "None" if self.splitter is None else str(self.splitter)
        folder = Path(self.save_dir, f"{name}-featurized", str(self.featurizer), splitter)
        names = [transformer.get_directory_name() for transformer in self.transformers]
        return folder / "_".join(names) if names else folder

    def create_dataset(self) -> Dataset:
        """Simulate and featurize all rows, in a temporary folder."""
        self._folder = tempfile.mkdtemp()
        return DiskDataset.create_dataset(self._shards(), self._folder, self.tasks)

    def _shards(self) -> Iterator[tuple[NDArray, NDArray, NDArray, NDArray]]:
        data = self.simulate(**self.parameters)
        for start in range(0, len(data.X), _SHARD):
            rows = slice(start, start + _SHARD)
            sequences = decode(data.X[rows], self.alphabet)
            features = self.featurizer.featurize(sequences)
            _require_features(features, sequences, self.featurizer)
            yield features, data.y[rows], data.w[rows], data.ids[rows]


def _keep(datasets: Sequence[Dataset], transformers: list[Transformer], folder: Path) -> None:
    """Move data sets to where ``_MolnetLoader`` looks for them."""
    if len(datasets) > 1:
        for dataset, name in zip(datasets, ("train_dir", "valid_dir", "test_dir"), strict=True):
            dataset.move(str(folder / name))
    else:
        datasets[0].move(str(folder / "all"))
        for file in (folder / "all").iterdir():
            file.rename(folder / file.name)
        (folder / "all").rmdir()
    save_transformers(str(folder), transformers)


def _require_features(features: NDArray, sequences: list[str], featurizer: Featurizer) -> None:
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
