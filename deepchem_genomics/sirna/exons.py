"""Exons of transcripts on a genome, by which what is known of the genome is placed on the transcripts."""

import logging
import os
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.genome.interval_files import read_interval_chunks
from deepchem_genomics.genome.intervals import place
from deepchem_genomics.genome.placing import ChromosomeNames
from deepchem_genomics.sirna.headers import Versioned

__all__ = ["Exons", "TranscriptsByPlace", "read_exons"]

logger = logging.getLogger(__name__)

_TRANSCRIPT = re.compile(r'(?:^|;)\s*transcript_id[ =]"?([^";]+)"?')
_VERSION = re.compile(r'(?:^|;)\s*transcript_version[ =]"?(\d+)"?')


class Exons(NamedTuple):
    """Where the exons of a transcript lie.

    Parameters
    ----------
    chrom : str
        The chromosome.
    strand : str
        "+" or "-".
    blocks : tuple of tuple of int
        Start and end of each on the chromosome, 0-based and half-open, in ascending order.
    """

    chrom: str
    strand: str
    blocks: tuple[tuple[int, int], ...]

    @property
    def n_bases(self) -> int:
        """Length of the transcript."""
        return sum(end - start for start, end in self.blocks)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the chromosome lies in the transcript, as far as it is in exons.

        Parameters
        ----------
        start, end : int
            On the chromosome, 0-based and half-open.

        Returns
        -------
        tuple of int
            Start and end in the transcript, 0-based and half-open, from its 5' end.

        Examples
        --------
        >>> exons = Exons("chr1", "-", ((100, 110), (200, 205)))
        >>> exons.place(108, 202), exons.place(150, 160), exons.place(204, 204)
        ((3, 7), (5, 5), (1, 1))
        """
        first, last = (sum(min(max(at - begin, 0), stop - begin) for begin, stop in self.blocks) for at in (start, end))
        return (first, last) if self.strand == "+" else (self.n_bases - last, self.n_bases - first)

    def holds(self, start: int, end: int) -> bool:
        """Return whether a stretch of the chromosome shares a base with an exon.

        Parameters
        ----------
        start, end : int
            On the chromosome, 0-based and half-open. If they are equal the stretch lies between two bases, and one of
            these in an exon is enough.

        Returns
        -------
        bool
            Whether it does.
        """
        if start == end:
            start, end = start - 1, end + 1
        return any(begin < end and start < stop for begin, stop in self.blocks)

    def letters(self, start: int, text: str) -> str:
        """Return what is in exons of a piece of the chromosome.

        Parameters
        ----------
        start : int
            Where the piece begins, 0-based.
        text : str
            Its letters.

        Returns
        -------
        str
            Those in exons, on the strand of the chromosome.
        """
        return "".join(text[max(begin - start, 0) : max(stop - start, 0)] for begin, stop in self.blocks)


def read_exons(path: str | os.PathLike[str], transcripts: Collection[str] | None = None) -> dict[str, Exons]:
    r"""Read the exons of transcripts.

    Parameters
    ----------
    path : path-like
        GTF, or GFF3 whose exons have a ``transcript_id``; plain or compressed. An Ensembl ``transcript_version`` is put
        behind the name.
    transcripts : collection of str, optional
        Names of those that are wanted, of the same version, or without one in one of the two; all by default.

    Returns
    -------
    dict of str to Exons
        By the name in the file.

    Raises
    ------
    BadValueError
        If there are no exons of the transcripts, or those of one lie on two chromosomes or strands, or overlap.
    IntervalError, EmptyInputError, GenomeFileError, FileNotFoundError
        As of :func:`~deepchem_genomics.genome.read_intervals`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "toy.gtf"
    >>> _ = path.write_text('chr1\tx\texon\t11\t20\t.\t-\t.\tgene_id "G"; transcript_id "T.1";\n')
    >>> read_exons(path, ["T"])
    {'T.1': Exons(chrom='chr1', strand='-', blocks=((10, 20),))}
    """
    wanted = None if transcripts is None else Versioned(dict.fromkeys(transcripts))
    blocks: dict[str, list[tuple[int, int]]] = defaultdict(list)
    sides: dict[str, tuple[str, str]] = {}
    n_nameless, other = 0, ""
    for table in read_interval_chunks(path, format="gff", labels=()):
        exons = table[table["type"] == "exon"]
        attributes = exons["attributes"] if "attributes" in exons else [""] * len(exons)
        columns = (attributes, exons["chrom"], exons["strand"], exons["start"].tolist(), exons["end"].tolist())
        for row, (text, chrom, strand, start, end) in enumerate(zip(*columns, strict=True)):
            name = _name_of(text)
            if not name:
                n_nameless += 1
            elif wanted is not None and wanted.key(name) is None:
                other = other or name
            elif strand not in ("+", "-") or sides.setdefault(name, (chrom, strand)) != (chrom, strand):
                raise BadValueError(
                    f"{place(exons, row)}: an exon of {name!r} is on {chrom}, strand {strand!r}; the exons of a "
                    "transcript are on one chromosome and on its strand + or -; correct the line, or remove the other "
                    "copy of the transcript"
                )
            else:
                blocks[name].append((start, end))
    if n_nameless:
        logger.warning("%s: %d exons have no transcript_id and are left out", path, n_nameless)
    if not blocks:
        raise BadValueError(_none_found(path, transcripts, other))
    found = {name: Exons(*sides[name], tuple(sorted(given))) for name, given in blocks.items()}
    for name, each in found.items():
        for (_, end), (start, _) in zip(each.blocks, each.blocks[1:], strict=False):
            if start < end:
                raise BadValueError(
                    f"{path}: two exons of {name!r} overlap at {each.chrom}:{start + 1}-{end}; give each once"
                )
    logger.info("%s: exons of %d transcripts", path, len(found))
    return found


def _name_of(attributes: str) -> str:
    found = _TRANSCRIPT.search(attributes)
    if found is None:
        return ""
    version = _VERSION.search(attributes)
    return found[1] if version is None or found[1].endswith(f".{version[1]}") else f"{found[1]}.{version[1]}"


def _none_found(path: str | os.PathLike[str], transcripts: Collection[str] | None, other: str) -> str:
    if not other:
        return f"{os.fspath(path)} has no line of the type exon with a transcript_id; give GTF, or GFF3 that has them"
    given = list(transcripts or ())
    return (
        f"{os.fspath(path)} has exons of {other!r} and others, and none of the {len(given)} transcripts given, such as "
        f"{given[0]!r}; give the annotation that they are from, in the same version"
    )


class TranscriptsByPlace:
    """Finds transcripts by places of their exons.

    Parameters
    ----------
    exons : mapping of str to Exons
        By transcript.
    """

    def __init__(self, exons: Mapping[str, Exons]) -> None:
        self._exons = exons
        self._names = ChromosomeNames(dict.fromkeys(each.chrom for each in exons.values()), "the file of exons")
        self._known: dict[str, str | None] = {}
        self._blocks: dict[str, list[tuple[int, int, list[str]]]] = {}  # that share no base, with their transcripts
        parts: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for name, each in exons.items():
            parts[each.chrom] += [(start, end, name) for start, end in each.blocks]
        for chrom, given in parts.items():
            merged = self._blocks.setdefault(chrom, [])
            for start, end, name in sorted(given):
                if merged and start < merged[-1][1]:
                    first, stop, names = merged[-1]
                    merged[-1] = first, max(stop, end), [*names, name]
                else:
                    merged.append((start, end, [name]))
        self._starts = {chrom: [start for start, _, _ in blocks] for chrom, blocks in self._blocks.items()}
        self._ends = {chrom: [end for _, end, _ in blocks] for chrom, blocks in self._blocks.items()}

    def known(self, chrom: str, source: str) -> str | None:
        """Return what a chromosome of another file is called here, None if no transcript is on it."""
        if chrom not in self._known:
            self._known[chrom] = self._names.match([chrom], source)[chrom]
        return self._known[chrom]

    def over(self, chrom: str, start: int, end: int) -> Iterable[str]:
        """Return the transcripts that have an exon at a stretch of a chromosome, or next to it."""
        first, last = bisect_left(self._ends[chrom], start), bisect_right(self._starts[chrom], end)
        return dict.fromkeys(name for _, _, names in self._blocks[chrom][first:last] for name in names)
