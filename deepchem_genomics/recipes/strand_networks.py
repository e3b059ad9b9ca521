"""Recipes of networks that treat both strands the same, and of blends with them.

The number of bound windows decides how: with thousands, everything is learned from them; with a few hundred, training
starts from known motifs. Settings were chosen on rows held out of the training rows of GUE's tasks tf0 and tf1 (4,000
of each, and the published valid rows), and by cross-validation within JUND's training windows.
"""

from collections.abc import Mapping
from typing import Any

from deepchem_genomics.recipes.recipe import MANY_BOUND, MEASURED, Fitted, recipe
from deepchem_genomics.recipes.settings import Choice, Range, Space, Value

__all__: list[str] = []

_NEIGHBORS = 3
_FEW_WEIGHTS = (1.0, 3.0)  # with few bound windows trees know more than the network, whose logits spread wider
_MANY_WEIGHTS = (1.0, 2.0)

_SCRATCH: dict[str, Any] = {
    "filters": 64,
    "kernel_size": 15,
    "n_blocks": 1,
    "batch_size": 128,
    "shift": 3,
    "mutation": 0.02,
    "epochs": 8,
    "learning_rate": 0.002,
}
_MOTIFS: dict[str, Any] = {
    "filters": 16,
    "kernel_size": 21,
    "n_blocks": 0,
    "hidden": 16,
    "batch_size": 200,
    "epochs": 12,
    "learning_rate": 0.001,
}
_ALWAYS: dict[str, Any] = {
    "patience": 0,
    "decay": 100.0,
    "refit_bias": True,
    "thin": 80,  # unbound windows for each bound one: what cross-validation was done with, in a quarter of the time
}
_SHALLOW: dict[str, Any] = {
    "k": (1, 2, 3, 4), "trees": 150, "learning_rate": 0.05, "leaves": 6, "smallest_leaf": 30, "penalty": 10.0,
    "feature_share": 0.3,
}  # fmt: skip

_DEFAULTS: dict[str, Value] = {
    "start": "auto",
    "learning_rate": 0.0,
    "dropout": 0.3,
    "filters": 0,
    "kernel_size": 0,
    "hidden": 0,
    "batch_size": 0,
    "epochs": 0,
}
_SPACE: Space = {
    "learning_rate": Range(3e-4, 5e-3, log=True),
    "dropout": Range(0.1, 0.5),
    "filters": Choice((16, 32, 64)),
    "hidden": Choice((16, 32, 64)),
    "epochs": Choice((6, 8, 12, 16)),
}
_GRID: Space = {"learning_rate": Choice((0.0005, 0.001, 0.002)), "filters": Choice((16, 32, 64))}


@recipe("rc-network", "binding", fewest_positives=10, defaults=_DEFAULTS, space=_SPACE, grid=_GRID, only=MEASURED)
def rc_network(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Network that predicts the same for both strands.

    With 2,000 bound training windows or more (start = scratch): 64 filters, 8 epochs, 128 rows per step, shifts and
    mutations; with fewer (start = motifs): 16 filters and 18 JASPAR motifs, 12 epochs over at most 80 unbound
    windows for each bound one, 200 rows per step; needs the extra motifs. The rate falls to a hundredth; no rows are
    held out. A setting of 0 stands for these values.
    """
    return _strand_network(train, valid, side_inputs, settings, seed, progress)


@recipe(
    "rc-network-accessibility", "binding", side_inputs=("accessibility",), fewest_positives=10, defaults=_DEFAULTS,
    space=_SPACE, grid=_GRID, only=("jund", "own"),
)  # fmt: skip
def rc_network_accessibility(
    train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any
) -> Fitted:
    """Network like rc-network, with log accessibility as a second input."""
    return _strand_network(train, valid, side_inputs, settings, seed, progress)


@recipe("blend", "binding", fewest_positives=10, only=MEASURED)
def blend(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Average of rc-network and gradient boosting.

    Logits are averaged. With many bound windows boosting is that of sequence-boosting, and counts twice; with few it
    sees the motifs and k-mers of 1 to 4 bases, and counts three times.
    """
    return _blend(train, side_inputs, seed, progress)


@recipe("blend-accessibility", "binding", side_inputs=("accessibility",), fewest_positives=10, only=("jund", "own"))
def blend_accessibility(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Average like blend, with log accessibility given to the network and to boosting."""
    return _blend(train, side_inputs, seed, progress)


@recipe("blend-nearby-accessibility", "binding", side_inputs=("accessibility",), fewest_positives=10, only=("jund",))
def blend_nearby_accessibility(
    train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any
) -> Fitted:
    """Average like blend, with log accessibility of the window and of the three to either side."""
    from deepchem_genomics.data import with_neighbors

    wide = {name: with_neighbors(one, _NEIGHBORS) for name, one in side_inputs.items()}
    return _blend(train, wide, seed, progress)


def _strand_network(
    train: Any, valid: Any, side_inputs: Mapping[str, Any], settings: Mapping[str, Any], seed: int, progress: Any
) -> Fitted:
    from deepchem_genomics.models import RCTFBindingModel
    from deepchem_genomics.models.boosting import LIVER_MOTIFS
    from deepchem_genomics.motifs import jaspar_motifs
    from deepchem_genomics.recipes.training import train_network

    chosen = {name: value for name, value in settings.items() if value or _DEFAULTS[name]}
    starts_from_motifs = _starts_from_motifs(chosen.pop("start", "auto"), train)
    usual = {**(_MOTIFS if starts_from_motifs else _SCRATCH), **_ALWAYS}
    motifs = jaspar_motifs(LIVER_MOTIFS) if starts_from_motifs else ()
    return train_network(
        RCTFBindingModel, train, valid, side_inputs, {**usual, **chosen, "motifs": motifs}, seed, progress
    )


def _blend(train: Any, side_inputs: Mapping[str, Any], seed: int, progress: Any) -> Fitted:
    from deepchem_genomics.models import Blend, SequenceBoosting
    from deepchem_genomics.models.batches import one_column
    from deepchem_genomics.models.boosting import LIVER_MOTIFS
    from deepchem_genomics.motifs import jaspar_motifs
    from deepchem_genomics.recipes.training import unweighted

    one_column("y", train.y, len(train))  # boosting takes one task: before the network, which takes long
    network = _strand_network(train, None, side_inputs, {}, seed, progress)
    if _starts_from_motifs("auto", train):
        boosting = SequenceBoosting(motifs=jaspar_motifs(LIVER_MOTIFS), seed=seed, **_SHALLOW, **side_inputs)
        weights = _FEW_WEIGHTS
    else:
        boosting = SequenceBoosting(similar=True, seed=seed, **side_inputs)
        weights = _MANY_WEIGHTS
    progress(f"training {type(boosting).__name__}")
    # Trees that are made to count both classes equally rank rare bound windows worse: PR AUC 0.07, not 0.18.
    boosting.fit(unweighted(train))
    return Fitted(Blend([network.model, boosting], weights), [], network.parameters)


def _starts_from_motifs(start: str, train: Any) -> bool:
    from deepchem_genomics.recipes.training import n_bound

    return start == "motifs" or (start == "auto" and n_bound(train) < MANY_BOUND)
