"""The other strand: reverse complements of strings and of one-hot arrays."""

from collections.abc import Iterable
from functools import cache
from typing import Any, overload

import numpy as np

from deepchem_genomics.errors import BadValueError, UnknownBaseError
from deepchem_genomics.feat.alphabet import DNA, Alphabet
from deepchem_genomics.feat.encoding import require_rows_of_four
from deepchem_genomics.feat.records import as_text
from deepchem_genomics.typing import OneHot

__all__ = ["reverse_complement", "reverse_complement_one_hot"]


@overload
def reverse_complement(sequences: str, alphabet: Alphabet | str = DNA) -> str: ...  # type: ignore[overload-overlap]
@overload
def reverse_complement(sequences: Iterable[str], alphabet: Alphabet | str = DNA) -> list[str]: ...
def reverse_complement(sequences: str | Iterable[str], alphabet: Alphabet | str = DNA) -> str | list[str]:
    """Write the opposite strand of sequences, both strands read from 5' to 3'.

    Parameters
    ----------
    sequences : str or iterable of str
        One sequence or several, of any lengths. Case is kept, and IUPAC codes are complemented (R to Y).
    alphabet : Alphabet or str, default DNA
        ``DNA`` or ``RNA``; the opposite strand is written in the same one.

    Returns
    -------
    str or list of str
        A string for a string, a list for anything else.

    Raises
    ------
    UnknownBaseError
        If a letter is neither in the alphabet nor an IUPAC code. Positions count from 0.
    BadValueError
        If a sequence is not a string.
    AlphabetMismatchError
        If ``alphabet`` is neither of the two.

    Examples
    --------
    >>> reverse_complement("GATTaca")
    'tgtAATC'
    >>> reverse_complement(["AAC", "NR"])
    ['GTT', 'YN']
    """
    alphabet, sequences = Alphabet.of(alphabet), as_text(sequences)
    if isinstance(sequences, str):
        return _other_strand(sequences, "the sequence", alphabet)
    return [_other_strand(as_text(text), f"sequence {i}", alphabet) for i, text in enumerate(sequences)]


def reverse_complement_one_hot(one_hot: OneHot) -> OneHot:
    """Turn one-hot encoded sequences into the encoding of the opposite strand.

    Both alphabets have complementary letters in mirrored columns (A and T, C and G), so this is the array with its
    bases and its columns in reverse order. Rows of zeros and of fractions come out right too.

    Parameters
    ----------
    one_hot : ndarray of shape (N, L, 4) or (L, 4), any dtype
        Columns A, C, G and T or U.

    Returns
    -------
    ndarray of the same shape and dtype
        A new, C-contiguous array.

    Raises
    ------
    ShapeMismatchError
        If the array has another shape.

    Examples
    --------
    >>> reverse_complement_one_hot(np.array([[1, 0, 0, 0], [0, 0, 1, 0]])).tolist()  # AG
    [[0, 1, 0, 0], [0, 0, 0, 1]]
    """
    arrays: Any = np.asarray(one_hot)
    require_rows_of_four(arrays)
    found: OneHot = arrays[..., ::-1, ::-1].copy(order="C")
    return found


@cache
def _partners(alphabet: Alphabet) -> dict[int, str]:
    """Map each letter, of either case, to its partner, as ``str.translate`` wants it."""
    pairs = alphabet.complement
    return {ord(letter): partner for letter, partner in pairs.items()} | {
        ord(letter.lower()): partner.lower() for letter, partner in pairs.items()
    }


def _other_strand(text: str, name: str, alphabet: Alphabet) -> str:
    if not isinstance(text, str):
        raise BadValueError(f"{name} is {text!r}, a {type(text).__name__}; it must be a str; convert it or drop it")
    partners = _partners(alphabet)
    if not partners.keys() >= set(map(ord, set(text))):
        position, letter = next((i, letter) for i, letter in enumerate(text) if ord(letter) not in partners)
        raise UnknownBaseError(
            f"{name} has {letter!r} at position {position}; {alphabet.name} has the letters "
            f"{', '.join(alphabet.codes)}; correct the letter, or pass the other alphabet if it has it"
        )
    return text.translate(partners)[::-1]
