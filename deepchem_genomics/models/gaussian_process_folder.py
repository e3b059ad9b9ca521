"""A Gaussian process as a folder: ``config.json`` and ``weights.npz``, nothing that runs code when read."""

import hashlib
import json
import math
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics._version import __version__
from deepchem_genomics.errors import ModelFolderError
from deepchem_genomics.files import atomic_directory
from deepchem_genomics.models.guide_parts import SHARES, GuideParts
from deepchem_genomics.models.linear_gaussian_process import Weights
from deepchem_genomics.npz import read_arrays, write_arrays

__all__ = ["FORMAT", "read", "write"]

FORMAT = 1

_NUMBERS = ("offset", "scale", "noise")
_ARRAYS = ("weights", "sparse_weights", "group_effects", "group_variances")
_SETTINGS: dict[str, type | tuple[type, ...]] = {
    "length": int,
    "noise": (float, int, type(None)),
    "label": str,
    "seed": int,
    "n_learnt": int,
    "target_names": list,
    "context_scale": (list, type(None)),
    "overlap_share": float,
    "target_share": float,
}


def write(
    folder: str | os.PathLike[str],
    kind: str,
    settings: dict[str, Any],
    parts: GuideParts,
    learnt: Weights,
    directions: NDArray[np.float16],
    overwrite: bool = False,
) -> None:
    """Write a model to a folder, which appears only when whole.

    Parameters
    ----------
    folder : path-like
        Its name.
    kind : str
        Name of the class.
    settings : dict
        What else the class needs, JSON only.
    parts : GuideParts
        Means and factors of the columns.
    learnt : Weights
        What was learnt.
    directions : ndarray of float16, (R, P)
        In which most was learnt.
    overwrite : bool, default False
        Whether an existing folder is replaced.

    Raises
    ------
    FileExistsError
        If the folder exists and is not to be replaced.
    """
    arrays = {name: getattr(learnt, name) for name in _ARRAYS} | {"directions": directions}
    # Words of 8 bases: few of the 65,536 occur.
    used = np.flatnonzero(arrays.pop("sparse_weights"))
    arrays |= {"used": used.astype(np.int32), "used_weights": learnt.sparse_weights[used]}
    for name in SHARES:
        arrays[f"mean of {name}"], arrays[f"factor of {name}"] = parts.means[name], parts.factors[name]
    with atomic_directory(folder, overwrite) as partial:
        weights = partial / "weights.npz"
        write_arrays(weights, arrays)
        config = {
            "format": FORMAT,
            "class": kind,
            "alphabet": "ACGU",
            **settings,
            "learnt": {name: getattr(learnt, name) for name in _NUMBERS},
            "n_sparse": len(learnt.sparse_weights),
            "weights_sha256": _sha256(weights),
            "versions": {
                "deepchem_genomics": __version__,
                "python": platform.python_version(),
                **{name: version(name) for name in ("deepchem", "numpy", "scipy")},
            },
        }
        (partial / "config.json").write_text(json.dumps(config, indent=2, allow_nan=False) + "\n")


def read(folder: str | os.PathLike[str], kind: str) -> tuple[dict[str, Any], GuideParts, Weights, NDArray[np.float16]]:
    """Read what :func:`write` wrote.

    Parameters
    ----------
    folder : path-like
        The folder.
    kind : str
        Name of the class that it must be.

    Returns
    -------
    tuple of dict, GuideParts, Weights and ndarray
        As they were.

    Raises
    ------
    ModelFolderError
        If a file is missing, was changed, is of another format or of another class.
    """
    path = Path(folder)
    for name in ("config.json", "weights.npz"):
        if not (path / name).is_file():
            raise ModelFolderError(f"{path}: lacks {name}, so it is no whole saved model; save the model again")
    config = _config(path, kind)
    file = path / "weights.npz"
    if _sha256(file) != config["weights_sha256"]:
        raise ModelFolderError(
            f"{file}: not the weights that config.json describes (sha256 differs); save the model again"
        )
    try:
        return config, *_learnt(config, read_arrays(file))
    except (KeyError, IndexError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ModelFolderError(f"{file}: does not fit the model that config.json describes ({reason})") from error


def _config(path: Path, kind: str) -> dict[str, Any]:
    try:
        config = json.loads((path / "config.json").read_text())
        found = config["format"], config["class"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise ModelFolderError(
            f"{path}/config.json: not a model's configuration ({error}); save the model again"
        ) from error
    if found[0] != FORMAT:
        raise ModelFolderError(
            f"{path}: format {found[0]}, this version reads format {FORMAT}; update deepchem_genomics"
        )
    if found[1] != kind:
        raise ModelFolderError(f"{path}: holds a {found[1]}, not a {kind}; load it with its own class")
    if config.get("alphabet") != "ACGU":
        raise ModelFolderError(f"{path}: is of the alphabet {config.get('alphabet')!r}; guides are RNA, ACGU")
    wrong = [name for name, of in _SETTINGS.items() if name not in config or not isinstance(config[name], of)]
    learnt = config.get("learnt")
    if not isinstance(learnt, dict) or not all(_is_number(learnt.get(name)) for name in _NUMBERS):
        wrong.append("learnt")
    if not isinstance(config.get("n_sparse"), int) or config["n_sparse"] != 4**8:
        wrong.append("n_sparse")
    if "weights_sha256" not in config:
        wrong.append("weights_sha256")
    if wrong:
        raise ModelFolderError(f"{path}/config.json: {', '.join(wrong)} missing or wrong; save the model again")
    return config


def _learnt(config: dict[str, Any], arrays: dict[str, np.ndarray]) -> tuple[GuideParts, Weights, NDArray[np.float16]]:
    for name, values in arrays.items():
        if not np.all(np.isfinite(values)):
            raise ValueError(f"{name} has values that are not finite")
    means = {name: arrays[f"mean of {name}"] for name in SHARES}
    factors = {name: arrays[f"factor of {name}"] for name in SHARES}
    n_columns = sum(len(values) for values in means.values()) + (config["context_scale"] is not None)
    n_targets = len(config["target_names"])
    expected: dict[str, tuple[int, ...]] = {
        "weights": (n_columns,),
        "group_effects": (n_targets,),
        "group_variances": (n_targets,),
    }
    expected |= {f"mean of {name}": (n,) for name, n in _widths(config["length"]).items()}
    expected |= {f"factor of {name}": (n,) for name, n in _widths(config["length"]).items()}
    expected["directions"] = (len(arrays["directions"]), n_columns)
    for name, shape in expected.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} has shape {arrays[name].shape}, not {shape}")
    sparse = np.zeros(config["n_sparse"])
    sparse[arrays["used"]] = arrays["used_weights"]
    rest = {name: arrays[name] for name in _ARRAYS if name != "sparse_weights"}
    numbers = {name: config["learnt"][name] for name in _NUMBERS}
    learnt = Weights(**{**numbers, **rest}, sparse_weights=sparse)
    return GuideParts.from_arrays(means, factors), learnt, arrays["directions"]


def _widths(length: int) -> dict[str, int]:
    bases, pairing = 4 * length, length + 4
    words = {f"words of {k}": 4**k for k in (1, 2, 3, 4)}
    pairs = {"pairs of bases": bases * (bases + 1) // 2, "pairs of pairing": pairing * (pairing + 1) // 2}
    return {"bases": bases, "neighbouring bases": bases, "pairing": pairing, **words, **pairs}


def _is_number(value: Any) -> bool:
    return isinstance(value, float | int) and math.isfinite(value)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
