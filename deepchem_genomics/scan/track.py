"""Predictions to a bigWig, in order, some thousand at a time."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import GenomeFileError, MissingExtraError
from deepchem_genomics.scan.stretches import Layout

__all__ = ["ScoredStretch", "require_bigwig_writer", "write_track"]

ScoredStretch = tuple[str, NDArray[np.int64], NDArray[np.float32]]
"""A chromosome, starts of windows (n,), and their predictions (n,), NaN where a window was left out."""


def require_bigwig_writer() -> Any:
    """Import what writes bigWig files."""
    try:
        return import_module("pybigtools")
    except ImportError:
        raise MissingExtraError(
            "writing a bigWig needs pybigtools, which is not installed; pip install 'deepchem_genomics[genome]', or "
            "write peaks alone"
        ) from None


def write_track(path: Path, sizes: Mapping[str, int], scored: Iterable[ScoredStretch], layout: Layout) -> None:
    """Write a value for each window that has one."""
    pybigtools = require_bigwig_writer()
    entries = _Entries(scored, layout)
    pybigtools.open(str(path), "w").write(dict(sizes), iter(entries))
    if entries.error is not None:
        raise entries.error
    try:  # a full disk may show only now, that of the temporary folder as values that are missing
        whole = entries.finished and _is_whole(pybigtools.open(str(path)), entries.counts)
    except pybigtools.BBIReadError:
        whole = False
    if not whole:
        raise GenomeFileError(
            f"{path} was not written whole by pybigtools; look at what it said, and at the free disk there and in "
            f"{tempfile.gettempdir()}, where it keeps parts meanwhile (TMPDIR names another folder)"
        )


def _is_whole(file: Any, counts: Mapping[str, int]) -> bool:
    """Read all values of a track and of its summaries, and tell whether the values are as many as were given."""
    if file.chroms().keys() != counts.keys():
        return False
    zooms = file.zooms()
    return all(
        sum(1 for _ in file.records(chrom)) == count
        and all(sum(1 for _ in file.zoom_records(zoom, chrom)) > 0 for zoom in zooms)
        for chrom, count in counts.items()
    )


class _Entries:
    """What pybigtools reads. It prints an exception and goes on as if that were the end, so none may reach it."""

    def __init__(self, scored: Iterable[ScoredStretch], layout: Layout) -> None:
        self.scored, self.layout = scored, layout
        self.error: BaseException | None = None
        self.finished = False
        self.counts: Counter[str] = Counter()

    def __iter__(self) -> Iterator[tuple[str, int, int, float]]:
        try:
            for chrom, starts, predictions in self.scored:
                has_value = ~np.isnan(predictions)
                begins = self.layout.span_starts(starts[has_value])
                ends = (begins + self.layout.span).tolist()
                values = predictions[has_value].tolist()
                if values:
                    self.counts[chrom] += len(values)
                for begin, end, value in zip(begins.tolist(), ends, values, strict=True):
                    yield chrom, begin, end, value
            self.finished = True
        except GeneratorExit:
            raise
        except BaseException as error:
            self.error = error
