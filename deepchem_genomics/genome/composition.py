"""Composition of sequences: fractions of G and C and of unknown bases; and shuffles that keep dinucleotides."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import Any, TypeGuard, overload

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError, UnknownBaseError
from deepchem_genomics.typing import Sequences

__all__ = ["dinucleotide_shuffle", "gc_content", "share_of_n"]

_KNOWN = "ACGTUacgtu"


def share_of_n(sequences: Sequences | NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the fraction of each sequence that is not known: N, another IUPAC code, or anything but A, C, G, T and U.

    These are the bases whose one-hot rows are all zero.

    Parameters
    ----------
    sequences : sequence of str, or ndarray of shape (N, L), uint8
        N sequences, as strings or as ASCII letters; case is ignored.

    Returns
    -------
    ndarray of shape (N,), float64
        Fractions, 0 to 1; NaN for a sequence without bases.

    Raises
    ------
    ShapeMismatchError
        If an array of letters does not have two dimensions.
    BadValueError
        If there is a single string instead of a list.

    Examples
    --------
    >>> share_of_n(["ACGT", "ANNN"]).tolist()
    [0.0, 0.75]
    """
    known, n_bases = _counts(sequences, _KNOWN)
    return _shares(n_bases - known, n_bases)


def gc_content(sequences: Sequences | NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the fraction of G and C among the bases of each sequence that are known.

    Parameters
    ----------
    sequences : sequence of str, or ndarray of shape (N, L), uint8
        N sequences, as strings or as ASCII letters; case is ignored.

    Returns
    -------
    ndarray of shape (N,), float64
        Fractions, 0 to 1; NaN for a sequence without a known base.

    Raises
    ------
    ShapeMismatchError
        If an array of letters does not have two dimensions.
    BadValueError
        If there is a single string instead of a list.

    Examples
    --------
    >>> gc_content(["GGAT", "CNNN"]).tolist()
    [0.5, 1.0]
    """
    return _shares(_counts(sequences, "GCgc")[0], _counts(sequences, _KNOWN)[0])


def _is_matrix(sequences: Any) -> TypeGuard[NDArray[np.uint8]]:
    """Return whether sequences are an array of letters, (N, L), and not strings; raise if they are neither."""
    if isinstance(sequences, str | bytes):
        raise BadValueError(f"a single string was given, {sequences[:20]!r}; put it into a list")
    if not isinstance(sequences, np.ndarray) or sequences.dtype != np.uint8:
        return False
    if sequences.ndim != 2:
        raise ShapeMismatchError(
            f"the letters have shape {sequences.shape}; they must be (N, L), one row per sequence; reshape them"
        )
    return True


def _counts(sequences: Sequences | NDArray[np.uint8], letters: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count some letters in each sequence, and all."""
    if _is_matrix(sequences):
        counts = _among(letters)[sequences].sum(axis=1, dtype=np.int64)
        return counts, np.full(len(sequences), sequences.shape[1], dtype=np.int64)
    texts = [text if isinstance(text, bytes) else str(text).encode("ascii", "replace") for text in sequences]
    n_bases = np.array(list(map(len, texts)), dtype=np.int64)
    hits = np.concatenate([[0], np.cumsum(_among(letters)[np.frombuffer(b"".join(texts), np.uint8)], dtype=np.int64)])
    ends = np.cumsum(n_bases)
    return hits[ends] - hits[ends - n_bases], n_bases


@cache
def _among(letters: str) -> NDArray[np.bool_]:
    return np.isin(np.arange(256), np.frombuffer(letters.encode(), np.uint8))


def _shares(counts: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.divide(counts, of, out=np.full(len(counts), np.nan), where=of > 0)
    return found


_N_LETTERS = 5  # A, C, G, T or U, N
_NONE = _N_LETTERS  # past the end of a shorter sequence
_BASES_AT_ONCE = 1 << 20
_ROWS_AT_ONCE = 1 << 14


@overload
def dinucleotide_shuffle(sequences: NDArray[np.uint8], seed: int | None = None) -> NDArray[np.uint8]: ...
@overload
def dinucleotide_shuffle(sequences: Sequence[str], seed: int | None = None) -> list[str]: ...
def dinucleotide_shuffle(
    sequences: Sequence[str] | NDArray[np.uint8], seed: int | None = None
) -> list[str] | NDArray[np.uint8]:
    """Shuffle each sequence, keeping its first and last letter and the number of every dinucleotide.

    All sequences with these properties are equally likely. N is a letter like the others.

    Parameters
    ----------
    sequences : sequence of str, or ndarray of shape (N, L), uint8
        N sequences of the letters A, C, G, T and N, in upper or lower case; or U in place of T throughout.
    seed : int, optional
        Two calls with the same seed return the same sequences.

    Returns
    -------
    list of str, or ndarray of shape (N, L), uint8
        As given, in upper case.

    Raises
    ------
    UnknownBaseError
        If a sequence has another letter, or both T and U occur.
    EmptyInputError
        If there are no sequences.
    ShapeMismatchError
        If an array of letters does not have two dimensions.
    BadValueError
        If there is a single string instead of a list.

    References
    ----------
    Altschul, S. F. and Erickson, B. W. (1985). Significance of nucleotide sequence alignments: a method for random
    sequence permutation that preserves dinucleotide and codon usage. Molecular Biology and Evolution 2(6), 526-538.

    Examples
    --------
    >>> dinucleotide_shuffle(["ACGTACCGGTATTGCA"], seed=1)
    ['ACGTTATGCACCGGTA']
    """
    if _is_matrix(sequences):
        texts = [row.tobytes() for row in sequences]
    else:
        texts = [str(text).encode("ascii", "replace") for text in sequences]
    if not texts:
        raise EmptyInputError("there are no sequences; at least one is needed; check what selected them")
    codes, letters = _codes(b"".join(texts), texts)
    lengths = np.array(list(map(len, texts)), dtype=np.int64)
    ends = np.cumsum(lengths)
    shuffled = np.empty_like(codes)
    rng = np.random.default_rng(seed)
    for members in _batches(lengths):
        column = np.arange(lengths[members].max(initial=0))
        within = column < lengths[members, None]  # (n, L)
        where = ((ends - lengths)[members, None] + column)[within]  # of each base, in all sequences end to end
        padded = np.full(within.shape, _NONE, dtype=np.int8)
        padded[within] = codes[where]
        shuffled[where] = _shuffled(padded, lengths[members], rng)[within]
    joined = letters[shuffled]
    if _is_matrix(sequences):
        return joined.reshape(len(texts), -1)
    text = joined.tobytes().decode()
    return [text[end - length : end] for end, length in zip(ends.tolist(), lengths.tolist(), strict=True)]


def _codes(joined: bytes, texts: list[bytes]) -> tuple[NDArray[np.int8], NDArray[np.uint8]]:
    """Encode the letters of all sequences, end to end, as numbers; return also which letter each number is."""
    upper = joined.upper()
    is_rna = b"U" in upper and b"T" not in upper
    letters = np.frombuffer(b"ACGUN" if is_rna else b"ACGTN", np.uint8)
    table = np.full(256, -1, dtype=np.int8)
    table[letters] = np.arange(_N_LETTERS)
    codes = table[np.frombuffer(upper, np.uint8)]
    if codes.size and codes.min() < 0:
        known = letters.tobytes()
        i, text = next((i, text) for i, text in enumerate(texts) if text.upper().strip(known).translate(None, known))
        position = next(at for at, byte in enumerate(text.upper()) if byte not in known)
        raise UnknownBaseError(
            f"sequence {i} has {chr(text[position])!r} at position {position}; only the letters "
            f"{', '.join(known.decode())} can be shuffled; write N for other IUPAC codes, and either T or U throughout"
        )
    return codes, letters


def _batches(lengths: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Group sequences of like length, so that little is padded."""
    order = np.argsort(lengths, kind="stable")
    first = 0
    while first < len(order):
        # As many as fit if all were as long as the first, then fewer by what the last is longer.
        last = first + min(_ROWS_AT_ONCE, max(1, _BASES_AT_ONCE // max(1, int(lengths[order[first]]))))
        longest = int(lengths[order[min(last, len(order)) - 1]])
        last = min(last, first + max(1, _BASES_AT_ONCE // max(1, longest)))
        yield order[first:last]
        first = last


def _shuffled(codes: NDArray[np.int8], lengths: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int8]:
    """Shuffle n sequences at once: (n, L), of which each row is as long as its length says."""
    n, longest = codes.shape
    if longest < 3:
        return codes
    rows = np.arange(n)
    leave, enter = codes[:, :-1], codes[:, 1:]  # the two letters of each step, (n, L - 1)
    steps = _step_counts(leave, enter)
    final = codes[rows, lengths - 1].astype(np.int64)
    last_to = _draw_trees(steps, final, rng)  # (n, A): where the last step from each letter leads
    # Order the steps by the letter they leave; among these at random, but the chosen last step last.
    keys = leave + 0.5 * rng.random(leave.shape)
    keys[enter == _NONE] = _NONE
    for letter in range(_N_LETTERS):
        candidates = (leave == letter) & (enter == last_to[:, letter, None])
        chosen = candidates.argmax(axis=1)
        needed = candidates[rows, chosen] & (final != letter)
        keys[rows[needed], chosen[needed]] = letter + 0.75
    enter = np.take_along_axis(enter, np.argsort(keys, axis=1), axis=1)
    return _walk(codes[:, 0], enter, steps.sum(axis=2))


def _step_counts(leave: NDArray[np.int8], enter: NDArray[np.int8]) -> NDArray[np.int64]:
    """Count the steps from each letter to each: (n, A, A)."""
    n = len(leave)
    row, column = np.nonzero(enter != _NONE)
    kind = (row * _N_LETTERS + leave[row, column]) * _N_LETTERS + enter[row, column]
    return np.bincount(kind, minlength=n * _N_LETTERS**2).reshape(n, _N_LETTERS, _N_LETTERS)


def _draw_trees(steps: NDArray[np.int64], final: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw for each sequence a tree of last steps that lead to the final letter, by the number of ways: (n, A)."""
    # A letter that does not occur takes part with equal weights, which leaves the ratios of the others' as they are.
    ways = np.where(steps.sum(axis=2, keepdims=True) == 0, 1, steps).astype(np.float64)
    trees = np.empty((len(steps), _N_LETTERS), dtype=np.int64)
    for root in range(_N_LETTERS):
        members = np.flatnonzero(final == root)
        if not len(members):
            continue
        leads_to = _trees(root)  # (125, A)
        weights = np.ones((len(members), len(leads_to)))
        for letter in range(_N_LETTERS):
            if letter != root:
                weights *= ways[members, letter][:, leads_to[:, letter]]
        cumulative = np.cumsum(weights, axis=1)
        drawn = (cumulative <= rng.random((len(members), 1)) * cumulative[:, -1:]).sum(axis=1)
        trees[members] = leads_to[drawn]
    return trees


@cache
def _trees(root: int) -> NDArray[np.int64]:
    """List every way to lead each letter to another such that all end at the root: (125, A)."""
    others = [letter for letter in range(_N_LETTERS) if letter != root]
    trees = []
    for choice in product(range(_N_LETTERS), repeat=len(others)):
        leads_to = dict(zip(others, choice, strict=True)) | {root: root}
        ends = list(others)
        for _ in others:
            ends = [leads_to[letter] for letter in ends]
        if all(letter == root for letter in ends):
            trees.append([leads_to[letter] for letter in range(_N_LETTERS)])
    return np.array(trees)


def _walk(first: NDArray[np.int8], enter: NDArray[np.int8], n_leaving: NDArray[np.int64]) -> NDArray[np.int8]:
    """Take the steps in order, each time the next one that leaves the letter reached: (n, L)."""
    n, n_steps = enter.shape
    rows = np.arange(n)
    walk = np.empty((n, n_steps + 1), dtype=np.int8)
    walk[:, 0] = first
    # Where in its row the next step from each letter is; shorter rows continue past their end, to no letter.
    following = np.zeros((n, _N_LETTERS + 1), dtype=np.int64)
    following[:, 1:] = np.cumsum(n_leaving, axis=1)
    at = first.astype(np.int64)
    for step in range(n_steps):
        taken = following[rows, at]
        following[rows, at] += 1
        walk[:, step + 1] = enter[rows, np.minimum(taken, n_steps - 1)]
        at = walk[:, step + 1].astype(np.int64)
    return walk
