"""What a sequence is made of, in two numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["gc_and_cpg_content"]


def gc_and_cpg_content(X: NDArray[Any]) -> NDArray[np.float32]:
    """Return how much of each sequence is G or C, and how much of it CpG.

    Many promoters lie in CpG islands and are bound by many factors, so both say something about any of them.

    Parameters
    ----------
    X : ndarray, (N, L, 4)
        One-hot DNA, columns A, C, G, T; L of 2 or more.

    Returns
    -------
    ndarray of float32, (N, 2)
        Share of G and C among the L bases; CpG steps as a share of the L - 1. An unknown base is neither.

    Examples
    --------
    >>> from deepchem_genomics.feat import one_hot
    >>> gc_and_cpg_content(one_hot(["ACGT", "GCAA"])).round(2).tolist()[1]
    [0.5, 0.0]
    """
    gc = X[:, :, 1:3].sum(axis=(1, 2)) / X.shape[1]
    cpg = (X[:, :-1, 1] * X[:, 1:, 2]).sum(axis=1) / (X.shape[1] - 1)
    return np.stack([gc, cpg], axis=1).astype(np.float32)
