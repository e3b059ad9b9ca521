"""A model as a folder: ``config.json``, ``weights.npz`` and a folder for each member; nothing that runs code when read.

``config.json`` says which class with which arguments, what the input must be, and the sha256 of every other file and of
its own content. ``weights.npz`` holds plain arrays: weights of networks, coefficients of linear models, nodes of trees.
Pickles run code when they are read; skops and the text formats of boosting libraries store the private state of one
release of a library. Arrays whose meaning this package defines can be read by any later release. ``training.json``, if
there is one, says how the model was trained and names its tasks.

What a folder declares is compared with limits, far above any real model, before anything is unpacked or built.
"""

import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import (
    AlphabetMismatchError,
    BadValueError,
    DataFolderError,
    GenomicsError,
    ModelFolderError,
    ShapeMismatchError,
    SideInputError,
)
from deepchem_genomics.io.npz import read_arrays, write_arrays
from deepchem_genomics.io.outputs import Kind, atomic_directory, atomic_file
from deepchem_genomics.io.provenance import sha256_of, versions
from deepchem_genomics.models import side_inputs
from deepchem_genomics.models.calibration import Calibration
from deepchem_genomics.models.shipped import model_folder
from deepchem_genomics.models.threshold import Threshold
from deepchem_genomics.motifs import CountMatrix

__all__ = [
    "CONFIG",
    "KNOWN",
    "WEIGHTS",
    "Saved",
    "class_named_in",
    "fingerprint",
    "load",
    "read_config",
    "read_training",
    "require_match",
    "save",
    "side_inputs_of",
    "task_columns",
    "unknown_class",
    "write_files",
    "write_training",
]


FORMAT = 2
CONFIG, WEIGHTS, TRAINING = "config.json", "weights.npz", "training.json"

MOST_BASES = 10_000_000  # the longest input of a published model has a million
MOST_PARAMETERS = 1_000_000_000
MOST_JSON = 1 << 26  # bytes; the motifs of all of JASPAR take 3 MB

KNOWN: dict[str, Any] = {}
"""Classes of models that have been imported, by name."""

_REQUIRED: dict[str, Any] = {
    "class": str,
    "arguments": dict,
    "alphabet": str,
    "length": int | None,
    "side_inputs": dict,
    "calibrations": list,
    "members": int,
    "files": dict,
    "training": dict,
}


class Saved(NamedTuple):
    """What a folder holds: constructor arguments, length (bp), side inputs, arrays, members and other records."""

    arguments: dict[str, Any]
    length: int | None
    side_inputs: dict[str, side_inputs.Declared]
    arrays: dict[str, NDArray[Any]]
    members: Sequence[Any]
    training: dict[str, Any]


def save(model: Any, folder: str | os.PathLike[str], overwrite: bool = False) -> None:
    """Write a model to a folder, which appears only when whole; FileExistsError if it exists.

    With ``overwrite`` a folder is replaced that this function wrote and that holds nothing else.
    """
    with atomic_directory(folder, Kind.MODEL, overwrite) as partial:
        write_files(model, partial)


def load(
    folder: str | os.PathLike[str],
    model_class: Any = None,
    sources: side_inputs.Sources | None = None,
    running: Mapping[str, Any] | None = None,
) -> Any:
    """Read a model that :func:`save` wrote, of a class if one is given; see :func:`~deepchem_genomics.models.load`."""
    path = model_folder(folder)
    model = _read(path, model_class, dict(running or {}))
    model.thresholds = _thresholds(path, model.get_num_tasks())
    if sources is not None:
        side_inputs.attach(model, sources)
    return model


def side_inputs_of(folder: str | os.PathLike[str]) -> list[str]:
    """Return the names of the side inputs that a folder's model declares."""
    return list(side_inputs.declared(read_config(model_folder(folder))["side_inputs"]))


def class_named_in(folder: Path) -> str | None:
    """Return the name of the class that a folder says it holds; None if that cannot be read."""
    try:
        return str(_read_json(folder / CONFIG)["class"])
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return None


def fingerprint(model: Any) -> str:
    """Return the SHA-256 of all that predictions depend on, in hexadecimal.

    These are class, arguments, arrays, side inputs, calibrations and members.
    """
    digest = hashlib.sha256()
    described = {name: value for name, value in _description(model).items() if name != "training"}
    digest.update(json.dumps(described, sort_keys=True, default=str).encode())
    for values in model.arrays().values():  # in order: names of a network's layers have numbers that Keras counts up
        digest.update(f"{values.dtype}{values.shape}".encode())
        digest.update(values.tobytes())
    for member in model.members:
        digest.update(fingerprint(member).encode())
    return digest.hexdigest()


def write_files(model: Any, folder: Path) -> None:
    """Write the files of a model to a folder that is there, and may have other files; for folders made in one step."""
    if not hasattr(type(model), "from_saved"):
        raise BadValueError(
            f"a {type(model).__name__} is not a model of this package and cannot be saved with it; save it by itself"
        )
    files = []
    arrays = model.arrays()
    if arrays:
        write_arrays(folder / WEIGHTS, arrays, compress=not model.is_network)  # weights of networks hardly shrink
        files.append(WEIGHTS)
    for number, member in enumerate(model.members):
        (folder / _member(number)).mkdir()
        write_files(member, folder / _member(number))
        files.append(f"{_member(number)}/{CONFIG}")
    config = {
        "format": FORMAT,
        **_description(model),
        "files": {name: sha256_of(folder / name) for name in files},
        "versions": versions("deepchem", "tensorflow", "tf-keras", "numpy", "scikit-learn", "lightgbm"),
    }
    config["sha256"] = _sha256_of_config(config)
    (folder / CONFIG).write_text(json.dumps(config, indent=2, allow_nan=False) + "\n")


def _description(model: Any) -> dict[str, Any]:
    return {
        "class": type(model).__name__,
        "arguments": _to_json(model.arguments),
        "alphabet": model.alphabet.letters,
        "length": model.length,
        "side_inputs": {} if model.members else side_inputs.describe(model.side_inputs),
        "calibrations": [each.to_json() for each in model.calibrations],
        "members": len(model.members),
        "training": _to_json(model.training_record()),
    }


def _read(path: Path, model_class: Any, running: dict[str, Any]) -> Any:
    config = read_config(path)
    found = _find_class(config["class"], path)
    if model_class is not None and not issubclass(found, model_class):
        raise ModelFolderError(f"{path}: holds a {found.__name__}, not a {model_class.__name__}; use models.load")
    if config.get("sha256") != _sha256_of_config(config):
        raise ModelFolderError(f"{path}/{CONFIG}: was changed since it was written; save the model again")
    for name, sha256 in config["files"].items():
        if not (path / name).is_file():
            raise ModelFolderError(f"{path}: lacks {name}, so it is not a whole saved model; save the model again")
        if sha256_of(path / name) != sha256:
            raise ModelFolderError(
                f"{path}/{name}: not the file that {CONFIG} describes (sha256 differs); save the model again"
            )
    members = [_read(path / _member(number), None, running) for number in range(config["members"])]
    try:
        saved = Saved(
            _from_json(config["arguments"]),
            config["length"],
            side_inputs.declared(config["side_inputs"]),
            _read_weights(path / WEIGHTS) if WEIGHTS in config["files"] else {},
            members,
            config["training"],
        )
        calibrations = [Calibration.from_json(record) for record in config["calibrations"]]
    except (OSError, ModelFolderError):
        raise
    except Exception as error:  # of whatever a record or an array may hold
        raise ModelFolderError(f"{path}/{CONFIG}: {_first_line(error)}; save the model again") from error
    values = [name for name in running if name in saved.side_inputs]
    if values:
        raise SideInputError(
            f"{path}: {values[0]} is a side input of the model, and its values are {running[values[0]]!r}; pass "
            f"them as side_inputs={{{values[0]!r}: ...}}, a SideInput, or the path of a table or of a bigWig file"
        )
    try:
        model = found.from_saved(saved, running)
    except GenomicsError as error:
        given = [f"{name} is {value!r}" for name, value in running.items()]
        if isinstance(error, BadValueError) and not any(one in str(error) for one in given):
            raise ModelFolderError(f"{path}/{CONFIG}: {error}; save the model again") from error
        raise
    except Exception as error:  # TensorFlow, NumPy and scikit-learn refuse values in ways of their own
        raise ModelFolderError(
            f"{path}: no {found.__name__} can be built of what is there, or of the arguments given to load() "
            f"({_first_line(error)}); save the model again, or correct the arguments"
        ) from error
    if (model.alphabet.letters, model.length) != (config["alphabet"], config["length"]):
        raise ModelFolderError(
            f"{path}/{CONFIG}: says {config['length']} bases of {config['alphabet']}, and makes a model of "
            f"{model.length} bases of {model.alphabet.letters}; save the model again"
        )
    if len(calibrations) not in (0, model.get_num_tasks()):
        raise ModelFolderError(
            f"{path}/{CONFIG}: {len(calibrations)} calibrations of {model.get_num_tasks()} tasks; save the model again"
        )
    if calibrations:
        model.calibrations = calibrations
    return model


def _read_weights(path: Path) -> dict[str, NDArray[Any]]:
    try:
        return read_arrays(path, MOST_PARAMETERS)
    except ValueError as error:
        raise ModelFolderError(f"{path}: {_first_line(error)}; save the model again") from error


def _thresholds(path: Path, n_tasks: int) -> list[Threshold]:
    """Read the threshold of each task that training chose; none of a model that was saved without."""
    records = read_training(path).get("threshold", {})
    try:
        found = [
            Threshold.from_json(record) for record in (records.values() if isinstance(records, dict) else [records])
        ]
    except BadValueError as error:
        raise ModelFolderError(f"{path}/{TRAINING}: {_first_line(error)}; train the model again") from error
    if len(found) not in (0, n_tasks):
        raise ModelFolderError(f"{path}/{TRAINING}: {len(found)} thresholds of {n_tasks} tasks; train the model again")
    return found


def read_config(path: Path) -> dict[str, Any]:
    """Read what a folder says about its model; ModelFolderError unless it is a model's folder of this format."""
    if not path.is_dir():
        raise ModelFolderError(f"{path}: no such folder; name one that save() wrote")
    if not (path / CONFIG).is_file():
        raise ModelFolderError(f"{path}: lacks {CONFIG}, so it is not a whole saved model; save the model again")
    try:
        config: dict[str, Any] = _read_json(path / CONFIG)
        found = config["format"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise ModelFolderError(
            f"{path}/{CONFIG}: not a model's configuration ({_first_line(error)}); save the model again"
        ) from error
    if found != FORMAT:
        raise ModelFolderError(
            f"{path}: format {found}, this version reads format {FORMAT}; use the version of deepchem_genomics that "
            "wrote it, or train the model again"
        )
    missing = set(_REQUIRED) - set(config)
    if missing:
        raise ModelFolderError(f"{path}/{CONFIG}: lacks {', '.join(sorted(missing))}; save the model again")
    for name, kind in _REQUIRED.items():
        if not isinstance(config[name], kind) or isinstance(config[name], bool):
            raise ModelFolderError(f"{path}/{CONFIG}: {name} is {config[name]!r:.60}; save the model again")
    for length in (config["length"], config["arguments"].get("length")):
        if isinstance(length, int | float) and length > MOST_BASES:
            raise ModelFolderError(
                f"{path}/{CONFIG}: length is {length:,}; the limit is {MOST_BASES:,} bases; save the model again"
            )
    return config


def _read_json(path: Path) -> Any:
    if (n_bytes := path.stat().st_size) > MOST_JSON:
        raise ValueError(f"{n_bytes:,} bytes; the limit is {MOST_JSON:,}")
    return json.loads(path.read_text())


def _find_class(name: str, path: Path) -> Any:
    """Return the class of a name: a public one of this package, or one that has been imported."""
    public = sys.modules["deepchem_genomics.models"]
    found = getattr(public, name, None) if name in public.__all__ else None
    found = found if hasattr(found, "from_saved") else KNOWN.get(name)
    if found is None:
        raise unknown_class(name, path)
    return found


def unknown_class(name: str, path: Path) -> ModelFolderError:
    """Return the error for a folder with a model of a class that has not been imported."""
    return ModelFolderError(
        f"{path}: holds a {name}, which is not a known model; import the module that defines it first (on the "
        "command line: dcgenomics --plugin FILE.py)"
    )


def _member(number: int) -> str:
    return f"member{number}"


def _to_json(value: Any) -> Any:
    """Return a value as JSON; matrices of motifs as objects, numbers of NumPy as Python's."""
    if isinstance(value, CountMatrix):
        return {"motif": value.accession, "name": value.name, "counts": [list(map(float, row)) for row in value.counts]}
    if isinstance(value, Mapping):
        return {key: _to_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_to_json(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"motif", "name", "counts"}:
            return CountMatrix(value["motif"], value["name"], tuple(tuple(map(float, row)) for row in value["counts"]))
        return {key: _from_json(one) for key, one in value.items()}
    return [_from_json(one) for one in value] if isinstance(value, list) else value


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _sha256_of_config(config: Mapping[str, Any]) -> str:
    content = {name: value for name, value in config.items() if name != "sha256"}
    return _sha256(json.dumps(content, sort_keys=True).encode())


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def read_training(folder: Path) -> dict[str, Any]:
    """Read how a model was trained; empty if it was saved without, DataFolderError if the file is damaged."""
    path = folder / TRAINING
    if not path.exists():
        return {}
    try:
        record = _read_json(path)
    except (ValueError, RecursionError) as error:
        raise DataFolderError(f"{path} is not JSON ({error}); train the model again") from error
    return record if isinstance(record, dict) else {}


def write_training(folder: Path, record: Mapping[str, Any]) -> None:
    """Write how a model was trained, as JSON."""
    with atomic_file(folder / TRAINING) as partial:
        partial.write_text(json.dumps(record, indent=2) + "\n")


def task_columns(model: Any, training: Mapping[str, Any]) -> list[str]:
    """Name the tasks of a model as its training data did; else "prediction", numbered if there are several."""
    n_tasks = model.get_num_tasks()
    given = training.get("tasks")
    names = [str(name) for name in given] if isinstance(given, list) else []
    if len(names) == n_tasks:
        return [f"task_{name}" if name.isdigit() else name for name in names]
    return ["prediction"] if n_tasks == 1 else [f"prediction_{i}" for i in range(1, n_tasks + 1)]


def require_match(model: Any, model_folder: Path, folder: Path, manifest: Any, shape: Any) -> None:
    """Raise unless a dataset has the alphabet, length and four columns that a model was made for."""
    alphabet = (manifest or {}).get("alphabet")
    if alphabet is not None and alphabet != model.alphabet.letters:
        raise AlphabetMismatchError(
            f"{folder} has the letters {alphabet} and {model_folder} takes {model.alphabet.letters}; give data of the "
            "kind that the model was trained on"
        )
    if tuple(shape) != (model.length, 4):
        raise ShapeMismatchError(
            f"{folder} has X of shape (N, {', '.join(map(str, shape))}) and {model_folder} takes "
            f"(N, {model.length}, 4); build it with windows of {model.length} bp"
        )
