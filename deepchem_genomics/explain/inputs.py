"""The inputs of an explanation: an output of a model, rows, and motifs to compare with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import EmptyInputError
from deepchem_genomics.explain.known_motifs import KnownMotifs
from deepchem_genomics.models.prediction_files import EncodedRows

if TYPE_CHECKING:
    from deepchem_genomics.interpret import Contributions
    from deepchem_genomics.models import SequenceModel

__all__ = ["SHUFFLES", "Chosen", "ExplainOptions", "ReadRows", "ReportInputs", "choose", "gather"]

SHUFFLES = 4
"""Baselines of each sequence of DNA, over which its contributions are averaged."""

ReadRows = Callable[[], Iterable[EncodedRows]]
"""Starts reading the rows from the beginning, some thousands at a time."""


@dataclass(frozen=True)
class ExplainOptions:
    """The inputs of an explanation.

    Parameters
    ----------
    top : int, default 5
        How many of the highest predictions have pictures of their own.
    sample : int, default 500
        Rows that motifs and averages are made of: the highest predictions, and as many drawn from all.
    task : int, default 0
        Which of the T tasks is explained; predictions are written for all.
    task_names : sequence of str, optional
        Names of the tasks; "prediction" if not given.
    known : KnownMotifs or str
        Motifs to compare with; or why there are none, one line.
    seed : int, default 0
        For random draws.
    background : mapping of str to sequence of float, optional
        Values (K,) of an ordinary window, by side input, that contributions are measured from: those in
        ``training.json``. By default medians of the rows that are explained, which says little if all rows are bound.
    verdicts : sequence of str, default ()
        Sentences on how good the model is, shown on top.

    Raises
    ------
    BadValueError
        If ``top`` or ``sample`` is below 1.

    Examples
    --------
    >>> ExplainOptions(top=3).sample
    500
    """

    top: int = 5
    sample: int = 500
    task: int = 0
    task_names: Sequence[str] | None = None
    known: KnownMotifs | str = "no known motifs were given"
    seed: int = 0
    background: Mapping[str, Sequence[float]] | None = None
    verdicts: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Raise an error if a value is impossible."""
        for name in ("top", "sample"):
            require_whole_number(name, getattr(self, name), lowest=1, of="rows")


class ReportInputs(NamedTuple):
    """All that the sections of a report need."""

    model: "SequenceModel"
    task: int
    task_name: str
    predicted: NDArray[np.floating]  # (N,), of all rows
    strongest: EncodedRows  # n rows of the highest predictions, highest first
    strongest_predicted: NDArray[np.floating]  # (n,)
    drawn: EncodedRows  # a random draw of all rows
    contributions: "Contributions"  # of the strongest
    top: int  # how many of the strongest have pictures of their own
    known: KnownMotifs | str  # motifs to compare with, or why there are none
    seed: int
    folder: Path
    has_background: bool = False  # of the training rows; else medians of the drawn ones

    @property
    def letters(self) -> str:
        """Letters of the model's alphabet, in the order of the columns."""
        return str(self.model.alphabet.letters)

    @property
    def quantity(self) -> str:
        """What is predicted, in words."""
        return "prediction" if self.task_name == "prediction" else f"predicted {self.task_name}"

    @property
    def is_rna(self) -> bool:
        """Whether the model takes RNA."""
        return "U" in self.letters

    @property
    def scale(self) -> str:
        """What effects and contributions are differences of: "logit" or "prediction"."""
        return self.contributions.scale

    def per_letter(self, n: int) -> NDArray[np.float32]:
        """Return what the letters of the first n sequences contribute, (n, L, A); 0 for letters that are not there."""
        return (self.strongest.X[:n] * self.contributions.per_base[:n, :, np.newaxis]).astype(np.float32)

    def sequence(self, x: NDArray[Any]) -> str:
        """Return a one-hot row (L, A) as letters, N where a base is unknown."""
        return "".join(self.letters[int(row.argmax())] if row.max() > 0 else "N" for row in x)


class Chosen(NamedTuple):
    """Rows of a dataset by number: those of the highest predictions, highest first, and an ascending random draw."""

    strongest: NDArray[np.int64]
    drawn: NDArray[np.int64]


def choose(predicted: NDArray[np.floating], n: int, seed: int) -> Chosen:
    """Choose up to n rows of each kind; equal predictions stay in the order of the rows.

    Raises EmptyInputError if there are no predictions.

    Examples
    --------
    >>> choose(np.array([0.2, 0.9, 0.1, 0.9]), 2, seed=0).strongest.tolist()
    [1, 3]
    """
    if not len(predicted):
        raise EmptyInputError("the input has no sequences; there is nothing to explain")
    strongest = np.argsort(-predicted, kind="stable")[:n]
    drawn = np.random.default_rng(seed).choice(len(predicted), min(n, len(predicted)), replace=False)
    return Chosen(strongest, np.sort(drawn))


def gather(read_rows: ReadRows, wanted: NDArray[np.int64]) -> EncodedRows:
    """Read the rows with the wanted numbers, in that order; only these are held in memory."""
    order = np.argsort(wanted, kind="stable")
    ascending = wanted[order]
    parts, first = [], 0
    for X, ids in read_rows():
        low, high = np.searchsorted(ascending, [first, first + len(ids)])
        here = ascending[low:high] - first
        parts.append((np.asarray(X)[here], np.asarray(ids)[here].astype(str)))
        first += len(ids)
        if high == len(ascending):
            break
    back = np.argsort(order, kind="stable")
    return EncodedRows(np.concatenate([X for X, _ in parts])[back], np.concatenate([ids for _, ids in parts])[back])
