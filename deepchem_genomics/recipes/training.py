"""The one place where networks are trained."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from deepchem.data import Dataset
from deepchem.models.optimizers import PolynomialDecay

from deepchem_genomics import metrics
from deepchem_genomics.models import Augmentation, EarlyStopping
from deepchem_genomics.recipes.recipe import Fitted, Progress
from deepchem_genomics.recipes.rows import balanced, hold_out, thinned
from deepchem_genomics.recipes.settings import TRAINING

__all__ = ["count_parameters", "train_network"]


def train_network(
    build: Callable[..., Any],
    train: Dataset,
    valid: Dataset | None,
    side_inputs: Mapping[str, Any],
    settings: Mapping[str, Any],
    seed: int,
    progress: Progress,
) -> Fitted:
    """Build a network and train it; every caller that trains a network uses this.

    Parameters
    ----------
    build : callable
        The network's class, or a function with its arguments: side inputs by name, ``n_tasks``, ``length``, ``seed``,
        and the settings that are not in :data:`~deepchem_genomics.recipes.TRAINING`.
    train : dc.data.Dataset
        X (N, L, 4), y and w (N, T), ids.
    valid : dc.data.Dataset, optional
        What the epoch is chosen on; 10 % of ``train``, drawn by the seed, if there is none.
    side_inputs : mapping of str to SideInput
        Raw values; scaled here, on the rows that are trained on, by the setting ``scale`` ("log-standard" if there is
        none).
    settings : mapping of str to value
        Of :data:`~deepchem_genomics.recipes.TRAINING`, ``scale``, and of the network.
    seed : int
        Decides which rows are held out or left out, first weights, dropout, augmentation and the order of batches.
    progress : Progress
        Gets a line an epoch; knows where checkpoints go.

    Returns
    -------
    Fitted
        With the weights of the best epoch, or of the last with ``patience`` 0.
    """
    plan = {name: settings.get(name, default) for name, default in TRAINING.items()}
    own = {name: value for name, value in settings.items() if name not in TRAINING and name != "scale"}
    if (plan["patience"] or plan["calibrate"]) and valid is None:
        train, valid = hold_out(train, seed)
    rows = thinned(balanced(train) if plan["balance"] else train, plan["thin"], seed)
    steps = math.ceil(len(rows) / plan["batch_size"])
    network = build(
        **_scaled(side_inputs, settings.get("scale", "log-standard"), rows),
        n_tasks=_n_tasks(rows),
        length=int(rows.get_shape()[0][1]),
        batch_size=plan["batch_size"],
        learning_rate=_learning_rate(plan, steps),
        seed=seed,
        progress=False,
        **_augmentation(plan),
        **({} if progress.checkpoints is None else {"model_dir": progress.checkpoints}),
        **own,
    )
    metric = metrics.roc_auc if network.mode == "classification" else metrics.pearson
    stopping = EarlyStopping(valid, metric, plan["patience"]) if plan["patience"] else None

    def after_step(_: Any, step: int) -> None:
        if step % steps:
            return
        epoch = int(step) // steps
        scored = "" if stopping is None else f": {metric.name} {stopping.history[-1][1]:.4f} on held-out rows"
        progress(f"epoch {epoch} of {plan['epochs']}{scored}")
        if progress.on_epoch is not None:
            progress.on_epoch(network, epoch)

    network.fit(
        rows,
        nb_epoch=plan["epochs"],
        checkpoint_interval=0 if progress.checkpoints is None else steps,
        callbacks=[*([] if stopping is None else [stopping]), after_step],
        resume=progress.resume,
    )
    if plan["calibrate"]:
        network.calibrate(valid)
    history = [] if stopping is None else [{"epoch": int(s) // steps, "score": score} for s, score in stopping.history]
    return Fitted(network, history, count_parameters(network))


def count_parameters(network: Any) -> int:
    """Count the trainable parameters of a network.

    Parameters
    ----------
    network : GenomicsModel
        The network.

    Returns
    -------
    int
        Numbers.
    """
    return sum(int(np.prod(variable.shape)) for variable in network.model.trainable_variables)


def _scaled(side_inputs: Mapping[str, Any], scale: Any, rows: Dataset) -> dict[str, Any]:
    return {name: one.scaled(scale, np.asarray(rows.ids)) for name, one in side_inputs.items()}


def _n_tasks(rows: Dataset) -> int:
    shape = rows.get_shape()[1]
    return int(shape[1]) if len(shape) > 1 else 1


def _learning_rate(plan: Mapping[str, Any], steps: int) -> Any:
    rate, decay = plan["learning_rate"], plan["decay"]
    return rate if decay == 1 else PolynomialDecay(rate, rate / decay, steps * plan["epochs"], 1.0)


def _augmentation(plan: Mapping[str, Any]) -> dict[str, Any]:
    if not (plan["shift"] or plan["mutation"]):
        return {}
    return {"augmentation": Augmentation(shift=plan["shift"], mutation=plan["mutation"])}
