"""Alleles as pairs of windows: the genome as it is, and the genome with the change.

Both windows have the model's length. What REF and ALT share at their ends is set aside first. Then each window is
centered on its own allele: the middle base of what is left of REF, ``len // 2``, lies at index ``length // 2`` of the
reference window, and the middle base of what is left of ALT there in the alternative window; where nothing is left of
one (an insertion's REF, a deletion's ALT), the base to the right of the change takes its place. So both windows of a
substitution cover the same bases; around an insertion the genome's bases give way at both ends, around a deletion they
move in from both ends, and undoing a change swaps its two windows. A change in a repeat, which could be written at
several places, is taken where the file has it: left-most among the letters of its record.
"""

import re
import sqlite3
from types import TracebackType
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.genome import Genome
from deepchem_genomics.genome.placing import ChromosomeNames
from deepchem_genomics.genome.variant_files import agrees, trimmed

__all__ = ["REASONS", "SeenBefore", "VariantWindows", "reason_of_alleles", "variant_windows"]

REASONS = {
    "no_alternative": "ALT is '.': the record has no alternative allele",
    "overlapping_deletion": "ALT is '*': the base is deleted by another record, which is scored itself",
    "symbolic": "ALT is symbolic, such as <DEL> or <DUP>: its letters are not in the file",
    "breakend": "ALT is a breakend, which joins two places of the genome",
    "unknown_base": "REF or ALT has letters other than A, C, G and T",
    "no_change": "REF and ALT are the same",
    "too_long": "REF or ALT, without what both share, is longer than the model's window",
    "unknown_contig": "the genome has no contig of that name",
    "outside_contig": "the record begins before or ends after its contig",
    "ref_mismatch": "REF is not what the genome has there, nor a base that its IUPAC code stands for",
    "window_outside_contig": "a window around the variant reaches past an end of the contig",
    "unknown_base_in_window": "the genome has N or another letter than A, C, G and T in a window around the variant",
    "duplicate": "the same change was scored before, in an earlier record or allele",
}
"""What each word in the column ``reason`` means."""

_BASES = re.compile("[ACGT]+", re.IGNORECASE)


def reason_of_alleles(ref: str, alt: str) -> str | None:
    """Return the key of :data:`REASONS` for alleles that cannot be compared, if their letters alone tell; else None.

    >>> [reason_of_alleles("A", alt) for alt in ("G", "a", "<DEL>", "*", "A[chr2:100[", "N")]
    [None, 'no_change', 'symbolic', 'overlapping_deletion', 'breakend', 'unknown_base']
    """
    if alt in (".", ""):
        return "no_alternative"
    if alt == "*":
        return "overlapping_deletion"
    if "[" in alt or "]" in alt or alt.startswith(".") or alt.endswith("."):
        return "breakend"
    if alt.startswith("<"):
        return "symbolic"
    if not (_BASES.fullmatch(ref) and _BASES.fullmatch(alt)):
        return "unknown_base"
    return "no_change" if ref.upper() == alt.upper() else None


class SeenBefore:
    """Remembers changes to a genome, in a temporary database that SQLite moves to the disk when it grows.

    Memory stays at a few megabytes; the disk takes 20 to 40 bytes a change.

    >>> with SeenBefore() as seen:
    ...     print([seen.again("chr1", 4, "A", alt) for alt in ("G", "T", "G")])
    [False, False, True]
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("")  # no name: a private file, gone when closed
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE change (chrom TEXT, start INT, ref TEXT, alt TEXT, PRIMARY KEY (chrom, start, ref, alt)) "
            "WITHOUT ROWID"
        )

    def again(self, chrom: str, start: int, ref: str, alt: str) -> bool:
        """Return whether a change was seen before, and remember it; ``ref`` and ``alt`` are without what both share."""
        done = self._database.execute("INSERT OR IGNORE INTO change VALUES (?, ?, ?, ?)", (chrom, start, ref, alt))
        return done.rowcount == 0

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def __enter__(self) -> "SeenBefore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


_IS_BASE = np.zeros(256, dtype=bool)
_IS_BASE[list(b"ACGT")] = True
_SHOWN = 30  # letters of an allele in a message


class VariantWindows(NamedTuple):
    """The windows of n alleles.

    Parameters
    ----------
    rows : ndarray of shape (n,), int64
        Which rows of the table they are of, in order.
    reference, alternative : ndarray of shape (n, L), uint8
        ASCII letters, A, C, G and T only.
    ids : ndarray of shape (n,), str
        The place of each reference window, ``chrom:start-end``, by the genome's names: 0-based, half-open.
    """

    rows: NDArray[np.int64]
    reference: NDArray[np.uint8]
    alternative: NDArray[np.uint8]
    ids: NDArray[np.str_]


class _Change(NamedTuple):
    """A change on a contig of the genome, with how far the windows reach."""

    row: int
    chrom: str
    size: int  # of the contig
    begin: int  # of the whole REF, 0-based
    ref: str  # the whole REF
    start: int  # of what is left of REF
    removed: str
    inserted: str
    length: int  # L

    def flanks(self, allele: str) -> tuple[int, int]:
        """Count the bases that are left and right of an allele in its window."""
        left = self.length // 2 - len(allele) // 2
        return left, self.length - left - len(allele)

    def span(self) -> tuple[int, int]:
        """Describe which part of the genome is needed: REF and both windows."""
        (left, right), (alt_left, alt_right) = self.flanks(self.removed), self.flanks(self.inserted)
        end = self.start + len(self.removed)
        return min(self.begin, self.start - max(left, alt_left)), max(
            self.begin + len(self.ref), end + max(right, alt_right)
        )

    def windows(self, letters: str, offset: int) -> tuple[str, str]:
        """Cut both windows out of the letters of the genome that begin at ``offset``."""
        start = self.start - offset
        end = start + len(self.removed)
        left, right = self.flanks(self.inserted)
        reference = start - self.flanks(self.removed)[0]
        return (
            letters[reference : reference + self.length],
            letters[start - left : start] + self.inserted + letters[end : end + right],
        )


def variant_windows(
    table: pd.DataFrame,
    genome: Genome,
    length: int,
    names: ChromosomeNames | None = None,
    seen: SeenBefore | None = None,
) -> tuple[VariantWindows, pd.DataFrame]:
    r"""Write each allele into the genome and cut windows around it.

    Parameters
    ----------
    table : DataFrame
        N alleles: chrom, pos (from 1), ref, alt, and any others.
    genome : Genome
        Where the letters around them come from. REF must be what it has.
    length : int
        L, in bp.
    names : ChromosomeNames, optional
        Of the genome, if several tables are of one file.
    seen : SeenBefore, optional
        Remembers changes over several tables; by default, those of this table only.

    Returns
    -------
    VariantWindows
        Of the alleles that can be scored.
    DataFrame
        The other rows of the table, with the columns ``reason``, a key of :data:`REASONS`, and ``detail``.

    Raises
    ------
    ChromosomeNameError
        If the table calls one contig by two names.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "toy.fa"
    >>> _ = path.write_text(">chr1\nAAACCCGGGTTT\n")
    >>> rows = [("1", 6, "C", "T"), ("1", 6, "C", "CTA"), ("1", 6, "CG", "C"), ("1", 6, "G", "T")]
    >>> table = pd.DataFrame(rows, columns=["chrom", "pos", "ref", "alt"])
    >>> with Genome(path) as genome:
    ...     windows, skipped = variant_windows(table, genome, length=5)
    >>> [(ref.tobytes(), alt.tobytes()) for ref, alt in zip(windows.reference, windows.alternative)]
    [(b'CCCGG', b'CCTGG'), (b'CCGGG', b'CTAGG'), (b'CCGGG', b'CCGGT')]
    >>> skipped[["pos", "reason", "detail"]].values.tolist()
    [[6, 'ref_mismatch', 'the genome has C']]
    """
    names = names or ChromosomeNames(genome.sizes, genome.path.name)
    reasons: dict[int, tuple[str, str]] = {}
    changes = _changes(table, genome, length, names, reasons)
    built = _built(changes, genome, reasons)
    if seen is None:
        with SeenBefore() as seen:
            built = _without_repeated(built, seen, reasons)
    else:
        built = _without_repeated(built, seen, reasons)
    kept = [change for change, _, _ in built]
    windows = VariantWindows(
        np.array([change.row for change in kept], dtype=np.int64),
        _matrix([reference for _, reference, _ in built], length),
        _matrix([alternative for _, _, alternative in built], length),
        np.array([_place(change) for change in kept], dtype=str),
    )
    rows = sorted(reasons)
    skipped = table.iloc[rows].assign(
        reason=[reasons[row][0] for row in rows], detail=[reasons[row][1] for row in rows]
    )
    return windows, skipped


def _changes(
    table: pd.DataFrame, genome: Genome, length: int, names: ChromosomeNames, reasons: dict[int, tuple[str, str]]
) -> list[_Change]:
    """Find what can be judged without letters of the genome; enter the others among the reasons."""
    sizes = genome.sizes
    matched = names.match(table["chrom"].unique(), "the file of variants")
    changes = []
    columns = (table[column].tolist() for column in ("chrom", "pos", "ref", "alt"))
    for row, (called, pos, ref, alt) in enumerate(zip(*columns, strict=True)):
        reason = reason_of_alleles(ref, alt)
        if reason is not None:
            reasons[row] = reason, ""
            continue
        left, removed, inserted = trimmed(ref, alt)
        chrom = matched[called]
        if chrom is None:
            reasons[row] = "unknown_contig", ""
        elif pos < 1 or pos - 1 + len(ref) > sizes[chrom]:
            reasons[row] = "outside_contig", f"{chrom} has {sizes[chrom]} bp"
        elif max(len(removed), len(inserted)) > length:
            reasons[row] = "too_long", f"{max(len(removed), len(inserted))} bp; the window has {length}"
        else:
            start = pos - 1
            changes.append(
                _Change(row, chrom, sizes[chrom], start, ref.upper(), start + left, removed, inserted, length)
            )
    return changes


def _built(
    changes: list[_Change], genome: Genome, reasons: dict[int, tuple[str, str]]
) -> list[tuple[_Change, str, str]]:
    """Read the genome around the changes and cut their windows, where it agrees with REF and has letters enough."""
    if not changes:
        return []
    spans = [change.span() for change in changes]
    places = pd.DataFrame(
        {
            "chrom": [change.chrom for change in changes],
            "start": [start for start, _ in spans],
            "end": [end for _, end in spans],
        }
    )
    built = []
    stretches = genome.fetch(places, out_of_bounds="pad", quiet=True)
    for change, (start, end), letters in zip(changes, spans, stretches, strict=True):
        found = letters[change.begin - start : change.begin - start + len(change.ref)]
        if not agrees(change.ref, found):
            shown = found if len(found) <= _SHOWN else f"{found[:_SHOWN]}... ({len(found)} bp)"
            reasons[change.row] = "ref_mismatch", f"the genome has {shown}"
            continue
        reference, alternative = change.windows(letters, start)
        if start < 0 or end > change.size:
            reasons[change.row] = "window_outside_contig", f"{change.chrom} has {change.size} bp"
        elif not _IS_BASE[np.frombuffer((reference + alternative).encode(), np.uint8)].all():
            reasons[change.row] = "unknown_base_in_window", ""
        else:
            built.append((change, reference, alternative))
    return built


def _without_repeated(
    built: list[tuple[_Change, str, str]], seen: SeenBefore, reasons: dict[int, tuple[str, str]]
) -> list[tuple[_Change, str, str]]:
    new = []
    for each in built:
        change = each[0]
        if seen.again(change.chrom, change.start, change.removed, change.inserted):
            reasons[change.row] = "duplicate", ""
        else:
            new.append(each)
    return new


def _place(change: _Change) -> str:
    start = change.start - change.flanks(change.removed)[0]
    return f"{change.chrom}:{start}-{start + change.length}"


def _matrix(windows: list[str], length: int) -> NDArray[np.uint8]:
    return np.frombuffer("".join(windows).encode(), np.uint8).reshape(-1, length)
