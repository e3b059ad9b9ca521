"""Intervals on the chromosomes of a file: names matched, ends checked, and the stretches to read.

``chr22`` and ``22`` are the same chromosome, as are ``chrM`` and ``MT``. Sequences and signals are read from different
files in the same way, so both readers begin here.
"""

import contextlib
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_choice
from deepchem_genomics.errors import ChromosomeNameError, IntervalError, OutOfBoundsError
from deepchem_genomics.genome.interval_files import read_intervals
from deepchem_genomics.genome.intervals import Intervals, place, require_intervals, source
from deepchem_genomics.wording import first_of, listed

__all__ = [
    "Block",
    "ChromosomeNames",
    "Placed",
    "Policy",
    "advising",
    "blocks",
    "match_names",
    "place_intervals",
    "places_of",
    "warn_of_unknown",
]

_LOG = logging.getLogger(__name__)
_MITOCHONDRIAL = ("chrM", "MT", "M", "chrMT")


def match_names(
    wanted: Iterable[str], available: Iterable[str], *, wanted_in: str = "one file", available_in: str = "the other"
) -> dict[str, str]:
    """Match chromosome names that differ in a leading ``chr`` only, or are among chrM, MT, M and chrMT.

    A name that is available as it is stands for itself. Each name is matched on its own, so a file may mix styles
    (``chr1`` next to ``GL000192.1``). But if it names one chromosome in two ways, which only happens when files were
    joined that should not have been, that is an error.

    Parameters
    ----------
    wanted : iterable of str
        Names in the first file; repeated ones count once.
    available : iterable of str
        Names in the second file.
    wanted_in, available_in : str
        What errors call the two files.

    Returns
    -------
    dict of str to str
        For each wanted name the available one. Names that have none are left out.

    Raises
    ------
    ChromosomeNameError
        If two wanted names match one chromosome.

    Examples
    --------
    >>> match_names(["chr22", "chrM", "chr23"], ["22", "X", "MT"])
    {'chr22': '22', 'chrM': 'MT'}

    References
    ----------
    UCSC and Ensembl spell the names of the same sequences in these two ways. The mitochondrion of UCSC's hg19 is the
    exception: its chrM (NC_001807, 16,571 bp) is another sequence than Ensembl's MT (NC_012920, 16,569 bp).
    """
    known = {str(name): name for name in available}  # pandas reads Ensembl's names as numbers
    matched: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name in dict.fromkeys(wanted):
        spelt = next((other for other in _spellings(str(name)) if other in known), None)
        if spelt is None:
            continue
        found = known[spelt]
        if found in taken:
            raise ChromosomeNameError(
                f"{wanted_in} has both {taken[found]!r} and {name!r}, which are one chromosome, {found!r} in "
                f"{available_in}; write it in one way"
            )
        matched[name] = found
        taken[found] = name
    return matched


def _spellings(name: str) -> Iterable[str]:
    yield name
    if name in _MITOCHONDRIAL:
        yield from _MITOCHONDRIAL
    yield name[3:] if name.startswith("chr") else "chr" + name


def warn_of_unknown(intervals: Intervals, available: Iterable[str], file: str) -> dict[str, str]:
    """Count in a warning the intervals whose chromosome a file does not have; return the names that match."""
    counts = intervals["chrom"].value_counts(sort=False)
    found = match_names(counts.index, available, wanted_in=source(intervals), available_in=file)
    unknown = counts[[name not in found for name in counts.index]]
    if len(unknown):
        shown = listed([f"{name!r} ({count})" for name, count in unknown.items()], 3)
        _LOG.warning(
            "%s: %d of %d intervals lie on chromosomes that %s does not have and count for nothing: %s",
            source(intervals), unknown.sum(), len(intervals), file, shown,
            extra={"whole_file": True},
        )  # fmt: skip
    return found


class ChromosomeNames:
    """The chromosomes of one file, and what other files call them.

    Parameters
    ----------
    available : iterable of str
        The names in the file.
    file : str
        What messages call it.
    """

    def __init__(self, available: Iterable[str], file: str) -> None:
        self.available = list(available)
        self.file = file
        self._matched: dict[str, dict[str, str | None]] = {}
        self._logged: set[str] = set()

    def match(self, wanted: Iterable[str], source: str | None = None) -> dict[str, str | None]:
        """Match names of another file; what was matched for an earlier chunk of that file still holds.

        None stands for names that match nothing. Without ``source`` the names are matched on their own; if a file
        spells names in another way, that is logged once. Raises ChromosomeNameError if it names a chromosome in two
        ways.
        """
        called = source or "the table of intervals"
        known = self._matched.setdefault(source, {}) if source else {}
        new = [name for name in dict.fromkeys(wanted) if name not in known]
        if new:
            found = match_names([*known, *new], self.available, wanted_in=called, available_in=self.file)
            known.update((name, found.get(name)) for name in new)
            self._log_once(called, found)
        return known

    def _log_once(self, called: str, found: dict[str, str]) -> None:
        other = [name for name in found if found[name] != name]
        if other and called not in self._logged:
            self._logged.add(called)
            _LOG.info(
                "%s calls %s what %s calls %s; such names are matched", called, other[0], self.file, found[other[0]]
            )

    def unknown(self, name: str, where: str, count: int, instead: str) -> ChromosomeNameError:
        """Return the error for a chromosome that is not there: where the first interval on it is, how many there are.

        ``instead`` is what to pass for ``unknown_chromosomes`` to continue without them.
        """
        others = f", nor are those of {count - 1} more intervals" if count > 1 else ""
        return ChromosomeNameError(
            f"{where}: chromosome {name!r} is not in {self.file}{others}; it has {listed(self.available)}; correct the "
            f'name, or pass unknown_chromosomes="{instead}"'
        )


_DONE = {"drop": "dropped", "pad": "filled up with N", "missing": "taken as missing there"}


class Policy(NamedTuple):
    """What to do with intervals that do not fit a file."""

    out_of_bounds: str  # past an end of the chromosome: "error", "drop", "pad" or "missing"
    unknown_chromosomes: str  # "error", "drop" or "missing"


class Placed(NamedTuple):
    """Where N intervals lie in a file."""

    chromosomes: NDArray[np.int64]  # (N,): positions in the list of the file's chromosomes, -1 if not there
    starts: NDArray[np.int64]  # (N,)
    ends: NDArray[np.int64]  # (N,)
    kept: NDArray[np.bool_]  # (N,): false for those that are dropped, or on no chromosome of the file

    def only_kept(self) -> "Placed":
        """Leave out the others."""
        kept = self.kept
        return Placed(self.chromosomes[kept], self.starts[kept], self.ends[kept], kept[kept])


def place_intervals(
    intervals: Intervals,
    names: ChromosomeNames,
    sizes: Mapping[str, int],
    policy: Policy,
    allowed: Policy,
    quiet: bool = False,
) -> Placed:
    """Find the chromosome of each of N checked intervals in a file, and check that it lies within.

    ``sizes`` are in the order of ``names``; ``allowed`` are the policies other than "error", separated by spaces; with
    ``quiet`` no warning is logged, because the caller counts what does not fit.
    """
    _require_allowed(policy, allowed)
    codes, chroms = pd.factorize(intervals["chrom"])
    matched = names.match(chroms, intervals.attrs.get("path"))
    numbers = {name: i for i, name in enumerate(names.available)}
    chromosomes = np.array([*(numbers.get(matched[chrom] or "", -1) for chrom in chroms), -1])[codes]
    unknown = chromosomes < 0
    if unknown.any():
        _refuse_or_count_unknown(intervals, unknown, names, policy, allowed, quiet)
    starts, ends = (intervals[column].to_numpy(dtype=np.int64) for column in ("start", "end"))
    lengths = np.array([*sizes.values(), 0], dtype=np.int64)[chromosomes]  # 0 where unknown
    outside = ~unknown & ((starts < 0) | (ends > lengths))
    if outside.any():
        _refuse_or_count_outside(intervals, outside, lengths, names, policy, allowed, quiet)
    return Placed(chromosomes, starts, ends, ~unknown & ~(outside & (policy.out_of_bounds == "drop")))


def _require_allowed(policy: Policy, allowed: Policy) -> None:
    for name, value, others in zip(Policy._fields, policy, allowed, strict=True):
        require_choice(name, value, ("error", *others.split()))


def _refuse_or_count_unknown(
    intervals: Intervals,
    unknown: NDArray[np.bool_],
    names: ChromosomeNames,
    policy: Policy,
    allowed: Policy,
    quiet: bool,
) -> None:
    first, count = int(np.argmax(unknown)), int(unknown.sum())
    chrom, where = str(intervals["chrom"].iloc[first]), place(intervals, first)
    if policy.unknown_chromosomes == "error":
        raise names.unknown(chrom, where, count, instead=allowed.unknown_chromosomes)
    _LOG.log(
        logging.DEBUG if quiet else logging.WARNING,
        "%s: %d of %d intervals lie on chromosomes that %s does not have and are %s; the first is %s on %r",
        source(intervals), count, len(intervals), names.file, _DONE[policy.unknown_chromosomes], where, chrom,
    )  # fmt: skip


def _refuse_or_count_outside(
    intervals: Intervals,
    outside: NDArray[np.bool_],
    lengths: NDArray[np.int64],
    names: ChromosomeNames,
    policy: Policy,
    allowed: Policy,
    quiet: bool,
) -> None:
    first, count = int(np.argmax(outside)), int(outside.sum())
    chrom, start, end = intervals[["chrom", "start", "end"]].iloc[first]
    n_bases = lengths[first]
    past = f"ends {end - n_bases} bp past" if end > n_bases else f"starts {-start} bp before"
    what = f"{place(intervals, first)}: {chrom}:{start}-{end} {past} {chrom} ({n_bases} bp in {names.file})"
    if policy.out_of_bounds == "error":
        instead = allowed.out_of_bounds.split()[0]
        raise OutOfBoundsError(
            f'{what}{first_of(count, "intervals")}; trim the interval or pass out_of_bounds="{instead}"'
        )
    _LOG.log(
        logging.DEBUG if quiet else logging.WARNING,
        "%s: %d of %d intervals reach past an end of their chromosome and are %s; the first is %s",
        source(intervals), count, len(intervals), _DONE[policy.out_of_bounds], what,
    )  # fmt: skip


_LONGEST = 1 << 21  # bp; a block of twice that is 4 MB of letters, or 32 MB of float64 signal


class Block(NamedTuple):
    """Intervals on one chromosome, and the M stretches to read for them, put one after the other."""

    chromosome: int
    starts: NDArray[np.int64]  # (M,): of the stretches, ascending
    ends: NDArray[np.int64]  # (M,)
    members: NDArray[np.int64]  # (n,): positions of the intervals, in order of start
    offsets: NDArray[np.int64]  # (n,): where each of them begins in what was read


def blocks(
    chromosomes: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    widest_gap: int,
    longest: int = _LONGEST,
) -> Iterator[Block]:
    """Group intervals into blocks to read at once, such that each is a member of exactly one.

    Intervals at most ``widest_gap`` bp apart share a stretch: reading on over such a gap costs no more than beginning
    again. The stretches of a block have at most twice ``longest`` bp, and what their last intervals stick out.

    Examples
    --------
    >>> starts = np.array([50_000, 10, 0])
    >>> (block,) = blocks(np.zeros(3, int), starts, starts + 20, widest_gap=1000)
    >>> block.starts.tolist(), block.ends.tolist(), block.members.tolist(), block.offsets.tolist()
    ([0, 50000], [30, 50020], [2, 1, 0], [0, 10, 30])
    """
    order = np.lexsort((starts, chromosomes))
    if not len(order):
        return
    codes, starts, ends = chromosomes[order], starts[order], ends[order]
    # How far anything before has reached: a running maximum that begins again with each chromosome.
    first = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    reach = np.concatenate([np.maximum.accumulate(part) for part in np.split(ends, first[1:])])
    begins = np.zeros(len(order), dtype=bool)
    begins[first] = True
    begins[1:] |= (starts[1:] - reach[:-1] > widest_gap) | (starts[1:] // longest != starts[:-1] // longest)
    heads = np.flatnonzero(begins)  # the first interval of each stretch
    lasts = np.maximum.reduceat(ends, heads)
    lengths = lasts - starts[heads]
    before = np.cumsum(lengths) - lengths  # bp in the stretches before each
    turns = np.r_[True, (codes[heads[1:]] != codes[heads[:-1]]) | (before[1:] // longest != before[:-1] // longest)]
    offsets = starts + np.repeat(before - starts[heads], np.diff(heads, append=len(order)))
    for i, j in pairwise(np.append(np.flatnonzero(turns), len(heads))):
        some = slice(heads[i], heads[j] if j < len(heads) else None)
        yield Block(int(codes[heads[i]]), starts[heads[i:j]], lasts[i:j], order[some], offsets[some] - before[i])


@contextlib.contextmanager
def advising(argument: str) -> Iterator[None]:
    """Make errors about how a file of intervals counts advise another argument than ``one_based``."""
    try:
        yield
    except IntervalError as error:
        raise IntervalError(str(error).replace("one_based=", f"{argument}=")) from error


def places_of(
    intervals: Intervals | str | os.PathLike[str], one_based: bool | None = None, argument: str = "one_based"
) -> Intervals:
    """Return where intervals are and nothing else of them, reading them if a file was given.

    Parameters
    ----------
    intervals : DataFrame or path-like
        A table or a file.
    one_based : bool, optional
        Whether a file counts from 1: see :func:`~deepchem_genomics.genome.read_intervals`.
    argument : str, default "one_based"
        What errors advise to say how a file counts.

    Returns
    -------
    DataFrame
        Columns chrom, start and end. Points, which have no bases to share, are left out and counted in a warning.
    """
    table = intervals
    if not isinstance(table, pd.DataFrame):
        with advising(argument):
            table = read_intervals(table, labels=[], one_based=one_based)
    table = require_intervals(table, points=True)[["chrom", "start", "end"]]
    points = (table["start"] == table["end"]).to_numpy()
    if points.any():
        _LOG.warning(
            "%s: %d of %d intervals have no bases (their start is their end), so no window shares one with them",
            source(table), points.sum(), len(table),
        )  # fmt: skip
    return table[~points]
