"""What can be tuned: the networks by the names that the benchmark gives them, where to search by default, on what."""

from typing import NamedTuple

from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.tuning.ranges import Choice, Range, Space, Value

__all__ = ["NETWORKS", "TUNABLE", "Network", "network_for"]

_EVERY_ROW_IS_SCORED = ("sirna-cv10", "sirna-gene5")

TUNABLE = tuple(name for name in PROBLEMS if name not in _EVERY_ROW_IS_SCORED)
"""Names of the problems that have rows to tune on: a cross-validation scores all."""


class Network(NamedTuple):
    """A network and its parameters.

    Parameters
    ----------
    name : str
        As on the command line; that of the benchmark's entrant which has the default settings.
    kind : str
        "binding" or "efficacy": the problems it is made for.
    model : str
        Its class in :mod:`deepchem_genomics.models`.
    defaults : dict
        Value of each parameter: the benchmark's.
    space : dict
        What a random search draws from; what is not in it has its default.
    grid : dict
        What a grid search goes through by default: fewer, for it goes through all combinations.
    """

    name: str
    kind: str
    model: str
    defaults: dict[str, Value]
    space: Space
    grid: Space

    @property
    def uses_accessibility(self) -> bool:
        """Whether it takes signals beside the sequence."""
        return "scale" in self.defaults


_WINDOWS: dict[str, Value] = {
    "learning_rate": 0.001,
    "dropout": 0.5,
    "n_layers": 3,
    "filters": 15,
    "kernel_size": 10,
    "batch_size": 1000,
    "epochs": 40,
    "patience": 15,  # networks that learn slowly stay at their first score for some epochs
}
_WINDOWS_SPACE: Space = {
    "learning_rate": Range(1e-4, 1e-2, log=True),
    "dropout": Range(0.1, 0.6),
    "n_layers": Choice((1, 2, 3, 4)),
    "filters": Choice((10, 15, 30, 60)),
    "kernel_size": Range(6, 20, integer=True),
    "batch_size": Choice((250, 500, 1000)),
}
_WINDOWS_GRID: Space = {
    "learning_rate": Choice((0.0003, 0.001, 0.003)),
    "dropout": Choice((0.3, 0.5)),
    "filters": Choice((15, 30)),
}
_GUIDES: dict[str, Value] = {
    **_WINDOWS,
    "dropout": 0.3,
    "n_layers": 2,
    "filters": 10,
    "epochs": 200,
    "patience": 30,
}
_GUIDES_SPACE: Space = {
    "learning_rate": Range(3e-4, 3e-2, log=True),
    "dropout": Range(0.0, 0.6),
    "n_layers": Choice((1, 2, 3)),
    "filters": Choice((5, 10, 20, 40)),
    "kernel_size": Range(3, 12, integer=True),
    "batch_size": Choice((50, 100, 250, 1000)),
}
_GUIDES_GRID: Space = {
    "learning_rate": Choice((0.001, 0.003, 0.01)),
    "dropout": Choice((0.1, 0.3)),
    "filters": Choice((10, 20)),
}
_SCALE: Space = {"scale": Choice(("log-standard", "standard"))}

_ALL = (
    Network("network", "binding", "TFBindingModel", _WINDOWS, _WINDOWS_SPACE, _WINDOWS_GRID),
    Network(
        "network-accessibility",
        "binding",
        "AccessibilityTFBindingModel",
        {**_WINDOWS, "scale": "log-standard"},
        {**_WINDOWS_SPACE, **_SCALE},
        _WINDOWS_GRID,
    ),
    Network("sirna-network", "efficacy", "SiRNAEfficacyModel", _GUIDES, _GUIDES_SPACE, _GUIDES_GRID),
)

NETWORKS: dict[str, Network] = {network.name: network for network in _ALL}
"""Networks by name."""


def network_for(kind: str, has_accessibility: bool, name: str | None = None, where: str = "the data") -> Network:
    """Choose a network for data, or check that the one chosen is made for them.

    Parameters
    ----------
    kind : str
        "binding" or "efficacy".
    has_accessibility : bool
        Whether the rows have signals.
    name : str, optional
        The one that is wanted; by default the one that uses all there is.
    where : str
        What the data are called, for the message.

    Returns
    -------
    Network
        The network.

    Raises
    ------
    BadValueError
        If there is none of that name, or it is not made for these data.

    Examples
    --------
    >>> network_for("binding", has_accessibility=True).name
    'network-accessibility'
    """
    suited = [one for one in _ALL if one.kind == kind and (has_accessibility or not one.uses_accessibility)]
    if name is None:
        return suited[-1]
    if name not in {one.name for one in suited}:
        reason = "there is no model of that name" if name not in NETWORKS else f"that is not made for {where}"
        raise BadValueError(f"model is {name!r}: {reason}; choose from {', '.join(one.name for one in suited)}")
    return NETWORKS[name]
