"""Strings of nucleotides to one-hot arrays."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_choice, require_whole_number
from deepchem_genomics.errors import BadValueError, ShapeMismatchError, UnknownBaseError
from deepchem_genomics.feat.alphabet import DNA, RNA, Alphabet, RowTable, row_table
from deepchem_genomics.feat.guides import completed
from deepchem_genomics.feat.records import Records, middle, pad_rows, read_records, require_lengths
from deepchem_genomics.typing import OneHot, Sequences

__all__ = ["OneHotEncoding", "check_options", "decode", "one_hot", "require_rows_of_four"]

_UNKNOWN = ("zeros", "fractional", "error")
_ON_LENGTH = ("error", "pad", "crop", "fit", "guide")
_BASES_AT_ONCE = 1 << 16  # 64 kB of letters make 256 kB of rows: both fit into a level-2 cache


def one_hot(
    sequences: Iterable[str] | Sequences,
    alphabet: Alphabet | str = DNA,
    length: int | None = None,
    *,
    on_length: str = "error",
    unknown: str = "zeros",
    interchange_tu: bool = False,
) -> OneHot:
    """Encode nucleotide sequences, one row of four numbers for each base.

    Case is ignored. A letter that is neither in the alphabet nor an IUPAC code is always an error.

    Parameters
    ----------
    sequences : iterable of str or bytes, or ndarray
        N sequences: a list, tuple, pandas Series, generator or array of strings; or an (N, L) array of ASCII bytes,
        uint8 or "S1".
    alphabet : Alphabet or str, default DNA
        ``DNA`` or ``RNA``; its letters are the columns, in that order.
    length : int, optional
        Number of bases L in the result. By default that of the sequences, which must all be equally long.
    on_length : {"error", "pad", "crop", "fit", "guide"}, default "error"
        What happens to a sequence that does not have ``length`` bases: "pad" puts blank rows around a shorter one,
        "crop" keeps the middle of a longer one, "fit" does both; what is not allowed for is an error. The middle
        base, at index ``len(sequence) // 2``, always lands on index ``length // 2``. So where an odd number of bases
        comes off, the odd one comes off the left end if the sequence has an even length and off the right end if
        odd; where an odd number of blanks is put on, the other way round. Padding is all zero regardless of ``unknown``
        says. Letters that are cropped away are not looked at. "guide" is
        for siRNA guides, which are completed or cut at their 3' end, and in which T is read as U: see
        :func:`complete_guides`.
    unknown : {"zeros", "fractional", "error"}, default "zeros"
        What N and the other IUPAC codes become: a row of zeros; equal shares of the bases they stand for (R is 0.5 A
        and 0.5 G, N is 0.25 each; the result is then float32); or an error.
    interchange_tu : bool, default False
        Whether U in DNA is read as T, and T in RNA as U. Otherwise they are errors.

    Returns
    -------
    ndarray of shape (N, L, 4), int8 or float32
        C-contiguous; int8 unless ``unknown`` is "fractional".

    Raises
    ------
    EmptyInputError
        If there are no sequences, or one has no bases.
    SequenceLengthError
        If a sequence is not as long as the others or as ``length``, and ``on_length`` does not allow for it.
    UnknownBaseError
        If a sequence has a letter that is not allowed. Positions count from 0.
    BadValueError
        If a sequence is not a string, or an option has no such value.
    AlphabetMismatchError
        If ``alphabet`` is neither of the two.
    ShapeMismatchError
        If ``sequences`` is an array or a table with more dimensions.

    Examples
    --------
    >>> one_hot(["GaN"]).tolist()
    [[[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]]
    >>> one_hot(["R"], unknown="fractional").tolist()
    [[[0.5, 0.0, 0.5, 0.0]]]

    A sequence of three bases in a window of four; its middle base C goes to index 2:

    >>> one_hot(["ACG"], length=4, on_length="pad")[0].argmax(axis=1).tolist()
    [0, 0, 1, 2]
    """
    alphabet = Alphabet.of(alphabet)
    check_options(length, on_length, unknown)
    records = read_records(sequences)
    if on_length == "guide":
        if alphabet is not RNA:
            raise BadValueError(f"on_length is 'guide' and the alphabet {alphabet.name}; guides are RNA")
        records = completed(records, int(length or 0))
    common = records.common_length()
    table = row_table(alphabet, unknown, interchange_tu)
    if common and length in (None, common):
        return _encode(records, len(records) * common, table, alphabet).reshape(len(records), common, 4)

    length = require_lengths(records, length, on_length, is_rna=alphabet is RNA)
    windows = [middle(n_bases, length) for n_bases in records.lengths()]
    cropped = records.sliced(windows)
    n_bases = np.array(cropped.lengths())  # (N,)
    starts = [window.start for window in windows]
    rows = _encode(cropped, n_bases.sum(), table, alphabet, starts)  # (n_bases.sum(), 4)
    return pad_rows(rows, n_bases, length).reshape(len(records), length, 4)


@dataclass(frozen=True, repr=False)
class OneHotEncoding:
    """Options of :func:`one_hot`, checked, as a function: what the featurizer does, without DeepChem."""

    alphabet: str = "ACGT"
    length: int | None = None
    unknown: str = "zeros"
    on_length: str = "error"
    interchange_tu: bool = False

    def __post_init__(self) -> None:
        """Check the options."""
        check_options(self.length, self.on_length, self.unknown)

    def __call__(self, sequences: Iterable[str] | Sequences) -> OneHot:
        """Encode N sequences: (N, L, 4)."""
        return one_hot(
            sequences,
            self.alphabet,
            self.length,
            on_length=self.on_length,
            unknown=self.unknown,
            interchange_tu=self.interchange_tu,
        )

    def __repr__(self) -> str:
        """Return the text that DeepChem gives the featurizer: manifests have it."""
        options = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self))
        return f"OneHotNucleotideFeaturizer[{options}]"


def check_options(length: int | None, on_length: str, unknown: str) -> None:
    """Raise an error for an option that :func:`one_hot` does not have."""
    require_choice("unknown", unknown, _UNKNOWN)
    require_choice("on_length", on_length, _ON_LENGTH)
    if length is None and on_length != "error":
        raise BadValueError(f"on_length is {on_length!r} but length is None; give the length to {on_length} to")
    if length is not None:
        require_whole_number("length", length, lowest=1, of="bases")


def _encode(
    records: Records, n_bases: int, table: RowTable, alphabet: Alphabet, starts: list[int] | None = None
) -> NDArray[np.int8] | NDArray[np.float32]:
    """Look up the rows of all records, ``n_bases`` in total, end to end: (n_bases, 4).

    ``starts`` says how much was cropped from the left of each, for positions in error messages.
    """
    rows = np.empty((n_bases, 4), dtype=table.rows.dtype)
    # An even number of records at once, so that each piece begins on a 64-bit boundary if they are equally long.
    at_once = max(2, _BASES_AT_ONCE * len(records) // n_bases // 2 * 2)
    done = 0
    for first in range(0, len(records), at_once):
        codes = records.codes(first, first + at_once)
        piece = rows[done : done + len(codes)]
        if not table.look_up(codes, out=piece):
            _name_the_letter(records, first, table, alphabet, starts)
        done += len(codes)
    return rows


def _name_the_letter(
    records: Records, first: int, table: RowTable, alphabet: Alphabet, starts: list[int] | None
) -> None:
    """Find the first letter that is not allowed, from record ``first`` on, and raise the error that says so."""
    allowed = table.allowed()
    for i in range(first, len(records)):
        text = records.text(i)
        for position, letter in enumerate(text):
            if letter not in allowed:
                at = position + (starts[i] if starts else 0)
                raise UnknownBaseError(
                    f"{records.name(i)} has {letter!r} at position {at}; {_rule_and_remedy(letter, alphabet)}"
                )


def _rule_and_remedy(letter: str, alphabet: Alphabet) -> str:
    name, bases = alphabet.name, ", ".join(alphabet.letters)
    upper = letter.upper() if letter.isascii() else letter
    if upper == alphabet.foreign_letter:
        other = "RNA" if name == "DNA" else "DNA"
        return (
            f"{name} has the letters {bases}; write {alphabet.letters[3]} for {upper} (interchange_tu=True of "
            f"one_hot reads it so), or encode it as {other}"
        )
    if upper in alphabet.codes:
        return f"unknown='error' allows {bases} only; drop the record, or pass unknown='zeros' or 'fractional'"
    ambiguous = ", ".join(code for code in alphabet.codes if code not in alphabet.letters)
    return f"{name} has the letters {bases} and the IUPAC codes {ambiguous}; correct the letter, or write N"


_TOLERANCE = 1e-3  # a third in half precision is 0.33325


def decode(one_hot: OneHot, alphabet: Alphabet | str = DNA) -> list[str]:
    """Write one-hot encoded sequences as strings.

    Parameters
    ----------
    one_hot : ndarray of shape (N, L, 4) or (L, 4), any numeric dtype
        Columns in the order of the alphabet. (L, 4) is one sequence.
    alphabet : Alphabet or str, default DNA
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
        If ``alphabet`` is neither of the two.

    Examples
    --------
    >>> decode(np.array([[[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]], dtype=np.int8))
    ['GAN']
    >>> decode(np.array([[0.5, 0.0, 0.5, 0.0]], dtype=np.float32))
    ['R']
    """
    alphabet = Alphabet.of(alphabet)
    arrays = np.asarray(one_hot)
    require_rows_of_four(arrays)
    if arrays.ndim == 2:
        arrays = arrays[None]
    at_once = max(1, _BASES_AT_ONCE // max(1, arrays.shape[1]))
    pieces = (arrays[first : first + at_once] for first in range(0, len(arrays), at_once))
    return [row.tobytes().decode("ascii") for piece in pieces for row in _letters(piece, alphabet)]


def require_rows_of_four(arrays: np.ndarray) -> None:
    """Raise an error unless an array is (N, L, 4) or (L, 4)."""
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
