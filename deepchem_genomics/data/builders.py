"""From files to dataset folders: intervals of a genome, its tiles, and tables of sequences."""

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

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.data.building import FolderBuilder, as_list, build_folder
from deepchem_genomics.data.dataset_folder import FolderOptions
from deepchem_genomics.data.genome_builder import GenomeBuilder, describe_input
from deepchem_genomics.data.loader_options import WritingOptions
from deepchem_genomics.data.negative_examples import NegativeOptions, draw_negatives, require_no_negatives
from deepchem_genomics.data.parts import ColumnLabels, IntervalParts, PeakLabels, SequenceParts, encoder_of
from deepchem_genomics.data.sequence_files import SharedNames, checked_sequences, is_fastx, read_sequence_chunks
from deepchem_genomics.errors import BadValueError, ChromosomeNameError, EmptyInputError, LabelError
from deepchem_genomics.genome import Genome, Intervals, match_names, read_interval_chunks, read_intervals, tile
from deepchem_genomics.genome.placing import places_of, warn_of_unknown
from deepchem_genomics.paths import PathLike
from deepchem_genomics.wording import listed

__all__ = ["IntervalBuilder", "SequenceBuilder", "TileBuilder"]


class IntervalBuilder(GenomeBuilder):
    """Builder of the folders that :class:`~deepchem_genomics.data.IntervalLoader` makes, with the same arguments."""

    def __init__(
        self,
        tasks: list[str],
        genome: Genome | PathLike,
        featurizer: Any | None = None,
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

    def build(self, inputs: Any, data_dir: PathLike | None = None, shard_size: int | None = 8192) -> Path:
        """Read, encode and write; see the loader."""
        if self.length is None and self.at == "summit":
            raise BadValueError(f"at is {self.at!r} but length is None; give the length of the windows around it")
        if self.negatives is not None and len(self.tasks) != 1:
            raise BadValueError(
                f"the tasks are {list(self.tasks)!r}; with negatives give one name, such as 'bound', for labels that "
                "are 1 for the intervals and 0 for the negatives"
            )
        return super().build(inputs, data_dir, shard_size)

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


class TileBuilder(GenomeBuilder):
    """Builder of the folders that :class:`~deepchem_genomics.data.TileLoader` makes, with the same arguments."""

    _centered = False  # tiles have their length already

    def __init__(
        self,
        genome: Genome | PathLike,
        featurizer: Any | None = None,
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

    def build(self, inputs: Any, data_dir: PathLike | None = None, shard_size: int | None = 8192) -> Path:
        """Read, encode and write; see the loader."""
        files = as_list(inputs)
        self.tasks = _task_names(files) if self._given_tasks is None else list(self._given_tasks)
        if len(self.tasks) != len(files) or len(set(self.tasks)) != len(files):
            raise BadValueError(
                f"{len(files)} sets of peaks but the tasks {', '.join(self.tasks)}; name one task a set, each "
                "differently"
            )
        self._bases()
        return super().build(files, data_dir, shard_size)

    def _chunks(self, files: Sequence[Any], genome: Genome, chunk_size: int) -> Iterator[Intervals]:
        chroms = self.chroms
        if chroms is not None:  # 22 where the genome has chr22; what it does not have is refused by tile
            names = match_names(chroms, genome.sizes, wanted_in="chroms", available_in=genome.path.name)
            chroms = [names.get(chrom, chrom) for chrom in chroms]
        require_whole_number("offset", self.offset, lowest=0, of="bp")
        beyond = {chrom: size - self.offset for chrom, size in genome.sizes.items()}
        longest = max((beyond[chrom] for chrom in chroms or beyond if chrom in beyond), default=self._length)
        if longest < self._length:
            raise EmptyInputError(
                f"no chromosome of {genome.path.name} has room for a window of {self._length} bp: the longest has "
                f"{longest} bp from the offset {self.offset} on; make shorter windows"
            )
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
            logger.info(
                "%s has no peak on %d of %d chromosomes, whose labels are all 0: %s",
                task, len(bare), len(chroms), listed([*map(repr, bare)], 3),
            )  # fmt: skip

    def _bases(self) -> int:
        """Return the overlap that makes a window positive, in bp."""
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
            f"the peaks of {task} are on {listed([*map(repr, peaks['chrom'].unique())], 3)}, and {genome.path.name} "
            f"has {listed([*map(repr, genome.sizes)], 3)}: no chromosome in common; give peaks of this genome"
        )
    warn_of_unknown(peaks, genome.sizes, genome.path.name)
    sizes = peaks["chrom"].astype(object).map({name: genome.sizes[other] for name, other in names.items()})
    past = int((peaks["end"] > sizes).sum())
    if past:
        logger.warning(
            "%d of %d peaks of %s end past the end of their chromosome in %s: is it of another assembly, or a part?",
            past, len(peaks), task, genome.path.name,
        )  # fmt: skip


ROWS_AT_ONCE = 8192


class SequenceBuilder(FolderBuilder):
    """Builder of the folders that :class:`~deepchem_genomics.data.SequenceLoader` makes, with the same arguments."""

    def __init__(
        self,
        tasks: list[str],
        featurizer: Any | None = None,
        sequence_column: str = "sequence",
        id_column: str | None = None,
        labels: Sequence[float] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(tasks, featurizer)
        self.sequence_column = sequence_column
        self.id_column = id_column
        self.labels = labels
        self.options = WritingOptions(**options)

    def _write(self, files: Sequence[Any], target: Path, shard_rows: int) -> Path:
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
            "loader": self.recorded_name,
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
