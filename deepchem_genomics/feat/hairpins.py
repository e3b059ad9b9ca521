"""Melting temperatures of hairpins in short RNA strands."""

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import SequenceLengthError
from deepchem_genomics.feat.duplex import stack_table
from deepchem_genomics.feat.kmers import require_one_hot
from deepchem_genomics.typing import OneHot

__all__ = ["hairpin_temperature"]

_LOOP_ENERGIES = (5.4, 5.6, 5.7, 5.4, 6.0, 5.5, 6.4)  # kcal/mol at 37 C, for loops of 3 to 9 bases
_SHORTEST_LOOP, _LONGEST_MEASURED = 3, 9
_BODY_TEMPERATURE = 310.15  # K
_GAS_CONSTANT = 1.987e-3  # kcal/(mol K)
_KELVIN = 273.15


def hairpin_temperature(one_hot: OneHot) -> NDArray[np.float64]:
    """Return the melting temperature of the most stable hairpin of short RNA strands.

    A hairpin is a stem of two or more consecutive Watson-Crick pairs around a loop of three or more bases. Its enthalpy
    is the sum over its stacks [1]_. Its entropy is the sum over its stacks plus that of its loop [2]_. Bulges, G-U
    pairs, mismatches next to the loop and special loop sequences are ignored. The estimate is good enough for a rule of
    thumb. For a more accurate one, use a folding program.

    Parameters
    ----------
    one_hot : ndarray, (N, L, 4)
        Strands 5' to 3', columns A, C, G, U. Run time grows roughly with the square of L.

    Returns
    -------
    ndarray of float64, (N,)
        Degrees Celsius. Minus infinity for strands that form no hairpin.

    Raises
    ------
    ShapeMismatchError
        If ``one_hot`` has another shape.
    SequenceLengthError
        If the strands have fewer than 7 bases, the shortest hairpin.

    References
    ----------
    .. [1] T. Xia et al. Thermodynamic parameters for an expanded nearest-neighbor model for formation of RNA duplexes
       with Watson-Crick base pairs. *Biochemistry* 37, 14719-14735, 1998.
    .. [2] D. H. Mathews et al. Incorporating chemical modification constraints into a dynamic programming algorithm for
       prediction of RNA secondary structure. *PNAS* 101, 7287-7292, 2004.

    Examples
    --------
    >>> from deepchem_genomics.feat import RNA, one_hot
    >>> hairpin_temperature(one_hot(["GGGGCAAAAGCCCC", "AAAAAAAAAAAAAA"], RNA)).round(1).tolist()
    [86.5, -inf]
    """
    require_one_hot(one_hot)
    n, n_bases = np.shape(one_hot)[:2]
    if n_bases < _SHORTEST_LOOP + 4:
        raise SequenceLengthError(f"the strands have {n_bases} bases; a hairpin takes {_SHORTEST_LOOP + 4} or more")
    bases = np.asarray(one_hot, dtype=np.float64)
    pairs = np.einsum("nia,nja->nij", bases, bases[..., ::-1]) == 1  # (N, L, L): whether i pairs with j
    enthalpy = _stacks(bases, "enthalpy")  # (N, L - 1): of bases i and i + 1 with their partners
    entropy = _stacks(bases, "entropy") / 1000
    hottest = np.full(n, -np.inf)
    for span in range(n_bases - 1, _SHORTEST_LOOP, -1):  # from the ends of the strand inward
        loop = _loop_entropy(span - 1)
        for i in range(n_bases - span):
            hottest = np.maximum(hottest, _melting(pairs, enthalpy, entropy, i, i + span, loop))
    return hottest - _KELVIN


def _melting(
    pairs: NDArray[np.bool_],
    enthalpy: NDArray[np.float64],
    entropy: NDArray[np.float64],
    i: int,
    j: int,
    loop_entropy: float,
) -> NDArray[np.float64]:
    """Return the melting temperature, in K, of the longest stem whose innermost pair is i and j."""
    holds = pairs[:, i, j].copy()
    gained, ordered = np.zeros(len(pairs)), np.zeros(len(pairs))
    while i > 0 and j < pairs.shape[1] - 1 and holds.any():  # one pair further out
        i, j = i - 1, j + 1
        holds &= pairs[:, i, j]
        gained += np.where(holds, enthalpy[:, i], 0.0)
        ordered += np.where(holds, entropy[:, i], 0.0)
    temperature = gained / (ordered + loop_entropy)
    return np.where(gained < 0, temperature, -np.inf)


def _stacks(bases: NDArray[np.float64], quantity: str) -> NDArray[np.float64]:
    return np.einsum("nia,ab,nib->ni", bases[:, :-1], stack_table(quantity), bases[:, 1:], optimize=True)


def _loop_entropy(n_bases: int) -> float:
    """Return the entropy of a loop, in kcal/(mol K)."""
    if n_bases <= _LONGEST_MEASURED:
        energy = _LOOP_ENERGIES[n_bases - _SHORTEST_LOOP]
    else:
        energy = _LOOP_ENERGIES[-1] + 1.75 * _GAS_CONSTANT * _BODY_TEMPERATURE * np.log(n_bases / _LONGEST_MEASURED)
    return -energy / _BODY_TEMPERATURE
