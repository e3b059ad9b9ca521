"""Stability of RNA duplexes: nearest-neighbor thermodynamics of perfect duplexes.

The free energy of a duplex is what it costs to bring two strands together, plus what each stack of two neighboring
base pairs gains, plus a penalty for each end that is an A-U pair; all measured by Xia et al. [1]_ in 1 M NaCl. The more
negative, the tighter.

A base that is not known (a row of zeros) takes part in no stack and costs no penalty.

References
----------
.. [1] T. Xia, J. SantaLucia, M. E. Burkard, R. Kierzek, S. J. Schroeder, X. Jiao, C. Cox and D. H. Turner.
   Thermodynamic parameters for an expanded nearest-neighbor model for formation of RNA duplexes with Watson-Crick base
   pairs. *Biochemistry* 37, 14719-14735, 1998. doi:10.1021/bi9809425.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.arguments import NUMBER_ABOVE_0, require_choice, require_rule, require_whole_number
from deepchem_genomics.errors import SequenceLengthError
from deepchem_genomics.feat.alphabet import RNA
from deepchem_genomics.feat.kmers import require_one_hot
from deepchem_genomics.typing import OneHot

__all__ = [
    "DuplexEnds",
    "duplex_ends",
    "duplex_energy",
    "hairpin_temperature",
    "melting_temperature",
    "stack_table",
    "stacking_energies",
]

_STACKS = {  # 5'->3' of one strand, paired with its complement: kcal/mol at 37 C, kcal/mol, cal/(mol K)
    "AA": (-0.93, -6.82, -19.0),
    "AU": (-1.10, -9.38, -26.7),
    "UA": (-1.33, -7.69, -20.5),
    "CU": (-2.08, -10.48, -27.1),
    "CA": (-2.11, -10.44, -26.9),
    "GU": (-2.24, -11.40, -29.5),
    "GA": (-2.35, -12.44, -32.5),
    "CG": (-2.36, -10.64, -26.7),
    "GG": (-3.26, -13.39, -32.7),
    "GC": (-3.42, -14.88, -36.9),
}
_INITIATION = (4.09, 3.61, -1.5)
_TERMINAL_AU = (0.45, 3.72, 10.5)
_QUANTITIES = ("free energy", "enthalpy", "entropy")

_GAS_CONSTANT = 1.987  # cal/(mol K), as in the paper
_KELVIN = 273.15


class DuplexEnds(NamedTuple):
    """How tightly the two ends of siRNA duplexes are paired, and which strand is loaded for it.

    Parameters
    ----------
    guide : ndarray of float64, (N,)
        Free energy of the pairs at the guide's 5' end, kcal/mol at 37 C.
    passenger : ndarray of float64, (N,)
        Free energy of those at the passenger's 5' end.
    asymmetry : ndarray of float64, (N,)
        ``guide - passenger``. Above zero, the guide's 5' end is the looser one, and the guide the strand that tends to
        be loaded.
    """

    guide: NDArray[np.float64]
    passenger: NDArray[np.float64]
    asymmetry: NDArray[np.float64]


def stack_table(quantity: str = "free energy") -> NDArray[np.float64]:
    """Tabulate what each stack of two neighboring base pairs contributes to a duplex.

    Parameters
    ----------
    quantity : {"free energy", "enthalpy", "entropy"}, default "free energy"
        In kcal/mol at 37 C, kcal/mol, cal/(mol K).

    Returns
    -------
    ndarray of float64, (4, 4)
        Of the stack whose one strand reads row, column from 5' to 3'; both in the order A, C, G, U.

    Raises
    ------
    BadValueError
        If there is no such quantity.

    Examples
    --------
    >>> float(stack_table()[1, 2])  # 5'-CG-3'
    -2.36
    """
    require_choice("quantity", quantity, _QUANTITIES)
    index, table = _QUANTITIES.index(quantity), np.zeros((4, 4))
    for letters, values in _STACKS.items():
        first, second = (RNA.letters.index(letter) for letter in letters)
        table[first, second] = values[index]
        table[3 - second, 3 - first] = values[index]  # the same stack, read from the other strand
    return table


def stacking_energies(one_hot: OneHot) -> NDArray[np.float64]:
    """Return the free energy of each stack in the duplexes of RNA strands with their complements.

    Parameters
    ----------
    one_hot : ndarray, (N, L, 4)
        One strand of each duplex, 5' to 3', columns A, C, G, U. DNA is read as the RNA of the same bases.

    Returns
    -------
    ndarray of float64, (N, L - 1)
        Kcal/mol at 37 C: column i is the stack of bases i and i + 1. 0 where one of them is unknown.

    Raises
    ------
    ShapeMismatchError
        If ``one_hot`` has another shape.

    Examples
    --------
    >>> from deepchem_genomics.feat import RNA, one_hot
    >>> stacking_energies(one_hot(["GCAN"], RNA)).tolist()
    [[-3.42, -2.11, 0.0]]
    """
    require_one_hot(one_hot)
    return _stacks(one_hot, "free energy")


def duplex_energy(one_hot: OneHot) -> NDArray[np.float64]:
    """Return the free energy of the duplexes of RNA strands with their complements, overhangs left aside.

    The further penalty for strands that are their own complement is left out.

    Parameters
    ----------
    one_hot : ndarray, (N, L, 4)
        One strand of each duplex, columns A, C, G, U; every base is paired. Of a 21-nt guide pass ``[:, :19]``.

    Returns
    -------
    ndarray of float64, (N,)
        Kcal/mol at 37 C: initiation, stacks, and a penalty for each A-U end.

    Raises
    ------
    ShapeMismatchError
        If ``one_hot`` has another shape.

    Examples
    --------
    >>> from deepchem_genomics.feat import RNA, one_hot
    >>> duplex_energy(one_hot(["GCCA"], RNA)).round(2).tolist()  # 4.09 - 3.42 - 3.26 - 2.11 + 0.45
    [-4.25]
    """
    require_one_hot(one_hot)
    return _total(one_hot, "free energy")


def duplex_ends(guides: OneHot, pairs: int = 5, paired: int = 19) -> DuplexEnds:
    """Compare the two ends of siRNA duplexes.

    The guide's bases 1 to 19 pair with the passenger; the last two, at its 3' end, hang over. The end that is paired
    more loosely is opened first, and the strand whose 5' end lies there becomes the guide [1]_ [2]_.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U.
    pairs : int, default 5
        Number of base pairs that count as an end: 5 have four stacks.
    paired : int, default 19
        Number of the guide's bases, from its 5' end, that pair with the passenger.

    Returns
    -------
    DuplexEnds
        Free energy of the guide's end, of the passenger's, and their difference: stacks plus the penalty for an A-U
        pair at the very end.

    Raises
    ------
    ShapeMismatchError
        If ``guides`` has another shape.
    SequenceLengthError
        If the guides have fewer than ``paired`` bases.
    BadValueError
        If ``pairs`` is not from 2 to ``paired``.

    References
    ----------
    .. [1] Schwarz et al. Asymmetry in the assembly of the RNAi enzyme complex. *Cell* 115, 199-208, 2003.
    .. [2] A. Khvorova, A. Reynolds and S. D. Jayasena. Functional siRNAs and miRNAs exhibit strand bias. *Cell* 115,
       209-216, 2003.

    Examples
    --------
    >>> from deepchem_genomics.feat import RNA, one_hot
    >>> ends = duplex_ends(one_hot(["UUAAUCGAUCGAUCGCGCCAA"], RNA))
    >>> ends.guide.round(2).tolist(), ends.passenger.round(2).tolist(), ends.asymmetry.round(2).tolist()
    ([-3.84], [-12.46], [8.62])
    """
    require_one_hot(guides)
    n_bases = np.shape(guides)[1]
    if n_bases < paired:
        raise SequenceLengthError(f"the guides have {n_bases} bases; {paired} are to pair; pass paired={n_bases}")
    require_whole_number("pairs", pairs, lowest=2, highest=paired, of="the duplex's pairs")
    stacks = stacking_energies(guides[:, :paired])  # (N, paired - 1)
    penalty = _au(guides[:, [0, paired - 1]]) * _TERMINAL_AU[0]  # (N, 2)
    guide = stacks[:, : pairs - 1].sum(axis=1) + penalty[:, 0]
    passenger = stacks[:, -(pairs - 1) :].sum(axis=1) + penalty[:, 1]
    return DuplexEnds(guide, passenger, guide - passenger)


def melting_temperature(one_hot: OneHot, strands: float = 1e-4) -> NDArray[np.float64]:
    """Return the temperature at which half of the RNA strands are paired with their complements, in 1 M NaCl.

    Parameters
    ----------
    one_hot : ndarray, (N, L, 4)
        One strand of each duplex, columns A, C, G, U; every base is paired. The seed of a guide, bases 2 to 8, is
        ``[:, 1:8]``: how tightly it pairs says how likely the guide is to act on other transcripts [1]_.
    strands : float, default 1e-4
        Concentration of both strands together, mol/l.

    Returns
    -------
    ndarray of float64, (N,)
        Degrees Celsius: enthalpy over entropy, ``dH / (dS + R ln(strands / 4))``.

    Raises
    ------
    ShapeMismatchError
        If ``one_hot`` has another shape.
    BadValueError
        If ``strands`` is not above 0.

    References
    ----------
    .. [1] K. Ui-Tei, Y. Naito, K. Nishi, A. Juni and K. Saigo. Thermodynamic stability and Watson-Crick base pairing in
       the seed duplex are major determinants of the efficiency of the siRNA-based off-target effect. *Nucleic Acids
       Research* 36, 7100-7109, 2008. They use another formula: their limit of 21.5 degrees does not hold here.

    Examples
    --------
    >>> from deepchem_genomics.feat import RNA, one_hot
    >>> melting_temperature(one_hot(["UUAAUCGAUCGAUCGCGCCAA"], RNA)[:, 1:8]).round(1).tolist()
    [30.1]
    """
    require_one_hot(one_hot)
    require_rule("strands (mol/l)", strands, NUMBER_ABOVE_0)
    enthalpy = 1000 * _total(one_hot, "enthalpy")  # cal/mol
    entropy = _total(one_hot, "entropy") + _GAS_CONSTANT * np.log(strands / 4)
    found: NDArray[np.float64] = enthalpy / entropy - _KELVIN
    return found


def _stacks(one_hot: OneHot, quantity: str) -> NDArray[np.float64]:
    bases: Any = np.asarray(one_hot, dtype=np.float64)
    found: NDArray[np.float64] = ((bases[:, :-1] @ stack_table(quantity)) * bases[:, 1:]).sum(axis=2)
    return found


def _total(one_hot: OneHot, quantity: str) -> NDArray[np.float64]:
    index = _QUANTITIES.index(quantity)
    ends = _au(np.asarray(one_hot)[:, [0, -1]]).sum(axis=1)  # (N,)
    found: NDArray[np.float64] = (
        _INITIATION[index] + _stacks(one_hot, quantity).sum(axis=1) + _TERMINAL_AU[index] * ends
    )
    return found


def _au(one_hot: Any) -> NDArray[np.float64]:
    """Return where A or U stands, (N, L): 1 or 0."""
    return np.asarray(one_hot[..., 0] + one_hot[..., 3], dtype=np.float64)


_LOOP_ENERGIES = (5.4, 5.6, 5.7, 5.4, 6.0, 5.5, 6.4)  # kcal/mol at 37 C, for loops of 3 to 9 bases
_SHORTEST_LOOP, _LONGEST_MEASURED = 3, 9
_BODY_TEMPERATURE = 310.15  # K
_GAS_CONSTANT_KCAL = 1.987e-3  # kcal/(mol K)


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
    enthalpy = _hairpin_stacks(bases, "enthalpy")  # (N, L - 1): of bases i and i + 1 with their partners
    entropy = _hairpin_stacks(bases, "entropy") / 1000
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


def _hairpin_stacks(bases: NDArray[np.float64], quantity: str) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.einsum(
        "nia,ab,nib->ni", bases[:, :-1], stack_table(quantity), bases[:, 1:], optimize=True
    )
    return found


def _loop_entropy(n_bases: int) -> float:
    """Return the entropy of a loop, in kcal/(mol K)."""
    if n_bases <= _LONGEST_MEASURED:
        energy = _LOOP_ENERGIES[n_bases - _SHORTEST_LOOP]
    else:
        energy = _LOOP_ENERGIES[-1] + 1.75 * _GAS_CONSTANT_KCAL * _BODY_TEMPERATURE * np.log(
            n_bases / _LONGEST_MEASURED
        )
    return -energy / _BODY_TEMPERATURE
