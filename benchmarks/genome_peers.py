"""Peers that read windows of a genome or of a signal, for an interpreter that has them, NumPy and tqdm."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import Job

__all__ = ["genvarloader", "kipoiseq", "pybigwig"]


def genvarloader(fasta: str, table: str, length: int) -> dict[str, Job]:
    """Read windows as letters, and as one-hot arrays by SeqPro; the genome is held in memory, from a file made once."""
    import genvarloader
    import polars
    import seqpro

    columns = ["chrom", "chromStart", "chromEnd"]
    places = polars.read_csv(table, separator="\t", has_header=False, new_columns=columns)
    dataset = genvarloader.RefDataset(genvarloader.Reference.from_path(fasta), places).with_len(length)
    return {
        "letters": Job(lambda: dataset[:], lambda letters: np.ascontiguousarray(letters).view(np.uint8)),
        "array": Job(lambda: seqpro.DNA.ohe(dataset[:]), lambda X: np.asarray(X).astype(np.int8)),
    }


def kipoiseq(fasta: str, table: str, length: int) -> dict[str, Job]:
    """Read windows as one-hot arrays, int8."""
    from kipoiseq.dataloaders import SeqIntervalDl

    def to_array() -> Any:
        dataset = SeqIntervalDl(table, fasta, auto_resize_len=length, label_dtype=np.float32)
        return dataset.load_all()["inputs"]

    return {"array": Job(to_array, lambda X: np.asarray(X).astype(np.int8))}


def pybigwig(signal: str, table: str) -> dict[str, Job]:
    """Average a bigWig over windows by its own summary of their bases."""
    import pyBigWig

    track = pyBigWig.open(signal)
    with Path(table).open() as file:
        places = [(chrom, int(start), int(end)) for chrom, start, end, *_ in map(str.split, file)]

    def means() -> list[float]:
        return [track.stats(chrom, start, end, exact=True)[0] for chrom, start, end in places]

    return {"means": Job(means)}
