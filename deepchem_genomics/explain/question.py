"""What is asked of a model: which of its outputs, about which rows, compared with which motifs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.explain.known_motifs import KnownMotifs
from deepchem_genomics.models.prediction_files import Rows

if TYPE_CHECKING:
    from deepchem_genomics.interpret import Contributions
    from deepchem_genomics.models import SequenceModel

__all__ = ["SHUFFLES", "Question"]

SHUFFLES = 4
"""Baselines of each sequence of DNA, over which its contributions are averaged."""


class Question(NamedTuple):
    """All that the sections of a report need.

    Parameters
    ----------
    model : SequenceModel
        The model.
    task : int
        Number of the task that is explained.
    task_name : str
        Its name.
    predicted : ndarray, (N,)
        Predictions for all rows.
    strongest : Rows
        Rows of the highest predictions, highest first.
    strongest_predicted : ndarray, (n,)
        Their predictions.
    drawn : Rows
        A random draw of all rows.
    contributions : Contributions
        Of ``strongest``, by integrated gradients.
    top : int
        How many of ``strongest`` have pictures of their own.
    known : KnownMotifs or str
        Motifs to compare with, or why there are none.
    seed : int
        For whatever is drawn at random.
    folder : Path
        Where files go.
    """

    model: "SequenceModel"
    task: int
    task_name: str
    predicted: NDArray[np.floating]
    strongest: Rows
    strongest_predicted: NDArray[np.floating]
    drawn: Rows
    contributions: "Contributions"
    top: int
    known: KnownMotifs | str
    seed: int
    folder: Path

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
        """Return what the letters of the first sequences contribute.

        Parameters
        ----------
        n : int
            How many of the highest predictions.

        Returns
        -------
        ndarray of float32, (n, L, A)
            0 but at the letters that are there.
        """
        return (self.strongest.X[:n] * self.contributions.per_base[:n, :, np.newaxis]).astype(np.float32)

    def sequence(self, x: NDArray[Any]) -> str:
        """Return a row of X as letters.

        Parameters
        ----------
        x : ndarray, (L, A)
            One-hot.

        Returns
        -------
        str
            N where a base is unknown.
        """
        return "".join(self.letters[int(row.argmax())] if row.max() > 0 else "N" for row in x)
