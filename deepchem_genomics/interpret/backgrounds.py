"""Sequences that have the composition of real ones and none of their motifs."""

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import DNA, Alphabet, decode, one_hot
from deepchem_genomics.genome.composition import dinucleotide_shuffle
from deepchem_genomics.interpret.rows import require_rows
from deepchem_genomics.typing import OneHot

__all__ = ["shuffled_backgrounds"]


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
        Two calls with one seed shuffle alike.
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
    if n_shuffles < 1:
        raise BadValueError(f"n_shuffles is {n_shuffles}; it must be 1 or more")
    rows = require_rows(X)
    known = rows * (rows == 1)  # shared-out bases to N: dinucleotide_shuffle knows no other codes
    texts = [text for text in decode(known, alphabet) for _ in range(n_shuffles)]
    return one_hot(dinucleotide_shuffle(texts, seed), alphabet).astype(np.int8, copy=False)
