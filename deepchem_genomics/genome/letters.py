"""What each byte of a genome file means: its upper case, and the base that pairs with it.

Lower case (soft-masked repeats) is read as upper case, so the masking is lost. All 15 IUPAC codes are letters of a
genome; what is none of them maps to zero, which no letter is.
"""

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import UnknownBaseError

__all__ = ["COMPLEMENT", "LETTERS", "UPPER", "opposite_strand", "require_letters", "unknown_letter"]

LETTERS = "ACGTRYSWKMBDHVN"
_PARTNERS = "TGCAYRSWMKVHDBN"
_PROTEIN_ONLY = "EFILPQZXJO*"


def _table(pairs: dict[str, str]) -> NDArray[np.uint8]:
    table = np.zeros(256, dtype=np.uint8)
    for letter, becomes in pairs.items():
        table[[ord(letter), ord(letter.lower())]] = ord(becomes)
    return table


UPPER = _table(dict(zip(LETTERS, LETTERS, strict=True)))
COMPLEMENT = _table(dict(zip(LETTERS, _PARTNERS, strict=True)))
_UPPER_BYTES = UPPER.tobytes()


def opposite_strand(letters: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Reverse and complement bases along the last axis.

    Parameters
    ----------
    letters : ndarray of shape (..., L), uint8
        ASCII letters, upper case.

    Returns
    -------
    ndarray of shape (..., L), uint8
        The other strand, 5' to 3'.

    Examples
    --------
    >>> opposite_strand(np.frombuffer(b"ACCR", np.uint8)).tobytes()
    b'YGGT'
    """
    return COMPLEMENT[letters[..., ::-1]]


def require_letters(letters: NDArray[np.uint8], start: int, chromosome: str, file: str) -> NDArray[np.uint8]:
    """Turn bytes of a genome file into upper case.

    Parameters
    ----------
    letters : ndarray of shape (L,), uint8
        Bytes as the file has them.
    start : int
        Where on the chromosome they begin, for the error.
    chromosome, file : str
        What the error calls them.

    Returns
    -------
    ndarray of shape (L,), uint8
        Upper-case letters.

    Raises
    ------
    UnknownBaseError
        If a byte is not an IUPAC code of DNA.
    """
    # Python looks bytes up in a table several times as fast as NumPy.
    upper = np.frombuffer(bytearray(letters).translate(_UPPER_BYTES), np.uint8)
    if upper.size and not upper.min():
        at = int(np.argmin(upper))
        raise unknown_letter(chr(letters[at]), f"{file}: record {chromosome!r}", start + at)
    return upper


def unknown_letter(letter: str, where: str, position: int) -> UnknownBaseError:
    """Say which letter is not a letter of a genome, and what it may mean.

    Parameters
    ----------
    letter : str
        What was found.
    where : str
        File, line and record.
    position : int
        0-based position in the record.

    Returns
    -------
    UnknownBaseError
        To be raised by the caller.
    """
    if letter.upper() == "U":
        remedy = "this looks like RNA: write T for U"
    elif letter.upper() in _PROTEIN_ONLY:
        remedy = "this looks like protein: give the file of its genome"
    elif letter in "\r\n>":
        remedy = "an index beside the file does not belong to it: delete the .fai"
    else:
        remedy = "correct the letter, or write N"
    return UnknownBaseError(
        f"{where} has {letter!r} at position {position}; DNA has the letters A, C, G, T and the IUPAC codes "
        f"{', '.join(LETTERS[4:])}; {remedy}"
    )
