"""The row of four that each letter has, looked up for many letters at once.

Three things make that fast. Rows are moved as machine words, not as four numbers: an int8 row is 32 bits, so two
letters at a time give one 64-bit word from a table of 65,536. The caller works in pieces that stay in the processor's
cache. And a letter that is not allowed has a row of -1, so checking is one minimum over what was just written.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.feat.alphabet import Alphabet

__all__ = ["RowTable", "row_table"]

_FORBIDDEN = -1  # no encoding is negative


@dataclass(frozen=True, eq=False)
class RowTable:
    """A row of four for each byte value.

    Parameters
    ----------
    rows : ndarray of shape (256, 4), int8 or float32
        Indexed by a letter's ASCII code; a row of -1 where the letter is not allowed.
    words : ndarray of shape (65536,) int64, or (256,) complex128
        The same for two letters at a time if int8, and for one if float32; as wide as the rows they stand for.
    index_type : type
        ``uint16`` or ``uint8``: what the letters are read as to index ``words``.
    """

    rows: NDArray[Any]
    words: NDArray[Any]
    index_type: type[np.uint16] | type[np.uint8]

    def look_up(self, codes: NDArray[np.uint8], out: np.ndarray) -> bool:
        """Write the rows of letters.

        Parameters
        ----------
        codes : ndarray of shape (n,), uint8
            ASCII codes.
        out : ndarray of shape (n, 4), C-contiguous
            Where the rows go; of the same dtype as ``rows``.

        Returns
        -------
        bool
            Whether all letters are allowed.
        """
        whole = len(codes) - len(codes) % np.dtype(self.index_type).itemsize  # an odd letter is left over
        words = out[:whole].reshape(-1).view(self.words.dtype)
        # No index can be out of range; to say "wrap" spares NumPy looking, and a buffer.
        np.take(self.words, codes[:whole].view(self.index_type), out=words, mode="wrap")
        out[whole:] = self.rows[codes[whole:]]
        return bool(out.min() >= 0)

    def allowed(self) -> set[str]:
        """List the letters that have a row.

        Returns
        -------
        set of str
            Upper and lower case.
        """
        return {chr(byte) for byte, row in enumerate(self.rows) if row[0] != _FORBIDDEN}


@cache
def row_table(alphabet: Alphabet, unknown: str, interchange_tu: bool) -> RowTable:
    """Build the table for an alphabet and a policy; the same one is returned the next time.

    Parameters
    ----------
    alphabet : Alphabet
        Its letters are the columns.
    unknown : {"zeros", "fractional", "error"}
        What the IUPAC codes for several bases become.
    interchange_tu : bool
        Whether T and U are the same letter.

    Returns
    -------
    RowTable
        float32 if ``unknown`` is "fractional", otherwise int8.
    """
    rows = np.full((256, 4), _FORBIDDEN, dtype=np.float32 if unknown == "fractional" else np.int8)
    for code, bases in alphabet.codes.items():
        row = np.array([letter in bases for letter in alphabet.letters])
        if len(bases) == 1 or unknown == "fractional":
            rows[[ord(code), ord(code.lower())]] = row / np.float32(len(bases))
        elif unknown == "zeros":
            rows[[ord(code), ord(code.lower())]] = 0
    if interchange_tu:
        foreign, own = alphabet.foreign_letter, alphabet.letters[3]
        rows[[ord(foreign), ord(foreign.lower())]] = rows[ord(own)]
    if rows.dtype == np.float32:
        return RowTable(rows, rows.view(np.complex128).ravel(), np.uint8)
    pairs = np.arange(1 << 16, dtype=np.uint16).view(np.uint8).reshape(-1, 2)  # in this machine's byte order
    return RowTable(rows, rows[pairs].reshape(-1, 8).view(np.int64).ravel(), np.uint16)
