"""What a strand is: its letters, its sugar, and the phosphates at its ends."""

from typing import NoReturn

from deepchem_genomics.errors import AlphabetMismatchError, BadValueError, EmptyInputError, UnknownBaseError
from deepchem_genomics.feat.alphabet import DNA, RNA, Alphabet

__all__ = ["KINDS", "PHOSPHATES", "alphabet_of", "check_kind", "check_phosphate", "clean_strand", "name_the_letter"]

KINDS = {"RNA": RNA, "DNA": DNA}
PHOSPHATES = ("none", "5'", "3'", "both")


def check_kind(kind: str) -> None:
    """Raise an error for what is neither "RNA" nor "DNA".

    Parameters
    ----------
    kind : str
        What the sugars are.

    Raises
    ------
    BadValueError
        If it is anything else.
    """
    if kind not in KINDS:
        raise BadValueError(f"kind is {kind!r}; it must be one of {', '.join(map(repr, KINDS))}")


def check_phosphate(phosphate: str, name: str = "phosphate") -> None:
    """Raise an error for what is none of the four ways to end a strand.

    Parameters
    ----------
    phosphate : str
        Which ends carry a phosphate.
    name : str, default "phosphate"
        What the parameter is called.

    Raises
    ------
    BadValueError
        If it is none of "none", "5'", "3'" and "both".
    """
    if phosphate not in PHOSPHATES:
        raise BadValueError(f"{name} is {phosphate!r}; it must be one of {', '.join(map(repr, PHOSPHATES))}")


def alphabet_of(kind: str) -> Alphabet:
    """Give the letters of a kind.

    Parameters
    ----------
    kind : {"RNA", "DNA"}
        What the sugars are.

    Returns
    -------
    Alphabet
        Its letters.
    """
    check_kind(kind)
    return KINDS[kind]


def clean_strand(sequence: str, kind: str, name: str = "the sequence") -> str:
    """Check that a strand is made of known bases.

    Parameters
    ----------
    sequence : str
        5' to 3', upper or lower case.
    kind : {"RNA", "DNA"}
        What the sugars are.
    name : str
        What errors call the sequence.

    Returns
    -------
    str
        Upper case.

    Raises
    ------
    BadValueError
        If it is not a string, or the kind is unknown.
    EmptyInputError
        If it has no bases.
    AlphabetMismatchError, UnknownBaseError
        If a letter is that of the other kind, or no single base.
    """
    alphabet = alphabet_of(kind)
    if not isinstance(sequence, str):
        raise BadValueError(f"{name} is {sequence!r}, a {type(sequence).__name__}; it must be a str; convert it")
    if not sequence:
        raise EmptyInputError(f"{name} is empty; a molecule needs at least one base; give the bases, or drop it")
    if not set(sequence) <= set(alphabet.letters + alphabet.letters.lower()):
        name_the_letter(sequence, kind, name)
    return sequence.upper()


def name_the_letter(sequence: str, kind: str, name: str) -> NoReturn:
    """Raise the error that says which letter of a strand is not one of the four bases.

    Parameters
    ----------
    sequence : str
        Has such a letter.
    kind : {"RNA", "DNA"}
        What the sugars are.
    name : str
        What the error calls the sequence.

    Raises
    ------
    AlphabetMismatchError
        If it is the letter of the other kind.
    UnknownBaseError
        If it is anything else.
    """
    alphabet = alphabet_of(kind)
    at = next(i for i, letter in enumerate(sequence) if letter not in alphabet.letters + alphabet.letters.lower())
    letter, bases = sequence[at], ", ".join(alphabet.letters)
    found = f"{name} has {letter!r} at position {at}; {kind} has the bases {bases}"
    if letter.upper() == alphabet.foreign_letter:
        other = "DNA" if kind == "RNA" else "RNA"
        raise AlphabetMismatchError(f'{found}; write {alphabet.letters[3]} for it, or pass kind="{other}"')
    if letter.upper() in alphabet.codes:
        raise UnknownBaseError(f"{found}, and a molecule must have one of them in each place; drop the sequence")
    raise UnknownBaseError(f"{found}; correct the letter")
