"""Windows where nothing is bound: drawn at random away from the peaks, or matched to the positives in G and C."""

import logging
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, ChromosomeNameError, EmptyInputError
from deepchem_genomics.genome.composition import gc_content, share_of_n
from deepchem_genomics.genome.genome import Genome
from deepchem_genomics.genome.intervals import Intervals, as_intervals
from deepchem_genomics.genome.placing import match_names
from deepchem_genomics.genome.tiles import Spans, merged_spans
from deepchem_genomics.typing import Ids

__all__ = ["gc_matched_windows", "random_windows"]

_LOG = logging.getLogger(__name__)
_GC_STEPS = 1000  # G and C are compared to a tenth of a per cent


def random_windows(
    sizes: Mapping[str, int],
    n: int,
    length: int,
    *,
    away_from: Intervals | Ids | None = None,
    distance: int = 0,
    chroms: Sequence[str] | None = None,
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
        if not isinstance(value, int | np.integer) or value < least:
            raise BadValueError(f"{name} is {value!r}; it must be a whole number, at least {least}")
    unknown = [chrom for chrom in chroms or () if chrom not in sizes]
    if unknown:
        raise ChromosomeNameError(f"there is no size for {unknown[0]!r}, only for {', '.join(sizes)}; correct the name")
    sizes = {chrom: sizes[chrom] for chrom in chroms or sizes}
    kept_off = _by_chromosome(away_from, sizes)
    gaps = {chrom: _allowed_starts(size, length, distance, kept_off.get(chrom)) for chrom, size in sizes.items()}
    names = np.repeat(np.array(list(gaps), dtype=object), [len(gap.starts) for gap in gaps.values()])
    first = np.concatenate([gap.starts for gap in gaps.values()] or [np.empty(0, np.int64)])
    widths = np.concatenate([gap.ends for gap in gaps.values()] or [np.empty(0, np.int64)]) - first
    n_places = int(widths.sum())
    if n > n_places:
        raise BadValueError(
            f"{n} windows of {length} bp are asked for and there are {n_places} places for them; ask for fewer, or "
            "leave more room"
        )
    places = np.random.default_rng(seed).choice(n_places, n, replace=False)
    gap = np.searchsorted(np.cumsum(widths), places, side="right")
    starts = first[gap] + places - (np.cumsum(widths) - widths)[gap]
    return pd.DataFrame({"chrom": names[gap], "start": starts, "end": starts + length})


def _by_chromosome(away_from: Intervals | Ids | None, sizes: Mapping[str, int]) -> dict[str, Spans]:
    if away_from is None:
        return {}
    table = as_intervals(away_from)
    match = match_names(table["chrom"].unique(), sizes, wanted_in="away_from", available_in="sizes")
    return {
        match[str(chrom)]: Spans(part["start"].to_numpy(np.int64), part["end"].to_numpy(np.int64))
        for chrom, part in table.groupby("chrom", sort=False)
        if chrom in match
    }


def _allowed_starts(size: int, length: int, distance: int, kept_off: Spans | None) -> Spans:
    """Find the stretches on which windows may start."""
    end = max(0, size - length + 1)
    if kept_off is None or not len(kept_off.starts):
        return Spans(np.array([0]), np.array([end]))
    # A window that starts here would touch, or come too near.
    taken = merged_spans(Spans(kept_off.starts - distance - length + 1, kept_off.ends + distance))
    starts = np.clip(np.r_[0, taken.ends], 0, end)
    ends = np.clip(np.r_[taken.starts, end], 0, end)
    free = starts < ends
    return Spans(starts[free], ends[free])


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
    if not isinstance(per_positive, int | np.integer) or per_positive < 1:
        raise BadValueError(f"per_positive is {per_positive!r}; it must be a whole number, at least 1")
    positives, candidates = as_intervals(positives), as_intervals(candidates)
    if positives.empty:
        raise EmptyInputError("there are no positives; at least one is needed; check what selected them")
    wanted = gc_content(genome.fetch(positives))
    if np.isnan(wanted).any():
        raise BadValueError(
            f"{int(np.isnan(wanted).sum())} positives have no known base, so no content of G and C; drop those of a "
            "share_of_n of 1"
        )
    sequences = genome.fetch(candidates)
    known = share_of_n(sequences) <= max_unknown
    offered = gc_content(sequences)
    usable = np.flatnonzero(known & ~np.isnan(offered))
    wanted = np.tile(wanted, per_positive)
    if len(usable) < len(wanted):
        raise BadValueError(
            f"{len(wanted)} windows are asked for and {len(usable)} of {len(candidates)} candidates can be chosen; the "
            f"others have more than {max_unknown:g} unknown bases; give more candidates"
        )
    chosen = usable[_nearest_unused(wanted, offered[usable], np.random.default_rng(seed))]
    _LOG.info(
        "%d windows matched in G and C to %d positives; the largest difference is %.3f; %d of %d candidates had too "
        "many unknown bases",
        len(chosen), len(positives), np.abs(offered[chosen] - wanted).max(), len(candidates) - len(usable),
        len(candidates),
    )  # fmt: skip
    return candidates.iloc[chosen]


def _nearest_unused(
    wanted: NDArray[np.float64], offered: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Choose an entry of ``offered`` for each of ``wanted``, none twice: (len(wanted),)."""
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
