"""Signals of the windows to the left and right, as further tracks of a window."""

import logging

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.data.side_input import SideInput
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.genome import Intervals, interval_ids, parse_ids
from deepchem_genomics.typing import Ids

__all__ = ["with_neighbors"]

logger = logging.getLogger(__name__)


def with_neighbors(side_input: SideInput, n: int = 3, ids: Ids | None = None) -> SideInput:
    """Give each window the signals of the n windows before and after it, too.

    Open chromatin is wider than a window of 101 bp: whether its neighbors are open says whether a window is in the
    middle of an open stretch or at its edge. A model that is given these is a model with K x (2n + 1) tracks. Nothing
    but signals is read, no labels; still, say so beside a score, for it uses more than the window.

    Parameters
    ----------
    side_input : SideInput
        Raw signals of windows side by side, ids ``chrom:start-end``, all of one length; its scaling is dropped.
    n : int, default 3
        How many neighbors on either side.
    ids : sequence of str, optional
        The windows that are wanted; all by default.

    Returns
    -------
    SideInput
        Tracks ``name-n`` to ``name+n`` of the first track, with ``name`` itself in the middle, then those of the next.
        A neighbor that is not in the table, at an end or a gap, has the window's own value; how many is logged.

    Raises
    ------
    BadValueError
        If n is less than 1, or the windows have more than one length.
    IntervalError
        If an id is not an interval.
    MissingIdError
        If a wanted id is not in the table.

    Examples
    --------
    >>> openness = SideInput(["chr1:0-10", "chr1:10-20", "chr1:20-30"], [0.125, 0.5, 0.25], names=["DNase"])
    >>> wider = with_neighbors(openness, n=1)
    >>> wider.names, wider.lookup(["chr1:10-20", "chr1:0-10"]).tolist()
    (('DNase-1', 'DNase', 'DNase+1'), [[0.125, 0.5, 0.25], [0.125, 0.125, 0.5]])
    """
    if n < 1:
        raise BadValueError(f"n is {n!r}; it must be a number of neighbors, 1 or more")
    wanted = side_input.ids if ids is None else np.asarray(ids, dtype=object)
    windows = parse_ids(wanted)
    lengths = np.unique(windows["end"] - windows["start"])
    if len(lengths) != 1:
        raise BadValueError(f"windows are {lengths[0]} to {lengths[-1]} bp long; neighbors need windows of one length")
    own = side_input.raw(wanted)
    columns = []
    absent = 0
    for step in range(-n, n + 1):
        distance = step * lengths[0]
        names_there = _moved(windows, distance)
        there = np.array([name in side_input for name in names_there])
        values = own.copy()
        values[there] = side_input.raw(names_there[there])
        absent += int((~there).sum())
        columns.append(values)
    if absent:
        logger.info("%d of %d neighbors have no signal; they get that of the window", absent, 2 * n * len(wanted))
    tracks = np.stack(columns, axis=2)  # (windows, tracks, places)
    suffixes = [f"{step:+d}" if step else "" for step in range(-n, n + 1)]
    names = [name + suffix for name in side_input.names for suffix in suffixes]
    return side_input.wider(n, wanted, tracks.reshape(len(wanted), -1), names)


def _moved(windows: Intervals, distance: int) -> NDArray[np.object_]:
    """Name the windows so far to the right; one that would begin before the chromosome has a name that nothing has."""
    starts, ends = windows["start"] + distance, windows["end"] + distance
    inside = (starts >= 0).to_numpy()
    names = np.full(len(windows), "", dtype=object)
    names[inside] = interval_ids(windows.assign(start=starts, end=ends)[inside])
    return names
