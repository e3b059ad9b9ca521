"""Loaders from files to DeepChem datasets: intervals of a genome, its tiles, and tables of sequences."""

import logging
import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from deepchem.data import DataLoader, DiskDataset
from deepchem.feat import Featurizer

from deepchem_genomics.data.building import build_folder, require_free, require_shard_size
from deepchem_genomics.data.dataset_folder import FolderOptions
from deepchem_genomics.data.genome_loader import GenomeLoader, describe_input, listed
from deepchem_genomics.data.loader_options import WritingOptions
from deepchem_genomics.data.negative_examples import NegativeOptions, draw_negatives, require_no_negatives
from deepchem_genomics.data.parts import ColumnLabels, IntervalParts, PeakLabels, SequenceParts, encoder_of
from deepchem_genomics.data.sequence_files import SharedNames, checked_sequences, is_fastx, read_sequence_chunks
from deepchem_genomics.errors import BadValueError, ChromosomeNameError, LabelError
from deepchem_genomics.feat import OneHotNucleotideFeaturizer
from deepchem_genomics.genome import Genome, Intervals, match_names, read_interval_chunks, read_intervals, tile
from deepchem_genomics.genome.placing import places_of, warn_of_unknown
from deepchem_genomics.paths import PathLike

__all__ = ["IntervalLoader", "SequenceLoader", "TileLoader"]


class IntervalLoader(GenomeLoader):
    r"""Make a dataset of labeled intervals: BED, narrowPeak, TSV, CSV, Parquet, or a table.

    Intervals on the minus strand are read as the reverse complement, and their ids end in ``:-``.

    Parameters
    ----------
    tasks : list of str
        Columns of labels; a missing label gets weight 0. An empty list makes a dataset without labels.
    genome, featurizer
        See :class:`~deepchem_genomics.data.genome_loader.GenomeLoader`.
    length : int, optional
        L: windows of this many bp around each interval. By default intervals are taken as they are.
    at : {"auto", "middle", "summit"}, default "auto"
        What windows are centered on: the summit of peaks that have one, as in narrowPeak files, and the middle of other
        intervals; always the middle; or the summit, and an error where there is none.
    columns : sequence of str, optional
        Names for the columns after the third, in files without a header.
    negatives : NegativeOptions, optional
        Takes all intervals for positives, labeled 1, and adds negatives, labeled 0, to the one task. Rows are
        shuffled, by ``shuffle_seed`` or the seed of the negatives.
    **options
        See :class:`~deepchem_genomics.data.WindowOptions`: ``out_of_bounds``, ``max_n``, ``exclude``,
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

    Peaks alone, with two windows away from them for each:

    >>> _ = (folder / "long.fa").write_text(">chr1\n" + "ACGTTGCATT" * 100 + "\n")
    >>> _ = (folder / "peaks.bed").write_text("chr1\t500\t520\n")
    >>> loader = IntervalLoader(["bound"], folder / "long.fa", length=10, negatives=NegativeOptions(2))
    >>> loader.create_dataset(folder / "peaks.bed", folder / "bound").y.sum(axis=0).tolist()
    [1.0]
    """

    def __init__(
        self,
        tasks: list[str],
        genome: Genome | str | os.PathLike[str],
        featurizer: Featurizer | None = None,
        length: int | None = None,
        at: str = "auto",
        columns: Sequence[str] | None = None,
        negatives: NegativeOptions | None = None,
        **options: Any,
    ) -> None:
        super().__init__(tasks, genome, featurizer, length, **options)
        self.at = at
        self.columns = columns
        self.negatives = negatives

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
            If summits are asked for without a length, or negatives with a number of tasks that is not 1.
        LabelError
            If negatives are asked for, and an interval has the label 0 already.
        """
        if self.length is None and self.at == "summit":
            raise BadValueError(f"at is {self.at!r} but length is None; give the length of the windows around it")
        if self.negatives is not None and len(self.tasks) != 1:
            raise BadValueError(
                f"the tasks are {list(self.tasks)!r}; with negatives give one name, such as 'bound', for labels that "
                "are 1 for the intervals and 0 for the negatives"
            )
        return super().create_dataset(inputs, data_dir, shard_size)

    @property
    def _order_seed(self) -> int | None:
        if self.options.shuffle_seed is None and self.negatives is not None:
            return self.negatives.seed  # else the positives would be in the first shards
        return self.options.shuffle_seed

    def _recipe(self, genome: Genome, files: Sequence[Any], stack: ExitStack) -> IntervalParts:
        recipe = super()._recipe(genome, files, stack)
        return recipe if self.negatives is None else replace(recipe, shuffle_seed=self.negatives.seed)

    def _examples(self, files: Sequence[Any], recipe: IntervalParts) -> tuple[Sequence[Any], dict[str, Any]]:
        if self.negatives is None:
            return files, {}
        task = self.tasks[0]
        peaks = [file if isinstance(file, pd.DataFrame) else self._peaks(file) for file in files]
        for table in peaks:
            require_no_negatives(table, task)
        negatives, record = draw_negatives(peaks, recipe, self.negatives)
        labeled = [table.assign(**{task: 1.0}) for table in peaks]
        if self.at == "summit":
            negatives["summit"] = (negatives["start"] + negatives["end"]) // 2
        return [*labeled, negatives.assign(**{task: 0.0})], {"negatives": record}

    def _peaks(self, file: str | os.PathLike[str]) -> Intervals:
        return read_intervals(file, columns=self.columns, labels=[], one_based=self.options.one_based)

    def _other_inputs(self, genome: Genome) -> dict[str, Any]:
        regions = None if self.negatives is None else self.negatives.regions
        return super()._other_inputs(genome) | ({} if regions is None else {"negatives": regions})

    def _chunks(self, files: Sequence[Any], genome: Genome, chunk_size: int) -> Iterator[Intervals]:
        for file in files:
            if isinstance(file, pd.DataFrame):
                self._require_tasks(file)
                yield from (file.iloc[start : start + chunk_size] for start in range(0, len(file), chunk_size))
            else:
                yield from read_interval_chunks(
                    file, chunk_size, columns=self.columns, labels=self.tasks, one_based=self.options.one_based
                )

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
        What a window must share with one and the same peak to be labeled 1: bases if a whole number, a fraction of
        the window if a float (0.5 of 101 bp is 51).
    chroms : sequence of str, optional
        The chromosomes to cut, ``22`` or ``chr22``; by default all. Ids have the names of the genome file.
    tasks : list of str, optional
        Names of the tasks; by default the names of the peak files without their endings.
    **options
        See :class:`~deepchem_genomics.data.WindowOptions`: ``max_n``, ``exclude``, ``signals``,
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
        **options: Any,
    ) -> None:
        super().__init__(list(tasks or []), genome, featurizer, length, **options)
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
        peaks = [places_of(file, self.options.one_based) for file in files]
        for task, table in zip(self.tasks, peaks, strict=True):
            _require_same_assembly(task, table, genome)
            self._mention_without_peaks(task, table, genome)
        return PeakLabels(peaks, self._bases())

    def _mention_without_peaks(self, task: str, peaks: Intervals, genome: Genome) -> None:
        """Log which chromosomes get no label but 0."""
        chroms = [*genome.sizes] if self.chroms is None else [*match_names(self.chroms, genome.sizes).values()]
        with_peaks = set(match_names(peaks["chrom"].unique(), genome.sizes).values())
        bare = [chrom for chrom in chroms if chrom not in with_peaks]
        if bare:
            shown = ", ".join(map(repr, bare[:3])) + " and so on" * (len(bare) > 3)
            logger.info(
                "%s has no peak on %d of %d chromosomes, whose labels are all 0: %s",
                task, len(bare), len(chroms), shown,
            )  # fmt: skip

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
            f"the peaks of {task} are on {', '.join(map(repr, peaks['chrom'].unique()[:3]))} and so on, and "
            f"{genome.path.name} has {', '.join(map(repr, list(genome.sizes)[:3]))} and so on: no chromosome in "
            "common; give peaks of this genome"
        )
    warn_of_unknown(peaks, genome.sizes, genome.path.name)
    sizes = peaks["chrom"].map({name: genome.sizes[other] for name, other in names.items()})
    past = int((peaks["end"] > sizes).sum())
    if past:
        logger.warning(
            "%d of %d peaks of %s end past the end of their chromosome in %s: is it of another assembly, or a part?",
            past, len(peaks), task, genome.path.name,
        )  # fmt: skip


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
    labels : sequence of float, optional
        One for each input, for all its sequences, as values of the one task; by default tasks are columns. Rows are
        shuffled, by ``shuffle_seed`` or else by 0, since shards would be of one class.
    **options
        See :class:`~deepchem_genomics.data.WritingOptions`: ``balance``, ``shuffle_seed``, ``jobs``,
        ``overwrite`` and others.

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
        labels: Sequence[float] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(tasks, OneHotNucleotideFeaturizer() if featurizer is None else featurizer, id_field="id")
        self.sequence_column = sequence_column
        self.id_column = id_column
        self.labels = labels
        self.options = WritingOptions(**options)

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
            X (N, L, A), y and w (N, T) float32, ids. Next to it, in the folder, ``manifest.json``.

        Raises
        ------
        FileExistsError
            If the folder exists and is not to be replaced.
        DuplicateIdError
            If two records of a FASTA or FASTQ file have one name. Records of different files may: then the name of its
            file comes before each.
        BadValueError
            If there is not one finite label for each input, or not one task for them; or a file is given twice.
        GenomicsError
            Whatever is wrong with an input; the message names file and row or record.
        """
        files = listed(inputs)
        target = require_free(data_dir, self.options.overwrite, files)
        shard_rows = require_shard_size(shard_size)
        self._require_labels(files)
        shared = SharedNames(files)
        if len(shared):
            logger.warning(
                "%d names occur in more than one file; the name of the file comes before each, as in %s:NAME",
                len(shared), shared.prefixes[0],
            )  # fmt: skip
        return build_folder(
            SequenceParts(encoder_of(self.featurizer), tuple(self.tasks)),
            self._chunks(files, shared, ROWS_AT_ONCE),
            target,
            self.tasks,
            self._description(files) | ({"shared_names": len(shared)} if len(shared) else {}),
            FolderOptions(
                shard_rows,
                0 if self.labels is not None and self.options.shuffle_seed is None else self.options.shuffle_seed,
                self.options.balance,
                unique_ids=any(not isinstance(file, pd.DataFrame) and is_fastx(file) for file in files),
                overwrite=self.options.overwrite,
            ),
            execution=self.options.execution,
            progress=self.options.progress,
        )

    def _require_labels(self, files: Sequence[Any]) -> None:
        if self.labels is None:
            return
        if len(self.tasks) != 1:
            raise BadValueError(
                f"the tasks are {list(self.tasks)!r}; labels of whole files are values of one; name one"
            )
        if len(self.labels) != len(files):
            raise BadValueError(
                f"labels are {', '.join(map(str, self.labels))}: {len(self.labels)} for {len(files)} files; give one "
                "for each, in their order"
            )
        wrong = [label for label in self.labels if not math.isfinite(label)]
        if wrong:
            raise BadValueError(f"labels have {wrong[0]!r}; a label is a finite number")

    def _chunks(self, files: Sequence[Any], shared: SharedNames, chunk_size: int) -> Iterator[pd.DataFrame]:
        for number, file in enumerate(files):
            for chunk in self._chunks_of(file, chunk_size):
                chunk["id"] = shared.apart(chunk["id"].to_numpy(object), number)
                yield chunk if self.labels is None else chunk.assign(**{self.tasks[0]: float(self.labels[number])})

    def _chunks_of(self, file: Any, chunk_size: int) -> Iterator[pd.DataFrame]:
        columns = self.sequence_column, self.tasks if self.labels is None else [], self.id_column
        if not isinstance(file, pd.DataFrame):
            yield from read_sequence_chunks(file, chunk_size, *columns)
        else:
            for start in range(0, len(file), chunk_size):
                some = file.iloc[start : start + chunk_size]
                some = some.set_axis(pd.RangeIndex(start + 1, start + 1 + len(some)))
                yield checked_sequences(some, "table", *columns)

    def _description(self, files: Sequence[Any]) -> dict[str, Any]:
        """Describe the inputs in JSON."""
        labels = None if self.labels is None else [float(label) for label in self.labels]
        return {
            "loader": type(self).__name__,
            "inputs": [describe_input("sequences", file) for file in files],
            "tasks": list(self.tasks),
            "tracks": [],
            "alphabet": getattr(self.featurizer, "alphabet", None),
            "length": getattr(self.featurizer, "length", None),
            "featurizer": repr(self.featurizer),
            "parameters": {
                "sequence_column": self.sequence_column,
                "id_column": self.id_column,
                **self.options.recorded(),
                "labels": labels,
            },
        }
