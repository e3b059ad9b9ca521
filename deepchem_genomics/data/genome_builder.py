"""The base of builders of datasets from windows of a genome."""

import logging
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepchem_genomics.data.building import FolderBuilder, build_folder
from deepchem_genomics.data.dataset_folder import FolderOptions
from deepchem_genomics.data.loader_options import WindowOptions
from deepchem_genomics.data.parts import IntervalParts, Track, encoder_of, pieces
from deepchem_genomics.genome import Genome, Intervals, Signal
from deepchem_genomics.genome.placing import places_of, warn_of_unknown
from deepchem_genomics.io.provenance import describe_file
from deepchem_genomics.paths import PathLike

__all__ = ["GenomeBuilder", "describe_input"]

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 65_536  # neighbors are read together, so many at once are fast also where the order is random


class GenomeBuilder(FolderBuilder):
    """Base of what turns windows of a genome into a dataset folder, and of the loaders that do.

    Parameters
    ----------
    tasks : list of str
        Names of the T labels.
    genome : Genome or path-like
        FASTA, plain or compressed, or 2bit.
    featurizer : dc.feat.Featurizer, optional
        Takes sequences; one-hot DNA by default. Another one is sent to the workers as it is.
    length : int, optional
        L, in bp.
    **options
        See :class:`~deepchem_genomics.data.WindowOptions`.
    """

    options: WindowOptions
    at: str = "auto"
    _centered = True  # whether windows of the length are put around what is read

    def __init__(
        self,
        tasks: list[str],
        genome: Genome | PathLike,
        featurizer: Any | None = None,
        length: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(tasks, featurizer)
        self.genome = genome
        self.length = length
        self.options = WindowOptions(**options)

    def _write(self, files: Sequence[Any], target: Path, shard_rows: int) -> Path:
        with ExitStack() as stack:
            genome = self.genome
            if not isinstance(genome, Genome):
                genome = stack.enter_context(Genome(genome))
            recipe = self._recipe(genome, files, stack)
            examples, about = self._examples(files, recipe)
            return build_folder(
                recipe,
                pieces(self._chunks(examples, genome, ROWS_AT_ONCE), self.length),
                target,
                self.tasks,
                self._description(genome, files) | about,
                FolderOptions(
                    shard_rows,
                    self._order_seed,
                    self.options.balance,
                    tracks=list(self.options.signals),
                    overwrite=self.options.overwrite,
                ),
                execution=self.options.execution,
                progress=self.options.progress,
            )

    @property
    def _order_seed(self) -> int | None:
        """The seed that shuffles rows; None leaves them in order."""
        return self.options.shuffle_seed

    def _examples(self, files: Sequence[Any], recipe: IntervalParts) -> tuple[Sequence[Any], dict[str, Any]]:
        """Return what rows are made of, and what the manifest says about that."""
        return files, {}

    @abstractmethod
    def _chunks(self, files: Sequence[Any], genome: Genome, chunk_size: int) -> Iterator[Intervals]:
        """Yield the windows to encode, some at a time."""

    @abstractmethod
    def _labels(self, files: Sequence[Any], genome: Genome) -> Callable[[Intervals], np.ndarray]:
        """Return what labels windows."""

    def _recipe(self, genome: Genome, files: Sequence[Any], stack: ExitStack) -> IntervalParts:
        """Assemble what workers do; signals stay open as long as the stack."""
        options = self.options
        exclude = (
            None
            if options.exclude is None
            else places_of(options.exclude, options.exclude_one_based, "exclude_one_based")
        )
        if exclude is not None:
            warn_of_unknown(exclude, genome.sizes, genome.path.name)
        same = genome if options.check_assembly else None
        tracks = tuple(
            Track(name, stack.enter_context(Signal(path, same)), options.statistic, options.missing)
            for name, path in options.signals.items()
        )
        return IntervalParts(
            genome,
            encoder_of(self.featurizer),
            self._labels(files, genome),
            self.length if self._centered else None,
            self.at,
            options.out_of_bounds,
            options.unknown_chromosomes,
            options.max_n,
            exclude,
            tracks,
        )

    def _description(self, genome: Genome, files: Sequence[Any]) -> dict[str, Any]:
        """Describe the inputs in JSON."""
        inputs = [describe_input("intervals", file) for file in files]
        inputs += [describe_input(role, file) for role, file in self._other_inputs(genome).items()]
        return {
            "loader": self.recorded_name,
            "assembly": self.options.assembly,
            "inputs": inputs,
            "tasks": list(self.tasks),
            "tracks": list(self.options.signals),
            "alphabet": getattr(self.featurizer, "alphabet", None),
            "length": self.length,
            "featurizer": repr(self.featurizer),
            "parameters": self._parameters(),
        }

    def _other_inputs(self, genome: Genome) -> dict[str, Any]:
        """Return what is read besides the intervals, by its role."""
        signals = {f"signal {name}": path for name, path in self.options.signals.items()}
        excluded = {} if self.options.exclude is None else {"exclude": self.options.exclude}
        return {"genome": genome.path, **signals, **excluded}

    def _parameters(self) -> dict[str, Any]:
        return self.options.recorded()


def describe_input(role: str, given: Any) -> dict[str, Any]:
    """Describe an input in JSON: its role, and path, size and sha256 of a file or the number of rows of a table."""
    if isinstance(given, pd.DataFrame):
        return {"role": role, "table": len(given)}
    return {"role": role, **describe_file(given)}
