"""VCF and BCF files, opened.

pysam reads them. Two of its habits are mended here: htslib's remarks go to stderr whoever is listening; and plain gzip,
which bgzip is only one kind of, is refused, so such a file is first packed anew for as long as it is read.
"""

import gzip
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deepchem_genomics.errors import EmptyInputError, GenomeFileError
from deepchem_genomics.genome.random_access import import_for

__all__ = ["htslib_silent", "opened_variants"]

_NO_VCF = (
    "is not a VCF or BCF file: VCF begins with ##fileformat=VCFv4.2 and has a line #CHROM, POS, ID, REF, ALT, QUAL, "
    "FILTER, INFO, separated by tabs; put these lines before the records"
)


@contextmanager
def opened_variants(path: Path, keep_samples: bool = False) -> Iterator[Any]:
    """Open a file of variants.

    Parameters
    ----------
    path : Path
        VCF, plain or compressed with bgzip or gzip; or BCF.
    keep_samples : bool, default False
        Whether the records have the genotypes of the samples, which costs time.

    Yields
    ------
    pysam.VariantFile
        Opened. Records are read from it within :func:`htslib_silent`.

    Raises
    ------
    EmptyInputError
        If the file is empty.
    GenomeFileError
        If it is not a VCF or BCF, or damaged.
    FileNotFoundError
        If there is no such file.
    MissingExtraError
        If pysam is not installed.
    """
    pysam = import_for("pysam", path)
    if path.is_dir():
        raise GenomeFileError(f"{path} is a folder; variants are one file, VCF or BCF; give the file")
    if not path.exists():
        raise FileNotFoundError(f"there is no file {path}")
    if not path.stat().st_size:
        raise EmptyInputError(f"{path.name} is empty: not even a header; give a VCF file with at least one variant")
    with _seekable(path, pysam) as readable:
        with htslib_silent():
            try:
                file = pysam.VariantFile(str(readable), drop_samples=not keep_samples)
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
def htslib_silent() -> Iterator[None]:
    """Keep htslib's remarks off stderr: what matters of them is raised."""
    import pysam

    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)
