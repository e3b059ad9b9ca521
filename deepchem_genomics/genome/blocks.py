"""Which stretches of the chromosomes to read, so that many intervals cost few reads and little memory."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Block", "blocks"]

_LONGEST = 1 << 22  # bp; as letters 4 MB, as float64 signal 32 MB
_WIDEST_GAP = 1 << 13  # bp; reading on over a gap this wide costs about as much as beginning anew


class Block(NamedTuple):
    """Intervals that lie close together on one chromosome, and the stretch that holds them."""

    chromosome: int
    start: int
    end: int
    members: NDArray[np.int64]  # positions of the intervals, in order of start


def blocks(
    chromosomes: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64], longest: int = _LONGEST
) -> Iterator[Block]:
    """Group intervals into stretches to read at once.

    Parameters
    ----------
    chromosomes : ndarray of shape (N,), int64
        A number for each interval's chromosome.
    starts, ends : ndarray of shape (N,), int64
        0-based and half-open; each start before its end.
    longest : int, default 4194304
        In bp: intervals that start further apart are never in one block. A block is longer than that only by what its
        last intervals stick out.

    Yields
    ------
    Block
        Each interval is a member of exactly one.

    Examples
    --------
    >>> starts = np.array([50_000, 10, 0])
    >>> [(b.start, b.end, b.members.tolist()) for b in blocks(np.zeros(3, int), starts, starts + 20)]
    [(0, 30, [2, 1]), (50000, 50020, [0])]
    """
    order = np.lexsort((starts, chromosomes))
    if not len(order):
        return
    codes, starts, ends = chromosomes[order], starts[order], ends[order]
    # How far anything before has reached: a running maximum that begins anew with each chromosome.
    first = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    reach = np.concatenate([np.maximum.accumulate(part) for part in np.split(ends, first[1:])])
    begins = np.zeros(len(order), dtype=bool)
    begins[first] = True
    begins[1:] |= (starts[1:] - reach[:-1] > _WIDEST_GAP) | (starts[1:] // longest != starts[:-1] // longest)
    edges = np.append(np.flatnonzero(begins), len(order))
    for i, j in pairwise(edges):
        yield Block(int(codes[i]), int(starts[i]), int(ends[i:j].max()), order[i:j])
