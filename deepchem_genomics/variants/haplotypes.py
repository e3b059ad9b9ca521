r"""A person's two chromosomes: the genome with all phased variants of a file written into it, and windows of that.

Alleles are taken as ``bcftools consensus -H 1`` and ``-H 2`` take them: the first allele of a genotype is of haplotype
1, the second of haplotype 2; of two that overlap on one haplotype the first of the file is kept; a missing allele is
that of the genome. ``<DEL>`` reaches to its END.

A window keeps its length and its middle: the base at ``length // 2`` of the window on the genome lies there on a
haplotype as well, and the bases on both sides are those that the haplotype has next to it. Where an allele replaces the
middle base, the base at the same place of the allele takes it; where it has none, the next base to the right does.
"""

import logging
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, GenomeFileError
from deepchem_genomics.feat import reverse_complement
from deepchem_genomics.genome import Genome, interval_ids
from deepchem_genomics.genome.intervals import Intervals, as_intervals, minus_strand
from deepchem_genomics.genome.placing import ChromosomeNames
from deepchem_genomics.genome.variant_files import agrees, fixed_fields, next_records, opened_variants, trimmed
from deepchem_genomics.io.fasta import LETTERS
from deepchem_genomics.paths import PathLike
from deepchem_genomics.typing import Ids
from deepchem_genomics.variants.reading import CHUNK
from deepchem_genomics.variants.windows import reason_of_alleles
from deepchem_genomics.wording import listed

__all__ = ["NOTES", "HaplotypeWindows", "Haplotypes", "sample_of"]

logger = logging.getLogger(__name__)


NOTES = {
    "unphased": "heterozygous and not phased: taken as written, the first allele for haplotype 1",
    "haploid": "one allele only: of haplotype 1; haplotype 2 is not there",
    "missing": "an allele is '.', or the genotype is missing: the genome's letters are used",
    "polyploid": "more than two alleles: the first two are taken",
    "symbolic_deletion": "<DEL>: written into the haplotype up to its END",
    "overlapping": "overlaps an allele before it on the same haplotype: left out",
    "overlapping_deletion": "ALT is '*', deleted by another record: left out",
    "symbolic": "ALT is symbolic, and not <DEL>: left out",
    "breakend": "ALT is a breakend, which joins two places of the genome: left out",
    "unknown_base": "REF or ALT has letters that are no IUPAC code of DNA: left out",
    "no_change": "REF and ALT are the same: left out",
    "unknown_contig": "the genome has no contig of that name: left out",
    "outside_contig": "begins before or ends after its contig: left out",
    "ref_mismatch": "REF is not what the genome has there: left out",
}
"""What each word in :attr:`Haplotypes.notes` counts: records of which an allele that is not REF is so."""

_SHOWN = 10  # names of samples in an error


class HaplotypeWindows(NamedTuple):
    """N windows on both haplotypes.

    Parameters
    ----------
    first, second : ndarray of shape (N, L), uint8
        ASCII letters of haplotypes 1 and 2; N where a haplotype reaches past an end of its chromosome.
    ids : ndarray of shape (N,), str
        The place of each window on the genome.
    changes : ndarray of shape (N, 2), int64
        How many alleles of the file lie in the window of each haplotype.
    haploid : ndarray of shape (N,), bool
        Whether the window has calls of a single allele, so that there is no haplotype 2.
    """

    first: NDArray[np.uint8]
    second: NDArray[np.uint8]
    ids: NDArray[np.str_]
    changes: NDArray[np.int64]
    haploid: NDArray[np.bool_]


class _Edit(NamedTuple):
    """What an allele does: REF from ``pos`` to ``stop``, of which start to end gives way to ``letters``."""

    pos: int
    stop: int
    start: int
    end: int
    letters: str
    anchored: bool  # an insertion or deletion after a base that stays

    @property
    def inserts(self) -> bool:
        return len(self.letters) > self.end - self.start


class _Chromosome:
    """What one chromosome of a person has in place of the genome's letters, from left to right, none overlapping."""

    def __init__(self) -> None:
        self.starts, self.ends = array("q"), array("q")
        self.letters: list[str] = []
        self._frozen, self._inserted = -1, False

    def add(self, edit: _Edit) -> bool:
        """Add what an allele does; False if it overlaps one before. The rule is that of bcftools consensus."""
        if edit.pos < self._frozen or (edit.pos == self._frozen and (not edit.anchored or self._inserted)):
            return False
        self.starts.append(edit.start)
        self.ends.append(edit.end)
        self.letters.append(edit.letters)
        self._frozen, self._inserted = edit.stop - 1, edit.inserts
        return True

    def near(self, start: int, end: int) -> bool:
        """Return whether anything changes from start to end, or right at them."""
        return bisect_left(self.ends, start) < bisect_right(self.starts, end)

    def window(self, start: int, length: int) -> tuple[list["_Piece"], int]:
        """Return the pieces of a window, from left to right, and how many changes are in it."""
        middle, n_left = start + length // 2, length // 2
        k = bisect_right(self.ends, middle)  # the first change that ends behind the middle base
        left, right = middle, middle
        over: str | None = None
        if k < len(self.starts) and self.starts[k] <= middle:
            over, left, right = self.letters[k], self.starts[k], self.ends[k]
        at = 0 if over is None else min(middle - left, len(over))
        before, after = (over or "")[:at][-n_left:] if n_left else "", (over or "")[at : at + length - n_left]
        pieces_left, n_before = self._left(k - 1, left, n_left - len(before))
        pieces_right, n_after = self._right(k + (over is not None), right, length - n_left - len(after))
        pieces = [*reversed(pieces_left), *([before + after] if before + after else []), *pieces_right]
        return pieces, n_before + n_after + (over is not None)

    def _right(self, k: int, at: int, need: int) -> tuple[list["_Piece"], int]:
        pieces: list[_Piece] = []
        n = 0
        while need:
            if k == len(self.starts) or self.starts[k] - at >= need:
                return [*pieces, (at, at + need)], n
            letters = self.letters[k][: need - (self.starts[k] - at)]
            pieces += [*_place(at, self.starts[k]), letters]
            need -= self.starts[k] - at + len(letters)
            at, k, n = self.ends[k], k + 1, n + 1
        return pieces, n

    def _left(self, k: int, at: int, need: int) -> tuple[list["_Piece"], int]:
        pieces: list[_Piece] = []
        n = 0
        while need:
            if k < 0 or at - self.ends[k] >= need:
                return [*pieces, (at - need, at)], n
            left = need - (at - self.ends[k])
            letters = self.letters[k][-left:]
            pieces += [letters, *_place(self.ends[k], at)][::-1]
            need -= at - self.ends[k] + len(letters)
            at, k, n = self.starts[k], k - 1, n + 1
        return pieces, n


_Piece = str | tuple[int, int]  # letters of an allele, or a place on the genome


class Haplotypes:
    r"""The two haplotypes of a sample, from a file of phased variants.

    The file is read through once, record by record; 30 bytes are kept for each allele that is not the genome's.

    Parameters
    ----------
    vcf : path-like
        VCF or BCF, plain or compressed, its records in the order of their positions, with genotypes.
    genome : Genome
        What the variants are of; REF must be what it has.
    sample : str, optional
        Whose genotypes; may be left out where the file has a single sample.

    Raises
    ------
    BadValueError
        If the file has no such sample, or none at all.
    GenomeFileError
        If the file is damaged, or not in the order of positions.
    EmptyInputError, ChromosomeNameError
        If the file is empty; if it calls one contig by two names.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "toy.fa").write_text(">chr1\nAAACCCGGGTTT\n")
    >>> head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme\n"
    >>> records = "chr1\t5\t.\tC\tT\t.\t.\t.\tGT\t0|1\nchr1\t7\t.\tG\tGAA\t.\t.\t.\tGT\t1|0\n"
    >>> _ = (folder / "calls.vcf").write_text(head + records)
    >>> with Genome(folder / "toy.fa") as genome:
    ...     windows = Haplotypes(folder / "calls.vcf", genome).windows(["chr1:3-10"])
    >>> windows.first.tobytes(), windows.second.tobytes(), windows.changes.tolist()
    (b'CCCGAAG', b'CTCGGGT', [[1, 1]])
    """

    def __init__(self, vcf: PathLike, genome: Genome, sample: str | None = None) -> None:
        self.path, self.genome = Path(vcf), genome
        self.sample = sample
        self.n_records = 0
        self.n_applied = 0
        self.notes: Counter[str] = Counter()
        self._chromosomes: defaultdict[str, tuple[_Chromosome, _Chromosome]] = defaultdict(
            lambda: (_Chromosome(), _Chromosome())
        )
        self._haploid: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
        self._last: dict[str, int] = {}
        self._read()

    def windows(self, intervals: Intervals | Ids, *, out_of_bounds: str = "error") -> HaplotypeWindows:
        """Cut windows out of both haplotypes.

        Parameters
        ----------
        intervals : DataFrame or sequence of str
            N intervals of the genome, of L bp each, or their ids. Those on the minus strand are read as the reverse
            complement.
        out_of_bounds : {"error", "pad"}, default "error"
            What to do with an interval that reaches past an end of its chromosome: raise an error, or write N there.

        Returns
        -------
        HaplotypeWindows
            In order.

        Raises
        ------
        OutOfBoundsError, ChromosomeNameError, IntervalError, SequenceLengthError, EmptyInputError, UnknownBaseError
            As :meth:`deepchem_genomics.genome.Genome.fetch_bytes`.
        """
        intervals = as_intervals(intervals)
        reference = self.genome.fetch_bytes(intervals, out_of_bounds=out_of_bounds)
        found = np.stack([reference, reference])
        changes = np.zeros((len(intervals), 2), np.int64)
        haploid = np.zeros(len(intervals), bool)
        minus, length = minus_strand(intervals), reference.shape[1]
        names = ChromosomeNames(self.genome.sizes, self.genome.path.name).match(intervals["chrom"].unique())
        wanted: list[tuple[int, int, str, list[_Piece]]] = []
        for i, (called, start) in enumerate(zip(intervals["chrom"], intervals["start"].tolist(), strict=True)):
            chrom = str(names[called])
            if calls := self._haploid.get(chrom):
                haploid[i] = bisect_left(calls, start) < bisect_left(calls, start + length)
            for haplotype, own in enumerate(self._chromosomes.get(chrom, ())):
                if own.near(start, start + length):
                    pieces, changes[i, haplotype] = own.window(start, length)
                    wanted.append((i, haplotype, chrom, pieces))
        texts = self._texts(wanted)
        for (i, haplotype, _, _), text in zip(wanted, texts, strict=True):
            text = reverse_complement(text) if minus[i] else text
            found[haplotype, i] = np.frombuffer(text.encode(), np.uint8)
        return HaplotypeWindows(found[0], found[1], interval_ids(intervals).astype(str), changes, haploid)

    def _texts(self, wanted: list[tuple[int, int, str, list[_Piece]]]) -> list[str]:
        """Join the pieces of windows; N where they reach past an end of a chromosome."""
        rows = [(chrom, *piece) for _, _, chrom, pieces in wanted for piece in pieces if not isinstance(piece, str)]
        places = pd.DataFrame(rows, columns=["chrom", "start", "end"]).astype({"start": "int64", "end": "int64"})
        stretches = iter(self.genome.fetch(places, out_of_bounds="pad", quiet=True))
        return [
            "".join(piece if isinstance(piece, str) else next(stretches) for piece in pieces) for *_, pieces in wanted
        ]

    def _read(self) -> None:
        names = ChromosomeNames(self.genome.sizes, self.genome.path.name)
        with opened_variants(self.path, keep_samples=True) as file:
            self.sample = sample_of(list(file.header.samples), self.path, self.sample)
            file.subset_samples([self.sample])
            while records := next_records(file, self.path, self.n_records, CHUNK):
                self._add(records, names)
                self.n_records += len(records)

    def _add(self, records: Sequence[Any], names: ChromosomeNames) -> None:
        """Write some records into the haplotypes, where the genome agrees with REF."""
        found = []
        matched = names.match({record.chrom for record in records}, str(self.path))
        for number, record in enumerate(records, start=self.n_records + 1):
            called, pos, _, ref = fixed_fields(record, number, self.path)
            self._require_order(called, pos, number)
            alleles, notes = _genotype(record)
            chrom = matched[called]
            if "haploid" in notes and chrom is not None:
                self._haploid[chrom].append(pos - 1)
            if any(alleles):
                found.append((record, ref, pos - 1, chrom, alleles, notes))
            else:
                self.notes.update(notes & {"haploid", "missing"})
        sizes = self.genome.sizes
        inside = [
            chrom is not None and start >= 0 and start + len(ref) <= sizes[chrom]
            for _, ref, start, chrom, _, _ in found
        ]
        rows = [
            (chrom, start, start + len(ref))
            for (_, ref, start, chrom, _, _), ok in zip(found, inside, strict=True)
            if ok
        ]
        places = pd.DataFrame(rows, columns=["chrom", "start", "end"]).astype({"start": "int64", "end": "int64"})
        letters = iter(self.genome.fetch(places, quiet=True))
        for (record, ref, start, chrom, alleles, notes), ok in zip(found, inside, strict=True):
            if chrom is None:
                notes.add("unknown_contig")
            elif not ok:
                notes.add("outside_contig")
            elif not agrees(ref.upper(), next(letters)):
                notes.add("ref_mismatch")
            else:
                self.n_applied += self._apply(self._chromosomes[chrom], record, ref.upper(), start, alleles, notes)
            self.notes.update(notes)

    def _apply(
        self,
        both: tuple[_Chromosome, _Chromosome],
        record: Any,
        ref: str,
        start: int,
        alleles: tuple[int, ...],
        notes: set[str],
    ) -> bool:
        """Write the alleles of a record into both haplotypes; return whether any was."""
        written = False
        for own, allele in zip(both, alleles, strict=False):
            if not allele:
                continue
            edit = _edit(ref, record.alleles[allele], start, record.stop)
            if isinstance(edit, str):
                notes.add(edit)
            elif not own.add(edit):
                notes.add("overlapping")
            else:
                written = True
                if record.alleles[allele].startswith("<"):
                    notes.add("symbolic_deletion")
        return written

    def _require_order(self, chrom: str, pos: int, number: int) -> None:
        if pos < self._last.get(chrom, pos):
            raise GenomeFileError(
                f"{self.path.name}: record {number}, {chrom}:{pos}, comes after {chrom}:{self._last[chrom]}; a "
                "haplotype is written from left to right: sort the file by position, as bcftools sort does"
            )
        self._last[chrom] = pos


def sample_of(samples: Sequence[str], path: Path, sample: str | None) -> str:
    """Return the name of the sample to take; BadValueError if the file has no such, or it is not clear which."""
    shown = listed([*map(repr, samples)], _SHOWN)
    if not samples:
        raise BadValueError(f"{path.name} has no samples, so no genotypes; take a file with a column for each person")
    if sample is None and len(samples) > 1:
        raise BadValueError(f"{path.name} has {len(samples)} samples; say which one is meant: {shown}")
    if sample is not None and sample not in samples:
        raise BadValueError(f"{path.name} has no sample {sample!r}; it has {shown}; choose one of these")
    return samples[0] if sample is None else sample


def _place(start: int, end: int) -> list[_Piece]:
    return [(start, end)] if start < end else []


def _genotype(record: Any) -> tuple[tuple[int, ...], set[str]]:
    """Return the first two alleles of the only sample, 0 for REF and for a missing one, and what is to be noted."""
    call = record.samples[0]
    indices = call.allele_indices or (None,)
    notes = set()
    if None in indices:
        notes.add("missing")
    elif len(indices) == 1:
        notes.add("haploid")
    elif len(indices) > 2:
        notes.add("polyploid")
    if len(set(indices)) > 1 and None not in indices and not call.phased:
        notes.add("unphased")
    return tuple(index or 0 for index in indices[:2]), notes


def _edit(ref: str, alt: str, start: int, stop: int) -> _Edit | str:
    """Return what an allele does, or the key of :data:`NOTES` that says why it cannot be written."""
    if alt.upper() == "<DEL>":
        return _Edit(start, stop, start + 1, stop, "", True) if stop > start + 1 else "no_change"
    reason = reason_of_alleles(ref, alt)
    if reason is not None and not (reason == "unknown_base" and set(ref + alt.upper()) <= set(LETTERS)):
        return reason
    alt = alt.upper()
    _, removed, inserted = trimmed(ref, alt)
    anchored = ref[0] == alt[0] and not (removed and inserted)
    # The base before an insertion or a deletion stays, regardless of the letters after it: a base change may be there.
    left, removed, inserted = trimmed(ref[anchored:], alt[anchored:])
    at = start + anchored + left
    return _Edit(start, start + len(ref), at, at + len(removed), inserted, anchored)
