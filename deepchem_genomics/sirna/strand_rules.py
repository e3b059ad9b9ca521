"""What rules ask of an siRNA's strands: runs, palindromes, motifs to avoid, and how stable the seed's duplex is."""

import re

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.feat import RNA
from deepchem_genomics.feat.guide_rules import longest_stretch
from deepchem_genomics.feat.kmers import require_one_hot
from deepchem_genomics.typing import OneHot

__all__ = [
    "IMMUNE_MOTIFS",
    "TOXIC_MOTIFS",
    "WARMEST_SEED",
    "g_quadruplexes",
    "longest_palindrome",
    "longest_run",
    "motifs_found",
    "seed_temperature",
]

IMMUNE_MOTIFS = ("GUCCUUCAA", "UGUGU")
"""Motifs that set off Toll-like receptors: Hornung et al. (2005), Judge et al. (2005)."""

TOXIC_MOTIFS = ("UGGC",)
"""A motif that was found to go with loss of viability: Fedorov et al. (2006)."""

WARMEST_SEED = 21.5
"""Degrees Celsius: seeds that melt below it have few off-target effects, by Ui-Tei et al. (2008)."""

_STACKS = {
    "AA": (-6.6, -18.4),
    "AU": (-5.7, -15.5),
    "UA": (-8.1, -22.6),
    "CA": (-10.5, -27.8),
    "GU": (-10.2, -26.2),
    "CU": (-7.6, -19.2),
    "GA": (-13.3, -35.5),
    "CG": (-8.0, -19.4),
    "GC": (-14.2, -34.9),
    "GG": (-12.2, -29.7),
}
"""Enthalpy, kcal/mol, and entropy, cal/(mol K), of two neighboring pairs: Freier et al. (1986), table 2."""

_HELIX_INITIATION = -10.8  # cal/(mol K)
_GAS_CONSTANT = 1.987  # cal/(mol K)
_STRANDS = 1e-4  # mol/l
_SODIUM = 0.1  # mol/l
_KELVIN = 273.15

Codes = NDArray[np.uint8]

_G, _STRETCHES = 2, 4
_QUADRUPLEX = re.compile(r"GG(?:[ACGU]{1,7}GG){3}")


def longest_run(strands: Codes) -> NDArray[np.int64]:
    """Return the length of the longest run of one letter.

    Examples
    --------
    >>> longest_run(np.array([[0, 1, 1, 1, 2, 2]], dtype=np.uint8)).tolist()
    [3]
    """
    return 1 + longest_stretch(strands[:, 1:] == strands[:, :-1])


def longest_palindrome(strands: Codes) -> NDArray[np.int64]:
    """Return the length of the longest stretch that is its own reverse complement, and so pairs with its like.

    Examples
    --------
    >>> longest_palindrome(np.array([[0, 0, 2, 0, 3, 1, 0]], dtype=np.uint8)).tolist()  # GAUC
    [4]
    """
    n_bases = strands.shape[1]
    longest = np.zeros(len(strands), dtype=np.int64)
    for center in range(1, n_bases):
        holds = np.ones(len(strands), dtype=bool)
        for reach in range(1, min(center, n_bases - center) + 1):
            holds &= strands[:, center - reach] + strands[:, center + reach - 1] == 3
            if not holds.any():
                break
            np.maximum(longest, np.where(holds, 2 * reach, 0), out=longest)
    return longest


def g_quadruplexes(guides: Codes, passengers: Codes) -> NDArray[np.object_]:
    """Name the strands that could fold into a G-quadruplex: four times GG, with 1 to 7 bases between.

    Examples
    --------
    >>> strands = np.array([[2, 2, 0, 2, 2, 0, 2, 2, 0, 2, 2], [2, 2, 0, 2, 2, 0, 2, 2, 0, 2, 0]], dtype=np.uint8)
    >>> g_quadruplexes(strands, strands[::-1]).tolist()
    ['guide', 'passenger']
    """
    found = np.full(len(guides), "", dtype=object)
    for name, strands in (("guide", guides), ("passenger", passengers)):
        pairs = (strands[:, 1:] == _G) & (strands[:, :-1] == _G)
        for row in np.flatnonzero(pairs.sum(axis=1) >= _STRETCHES):  # few
            if _QUADRUPLEX.search("".join("ACGU"[code] for code in strands[row])):
                found[row] = f"{found[row]}, {name}" if found[row] else name
    return found


def motifs_found(guides: Codes, passengers: Codes, motifs: tuple[str, ...]) -> NDArray[np.object_]:
    """Name the motifs that either strand has.

    References
    ----------
    .. [1] V. Hornung et al. Sequence-specific potent induction of IFN-alpha by short interfering RNA in plasmacytoid
       dendritic cells through TLR7. *Nature Medicine* 11, 263-270, 2005.
    .. [2] A. D. Judge et al. Sequence-dependent stimulation of the mammalian innate immune response by synthetic siRNA.
       *Nature Biotechnology* 23, 457-462, 2005.
    .. [3] Fedorov et al. Off-target effects by siRNA can induce toxic phenotype. *RNA* 12, 1188-1196, 2006.
    """
    found = np.full(len(guides), "", dtype=object)
    for motif in motifs:
        for name, strands in (("guide", guides), ("passenger", passengers)):
            rows = np.flatnonzero(_has(strands, motif))
            found[rows] = [f"{text}, {motif} in {name}" if text else f"{motif} in {name}" for text in found[rows]]
    return found


def _has(strands: Codes, motif: str) -> NDArray[np.bool_]:
    wanted = ["ACGU".index(letter) for letter in motif]
    has = np.zeros(len(strands), dtype=bool)
    for start in range(strands.shape[1] - len(motif) + 1):
        here = strands[:, start] == wanted[0]
        for offset, code in enumerate(wanted[1:], 1):
            here &= strands[:, start + offset] == code
        has |= here
    return has


def seed_temperature(guides: OneHot) -> NDArray[np.float64]:
    """Return the melting temperature of the duplex of a strand's bases 2 to 8 with their complement.

    ``dH / (A + dS + R ln(c / 4)) - 273.15 + 16.6 log10(Na)``, where dH and dS are sums over the six stacks, A is
    -10.8 cal/(mol K), c is 100 micromolar and Na 100 millimolar: the formula of Ui-Tei et al. [1]_ with the stacks of
    Freier et al. [2]_, as siDirect 2.0 [3]_ has it. By it, 4,488 of the 16,384 seeds melt below 21.5 degrees, the limit
    that siDirect gives. It differs from :func:`deepchem_genomics.feat.melting_temperature`, which is for 1 M NaCl, has
    penalties for A-U ends and the later stacks of Xia et al. (1998), for which this limit was not made.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide or passenger strands 5' to 3', columns A, C, G, U, at least 8 bases.

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
    .. [2] S. M. Freier et al. Improved free-energy parameters for predictions of RNA duplex stability. *Proceedings of
       the National Academy of Sciences* 83, 9373-9377, 1986.
    .. [3] Y. Naito, J. Yoshimura, S. Morishita and K. Ui-Tei. siDirect 2.0: updated software for designing functional
       siRNA with reduced seed-dependent off-target effect. *BMC Bioinformatics* 10, 392, 2009.

    Examples
    --------
    >>> from deepchem_genomics.feat import RNA, one_hot
    >>> seed_temperature(one_hot(["UUAAUCGAUCGAUCGCGCCAA", "UGCGCGCGAUCGAUCGCGCAA"], RNA)).round(1).tolist()
    [17.9, 52.2]
    """
    require_one_hot(guides)
    seeds = np.asarray(guides[:, 1:8], dtype=np.float64)
    enthalpy, entropy = (((seeds[:, :-1] @ table) * seeds[:, 1:]).sum(axis=(1, 2)) for table in _tables())
    ordered = _HELIX_INITIATION + entropy + _GAS_CONSTANT * np.log(_STRANDS / 4)
    found: NDArray[np.float64] = 1000 * enthalpy / ordered - _KELVIN + 16.6 * np.log10(_SODIUM)
    return found


def _tables() -> NDArray[np.float64]:
    """Tabulate enthalpy and entropy of stacks, (2, 4, 4), by their two bases on either strand."""
    tables = np.zeros((2, 4, 4))
    for letters, values in _STACKS.items():
        first, second = (RNA.letters.index(letter) for letter in letters)
        tables[:, first, second] = tables[:, 3 - second, 3 - first] = values
    return tables
