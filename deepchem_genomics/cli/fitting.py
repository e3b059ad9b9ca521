"""The model that ``train`` trains: which one it is, how it is built, and how long it is trained."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from deepchem_genomics.cli.scores import is_classification, labelled_rows
from deepchem_genomics.cli.splitting import Parts
from deepchem_genomics.errors import LabelError, ShapeMismatchError

if TYPE_CHECKING:
    from deepchem.data import Dataset, DiskDataset

    from deepchem_genomics.data import SideInput
    from deepchem_genomics.models import GenomicsModel

__all__ = ["build_model", "count_tasks", "fit", "guess_model"]

logger = logging.getLogger(__name__)

Options = dict[str, Any]


def count_tasks(dataset: "DiskDataset", folder: Path) -> int:
    """Count the tasks of a dataset.

    Parameters
    ----------
    dataset : dc.data.DiskDataset
        The data.
    folder : Path
        Where it is, for the message.

    Returns
    -------
    int
        T.

    Raises
    ------
    LabelError
        If it has no labels.
    """
    _, y, _, _ = dataset.get_shard(0)
    if y is None or not np.size(y):
        raise LabelError(f"{folder} has no labels to train on; build it with --label-column")
    return int(np.asarray(y).reshape(len(y), -1).shape[1])


def guess_model(dataset: "DiskDataset", folder: Path, manifest: dict[str, Any] | None) -> str:
    """Choose a model by letters and labels, and say so.

    Parameters
    ----------
    dataset : dc.data.DiskDataset
        The data.
    folder : Path
        Where it is, for the message.
    manifest : dict, optional
        What is known of its letters.

    Returns
    -------
    str
        "tf-binding" or "sirna".

    Raises
    ------
    LabelError
        If no model is made for such data.
    """
    alphabet = (manifest or {}).get("alphabet")
    classes = is_classification(dataset)
    if alphabet == "ACGU" or (alphabet is None and not classes):
        kind = "sirna"
    elif classes:
        kind = "tf-binding"
    else:
        raise LabelError(
            f"{folder} has DNA with measured values: no model is made for that; give classes 0 and 1, or name --model"
        )
    letters = {"ACGT": "DNA", "ACGU": "RNA"}.get(alphabet or "", "unknown letters")
    logger.info("--model %s, for %s with %s", kind, letters, "classes" if classes else "measured values")
    return kind


def build_model(kind: str, parts: Parts, n_tasks: int, side: "SideInput | None", options: Options) -> "GenomicsModel":
    """Build a model for the training data.

    Parameters
    ----------
    kind : str
        "tf-binding" or "sirna".
    parts : Parts
        The data.
    n_tasks : int
        T.
    side : SideInput, optional
        Signals; scaled here, on the training rows.
    options : dict
        Of the command.

    Returns
    -------
    GenomicsModel
        Not trained yet.

    Raises
    ------
    LabelError
        If the labels are not for this model.
    FileExistsError
        If there are checkpoints and they are not to be gone on from.
    """
    from deepchem_genomics import models

    train = parts.datasets["train"]
    if kind == "tf-binding" and not is_classification(train):
        raise LabelError("--model tf-binding needs the labels 0 and 1, and there are others; give classes")
    settings: Options = {
        "n_tasks": n_tasks,
        "length": _length(train),
        **{name: options[name] for name in ("batch_size", "learning_rate", "seed")},
    }
    if options["checkpoints"] is not None:
        settings["model_dir"] = _checkpoint_folder(options["checkpoints"], options["resume"])
    if kind == "sirna":
        return models.SiRNAEfficacyModel(**settings)
    if side is None:
        return models.TFBindingModel(**settings)
    logger.info("with signals %s, scaled (%s) on the training rows", ", ".join(side.names), options["scale"])
    return models.AccessibilityTFBindingModel(side.scaled(options["scale"], np.asarray(train.ids)), **settings)


def fit(model: "GenomicsModel", parts: Parts, options: Options) -> list[tuple[int, float]]:
    """Train until the validation score no longer improves.

    Parameters
    ----------
    model : GenomicsModel
        Trained in place.
    parts : Parts
        The data.
    options : dict
        Of the command.

    Returns
    -------
    list of (int, float)
        Training step and validation score, an epoch each.

    Raises
    ------
    LabelError
        If the labels of a task do not vary, so that there is no score.
    """
    from deepchem_genomics import metrics, models

    classes = model.get_task_type() == "classification"
    for part in ("train", "valid"):
        y, known = labelled_rows(parts.datasets[part])
        for t in range(y.shape[1]):
            if len(np.unique(y[known[:, t], t])) < 2:
                raise LabelError(
                    f"the labels of task {t} do not vary in {part} ({known[:, t].sum()} labels), so it has no score; "
                    "split otherwise, or give more data"
                )
    metric = metrics.roc_auc if classes else metrics.pearson
    stopping = models.EarlyStopping(parts.datasets["valid"], metric, patience=options["patience"])
    steps = -(-len(parts.datasets["train"]) // options["batch_size"])
    kept = options["checkpoints"] is not None
    model.fit(
        parts.datasets["train"],
        nb_epoch=options["epochs"],
        checkpoint_interval=steps if kept else 0,
        callbacks=stopping,
        resume=options["resume"],
    )
    if stopping.best_step is not None:
        logger.info(
            "trained %d epochs; %s on valid was best after %d: %.4f",
            stopping.history[-1][0] // steps, metric.name, stopping.best_step // steps, stopping.best_score,
        )  # fmt: skip
    return stopping.history


def _length(dataset: "Dataset") -> int:
    shape = dataset.get_shape()[0]
    if len(shape) != 3 or shape[2] != 4:
        raise ShapeMismatchError(f"X has the shape {tuple(shape)}; models take one-hot sequences (N, L, 4)")
    return int(shape[1])


def _checkpoint_folder(folder: Path, resume: bool) -> str:
    if not resume and folder.is_dir() and any(folder.glob("*.index")):
        raise FileExistsError(f"{folder} has checkpoints; go on from them with --resume, or name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)
