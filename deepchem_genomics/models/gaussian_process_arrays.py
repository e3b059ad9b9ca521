"""A Gaussian process on guides as plain arrays by name."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.models.guide_parts import SHARES, GuideParts
from deepchem_genomics.models.linear_gaussian_process import Weights

__all__ = ["Learned", "from_arrays", "to_arrays"]

_NUMBERS = ("offset", "scale", "noise")
_ARRAYS = ("weights", "sparse_weights", "group_effects", "group_variances")
_N_SPARSE = 4**8


class Learned(NamedTuple):
    """What a Gaussian process keeps of the guides it was fitted on.

    Parameters
    ----------
    parts : GuideParts
        Means and factors of the columns.
    weights : Weights
        One a column, and the noise.
    directions : ndarray of float16, (R, P)
        In which most was learned.
    target_names : list of str
        Of the mRNAs.
    n_learned : int
        Number of guides.
    context_scale : tuple of two float, or None
        Mean and standard deviation of the energies of contexts, kcal/mol.
    overlap_share, target_share : float
        Shares of the variance.
    """

    parts: GuideParts
    weights: Weights
    directions: NDArray[np.float16]
    target_names: list[str]
    n_learned: int
    context_scale: tuple[float, float] | None
    overlap_share: float
    target_share: float


def to_arrays(learned: Learned) -> dict[str, NDArray[Any]]:
    """Return arrays by name.

    Parameters
    ----------
    learned : Learned
        What to write.

    Returns
    -------
    dict of str to ndarray
        Numbers and text.
    """
    weights = learned.weights
    arrays: dict[str, NDArray[Any]] = {name: getattr(weights, name) for name in _ARRAYS if name != "sparse_weights"}
    # k-mers of 8 bases: few of the 65,536 occur.
    used = np.flatnonzero(weights.sparse_weights)
    arrays |= {"used": used.astype(np.int32), "used_weights": weights.sparse_weights[used]}
    arrays |= {name: np.asarray(getattr(weights, name), dtype=np.float64) for name in _NUMBERS}
    arrays |= {"directions": learned.directions, "target_names": np.array(learned.target_names, dtype=np.str_)}
    arrays["n_learned"] = np.asarray(learned.n_learned, dtype=np.int64)
    arrays["context_scale"] = np.array(learned.context_scale or (), dtype=np.float64)
    arrays["shares"] = np.array([learned.overlap_share, learned.target_share], dtype=np.float64)
    for name in SHARES:
        arrays[f"mean of {name}"], arrays[f"factor of {name}"] = learned.parts.means[name], learned.parts.factors[name]
    return arrays


def from_arrays(arrays: Mapping[str, NDArray[Any]], length: int) -> Learned:
    """Take arrays back.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        As :func:`to_arrays` returns them.
    length : int
        Of the guides, nt.

    Returns
    -------
    Learned
        What was written.

    Raises
    ------
    KeyError, ValueError
        If an array is missing, has another shape, or holds a number that is not finite.
    """
    for name, values in arrays.items():
        if values.dtype.kind == "f" and not np.all(np.isfinite(values)):
            raise ValueError(f"{name} has values that are not finite")
    means = {name: arrays[f"mean of {name}"] for name in SHARES}
    factors = {name: arrays[f"factor of {name}"] for name in SHARES}
    scale = arrays["context_scale"]
    n_columns = sum(len(values) for values in means.values()) + (len(scale) > 0)
    names = arrays["target_names"].tolist()
    expected: dict[str, tuple[int, ...]] = {
        "weights": (n_columns,),
        "group_effects": (len(names),),
        "group_variances": (len(names),),
        "directions": (len(arrays["directions"]), n_columns),
        "shares": (2,),
    }
    expected |= {f"{what} of {name}": (n,) for what in ("mean", "factor") for name, n in _widths(length).items()}
    for name, shape in expected.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} has shape {arrays[name].shape}, not {shape}")
    sparse = np.zeros(_N_SPARSE)
    sparse[arrays["used"]] = arrays["used_weights"]
    rest = {name: arrays[name] for name in _ARRAYS if name != "sparse_weights"}
    numbers: dict[str, Any] = {name: float(arrays[name]) for name in _NUMBERS}
    overlap_share, target_share = arrays["shares"].tolist()
    return Learned(
        GuideParts.from_arrays(means, factors),
        Weights(**{**numbers, **rest}, sparse_weights=sparse),
        arrays["directions"],
        names,
        int(arrays["n_learned"]),
        (float(scale[0]), float(scale[1])) if len(scale) else None,
        overlap_share,
        target_share,
    )


def _widths(length: int) -> dict[str, int]:
    bases, pairing = 4 * length, length + 4
    words = {f"words of {k}": 4**k for k in (1, 2, 3, 4)}
    pairs = {"pairs of bases": bases * (bases + 1) // 2, "pairs of pairing": pairing * (pairing + 1) // 2}
    return {"bases": bases, "neighboring bases": bases, "pairing": pairing, **words, **pairs}
