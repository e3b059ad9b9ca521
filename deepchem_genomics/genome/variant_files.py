"""VCF and BCF files, opened.

pysam reads them, but no compression other than bgzip and no byte order mark, so such a file is first copied into bgzip
for as long as it is read. A record that it cannot read, which it does not name, is named here.
"""

import shutil
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from deepchem_genomics.errors import EmptyInputError, GenomeFileError
from deepchem_genomics.io.fasta import IUPAC
from deepchem_genomics.io.opening import (
    begin_of,
    compression_of,
    htslib_silent,
    import_for,
    opened,
    readable,
    require_kind_of_content,
)
from deepchem_genomics.io.outputs import temporary_directory

__all__ = ["agrees", "fixed_fields", "line_of", "next_records", "opened_variants", "trimmed"]

_NO_VCF = (
    "is not a VCF or BCF file: VCF begins with ##fileformat=VCFv4.2 and has a line #CHROM, POS, ID, REF, ALT, QUAL, "
    "FILTER, INFO, separated by tabs; put these lines before the records"
)


@contextmanager
def opened_variants(path: Path, keep_samples: bool = False) -> Iterator[Any]:
    """Open a file of variants, VCF or BCF, as a pysam.VariantFile; read records from it within :func:`htslib_silent`.

    With ``keep_samples`` the records have the genotypes of the samples, which costs time.
    """
    pysam = import_for("pysam", path)
    if path.is_dir():
        raise GenomeFileError(f"{path} is a folder; variants are one file, VCF or BCF; give the file")
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    if not readable(path).stat().st_size:
        raise EmptyInputError(f"{path.name} is empty: not even a header; give a VCF file with at least one variant")
    with _seekable(path, pysam) as source:
        with htslib_silent():
            try:
                file = pysam.VariantFile(str(source), drop_samples=not keep_samples)
            except OSError as error:
                raise GenomeFileError(f"{path.name} cannot be read: {error}; copy or download it again") from None
            except (ValueError, NotImplementedError):  # the latter for what begins like another format of htslib's
                raise GenomeFileError(f"{path.name} {_NO_VCF}") from None
        try:
            yield file
        finally:
            try:
                file.close()
            except OSError:  # with any number of the system's that htslib left behind
                raise GenomeFileError(f"{path.name} is damaged; copy or download it again") from None


@contextmanager
def _seekable(path: Path, pysam: Any) -> Iterator[Path]:
    """Yield a file that htslib reads: the file itself, or a copy in bgzip that is deleted afterwards."""
    source = readable(path)
    begin = begin_of(source, 512)
    if compression_of(begin) is None:
        require_kind_of_content(path, begin)
    if compression_of(begin) == "bgzip" or (compression_of(begin) is None and not begin.startswith(BOM_UTF8)):
        yield source
        return
    with temporary_directory() as folder:
        copy = folder / "copy.vcf.gz"
        with opened(path) as packed, pysam.BGZFile(str(copy), "w") as again:
            if packed.peek(3).startswith(BOM_UTF8):
                packed.read(len(BOM_UTF8))
            shutil.copyfileobj(packed, again, 1 << 20)
        yield copy


def next_records(file: Any, path: Path, number: int, most: int) -> list[Any]:
    """Read up to so many records of an opened file, after the first ``number``; none at its end.

    Blank lines behind the last record are passed over. GenomeFileError names a record that cannot be read.
    """
    records: list[Any] = []
    with htslib_silent():
        try:
            for record in file:
                records.append(record)
                if len(records) == most:
                    break
        except OSError as error:
            if _ends_after(path, number + len(records)):
                return records
            before = [fixed_fields(record, number + len(records), path) for record in records[-1:]]
            after = f", after {before[0][0]}:{before[0][1]}," if before else ""
            raise GenomeFileError(
                f"{path.name}: record {number + len(records) + 1}{after} cannot be read ({error}): a record is a line "
                "of at least eight columns separated by tabs, and POS is a whole number; correct the line, or copy the "
                "file again if it ends there"
            ) from None
    return records


def _ends_after(path: Path, n_records: int) -> bool:
    """Return whether a text file has only blank lines after so many records."""
    try:
        with opened(path) as file:
            if file.peek(3).startswith(b"BCF"):
                return False
            left = (line for line in file if not line.startswith(b"#"))
            return not any(line.strip() for line in islice(left, n_records, None))
    except (GenomeFileError, OSError):  # damaged
        return False


def fixed_fields(record: Any, number: int, path: Path) -> tuple[str, int, str, str]:
    """Return CHROM, POS, ID and REF of a record; GenomeFileError if they, or ALT, are not UTF-8."""
    try:
        _ = record.alts
        return record.chrom, record.pos, record.id or ".", record.ref or "."
    except UnicodeDecodeError as error:
        raise GenomeFileError(
            f"{path.name}: record {number} has the byte {error.object[error.start]:#04x}, which is not UTF-8, in "
            "CHROM, ID, REF or ALT; correct the line, or copy the file again"
        ) from None


def line_of(record: Any, number: int, name: str) -> str:
    """Return a record as it is written, with its line end; GenomeFileError if it is not UTF-8."""
    try:
        return str(record)
    except UnicodeDecodeError as error:
        raise GenomeFileError(
            f"{name}: record {number} has the byte {error.object[error.start]:#04x}, which is not UTF-8; correct the "
            "line, or copy the file again"
        ) from None


def agrees(ref: str, letters: str) -> bool:
    """Return whether REF, in upper case, is what a sequence has there, or one base of each IUPAC code there.

    VCF 4.3 has no IUPAC codes: it writes one of their bases.

    >>> agrees("AC", "AC"), agrees("AC", "RC"), agrees("TC", "RC"), agrees("A", "")
    (True, True, False, False)
    """
    if ref == letters:
        return True
    return len(ref) == len(letters) and all(
        base == letter or base in IUPAC.get(letter, "") for base, letter in zip(ref, letters, strict=True)
    )


def trimmed(ref: str, alt: str) -> tuple[int, str, str]:
    """Remove what two alleles share, first at the right end, then at the left; return how many left, REF and ALT.

    What is left is in upper case; REF is empty for an insertion, ALT for a deletion.

    >>> trimmed("A", "G"), trimmed("CA", "CAGG"), trimmed("CACA", "CA"), trimmed("CAT", "cgt")
    ((0, 'A', 'G'), (2, '', 'GG'), (0, 'CA', ''), (1, 'A', 'G'))
    """
    ref, alt = ref.upper(), alt.upper()
    shorter = min(len(ref), len(alt))
    right = next((i for i in range(shorter) if ref[-1 - i] != alt[-1 - i]), shorter)
    ref, alt = ref[: len(ref) - right], alt[: len(alt) - right]
    shorter -= right
    left = next((i for i in range(shorter) if ref[i] != alt[i]), shorter)
    return left, ref[left:], alt[left:]
