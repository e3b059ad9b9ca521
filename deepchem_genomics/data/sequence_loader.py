"""Sequences with labels or measured values to a dataset: CSV, TSV, Parquet, FASTA, FASTQ."""

import os
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from deepchem.data import DataLoader, DiskDataset
from deepchem.feat import Featurizer

from deepchem_genomics.data.building import build_folder, require_free, require_shard_size
from deepchem_genomics.data.encoders import encoder_of
from deepchem_genomics.data.genome_loader import describe_input, listed
from deepchem_genomics.data.sequence_files import checked_sequences, is_fastx, read_sequence_chunks
from deepchem_genomics.data.sequence_parts import SequenceParts
from deepchem_genomics.feat import OneHotNucleotideFeaturizer
from deepchem_genomics.runs import Execution

__all__ = ["SequenceLoader"]

PathLike = str | os.PathLike[str]

ROWS_AT_ONCE = 8192


class SequenceLoader(DataLoader):
    r"""Make a dataset of sequences, DNA or RNA, with labels or measured values.

    Parameters
    ----------
    tasks : list of str
        Columns of labels or values; a missing one gets weight 0. An empty list makes a dataset without labels.
    featurizer : dc.feat.Featurizer, optional
        Takes sequences; one-hot DNA by default. ``OneHotNucleotideFeaturizer("ACGU")`` for RNA; give it a length if
        sequences are not equally long.
    sequence_column : str, default "sequence"
        Column of the sequences, in a table.
    id_column : str, optional
        Column of the ids, in a table; by default ``<file name>:<row>``.
    balance : bool, default False
        Whether weights make the classes of each task count alike.
    shuffle_seed : int, optional
        Shuffles rows across all shards; by default they stay in the order of the input.
    jobs : int, default 1
        Processes; the result does not depend on their number.
    scheduler : str, optional
        Address of a dask scheduler whose workers are used instead.
    overwrite : bool, default False
        Whether an existing folder is replaced.
    progress : bool, optional
        Whether a progress bar is shown on stderr; by default only on a terminal.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "guides.csv").write_text("sequence,efficacy\nACGU,0.5\nUUUU,\n")
    >>> loader = SequenceLoader(["efficacy"], OneHotNucleotideFeaturizer("ACGU"))
    >>> dataset = loader.create_dataset(folder / "guides.csv", folder / "dataset")
    >>> dataset.X.shape, dataset.y.ravel().tolist(), dataset.w.ravel().tolist()
    ((2, 4, 4), [0.5, 0.0], [1.0, 0.0])
    """

    def __init__(
        self,
        tasks: list[str],
        featurizer: Featurizer | None = None,
        sequence_column: str = "sequence",
        id_column: str | None = None,
        *,
        balance: bool = False,
        shuffle_seed: int | None = None,
        jobs: int = 1,
        scheduler: str | None = None,
        overwrite: bool = False,
        progress: bool | None = None,
    ) -> None:
        super().__init__(tasks, OneHotNucleotideFeaturizer() if featurizer is None else featurizer, id_field="id")
        self.sequence_column = sequence_column
        self.id_column = id_column
        self.balance = balance
        self.shuffle_seed = shuffle_seed
        self.jobs = jobs
        self.scheduler = scheduler
        self.overwrite = overwrite
        self.progress = progress

    def create_dataset(
        self, inputs: Any, data_dir: PathLike | None = None, shard_size: int | None = 8192
    ) -> DiskDataset:
        """Read, encode and write.

        Parameters
        ----------
        inputs : path-like, DataFrame, or list of them
            Tables or files of sequences; the ending says what each is: FASTA, FASTQ, Parquet,
            CSV, and TSV for anything else.
        data_dir : path-like, optional
            The folder to write, which appears only when whole; a temporary one if not given.
        shard_size : int, default 8192
            Rows a shard. Memory holds about one shard, and one chunk of at most 8192 rows for each worker.

        Returns
        -------
        dc.data.DiskDataset
            X (N, L, A), y and w (N, T) float32, ids. Beside it, in the folder, ``manifest.json``.

        Raises
        ------
        FileExistsError
            If the folder exists and is not to be replaced.
        DuplicateIdError
            If two records of FASTA or FASTQ files have one name.
        GenomicsError
            Whatever is wrong with an input; the message names file and row or record.
        """
        target = require_free(data_dir, self.overwrite)
        shard_rows = require_shard_size(shard_size)
        files = listed(inputs)
        return build_folder(
            SequenceParts(encoder_of(self.featurizer), tuple(self.tasks)),
            self._chunks(files, ROWS_AT_ONCE),
            target,
            self.tasks,
            self._description(files),
            shard_size=shard_rows,
            shuffle_seed=self.shuffle_seed,
            balance=self.balance,
            unique_ids=any(not isinstance(file, pd.DataFrame) and is_fastx(file) for file in files),
            overwrite=self.overwrite,
            execution=Execution(self.jobs, self.scheduler),
            progress=self.progress,
        )

    def _chunks(self, files: Sequence[Any], chunk_size: int) -> Iterator[pd.DataFrame]:
        columns = self.sequence_column, self.tasks, self.id_column
        for file in files:
            if not isinstance(file, pd.DataFrame):
                yield from read_sequence_chunks(file, chunk_size, *columns)
                continue
            for start in range(0, len(file), chunk_size):
                some = file.iloc[start : start + chunk_size]
                some = some.set_axis(pd.RangeIndex(start + 1, start + 1 + len(some)))
                yield checked_sequences(some, "table", *columns)

    def _description(self, files: Sequence[Any]) -> dict[str, Any]:
        """Say in JSON what went in."""
        names = ("sequence_column", "id_column", "balance", "shuffle_seed")
        return {
            "loader": type(self).__name__,
            "inputs": [describe_input("sequences", file) for file in files],
            "tasks": list(self.tasks),
            "tracks": [],
            "alphabet": getattr(self.featurizer, "alphabet", None),
            "length": getattr(self.featurizer, "length", None),
            "featurizer": repr(self.featurizer),
            "parameters": {name: getattr(self, name) for name in names},
        }
