"""VCF and BCF files, opened.

pysam reads them, but no compression other than bgzip and no byte order mark, so such a file is first copied into bgzip
for as long as it is read.
"""

import shutil
import tempfile
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deepchem_genomics.errors import EmptyInputError, GenomeFileError
from deepchem_genomics.io.opening import begin_of, compression_of, htslib_silent, import_for, opened, readable

__all__ = ["opened_variants"]

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
        raise FileNotFoundError(f"there is no file {path}")
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
    begin = begin_of(source)
    if compression_of(begin) == "bgzip" or (compression_of(begin) is None and not begin.startswith(BOM_UTF8)):
        yield source
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy.vcf.gz")
        with opened(path) as packed, pysam.BGZFile(str(copy), "w") as again:
            if packed.peek(3).startswith(BOM_UTF8):
                packed.read(len(BOM_UTF8))
            shutil.copyfileobj(packed, again, 1 << 20)
        yield copy
