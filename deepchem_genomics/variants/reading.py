"""VCF and BCF files as tables of alleles, a chunk at a time.

pysam reads them. Three of its habits are mended here: htslib's remarks go to stderr whoever is listening; a record that
cannot be read is not named; and plain gzip, which bgzip is only one kind of, is refused, so such a file is first packed
anew for as long as it is read.
"""

import gzip
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from deepchem_genomics.errors import EmptyInputError, GenomeFileError
from deepchem_genomics.genome.random_access import import_for

__all__ = ["COLUMNS", "read_record_chunks", "read_variants"]

COLUMNS = ["record", "allele", "chrom", "pos", "id", "ref", "alt"]
"""Of a table of variants."""

CHUNK = 4096  # records

_NO_VCF = (
    "is no VCF or BCF file: VCF begins with ##fileformat=VCFv4.2 and has a line #CHROM, POS, ID, REF, ALT, QUAL, "
    "FILTER, INFO, separated by tabs; put these lines before the records"
)

PathLike = str | os.PathLike[str]


def read_variants(path: PathLike, chunk_size: int = CHUNK) -> Iterator[pd.DataFrame]:
    r"""Read a file of variants, sorted or not.

    Contigs, filters and INFO fields that the header does not tell of are no fault.

    Parameters
    ----------
    path : path-like
        VCF, plain or compressed with bgzip or gzip; or BCF.
    chunk_size : int, default 4096
        Records in memory at a time.

    Yields
    ------
    DataFrame
        One row for each alternative allele, in the order of the file: ``record``, the number of the record, and
        ``allele``, that of the allele in its record, both from 1; ``chrom``, ``pos`` (from 1), ``id``, ``ref`` and
        ``alt`` as in the file. A record without an alternative has one
        row, whose ``alt`` is ``.``.

    Raises
    ------
    EmptyInputError
        If the file is empty or has no records.
    GenomeFileError
        If it is no VCF or BCF, is cut short, or has a record that cannot be read.
    FileNotFoundError
        If there is no such file.
    MissingExtraError
        If pysam is not installed.

    Examples
    --------
    >>> path = Path(tempfile.mkdtemp()) / "calls.vcf"
    >>> head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    >>> _ = path.write_text(head + "chr1\t5\trs1\tA\tG,AT\t.\t.\t.\n")
    >>> [table] = read_variants(path)
    >>> table.values.tolist()
    [[1, 1, 'chr1', 5, 'rs1', 'A', 'G'], [1, 2, 'chr1', 5, 'rs1', 'A', 'AT']]
    """
    for table, _ in read_record_chunks(path, chunk_size):
        yield table


def read_record_chunks(
    path: PathLike, chunk_size: int = CHUNK, keep_samples: bool = False
) -> Iterator[tuple[pd.DataFrame, list[Any]]]:
    """Read a file of variants as :func:`read_variants` does, with pysam's records beside the tables.

    Parameters
    ----------
    path : path-like
        The file.
    chunk_size : int, default 4096
        Records in memory at a time.
    keep_samples : bool, default False
        Whether the records have the genotypes of the samples, which costs time.

    Yields
    ------
    DataFrame
        The alleles.
    list of pysam.VariantRecord
        The records that they are of.

    Raises
    ------
    EmptyInputError, GenomeFileError, FileNotFoundError, MissingExtraError
        As for :func:`read_variants`.
    """
    path = Path(path)
    number = 0
    with _opened(path, keep_samples) as file:
        while records := _next_records(file, path, number, chunk_size):
            rows = [row for i, record in enumerate(records, start=number + 1) for row in _alleles(record, i, path)]
            number += len(records)
            yield pd.DataFrame(rows, columns=COLUMNS), records
    if not number:
        raise EmptyInputError(f"{path.name} has a header and no records; give a file with at least one variant")


def _alleles(record: Any, number: int, path: Path) -> list[tuple[Any, ...]]:
    """Make a row of each alternative allele of a record."""
    try:
        fixed = record.chrom, record.pos, record.id or ".", record.ref or "."
        return [(number, allele, *fixed, alt) for allele, alt in enumerate(record.alts or (".",), start=1)]
    except UnicodeDecodeError as error:
        raise GenomeFileError(
            f"{path.name}: record {number} has the byte {error.object[error.start]:#04x}, which is not UTF-8, in "
            "CHROM, ID, REF or ALT; correct the line, or copy the file again"
        ) from None


def _next_records(file: Any, path: Path, number: int, chunk_size: int) -> list[Any]:
    records: list[Any] = []
    with _htslib_silent():
        try:
            for record in file:
                records.append(record)
                if len(records) == chunk_size:
                    break
        except OSError as error:
            before = [_alleles(record, number + len(records), path)[0] for record in records[-1:]]
            after = f", after {before[0][2]}:{before[0][3]}," if before else ""
            raise GenomeFileError(
                f"{path.name}: record {number + len(records) + 1}{after} cannot be read ({error}): a record is a line "
                "of at least eight columns separated by tabs, and POS is a whole number; correct the line, or copy the "
                "file again if it ends there"
            ) from None
    return records


@contextmanager
def _opened(path: Path, keep_samples: bool) -> Iterator[Any]:
    pysam = import_for("pysam", path)
    if path.is_dir():
        raise GenomeFileError(f"{path} is a folder; variants are one file, VCF or BCF; give the file")
    if not path.exists():
        raise FileNotFoundError(f"there is no file {path}")
    if not path.stat().st_size:
        raise EmptyInputError(f"{path.name} is empty: not even a header; give a VCF file with at least one variant")
    with _seekable(path, pysam) as readable:
        with _htslib_silent():
            try:
                file = pysam.VariantFile(str(readable), drop_samples=not keep_samples)
            except OSError as error:
                raise GenomeFileError(f"{path.name} cannot be read: {error}; copy or download it again") from None
            except ValueError:
                raise GenomeFileError(f"{path.name} {_NO_VCF}") from None
        try:
            yield file
        finally:
            file.close()


@contextmanager
def _seekable(path: Path, pysam: Any) -> Iterator[Path]:
    """Give the file itself; or, if it is plain gzip, a copy in bgzip that is deleted afterwards."""
    with path.open("rb") as file:
        begin = file.read(18)
    if begin[:2] != b"\x1f\x8b" or (begin[:4] == b"\x1f\x8b\x08\x04" and begin[12:14] == b"BC"):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy.vcf.gz")
        try:
            with gzip.open(path) as packed, pysam.BGZFile(str(copy), "w") as again:
                shutil.copyfileobj(packed, again, 1 << 20)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise GenomeFileError(f"{path.name} is damaged or cut short ({error}); copy or download it again") from None
        yield copy


@contextmanager
def _htslib_silent() -> Iterator[None]:
    """Keep htslib's remarks off stderr: what matters of them is raised."""
    import pysam

    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)
