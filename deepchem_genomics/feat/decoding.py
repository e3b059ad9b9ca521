"""One-hot arrays back to strings of nucleotides."""

import numpy as np

from deepchem_genomics.errors import ShapeMismatchError
from deepchem_genomics.feat.alphabet import DNA, Alphabet, require_alphabet
from deepchem_genomics.typing import OneHot

__all__ = ["decode", "require_rows_of_four"]

_TOLERANCE = 1e-3  # a third in half precision is 0.33325
_BASES_AT_ONCE = 1 << 16


def decode(one_hot: OneHot, alphabet: Alphabet = DNA) -> list[str]:
    """Write one-hot encoded sequences as strings.

    Parameters
    ----------
    one_hot : ndarray of shape (N, L, 4) or (L, 4), any numeric dtype
        Columns in the order of the alphabet. (L, 4) is one sequence.
    alphabet : Alphabet, default DNA
        What the columns stand for.

    Returns
    -------
    list of str
        N strings of L upper-case letters. A row that shares 1 equally among two or three bases (to within 0.001) gives
        their IUPAC code; a row of zeros, one that shares it among all four, and any other row gives N.

    Raises
    ------
    ShapeMismatchError
        If the last axis does not have four columns, or there are fewer than two axes or more than three.
    AlphabetMismatchError
        If ``alphabet`` is not an Alphabet.

    Examples
    --------
    >>> decode(np.array([[[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]], dtype=np.int8))
    ['GAN']
    >>> decode(np.array([[0.5, 0.0, 0.5, 0.0]], dtype=np.float32))
    ['R']
    """
    require_alphabet(alphabet)
    arrays = np.asarray(one_hot)
    require_rows_of_four(arrays)
    if arrays.ndim == 2:
        arrays = arrays[None]
    at_once = max(1, _BASES_AT_ONCE // max(1, arrays.shape[1]))
    pieces = (arrays[first : first + at_once] for first in range(0, len(arrays), at_once))
    return [row.tobytes().decode("ascii") for piece in pieces for row in _letters(piece, alphabet)]


def require_rows_of_four(arrays: np.ndarray) -> None:
    """Raise an error unless an array is (N, L, 4) or (L, 4).

    Parameters
    ----------
    arrays : ndarray
        What should be one-hot encoded sequences.

    Raises
    ------
    ShapeMismatchError
        If it has another shape.
    """
    if arrays.ndim not in (2, 3) or arrays.shape[-1] != 4:
        raise ShapeMismatchError(
            f"the one-hot array has shape {arrays.shape}; it must be (N, L, 4), or (L, 4) for one sequence; "
            "move the axis of the letters to the end, and drop a fifth column for unknown bases"
        )


def _letters(arrays: np.ndarray, alphabet: Alphabet) -> np.ndarray:
    """Write (n, L, 4) rows as ASCII bytes, (n, L) uint8."""
    # Which of the four bases a row has, as a number of four bits: A 1, C 2, G 4, T or U 8.
    members = (arrays > 0) @ np.array([1, 2, 4, 8], dtype=np.uint8)  # (n, L)
    expected = np.zeros((16, 4), dtype=np.float32)
    letters = np.full(16, ord("N"), dtype=np.uint8)
    for code, bases in alphabet.codes.items():
        row = np.array([letter in bases for letter in alphabet.letters])
        number = row @ np.array([1, 2, 4, 8])
        expected[number] = row / len(bases)
        letters[number] = ord(code)
    exact = (np.abs(arrays - expected[members]) < _TOLERANCE).all(axis=-1)
    return np.where(exact, letters[members], np.uint8(ord("N")))
