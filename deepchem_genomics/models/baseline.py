"""The base of models that are not networks: DeepChem's interface, checks of input, what is learned as plain arrays."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from deepchem.data import Dataset
from deepchem.trans import Transformer, undo_transforms
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeCV
from sklearn.preprocessing import StandardScaler

from deepchem_genomics.errors import LabelError, NotFittedError, ShapeMismatchError
from deepchem_genomics.feat import Alphabet
from deepchem_genomics.models.batches import check_labels, one_column
from deepchem_genomics.models.labeled_model import OneTaskModel
from deepchem_genomics.models.side_inputs import as_lookup

__all__ = ["Baseline", "TrainingRows", "from_arrays", "require_binary_labels", "require_two_classes", "to_arrays"]

_FITTED = {
    LinearRegression: ("coef_", "intercept_"),
    LogisticRegression: ("coef_", "intercept_", "classes_"),
    RidgeCV: ("coef_", "intercept_", "alpha_"),
    StandardScaler: ("mean_", "scale_", "var_"),
}


def to_arrays(thing: Any) -> dict[str, NDArray[Any]]:
    """Return what was learned as arrays by attribute; a number or an array is called "values".

    Takes a float, an array, an object with ``arrays()``, or a fitted LinearRegression, LogisticRegression, RidgeCV or
    StandardScaler.
    """
    if isinstance(thing, float | np.ndarray):
        return {"values": np.asarray(thing)}
    if type(thing) in _FITTED:
        return {name: np.asarray(getattr(thing, name)) for name in (*_FITTED[type(thing)], "n_features_in_")}
    found: dict[str, NDArray[Any]] = thing.arrays()
    return found


def from_arrays(kind: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
    """Build an object of a type from what :func:`to_arrays` returned; it predicts the same to the bit.

    KeyError if an array is missing.
    """
    if kind in (float, np.ndarray):
        return float(arrays["values"]) if kind is float else arrays["values"]
    if kind not in _FITTED:
        return kind.from_arrays(arrays)
    estimator = kind()
    for name in _FITTED[kind]:
        values = arrays[name]
        setattr(estimator, name, values if values.ndim else values.item())
    estimator.n_features_in_ = int(arrays["n_features_in_"])
    return estimator


class TrainingRows:
    """The labeled rows of a dataset, in memory: X (n, L, A), y and w (n,), ids (n,), without rows of weight 0."""

    def __init__(self, dataset: Dataset) -> None:
        labels, weights = check_labels(dataset.y, dataset.w, dataset.ids)
        y, w = one_column("y", labels, len(dataset)), one_column("w", weights, len(dataset))
        kept = w != 0
        self.X, self.y, self.w, self.ids = dataset.X[kept], y[kept], w[kept], dataset.ids[kept]
        if not len(self.y):
            raise LabelError("the dataset has no labeled row: every weight is 0; there is nothing to learn from")


class Baseline(OneTaskModel):
    """A predictor that is not a network, with the interface of one: ``fit``, ``predict`` and ``evaluate`` on datasets.

    A subclass sets :attr:`mode` and fills in two methods: ``_learn(rows)``, which learns from :class:`TrainingRows`,
    and ``_scores(X, ids)``, which returns one score per row, shape (n,), for one-hot sequences of shape (n, L, A) and
    their n ids. To be saved, it keeps its constructor's arguments under their own names, and names the attributes that
    ``_learn`` sets in :attr:`learned`. Side inputs, which :attr:`takes` names, go to the constructor of this class.

    Parameters
    ----------
    alphabet : {"ACGT", "ACGU"}, default "ACGT"
        The letters of the sequences, in column order.
    **side_inputs
        The side inputs by name; None for those that are not used.

    Attributes
    ----------
    takes : tuple of str
        Names of the constructor's arguments that are side inputs.
    learned : dict of str to type
        What is learned: the name and kind of each attribute, which is ``float``, ``numpy.ndarray``, a linear model of
        scikit-learn, or a class with ``arrays()`` and ``from_arrays(arrays)``.
    """

    mode: ClassVar[str] = "classification"
    takes: ClassVar[tuple[str, ...]] = ()
    learned: ClassVar[dict[str, type]] = {}

    def __init__(self, alphabet: str = "ACGT", **side_inputs: Any) -> None:
        super().__init__()
        self.alphabet = Alphabet.of(alphabet)
        self.side_inputs = {name: as_lookup(name, one) for name, one in side_inputs.items() if one is not None}
        self.length: int | None = None

    @property
    def arguments(self) -> dict[str, Any]:  # type: ignore[override]
        """The constructor's arguments but side inputs.

        Returns
        -------
        dict
            By name.
        """
        parameters = inspect.signature(type(self)).parameters.values()
        names = [one.name for one in parameters if one.kind != one.VAR_KEYWORD and one.name not in self.takes]
        return {name: self.alphabet.letters if name == "alphabet" else getattr(self, name) for name in names}

    def scale_side_inputs(self, rows: TrainingRows) -> None:
        """Scale all side inputs by their logarithm, fitted on some rows.

        Parameters
        ----------
        rows : TrainingRows
            Those that are learned from.
        """
        self.side_inputs = {name: one.scaled("log-standard", rows.ids) for name, one in self.side_inputs.items()}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what was learned: the attributes that :attr:`learned` names.

        Returns
        -------
        dict of str to ndarray
            Names begin with the attribute's.

        Raises
        ------
        NotFittedError
            If :meth:`fit` was not called before.
        """
        self._require_fitted()
        return {
            f"{name.lstrip('_')}/{key}": values
            for name in self.learned
            for key, values in to_arrays(getattr(self, name)).items()
        }

    def set_arrays(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Restore what :meth:`arrays` returned.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            Of a model built with the same arguments.
        """
        for name, kind in self.learned.items():
            prefix = f"{name.lstrip('_')}/"
            own = {key.removeprefix(prefix): one for key, one in arrays.items() if key.startswith(prefix)}
            setattr(self, name, from_arrays(kind, own))

    def _learn(self, rows: TrainingRows) -> None:
        """Learn from labeled rows; what a subclass fills in."""
        raise NotImplementedError

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Score rows; what a subclass fills in."""
        raise NotImplementedError

    def fit(self, dataset: Dataset) -> None:
        """Learn from the labeled rows of a dataset; rows of weight 0 are left out.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), y and w (N, 1), ids (N,).

        Raises
        ------
        LabelError
            If no row has a label, a label is not a finite number, or one of a classification is neither 0 nor 1.
        ShapeMismatchError
            If X is not (N, L, A), or the dataset has more than one task.
        """
        if len(np.shape(dataset.X)) != 3:
            raise ShapeMismatchError(f"X has shape {np.shape(dataset.X)}; expected (N, L, A), one-hot sequences")
        rows = TrainingRows(dataset)
        if self.mode == "classification":
            require_binary_labels(rows)
        self._learn(rows)
        self.length = rows.X.shape[1]

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
            If the sequences have another length than those learned from.
        """
        self._require_fitted()
        if dataset.X.ndim != 3 or dataset.X.shape[1] != self.length:
            raise ShapeMismatchError(f"X has shape {dataset.X.shape}; expected (N, {self.length}, A), as in fit")
        scores = self._scores(dataset.X, dataset.ids) if len(dataset) else np.zeros(0)
        predicted = np.asarray(scores, dtype=np.float64).reshape(len(dataset), 1)
        found: NDArray[np.float64] = undo_transforms(self.calibrated(predicted), list(transformers))
        return found

    def _require_fitted(self) -> None:
        if self.length is None:
            raise NotFittedError(f"this {type(self).__name__} has not been fitted; call fit first")


def require_binary_labels(rows: TrainingRows) -> None:
    """Raise LabelError, naming the id, for a label that is neither 0 nor 1."""
    others = np.flatnonzero((rows.y != 0) & (rows.y != 1))
    if len(others):
        raise LabelError(
            f"the label of {rows.ids[others[0]]!r} is {rows.y[others[0]]:g} ({len(others)} such); a classification's "
            "labels are 0 and 1"
        )


def require_two_classes(rows: TrainingRows) -> None:
    """Raise LabelError unless labels are 0 and 1 and both occur."""
    require_binary_labels(rows)
    if rows.y.min() == rows.y.max():
        raise LabelError(f"all {len(rows.y)} labels are {rows.y[0]:g}; a classifier learns from rows of both classes")
