"""``tune`` on a dataset folder: divide it, search on train and valid, score the best once on test."""

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from deepchem_genomics.cli.fitting import count_tasks, guess_model
from deepchem_genomics.cli.folders import PARTS, open_dataset, open_manifest, open_side_input, task_names
from deepchem_genomics.cli.scores import labelled_rows, print_scores, score
from deepchem_genomics.cli.splitting import Parts, guess_split, split_dataset
from deepchem_genomics.cli.trained import TRAINING
from deepchem_genomics.files import temporary_directory

if TYPE_CHECKING:
    from deepchem.data import Dataset

    from deepchem_genomics.tuning import Tuned

__all__ = ["tune_folder"]

logger = logging.getLogger(__name__)

FRACTIONS = (0.8, 0.1, 0.1)


def tune_folder(folder: Path, trust: bool, progress: bool | None, options: dict[str, Any]) -> None:
    """Search on a dataset folder; print what was found, and what the best scores on rows no trial saw.

    Parameters
    ----------
    folder : Path
        As ``dcgenomics build`` writes it.
    trust : bool
        Whether pickles may be read.
    progress : bool or None
        Whether to show a progress bar.
    options : dict
        Of the command.
    """
    from deepchem_genomics.tuning import NETWORKS, TuningData, tune

    if options.pop("source") is not None:
        raise click.UsageError("--source goes with a named problem, not with a folder")
    dataset = open_dataset(folder, trust)
    manifest = open_manifest(folder)
    tasks = task_names(dataset, count_tasks(dataset, folder))
    if options["model"] is None:
        kind = {"sirna": "efficacy", "tf-binding": "binding"}[guess_model(dataset, folder, manifest)]
    else:
        kind = NETWORKS[options["model"]].kind
    side = open_side_input(folder) if kind == "binding" else None
    with temporary_directory(PARTS) as parts_folder:
        split = guess_split(dataset.ids)
        parts = split_dataset(dataset, split, FRACTIONS, options["seed"], parts_folder, rna=kind == "efficacy")
        logger.info("split by %s: rows %s", split, ", ".join(f"{n} {p}" for p, n in parts.description["rows"].items()))
        loaded = {part: _in_memory(rows) for part, rows in parts.datasets.items()}
    if "valid" not in loaded:
        raise click.UsageError("there are too few rows for a validation part; give more data")
    train, dev = loaded["train"], loaded["valid"]
    signals = None if side is None else side.subset([*train.ids, *dev.ids])
    about = f"the validation part of a split by {split}, seed {options['seed']}"
    name = folder.resolve().name
    tuned = tune(TuningData(name, kind, train, dev, signals, about), progress=progress, **options)
    click.echo(tuned.table)
    _score_once(tuned, loaded, side, tasks, Parts(loaded, parts.description), options["seed"])


def _score_once(
    tuned: "Tuned", loaded: "dict[str, Dataset]", side: Any, tasks: list[str], parts: Parts, seed: int
) -> None:
    """Score the best model on the test part, and write how it came about beside it, for predict and evaluate."""
    from deepchem_genomics import models
    from deepchem_genomics.files import atomic_file

    best = tuned.out / "best"
    uses_side = bool(json.loads((best / "config.json").read_text())["side_input"])
    model = models.load(best, accessibility=side if uses_side else None, progress=False)
    y, known = labelled_rows(loaded["train"])
    means = [float(column[mask].mean()) if mask.any() else 0.0 for column, mask in zip(y.T, known.T, strict=True)]
    records = {
        part: score(model, loaded[part], tasks, getattr(model, "accessibility", None), means, seed)
        for part in ("test",)
        if part in loaded
    }
    record = {
        "tasks": tasks,
        "label_means": means,
        **parts.description,
        "options": {"command": "tune", **tuned.best["parameters"], "seed": seed},
        "scores": records,
    }
    with atomic_file(best / TRAINING) as partial:
        partial.write_text(json.dumps(record, indent=2) + "\n")
    if records:
        click.echo("\nThe best model on the test part, which no trial saw:")
        print_scores(records)


def _in_memory(dataset: "Dataset") -> "Dataset":
    from deepchem.data import NumpyDataset

    return NumpyDataset(*(np.asarray(column) for column in (dataset.X, dataset.y, dataset.w, dataset.ids)))
