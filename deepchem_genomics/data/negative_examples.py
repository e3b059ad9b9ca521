"""Peaks say where a factor binds; a classifier also needs places and sequences where it does not."""

import logging
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.data.parts import SHUFFLED, ColumnLabels, IntervalParts, label_values, pieces
from deepchem_genomics.errors import BadValueError, EmptyInputError, LabelError, SequenceLengthError
from deepchem_genomics.genome import (
    Genome,
    Intervals,
    center,
    dinucleotide_shuffle,
    gc_content,
    match_names,
    read_intervals,
)
from deepchem_genomics.genome.intervals import place, source
from deepchem_genomics.genome.negatives import Places, composition_of, nearest_unused
from deepchem_genomics.genome.placing import places_of, warn_of_unknown
from deepchem_genomics.wording import counted

__all__ = [
    "NegativeOptions",
    "draw_negatives",
    "require_no_negatives",
    "with_negatives",
    "with_shuffles",
]

logger = logging.getLogger(__name__)

SOURCES = ("gc", "genome", "flanks", "shuffled")

CANDIDATES = (10, 50)
"""Windows drawn for each that is chosen to match in GC; more where fewer do not match."""

CLOSE = 0.02
"""Gap between the GC of positives and negatives, as :func:`_largest_gap` has it, at which no more are drawn."""

MOST_DRAWN = 1 << 16
"""Windows, or 64 times as many as wanted, among which places without N are looked for."""

FLANK_WINDOWS = 50
"""How far from a positive its flanks reach on either side, in windows."""

GC_MEANS = 0.02
GC_GAP = 0.1
"""Positives and negatives differ in GC if their means do by more, or if the shares of windows up to some GC do, and by
more than chance makes of equal ones."""


@dataclass(frozen=True)
class NegativeOptions:
    """Which negatives are added to positives, and how many.

    No negative lies within ``distance`` bp of a peak, shares a base with a positive window or an excluded region, or
    has more N than is allowed (by default none). All are on chromosomes that have positives.

    Parameters
    ----------
    per_positive : int, default 1
        Negatives for each positive; fewer, with a warning, if the genome has too few free windows.
    source : {"gc", "genome", "flanks", "shuffled"}, path-like or DataFrame, default "gc"
        "gc": windows of the genome that are chosen to have the GC content of the positives. "genome": any windows.
        "flanks": the nearest windows on either side of each positive, up to 50 window lengths away. "shuffled": the
        positives themselves, shuffled such that the number of every dinucleotide stays. A file or table of intervals,
        such as DNase peaks: windows whose middle lies in one of these, chosen to match in GC.
    distance : int, default 100
        How many bp at least lie between a negative and a peak; not for shuffles.
    seed : int, default 0
        Two calls with one seed draw the same.
    regions_one_based : bool, optional
        Whether a file of regions counts from 1. By default as it says.

    Raises
    ------
    BadValueError
        If a number is out of range, or the source is neither a name nor a file.
    """

    per_positive: int = 1
    source: str | os.PathLike[str] | Intervals = "gc"
    distance: int = 100
    seed: int = 0
    regions_one_based: bool | None = None

    def __post_init__(self) -> None:
        for name, least in (("per_positive", 1), ("distance", 0), ("seed", 0)):
            require_whole_number(name, getattr(self, name), least)
        if isinstance(self.regions, str | os.PathLike) and not Path(self.regions).exists():
            raise BadValueError(
                f"negatives from {os.fspath(self.regions)!r}: no such file exists; name a file of regions or one of "
                f"{', '.join(SOURCES)}"
            )

    @property
    def regions(self) -> str | os.PathLike[str] | Intervals | None:
        """The intervals that negatives are drawn from; None if the source is named."""
        return None if isinstance(self.source, str) and self.source in SOURCES else self.source

    @property
    def kind(self) -> str:
        """One of the four names, or "regions"."""
        return str(self.source) if self.regions is None else "regions"

    @property
    def label(self) -> str:
        """What logs and manifests call the source."""
        return self.kind if isinstance(self.source, pd.DataFrame) else Path(self.source).name


def with_negatives(
    peaks: Intervals | str | os.PathLike[str],
    genome: Genome | str | os.PathLike[str],
    options: NegativeOptions | None = None,
    *,
    length: int = 101,
    at: str = "auto",
    max_n: float = 0.0,
    label: str = "bound",
) -> Intervals:
    r"""Label windows around peaks 1, add windows away from all peaks and label these 0.

    This is the table that ``IntervalLoader(..., negatives=options)`` makes a dataset of.

    Parameters
    ----------
    peaks : DataFrame or path-like
        Where something binds; a table or a file that :func:`deepchem_genomics.genome.read_intervals` reads.
    genome : Genome or path-like
        FASTA or 2bit.
    options : NegativeOptions, optional
        How many negatives, and from where; by default one for each positive, matched in GC. Shuffles are not windows:
        see :func:`with_shuffles`, or let the loader make them.
    length : int, default 101
        L, in bp.
    at : {"auto", "middle", "summit"}, default "auto"
        What positive windows are centered on: see :func:`deepchem_genomics.genome.center`.
    max_n : float, default 0.0
        Largest share of N in a window, positive or negative.
    label : str, default "bound"
        Name of the column of labels.

    Returns
    -------
    DataFrame
        Columns chrom, start, end, maybe strand, and the label, positives first, in the order of the peaks: what
        :class:`IntervalLoader` takes. Peaks whose windows reach past an end, lie on a chromosome that the genome does
        not have or have too much N are left out, and counted in the log.

    Raises
    ------
    EmptyInputError
        If no positive is left, or no window is free for a negative.
    BadValueError
        If an option is out of range, or shuffles are requested.
    LabelError
        If a peak has the label 0 already.
    GenomicsError
        Any fault of a file.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> fasta = Path(tempfile.mkdtemp()) / "toy.fa"
    >>> _ = fasta.write_text(">chr1\n" + "ACGTTGCATT" * 20 + "\n")
    >>> peaks = pd.DataFrame({"chrom": ["chr1"], "start": [100], "end": [120]})
    >>> table = with_negatives(peaks, fasta, NegativeOptions(distance=20, seed=1), length=10)
    >>> table["bound"].tolist(), table.values[0].tolist()
    ([1.0, 0.0], ['chr1', 105, 115, 1.0])
    """
    options = NegativeOptions() if options is None else options
    if options.kind == "shuffled":
        raise BadValueError(
            "negatives are 'shuffled', which are not windows of the genome; pass them to "
            "IntervalLoader(negatives=...), or shuffle sequences with with_shuffles"
        )
    table = peaks if isinstance(peaks, pd.DataFrame) else read_intervals(peaks, labels=[])
    require_no_negatives(table, label)
    opened = genome if isinstance(genome, Genome) else Genome(genome)
    rules = IntervalParts(opened, np.asarray, ColumnLabels(()), length, at, unknown_chromosomes="drop", max_n=max_n)
    try:
        positives = _positives([table], rules)
        negatives, _ = _draw(positives, [table], rules, options)
    finally:
        if opened is not genome:
            opened.close()
    for reason, count in positives.dropped.items():
        logger.warning("dropped %d of %d peaks: %s", count, len(table), reason)
    columns = [*_PLACE, *(["strand"] if "strand" in negatives else [])]
    windows = positives.windows[columns]
    return pd.concat([windows.assign(**{label: 1.0}), negatives.assign(**{label: 0.0})], ignore_index=True)


def with_shuffles(
    sequences: Sequence[str] | pd.Series, ratio: int = 1, *, label: str = "label", seed: int = 0
) -> pd.DataFrame:
    """Label sequences 1, add shuffled ones with the same dinucleotides and label these 0.

    Parameters
    ----------
    sequences : sequence of str or Series
        N sequences of DNA or RNA; the index of a Series names them.
    ratio : int, default 1
        Shuffled sequences for each.
    label : str, default "label"
        Name of the column of labels.
    seed : int, default 0
        Two calls with the same seed return the same sequences.

    Returns
    -------
    DataFrame
        Columns id, sequence and the label, the given ones first: what :class:`SequenceLoader` takes, with
        ``id_column="id"``. The id of a shuffled sequence is that of the original and ``:shuffled1`` and so on.

    Raises
    ------
    BadValueError
        If the ratio is not a whole number, at least 1.
    EmptyInputError
        If there are no sequences.
    UnknownBaseError
        If a sequence has a letter that is none of A, C, G, T, U and N.

    Examples
    --------
    >>> with_shuffles(["ACGTACCGGTATTGCA"], seed=1).to_dict("list")
    {'id': ['0', '0:shuffled1'], 'sequence': ['ACGTACCGGTATTGCA', 'ACGTTATGCACCGGTA'], 'label': [1.0, 0.0]}
    """
    require_whole_number("ratio", ratio, lowest=1)
    names = [str(name) for name in (sequences.index if isinstance(sequences, pd.Series) else range(len(sequences)))]
    texts = [str(text) for text in sequences]
    shuffled = dinucleotide_shuffle(texts * ratio, seed)
    ids = names + [f"{name}:shuffled{k}" for k in range(1, ratio + 1) for name in names]
    labels = np.repeat([1.0, 0.0], [len(texts), len(shuffled)])
    return pd.DataFrame({"id": ids, "sequence": texts + shuffled, label: labels})


def require_no_negatives(table: Intervals, task: str) -> None:
    """Raise LabelError if an interval is labeled 0, in a column of the task's name or called label."""
    for column in {task, "label"} & set(table.columns):
        negative = np.flatnonzero(label_values(table[column])[0] == 0)
        if len(negative):
            raise LabelError(
                f"{place(table, negative[0])}: {column} is 0, the first of {len(negative)}; where negatives are drawn "
                "every interval is a positive; remove these rows, or take the labels of the file instead"
            )


def draw_negatives(
    peaks: Sequence[Intervals], recipe: IntervalParts, options: NegativeOptions
) -> tuple[Intervals, dict[str, Any]]:
    """Draw negatives for the windows that a recipe makes of peaks; also return what the manifest says about them."""
    return _draw(_positives(peaks, recipe), peaks, recipe, options)


_PLACE = ["chrom", "start", "end"]


class _Positives(NamedTuple):
    windows: Intervals  # the P that are kept, with the columns of the peaks
    gc: NDArray[np.float64]  # (P,)
    length: int
    every: list[Intervals]  # the windows of all peaks, by file, also those that are not kept
    dropped: Counter[str]


def _positives(peaks: Sequence[Intervals], recipe: IntervalParts) -> _Positives:
    dropped: Counter[str] = Counter()
    kept = [recipe.fitting(piece, dropped) for piece in pieces(peaks, recipe.length)]
    kept = [(windows, gc_content(letters)) for windows, letters in kept if len(windows)]
    if not kept:
        reasons = ", ".join(f"{count} {reason}" for reason, count in (+dropped).items())
        raise EmptyInputError(f"no positive window is left: {reasons}; change the input or the options")
    windows = pd.concat([_bare(part) for part, _ in kept], ignore_index=True)
    lengths = (windows["end"] - windows["start"]).to_numpy()
    if (lengths != lengths[0]).any():
        raise SequenceLengthError(
            f"the intervals are {lengths.min()} to {lengths.max()} bp long; negatives need one length; give the length "
            "of windows around them"
        )
    length = int(lengths[0])
    every = [table if recipe.length is None else center(table, recipe.length, recipe.at) for table in peaks]
    return _Positives(windows, np.concatenate([gc for _, gc in kept]), length, every, +dropped)


def _bare(windows: Intervals) -> Intervals:
    """Return places and strands alone, without the attributes of a file, which pandas compares when it joins."""
    bare = windows[[*_PLACE, *(["strand"] if "strand" in windows else [])]].copy()
    bare.attrs = {}
    return bare


def _draw(
    positives: _Positives, peaks: Sequence[Intervals], recipe: IntervalParts, options: NegativeOptions
) -> tuple[Intervals, dict[str, Any]]:
    windows, genome = positives.windows, recipe.genome
    wanted = options.per_positive * len(windows)
    if options.kind == "shuffled":
        copies = [windows.assign(**{SHUFFLED: number}) for number in range(1, options.per_positive + 1)]
        negatives, gc = pd.concat(copies, ignore_index=True), np.tile(positives.gc, options.per_positive)
    else:
        names = match_names(windows["chrom"].unique(), genome.sizes, available_in=genome.path.name)
        search = _Search(_places(positives, peaks, recipe, options, list(names.values())), recipe, options)
        here = windows.assign(chrom=windows["chrom"].map(names))
        if options.kind == "flanks":
            negatives, gc = search.flanks(here)
        elif options.kind == "genome":
            negatives, gc = search.draw(wanted)
        else:
            negatives, gc = search.matched(positives.gc, wanted)
        back = {name: given for given, name in names.items()}
        negatives = negatives.assign(chrom=negatives["chrom"].map(back)).reset_index(drop=True)
        if "strand" in windows:  # strands say nothing about labels
            negatives["strand"] = np.resize(windows["strand"].to_numpy(object), len(negatives))
        negatives = negatives.sort_values(["chrom", "start"], ignore_index=True)  # neighbors are fast to read
    if negatives.empty:
        raise EmptyInputError(
            f"no place for negatives of {positives.length} bp from {options.label} is {options.distance} bp away "
            f"from all peaks of {len(windows)} positives; ask for a smaller distance, or another source"
        )
    return negatives, _record(options, positives.gc, gc, wanted)


def _record(
    options: NegativeOptions, positive: NDArray[np.float64], negative: NDArray[np.float64], wanted: int
) -> dict[str, Any]:
    """Describe negatives in JSON, and log what is not as it was requested."""
    means, gap = (float(positive.mean()), float(negative.mean())), _largest_gap(positive, negative)
    found = len(negative)
    figures = f"mean GC {means[0]:.3f} of positives, {means[1]:.3f} of negatives, largest gap {gap:.3f}"
    ours, others = counted(len(positive), "positive"), counted(found, "negative")
    logger.info("%s, %s from %s; %s", ours, others, options.label, figures)
    if found < wanted:
        logger.warning(
            "found %d of %d negatives from %s: there is no room for more %d bp away from all peaks; for more, ask for "
            "a smaller distance, or another source", found, wanted, options.label, options.distance,
        )  # fmt: skip
    if not _alike(positive, negative):
        logger.warning(
            "negatives from %s differ from the positives in GC, and a model can learn that instead: %s (at most %g "
            "between means and a gap of %.3g would pass); take fewer negatives, or another source",
            options.label, figures, GC_MEANS, _widest_gap(positive, negative),
        )  # fmt: skip
    return {
        "source": options.label,
        "per_positive": options.per_positive,
        "distance": options.distance,
        "seed": options.seed,
        "positives": len(positive),
        "wanted": wanted,
        "found": found,
        "gc": {"positives": round(means[0], 6), "negatives": round(means[1], 6), "largest_gap": round(gap, 6)},
    }


def _largest_gap(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the largest difference between the shares of values up to any value (Kolmogorov and Smirnov)."""
    values = np.unique(np.r_[one, other])
    shares = [np.searchsorted(np.sort(some), values, side="right") / max(1, len(some)) for some in (one, other)]
    return float(np.abs(shares[0] - shares[1]).max())


def _places(
    positives: _Positives,
    peaks: Sequence[Intervals],
    recipe: IntervalParts,
    options: NegativeOptions,
    chroms: Sequence[str],
) -> Places:
    """Find where negatives may lie, in the names of the genome."""
    genome = recipe.genome
    wide = [_named(table, genome, options.distance) for table in peaks]
    # Windows too, since one around a summit or a short peak sticks out of it.
    others = [*positives.every, *([] if recipe.exclude is None else [recipe.exclude])]
    taken = pd.concat([*wide, *(_named(table, genome) for table in others)], ignore_index=True)
    regions = options.regions
    if regions is not None:
        table = places_of(regions, options.regions_one_based, "regions_one_based")
        warn_of_unknown(table, genome.sizes, genome.path.name)
        regions = _named(table, genome)
        if regions.empty:
            raise EmptyInputError(
                f"none of the {len(table)} regions of {source(table)} is on a chromosome of {genome.path.name}; give "
                "regions of this genome"
            )
    return Places({chrom: genome.sizes[chrom] for chrom in chroms}, positives.length, taken, within=regions)


def _named(table: Intervals, genome: Genome, wider: int = 0) -> Intervals:
    """Return places under the names that the genome has, so much wider on both sides; those it does not have go."""
    names = match_names(table["chrom"].unique(), genome.sizes, wanted_in=source(table), available_in=genome.path.name)
    here = table[table["chrom"].isin(list(names))]
    return pd.DataFrame(
        {
            "chrom": here["chrom"].map(names).to_numpy(object),
            "start": here["start"].to_numpy(np.int64) - wider,
            "end": here["end"].to_numpy(np.int64) + wider,
        }
    )


Candidates = tuple[Intervals, NDArray[np.float64]]
"""Windows and the GC content of each."""


class _Search:
    """Look for negatives among places."""

    def __init__(self, places: Places, recipe: IntervalParts, options: NegativeOptions) -> None:
        self.places, self.genome, self.options = places, recipe.genome, options
        self.max_n = recipe.max_n or 0.0

    def draw(self, n: int) -> Candidates:
        """Draw n windows, or as many as there are."""
        most = min(self.places.n, max(64 * n, MOST_DRAWN))
        asked = min(n, most)
        while asked:
            windows = self.places.draw(asked, self.options.seed)
            gc, unknown = composition_of(self.genome, windows)
            known = np.flatnonzero((unknown <= self.max_n) & ~np.isnan(gc))[:n]
            if len(known) == n or asked == most:
                return windows.iloc[known], gc[known]
            asked = min(2 * asked, most)  # gaps of the assembly are in the way
        return _no_windows()

    def matched(self, positive: NDArray[np.float64], n: int) -> Candidates:
        """Draw candidates, and choose those of which the GC content is nearest to that of the positives."""
        wanted = np.tile(positive, self.options.per_positive)
        for times in CANDIDATES:
            windows, gc = self.draw(times * n)
            if len(windows) <= n:
                return windows, gc
            chosen = nearest_unused(wanted, gc, np.random.default_rng(self.options.seed))
            drawn = windows.iloc[chosen], gc[chosen]
            if len(windows) < times * n or _largest_gap(positive, drawn[1]) <= CLOSE:
                break
        return drawn

    def flanks(self, positives: Intervals) -> Candidates:
        """Take the nearest windows on either side of each positive, in turn."""
        length, distance = self.places.length, self.options.distance
        chroms, starts = positives["chrom"].to_numpy(object), positives["start"].to_numpy(np.int64)
        left_first = np.random.default_rng(self.options.seed).random(len(positives)) < 0.5
        lacking = np.full(len(positives), self.options.per_positive)
        found: list[Candidates] = [_no_windows()]
        seen: set[tuple[str, int]] = set()
        for step in range(2 * FLANK_WINDOWS):
            left = left_first == (step % 2 == 0)
            away = distance + (step // 2) * length
            there = np.where(left, starts - away - length, starts + length + away)
            allowed = np.flatnonzero((lacking > 0) & self.places.allow(chroms, there)).tolist()
            rows = np.array([row for row in allowed if _is_new((chroms[row], int(there[row])), seen)], dtype=np.int64)
            if not len(rows):
                continue
            windows = pd.DataFrame({"chrom": chroms[rows], "start": there[rows], "end": there[rows] + length})
            gc, unknown = composition_of(self.genome, windows)
            known = np.flatnonzero((unknown <= self.max_n) & ~np.isnan(gc))
            lacking[rows[known]] -= 1
            found.append((windows.iloc[known], gc[known]))
        return pd.concat([windows for windows, _ in found]), np.concatenate([gc for _, gc in found])


def _is_new(key: tuple[str, int], seen: set[tuple[str, int]]) -> bool:
    new = key not in seen
    seen.add(key)
    return new


def _no_windows() -> Candidates:
    empty = {"chrom": np.empty(0, object), "start": np.empty(0, np.int64), "end": np.empty(0, np.int64)}
    return pd.DataFrame(empty), np.empty(0)


def _alike(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    gap = _largest_gap(one, other)
    return bool(abs(one.mean() - other.mean()) <= GC_MEANS and gap <= _widest_gap(one, other))


def _widest_gap(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the gap that passes: the test of Kolmogorov and Smirnov at 5%, and never less than a tenth."""
    return max(GC_GAP, 1.358 * float(np.sqrt(1 / len(one) + 1 / len(other))))
