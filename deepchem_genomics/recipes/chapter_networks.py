"""Recipes of the three networks of the genomics chapter of *Deep Learning for the Life Sciences*."""

from typing import Any

from deepchem_genomics.recipes.recipe import Fitted, recipe
from deepchem_genomics.recipes.settings import Choice, Range, Space, Value

__all__: list[str] = []

# Scores on few held-out bound windows (25 of JUND's) jump about: 8 epochs of patience end some runs before they begin.
_WINDOWS: dict[str, Value] = {
    "learning_rate": 0.001,
    "dropout": 0.5,
    "n_layers": 3,
    "filters": 15,
    "kernel_size": 10,
    "batch_size": 0,
    "epochs": 40,
    "patience": 15,
    "decay": 1.0,
    "balance": False,
    "thin": 0,
    "shift": 0,
    "mutation": 0.0,
}
_GUIDES = {
    **{name: value for name, value in _WINDOWS.items() if name not in ("balance", "thin")},
    "dropout": 0.3,
    "n_layers": 2,
    "filters": 10,
    "batch_size": 100,
    "epochs": 200,
    "patience": 30,
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


@recipe("network", "binding", defaults=_WINDOWS, space=_WINDOWS_SPACE, grid=_WINDOWS_GRID)
def network(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Chapter's network on the sequence: three convolutions.

    Adam; training stops after a number of epochs (patience) without a better ROC AUC on held-out rows, and the best
    epoch is taken. A batch size of 0 stands for one that gives 50 steps an epoch or more, 1,000 rows at most.
    """
    from deepchem_genomics.models import TFBindingModel
    from deepchem_genomics.recipes.training import train_network

    return train_network(TFBindingModel, train, valid, side_inputs, settings, seed, progress)


@recipe(
    "network-accessibility",
    "binding",
    side_inputs=("accessibility",),
    defaults={**_WINDOWS, "scale": "log-standard"},
    space={**_WINDOWS_SPACE, **_SCALE},
    grid=_WINDOWS_GRID,
)
def network_accessibility(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Chapter's network with accessibility as a second input, its logarithm standardized on the rows trained on."""
    from deepchem_genomics.models import AccessibilityTFBindingModel
    from deepchem_genomics.recipes.training import train_network

    return train_network(AccessibilityTFBindingModel, train, valid, side_inputs, settings, seed, progress)


@recipe(
    "network-raw-accessibility",
    "binding",
    side_inputs=("accessibility",),
    defaults={**_WINDOWS, "scale": "none"},
    space=_WINDOWS_SPACE,
    grid=_WINDOWS_GRID,
)
def network_raw_accessibility(
    train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any
) -> Fitted:
    """Chapter's network with accessibility as it is, the chapter's way."""
    return network_accessibility(train, valid, side_inputs, settings, seed, progress)


@recipe("sirna-network", "efficacy", defaults=_GUIDES, space=_GUIDES_SPACE, grid=_GUIDES_GRID)
def sirna_network(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Chapter's network on the guide: two convolutions.

    Adam; training stops after a number of epochs (patience) without a better Pearson correlation on held-out rows, and
    the best epoch is taken.
    """
    from deepchem_genomics.models import SiRNAEfficacyModel
    from deepchem_genomics.recipes.training import train_network

    return train_network(SiRNAEfficacyModel, train, valid, side_inputs, settings, seed, progress)
