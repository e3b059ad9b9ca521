"""Saved models as ``evaluate`` and ``predict`` need them: with signals, names of tasks, and a check of the input."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepchem_genomics.errors import AlphabetMismatchError, DataFolderError, ShapeMismatchError

if TYPE_CHECKING:
    from deepchem_genomics.data import SideInput
    from deepchem_genomics.models import GenomicsModel

__all__ = ["TRAINING", "fitting_side_input", "load_model", "read_training", "require_match", "task_columns"]

TRAINING = "training.json"
"""File of a model's folder that says how it was trained and what it scored."""

logger = logging.getLogger(__name__)


def load_model(folder: Path, **settings: Any) -> Any:
    """Load a model, without its second input, and its progress bars off.

    Parameters
    ----------
    folder : Path
        As ``dcgenomics train`` or ``save()`` wrote it.
    **settings
        See :func:`deepchem_genomics.models.load`.

    Returns
    -------
    GenomicsModel, Ensemble or SiRNAGaussianProcess
        The model.
    """
    from deepchem_genomics import models

    return models.load(folder, **{name: value for name, value in settings.items() if value is not None})


def read_training(folder: Path) -> dict[str, Any]:
    """Read how a model was trained.

    Parameters
    ----------
    folder : Path
        The model's folder.

    Returns
    -------
    dict
        Empty if ``dcgenomics train`` did not write it.

    Raises
    ------
    DataFolderError
        If the file is damaged.
    """
    path = folder / TRAINING
    if not path.exists():
        return {}
    try:
        record = json.loads(path.read_text())
    except (ValueError, RecursionError) as error:
        raise DataFolderError(f"{path} is not JSON ({error}); train the model again") from error
    return record if isinstance(record, dict) else {}


def task_columns(model: "GenomicsModel", training: Mapping[str, Any]) -> list[str]:
    """Name the tasks of a model.

    Parameters
    ----------
    model : GenomicsModel
        The model.
    training : mapping
        As :func:`read_training` returns it.

    Returns
    -------
    list of str
        The names in the training data; else "prediction", numbered if there are several.
    """
    n_tasks = model.get_num_tasks()
    given = training.get("tasks")
    names = [str(name) for name in given] if isinstance(given, list) else []
    if len(names) == n_tasks:
        return [f"task_{name}" if name.isdigit() else name for name in names]
    return ["prediction"] if n_tasks == 1 else [f"prediction_{i}" for i in range(1, n_tasks + 1)]


def require_match(model: "GenomicsModel", model_folder: Path, folder: Path, manifest: Any, shape: Any) -> None:
    """Raise unless a dataset is what a model was made for.

    Parameters
    ----------
    model : GenomicsModel
        The model.
    model_folder, folder : Path
        Where model and dataset are, for the message.
    manifest : dict or None
        Of the dataset.
    shape : tuple of int
        Of a row of X.

    Raises
    ------
    AlphabetMismatchError
        If one is DNA and the other RNA.
    ShapeMismatchError
        If sequences have another length, or X is not one-hot with four columns.
    """
    alphabet = (manifest or {}).get("alphabet")
    if alphabet is not None and alphabet != model.alphabet.letters:
        raise AlphabetMismatchError(
            f"{folder} has the letters {alphabet} and {model_folder} takes {model.alphabet.letters}; give data of the "
            "kind that the model was trained on"
        )
    if tuple(shape) != (model.length, 4):
        raise ShapeMismatchError(
            f"{folder} has X of shape (N, {', '.join(map(str, shape))}) and {model_folder} takes "
            f"(N, {model.length}, 4); build it with --length {model.length}"
        )


def fitting_side_input(model: "GenomicsModel", side: "SideInput | None", where: str) -> "SideInput | None":
    """Return the signals that a model takes, in its order and with its scaling.

    Parameters
    ----------
    model : GenomicsModel
        The model.
    side : SideInput, optional
        What there is.
    where : str
        Where that came from, for the message.

    Returns
    -------
    SideInput or None
        None for a model of sequences alone.

    Raises
    ------
    DataFolderError
        If the model takes signals that are not there.
    """
    from deepchem_genomics.data import SideInput

    wanted = getattr(model, "accessibility", None)
    if wanted is None:
        if side is not None:
            logger.info("the model takes sequences alone; signals are not used")
        return None
    names = ", ".join(wanted.names)
    if side is None:
        raise DataFolderError(f"the model takes the signals {names}, and {where} has none; give --accessibility")
    if list(side.names) != list(wanted.names):
        if set(wanted.names) <= set(side.names):
            columns = [list(side.names).index(name) for name in wanted.names]
            side = SideInput(side.ids, side.values[:, columns], wanted.names)
        elif side.n_tracks == len(wanted.names) and (
            side.n_tracks == 1 or all(name == f"track_{i}" for i, name in enumerate(side.names))
        ):
            logger.warning("%s calls %s what the model calls %s", where, ", ".join(side.names), names)
        else:
            raise DataFolderError(
                f"the model takes the signals {names}, and {where} has {', '.join(side.names)}; give those of the same"
                " names"
            )
    return side.with_scaling(wanted.scaling)
