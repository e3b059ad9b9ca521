"""The two strands of an siRNA, and the bases at given positions."""

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import SequenceLengthError, ShapeMismatchError
from deepchem_genomics.feat.alphabet import RNA
from deepchem_genomics.feat.strand import reverse_complement_one_hot
from deepchem_genomics.typing import OneHot

__all__ = ["PAIRED", "bases_at", "count_at", "guide_core", "passenger_core"]

PAIRED = 19
"""Number of base pairs in an siRNA whose strands have 21 bases."""


def guide_core(guides: OneHot) -> OneHot:
    """Return the first 19 bases of guides, which pair with the passenger strand.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U. L is at least 19.

    Returns
    -------
    ndarray, (N, 19, 4)
        A view of ``guides``.

    Raises
    ------
    ShapeMismatchError
        If ``guides`` has another shape.
    SequenceLengthError
        If the guides have fewer than 19 bases.
    """
    if np.ndim(guides) != 3 or np.shape(guides)[2] != 4:
        raise ShapeMismatchError(
            f"guides has shape {np.shape(guides)}; it must be (N, L, 4); encode them with feat.one_hot(guides, RNA)"
        )
    if np.shape(guides)[1] < PAIRED:
        raise SequenceLengthError(
            f"the guides have {np.shape(guides)[1]} bases; the rules are about {PAIRED} base pairs; give guides of 21 "
            "bases, or of 19 without the overhang"
        )
    return guides[:, :PAIRED]


def passenger_core(guides: OneHot) -> OneHot:
    """Return the 19 bases of the passenger strands that pair with guides.

    The passenger (sense) strand has the sequence of the target, as RNA.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U. L is at least 19. The overhang is ignored.

    Returns
    -------
    ndarray, (N, 19, 4)
        Passenger strands 5' to 3'. Base i, counted from 0, pairs with base 18 - i of the guide.

    Raises
    ------
    ShapeMismatchError
        If ``guides`` has another shape.
    SequenceLengthError
        If the guides have fewer than 19 bases.

    Examples
    --------
    >>> from deepchem_genomics.feat import RNA, decode, one_hot
    >>> decode(passenger_core(one_hot(["UUAAUCGAUCGAUCGCGCCAA"], RNA)), RNA)
    ['GGCGCGAUCGAUCGAUUAA']
    """
    return reverse_complement_one_hot(guide_core(guides))


def bases_at(strands: OneHot, position: int, letters: str) -> NDArray[np.bool_]:
    """Return whether strands have one of the given letters at a position.

    Parameters
    ----------
    strands : ndarray, (N, L, 4)
        Columns A, C, G, U.
    position : int
        Counted from 1 at the 5' end, as in the literature.
    letters : str
        One or more of A, C, G, U.

    Returns
    -------
    ndarray of bool, (N,)
        False where the base is unknown.
    """
    return count_at(strands, position, position, letters) == 1


def count_at(strands: OneHot, first: int, last: int, letters: str) -> NDArray[np.int64]:
    """Count the given letters between two positions.

    Parameters
    ----------
    strands : ndarray, (N, L, 4)
        Columns A, C, G, U.
    first, last : int
        Counted from 1 at the 5' end. Both positions are included.
    letters : str
        One or more of A, C, G, U.

    Returns
    -------
    ndarray of int64, (N,)
        Unknown bases are not counted.
    """
    columns = [RNA.letters.index(letter) for letter in letters]
    return (strands[:, first - 1 : last, columns] == 1).sum(axis=(1, 2))
