"""A transcriptome that guides should spare: read once, then looked up."""

import logging
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, DuplicateIdError
from deepchem_genomics.io.cache import cached_copy, is_as_made, record_as_made
from deepchem_genomics.io.npz import read_arrays, write_arrays
from deepchem_genomics.io.opening import opened_text, readable
from deepchem_genomics.io.outputs import atomic_directory
from deepchem_genomics.runs import Execution
from deepchem_genomics.runs.progress import progress_bar
from deepchem_genomics.sirna.headers import Gene, Versioned, read_heading, same_gene
from deepchem_genomics.sirna.near_matches import DUPLEX, KmerTable, codes_of, table_files, write_kmer_table
from deepchem_genomics.sirna.seed_counts import SeedTable, count_seeds
from deepchem_genomics.sirna.transcripts import SITE, transcript_records

__all__ = ["DUPLEX", "PAIRED", "OffTarget", "Transcriptome", "read_genes"]

logger = logging.getLogger(__name__)

PAIRED = {"guide": slice(2, 20), "passenger": slice(3, 21)}
"""Which bases of a site stand for bases 2 to 19 of each strand: base 1 hardly pairs, 20 and 21 hang over."""

_SEEDS = "seeds.npz"
_ARRAYS = {"kmers", "transcripts", "transcripts_8mer", "names", "genes", "symbols", "n_bases", "n_unknown"}
_ARRAYS |= {"owner", "offset", "length"}
_KNOWN = re.compile("[ACGT]+")


class OffTarget(NamedTuple):
    """A place in a transcript that would pair with bases 2 to 19 of a strand, but for few mismatches."""

    site: int
    transcript: int
    start: int  # 0-based, of the 18 bases
    strand: str  # "guide" where the guide would pair, "passenger" where the passenger would
    mismatches: int
    mismatched: tuple[int, ...]  # bases of the strand, from 1 at its 5' end


class Transcriptome:
    """Transcripts by name, their seeds counted and their sequences indexed.

    Counts and index are kept in the cache folder (:mod:`deepchem_genomics.io.cache`) as long as the file has the same
    size and time of change: about five bytes per base. While they are made, one byte per base is held in memory.
    Letters other than A, C, G, T and U, such as N, never match a seed or a site; ``n_unknown`` is their number.

    Parameters
    ----------
    path : path-like
        FASTA, DNA or RNA, compressed or not. Names must differ; those of GENCODE end at the first ``|``.
    cache_dir : path-like, optional
        The cache folder.
    index : bool, default True
        Whether to index it for near-perfect matches; without, seeds can be looked up.
    jobs : int, default 1
        Processes that count and index, if that was not done before. The files do not depend on it.

    Raises
    ------
    DuplicateIdError
        If two records have one name.
    EmptyInputError, GenomeFileError, UnknownBaseError, FileNotFoundError
        As of :func:`~deepchem_genomics.sirna.transcripts.transcript_records`.
    BadValueError
        If it is to be indexed and has no 18 known bases in a row, or ``jobs`` is less than 1.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        cache_dir: str | os.PathLike[str] | None = None,
        index: bool = True,
        jobs: int = 1,
    ) -> None:
        execution = Execution(jobs)
        self.path = Path(path)
        self._arguments = (readable(self.path).absolute(), cache_dir, index)
        self.folder = cached_copy(readable(self.path), ".transcriptome", cache_dir)
        arrays = self._cached() or self._count(execution)
        self.seeds = SeedTable(arrays["kmers"], arrays["transcripts"], arrays["transcripts_8mer"])
        self.names: list[str] = arrays["names"].tolist()
        self.genes = list(map(Gene, arrays["genes"].tolist(), arrays["symbols"].tolist()))
        self.n_bases, self.n_unknown = int(arrays["n_bases"]), int(arrays["n_unknown"])
        self._owner, self._offset, self._length = (arrays[name] for name in ("owner", "offset", "length"))
        self._number = Versioned({name: number for number, name in enumerate(self.names)})
        self._of_gene: dict[str, list[int]] = defaultdict(list)
        for number, gene in enumerate(self.genes):
            for name in {*gene} - {""}:
                self._of_gene[name].append(number)
        if index and not is_as_made(table_files(self.folder / "index")):
            self._index(execution)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what another process needs to read the same from the cache."""
        return type(self), self._arguments

    def __len__(self) -> int:
        """Return the number of transcripts."""
        return len(self.names)

    def number_of(self, name: str) -> int | None:
        """Return which transcript has a name, from 0.

        Parameters
        ----------
        name : str
            As in the file, or with another version (``.2``) or none, if only one transcript is called so.

        Returns
        -------
        int, optional
            None if there is none.
        """
        return self._number.get(name, other_version=True)

    def gene_of(self, name: str) -> Gene:
        """Return the gene of a transcript.

        Parameters
        ----------
        name : str
            As for :meth:`number_of`.

        Returns
        -------
        Gene
            Without names if the transcript or its gene is not known.
        """
        number = self.number_of(name)
        return Gene() if number is None else self.genes[number]

    def of_gene(self, gene: Gene) -> set[int]:
        """Return which transcripts are of a gene.

        Parameters
        ----------
        gene : Gene
            By its accession or symbol.

        Returns
        -------
        set of int
            Their numbers, from 0.
        """
        named = {number for name in {*gene} - {""} for number in self._of_gene.get(name, ())}
        return {number for number in named if same_gene(self.genes[number], gene)}

    def near_matches(self, sites: Sequence[str], mismatches: int = 2) -> Iterator[OffTarget]:
        """Find all places that either strand of a site pairs with, by bases 2 to 19, with at most so many mismatches.

        Parameters
        ----------
        sites : sequence of str
            RNA, 21 nt.
        mismatches : int, default 2
            0 to 3.

        Yields
        ------
        OffTarget
            By strand and site.
        """
        for strand, paired in PAIRED.items():
            queries = codes_of([site[paired] for site in sites])
            if strand == "passenger":  # whose bases the site has: it pairs with their reverse complement
                queries = 3 - queries[:, ::-1]
            for found in self._table.search(queries, mismatches):
                transcript = int(self._owner[found.sequence])
                start = int(self._offset[found.sequence]) + found.start
                mismatched = tuple(19 - at for at in reversed(found.differ))  # base 2 pairs with the last of the place
                yield OffTarget(found.query, transcript, start, strand, len(mismatched), mismatched)

    def containing(self, sites: Sequence[str]) -> list[list[int]]:
        """Find the transcripts that have whole sites.

        Parameters
        ----------
        sites : sequence of str
            RNA.

        Returns
        -------
        list of list of int
            Numbers of transcripts, from 0, for each site.
        """
        ends = [
            {(match.query, match.sequence, match.start - at) for match in self._table.search(queries, 0)}
            for at in (0, SITE - DUPLEX)
            for queries in [codes_of([site[at : at + DUPLEX] for site in sites])]
        ]
        found: list[set[int]] = [set() for _ in sites]
        for query, sequence, _ in ends[0] & ends[1]:
            found[query].add(int(self._owner[sequence]))
        return [sorted(each) for each in found]

    @cached_property
    def _table(self) -> KmerTable:
        return KmerTable(self.folder / "index", self._length)

    def _cached(self) -> dict[str, NDArray[Any]] | None:
        """Return what the cache folder has, None if that is nothing, or not whole."""
        file = self.folder / _SEEDS
        if not file.exists():
            return None
        if not is_as_made([file]):
            logger.warning("%s is not as it was made, and is made again", file)
            return None
        try:
            arrays = read_arrays(file)
        except ValueError as error:
            logger.warning("%s is damaged (%s) and is made again", file, error)
            return None
        return arrays if arrays.keys() == _ARRAYS else None

    def _count(self, execution: Execution) -> dict[str, NDArray[Any]]:
        logger.info("%s: counting seeds, once", self.path)
        names, genes = list[str](), list[Gene]()
        owner, offset, length = list[int](), list[int](), list[int]()
        n_bases = n_unknown = 0

        def sequences() -> Iterator[str]:
            nonlocal n_bases, n_unknown
            for number, record in enumerate(transcript_records(self.path)):
                names.append(record.name)
                genes.append(read_heading(record.header).gene)
                sequence = record.sequence.replace("U", "T")
                n_bases += len(sequence)
                bar.update(len(sequence))
                n_unknown += len(sequence) - sum(map(sequence.count, "ACGT"))
                for piece in _KNOWN.finditer(sequence):
                    if len(piece[0]) >= DUPLEX:
                        owner.append(number)
                        offset.append(piece.start())
                        length.append(len(piece[0]))
                yield sequence.replace("T", "U")

        with progress_bar("counting seeds", " bases") as bar:
            table = count_seeds(sequences(), execution)
        arrays: dict[str, NDArray[Any]] = {
            "kmers": table.kmers,
            "transcripts": table.transcripts,
            "transcripts_8mer": table.transcripts_8mer,
            "names": np.array(names),
            "genes": np.array([gene.accession for gene in genes]),
            "symbols": np.array([gene.symbol for gene in genes]),
            "n_bases": np.array(n_bases),
            "n_unknown": np.array(n_unknown),
            "owner": np.array(owner, dtype=np.int32),
            "offset": np.array(offset, dtype=np.int64),
            "length": np.array(length, dtype=np.int64),
        }
        drop_outdated(self.folder)
        with atomic_directory(self.folder, overwrite=True) as folder:
            write_arrays(folder / _SEEDS, arrays)
            record_as_made([folder / _SEEDS])
        return arrays

    def _index(self, execution: Execution) -> None:
        if not len(self._length):
            raise BadValueError(f"{self.path}: no transcript has {DUPLEX} known bases in a row; give whole ones")
        logger.info("%s: indexing %d transcripts, %d bases, once", self.path, len(self), self.n_bases)
        with (
            atomic_directory(self.folder / "index", overwrite=True) as folder,
            progress_bar("indexing", " bases", total=2 * int(self._length.sum())) as bar,
        ):
            record_as_made(write_kmer_table(folder, self._codes(), bar.update, execution))

    def _codes(self) -> NDArray[np.uint8]:
        """Read what has no unknown base, one piece after the other."""
        codes = np.empty(int(self._length.sum()), dtype=np.uint8)
        end = 0
        for record in transcript_records(self.path):
            for piece in _KNOWN.finditer(record.sequence.replace("U", "T")):
                if len(piece[0]) >= DUPLEX:
                    begin, end = end, end + len(piece[0])
                    codes[begin:end] = codes_of([piece[0].replace("T", "U")])[0]
        return codes


def drop_outdated(folder: Path) -> None:
    """Remove what the cache holds of the same file as it was before."""
    stem = folder.name.removesuffix(folder.suffix).rpartition("-")[0]
    for old in folder.parent.glob(f"*{folder.suffix}"):
        if old.name.startswith(f"{stem}-") and old != folder:
            shutil.rmtree(old, ignore_errors=True)


def read_genes(path: str | os.PathLike[str]) -> dict[str, str]:
    """Read which gene each transcript is of.

    Parameters
    ----------
    path : path-like
        Two columns, transcript and gene, with tabs between; lines that begin with ``#`` are passed over.

    Returns
    -------
    dict of str to str
        Gene by transcript.

    Raises
    ------
    BadValueError
        If a line has no second column.
    DuplicateIdError
        If a transcript is given two genes.
    """
    genes = dict[str, str]()
    with opened_text(path) as file:
        for number, line in enumerate(file, 1):
            row = line.rstrip("\n").split("\t")
            if row[0].startswith("#") or row == [""]:
                continue
            if len(row) < 2 or not row[1]:
                raise BadValueError(f"{path}:{number}: a line must have a transcript and a gene, separated by a tab")
            if genes.setdefault(row[0], row[1]) != row[1]:
                raise DuplicateIdError(
                    f"{path}:{number}: transcript {row[0]!r} has the gene {row[1]!r} here and {genes[row[0]]!r} above; "
                    "a transcript is of one gene; remove one of the lines"
                )
    return genes
