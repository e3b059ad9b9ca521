"""The data of an experiment: simulated, or from a folder laid out like the book's."""

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pandas as pd

from deepchem_genomics.data import SideInput
from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.reproduce.experiments import Experiment, Schedule
from deepchem_genomics.simulate import simulated_sirna_datasets, simulated_tf_datasets

if TYPE_CHECKING:
    from deepchem.data import Dataset

__all__ = ["FolderSource", "SimulatedSource", "Source", "Split"]

logger = logging.getLogger(__name__)


class Split(NamedTuple):
    """The data of one experiment.

    Parameters
    ----------
    train : dc.data.Dataset
        X (N, L, 4), y and w (N, 1), ids (N,).
    valid : dc.data.Dataset
        The same.
    accessibility : SideInput or None
        Raw values for the ids of both, where there are any; also for an experiment that trains without.
    """

    train: "Dataset"
    valid: "Dataset"
    accessibility: SideInput | None = None


class Source(Protocol):
    """What :func:`~deepchem_genomics.reproduce.run` asks of data."""

    @property
    def name(self) -> str:
        """What tables, figures and ``results.json`` call it."""

    @property
    def is_simulated(self) -> bool:
        """Whether nothing in it was measured."""

    def require(self, experiments: Iterable[Experiment]) -> None:
        """Raise unless all that the experiments need is there; quick, for it comes before any training."""

    def load(self, experiment: Experiment) -> Split:
        """Read or make the data of an experiment."""

    def schedule(self, experiment: Experiment) -> Schedule:
        """Return how long to train by default."""


class SimulatedSource:
    """Data made from a seed; see :mod:`deepchem_genomics.simulate.tf_binding` for what a network can find in them.

    Parameters
    ----------
    seed : int, default 0
        Chooses the data.
    n_train, n_valid : int, default 100000 and 20000
        Windows for transcription-factor binding.
    prevalence : float, default 0.01
        Share of windows that are bound; the book's is 0.004. One window in seven then has a site, most of them in
        closed chromatin: a model that knows how the data were made reaches a ROC AUC of 0.90 from the sequence,
        0.80 from accessibility and 0.95 from both.
    n_train_sirna, n_valid_sirna : int, default 2187 and 244
        Guides; as many as the book has.

    Examples
    --------
    >>> from deepchem_genomics.reproduce import EXPERIMENTS
    >>> split = SimulatedSource(n_train_sirna=20, n_valid_sirna=5).load(EXPERIMENTS["rnai"])
    >>> split.train.X.shape, split.valid.X.shape
    ((20, 21, 4), (5, 21, 4))
    """

    name = "simulated"
    is_simulated = True

    def __init__(
        self,
        seed: int = 0,
        n_train: int = 100_000,
        n_valid: int = 20_000,
        prevalence: float = 0.01,
        n_train_sirna: int = 2187,
        n_valid_sirna: int = 244,
    ) -> None:
        self.seed = seed
        self.n_train = n_train
        self.n_valid = n_valid
        self.prevalence = prevalence
        self.n_train_sirna = n_train_sirna
        self.n_valid_sirna = n_valid_sirna
        self._windows: Split | None = None  # shared by two experiments

    def require(self, experiments: Iterable[Experiment]) -> None:
        """Do nothing: data that are made are always there.

        Parameters
        ----------
        experiments : iterable of Experiment
            Any.
        """

    def load(self, experiment: Experiment) -> Split:
        """Simulate the data of an experiment.

        Parameters
        ----------
        experiment : Experiment
            One of the three.

        Returns
        -------
        Split
            Training and validation data, and accessibility for windows.
        """
        if experiment.name == "rnai":
            return Split(*simulated_sirna_datasets(self.n_train_sirna, self.n_valid_sirna, self.seed))
        if self._windows is None:
            self._windows = Split(*simulated_tf_datasets(self.n_train, self.n_valid, self.seed, self.prevalence))
        return self._windows

    def schedule(self, experiment: Experiment) -> Schedule:
        """Return how long to train on simulated data by default.

        Parameters
        ----------
        experiment : Experiment
            One of the three.

        Returns
        -------
        Schedule
            Epochs, and epochs between scores.
        """
        return experiment.simulated


ACCESSIBILITY = "accessibility.txt"
SHARD_CACHE = 2**31  # bytes: what DeepChem keeps in memory instead of unpacking it in every epoch


class FolderSource:
    """A folder laid out like ``Chapter06`` of the book's repository.

    It holds ``train_dataset``, ``valid_dataset`` and ``accessibility.txt`` (an id and a value on each line) for
    windows, ``train_siRNA`` and ``valid_siRNA`` for siRNAs: each a ``dc.data.DiskDataset``, in DeepChem's older
    ``.joblib`` or newer ``.npy`` files. Only what the requested experiments need has to be there.

    **Reading a** ``DiskDataset`` **runs pickle, and a pickle can run any program: the folder must be trusted.**

    Parameters
    ----------
    folder : path-like
        The folder.

    Raises
    ------
    DataFolderError
        If there is no such folder.
    """

    is_simulated = False

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise DataFolderError(
                f"{self.folder}: no such folder; give one laid out like Chapter06 of"
                " github.com/deepchem/DeepLearningLifeSciences, or the word simulated"
            )
        self._datasets: dict[str, Dataset] = {}  # shared by two experiments
        self._accessibility: SideInput | None = None

    @property
    def name(self) -> str:
        """The folder's path, absolute."""
        return str(self.folder.resolve())

    def require(self, experiments: Iterable[Experiment]) -> None:
        """Raise unless every file that the experiments need is there.

        Parameters
        ----------
        experiments : iterable of Experiment
            What is to be run.

        Raises
        ------
        DataFolderError
            Naming all that is missing.
        """
        missing: dict[str, list[str]] = {}  # piece -> experiments that need it
        for experiment in experiments:
            for piece in self._missing_pieces(experiment):
                missing.setdefault(piece, []).append(experiment.name)
        if missing:
            pieces = ", ".join(f"{piece} (for {' and '.join(names)})" for piece, names in missing.items())
            raise DataFolderError(
                f"{self.folder}: lacks {pieces}; copy Chapter06 of github.com/deepchem/DeepLearningLifeSciences whole,"
                " or leave out the experiments that need what is missing"
            )

    def load(self, experiment: Experiment) -> Split:
        """Read the data of an experiment.

        Parameters
        ----------
        experiment : Experiment
            One of the three.

        Returns
        -------
        Split
            Training and validation data, and accessibility for windows, if the folder has it.

        Raises
        ------
        DataFolderError
            If a file cannot be read.
        """
        train, valid = self._dataset(experiment.train), self._dataset(experiment.valid)
        has_accessibility = experiment.samples == "windows" and (self.folder / ACCESSIBILITY).is_file()
        return Split(train, valid, self._read_accessibility() if has_accessibility else None)

    def schedule(self, experiment: Experiment) -> Schedule:
        """Return how long to train on the book's data by default.

        Parameters
        ----------
        experiment : Experiment
            One of the three.

        Returns
        -------
        Schedule
            Epochs, and epochs between scores.
        """
        return experiment.folder

    def _missing_pieces(self, experiment: Experiment) -> list[str]:
        missing = [*_missing_files(self.folder, experiment.train), *_missing_files(self.folder, experiment.valid)]
        if experiment.uses_accessibility and not (self.folder / ACCESSIBILITY).is_file():
            missing.append(ACCESSIBILITY)
        return missing

    def _dataset(self, name: str) -> "Dataset":
        if name not in self._datasets:
            logger.info("reading %s", self.folder / name)
            self._datasets[name] = _read_dataset(self.folder / name)
        return self._datasets[name]

    def _read_accessibility(self) -> SideInput:
        if self._accessibility is None:
            logger.info("reading %s", self.folder / ACCESSIBILITY)
            self._accessibility = SideInput.from_file(self.folder / ACCESSIBILITY)
        return self._accessibility


def _missing_files(folder: Path, name: str) -> list[str]:
    """List what a ``DiskDataset`` lacks: all of it, an index, or shards that its index names."""
    if not (folder / name).is_dir():
        return [name]
    missing = [f"{name}/{file}" for file in ("tasks.json", "metadata.csv.gzip") if not (folder / name / file).is_file()]
    if missing:
        return missing
    try:
        index = pd.read_csv(folder / name / "metadata.csv.gzip", compression="gzip", dtype=str)[["ids", "X", "y", "w"]]
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise _unreadable(folder / name / "metadata.csv.gzip", error) from error
    files = index.to_numpy().ravel()
    return [f"{name}/{file}" for file in files if isinstance(file, str) and not (folder / name / file).is_file()]


def _read_dataset(folder: Path) -> "Dataset":
    """Open a ``DiskDataset`` and read it once, so that a damaged file shows now and not hours later."""
    from deepchem.data import DiskDataset

    try:
        dataset = DiskDataset(str(folder))
        dataset.memory_cache_size = SHARD_CACHE
        for shard in range(dataset.get_number_shards()):
            dataset.get_shard(shard)
    except Exception as error:  # a damaged pickle can raise anything
        raise _unreadable(folder, error) from error
    return dataset


def _unreadable(path: Path, error: Exception) -> DataFolderError:
    reason = str(error).splitlines()[0] if str(error) else "it ends too early"
    return DataFolderError(f"{path}: cannot be read ({type(error).__name__}: {reason}); copy or download it again")
