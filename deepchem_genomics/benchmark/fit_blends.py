"""Train the networks that read both strands alike, and what is blended with them.

How much is known decides how: with thousands of bound windows, everything is learnt from them; with a few hundred,
learning starts from known motifs. Settings were chosen on rows held out of the training rows of GUE's tasks tf0 and tf1
(4,000 of each, and the published dev rows), and by cross-validation within JUND's training windows.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from deepchem.data import Dataset, NumpyDataset
from deepchem.models import Model
from deepchem.models.optimizers import PolynomialDecay

from deepchem_genomics import baselines, models
from deepchem_genomics.baselines.motif_set import LIVER_MOTIFS
from deepchem_genomics.benchmark.entrants import ENTRANTS, Fitted
from deepchem_genomics.benchmark.problem_data import rows_of
from deepchem_genomics.data import SideInput, with_neighbours
from deepchem_genomics.motifs import jaspar_motifs

__all__ = ["MANY_BOUND", "fit_blend", "fit_guide_blend", "fit_strand_network", "nearby"]

MANY_BOUND = 2000
"""Bound training windows from which on all is learnt from them."""

_NEIGHBOURS = 3
_UNBOUND_FOR_EACH_BOUND = 80  # the network sees no more: what cross-validation was done with, in a quarter of the time
_GUIDE_WEIGHTS = (6.0, 3.0, 1.0)
_FEW_WEIGHTS = (1.0, 3.0)  # with few bound windows trees know more than the network, whose logits spread wider


class _Network(NamedTuple):
    """How a network is built and trained."""

    settings: dict[str, Any]
    epochs: int
    learning_rate: float  # falls to a hundredth of this, in a straight line
    knows_motifs: bool


_LEARNS_ALL = _Network(
    {
        "filters": 64,
        "kernel_size": 15,
        "n_blocks": 1,
        "batch_size": 128,
        "augmentation": models.Augmentation(shift=3, mutation=0.02),
    },
    epochs=8,
    learning_rate=0.002,
    knows_motifs=False,
)
_KNOWS_MOTIFS = _Network(
    {"filters": 16, "kernel_size": 21, "n_blocks": 0, "hidden": 16, "batch_size": 200},
    epochs=12,
    learning_rate=0.001,
    knows_motifs=True,
)
_SHALLOW: dict[str, Any] = {
    "k": (1, 2, 3, 4), "trees": 150, "learning_rate": 0.05, "leaves": 6, "smallest_leaf": 30, "penalty": 10.0,
    "feature_share": 0.3,
}  # fmt: skip


def fit_strand_network(
    train: Dataset, signals: SideInput | None, seed: int, report_progress: Callable[[str], None]
) -> Fitted:
    """Train an :class:`~deepchem_genomics.models.RCTFBindingModel`; no row is held out, the last epoch is taken.

    Parameters
    ----------
    train : dc.data.Dataset
        X (N, L, 4), y and w (N, 1), ids.
    signals : SideInput or None
        Raw signals.
    seed : int
        Decides first weights, dropout, augmentation and the order of batches.
    report_progress : callable
        Takes a line of text an epoch.

    Returns
    -------
    Fitted
        The network.
    """
    recipe = _LEARNS_ALL if _n_bound(train) >= MANY_BOUND else _KNOWS_MOTIFS
    rows = _thinned(train, seed)
    network = _build(recipe, rows, signals, seed)
    _train(network, recipe, rows, report_progress)
    return Fitted(network, [], _n_parameters(network))


def fit_blend(train: Dataset, signals: SideInput | None, seed: int, report_progress: Callable[[str], None]) -> Fitted:
    """Train a network, gradient boosting and, with many bound windows, a regression on gapped words, and blend them.

    Parameters
    ----------
    train, signals, seed, report_progress
        As for :func:`fit_strand_network`.

    Returns
    -------
    Fitted
        The blend.
    """
    many = _n_bound(train) >= MANY_BOUND
    recipe = _LEARNS_ALL if many else _KNOWS_MOTIFS
    rows = _thinned(train, seed)
    network = _build(recipe, rows, signals, seed)
    members: list[Model] = [network]
    if many:
        members.append(baselines.SequenceBoosting(accessibility=signals, seed=seed))
        members.append(baselines.GappedKmerRegression())
    else:
        motifs = jaspar_motifs(LIVER_MOTIFS)
        members.append(baselines.SequenceBoosting(motifs=motifs, accessibility=signals, seed=seed, **_SHALLOW))

    def fit_member(member: Model, dataset: Dataset) -> None:
        report_progress(f"training {type(member).__name__}")
        if member is network:
            _train(network, recipe, rows, report_progress)
        else:
            # Trees that are told to count both classes alike rank rare bound windows worse: PR AUC 0.07, not 0.18.
            member.fit(NumpyDataset(dataset.X, dataset.y, None, dataset.ids))

    blend = models.Blend(members, None if many else _FEW_WEIGHTS)
    blend.fit(train, fit_member)
    return Fitted(blend, [], _n_parameters(network))


def fit_guide_blend(train: Dataset, dev: Dataset | None, seed: int, report_progress: Callable[[str], None]) -> Fitted:
    """Blend a Gaussian process, gradient boosting and the chapter's convolutions on guides, six to three to one.

    Parameters
    ----------
    train : dc.data.Dataset
        X (N, L, 4), y and w (N, 1), ids.
    dev : dc.data.Dataset or None
        What the network's epoch is chosen on; 10 % of ``train``, for the network alone, if there is none.
    seed : int
        Decides what boosting and the network draw.
    report_progress : callable
        Takes lines of text.

    Returns
    -------
    Fitted
        The blend.
    """
    members = [
        ENTRANTS[name].fit(train, dev, None, seed, report_progress)
        for name in ("sirna-gaussian-process", "sirna-boosting", "sirna-network")
    ]
    parameters = sum(member.parameters or 0 for member in members)
    return Fitted(models.Blend([member.model for member in members], _GUIDE_WEIGHTS), [], parameters)


def nearby(accessibility: SideInput) -> SideInput:
    """Add the signals of the three windows to either side.

    Parameters
    ----------
    accessibility : SideInput
        Raw signals.

    Returns
    -------
    SideInput
        Of seven tracks where there was one.
    """
    return with_neighbours(accessibility, _NEIGHBOURS)


def _thinned(train: Dataset, seed: int) -> Dataset:
    """Draw unbound rows so that there are at most so many for each bound one, and let both classes count alike."""
    bound = np.asarray(train.y).reshape(-1) > 0
    unbound = np.flatnonzero(~bound)
    n_kept = min(len(unbound), _UNBOUND_FOR_EACH_BOUND * int(bound.sum()))
    if n_kept == len(unbound):
        return train
    kept = np.random.default_rng(seed).choice(unbound, n_kept, replace=False)
    rows = rows_of(train, np.sort(np.concatenate([np.flatnonzero(bound), kept])))
    y = np.asarray(rows.y)
    share = y.mean()
    return NumpyDataset(rows.X, y, np.where(y > 0, 0.5 / share, 0.5 / (1 - share)), rows.ids)


def _build(recipe: _Network, train: Dataset, signals: SideInput | None, seed: int) -> models.RCTFBindingModel:
    steps = math.ceil(len(train) / recipe.settings["batch_size"]) * recipe.epochs
    return models.RCTFBindingModel(
        None if signals is None else signals.scaled("log-standard", np.asarray(train.ids)),
        length=train.X.shape[1],
        motifs=jaspar_motifs(LIVER_MOTIFS) if recipe.knows_motifs else (),
        seed=seed,
        progress=False,
        learning_rate=PolynomialDecay(recipe.learning_rate, recipe.learning_rate / 100, steps, 1.0),
        **recipe.settings,
    )


def _train(
    network: models.RCTFBindingModel, recipe: _Network, train: Dataset, report_progress: Callable[[str], None]
) -> None:
    steps = math.ceil(len(train) / recipe.settings["batch_size"])

    def tell(_: models.GenomicsModel, step: int) -> None:
        if step % steps == 0:
            report_progress(f"epoch {step // steps} of {recipe.epochs}")

    network.fit(train, nb_epoch=recipe.epochs, checkpoint_interval=0, callbacks=[tell])


def _n_bound(train: Dataset) -> int:
    return int((np.asarray(train.y) > 0).sum())


def _n_parameters(network: models.RCTFBindingModel) -> int:
    return sum(int(np.prod(variable.shape)) for variable in network.model.trainable_variables)
