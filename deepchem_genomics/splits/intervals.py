"""Sample ids that are places in a genome."""

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import IntervalError
from deepchem_genomics.typing import Ids

__all__ = ["Intervals", "bare_name", "near", "read_interval_ids"]

# The strand is read and not used: both strands of a place are the same place.
_INTERVAL = re.compile(r"(.+):([0-9]{1,15})-([0-9]{1,15})(?::[-+.])?")


class Intervals(NamedTuple):
    """N places in a genome, 0-based and half-open.

    Parameters
    ----------
    chromosome : ndarray of int64, (N,)
        Which of the names each is on.
    start : ndarray of int64, (N,)
        First base, in bp.
    end : ndarray of int64, (N,)
        One past the last base, in bp.
    names : tuple of str
        The chromosomes in the order in which they appear, as first written.
    """

    chromosome: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    names: tuple[str, ...]


def read_interval_ids(ids: Ids) -> Intervals:
    """Read ids of the form ``chrom:start-end``, optionally followed by ``:`` and a strand.

    ``chr22`` and ``22`` are the same chromosome.

    Parameters
    ----------
    ids : sequence of str, (N,)
        Sample ids.

    Returns
    -------
    Intervals
        In the order of the ids.

    Raises
    ------
    IntervalError
        If an id has another form, or its start is not before its end.

    Examples
    --------
    >>> windows = read_interval_ids(["chr22:100-201:+", "22:150-251", "chrX:0-101"])
    >>> windows.chromosome.tolist(), windows.start.tolist(), windows.names
    ([0, 0, 1], [100, 150, 0], ('chr22', 'chrX'))
    """
    codes: dict[str, int] = {}
    names: list[str] = []
    numbers = np.empty((3, len(ids)), dtype=np.int64)
    for row, text in enumerate(ids):
        match = _INTERVAL.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise _not_an_interval(row, text)
        name, start, end = match.groups()
        code = codes.setdefault(bare_name(name), len(names))
        if code == len(names):
            names.append(name)
        numbers[:, row] = code, int(start), int(end)
    chromosome, start, end = numbers
    if (start >= end).any():
        row = int(np.argmax(start >= end))
        raise _not_an_interval(row, ids[row])
    return Intervals(chromosome, start, end, tuple(names))


def bare_name(name: str) -> str:
    """Return a chromosome's name without a leading ``chr``.

    Parameters
    ----------
    name : str
        As in an id, or as given by a user.

    Returns
    -------
    str
        ``22`` for ``chr22`` and for ``22``.

    Examples
    --------
    >>> bare_name("chr22"), bare_name("X")
    ('22', 'X')
    """
    return name.removeprefix("chr") or name


def near(windows: Intervals, rows: NDArray[np.bool_], others: NDArray[np.bool_], guard: int) -> NDArray[np.bool_]:
    """Say which of some windows overlap one of the others, or come closer to it than the guard gap.

    Parameters
    ----------
    windows : Intervals
        N places.
    rows : ndarray of bool, (N,)
        The windows in question.
    others : ndarray of bool, (N,)
        The windows that they must not be near.
    guard : int
        Smallest allowed number of bases between two windows, in bp. With 0 they may touch, not overlap.

    Returns
    -------
    ndarray of bool, (N,)
        True for those of ``rows`` that are too near.

    Examples
    --------
    >>> windows = read_interval_ids(["1:0-100", "1:100-200", "1:150-250"])
    >>> near(windows, np.array([True, True, False]), np.array([False, False, True]), guard=0).tolist()
    [False, True, False]
    """
    too_near = np.zeros(len(rows), dtype=bool)
    if not rows.any() or not others.any():
        return too_near
    # All chromosomes are laid end to end, so far apart that no gap reaches across.
    offset = windows.chromosome * (int(windows.end.max()) + 2 * guard + 1)
    start, end = windows.start + offset, windows.end + offset
    order = np.flatnonzero(others)[np.argsort(start[others], kind="stable")]
    furthest_end = np.maximum.accumulate(end[order])
    # Of the others that begin before this window's end and the gap, does one reach into the gap before its start?
    n_before = np.searchsorted(start[order], end[rows] + guard, side="left")
    reach = np.where(n_before > 0, furthest_end[n_before - 1], np.iinfo(np.int64).min)
    too_near[rows] = reach > start[rows] - guard
    return too_near


def _not_an_interval(row: int, text: object) -> IntervalError:
    return IntervalError(
        f"id {row} is {text!r}; this splitter reads ids of the form chrom:start-end[:strand], 0-based, start before "
        "end; write the ids so, or use GroupSplitter or SimilaritySplitter, which need no places"
    )
