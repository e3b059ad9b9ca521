"""The units of work: stretches of chromosome, and the windows that begin in each."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Layout", "Stretch", "cut_into_stretches"]


class Layout(NamedTuple):
    """How windows lie on a chromosome.

    Parameters
    ----------
    length : int
        Of a window, L bp.
    stride : int
        From one start to the next, bp.
    """

    length: int
    stride: int

    @property
    def span(self) -> int:
        """Bases around a window's middle that its value stands for: the stride, but never more than the window."""
        return min(self.stride, self.length)

    def span_starts(self, starts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where the values of windows are placed."""
        return starts + self.length // 2 - self.span // 2


class Stretch(NamedTuple):
    """Neighboring windows of one chromosome.

    Parameters
    ----------
    chrom : str
        As the genome file calls it.
    number : int
        Of the chromosome in the scan, from 0.
    first : int
        Number of the first window on the chromosome.
    n_windows : int
        How many there are.
    """

    chrom: str
    number: int
    first: int
    n_windows: int

    @property
    def name(self) -> str:
        """Name of the stretch in the folder of the scan."""
        return f"{self.number:05d}-{self.first:012d}"

    def starts(self, stride: int) -> NDArray[np.int64]:
        """Return the start of each window, in bp: (n_windows,)."""
        return (self.first + np.arange(self.n_windows, dtype=np.int64)) * stride


def cut_into_stretches(
    sizes: Mapping[str, int], chroms: Iterable[str], layout: Layout, block: int
) -> tuple[list[Stretch], list[str]]:
    """Divide the windows of chromosomes into units of work.

    Returns
    -------
    stretches : list of Stretch
        In order.
    too_short : list of str
        Chromosomes shorter than a window.

    Examples
    --------
    >>> stretches, too_short = cut_into_stretches({"chr1": 25, "chrM": 3}, ["chr1", "chrM"], Layout(5, 4), 12)
    >>> [(stretch.chrom, stretch.starts(4).tolist()) for stretch in stretches], too_short
    ([('chr1', [0, 4, 8]), ('chr1', [12, 16, 20])], ['chrM'])
    """
    at_once = max(1, block // layout.stride)
    stretches, too_short = [], []
    for number, chrom in enumerate(chroms):
        n_windows = max(0, (sizes[chrom] - layout.length) // layout.stride + 1)
        if not n_windows:
            too_short.append(chrom)
        for first in range(0, n_windows, at_once):
            stretches.append(Stretch(chrom, number, first, min(at_once, n_windows - first)))
    return stretches, too_short
