"""Intervals and a genome to a dataset."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from deepchem.data import DiskDataset
from deepchem.feat import Featurizer

from deepchem_genomics.data.genome_loader import GenomeLoader
from deepchem_genomics.data.labels import ColumnLabels
from deepchem_genomics.errors import BadValueError, LabelError
from deepchem_genomics.genome import Genome, Intervals, read_interval_chunks

__all__ = ["IntervalLoader"]


class IntervalLoader(GenomeLoader):
    r"""Make a dataset of labelled intervals: BED, narrowPeak, TSV, CSV, Parquet, or a table.

    Intervals on the minus strand are read as the reverse complement, and their ids end in ``:-``.

    Parameters
    ----------
    tasks : list of str
        Columns of labels; a missing label gets weight 0. An empty list makes a dataset without labels.
    genome, featurizer
        See :class:`~deepchem_genomics.data.genome_loader.GenomeLoader`.
    length : int, optional
        L: windows of this many bp around each interval. By default intervals are taken as they are.
    at : {"middle", "summit"}, default "middle"
        What windows are centered on; "summit" for narrowPeak files.
    columns : sequence of str, optional
        Names for the columns after the third, in files without a header.
    **kwargs
        See :class:`~deepchem_genomics.data.genome_loader.GenomeLoader`: ``out_of_bounds``, ``max_n``, ``exclude``,
        ``signals``, ``balance``, ``shuffle_seed``, ``jobs``, ``overwrite`` and others.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "toy.fa").write_text(">chr1\nAACCGGTTAACC\n")
    >>> _ = (folder / "sites.tsv").write_text("chr1\t0\t4\t1\nchr1\t4\t8\t0\n")
    >>> loader = IntervalLoader(["label"], folder / "toy.fa")
    >>> dataset = loader.create_dataset(folder / "sites.tsv", folder / "dataset")
    >>> dataset.X.shape, dataset.y.ravel().tolist(), dataset.ids.tolist()
    ((2, 4, 4), [1.0, 0.0], ['chr1:0-4', 'chr1:4-8'])
    """

    def __init__(
        self,
        tasks: list[str],
        genome: Genome | str | os.PathLike[str],
        featurizer: Featurizer | None = None,
        length: int | None = None,
        at: str = "middle",
        columns: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(tasks, genome, featurizer, length, **kwargs)
        self.at = at
        self.columns = columns

    def create_dataset(
        self, inputs: Any, data_dir: str | os.PathLike[str] | None = None, shard_size: int | None = 8192
    ) -> DiskDataset:
        """Read, encode and write; see :meth:`~deepchem_genomics.data.genome_loader.GenomeLoader.create_dataset`.

        Parameters
        ----------
        inputs : path-like, DataFrame, or list of them
            The intervals.
        data_dir, shard_size
            See :meth:`~deepchem_genomics.data.genome_loader.GenomeLoader.create_dataset`.

        Returns
        -------
        dc.data.DiskDataset
            See :meth:`~deepchem_genomics.data.genome_loader.GenomeLoader.create_dataset`.

        Raises
        ------
        BadValueError
            If summits are asked for without a length.
        """
        if self.length is None and self.at != "middle":
            raise BadValueError(f"at is {self.at!r} but length is None; give the length of the windows around it")
        return super().create_dataset(inputs, data_dir, shard_size)

    def _chunks(self, files: Sequence[Any], genome: Genome, chunk_size: int) -> Iterator[Intervals]:
        for file in files:
            if isinstance(file, pd.DataFrame):
                self._require_tasks(file)
                yield from (file.iloc[start : start + chunk_size] for start in range(0, len(file), chunk_size))
            else:
                yield from read_interval_chunks(file, chunk_size, columns=self.columns, labels=self.tasks)

    def _require_tasks(self, table: Intervals) -> None:
        missing = [task for task in self.tasks if task not in table]
        if missing:
            there = ", ".join(str(column) for column in table.columns)
            raise LabelError(f"the table has no column {missing[0]!r} for labels, only {there}; choose from these")

    def _labels(self, files: Sequence[Any], genome: Genome) -> Callable[[Intervals], np.ndarray]:
        return ColumnLabels(tuple(self.tasks))

    def _parameters(self) -> dict[str, Any]:
        own = {"at": self.at, "columns": None if self.columns is None else list(self.columns)}
        return {**super()._parameters(), **own}
