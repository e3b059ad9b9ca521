"""What the loaders of published data have in common: checked files in, the parts as published out."""

import io
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from deepchem.data import Dataset, DiskDataset
from deepchem.feat import Featurizer
from deepchem.molnet import TransformerGenerator
from deepchem.splits import Splitter
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, SplitError
from deepchem_genomics.feat import Alphabet
from deepchem_genomics.io.outputs import atomic_file
from deepchem_genomics.molnet.names import splitter_named
from deepchem_genomics.molnet.simulated_loader import Loaded, SimulatedLoader
from deepchem_genomics.molnet.sources import PublishedFile, digest

__all__ = ["AsPublished", "Published", "PublishedLoader", "joblib_array", "require_choice"]

PARTS = ("train", "valid", "test")


@dataclass(frozen=True)
class Published:
    """Rows of a published data set.

    Parameters
    ----------
    X : ndarray of shape (N, L, 4), int8
        One-hot sequences.
    y : ndarray of shape (N, T), float32
        Labels.
    w : ndarray of shape (N, T), float32
        Weights.
    ids : ndarray of shape (N,), str
        Unique.
    part : ndarray of shape (N,), str
        ``train``, ``valid`` or ``test``.
    """

    X: NDArray[np.int8]
    y: NDArray[np.float32]
    w: NDArray[np.float32]
    ids: NDArray[Any]
    part: NDArray[Any]


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
    ) -> tuple[NDArray, NDArray, NDArray]:
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
    """Read, featurize, split and transform, or find all that done; the parameters as for simulated data.

    Parameters
    ----------
    featurizer : dc.feat.Featurizer or str
        Gets the sequences as strings.
    splitter : dc.splits.Splitter, str or None
        ``"published"`` keeps the published parts; another one splits all rows anew.
    transformers : sequence of dc.molnet.TransformerGenerator or str
        Fitted on the training set.
    tasks : list of str
        Names of the tasks.
    data_dir : str or None
        Where downloads are kept; DeepChem's data folder by default.
    save_dir : str or None
        Where the results are kept; DeepChem's data folder by default.
    files : iterable of PublishedFile
        What the data are made of; it is in the name of the results' folder, by content.
    read : callable
        Makes the rows; it gets the parameters.
    alphabet : Alphabet
        What the columns of X stand for.
    **parameters
        Whatever else changes the data; ``seed`` is one of them.
    """

    def __init__(
        self,
        featurizer: Featurizer | str,
        splitter: Splitter | str | None,
        transformers: Sequence[TransformerGenerator | str],
        tasks: list[str],
        data_dir: str | None,
        save_dir: str | None,
        files: Iterable[PublishedFile],
        read: Callable[..., Published],
        alphabet: Alphabet,
        **parameters: Any,
    ) -> None:
        as_published = isinstance(splitter, str) and splitter.lower() == "published"
        chosen = AsPublished() if as_published else splitter_named(splitter)
        super().__init__(
            featurizer, chosen, transformers, tasks, data_dir, save_dir, self._read, alphabet, **parameters
        )
        self.files = list(files)
        self.read = read

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
        tasks, datasets, transformers = super().load(f"{name}_files_{digest(self.files)}", reload)
        for dataset in datasets:
            _make_ids_plain(dataset)
        return tasks, datasets, transformers

    def _read(self, **parameters: Any) -> Published:
        data = self.read(**parameters)
        if isinstance(self.splitter, AsPublished):
            self.splitter.parts = data.part
        return data


def joblib_array(content: bytes) -> NDArray[Any]:
    """Read an array that joblib wrote. It is a pickle, which can run any program: check the content first."""
    import joblib  # type: ignore[import-untyped]  # comes with DeepChem

    return np.asarray(joblib.load(io.BytesIO(content)))


def require_choice(name: str, value: Any, choices: Sequence[Any]) -> None:
    """Raise unless a parameter has one of the values it may have."""
    if isinstance(value, bool) or value not in choices:
        raise BadValueError(f"{name} is {value!r}; it must be one of {', '.join(map(repr, choices))}")


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


Source = str | os.PathLike[str] | None
"""A local folder of published files."""
