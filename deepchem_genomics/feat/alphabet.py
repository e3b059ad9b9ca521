"""The letters of DNA and RNA, what they stand for, and what they pair with."""

from dataclasses import dataclass

from deepchem_genomics.errors import AlphabetMismatchError

__all__ = ["DNA", "RNA", "Alphabet", "require_alphabet"]

# Cornish-Bowden (1985), table 1, written for DNA.
_CODES = {
    "A": "A", "C": "C", "G": "G", "T": "T",
    "R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT", "M": "AC",
    "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT",
}  # fmt: skip
_PAIRS = dict(zip("ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN", strict=True))


@dataclass(frozen=True)
class Alphabet:
    """Four nucleotides in the order of the one-hot columns, and the IUPAC codes over them.

    There are two, ``DNA`` and ``RNA``; one order for everything spares a reader the question.

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
    def from_letters(letters: str) -> "Alphabet":
        """Find the alphabet that has these letters.

        Parameters
        ----------
        letters : str
            "ACGT" or "ACGU".

        Returns
        -------
        Alphabet
            ``DNA`` or ``RNA``.

        Raises
        ------
        AlphabetMismatchError
            If the letters are others, or in another order.

        Examples
        --------
        >>> Alphabet.from_letters("ACGU")
        Alphabet(name='RNA', letters='ACGU')
        """
        for alphabet in (DNA, RNA):
            if letters == alphabet.letters:
                return alphabet
        raise AlphabetMismatchError(
            f"the alphabet is {letters!r}; it must be 'ACGT' (DNA) or 'ACGU' (RNA), which is also the order of the "
            "columns; choose one of the two"
        )

    @property
    def codes(self) -> dict[str, str]:
        """The 15 IUPAC codes, upper case, each with the bases it stands for: its own letters, then R to N."""
        return {self._spelt(code): self._spelt(bases) for code, bases in _CODES.items()}

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


def require_alphabet(alphabet: object) -> None:
    """Raise an error for what is not an alphabet, such as its letters.

    Parameters
    ----------
    alphabet : object
        What should be ``DNA`` or ``RNA``.

    Raises
    ------
    AlphabetMismatchError
        If it is anything else.
    """
    if not isinstance(alphabet, Alphabet):
        raise AlphabetMismatchError(
            f"the alphabet is {alphabet!r}, a {type(alphabet).__name__}; it must be feat.DNA or feat.RNA; pass one of "
            "the two"
        )
