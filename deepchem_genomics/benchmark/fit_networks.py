"""Train a network for a benchmark: early stopping on rows that are not scored."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from deepchem.data import Dataset
from sklearn.model_selection import train_test_split

from deepchem_genomics import metrics, models
from deepchem_genomics.benchmark.entrants import Fitted
from deepchem_genomics.benchmark.problem_data import rows_of
from deepchem_genomics.data import SideInput

__all__ = ["Schedule", "fit_network", "hold_out"]


class Schedule(NamedTuple):
    """How a network is trained.

    Parameters
    ----------
    epochs : int
        Passes through the training data, at most.
    patience : int
        Epochs without a better score on held-out rows after which training stops.
    batch_size : int
        Rows a step.
    metric : str
        The score: "roc_auc" or "pearson".
    """

    epochs: int
    patience: int
    batch_size: int
    metric: str


def fit_network(
    model: str,
    schedule: Schedule,
    scale: str,
    train: Dataset,
    dev: Dataset | None,
    accessibility: SideInput | None,
    seed: int,
    report_progress: Callable[[str], None],
) -> Fitted:
    """Build a network of :mod:`deepchem_genomics.models` and train it.

    Parameters
    ----------
    model : str
        Its class.
    schedule : Schedule
        How long.
    scale : str
        What is done to the signals, fitted on the rows that are trained on; "" for a network without.
    train : dc.data.Dataset
        X (N, L, 4), y and w (N, 1), ids.
    dev : dc.data.Dataset or None
        What the epoch is chosen on; 10 % of ``train`` if there is none.
    accessibility : SideInput or None
        Raw signals.
    seed : int
        Decides which rows are held out, first weights, dropout and the order of batches.
    report_progress : callable
        Takes a line of text an epoch.

    Returns
    -------
    Fitted
        With the weights of the best epoch.
    """
    if dev is None:
        train, dev = hold_out(train, seed)
    settings = {"length": train.X.shape[1], "batch_size": schedule.batch_size, "seed": seed, "progress": False}
    if accessibility is not None:
        settings["accessibility"] = accessibility.scaled(scale, np.asarray(train.ids))  # type: ignore[arg-type]
    network = getattr(models, model)(**settings)
    stopping = models.EarlyStopping(dev, getattr(metrics, schedule.metric), schedule.patience)
    steps = math.ceil(len(train) / schedule.batch_size)

    def tell(_: models.GenomicsModel, step: int) -> None:
        if step % steps == 0 and stopping.history:
            report_progress(f"epoch {step // steps}: {schedule.metric} {stopping.history[-1][1]:.4f} on held-out rows")

    network.fit(train, nb_epoch=schedule.epochs, checkpoint_interval=0, callbacks=[stopping, tell])
    history = [{"epoch": step // steps, "score": score} for step, score in stopping.history]
    parameters = sum(int(np.prod(variable.shape)) for variable in network.model.trainable_variables)
    return Fitted(network, history, parameters)


def hold_out(train: Dataset, seed: int, share: float = 0.1) -> tuple[Dataset, Dataset]:
    """Hold some rows out for choosing the epoch; as many of each class as their share, where there are two.

    Parameters
    ----------
    train : dc.data.Dataset
        The training rows.
    seed : int
        Decides which.
    share : float, default 0.1
        How many.

    Returns
    -------
    tuple of two dc.data.Dataset
        The rows to train on and the rows held out, each in their order.
    """
    labels = np.asarray(train.y).reshape(len(train))
    classes = labels if len(np.unique(labels)) == 2 else None
    kept, held_out = train_test_split(np.arange(len(train)), test_size=share, random_state=seed, stratify=classes)
    return rows_of(train, np.sort(kept)), rows_of(train, np.sort(held_out))
