"""Sequences that models are asked about: checks, backgrounds, and contributions of letters and side inputs."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError
from deepchem_genomics.feat import DNA, Alphabet, decode, one_hot
from deepchem_genomics.genome.composition import dinucleotide_shuffle
from deepchem_genomics.models import Blend, SequenceModel
from deepchem_genomics.typing import Ids, OneHot

__all__ = [
    "Contributions",
    "differentiable",
    "known_bases",
    "parts_of",
    "require_ids",
    "require_rows",
    "require_side_baselines",
    "require_task",
    "shuffled_backgrounds",
]


class Contributions(NamedTuple):
    """Contributions to predictions, letter by letter and track by track.

    Parameters
    ----------
    sequence : ndarray of float32, (N, L, 4)
        Gradients: the derivative with respect to each column. Integrated gradients: what each column's difference to
        the baseline contributes; where the baseline is all zero, only letters that are there contribute.
    side_inputs : dict of str to ndarray of float32, (N, K)
        The same for each side input, scaled as the network sees it; empty for a network without.
    hypothetical : ndarray of float32, (N, L, 4)
        What each letter would contribute if it were there. Gradients: minus their mean over the four letters, since
        a one-hot row sums to 1 and what moves all four alike cannot happen [1]_. Integrated gradients: the same
        averaged gradients times the difference between the letter and the baseline.
    per_base : ndarray of float32, (N, L)
        The hypothetical contribution of the letter that is there; 0 at unknown bases.
    completeness_gap : ndarray of float64, (N,), or None
        Integrated gradients: the sum of all contributions minus the difference between the outputs for the input and
        for the baseline, 0 but for the error of the numerical integral. None for gradients.
    scale : str
        "logit" or "prediction": of what the contributions are.

    References
    ----------
    .. [1] Majdandzic, Rajesh and Koo (2023), Correcting gradient-based interpretations of deep neural networks for
       genomics, Genome Biology 24, 109, doi:10.1186/s13059-023-02956-3.
    """

    sequence: NDArray[np.float32]
    side_inputs: dict[str, NDArray[np.float32]]
    hypothetical: NDArray[np.float32]
    per_base: NDArray[np.float32]
    completeness_gap: NDArray[np.float64] | None
    scale: str


def require_rows(X: OneHot) -> NDArray[Any]:
    """Return one-hot sequences as an array (N, L, 4); ShapeMismatchError or EmptyInputError if they are not that."""
    rows = np.asarray(X)
    if rows.ndim != 3 or rows.shape[2] != 4:
        raise ShapeMismatchError(f"X has shape {rows.shape}; expected (N, L, 4), one-hot sequences: see feat.one_hot")
    if not rows.size:
        raise EmptyInputError(f"X has shape {rows.shape}: there are no bases; give at least one sequence")
    return rows


def require_ids(ids: Ids | None, n_rows: int, model: Any = None) -> NDArray[np.object_]:
    """Return N ids as an array; without ids, row numbers, unless the model looks side inputs up by id."""
    if ids is None:
        if _needs_ids(model):
            raise BadValueError(
                f"a {type(model).__name__} looks {', '.join(model.side_inputs)} up by id; give one for each sequence"
            )
        return np.arange(n_rows).astype(str).astype(object)
    names = np.asarray(ids, dtype=object)
    if names.shape != (n_rows,):
        raise ShapeMismatchError(f"{n_rows} sequences but ids of shape {names.shape}; give one id for each sequence")
    return names


def require_task(task: int, n_tasks: int) -> int:
    """Return a task's number, from 0; BadValueError if there is no such task."""
    return require_whole_number("task", task, lowest=0, highest=n_tasks - 1)


def require_side_baselines(given: Mapping[str, ArrayLike], model: Any) -> dict[str, NDArray[np.float32]]:
    """Return raw values (K,) by the names of side inputs; raise for other names, shapes and what is not finite."""
    found = {}
    for name, values in given.items():
        if name not in model.side_inputs:
            there = ", ".join(model.side_inputs) or "none"
            raise BadValueError(f"side_baselines has {name}, and the model has {there}; leave it out")
        raw, n_tracks = np.asarray(values, dtype=np.float32), model.side_inputs[name].n_tracks
        if raw.shape != (n_tracks,):
            raise ShapeMismatchError(f"the baseline of {name} has shape {raw.shape}; give ({n_tracks},), raw values")
        if not np.isfinite(raw).all():
            raise BadValueError(f"the baseline of {name} is {raw.tolist()}; give finite numbers")
        found[name] = raw
    return found


def known_bases(X: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which bases (N, L) have a single 1 and else 0; unknown bases and mixtures of letters have not."""
    found: NDArray[np.bool_] = (X.max(axis=2) == 1) & (np.count_nonzero(X, axis=2) == 1)
    return found


def parts_of(model: Any) -> list[Any]:
    """List the models that a model consists of; for any other model, itself."""
    return list(model.parts()) if isinstance(model, SequenceModel) else [model]


def differentiable(model: Any) -> bool:
    """Return whether a model is a network, or the mean of networks.

    Not a blend, whose members' logits are averaged with weights.
    """
    leaves = parts_of(model)
    return all(isinstance(leaf, SequenceModel) and leaf.is_network for leaf in leaves) and not isinstance(model, Blend)


def _needs_ids(model: Any) -> bool:
    return isinstance(model, SequenceModel) and bool(model.side_inputs)


def shuffled_backgrounds(
    X: OneHot, n_shuffles: int = 1, seed: int | None = 0, alphabet: Alphabet = DNA
) -> NDArray[np.int8]:
    """Shuffle sequences, keeping the number of every dinucleotide in each.

    Parameters
    ----------
    X : ndarray, (N, L, 4)
        One-hot sequences. Bases that are not one letter are unknown, and shuffled as such.
    n_shuffles : int, default 1
        How often each is shuffled.
    seed : int, optional
        Two calls with the same seed return the same sequences.
    alphabet : Alphabet, default DNA
        What the columns stand for.

    Returns
    -------
    ndarray of int8, (N x n_shuffles, L, 4)
        All of the first sequence, then all of the second, and so on.

    Raises
    ------
    ShapeMismatchError
        If X is not (N, L, 4).
    BadValueError
        If ``n_shuffles`` is below 1.

    See Also
    --------
    deepchem_genomics.genome.dinucleotide_shuffle : The same for strings.

    Examples
    --------
    >>> X = one_hot(["ACGTACCGGTATTGCA"])
    >>> decode(shuffled_backgrounds(X, n_shuffles=2, seed=1))
    ['ACATGGCCGTACGTTA', 'ATTACACCGCGTGGTA']
    """
    require_whole_number("n_shuffles", n_shuffles, lowest=1)
    rows = require_rows(X)
    known = rows * (rows == 1)  # shared-out bases to N: dinucleotide_shuffle knows no other codes
    texts = [text for text in decode(known, alphabet) for _ in range(n_shuffles)]
    return one_hot(dinucleotide_shuffle(texts, seed), alphabet).astype(np.int8, copy=False)
