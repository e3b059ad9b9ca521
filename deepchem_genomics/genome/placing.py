"""Putting intervals onto the chromosomes of a file: names matched, ends checked, what does not fit refused or counted.

Sequences and signals are read from different files in the same way, so both readers begin here.
"""

import logging
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, OutOfBoundsError
from deepchem_genomics.genome.intervals import Intervals, place, source
from deepchem_genomics.genome.names import ChromosomeNames

__all__ = ["Placed", "Policy", "place_intervals"]

_LOG = logging.getLogger(__name__)
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
    """Find each interval's chromosome in a file, and check that it lies within.

    Parameters
    ----------
    intervals : DataFrame
        N intervals, checked.
    names : ChromosomeNames
        Of the file.
    sizes : mapping of str to int
        Length of each of its chromosomes in bp, in the order of ``names``.
    policy : Policy
        What the caller asks for.
    allowed : Policy
        What may be asked for beside "error", separated by spaces.
    quiet : bool, default False
        Whether the caller counts what does not fit, so that no warning is needed.

    Returns
    -------
    Placed
        One entry for each interval.

    Raises
    ------
    ChromosomeNameError
        If a chromosome is not there and the policy is "error".
    OutOfBoundsError
        If an interval reaches past an end and the policy is "error".
    BadValueError
        If a policy is not allowed.
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
        choices = ["error", *others.split()]
        if value not in choices:
            raise BadValueError(f"{name} is {value!r}; it must be one of {', '.join(map(repr, choices))}")


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
        first_of = f", the first of {count} such intervals" if count > 1 else ""
        instead = allowed.out_of_bounds.split()[0]
        raise OutOfBoundsError(f'{what}{first_of}; trim the interval or pass out_of_bounds="{instead}"')
    _LOG.log(
        logging.DEBUG if quiet else logging.WARNING,
        "%s: %d of %d intervals reach past an end of their chromosome and are %s; the first is %s",
        source(intervals), count, len(intervals), _DONE[policy.out_of_bounds], what,
    )  # fmt: skip
