"""All sites of transcripts: 21 nt each, with the two strands of the siRNA against it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import RNA
from deepchem_genomics.sirna.transcripts import SITE, Transcript

__all__ = ["CODES", "OVERHANGS", "Sites", "find_sites", "letters_of", "one_hot_of"]

OVERHANGS = "UU"
"""The passenger's two bases that pair with nothing."""

UNKNOWN = 4
"""Code of a base that is not known."""

_LETTERS = np.frombuffer(b"ACGUN", np.uint8)
_ROWS = np.vstack([np.eye(4, dtype=np.int8), np.zeros((1, 4), dtype=np.int8)])
CODES = np.full(256, UNKNOWN, dtype=np.uint8)
CODES[np.frombuffer(b"ACGU", np.uint8)] = np.arange(4)
"""Code of each letter, by its byte."""

_COMPLEMENT = np.array([3, 2, 1, 0, 4], dtype=np.uint8)


class Sites(NamedTuple):
    """The sites of some transcripts, in order.

    Parameters
    ----------
    record : ndarray of int64, (N,)
        Which transcript of the batch, from 0.
    start : ndarray of int64, (N,)
        Where the site begins in it, 0-based.
    target : ndarray of uint8, (N, 21)
        The site itself, codes of A, C, G, U.
    guide : ndarray of uint8, (N, 21)
        Its reverse complement: bases 1 to 19 pair with the passenger, the last two hang over and pair with the target.
    passenger : ndarray of uint8, (N, 21)
        The site's last 19 bases and an overhang.
    n_windows : ndarray of int64, (records,)
        Windows of 21 nt of each transcript; those with an unknown base are not sites.
    """

    record: NDArray[np.int64]
    start: NDArray[np.int64]
    target: NDArray[np.uint8]
    guide: NDArray[np.uint8]
    passenger: NDArray[np.uint8]
    n_windows: NDArray[np.int64]


def find_sites(transcripts: Sequence[Transcript], overhang: str = OVERHANGS) -> Sites:
    """List every site of transcripts.

    Examples
    --------
    >>> sites = find_sites([Transcript("toy", "GGCAUGGCGCGAUCGAUCGAUUAA")])
    >>> letters_of(sites.guide)[3], letters_of(sites.passenger)[3]
    ('UUAAUCGAUCGAUCGCGCCAU', 'GGCGCGAUCGAUCGAUUAAUU')
    """
    if overhang != "transcript" and (len(overhang) != 2 or not set(overhang) <= set(RNA.letters)):
        raise BadValueError(f"overhang is {overhang!r}; it must be two of A, C, G, U, such as 'UU', or 'transcript'")
    record, start, target, following, n_windows = [], [], [], [], []
    for number, transcript in enumerate(transcripts):
        codes = CODES[np.frombuffer(transcript.sequence.encode("ascii"), np.uint8)]
        windows = sliding_window_view(codes, SITE)
        known = np.flatnonzero(~(windows == UNKNOWN).any(axis=1))
        record.append(np.full(len(known), number))
        start.append(known)
        target.append(windows[known])
        following.append(_following(codes, known) if overhang == "transcript" else _codes_of(overhang, len(known)))
        n_windows.append(len(windows))
    sites = np.concatenate(target)
    passenger = np.hstack([sites[:, 2:], np.concatenate(following)])
    guide = np.ascontiguousarray(_COMPLEMENT[sites[:, ::-1]])
    return Sites(np.concatenate(record), np.concatenate(start), sites, guide, passenger, np.array(n_windows))


def letters_of(codes: NDArray[np.uint8]) -> list[str]:
    """Write strands as strings."""
    letters = np.ascontiguousarray(_LETTERS[codes])
    return letters.view(f"S{codes.shape[1]}").ravel().astype(str).tolist() if codes.size else []


def one_hot_of(codes: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Encode strands as models take them."""
    return _ROWS[codes]


def _codes_of(letters: str, n: int) -> NDArray[np.uint8]:
    return np.broadcast_to(CODES[np.frombuffer(letters.encode("ascii"), np.uint8)], (n, len(letters)))


def _following(codes: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.uint8]:
    behind = np.concatenate([codes, np.full(2, UNKNOWN, dtype=np.uint8)])
    two = behind[starts[:, None] + np.array([SITE, SITE + 1])]
    return np.where(two == UNKNOWN, np.uint8(3), two)
