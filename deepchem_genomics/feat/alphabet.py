"""Alphabets, their complements, and the row of four that each letter has."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import AlphabetMismatchError
from deepchem_genomics.io.fasta import IUPAC

__all__ = ["DNA", "RNA", "Alphabet", "RowTable", "row_table"]

_PAIRS = dict(zip("ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN", strict=True))


@dataclass(frozen=True)
class Alphabet:
    """Four nucleotides in the order of the one-hot columns, and the IUPAC codes over them.

    There are two, ``DNA`` and ``RNA``; the order of the columns is the same everywhere.

    Parameters
    ----------
    name : str
        "DNA" or "RNA", as error messages call it.
    letters : str
        "ACGT" or "ACGU": upper case, in column order.

    Raises
    ------
    AlphabetMismatchError
        If the letters are others, in another order, or not those of the name.

    References
    ----------
    Cornish-Bowden, A. (1985). Nomenclature for incompletely specified bases in nucleic acid sequences:
    recommendations 1984. Nucleic Acids Research 13(9), 3021-3030.

    Examples
    --------
    >>> DNA.letters, RNA.letters
    ('ACGT', 'ACGU')
    >>> RNA.codes["Y"], RNA.complement["Y"]
    ('CU', 'R')
    """

    name: str
    letters: str

    def __post_init__(self) -> None:
        if (self.name, self.letters) not in (("DNA", "ACGT"), ("RNA", "ACGU")):
            raise AlphabetMismatchError(
                f"the alphabet is {self.letters!r}, called {self.name!r}; the two alphabets are DNA, 'ACGT', and RNA, "
                "'ACGU'; choose one of them"
            )

    @staticmethod
    def of(given: "str | Alphabet") -> "Alphabet":
        """Find the alphabet that is meant.

        Parameters
        ----------
        given : str or Alphabet
            "ACGT" or "DNA", "ACGU" or "RNA", or an alphabet.

        Returns
        -------
        Alphabet
            ``DNA`` or ``RNA``.

        Raises
        ------
        AlphabetMismatchError
            If it is something else, or the letters are in another order.

        Examples
        --------
        >>> Alphabet.of("ACGU")
        Alphabet(name='RNA', letters='ACGU')
        """
        for alphabet in (DNA, RNA):
            if isinstance(given, str | Alphabet) and given in (alphabet, alphabet.letters, alphabet.name):
                return alphabet
        raise AlphabetMismatchError(
            f"the alphabet is {given!r}; it must be 'ACGT' (DNA) or 'ACGU' (RNA), which is also the order of the "
            "columns; choose one of the two"
        )

    @property
    def codes(self) -> dict[str, str]:
        """The 15 IUPAC codes, upper case, each with the bases it stands for: its own letters, then R to N."""
        return {self._spelt(code): self._spelt(bases) for code, bases in IUPAC.items()}

    @property
    def complement(self) -> dict[str, str]:
        """The code that each of the 15 codes pairs with."""
        return {self._spelt(code): self._spelt(partner) for code, partner in _PAIRS.items()}

    @property
    def foreign_letter(self) -> str:
        """The letter that the other alphabet has in the last column: U for DNA, T for RNA."""
        return "T" if self.letters == "ACGU" else "U"

    def _spelt(self, letters: str) -> str:
        return letters.replace("T", self.letters[3])


DNA = Alphabet("DNA", "ACGT")
RNA = Alphabet("RNA", "ACGU")


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
        """Write the rows of ASCII codes to ``out``, (n, 4) and C-contiguous; return whether all letters are allowed."""
        whole = len(codes) - len(codes) % np.dtype(self.index_type).itemsize  # an odd letter is left over
        words = out[:whole].reshape(-1).view(self.words.dtype)
        # No index can be out of range; to say "wrap" spares NumPy looking, and a buffer.
        np.take(self.words, codes[:whole].view(self.index_type), out=words, mode="wrap")
        out[whole:] = self.rows[codes[whole:]]
        return bool(out.min() >= 0)

    def allowed(self) -> set[str]:
        """Return the letters that have a row, upper and lower case."""
        return {chr(byte) for byte, row in enumerate(self.rows) if row[0] != _FORBIDDEN}


@cache
def row_table(alphabet: Alphabet, unknown: str, interchange_tu: bool) -> RowTable:
    """Build the table for an alphabet and a policy; float32 if ``unknown`` is "fractional", otherwise int8."""
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
