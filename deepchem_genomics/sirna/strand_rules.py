"""Rules on the letters of an siRNA's strands: runs, palindromes, motifs to avoid."""

import re

import numpy as np
from numpy.typing import NDArray

__all__ = ["IMMUNE_MOTIFS", "TOXIC_MOTIFS", "g_quadruplexes", "longest_palindrome", "longest_run", "motifs_found"]

IMMUNE_MOTIFS = ("GUCCUUCAA", "UGUGU")
"""Motifs that set off Toll-like receptors: Hornung et al. (2005), Judge et al. (2005)."""

TOXIC_MOTIFS = ("UGGC",)
"""A motif that was found to go with loss of viability: Fedorov et al. (2006)."""

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
    same = strands[:, 1:] == strands[:, :-1]
    run = np.ones(len(strands), dtype=np.int64)
    longest = run.copy()
    for column in same.T:
        run = np.where(column, run + 1, 1)
        np.maximum(longest, run, out=longest)
    return longest


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
