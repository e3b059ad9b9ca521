"""How tightly the seed of a guide pairs: the melting temperature by which off-target effects are foretold."""

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.feat import stack_table
from deepchem_genomics.feat.kmers import require_one_hot
from deepchem_genomics.typing import OneHot

__all__ = ["WARMEST_SEED", "seed_temperature"]

WARMEST_SEED = 21.5
"""Degrees Celsius: seeds that melt below it have few off-target effects, by Ui-Tei et al. (2008)."""

_HELIX_INITIATION = -10.8  # cal/(mol K)
_GAS_CONSTANT = 1.987  # cal/(mol K)
_STRANDS = 1e-4  # mol/l
_SODIUM = 0.1  # mol/l
_KELVIN = 273.15


def seed_temperature(guides: OneHot) -> NDArray[np.float64]:
    """Return the melting temperature of the duplex of a guide's bases 2 to 8 with their complement.

    ``dH / (A + dS + R ln(c / 4)) - 273.15 + 16.6 log10(Na)``, where dH and dS are sums over the six stacks, A is
    -10.8 cal/(mol K), c is 100 micromolar and Na 100 millimolar: the formula of Ui-Tei et al. [1]_ with the stacks of
    Xia et al. [2]_. It differs from :func:`deepchem_genomics.feat.melting_temperature`, which is for 1 M NaCl and has
    penalties for A-U ends.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U, at least 8 bases.

    Returns
    -------
    ndarray of float64, (N,)
        Degrees Celsius.

    Raises
    ------
    ShapeMismatchError
        If ``guides`` has another shape.

    References
    ----------
    .. [1] K. Ui-Tei, Y. Naito, K. Nishi, A. Juni and K. Saigo. Thermodynamic stability and Watson-Crick base pairing in
       the seed duplex are major determinants of the efficiency of the siRNA-based off-target effect. *Nucleic Acids
       Research* 36, 7100-7109, 2008.
    .. [2] T. Xia et al. Thermodynamic parameters for an expanded nearest-neighbor model for formation of RNA duplexes
       with Watson-Crick base pairs. *Biochemistry* 37, 14719-14735, 1998.

    Examples
    --------
    >>> from deepchem_genomics.feat import RNA, one_hot
    >>> seed_temperature(one_hot(["UUAAUCGAUCGAUCGCGCCAA", "UGCGCGCGAUCGAUCGCGCAA"], RNA)).round(1).tolist()
    [23.3, 54.1]
    """
    require_one_hot(guides)
    seeds = np.asarray(guides[:, 1:8], dtype=np.float64)
    enthalpy, entropy = (
        ((seeds[:, :-1] @ stack_table(quantity)) * seeds[:, 1:]).sum(axis=(1, 2))
        for quantity in ("enthalpy", "entropy")
    )
    ordered = _HELIX_INITIATION + entropy + _GAS_CONSTANT * np.log(_STRANDS / 4)
    found: NDArray[np.float64] = 1000 * enthalpy / ordered - _KELVIN + 16.6 * np.log10(_SODIUM)
    return found
