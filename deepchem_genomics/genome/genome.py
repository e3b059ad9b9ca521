"""The genome: any interval of it as letters, many at once."""

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from deepchem_genomics.errors import EmptyInputError, SequenceLengthError
from deepchem_genomics.genome.held_file import HeldFile
from deepchem_genomics.genome.intervals import Intervals, as_intervals, minus_strand, place
from deepchem_genomics.genome.placing import ChromosomeNames, Placed, Policy, blocks, place_intervals
from deepchem_genomics.genome.sequence_files import SequenceFile, open_sequence_file
from deepchem_genomics.io.fasta import LETTERS, letter_table
from deepchem_genomics.io.opening import readable
from deepchem_genomics.typing import Ids

__all__ = ["Genome"]

_ALLOWED = Policy(out_of_bounds="pad drop", unknown_chromosomes="drop")  # the first is advised; all callers take pad
_N = ord("N")
_COMPLEMENT = letter_table(LETTERS, "TGCAYRSWMKVHDBN")


class Genome(HeldFile):
    r"""A genome file: FASTA, plain or compressed, or UCSC 2bit.

    A record's name is the first word of its header. Letters come out in upper case: soft-masking is lost. Intervals may
    say ``22`` where the file says ``chr22`` or the other way round, and chrM where it says MT; that is logged once for
    each file of intervals.

    The first opening of a FASTA file reads it through, checks every letter and leaves an index, ``<file>.fai`` as
    samtools writes it, next to the file; if that folder is read-only, in the cache folder. A file in another
    compression than bgzip has no random access, and is unpacked once into the cache folder. Later openings read the
    index only. At most 4 million bases (or one interval, if longer) are in memory at a time, besides the result.

    A genome can be pickled and sent to worker processes, which open the file again, and survives a fork. Use it in a
    ``with`` statement or call :meth:`close`.

    Parameters
    ----------
    path : path-like
        The file. Its kind is recognized by its first bytes.
    cache_dir : path-like, optional
        Where an unpacked copy, and an index that must not lie next to the file, go. By default the folder in the
        environment variable ``DEEPCHEM_GENOMICS_CACHE``, else ``deepchem_genomics`` in ``XDG_CACHE_HOME`` or
        ``~/.cache``, else a folder of this user alone among the temporary ones.

    Raises
    ------
    GenomeFileError
        If the path is a folder; the file is neither FASTA nor 2bit or ends in the middle; or a record has no name, no
        bases, or lines of unequal length.
    DuplicateIdError
        If two records have one name.
    EmptyInputError
        If the file is empty.
    UnknownBaseError
        If a sequence has a letter that is not an IUPAC code of DNA.
    FileNotFoundError
        If there is no such file.
    MissingExtraError
        If pysam (bgzip) or py2bit (2bit) is needed and not installed.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "toy.fa"
    >>> _ = path.write_text(">chr21 a toy\nAAACCCgggttt\n")
    >>> with Genome(path) as genome:
    ...     print(genome.sizes, genome.fetch(["21:1-5", "21:1-5:-"]))
    {'chr21': 12} ['AACC', 'GGTT']
    """

    def __init__(self, path: str | os.PathLike[str], cache_dir: str | os.PathLike[str] | None = None) -> None:
        self.cache_dir = cache_dir
        super().__init__(path)
        self._sizes = dict(self._file.sizes)
        self._names = ChromosomeNames(self._sizes, self.path.name)

    @property
    def sizes(self) -> dict[str, int]:
        """Length of each chromosome in bp, in the order of the file."""
        return dict(self._sizes)

    def fetch(
        self,
        intervals: Intervals | Ids,
        *,
        out_of_bounds: str = "error",
        unknown_chromosomes: str = "error",
        quiet: bool = False,
    ) -> list[str]:
        """Read the sequences of intervals, of any lengths.

        Parameters
        ----------
        intervals : DataFrame or sequence of str
            N intervals: a table with the columns chrom, start, end and maybe strand, as :func:`read_intervals` gives
            it; or ids, ``chr21:100-201:+``. Those on the minus strand are read as its reverse complement.
        out_of_bounds : {"error", "drop", "pad"}, default "error"
            What to do with an interval that reaches past an end of its chromosome: raise an error; leave it out; or
            write N where there is no chromosome. :meth:`within` tells which intervals are left.
        unknown_chromosomes : {"error", "drop"}, default "error"
            What to do with an interval on a chromosome that the file does not have.
        quiet : bool, default False
            Whether the caller counts what is dropped or padded, so that no warning is needed.

        Returns
        -------
        list of str
            One string an interval, in the order given, upper case. What is dropped or padded is counted and logged as
            a warning.

        Raises
        ------
        OutOfBoundsError
            If an interval reaches past an end and that is an error.
        ChromosomeNameError
            If a chromosome is not there and that is an error, or one has two names in the intervals.
        IntervalError
            If the intervals are not intervals.
        UnknownBaseError
            If the file has a letter that is not an IUPAC code of DNA, and an index of another program let it pass.
        """
        intervals, placed = self._place(intervals, Policy(out_of_bounds, unknown_chromosomes), quiet)
        minus = minus_strand(intervals)
        lengths = placed.ends - placed.starts
        if len(lengths) and (lengths == lengths[0]).all():
            length, text = int(lengths[0]), self._matrix(placed, minus).tobytes().decode()
            return [text[i : i + length] for i in range(0, len(text), length)]
        sequences = [""] * len(lengths)
        for letters, starts, members in self._blocks(placed):
            for start, i in zip(starts, members, strict=True):
                one = letters[start : start + lengths[i]]
                sequences[i] = (_opposite_strand(one) if minus[i] else one).tobytes().decode()
        return sequences

    def fetch_bytes(
        self,
        intervals: Intervals | Ids,
        *,
        out_of_bounds: str = "error",
        unknown_chromosomes: str = "error",
        quiet: bool = False,
    ) -> NDArray[np.uint8]:
        """Read the sequences of equally long intervals as one array of ASCII letters, ready for ``feat.one_hot``.

        Parameters
        ----------
        intervals : DataFrame or sequence of str
            N intervals of L bp, as for :meth:`fetch`.
        out_of_bounds, unknown_chromosomes, quiet
            As for :meth:`fetch`.

        Returns
        -------
        ndarray of shape (N, L), uint8
            Upper-case letters. Fewer rows if intervals are dropped.

        Raises
        ------
        SequenceLengthError
            If the intervals are not equally long.
        EmptyInputError
            If there are no intervals, so that L is not known.
        OutOfBoundsError, ChromosomeNameError, IntervalError, UnknownBaseError
            As for :meth:`fetch`.
        """
        intervals = as_intervals(intervals)
        lengths = (intervals["end"] - intervals["start"]).to_numpy()
        if not len(lengths):
            raise EmptyInputError("there are no intervals; at least one is needed; check what selected them")
        odd = np.flatnonzero(lengths != lengths[0])
        if len(odd):
            raise SequenceLengthError(
                f"{place(intervals, odd[0])} is {lengths[odd[0]]} bp long and {place(intervals, 0)} {lengths[0]}; all "
                "must be equally long; give them one length with center(intervals, length), or use fetch"
            )
        intervals, placed = self._place(intervals, Policy(out_of_bounds, unknown_chromosomes), quiet)
        if not len(intervals):
            return np.empty((0, int(lengths[0])), dtype=np.uint8)
        return self._matrix(placed, minus_strand(intervals))

    def within(
        self,
        intervals: Intervals | Ids,
        *,
        out_of_bounds: str = "drop",
        unknown_chromosomes: str = "drop",
        quiet: bool = False,
    ) -> Intervals:
        """Keep the intervals that :meth:`fetch` reads under the same policies.

        Call it first wherever labels or ids go with the sequences.

        Parameters
        ----------
        intervals : DataFrame or sequence of str
            As for :meth:`fetch`.
        out_of_bounds : {"error", "drop", "pad"}, default "drop"
            As for :meth:`fetch`.
        unknown_chromosomes : {"error", "drop"}, default "drop"
            As for :meth:`fetch`.
        quiet : bool, default False
            As for :meth:`fetch`.

        Returns
        -------
        DataFrame
            The rows that are kept, in order, with their labels and other columns. What is dropped is counted and logged
            as a warning.

        Raises
        ------
        OutOfBoundsError, ChromosomeNameError, IntervalError
            As for :meth:`fetch`.
        """
        return self._place(intervals, Policy(out_of_bounds, unknown_chromosomes), quiet)[0]

    def _place(self, intervals: Intervals | Ids, policy: Policy, quiet: bool) -> tuple[Intervals, Placed]:
        intervals = as_intervals(intervals)
        placed = place_intervals(intervals, self._names, self._sizes, policy, _ALLOWED, quiet)
        if placed.kept.all():
            return intervals, placed
        return intervals[placed.kept], placed.only_kept()

    def _matrix(self, placed: Placed, minus: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """Read N > 0 intervals of one length: (N, L)."""
        length = int(placed.ends[0] - placed.starts[0])
        matrix = np.empty((len(placed.starts), length), dtype=np.uint8)
        for letters, starts, members in self._blocks(placed):
            matrix[members] = sliding_window_view(letters, length)[starts]
        if minus.any():
            matrix[minus] = _opposite_strand(matrix[minus])
        return matrix

    def _blocks(self, placed: Placed) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]]:
        """Read the letters of some intervals at a time, each with where these begin in them, and which they are."""
        file: SequenceFile = self._opened()
        for block in blocks(placed.chromosomes, placed.starts, placed.ends, file.widest_gap):
            chromosome = self._names.available[block.chromosome]
            size = self._sizes[chromosome]
            starts, ends = block.starts.clip(0, size), block.ends.clip(0, size)
            some = starts < ends
            letters = file.read(chromosome, starts[some], ends[some])
            lengths = block.ends - block.starts
            if len(letters) < lengths.sum():
                places = np.arange(lengths.sum()) + np.repeat(block.ends - np.cumsum(lengths), lengths)
                padded = np.full(len(places), _N, dtype=np.uint8)
                padded[(places >= 0) & (places < size)] = letters
                letters = padded
            yield letters, block.offsets, block.members

    def _open(self) -> SequenceFile:
        return open_sequence_file(self.path, self.cache_dir)

    def __reduce__(self) -> tuple[type["Genome"], tuple[Any, ...]]:
        return Genome, (readable(self.path).absolute(), self.cache_dir)  # another process may work in another folder


def _opposite_strand(letters: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Reverse and complement upper-case letters along the last axis."""
    return _COMPLEMENT[letters[..., ::-1]]
