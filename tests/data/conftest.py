"""A genome of two tiny chromosomes with everything that goes with it, for loaders to read."""

import gzip
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

CHR1 = "ACGTTGCAACGGATCCATNNNNNNNNNNNNTTACGGCATC"  # 40 bp, N from 18 to 30
CHR2 = "GGGCCCAATTacgtacgtac"  # 20 bp, half of it in lower case

COMPLEMENT = str.maketrans("ACGTN", "TGCAN")


def letters(chrom: str, start: int, end: int, strand: str = "+") -> str:
    """Slow, obvious: what is at a place of the tiny genome, N past its ends."""
    whole = {"chr1": CHR1, "chr2": CHR2}[chrom].upper()
    text = "".join(whole[i] if 0 <= i < len(whole) else "N" for i in range(start, end))
    return text if strand != "-" else text.translate(COMPLEMENT)[::-1]


def rows_of(texts: list[str]) -> np.ndarray:
    """Slow, obvious: one-hot rows A, C, G, T."""
    return np.array([[[int(letter == base) for base in "ACGT"] for letter in text] for text in texts], dtype=np.int8)


@pytest.fixture
def tiny(tmp_path):
    """Write the genome, and offer what tests ask of it."""
    fasta = tmp_path / "tiny.fa"
    fasta.write_text(f">chr1\n{CHR1}\n>chr2\n{CHR2}\n")

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        data = text.encode()
        path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
        return path

    def big_wig(name: str, values: list[tuple[str, int, int, float]], sizes: dict[str, int] | None = None) -> Path:
        pybigtools = pytest.importorskip("pybigtools")
        path = tmp_path / name
        pybigtools.open(str(path), "w").write(sizes or {"chr1": len(CHR1), "chr2": len(CHR2)}, values)
        return path

    return SimpleNamespace(
        fasta=fasta,
        folder=tmp_path,
        out=tmp_path / "dataset",
        write=write,
        big_wig=big_wig,
        letters=letters,
        rows_of=rows_of,
        manifest=lambda folder=tmp_path / "dataset": json.loads((folder / "manifest.json").read_text()),
    )


@pytest.fixture
def content():
    """Return what reads a folder byte by byte."""

    def read(folder: Path) -> dict[str, bytes]:
        return {
            str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()
        }

    return read
