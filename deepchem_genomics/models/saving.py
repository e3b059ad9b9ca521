"""A model as a folder: ``config.json`` and ``weights.npz``, nothing that runs code when read.

``config.json`` says which class with which arguments, what its input must be, and the weights' sha256. Weights are
float arrays in the order of the network's variables.
"""

import hashlib
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from deepchem_genomics._version import __version__
from deepchem_genomics.data.scaling import Scaling
from deepchem_genomics.errors import BadValueError, GenomicsError, MissingIdError, ModelFolderError
from deepchem_genomics.files import atomic_directory
from deepchem_genomics.models import optimizers
from deepchem_genomics.models.calibration import Calibration
from deepchem_genomics.npz import read_arrays, write_arrays

if TYPE_CHECKING:
    from deepchem_genomics.data import SideInput
    from deepchem_genomics.models.genomics_model import GenomicsModel

__all__ = ["load", "require_same_network", "save"]

FORMAT = 1


def save(model: "GenomicsModel", folder: str | os.PathLike[str], overwrite: bool = False) -> None:
    """Write a model to a folder, which appears only when whole.

    Parameters
    ----------
    model : GenomicsModel
        The model.
    folder : path-like
        The folder's name.
    overwrite : bool, default False
        Whether an existing folder is replaced.

    Raises
    ------
    FileExistsError
        If the folder exists and is not to be replaced.
    """
    with atomic_directory(folder, overwrite) as partial:
        weights = partial / "weights.npz"
        names = [f"{i:03d} {variable.name}" for i, variable in enumerate(model.model.weights)]
        write_arrays(weights, dict(zip(names, model.model.get_weights(), strict=True)), compress=False)
        config = {
            "format": FORMAT,
            "class": type(model).__name__,
            "arguments": model.arguments,
            "alphabet": model.alphabet.letters,
            "length": model.length,
            "side_input": model.side_config(),
            "calibrations": [calibration.to_json() for calibration in model.calibrations],
            "training": {
                "batch_size": model.batch_size,
                "optimizer": optimizers.to_config(model.optimizer),
                "seed": model.seed,
                "steps": model._steps_done(),
            },
            "weights_sha256": _sha256(weights),
            "versions": {
                "deepchem_genomics": __version__,
                "python": platform.python_version(),
                **{name: version(name) for name in ("deepchem", "tensorflow", "tf-keras", "numpy")},
            },
        }
        (partial / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def load(
    folder: str | os.PathLike[str],
    model_class: "type[GenomicsModel] | None" = None,
    accessibility: "SideInput | None" = None,
    **kwargs: Any,
) -> "GenomicsModel":
    """Read a network that :func:`save` wrote.

    Parameters
    ----------
    folder : path-like
        The folder.
    model_class : type, optional
        The class it must be of. If not given, any subclass of ``GenomicsModel`` that has been imported will do.
    accessibility, **kwargs
        See :func:`~deepchem_genomics.models.load`.

    Returns
    -------
    GenomicsModel
        A model that predicts the same to the bit.

    Raises
    ------
    ModelFolderError
        If a file is missing, was changed, or is of a newer format; or the class is unknown or another one.
    ShapeMismatchError
        If ``accessibility`` does not have the number of tracks the model was trained with.
    """
    path = Path(folder)
    config = _read_config(path)
    found = _find_class(config["class"], path)
    if model_class is not None and not issubclass(found, model_class):
        raise ModelFolderError(f"{path}: holds a {found.__name__}, not a {model_class.__name__}; use models.load")
    try:
        model = found(**{**_arguments(config, accessibility, "learning_rate" in kwargs), **kwargs})
    except GenomicsError:
        raise
    except Exception as error:  # TensorFlow refuses a value in ways of its own
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelFolderError(
            f"{path}/config.json: no {found.__name__} can be built of the arguments there, or of those given to load() "
            f"({reason}); save the model again, or correct what is given"
        ) from error
    _set_weights(model, path, config["weights_sha256"])
    model.calibrations = _calibrations(config.get("calibrations", []), model.get_num_tasks(), path)
    return model


def _arguments(config: dict[str, Any], accessibility: "SideInput | None", has_learning_rate: bool) -> dict[str, Any]:
    """Return what a model is built of."""
    arguments = dict(config["arguments"])
    if config["side_input"]:
        arguments["accessibility"] = _side_input(config["side_input"], accessibility)
    training = config["training"]
    arguments |= {"batch_size": training["batch_size"], "seed": training["seed"]}
    if not has_learning_rate:
        arguments["optimizer"] = optimizers.from_config(training["optimizer"])
    return arguments


def require_same_network(checkpoint: str, network: Any) -> None:
    """Check that a checkpoint has as many weights, of the same shapes, as a network.

    Parameters
    ----------
    checkpoint : str
        Prefix of the checkpoint's files.
    network : tf_keras.Model
        The network.

    Raises
    ------
    ModelFolderError
        If they differ, or the checkpoint cannot be read.
    """
    try:
        variables = tf.train.list_variables(checkpoint)
    except (tf.errors.OpError, ValueError) as error:
        raise ModelFolderError(
            f"{checkpoint}: cannot be read as a checkpoint ({str(error).splitlines()[0]})"
        ) from error
    stored = sorted(
        tuple(shape)
        for name, shape in variables
        if name.startswith("model/") and ".OPTIMIZER_SLOT" not in name and name.endswith("VARIABLE_VALUE")
    )
    expected = sorted(tuple(variable.shape) for variable in network.weights)
    if stored != expected:
        raise ModelFolderError(
            f"{checkpoint}: a checkpoint of another network: its {len(stored)} weights are not the {len(expected)} of"
            " this model; build the model with the arguments it was trained with, or name another folder"
        )


def _read_config(path: Path) -> dict[str, Any]:
    if not path.is_dir():
        raise ModelFolderError(f"{path}: no such folder; name one that save() wrote")
    for name in ("config.json", "weights.npz"):
        if not (path / name).is_file():
            raise ModelFolderError(f"{path}: lacks {name}, so it is not a whole saved model; save the model again")
    try:
        config = json.loads((path / "config.json").read_text())
        found = config["format"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise ModelFolderError(
            f"{path}/config.json: not a model's configuration ({error}); save the model again"
        ) from error
    if found != FORMAT:
        raise ModelFolderError(f"{path}: format {found}, this version reads format {FORMAT}; update deepchem_genomics")
    if config.get("class") == "SiRNAGaussianProcess":
        raise ModelFolderError(f"{path}: holds a SiRNAGaussianProcess, which is no network; use models.load")
    missing = {"class", "arguments", "side_input", "training", "weights_sha256"} - set(config)
    if missing:
        raise ModelFolderError(f"{path}/config.json: lacks {', '.join(sorted(missing))}; save the model again")
    return config


def _calibrations(records: Any, n_tasks: int, path: Path) -> list[Calibration]:
    try:
        found = [Calibration.from_json(record) for record in records]
    except (BadValueError, TypeError, ValueError) as error:
        raise ModelFolderError(f"{path}/config.json: calibrations: {error}; save the model again") from error
    if len(found) not in (0, n_tasks):
        raise ModelFolderError(
            f"{path}/config.json: {len(found)} calibrations of {n_tasks} tasks; save the model again"
        )
    return found


def _find_class(name: str, path: Path) -> "type[GenomicsModel]":
    from deepchem_genomics import models

    for candidate in (getattr(models, name) if name in models.__all__ else None, *_subclasses(models.GenomicsModel)):
        if not (isinstance(candidate, type) and issubclass(candidate, models.GenomicsModel)):
            continue  # a name may be that of anything in models
        if candidate.__name__ == name:
            return candidate
    raise ModelFolderError(f"{path}: holds a {name}, which is no known model; import the module that defines it first")


def _subclasses(base: type) -> list[type]:
    direct: list[type] = base.__subclasses__()
    return direct + [below for sub in direct for below in _subclasses(sub)]


def _side_input(config: dict[str, Any], given: "SideInput | None") -> Any:
    scaling = Scaling.from_json(config["scaling"])
    return _NoSideInput(config["names"], scaling) if given is None else given.with_scaling(scaling)


class _NoSideInput:
    """Stands for the second input of a model that was loaded without it: can be described, not looked up in."""

    def __init__(self, names: list[str], scaling: Scaling) -> None:
        self.names = names
        self.n_tracks = len(names)
        self.scaling = scaling

    def lookup(self, ids: np.ndarray) -> np.ndarray:
        raise MissingIdError(
            f"no values for {str(ids[0])!r} or any other id: the model was loaded without its second input "
            f"({', '.join(self.names)}); give it with models.load(folder, accessibility=side_input)"
        )


def _set_weights(model: "GenomicsModel", path: Path, sha256: str) -> None:
    file = path / "weights.npz"
    if _sha256(file) != sha256:
        raise ModelFolderError(
            f"{file}: not the weights that config.json describes (sha256 differs); save the model again"
        )
    try:
        model.model.set_weights(list(read_arrays(file).values()))
    except ValueError as error:
        reason = str(error).splitlines()[0]
        raise ModelFolderError(f"{file}: does not fit the network that config.json describes ({reason})") from error


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
