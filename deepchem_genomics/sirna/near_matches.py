"""Places in a transcriptome that differ from a site in few bases, by BWA, which was made to find such.

BWA's backtracking search (``bwa aln``) is exact with these options: no seeding, no gaps, all hits. Only hits that
reach over the end of a transcript into the next one must be left out afterwards.
"""

import warnings
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import MissingExtraError

__all__ = ["MOST_MISMATCHES", "NearMatch", "build_index", "find_near_matches"]

MOST_MISMATCHES = 3
"""More would take long and find much by chance."""

_QUERIES = 2000  # at a time
_NO_LIMIT = 10**9
_MOST_HITS = 10**6  # listed for one site


class NearMatch(NamedTuple):
    """A place in one of the indexed sequences."""

    query: int
    sequence: int
    start: int  # 0-based
    reverse: bool  # whether it is the reverse complement that was found: a match of the passenger
    mismatches: int


def build_index(fasta: Path) -> None:
    """Index sequences, beside their file."""
    pybwa = _pybwa()
    pybwa.set_bwa_verbosity(pybwa.BwaVerbosity.QUIET)
    pybwa.BwaIndex.index(str(fasta))


def find_near_matches(
    fasta: Path, lengths: Sequence[int] | NDArray[np.int64], sites: Sequence[str], mismatches: int
) -> Iterator[NearMatch]:
    """Find all places that differ from sites in at most so many bases.

    References
    ----------
    H. Li and R. Durbin. Fast and accurate short read alignment with Burrows-Wheeler transform. *Bioinformatics* 25,
    1754-1760, 2009.
    """
    pybwa = _pybwa()
    pybwa.set_bwa_verbosity(pybwa.BwaVerbosity.QUIET)
    options = pybwa.BwaAlnOptions(
        max_mismatches=mismatches,
        max_gap_opens=0,
        max_gap_extensions=0,
        seed_length=max(map(len, sites), default=0) + 1,  # longer than a site: none
        max_mismatches_in_seed=mismatches,
        find_all_hits=True,
        stop_at_max_best_hits=_NO_LIMIT,
        max_hits=_MOST_HITS,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # pybwa leaves a file for Python to close
        opened = pybwa.BwaAln(prefix=str(fasta))
    with opened as aligner:
        for start in range(0, len(sites), _QUERIES):
            chunk = list(sites[start : start + _QUERIES])
            for number, (site, found) in enumerate(zip(chunk, aligner.align(chunk, options), strict=True), start):
                for match in _hits(number, found):
                    if match.start + len(site) <= lengths[match.sequence]:
                        yield match


def _hits(query: int, found: Any) -> Iterator[NearMatch]:
    if not found.is_unmapped:
        sequence, start = int(found.reference_name), found.reference_start
        yield NearMatch(query, sequence, start, found.is_reverse, found.get_tag("NM"))
    if found.has_tag("XA"):
        for text in found.get_tag("XA").rstrip(";").split(";"):
            name, place, _, differences = text.split(",")[:4]
            yield NearMatch(query, int(name), abs(int(place)) - 1, place[0] == "-", int(differences))


def _pybwa() -> Any:
    try:
        return import_module("pybwa")
    except ImportError:
        raise MissingExtraError(
            "the search for near-perfect matches needs pybwa, which is not installed; pip install "
            "'deepchem_genomics[sirna]', or leave it out with mismatches=\"none\""
        ) from None
