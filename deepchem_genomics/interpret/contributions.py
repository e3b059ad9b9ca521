"""What the letters of a sequence, and its side inputs, contribute to a prediction."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Contributions"]


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
