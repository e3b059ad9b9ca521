"""Data of the experiments made from a seed."""

from collections.abc import Iterable

from deepchem_genomics.data import simulated_sirna_datasets, simulated_tf_datasets
from deepchem_genomics.reproduce.experiments import Experiment, Schedule
from deepchem_genomics.reproduce.sources import Split

__all__ = ["SimulatedSource"]


class SimulatedSource:
    """Data made from a seed; see :mod:`deepchem_genomics.data.simulated_tf` for what a network can find in them.

    Parameters
    ----------
    seed : int, default 0
        Chooses the data.
    n_train, n_valid : int, default 100000 and 20000
        Windows for transcription-factor binding.
    prevalence : float, default 0.01
        Share of windows that are bound; the book's is 0.004. One window in seven then has a site, most of them in
        closed chromatin: whoever knows how the data were made has a ROC AUC of 0.90 from the sequence, 0.80 from
        accessibility and 0.95 from both.
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
        """Tell how long to train on simulated data by default.

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
