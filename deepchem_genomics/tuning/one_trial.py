"""One trial: build a network with some settings, train it until the dev score no longer improves, save it."""

import math
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from deepchem_genomics import metrics, models
from deepchem_genomics.tuning.networks import Network
from deepchem_genomics.tuning.ranges import Value
from deepchem_genomics.tuning.tuning_data import METRICS, TuningData

__all__ = ["run_trial"]

Outcome = tuple[dict[str, Any], dict[str, bytes]]

_FOR_THE_CLASS = ("learning_rate", "dropout", "n_layers", "filters", "kernel_size", "batch_size")


def run_trial(data: TuningData, network: Network, settings: Mapping[str, Value], seed: int) -> Outcome:
    """Train and score a network.

    Parameters
    ----------
    data : TuningData
        What to learn from and what to score.
    network : Network
        What to build.
    settings : mapping
        Value of each of its parameters.
    seed : int
        Decides first weights, dropout and the order of batches; the same for all trials.

    Returns
    -------
    measured : dict
        ``score`` (of the best epoch on dev, whose weights are kept), ``best_epoch``, ``epochs`` (trained), ``weights``
        (how many are trained), ``history`` (dev score of each epoch), ``seconds``.
    files : dict of str to bytes
        The saved model: files by name, for :func:`deepchem_genomics.models.load`.

    Raises
    ------
    BadValueError
        If the score is NaN, as it is when the learning rate is far too high.
    """
    started = time.perf_counter()
    model = _built(data, network, settings, seed)
    metric = getattr(metrics, METRICS[data.kind])
    stopping = models.EarlyStopping(data.dev, metric, patience=int(settings["patience"]), higher_is_better=True)
    model.fit(data.train, nb_epoch=int(settings["epochs"]), checkpoint_interval=0, callbacks=stopping)
    steps = math.ceil(len(data.train) / model.batch_size)
    measured = {
        "score": stopping.best_score,
        "best_epoch": (stopping.best_step or 0) // steps,
        "epochs": len(stopping.history),
        "weights": sum(int(np.prod(variable.shape)) for variable in model.model.trainable_variables),
        "history": [score for _, score in stopping.history],
        "seconds": round(time.perf_counter() - started, 3),
    }
    with tempfile.TemporaryDirectory(prefix="dcgenomics-") as folder:
        saved = Path(folder) / "model"
        model.save(saved)
        return measured, {file.name: file.read_bytes() for file in sorted(saved.iterdir())}


def _built(data: TuningData, network: Network, settings: Mapping[str, Value], seed: int) -> models.GenomicsModel:
    arguments: dict[str, Any] = {name: settings[name] for name in _FOR_THE_CLASS}
    arguments |= {
        "n_tasks": int(np.asarray(data.train.y).reshape(len(data.train), -1).shape[1]),
        "length": data.train.X.shape[1],
        "seed": seed,
        "progress": False,
    }
    if network.uses_accessibility and data.accessibility is not None:
        scale: Any = settings["scale"]
        arguments["accessibility"] = data.accessibility.scaled(scale, np.asarray(data.train.ids))
    return getattr(models, network.model)(**arguments)
