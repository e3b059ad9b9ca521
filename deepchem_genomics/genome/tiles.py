"""Cutting chromosomes into windows of one length."""

import logging
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from deepchem_genomics.errors import BadValueError, ChromosomeNameError
from deepchem_genomics.genome.intervals import Intervals
from deepchem_genomics.genome.overlap import overlap_bases

__all__ = ["tile"]

_LOG = logging.getLogger(__name__)


def tile(
    sizes: Mapping[str, int],
    length: int,
    stride: int | None = None,
    chroms: Sequence[str] | None = None,
    exclude: Intervals | None = None,
    chunk_size: int = 65_536,
) -> Iterator[Intervals]:
    """Cut chromosomes into windows, some at a time.

    Windows begin at 0, ``stride``, ``2 * stride`` and so on; what is left at the end of a chromosome and too short for
    a window is not covered.

    Parameters
    ----------
    sizes : mapping of str to int
        Length of each chromosome in bp: ``genome.sizes``.
    length : int
        Of each window, bp.
    stride : int, optional
        From one start to the next, bp; by default ``length``, so that windows lie side by side.
    chroms : sequence of str, optional
        The chromosomes to cut, in this order; by default all.
    exclude : DataFrame, optional
        Intervals, such as a blacklist: windows that share a base with one are left out. Their number is logged.
    chunk_size : int, default 65536
        How many windows are made at a time.

    Yields
    ------
    DataFrame
        Columns chrom, start and end, at most ``chunk_size`` rows, never none.

    Raises
    ------
    BadValueError
        If the length, stride or chunk size is less than 1.
    ChromosomeNameError
        If a chromosome has no size, or has two names in ``exclude``.

    Examples
    --------
    >>> [window for chunk in tile({"chr1": 7, "chr2": 3}, 3, stride=2) for window in chunk.values.tolist()]
    [['chr1', 0, 3], ['chr1', 2, 5], ['chr1', 4, 7], ['chr2', 0, 3]]
    """
    stride = length if stride is None else stride
    for name, value in (("length", length), ("stride", stride), ("chunk_size", chunk_size)):
        if not isinstance(value, int | np.integer) or value < 1:
            raise BadValueError(f"{name} is {value!r}; it must be a whole number, at least 1")
    unknown = [chrom for chrom in chroms or () if chrom not in sizes]
    if unknown:
        raise ChromosomeNameError(f"there is no size for {unknown[0]!r}, only for {', '.join(sizes)}; correct the name")
    n_windows = n_excluded = 0
    for chunk in _chunks({chrom: sizes[chrom] for chrom in chroms or sizes}, length, stride, chunk_size):
        n_windows += len(chunk)
        if exclude is not None:
            free = overlap_bases(chunk, exclude) == 0
            n_excluded += int((~free).sum())
            chunk = chunk[free].reset_index(drop=True)
        if len(chunk):
            yield chunk
    if n_excluded:
        _LOG.info(
            "%d of %d windows of %d bp overlap excluded intervals and are left out", n_excluded, n_windows, length
        )


def _chunks(sizes: Mapping[str, int], length: int, stride: int, chunk_size: int) -> Iterator[Intervals]:
    for chrom, size in sizes.items():
        n_windows = max(0, (size - length) // stride + 1)
        for first in range(0, n_windows, chunk_size):
            starts = np.arange(first, min(first + chunk_size, n_windows), dtype=np.int64) * stride
            yield pd.DataFrame({"chrom": chrom, "start": starts, "end": starts + length})
