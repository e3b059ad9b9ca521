"""A toy genome, written in each of the formats that a genome comes in."""

import gzip
import struct
from pathlib import Path

import pytest

RECORDS = {
    "chr21": "ACGTRYSWKMBDHVNacgtnn" + "GATTACAT" * 20 + "cc",  # 183 bp, mixed case, every IUPAC code
    "chr22": "TTTTTTTTTTCCCCCGGGGG" * 7,
    "chrM": "G",
}


def fasta_text(records: dict[str, str], width: int = 60, end: str = "\n") -> str:
    lines = []
    for name, sequence in records.items():
        lines += [f">{name} a toy", *(sequence[i : i + width] for i in range(0, len(sequence), width))]
    return end.join(lines) + end


def two_bit_bytes(records: dict[str, str]) -> bytes:
    """Write UCSC's 2bit format, version 0, with blocks of N and without soft-masking."""
    bodies = []
    for sequence in records.values():
        upper = sequence.upper()
        is_n = [letter == "N" for letter in upper]
        starts = [i for i in range(len(upper)) if is_n[i] and (i == 0 or not is_n[i - 1])]
        ends = [i + 1 for i in range(len(upper)) if is_n[i] and (i + 1 == len(upper) or not is_n[i + 1])]
        codes = ["TCAG".index(letter) if letter in "TCAG" else 0 for letter in upper] + [0, 0, 0]
        packed = bytes(
            codes[i] << 6 | codes[i + 1] << 4 | codes[i + 2] << 2 | codes[i + 3] for i in range(0, len(upper), 4)
        )
        blocks = [*starts, *(end - start for start, end in zip(starts, ends, strict=True))]
        bodies.append(struct.pack(f"<II{len(blocks)}III", len(upper), len(starts), *blocks, 0, 0) + packed)
    offset = 16 + sum(1 + len(name) + 4 for name in records)
    index = b""
    for name, body in zip(records, bodies, strict=True):
        index += bytes([len(name)]) + name.encode() + struct.pack("<I", offset)
        offset += len(body)
    return struct.pack("<IIII", 0x1A412743, 0, len(records), 0) + index + b"".join(bodies)


@pytest.fixture
def records() -> dict[str, str]:
    """Return the toy genome's sequences by name."""
    return dict(RECORDS)


@pytest.fixture
def toy_fasta(tmp_path: Path) -> Path:
    """Write the toy genome as plain FASTA."""
    path = tmp_path / "toy.fa"
    path.write_text(fasta_text(RECORDS))
    return path


@pytest.fixture
def write_genome(tmp_path: Path):
    """Return a function that writes records in a format and gives the path."""

    def write(kind: str, records: dict[str, str] = RECORDS, width: int = 60) -> Path:
        text = fasta_text(records, width)
        path = tmp_path / {"plain": "toy.fa", "crlf": "toy.fa", "gzip": "toy.fa.gz", "bgzip": "toy.fa.bgz"}.get(
            kind, "toy.2bit"
        )
        if kind == "plain":
            path.write_text(text)
        elif kind == "crlf":
            path.write_bytes(text.replace("\n", "\r\n").encode())
        elif kind == "gzip":
            path.write_bytes(gzip.compress(text.encode(), mtime=0))
        elif kind == "bgzip":
            pysam = pytest.importorskip("pysam")
            with pysam.BGZFile(str(path), "w") as file:
                file.write(text.encode())
        else:
            pytest.importorskip("py2bit")
            path.write_bytes(two_bit_bytes(records))
        return path

    return write
