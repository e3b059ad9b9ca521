"""Whole chromosomes, cut into windows and labelled by peaks, to a dataset."""

import logging
import math
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from deepchem.feat import Featurizer

from deepchem_genomics.data.genome_loader import GenomeLoader, listed, places_of
from deepchem_genomics.data.labels import PeakLabels
from deepchem_genomics.errors import BadValueError, ChromosomeNameError
from deepchem_genomics.genome import Genome, Intervals, match_names, tile

__all__ = ["TileLoader"]

logger = logging.getLogger(__name__)


class TileLoader(GenomeLoader):
    r"""Cut chromosomes into windows and label each by its overlap with peaks, one task a set of peaks.

    Parameters
    ----------
    genome, featurizer
        See :class:`~deepchem_genomics.data.genome_loader.GenomeLoader`.
    length : int, default 101
        L, in bp.
    stride : int, optional
        From one start to the next, in bp; the length by default, so that windows lie side by side.
    offset : int, default 0
        Start of the first window of each chromosome.
    min_overlap : int or float, default 0.5
        What a window must share with one and the same peak to be labelled 1: bases if a whole number, a fraction of
        the window if a float (0.5 of 101 bp is 51).
    chroms : sequence of str, optional
        The chromosomes to cut, ``22`` or ``chr22``; by default all. Ids have the names of the genome file.
    tasks : list of str, optional
        Names of the tasks; by default the names of the peak files without their endings.
    **kwargs
        See :class:`~deepchem_genomics.data.genome_loader.GenomeLoader`: ``max_n``, ``exclude``, ``signals``,
        ``balance``, ``shuffle_seed``, ``jobs``, ``overwrite`` and others.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "toy.fa").write_text(">chr1\nAACCGGTTAACC\n")
    >>> _ = (folder / "jund.bed").write_text("chr1\t3\t8\n")
    >>> loader = TileLoader(folder / "toy.fa", length=4)
    >>> dataset = loader.create_dataset([folder / "jund.bed"], folder / "dataset")
    >>> dataset.y.ravel().tolist(), dataset.tasks.tolist()
    ([0.0, 1.0, 0.0], ['jund'])
    """

    _centered = False  # tiles have their length already

    def __init__(
        self,
        genome: Genome | str | os.PathLike[str],
        featurizer: Featurizer | None = None,
        length: int = 101,
        stride: int | None = None,
        offset: int = 0,
        min_overlap: int | float = 0.5,
        chroms: Sequence[str] | None = None,
        tasks: list[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(list(tasks or []), genome, featurizer, length, **kwargs)
        self._length = length
        self.stride = length if stride is None else stride
        self.offset = offset
        self.min_overlap = min_overlap
        self.chroms = chroms
        self._given_tasks = tasks

    def create_dataset(self, inputs: Any, data_dir: Any = None, shard_size: int | None = 8192) -> Any:
        """Cut, label, encode and write.

        Parameters
        ----------
        inputs : path-like, DataFrame, or list of them
            Peaks: one file or table a task. None make a dataset without labels, for predictions.
        data_dir, shard_size
            See :meth:`~deepchem_genomics.data.genome_loader.GenomeLoader.create_dataset`.

        Returns
        -------
        dc.data.DiskDataset
            See :meth:`~deepchem_genomics.data.genome_loader.GenomeLoader.create_dataset`.

        Raises
        ------
        BadValueError
            If there are not as many tasks as sets of peaks, two have one name, or ``min_overlap`` is out of range.
        ChromosomeNameError
            If a set of peaks has no chromosome of the genome.
        """
        files = listed(inputs)
        self.tasks = _task_names(files) if self._given_tasks is None else list(self._given_tasks)
        if len(self.tasks) != len(files) or len(set(self.tasks)) != len(files):
            raise BadValueError(
                f"{len(files)} sets of peaks but the tasks {', '.join(self.tasks)}; name one task a set, each "
                "differently"
            )
        self._bases()
        return super().create_dataset(files, data_dir, shard_size)

    def _chunks(self, files: Sequence[Any], genome: Genome, chunk_size: int) -> Iterator[Intervals]:
        chroms = self.chroms
        if chroms is not None:  # 22 where the genome has chr22; what it does not have is refused by tile
            names = match_names(chroms, genome.sizes, wanted_in="chroms", available_in=genome.path.name)
            chroms = [names.get(chrom, chrom) for chrom in chroms]
        if not isinstance(self.offset, int | np.integer) or self.offset < 0:
            raise BadValueError(f"offset is {self.offset!r}; it must be a whole number of bp, at least 0")
        beyond = {chrom: size - self.offset for chrom, size in genome.sizes.items()}
        for windows in tile(beyond, self._length, self.stride, chroms, chunk_size=chunk_size):
            yield windows.assign(start=windows["start"] + self.offset, end=windows["end"] + self.offset)

    def _labels(self, files: Sequence[Any], genome: Genome) -> Callable[[Intervals], np.ndarray]:
        peaks = [places_of(file) for file in files]
        for task, table in zip(self.tasks, peaks, strict=True):
            _require_same_assembly(task, table, genome)
        return PeakLabels(peaks, self._bases())

    def _bases(self) -> int:
        """Give the overlap that makes a window positive, in bp."""
        bases: int | float = self.min_overlap
        if isinstance(bases, float | np.floating):
            bases = math.ceil(round(float(bases) * self._length, 6))  # 0.07 of 100 bp is 7, not 7.000000000000001
        if not 1 <= bases <= self._length:
            raise BadValueError(
                f"min_overlap is {self.min_overlap!r}; give bases from 1 to {self._length} as a whole number, or a "
                "fraction of the window above 0 and up to 1.0"
            )
        return int(bases)

    def _parameters(self) -> dict[str, Any]:
        own = {
            "stride": self.stride,
            "offset": self.offset,
            "min_overlap": self._bases(),
            "chroms": list(self.chroms) if self.chroms else None,
        }
        return {**super()._parameters(), **own}


def _task_names(files: Sequence[Any]) -> list[str]:
    """Name tasks after their files, or ``peaks_1`` and so on where tables were given."""
    return [
        f"peaks_{i}" if isinstance(file, pd.DataFrame) else Path(file).name.split(".")[0]
        for i, file in enumerate(files, 1)
    ]


def _require_same_assembly(task: str, peaks: Intervals, genome: Genome) -> None:
    """Raise if no peak can be on a tile: all labels would be 0. Warn of peaks that are past an end."""
    names = match_names(peaks["chrom"].unique(), genome.sizes, wanted_in=task, available_in=genome.path.name)
    if not names:
        raise ChromosomeNameError(
            f"the peaks of {task} are on {', '.join(map(str, peaks['chrom'].unique()[:3]))} and so on, and "
            f"{genome.path.name} has {', '.join(list(genome.sizes)[:3])} and so on: no chromosome in common; give "
            "peaks of this genome"
        )
    sizes = peaks["chrom"].map({name: genome.sizes[other] for name, other in names.items()})
    past = int((peaks["end"] > sizes).sum())
    if past:
        logger.warning(
            "%d of %d peaks of %s end past the end of their chromosome in %s: is it of another assembly, or a part?",
            past, len(peaks), task, genome.path.name,
        )  # fmt: skip
