"""VCF and BCF files as tables of alleles, a chunk at a time.

pysam reads them, opened by :mod:`deepchem_genomics.genome.variant_files`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from deepchem_genomics.errors import EmptyInputError
from deepchem_genomics.genome.variant_files import fixed_fields, next_records, opened_variants
from deepchem_genomics.paths import PathLike

__all__ = ["COLUMNS", "read_record_chunks", "read_variants"]

COLUMNS = ["record", "allele", "chrom", "pos", "id", "ref", "alt"]
"""Of a table of variants."""

CHUNK = 4096  # records


def read_variants(path: PathLike, chunk_size: int = CHUNK) -> Iterator[pd.DataFrame]:
    r"""Read a file of variants, sorted or not.

    Contigs, filters and INFO fields that the header does not declare are accepted.

    Parameters
    ----------
    path : path-like
        VCF, compressed or not; or BCF.
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
        If it is not a VCF or BCF, is cut short, or has a record that cannot be read.
    FileNotFoundError
        If there is no such file.
    MissingExtraError
        If pysam is not installed.

    Examples
    --------
    >>> import tempfile
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
    """Read a file of variants as :func:`read_variants` does, with pysam's records next to the tables of alleles.

    With ``keep_samples`` the records have the genotypes of the samples, which costs time.
    """
    path = Path(path)
    number = 0
    with opened_variants(path, keep_samples) as file:
        while records := next_records(file, path, number, chunk_size):
            rows = [row for i, record in enumerate(records, start=number + 1) for row in _alleles(record, i, path)]
            number += len(records)
            yield pd.DataFrame(rows, columns=COLUMNS), records
    if not number:
        raise EmptyInputError(f"{path.name} has a header and no records; give a file with at least one variant")


def _alleles(record: Any, number: int, path: Path) -> list[tuple[Any, ...]]:
    """Make a row of each alternative allele of a record."""
    fixed = fixed_fields(record, number, path)
    return [(number, allele, *fixed, alt) for allele, alt in enumerate(record.alts or (".",), start=1)]
