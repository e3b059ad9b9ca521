"""Which chromosome of one file is which of another: ``chr22`` and ``22`` are the same, as are ``chrM`` and ``MT``."""

import logging
from collections.abc import Iterable

from deepchem_genomics.errors import ChromosomeNameError

__all__ = ["ChromosomeNames", "match_names"]

_LOG = logging.getLogger(__name__)
_MITOCHONDRIAL = ("chrM", "MT", "M", "chrMT")


def match_names(
    wanted: Iterable[str], available: Iterable[str], *, wanted_in: str = "one file", available_in: str = "the other"
) -> dict[str, str]:
    """Match chromosome names that differ in a leading ``chr`` only, or are among chrM, MT, M and chrMT.

    A name that is available as it is stands for itself. Each name is matched on its own, so a file may mix styles
    (``chr1`` beside ``GL000192.1``). But if it names one chromosome in two ways, which only happens when files were
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
    available = dict.fromkeys(available)
    matched: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name in dict.fromkeys(wanted):
        found = next((other for other in _spellings(name) if other in available), None)
        if found is None:
            continue
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
        self._said: set[str] = set()

    def match(self, wanted: Iterable[str], source: str | None = None) -> dict[str, str | None]:
        """Match names of another file. What was matched for that file before, in an earlier chunk of it, still holds.

        Parameters
        ----------
        wanted : iterable of str
            Names, unique or not.
        source : str, optional
            The other file; without it the names are matched on their own. If it spells names in another way, that is
            logged once.

        Returns
        -------
        dict of str to str or None
            None for names that match nothing.

        Raises
        ------
        ChromosomeNameError
            If the other file names a chromosome in two ways.
        """
        called = source or "the table of intervals"
        known = self._matched.setdefault(source, {}) if source else {}
        new = [name for name in dict.fromkeys(wanted) if name not in known]
        if new:
            found = match_names([*known, *new], self.available, wanted_in=called, available_in=self.file)
            known.update((name, found.get(name)) for name in new)
            self._say_once(called, found)
        return known

    def _say_once(self, called: str, found: dict[str, str]) -> None:
        other = [name for name in found if found[name] != name]
        if other and called not in self._said:
            self._said.add(called)
            _LOG.info(
                "%s calls %s what %s calls %s; such names are matched", called, other[0], self.file, found[other[0]]
            )

    def unknown(self, name: str, where: str, count: int, instead: str) -> ChromosomeNameError:
        """Say that a chromosome is not there.

        Parameters
        ----------
        name : str
            What it is called.
        where : str
            File and line of the first interval on it.
        count : int
            How many intervals are on chromosomes that are not there.
        instead : str
            What to pass for ``unknown_chromosomes`` to go on without them.

        Returns
        -------
        ChromosomeNameError
            To be raised by the caller.
        """
        n_more = len(self.available) - 8
        shown = ", ".join(self.available[:8]) + (f" and {n_more} more" if n_more > 0 else "")
        others = f", nor are those of {count - 1} more intervals" if count > 1 else ""
        return ChromosomeNameError(
            f"{where}: chromosome {name!r} is not in {self.file}{others}; it has {shown}; correct the name, or pass "
            f'unknown_chromosomes="{instead}"'
        )
