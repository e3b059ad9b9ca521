"""What a scan is asked to do, checked before anything is done."""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deepchem_genomics.errors import AlphabetMismatchError, BadValueError, ChromosomeNameError
from deepchem_genomics.feat import DNA
from deepchem_genomics.genome import Genome, match_names

if TYPE_CHECKING:
    from deepchem_genomics.models import SequenceModel

__all__ = ["Options", "chosen_chromosomes", "peak_threshold", "require_model"]

logger = logging.getLogger(__name__)

_STATISTICS = ("mean", "min", "max", "coverage")
_LIKELY = 0.5  # a probability from which on something is more likely than not


@dataclass
class Options:
    """Those options of :func:`scan_genome` that can be checked by themselves.

    Parameters
    ----------
    stride, strands, statistic, max_n, threshold, top, block
        See :func:`scan_genome`.

    Raises
    ------
    BadValueError
        If one is out of range.
    """

    stride: int | None
    strands: str
    statistic: str
    max_n: float
    threshold: float | None
    top: float | None
    block: int

    def __post_init__(self) -> None:
        whole = {"stride": 1 if self.stride is None else self.stride, "block": self.block}
        for name, value in whole.items():
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise BadValueError(f"{name} is {value!r}; it must be a whole number, at least 1")
        for name, text, allowed in (
            ("strands", self.strands, ("both", "forward")),
            ("statistic", self.statistic, _STATISTICS),
        ):
            if text not in allowed:
                raise BadValueError(f"{name} is {text!r}; it must be one of {', '.join(map(repr, allowed))}")
        if not 0 <= self.max_n <= 1:
            raise BadValueError(f"max_n is {self.max_n!r}; it must be a fraction from 0 to 1")
        if self.threshold is not None and self.top is not None:
            raise BadValueError("threshold and top are two ways to say which windows count; give one of the two")
        if self.threshold is not None and not math.isfinite(self.threshold):
            raise BadValueError(f"threshold is {self.threshold!r}; it must be a number")
        if self.top is not None and not 0 < self.top <= 1:
            raise BadValueError(f"top is {self.top!r}; it must be a fraction above 0 and up to 1")

    def complete(self, length: int) -> None:
        """Fill in what follows from the model."""
        if self.stride is None:
            self.stride = max(1, length // 2)

    @property
    def step(self) -> int:
        """The stride, once it is known."""
        if self.stride is None:
            raise BadValueError("stride is None; it must be a whole number, at least 1")
        return self.stride

    def both_strands(self, model: "SequenceModel") -> bool:
        """Say whether a model has to be asked about both strands."""
        return self.strands == "both" and not model.ignores_strand


def require_model(model: Any, task: int | None) -> int:
    """Raise unless a model can scan a genome."""
    from deepchem_genomics.models import SequenceModel

    if not isinstance(model, SequenceModel):
        raise BadValueError(f"the model is a {type(model).__name__}; give a model of deepchem_genomics.models")
    if model.alphabet != DNA:
        raise AlphabetMismatchError(f"the model reads {model.alphabet.name} and a genome is DNA; give a model of DNA")
    n_tasks = model.get_num_tasks()
    if task is None and n_tasks > 1:
        raise BadValueError(f"the model has {n_tasks} tasks and a track holds one; choose a task, 0 to {n_tasks - 1}")
    task = task or 0
    if not 0 <= task < n_tasks:
        raise BadValueError(f"task is {task}; the model has {n_tasks}, from 0 to {n_tasks - 1}; choose one of them")
    return task


def peak_threshold(model: "SequenceModel", options: Options) -> float | None:
    """Decide from which prediction on a window is part of a peak."""
    if options.threshold is not None or options.top is not None:
        return options.threshold
    if model.mode != "classification":
        raise BadValueError(
            "the model predicts no probabilities, so what is a peak must be said; give threshold or top"
        )
    if not model.calibrations:
        logger.warning(
            "peaks are windows of probability %s or more, but this model was not calibrated: such probabilities may be "
            "far too high; choose a threshold or the top fraction, or calibrate the model",
            _LIKELY,
        )
    return _LIKELY


def chosen_chromosomes(genome: Genome, chroms: Sequence[str] | None) -> list[str]:
    """Name the chromosomes to scan as the genome does."""
    if chroms is None:
        return list(genome.sizes)
    wanted = [chroms] if isinstance(chroms, str) else list(dict.fromkeys(chroms))
    names = match_names(wanted, genome.sizes, wanted_in="chroms", available_in=genome.path.name)
    unknown = [chrom for chrom in wanted if chrom not in names]
    if unknown or not wanted:
        known = list(genome.sizes)
        others = f" and {len(known) - 8} more" if len(known) > 8 else ""
        what = repr(unknown[0]) if unknown else "an empty list"
        raise ChromosomeNameError(
            f"chroms has {what}, and {genome.path.name} has {', '.join(known[:8])}{others}; name one of these"
        )
    return [chrom for chrom in genome.sizes if chrom in names.values()]
