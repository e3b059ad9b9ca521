"""How a saved model was trained: ``training.json`` in its folder, and the names of its tasks."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deepchem_genomics.errors import AlphabetMismatchError, DataFolderError, ShapeMismatchError
from deepchem_genomics.io.outputs import atomic_file

__all__ = ["read_training", "require_match", "task_columns", "write_training"]

TRAINING = "training.json"


def read_training(folder: Path) -> dict[str, Any]:
    """Read how a model was trained.

    Parameters
    ----------
    folder : Path
        The model's folder.

    Returns
    -------
    dict
        Empty if the model was saved without.

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


def write_training(folder: Path, record: Mapping[str, Any]) -> None:
    """Write how a model was trained.

    Parameters
    ----------
    folder : Path
        The model's folder.
    record : mapping
        JSON only.
    """
    with atomic_file(folder / TRAINING) as partial:
        partial.write_text(json.dumps(record, indent=2) + "\n")


def task_columns(model: Any, training: Mapping[str, Any]) -> list[str]:
    """Name the tasks of a model.

    Parameters
    ----------
    model : SequenceModel
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


def require_match(model: Any, model_folder: Path, folder: Path, manifest: Any, shape: Any) -> None:
    """Raise unless a dataset is what a model was made for.

    Parameters
    ----------
    model : SequenceModel
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
