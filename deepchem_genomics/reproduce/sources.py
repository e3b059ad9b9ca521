"""What an experiment asks of its data, wherever they come from."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from deepchem_genomics.data import SideInput
from deepchem_genomics.reproduce.experiments import Experiment, Schedule

if TYPE_CHECKING:
    from deepchem.data import Dataset

__all__ = ["Source", "Split"]


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
        """Tell how long to train by default."""
