"""Options that loaders share: how rows are written, and which windows of a genome become rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deepchem_genomics.arguments import FRACTION, require_choice, require_rule
from deepchem_genomics.genome import Intervals
from deepchem_genomics.paths import PathLike
from deepchem_genomics.runs import Execution

__all__ = ["WindowOptions", "WritingOptions"]


@dataclass(frozen=True, kw_only=True)
class WritingOptions:
    """How the rows of a dataset are made and written: keyword arguments of every loader.

    Parameters
    ----------
    balance : bool, default False
        Whether weights make the classes of each task count equally; by default every label has weight 1.
    shuffle_seed : int, optional
        Shuffles rows across all shards; by default they stay in the order of the input.
    jobs : int, default 1
        Processes on this machine; the result does not depend on their number. Several pay for slow featurizers and
        large genomes: starting them takes some seconds.
    scheduler : str, optional
        Address of a dask scheduler whose workers are used instead; they must see the files under the same paths.
    overwrite : bool, default False
        Whether an existing folder is replaced.
    progress : bool, optional
        Whether a progress bar is shown on stderr; by default on a terminal and in a notebook.

    Raises
    ------
    BadValueError
        If ``jobs`` is not a whole number of at least 1.
    """

    balance: bool = False
    shuffle_seed: int | None = None
    jobs: int = 1
    scheduler: str | None = None
    overwrite: bool = False
    progress: bool | None = None

    def __post_init__(self) -> None:
        """Check where the work is to be done."""
        _ = self.execution

    @property
    def execution(self) -> Execution:
        """Where the work is done."""
        return Execution(self.jobs, self.scheduler)

    def recorded(self) -> dict[str, Any]:
        """Return what the rows depend on, for the manifest.

        Returns
        -------
        dict
            Values of JSON by name.
        """
        return {"balance": self.balance, "shuffle_seed": self.shuffle_seed}


@dataclass(frozen=True, kw_only=True)
class WindowOptions(WritingOptions):
    """Which windows of a genome become rows, and with which signals: keyword arguments of its loaders.

    Parameters
    ----------
    out_of_bounds : {"drop", "pad", "error"}, default "drop"
        What to do with a window that reaches past an end of its chromosome: leave it out and count it, write N for
        the bases that do not exist, or raise an error.
    unknown_chromosomes : {"error", "drop"}, default "error"
        What to do with a window on a chromosome that the genome does not have.
    max_n : float, optional
        Largest share of N, from 0 to 1; windows with more are dropped. By default only windows of nothing but N are.
    one_based : bool, optional
        Whether coordinates of the files of intervals or peaks count from 1: see
        :func:`~deepchem_genomics.genome.read_intervals`. By default as each file says.
    exclude : DataFrame or path-like, optional
        Intervals, such as a blacklist; windows that share a base with one are dropped.
    exclude_one_based : bool, optional
        Whether a file to ``exclude`` counts from 1. By default as it says.
    signals : mapping of str to path-like, optional
        bigWig files by the name of their track, such as ``{"accessibility": "dnase.bw"}``. Their values over each
        window are saved next to the dataset as a side input.
    statistic : {"mean", "min", "max", "coverage"}, default "mean"
        Of the values over a window.
    missing : str or float, default 0.0
        What bases without a value count as. "nan" leaves them out, and drops windows without a value; "error" does
        not allow them.
    check_assembly : bool, default True
        Whether a signal's chromosomes must have the sizes that the genome's have. Turn it off for a genome file that
        holds only a part of a chromosome.
    assembly : str, optional
        A label for the manifest, such as "hg19".
    balance, shuffle_seed, jobs, scheduler, overwrite, progress
        See :class:`WritingOptions`.

    Raises
    ------
    BadValueError
        If a word is not one of these, ``max_n`` is not a fraction, or ``jobs`` is not a whole number of at least 1.
    """

    out_of_bounds: str = "drop"
    unknown_chromosomes: str = "error"
    max_n: float | None = None
    one_based: bool | None = None
    exclude: Intervals | PathLike | None = None
    exclude_one_based: bool | None = None
    signals: Mapping[str, PathLike] = field(default_factory=dict)
    statistic: str = "mean"
    missing: str | float = 0.0
    check_assembly: bool = True
    assembly: str | None = None

    def __post_init__(self) -> None:
        """Check words and numbers."""
        super().__post_init__()
        for name, words in _WORDS.items():
            require_choice(name, getattr(self, name), words)
        if self.max_n is not None:
            require_rule("max_n", self.max_n, FRACTION)

    def recorded(self) -> dict[str, Any]:
        """Return what the rows depend on, besides files, for the manifest.

        Returns
        -------
        dict
            Values of JSON by name.
        """
        names = (
            "out_of_bounds",
            "unknown_chromosomes",
            "max_n",
            "one_based",
            "exclude_one_based",
            "statistic",
            "missing",
            "check_assembly",
        )
        return {name: getattr(self, name) for name in names} | super().recorded()


_WORDS = {
    "out_of_bounds": ("drop", "pad", "error"),
    "unknown_chromosomes": ("error", "drop"),
    "statistic": ("mean", "min", "max", "coverage"),
}
