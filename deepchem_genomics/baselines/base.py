"""What all baselines share: DeepChem's interface, the checks of their input, and one score a row."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from deepchem.data import Dataset
from deepchem.trans import Transformer, undo_transforms
from numpy.typing import NDArray

from deepchem_genomics.errors import LabelError, NotFittedError, ShapeMismatchError
from deepchem_genomics.models.labelled_model import OneTaskModel

__all__ = ["Baseline", "Rows"]


class Rows:
    """The labelled rows of a dataset, in memory.

    Parameters
    ----------
    dataset : dc.data.Dataset
        X (N, L, A), y and w (N, 1), ids (N,).

    Attributes
    ----------
    X : ndarray, (n, L, A)
        One-hot sequences of the rows whose weight is not 0.
    y, w : ndarray of float64, (n,)
        Their labels and weights.
    ids : ndarray of object, (n,)
        Their ids.
    """

    def __init__(self, dataset: Dataset) -> None:
        y = _one_column("y", dataset.y, len(dataset))
        w = _one_column("w", dataset.w, len(dataset))
        kept = w != 0
        self.X, self.y, self.w, self.ids = dataset.X[kept], y[kept], w[kept], dataset.ids[kept]
        if not len(self.y):
            raise LabelError("the dataset has no labelled row: every weight is 0; there is nothing to learn from")
        unusable = np.flatnonzero(~np.isfinite(self.y))
        if len(unusable):
            raise LabelError(
                f"the label of {self.ids[unusable[0]]!r} is {self.y[unusable[0]]} ({len(unusable)} such); labels "
                "are finite numbers: give a missing one the weight 0"
            )


class Baseline(OneTaskModel):
    """A predictor that is no network, with the interface of one: ``fit``, ``predict`` and ``evaluate`` on datasets.

    A subclass sets :attr:`mode` and fills :meth:`learn` and :meth:`scores`.

    Notes
    -----
    Baselines are quick to fit and are not saved: scikit-learn's estimators can only be kept as pickles.
    """

    mode: ClassVar[str] = "classification"

    def __init__(self) -> None:
        super().__init__()
        self._length: int | None = None

    def learn(self, rows: Rows) -> None:
        """Learn from labelled rows; what a subclass fills.

        Parameters
        ----------
        rows : Rows
            One-hot sequences, labels, weights and ids.
        """
        raise NotImplementedError

    def scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Score rows; what a subclass fills.

        Parameters
        ----------
        X : ndarray, (n, L, A)
            One-hot sequences.
        ids : ndarray of object, (n,)
            Their ids.

        Returns
        -------
        ndarray of float64, (n,)
            One score a row.
        """
        raise NotImplementedError

    def fit(self, dataset: Dataset) -> None:
        """Learn from the labelled rows of a dataset; rows of weight 0 are left out.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), y and w (N, 1), ids (N,).

        Raises
        ------
        LabelError
            If no row has a label, or a label is not a finite number.
        ShapeMismatchError
            If X is not (N, L, A), or the dataset has more than one task.
        """
        if len(np.shape(dataset.X)) != 3:
            raise ShapeMismatchError(f"X has shape {np.shape(dataset.X)}; expected (N, L, A), one-hot sequences")
        rows = Rows(dataset)
        self.learn(rows)
        self._length = rows.X.shape[1]

    def predict(self, dataset: Dataset, transformers: Sequence[Transformer] = ()) -> NDArray[np.float64]:
        """Score the rows of a dataset.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A) and ids (N,).
        transformers : sequence of dc.trans.Transformer, default ()
            Undone on the scores.

        Returns
        -------
        ndarray of float64, (N, 1)
            For a classification the higher the likelier, a probability where the class says so; for a regression the
            expected label.

        Raises
        ------
        NotFittedError
            If :meth:`fit` was not called before.
        ShapeMismatchError
            If the sequences have another length than those learnt from.
        """
        if self._length is None:
            raise NotFittedError(f"this {type(self).__name__} has learnt nothing yet; call fit first")
        if dataset.X.ndim != 3 or dataset.X.shape[1] != self._length:
            raise ShapeMismatchError(f"X has shape {dataset.X.shape}; expected (N, {self._length}, A), as in fit")
        predicted = np.asarray(self.scores(dataset.X, dataset.ids), dtype=np.float64).reshape(len(dataset), 1)
        return undo_transforms(predicted, list(transformers))


def _one_column(name: str, values: Any, n: int) -> NDArray[np.float64]:
    column = np.asarray(values, dtype=np.float64)
    if column.size != n:
        raise ShapeMismatchError(f"{name} has shape {column.shape}; a baseline takes one task, ({n}, 1)")
    return column.reshape(n)
