"""Windows where nothing is bound: drawn at random away from the peaks, or matched to the positives in G and C."""

import logging
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.genome.composition import gc_content, share_of_n
from deepchem_genomics.genome.genome import Genome
from deepchem_genomics.genome.intervals import Intervals, as_intervals
from deepchem_genomics.genome.placing import match_names
from deepchem_genomics.genome.tiles import Spans, merged_spans, sizes_of
from deepchem_genomics.typing import Ids

__all__ = ["Places", "composition_of", "gc_matched_windows", "nearest_unused", "random_windows"]

_LOG = logging.getLogger(__name__)
_GC_STEPS = 1000  # G and C are compared to a tenth of a percent
_BASES_AT_ONCE = 1 << 24


def random_windows(
    sizes: Mapping[str, int],
    n: int,
    length: int,
    *,
    away_from: Intervals | Ids | None = None,
    distance: int = 0,
    chroms: Sequence[str] | None = None,
    within: Intervals | Ids | None = None,
    seed: int | None = None,
) -> Intervals:
    """Draw windows at random, each allowed place equally likely and none twice.

    Parameters
    ----------
    sizes : mapping of str to int
        Length of each chromosome in bp: ``genome.sizes``. Gaps of N are not known here; put them into ``away_from``,
        or draw more than needed and drop those of a high :func:`share_of_n`.
    n : int
        How many windows.
    length : int
        Of each window, bp.
    away_from : DataFrame or sequence of str, optional
        Intervals, such as peaks, that no window shares a base with. Chromosome names are matched.
    distance : int, default 0
        How many bp at least lie between a window and these.
    chroms : sequence of str, optional
        The chromosomes to draw from; by default all.
    within : DataFrame or sequence of str, optional
        Intervals, such as open chromatin; the base in the middle of every window, at index ``length // 2``, lies in
        one of these. By default it may be any base.
    seed : int, optional
        Two calls with one seed draw the same windows.

    Returns
    -------
    DataFrame
        n rows with the columns chrom, start and end, in random order. Windows may overlap one another.

    Raises
    ------
    BadValueError
        If there are fewer than n places, or a number is out of range.
    ChromosomeNameError
        If a chromosome has no size, or two names in ``away_from``.

    Examples
    --------
    >>> random_windows({"chr1": 100}, 2, 10, away_from=["chr1:0-85"], seed=0).sort_values("start").values.tolist()
    [['chr1', 88, 98], ['chr1', 89, 99]]
    """
    for name, value, least in (("n", n, 1), ("length", length, 1), ("distance", distance, 0)):
        require_whole_number(name, value, least)
    places = Places(sizes_of(chroms, sizes), length, away_from, distance, within)
    if n > places.n:
        raise BadValueError(
            f"{n} windows of {length} bp are requested and there are {places.n} places for them; ask for fewer, or "
            "leave more room"
        )
    return places.draw(n, seed)


class Places:
    """Where windows of one length may lie; :func:`random_windows` has the rules and the parameters."""

    def __init__(
        self,
        sizes: Mapping[str, int],
        length: int,
        away_from: Intervals | Ids | None = None,
        distance: int = 0,
        within: Intervals | Ids | None = None,
    ) -> None:
        self.length = length
        kept_off = _by_chromosome(away_from, sizes, "away_from")
        regions = _by_chromosome(within, sizes, "within")
        nowhere = None if within is None else _NOWHERE
        self._stretches = {
            chrom: _allowed_starts(size, length, distance, kept_off.get(chrom), regions.get(chrom, nowhere))
            for chrom, size in sizes.items()
        }
        self.n = sum(int((starts.ends - starts.starts).sum()) for starts in self._stretches.values())

    def draw(self, n: int, seed: int | None = None) -> Intervals:
        """Draw n of the places, each equally likely and none twice."""
        stretches = self._stretches
        names = np.repeat(np.array(list(stretches), dtype=object), [len(some.starts) for some in stretches.values()])
        first = np.concatenate([some.starts for some in stretches.values()] or [np.empty(0, np.int64)])
        widths = np.concatenate([some.ends for some in stretches.values()] or [np.empty(0, np.int64)]) - first
        places = np.random.default_rng(seed).choice(self.n, n, replace=False)
        at = np.searchsorted(np.cumsum(widths), places, side="right")
        starts = first[at] + places - (np.cumsum(widths) - widths)[at]
        return pd.DataFrame({"chrom": names[at], "start": starts, "end": starts + self.length})

    def allow(self, chroms: NDArray[np.object_], starts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of n windows, of which the starts are given, lie in one of the places, (n,)."""
        allowed = np.zeros(len(starts), dtype=bool)
        for chrom, stretches in self._stretches.items():
            here = np.flatnonzero(chroms == chrom)
            last = np.searchsorted(stretches.starts, starts[here], side="right") - 1
            if len(stretches.starts):
                allowed[here] = (last >= 0) & (starts[here] < stretches.ends[last])
        return allowed


_NOWHERE = Spans(np.empty(0, np.int64), np.empty(0, np.int64))


def _by_chromosome(intervals: Intervals | Ids | None, sizes: Mapping[str, int], called: str) -> dict[str, Spans]:
    if intervals is None:
        return {}
    table = as_intervals(intervals, points=True)
    match = match_names(table["chrom"].unique(), sizes, wanted_in=called, available_in="sizes")
    return {
        match[str(chrom)]: Spans(part["start"].to_numpy(np.int64), part["end"].to_numpy(np.int64))
        for chrom, part in table.groupby("chrom", sort=False)
        if chrom in match
    }


def _allowed_starts(
    size: int, length: int, distance: int, kept_off: Spans | None, within: Spans | None = None
) -> Spans:
    """Find the stretches on which windows may start."""
    end = max(0, size - length + 1)
    taken = [_NOWHERE]
    if kept_off is not None:  # a window that starts here would touch, or come too near
        taken.append(Spans(kept_off.starts - distance - length + 1, kept_off.ends + distance))
    if within is not None:  # the middle of a window that starts here would lie in none
        regions = merged_spans(within) if len(within.starts) else _NOWHERE
        middle = length // 2
        taken.append(Spans(np.r_[0, regions.ends] - middle, np.r_[regions.starts, size] - middle))
    starts, ends = (np.concatenate([getattr(some, name) for some in taken]) for name in ("starts", "ends"))
    some = starts < ends
    if not some.any():
        return Spans(np.array([0]), np.array([end]))
    closed = merged_spans(Spans(starts[some], ends[some]))
    first, last = np.clip(np.r_[0, closed.ends], 0, end), np.clip(np.r_[closed.starts, end], 0, end)
    free = first < last
    return Spans(first[free], last[free])


def composition_of(genome: Genome, windows: Intervals) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the :func:`gc_content` and the :func:`share_of_n` of windows, (N,) each, in chunks."""
    lengths = (windows["end"] - windows["start"]).to_numpy(np.int64)
    fetch = genome.fetch_bytes if len(windows) and (lengths == lengths[0]).all() else genome.fetch
    # Neighbors are read together, so that no part of the genome is read more than once.
    order = np.lexsort((windows["start"].to_numpy(np.int64), pd.factorize(windows["chrom"])[0]))
    block = np.cumsum(lengths[order]) // _BASES_AT_ONCE
    gc, unknown = np.empty(len(windows)), np.empty(len(windows))
    for rows in np.split(order, np.flatnonzero(np.diff(block)) + 1):
        sequences = fetch(windows.iloc[rows])
        gc[rows], unknown[rows] = gc_content(sequences), share_of_n(sequences)
    return gc, unknown


def gc_matched_windows(
    genome: Genome,
    positives: Intervals | Ids,
    candidates: Intervals | Ids,
    *,
    per_positive: int = 1,
    max_unknown: float = 0.0,
    seed: int | None = None,
) -> Intervals:
    """Choose windows whose content of G and C is that of the positives.

    For each positive, in random order, the unused candidate whose fraction of G and C is nearest is taken; among equal
    ones, any.

    Parameters
    ----------
    genome : Genome
        Where the sequences are read.
    positives : DataFrame or sequence of str
        P intervals.
    candidates : DataFrame or sequence of str
        Intervals to choose from, such as :func:`random_windows` draws away from the positives.
    per_positive : int, default 1
        How many windows are chosen for each positive.
    max_unknown : float, default 0.0
        Candidates with a larger :func:`share_of_n` are not chosen.
    seed : int, optional
        Two calls with one seed choose the same windows.

    Returns
    -------
    DataFrame
        ``P * per_positive`` rows of ``candidates``, none twice: one for each positive in order, then again. The largest
        difference in G and C is logged.

    Raises
    ------
    EmptyInputError
        If there are no positives.
    BadValueError
        If there are not enough candidates, a positive has no known base, or an option is out of range.
    OutOfBoundsError, ChromosomeNameError, IntervalError
        As for :meth:`Genome.fetch`.
    """
    require_whole_number("per_positive", per_positive, lowest=1)
    positives, candidates = as_intervals(positives), as_intervals(candidates)
    if positives.empty:
        raise EmptyInputError("there are no positives; at least one is needed; check what selected them")
    wanted = gc_content(genome.fetch(positives))
    if np.isnan(wanted).any():
        raise BadValueError(
            f"{int(np.isnan(wanted).sum())} positives have no known base, so no content of G and C; drop those of a "
            "share_of_n of 1"
        )
    offered, unknown = composition_of(genome, candidates)
    usable = np.flatnonzero((unknown <= max_unknown) & ~np.isnan(offered))
    wanted = np.tile(wanted, per_positive)
    if len(usable) < len(wanted):
        raise BadValueError(
            f"{len(wanted)} windows are requested and {len(usable)} of {len(candidates)} candidates can be chosen; the "
            f"others have more than {max_unknown:g} unknown bases; give more candidates"
        )
    chosen = usable[nearest_unused(wanted, offered[usable], np.random.default_rng(seed))]
    _LOG.info(
        "%d windows matched in G and C to %d positives; the largest difference is %.3f; %d of %d candidates had too "
        "many unknown bases",
        len(chosen), len(positives), np.abs(offered[chosen] - wanted).max(), len(candidates) - len(usable),
        len(candidates),
    )  # fmt: skip
    return candidates.iloc[chosen]


def nearest_unused(
    wanted: NDArray[np.float64], offered: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Choose an entry of ``offered`` for each of ``wanted``, none twice, in random order: (len(wanted),)."""
    shuffled = rng.permutation(len(offered))
    order = shuffled[np.argsort(np.round(offered[shuffled] * _GC_STEPS), kind="stable")]
    keys = np.round(offered * _GC_STEPS)[order]
    levels, first, n_left = np.unique(keys, return_index=True, return_counts=True)
    chosen = np.empty(len(wanted), dtype=np.int64)
    for i in rng.permutation(len(wanted)):
        at = np.round(wanted[i] * _GC_STEPS)
        level = int(np.argmin(np.where(n_left > 0, np.abs(levels - at), np.inf)))
        n_left[level] -= 1
        chosen[i] = order[first[level] + n_left[level]]
    return chosen
