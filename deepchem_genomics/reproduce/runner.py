"""Train the chapter's networks and score them as they learn."""

import logging
import os
import shlex
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, get_args

import numpy as np

from deepchem_genomics.arguments import require_choice, require_whole_number
from deepchem_genomics.data.scaling import ScalingMethod
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.io.provenance import versions
from deepchem_genomics.models import SequenceModel
from deepchem_genomics.recipes import RECIPES, Progress
from deepchem_genomics.reproduce import results
from deepchem_genomics.reproduce.experiments import EXPERIMENTS, SCORE_NAMES, Experiment, Schedule
from deepchem_genomics.reproduce.scoring import (
    Predictions,
    baselines,
    check_split,
    labeled,
    predict,
    score,
    scores_with_interval,
)
from deepchem_genomics.reproduce.sources import FolderSource, SimulatedSource, Source, Split

__all__ = ["run"]

logger = logging.getLogger(__name__)


def run(
    experiments: Iterable[str] = tuple(EXPERIMENTS),
    source: str | os.PathLike[str] | Source = "simulated",
    epochs: int | None = None,
    every: int | None = None,
    scale: ScalingMethod = "log-standard",
    seed: int = 0,
    out: str | os.PathLike[str] | None = "reproduced",
    on_result: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, dict[str, Any]]:
    """Run experiments of the chapter.

    All data are read and checked before the first training. Each experiment is written as soon as it is finished: its
    model, its figure ``learning_curves.png`` and its record ``results.json`` as the folder ``OUT/<experiment>``, which
    :func:`deepchem_genomics.models.load` reads. It appears only when whole, in place of that of an earlier run of the
    same experiment; those of other experiments stay as they are.

    Parameters
    ----------
    experiments : iterable of str, default all three
        "tf-binding", "chromatin", "rnai".
    source : str, path-like or Source, default "simulated"
        The word "simulated"; or a folder laid out like the book's, which must be trusted, for reading it runs pickle;
        or a :class:`SimulatedSource` or :class:`FolderSource`.
    epochs : int, optional
        Passes through the training data; by default those in :data:`EXPERIMENTS`, which depend on experiment and
        source.
    every : int, optional
        Epochs between scores; by default as in :data:`EXPERIMENTS`. The last epoch is always scored.
    scale : {"log-standard", "standard", "none"}, default "log-standard"
        What is done to accessibility before the network sees it. The chapter does nothing ("none"), and its network
        hardly notices values that are about 0.004.
    seed : int, default 0
        Decides first weights, dropout, the order of batches, the resamples of intervals, and simulated data.
    out : path-like, optional
        Where to write; made if need be. None writes nothing.
    on_result : callable, optional
        Called with each record when its experiment is finished and written.

    Returns
    -------
    dict
        By experiment, the record that ``results.json`` has; :mod:`deepchem_genomics.reproduce.results` says what is
        in it.

    Raises
    ------
    BadValueError
        If an experiment is unknown, or a number out of its range.
    DataFolderError
        If the source lacks a piece, naming all that are missing, or a piece is not what it should be; or if ``out``
        holds anything of these names, or in these folders, that this function did not write.

    Examples
    --------
    >>> from deepchem_genomics.reproduce import SimulatedSource
    >>> source = SimulatedSource(n_train_sirna=300, n_valid_sirna=100)
    >>> record = run(["rnai"], source, epochs=2, every=1, out=None)["rnai"]
    >>> record["epochs"], record["metric"], len(record["valid"]), record["baselines"]["always_mean"]["valid"]
    ([1, 2], 'pearson', 2, None)
    """
    chosen = _resolve(experiments)
    for name, value, lowest in (("epochs", epochs, 1), ("every", every, 1), ("seed", seed, 0)):
        if value is not None:
            require_whole_number(name, value, lowest)
    require_choice("scale", scale, get_args(ScalingMethod))
    folder = None if out is None else Path(out)
    if folder is not None:
        results.require_own(folder, chosen)
    opened = _open(source, seed)
    opened.require(chosen)
    splits = [opened.load(experiment) for experiment in chosen]
    for experiment, split in zip(chosen, splits, strict=True):
        check_split(experiment, split, scale)
    started = time.perf_counter()
    records: dict[str, dict[str, Any]] = {}
    for experiment, split in zip(chosen, splits, strict=True):
        schedule = _schedule(opened.schedule(experiment), epochs, every)
        model, record = _train(experiment, split, schedule, scale, seed)
        record = _provenance(experiment, opened, schedule, scale, seed, out) | record
        records[experiment.name] = record
        if folder is not None:
            results.write(folder, record, model)
        if on_result is not None:
            on_result(record)
    written = "nothing written" if folder is None else f"records, figures and models written to {folder}"
    logger.info("%s done in %.0f s; %s", ", ".join(records), time.perf_counter() - started, written)
    return records


def _resolve(names: Iterable[str]) -> list[Experiment]:
    chosen = list(dict.fromkeys([names] if isinstance(names, str) else names))
    unknown = [name for name in chosen if name not in EXPERIMENTS]
    if unknown or not chosen:
        given = ", ".join(map(repr, unknown)) or "nothing"
        raise BadValueError(f"experiments has {given}; choose from {', '.join(EXPERIMENTS)}")
    return [EXPERIMENTS[name] for name in chosen]


def _open(source: str | os.PathLike[str] | Source, seed: int) -> Source:
    if source == "simulated":
        return SimulatedSource(seed)
    return FolderSource(source) if isinstance(source, str | os.PathLike) else source


def _schedule(default: Schedule, epochs: int | None, every: int | None) -> Schedule:
    total = default.epochs if epochs is None else epochs
    return Schedule(total, min(default.every if every is None else every, total), default.batch_size)


def _train(
    experiment: Experiment, split: Split, schedule: Schedule, scale: ScalingMethod, seed: int
) -> tuple[SequenceModel, dict[str, Any]]:
    """Train a network and score it every few epochs; return it and what was measured."""
    started = time.perf_counter()
    epochs: list[int] = []
    curves: list[list[float | None]] = []
    last: list[Predictions] = []
    name = SCORE_NAMES[experiment.metric]

    def score_now(model: SequenceModel, epoch: int) -> None:
        if epoch % schedule.every and epoch != schedule.epochs:
            return
        last[:] = [predict(model, split)]
        scores = [
            score(experiment.metric, dataset, predicted) for dataset, predicted in zip(split[:2], last[0], strict=True)
        ]
        epochs.append(epoch)
        curves.append(scores)
        shown = ["undefined" if value is None else f"{value:.3f}" for value in scores]
        logger.info(
            "%s: epoch %d of %d: %s %s train, %s valid (%.0f s)",
            experiment.name, epoch, schedule.epochs, name, *shown, time.perf_counter() - started,
        )  # fmt: skip

    settings: dict[str, Any] = {"epochs": schedule.epochs, "batch_size": schedule.batch_size, "patience": 0}
    settings |= {"scale": scale} if experiment.uses_accessibility else {}
    fitted = RECIPES[experiment.recipe](
        split.train,
        split.valid,
        {"accessibility": split.accessibility},
        settings,
        seed,
        Progress(report=logger.debug, on_epoch=score_now),
    )
    train, valid = (list(column) for column in zip(*curves, strict=True))
    record = {"epochs": epochs, "train": train, "valid": valid} | _measured(experiment, split, last[0], seed)
    best = _best(valid)
    record |= {
        "best_valid": valid[best],
        "best_epoch": epochs[best],
        "seconds": round(time.perf_counter() - started, 1),
    }
    return fitted.model, record


def _best(scores: list[float | None]) -> int:
    """Return where the highest score is; the first of equals."""
    return int(np.argmax([-np.inf if score is None else score for score in scores]))


def _measured(experiment: Experiment, split: Split, predictions: Predictions, seed: int) -> dict[str, Any]:
    """Return the intervals of the last model, its second score and the baselines."""
    first = scores_with_interval(experiment.metric, split, predictions, seed)
    second = scores_with_interval(experiment.second_metric, split, predictions, seed)
    label_means = [float(labeled(dataset)[0].mean()) for dataset in split[:2]]
    return {
        "n_train": len(split.train),
        "n_valid": len(split.valid),
        "label_mean": {"train": label_means[0], "valid": label_means[1]},
        "valid_ci": first["valid_ci"],
        "second": {"metric": experiment.second_metric} | second,
        "baselines": baselines(experiment, split, predictions, seed),
    }


def _provenance(
    experiment: Experiment,
    source: Source,
    schedule: Schedule,
    scale: ScalingMethod,
    seed: int,
    out: str | os.PathLike[str] | None,
) -> dict[str, Any]:
    """Return what it takes to run this experiment again, and what the chapter reports of it."""
    used = scale if experiment.uses_accessibility else None
    command = ["dcgenomics", "reproduce", experiment.name, "--source", source.name]
    command += ["--epochs", str(schedule.epochs), "--every", str(schedule.every), "--seed", str(seed)]
    command += ["--scale", used] if used else []
    command += ["--out", os.fspath(out)] if out is not None else []
    return {
        "experiment": experiment.name,
        "metric": experiment.metric,
        "source": source.name,
        "simulated": source.is_simulated,
        "samples": experiment.samples,
        "seed": seed,
        "batch_size": schedule.batch_size,
        "scale": used,
        "published": experiment.published._asdict(),
        "command": shlex.join(command),
        "versions": versions("deepchem", "tensorflow", "tf-keras", "numpy"),
    }
