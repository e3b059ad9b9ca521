"""Check that the sizes declared in a bigWig header fit the file; read its values.

pybigtools allocates memory for any size that a file declares. One flipped bit can make such a size larger than any
memory, and then the process ends, without an error that could be caught. So the sizes are checked first: those of the
header, of the table of chromosomes, and of every block of values, which the index lists (32 bytes per block).
"""

import logging
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_choice
from deepchem_genomics.errors import BadValueError, GenomeFileError
from deepchem_genomics.genome.genome import Genome
from deepchem_genomics.genome.held_file import HeldFile
from deepchem_genomics.genome.intervals import Intervals, as_intervals, place, source
from deepchem_genomics.genome.placing import ChromosomeNames, Policy, blocks, match_names, place_intervals
from deepchem_genomics.io.opening import import_for
from deepchem_genomics.paths import PathLike
from deepchem_genomics.typing import Ids
from deepchem_genomics.wording import first_of, listed

__all__ = ["NAMED", "Signal", "begins_like_bigwig", "require_sound"]

NAMED = (".bw", ".bigWig", ".bigwig")
"""The endings by which pybigtools knows a bigWig file, upper and lower case as they are."""

_MAGIC, _TABLE, _INDEX = 0x888FFC26, 0x78CA8C91, 0x2468ACE0
_MOST = 1032  # times that deflate can make anything shorter


class _UnsoundError(Exception):
    """A size or a place that cannot be."""


def begins_like_bigwig(path: PathLike) -> bool:
    """Return whether there is a file that begins as bigWig does."""
    path = Path(path)
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return bool(_order_of(file.read(4)))


def _order_of(begin: bytes) -> str:
    """Return the byte order of a bigWig file that begins so, or nothing."""
    return next((order for order in "<>" if begin == struct.pack(f"{order}I", _MAGIC)), "")


def require_sound(path: Path) -> None:
    """Raise an error if the sizes declared in a bigWig file do not fit into it.

    What is not a bigWig at all is left for pybigtools to refuse.

    References
    ----------
    Kent et al. (2010), BigWig and BigBed: enabling browsing of large distributed datasets, Bioinformatics 26:2204,
    supplementary material: the layout of the file.
    """
    if not path.is_file():
        return
    n_bytes = path.stat().st_size
    with path.open("rb") as file:
        order = _order_of(file.read(4))
        if not order:
            return
        try:
            _, _, table, _, index, _, _, _, _, buffer = _numbers(file, 4, f"{order}HHQQQHHQQI", n_bytes)
            if buffer > _MOST * n_bytes:
                raise _UnsoundError(f"blocks of {buffer} bytes")
            _require_table(file, table, order, n_bytes)
            if index == 0:  # so pyBigWig writes a file without values
                raise GenomeFileError(f"{path} is a bigWig file without any value; give one that has some")
            _require_index(file, index, order, n_bytes)
        except _UnsoundError as fault:
            raise GenomeFileError(
                f"{path} is not a bigWig file, or not a whole one: its header declares {fault} and it has {n_bytes} "
                "bytes; copy or download it again"
            ) from None


def _require_table(file: BinaryIO, place: int, order: str, n_bytes: int) -> None:
    magic, _, key, value, count = _numbers(file, place, f"{order}IIIIQ", n_bytes)
    if magic != _TABLE or value != 8:
        raise _UnsoundError(f"chromosomes at {place}, where there are none,")
    if count * (key + value) > n_bytes:
        raise _UnsoundError(f"{count} chromosomes with names of {key} letters")


def _require_index(file: BinaryIO, place: int, order: str, n_bytes: int) -> None:
    """Visit every node of the index, which is a tree: those within list nodes, the others blocks."""
    if _numbers(file, place, f"{order}I", n_bytes)[0] != _INDEX:
        raise _UnsoundError(f"an index at {place}, where there is none,")
    spans = [("", "V16"), ("place", f"{order}u8")]
    kinds: dict[int, np.dtype[Any]] = {0: np.dtype(spans), 1: np.dtype([*spans, ("size", f"{order}u8")])}
    nodes, seen = [place + 48], 0
    while nodes:
        node = nodes.pop()
        is_leaf, _, count = _numbers(file, node, f"{order}BBH", n_bytes)
        seen += 1
        if is_leaf not in kinds or seen > n_bytes // 4:  # more nodes than there is room for: some come twice
            raise _UnsoundError(f"a node of its index at {node}, where there is none,")
        kind = kinds[is_leaf]
        content = file.read(count * kind.itemsize)
        if len(content) < count * kind.itemsize:
            raise _UnsoundError(f"{count} entries of its index at {node}")
        entries = np.frombuffer(content, kind)
        ends = entries["place"].astype(np.float64) + (entries["size"] if is_leaf else 4)
        if count and ends.max() > n_bytes:
            raise _UnsoundError(f"{'a block' if is_leaf else 'a node of its index'} that ends at {ends.max():.0f}")
        if not is_leaf:
            nodes.extend(entries["place"].tolist())


def _numbers(file: BinaryIO, place: int, form: str, n_bytes: int) -> tuple[int, ...]:
    if place + struct.calcsize(form) > n_bytes:
        raise _UnsoundError(f"what is at {place}")
    file.seek(place)
    return struct.unpack(form, file.read(struct.calcsize(form)))


_LOG = logging.getLogger(__name__)
_STATISTICS = ("mean", "min", "max", "coverage")
_ALLOWED = Policy(out_of_bounds="missing", unknown_chromosomes="missing")
_WIDEST_GAP = 1 << 10  # bp; reading on over it costs about as much as beginning again


class Signal(HeldFile):
    """A bigWig file, read through pybigtools.

    A bigWig gives bases a value, or none. It can be pickled and sent to worker processes, and survives a fork. Use it
    in a ``with`` statement or call :meth:`close`.

    Parameters
    ----------
    path : path-like
        The file.
    genome : Genome or mapping of str to int, optional
        The genome that the signal belongs to, or the sizes of its chromosomes in bp: the signal must have the same.

    Raises
    ------
    GenomeFileError
        If the file is not a bigWig, or its chromosomes have other sizes than the genome's: it is of another assembly.
    FileNotFoundError
        If there is no such file.
    MissingExtraError
        If pybigtools is not installed.

    Examples
    --------
    >>> import tempfile
    >>> import pybigtools
    >>> path = Path(tempfile.mkdtemp()) / "accessibility.bw"
    >>> writer = pybigtools.open(str(path), "w")
    >>> writer.write({"chr22": 400}, iter([("chr22", 100, 201, 0.25), ("chr22", 201, 300, 0.5)]))
    >>> with Signal(path) as signal:
    ...     signal.summarize(["chr22:100-201", "chr22:201-301", "chr22:300-400"])
    array([0.25, 0.5 ,  nan], dtype=float32)
    """

    def __init__(self, path: str | os.PathLike[str], genome: Genome | Mapping[str, int] | None = None) -> None:
        super().__init__(path)
        self._sizes: dict[str, int] = dict(self._file.chroms())
        self._names = ChromosomeNames(self._sizes, self.path.name)
        if genome is not None:
            self.require_assembly_of(genome)

    @property
    def sizes(self) -> dict[str, int]:
        """Length of each chromosome in bp, in the order of the file."""
        return dict(self._sizes)

    def require_assembly_of(self, genome: Genome | Mapping[str, int]) -> None:
        """Raise an error unless all chromosomes that a genome and this signal share have the same size in both.

        Parameters
        ----------
        genome : Genome or mapping of str to int
            The genome, or the sizes of its chromosomes in bp.

        Raises
        ------
        GenomeFileError
            If a size differs, or no chromosome is in both.
        """
        sizes, file = (genome.sizes, genome.path.name) if isinstance(genome, Genome) else (genome, "the genome")
        shared = match_names(self._sizes, sizes, wanted_in=self.path.name, available_in=file)
        if not shared:
            raise GenomeFileError(
                f"{self.path.name} and {file} have no chromosome in common: {listed(self._sizes, 3)} in the "
                f"one and {listed(sizes, 3)} in the other; give the signal of this genome"
            )
        other = [ours for ours, theirs in shared.items() if self._sizes[ours] != sizes[theirs]]
        if other:
            raise GenomeFileError(
                f"{self.path.name} is of another assembly than {file}: {other[0]} has {self._sizes[other[0]]} bp in "
                f"the one and {shared[other[0]]} {sizes[shared[other[0]]]} bp in the other"
                f"{f', and {len(other) - 1} more differ' if len(other) > 1 else ''}; give the signal of this genome"
            )

    def summarize(
        self,
        intervals: Intervals | Ids,
        statistic: str = "mean",
        *,
        missing: str | float = "nan",
        out_of_bounds: str = "error",
        unknown_chromosomes: str = "error",
    ) -> NDArray[np.float32]:
        """Summarize each interval as one number.

        Parameters
        ----------
        intervals : DataFrame or sequence of str
            N intervals: a table with the columns chrom, start and end; or ids, ``chr21:100-201``. The strand plays no
            part.
        statistic : {"mean", "min", "max", "coverage"}, default "mean"
            Of the values of the interval's bases; "coverage" is the fraction of bases that have one.
        missing : {"nan", "error"} or float, default "nan"
            What bases without a value count as. A number: that value. "nan": they are left out, and an interval that
            has no base with a value is NaN. "error": they are not allowed. "coverage" counts them under any policy.
        out_of_bounds : {"error", "missing"}, default "error"
            What to do with an interval that reaches past an end of its chromosome: "missing" takes the bases there
            for bases without a value.
        unknown_chromosomes : {"error", "missing"}, default "error"
            What to do with an interval on a chromosome that the file does not have: "missing" takes all its bases for
            bases without a value, as in files that leave out chromosomes where nothing was measured.

        Returns
        -------
        ndarray of shape (N,), float32
            One value an interval, in the order given. How many bases are missing is logged.

        Raises
        ------
        GenomeFileError
            If a base has no value and that is an error, a value is infinite, or the file is damaged.
        OutOfBoundsError
            If an interval reaches past an end and that is an error.
        ChromosomeNameError
            If a chromosome is not there and that is an error, or one has two names in the intervals.
        IntervalError
            If the intervals are not intervals.
        BadValueError
            If an option has no such value.
        """
        policy = Policy(out_of_bounds, unknown_chromosomes)
        intervals = as_intervals(intervals)
        values, n_missing = self._summarize(intervals, statistic, missing, policy)
        if n_missing.any():
            _LOG.info("%s in %s: %s", source(intervals), self.path.name, _how_many(n_missing))
        return values

    def summarize_and_count(
        self,
        intervals: Intervals | Ids,
        statistic: str = "mean",
        *,
        missing: str | float = "nan",
        out_of_bounds: str = "error",
        unknown_chromosomes: str = "error",
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Do as :meth:`summarize`, and return what is missing instead of logging it.

        Parameters
        ----------
        intervals, statistic, missing, out_of_bounds, unknown_chromosomes
            As for :meth:`summarize`.

        Returns
        -------
        ndarray of shape (N,), float32
            One value an interval.
        ndarray of shape (N,), int64
            How many of its bases have no value, in bp.

        Raises
        ------
        GenomeFileError, OutOfBoundsError, ChromosomeNameError, IntervalError, BadValueError
            As for :meth:`summarize`.
        """
        policy = Policy(out_of_bounds, unknown_chromosomes)
        return self._summarize(as_intervals(intervals), statistic, missing, policy, quiet=True)

    def _summarize(
        self, intervals: Intervals, statistic: str, missing: str | float, policy: Policy, quiet: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        fill = _require_options(statistic, missing)
        chromosomes, starts, ends, kept = place_intervals(intervals, self._names, self._sizes, policy, _ALLOWED, quiet)
        covered = np.zeros(len(starts), dtype=np.int64)  # bases with a value, (N,)
        results = np.full(len(starts), fill)
        which = np.flatnonzero(kept)
        for block in blocks(chromosomes[which], starts[which], ends[which], _WIDEST_GAP):
            members = which[block.members]
            values = self._values(self._names.available[block.chromosome], block.starts, block.ends)
            spans = np.stack([block.offsets, block.offsets + ends[members] - starts[members]], axis=1).ravel()
            present = _over(spans, np.add, ~np.isnan(values))
            covered[members] = present
            results[members] = _summary(statistic, values, spans, present, fill)
        lengths = ends - starts
        if missing == "error" and statistic != "coverage":
            self._require_all(intervals, lengths - covered)
        return (covered / lengths if statistic == "coverage" else results).astype(np.float32), lengths - covered

    def _values(self, chromosome: str, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
        """Read the values of stretches, one after the other, one per base; NaN where there is none or past the ends."""
        size, file = self._sizes[chromosome], self._opened()
        lengths = ends - starts
        values = np.full(lengths.sum(), np.nan)
        shifts = np.cumsum(lengths) - ends  # from the chromosome to the array
        spans = (starts.clip(0, size).tolist(), ends.clip(0, size).tolist(), shifts.tolist())
        for first, last, shift in zip(*spans, strict=True):
            if first == last:
                continue
            try:
                file.values(chromosome, first, last, fillna=None, arr=values[first + shift : last + shift])
            except BaseException as error:
                if not _tells_of_damage(error):
                    raise
                raise GenomeFileError(
                    f"{self.path.name} is damaged or cut short: {chromosome}:{first}-{last} cannot be read; copy or "
                    "download it again"
                ) from None
        infinite = np.flatnonzero(np.isinf(values))
        if len(infinite):
            at = int(infinite[0] - shifts[np.searchsorted(np.cumsum(lengths), infinite[0], side="right")])
            raise GenomeFileError(
                f"{self.path}: the value of {chromosome}:{at}-{at + 1} is {values[infinite[0]]}"
                f"{first_of(len(infinite), 'bases')}; values must be finite; write the file again without it"
            )
        return values

    def _require_all(self, intervals: Intervals, n_missing: NDArray[np.int64]) -> None:
        if n_missing.any():
            first = int(np.argmax(n_missing > 0))
            raise GenomeFileError(
                f"{place(intervals, first)}: {n_missing[first]} bp have no value in {self.path.name}; "
                f'{_how_many(n_missing)}; give a signal that has them, or pass missing="nan" to leave them out'
            )

    def _open(self) -> Any:
        return _opened(self.path)

    def __reduce__(self) -> tuple[type["Signal"], tuple[Path]]:
        return Signal, (self.path.absolute(),)


def _opened(path: Path) -> Any:
    pybigtools = import_for("pybigtools", path)
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    require_sound(path)
    held = path.open("rb") if path.is_file() and path.suffix not in NAMED else None  # so pybigtools reads any name
    try:
        file = pybigtools.open(held or str(path))
    except BaseException as error:
        if held is not None:
            held.close()
        if not (isinstance(error, ValueError) or _tells_of_damage(error)):
            raise
        reason = " ".join(str(error).split())
        raise GenomeFileError(f"{path} is not a bigWig file, or not a whole one: {reason}; give a bigWig") from None
    if not file.is_bigwig:
        raise GenomeFileError(f"{path} is a bigBed file, which has no values; give a bigWig")
    return file


def _tells_of_damage(error: BaseException) -> bool:
    return type(error).__name__ in ("BBIReadError", "PanicException")  # a panic in pybigtools' Rust is not an Exception


def _how_many(n_missing: NDArray[np.int64]) -> str:
    return (
        f"{np.count_nonzero(n_missing)} of {len(n_missing)} intervals have bases without a value, "
        f"{int(n_missing.sum())} bp in all"
    )


def _require_options(statistic: str, missing: str | float) -> float:
    """Check the options; return the value of missing bases, NaN if they are left out."""
    require_choice("statistic", statistic, _STATISTICS)
    if missing in ("nan", "error"):
        return np.nan
    if isinstance(missing, bool) or not isinstance(missing, int | float | np.integer | np.floating):
        raise BadValueError(f"missing is {missing!r}; it must be 'nan', 'error' or a number")
    if abs(float(missing)) > float(np.finfo(np.float32).max):  # of NaN this is false
        raise BadValueError(f"missing is {missing!r}; it must be a finite number of float32")
    return float(missing)


def _summary(
    statistic: str, values: NDArray[np.float64], spans: NDArray[np.int64], present: NDArray[np.int64], fill: float
) -> NDArray[np.float64]:
    if statistic == "coverage":
        return np.zeros(len(present))
    if not np.isnan(fill):
        values = np.where(np.isnan(values), fill, values)
    if statistic == "mean":
        counts = present if np.isnan(fill) else spans[1::2] - spans[::2]
        totals = _over(spans, np.add, np.where(np.isnan(values), 0.0, values))
        found: NDArray[np.float64] = np.divide(totals, counts, out=np.full(len(totals), np.nan), where=counts > 0)
        return found
    # fmin and fmax pass over NaN.
    return _over(spans, np.fmin if statistic == "min" else np.fmax, values)


def _over(spans: NDArray[np.int64], operation: np.ufunc, values: np.ndarray) -> NDArray[Any]:
    """Apply an operation to the values from each start to its end; ``spans`` alternates the two."""
    # reduceat also reduces the stretches between, which are thrown away; one more value lets the last end be an index.
    kind = np.int64 if values.dtype == bool else values.dtype
    return operation.reduceat(np.append(values, values[:1]), spans, dtype=kind)[::2]
