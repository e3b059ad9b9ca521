"""Options of a scan, checked before it starts."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deepchem_genomics.arguments import (
    FRACTION,
    FRACTION_ABOVE_0,
    FRACTION_BETWEEN,
    require_choice,
    require_rule,
    require_whole_number,
    rule_of_kind,
)
from deepchem_genomics.errors import AlphabetMismatchError, BadValueError, ChromosomeNameError
from deepchem_genomics.feat import DNA
from deepchem_genomics.genome import Genome, match_names
from deepchem_genomics.scan.outputs import Moved
from deepchem_genomics.scan.stretches import Layout
from deepchem_genomics.wording import listed

if TYPE_CHECKING:
    from deepchem_genomics.models import SequenceModel

__all__ = ["ScanOptions", "chosen_chromosomes", "peak_threshold", "require_model"]

logger = logging.getLogger(__name__)

_STATISTICS = ("mean", "min", "max", "coverage")
_LIKELY = 0.5  # a probability from which on something is more likely than not
_USUAL = 0.005  # share of bound windows in a genome: 0.4% of JUND's in HepG2, and few factors have more peaks


@dataclass(frozen=True)
class ScanOptions:
    """How a genome is scanned.

    Parameters
    ----------
    chroms : sequence of str, optional
        Chromosomes to scan, ``22`` or ``chr22``; by default all. They are scanned in the order of the genome file.
    stride : int, optional
        From one window's start to the next, bp; by default half of the model's length.
    strands : {"both", "forward"}, default "both"
        Whether predictions for a window and its reverse complement are averaged. Without effect on an
        :class:`~deepchem_genomics.models.RCTFBindingModel`, which gives the same for both.
    task : int, optional
        Whose predictions are written, from 0; needed for a model of several tasks.
    statistic : {"mean", "min", "max", "coverage"}, default "mean"
        Of a signal's values over a window: the one that the training data were built with.
    check_assembly : bool, default True
        Whether signals must have chromosomes of the genome's sizes.
    max_n : float, default 0.0
        Largest share of bases that are not known (N, another IUPAC code), 0 to 1; windows with more are left out.
    threshold : float, optional
        Least prediction of a window in a peak; by default that kept with the model, or chosen by its rule for the
        prevalence of a genome; 0.5 for a model of probabilities without one.
    prevalence : float, optional
        Share of bound windows in the genome, between 0 and 1, for the threshold kept with a calibrated model; by
        default that of the validation rows, at most 0.005.
    top_fraction : float, optional
        Instead of a threshold: the fraction of windows that score highest, above 0 and up to 1; more if there are ties.
    block : int, default 1000000
        Bases of chromosome worked on, and lost if interrupted, at a time in each process.
    overwrite : bool, default False
        Whether existing files are replaced.

    Raises
    ------
    BadValueError
        If one is out of range.
    """

    chroms: Sequence[str] | None = None
    stride: int | None = None
    strands: str = "both"
    task: int | None = None
    statistic: str = "mean"
    check_assembly: bool = True
    max_n: float = 0.0
    threshold: float | None = None
    prevalence: float | None = None
    top_fraction: float | None = None
    block: int = 1_000_000
    overwrite: bool = False

    def __post_init__(self) -> None:
        """Check what can be checked without a model."""
        whole = {"stride": 1 if self.stride is None else self.stride, "block": self.block}
        for name, value in whole.items():
            require_whole_number(name, value, lowest=1)
        for name, text, allowed in (
            ("strands", self.strands, ("both", "forward")),
            ("statistic", self.statistic, _STATISTICS),
        ):
            require_choice(name, text, allowed)
        require_rule("max_n", self.max_n, FRACTION)
        for name, rule in (
            ("threshold", rule_of_kind(float)),
            ("top_fraction", FRACTION_ABOVE_0),
            ("prevalence", FRACTION_BETWEEN),
        ):
            if getattr(self, name) is not None:
                require_rule(name, getattr(self, name), rule)
        if self.threshold is not None and self.top_fraction is not None:
            raise BadValueError(
                "threshold and top_fraction are two ways to say which windows count; give one of the two"
            )
        if self.prevalence is not None and (self.threshold is not None or self.top_fraction is not None):
            raise BadValueError(
                "prevalence is for the model's own threshold; leave it out, or threshold and top_fraction"
            )

    def layout(self, length: int) -> Layout:
        """Lay windows over chromosomes.

        Parameters
        ----------
        length : int
            Of a window, bp.

        Returns
        -------
        Layout
            Length and stride.
        """
        return Layout(length, max(1, length // 2) if self.stride is None else self.stride)

    def both_strands(self, model: "SequenceModel") -> bool:
        """Decide whether both strands are predicted.

        Parameters
        ----------
        model : SequenceModel
            The model.

        Returns
        -------
        bool
            False for one that gives the same for both, such as ``RCTFBindingModel``.
        """
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
    return require_whole_number("task", task or 0, lowest=0, highest=n_tasks - 1)


def peak_threshold(model: "SequenceModel", task: int, options: ScanOptions) -> "float | Moved | None":
    """Decide from which prediction on a window is part of a peak, or by which rule; None for a fraction of windows."""
    if options.threshold is not None or options.top_fraction is not None:
        return options.threshold
    if model.thresholds:
        return _own_threshold(model, task, options.prevalence)
    if options.prevalence is not None:
        raise BadValueError(
            "prevalence is for the threshold kept with a model, and this one has none; train it with dcgenomics train, "
            "or give threshold or top_fraction"
        )
    if model.mode != "classification":
        raise BadValueError(
            "the model predicts no probabilities, so peaks have no default threshold; pass threshold or top_fraction"
        )
    logger.warning(
        "peaks are windows of probability %s or more, since no threshold is kept with this model%s; train it with "
        "dcgenomics train, or choose a threshold or a top_fraction",
        _LIKELY, "" if model.calibrations else ", which was not calibrated: such probabilities may be far too high",
    )  # fmt: skip
    return _LIKELY


def _own_threshold(model: "SequenceModel", task: int, prevalence: float | None) -> float | Moved:
    """Take the threshold kept with a model; or, if fewer windows of a genome are bound than on valid, its rule."""
    kept = model.thresholds[task]
    about = f"{kept.rule} on {kept.on}, {kept.positives} of {kept.rows} rows bound"
    if not model.calibrations:
        if prevalence is not None:
            raise BadValueError(
                "the model is not calibrated, so prevalence says nothing about its predictions; leave it out"
            )
        logger.warning(
            "peaks are windows of %.4g or more: the threshold kept with the model (%s), as it is, since the model is "
            "not calibrated; if fewer windows of the genome are bound, give a threshold or a top_fraction",
            kept.value, about,
        )  # fmt: skip
        return kept.value
    here = kept.positives / kept.rows
    there = min(here, _USUAL) if prevalence is None else prevalence
    if there == here:
        logger.info("peaks are windows of %.4g or more: the threshold kept with the model (%s)", kept.value, about)
        return kept.value
    logger.info(
        "the threshold kept with the model, %.4g (%s), is for rows of which %.3g%% are bound; it is chosen again, by "
        "the same rule, for a genome in which %.3g%% of the windows are (prevalence)",
        kept.value, about, 100 * here, 100 * there,
    )  # fmt: skip
    return Moved(kept.shift_to(there), kept.rule)


def chosen_chromosomes(genome: Genome, chroms: Sequence[str] | None) -> list[str]:
    """Name the chromosomes to scan as the genome does."""
    if chroms is None:
        return list(genome.sizes)
    wanted = [chroms] if isinstance(chroms, str) else list(dict.fromkeys(chroms))
    names = match_names(wanted, genome.sizes, wanted_in="chroms", available_in=genome.path.name)
    unknown = [chrom for chrom in wanted if chrom not in names]
    if unknown or not wanted:
        known = list(genome.sizes)
        what = repr(unknown[0]) if unknown else "an empty list"
        raise ChromosomeNameError(f"chroms has {what}, and {genome.path.name} has {listed(known)}; name one of these")
    return [chrom for chrom in genome.sizes if chrom in names.values()]
