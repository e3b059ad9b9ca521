"""A genome drawn at random, with intervals on it."""

from pathlib import Path

import numpy as np

__all__ = ["CHROM", "draw_genome", "draw_intervals"]

CHROM = "chr22"


def draw_genome(folder: Path, size: int, seed: int = 0) -> Path:
    """Write a FASTA file of one chromosome, and its index."""
    from deepchem_genomics.genome import Genome

    rng = np.random.default_rng(seed)
    letters = np.frombuffer(b"ACGT", np.uint8)[rng.integers(0, 4, (size // 60, 60), dtype=np.int8)]
    lines = np.concatenate([letters, np.full((len(letters), 1), ord("\n"), np.uint8)], axis=1)
    path = folder / "genome.fa"
    path.write_bytes(f">{CHROM}\n".encode() + lines.tobytes())
    Genome(path).close()  # writes the index
    return path


def draw_intervals(path: Path, n: int, size: int, length: int, seed: int = 0) -> Path:
    """Write n different intervals in random order, one in 250 labeled 1."""
    rng = np.random.default_rng(seed)
    step = (size // 60 * 60 - length) // n
    starts = rng.permutation(step * np.arange(n) + rng.integers(0, step, n))  # no start twice
    labels = (rng.random(n) < 0.004).astype(int)
    with path.open("w") as file:
        file.writelines(f"{CHROM}\t{s}\t{s + length}\t{y}\n" for s, y in zip(starts, labels, strict=True))
    return path
