"""Batches given by hand to a network: from a generator or one at a time, by the rules of ``fit`` and ``evaluate``."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from deepchem.data import NumpyDataset
from deepchem.trans import undo_transforms

from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError, SideInputError
from deepchem_genomics.models import network_queries
from deepchem_genomics.models.batches import check_labels, fill_up_last, require_classes, require_tasks
from deepchem_genomics.models.labeled_model import LabeledModel, Metrics, Scored, Scoring, score
from deepchem_genomics.models.training import Batch, ResumableModel

__all__ = ["ExplicitBatches"]


class ExplicitBatches(LabeledModel, ResumableModel):
    """A network that checks batches wherever they come from, and takes single ones."""

    def evaluate_generator(
        self,
        generator: Iterable[Batch],
        metrics: Metrics,
        transformers: list[Any] = [],
        per_task_metrics: bool = False,
    ) -> Any:
        """Score the predictions for batches from a generator by the rule of :meth:`evaluate`.

        Rows of weight 0, those that fill a batch up among them, are left out; ``KerasModel`` counts them.

        Parameters
        ----------
        generator : iterable
            Batches (inputs, labels, weights), each a list of arrays, as of
            :func:`~deepchem_genomics.models.generate_batches`.
        metrics, transformers, per_task_metrics
            See :meth:`evaluate`.

        Returns
        -------
        dict
            See :meth:`evaluate`.

        Raises
        ------
        EmptyInputError
            If the generator yields nothing.
        ShapeMismatchError, LabelError
            See :meth:`evaluate`.
        SideInputError
            If the values of a side input are scaled otherwise than the model's.
        """
        labels: list[np.ndarray] = []
        weights: list[np.ndarray] = []

        def passed_on() -> Iterator[Batch]:
            for inputs, y, w, *_ in generator:  # ids may follow, as DeepChem allows
                n_rows = len(inputs[0])
                labels.append(np.asarray(y[0]).reshape(n_rows, -1))
                require_tasks(labels[-1], self.get_num_tasks())
                given = np.asarray(w[0]).reshape(n_rows, -1) if w else 1.0
                weights.append(np.broadcast_to(given, labels[-1].shape))
                yield inputs, y, w

        predicted: Any = self.predict_on_generator(passed_on(), transformers)
        if not labels:
            raise EmptyInputError("the generator yields no batch; there is nothing to score")
        y, w = np.concatenate(labels), np.concatenate(weights)
        ids = np.array([f"row {row}" for row in range(len(y))])
        rows = Scored(self.calibrated(predicted), undo_transforms(y, transformers), w, ids)
        return score(rows, self.get_num_tasks(), Scoring(metrics, per_task_metrics))

    def fit_on_batch(
        self,
        X: Any,
        y: Any,
        w: Any,
        variables: list[Any] | None = None,
        loss: Callable[..., Any] | None = None,
        callbacks: Callable[..., Any] | list[Callable[..., Any]] = [],
        checkpoint: bool = True,
        max_checkpoints_to_keep: int = 5,
        ids: Any = None,
    ) -> float:
        """Train on one batch.

        Parameters
        ----------
        X : ndarray or list of ndarray
            One-hot sequences (n, L, A). Of a model with side inputs also a list of the network's inputs: sequences, and
            the values of each side input (n, K), scaled as the model scales them.
        y, w : array_like
            Labels and weights, (n, T).
        variables, loss, callbacks, checkpoint, max_checkpoints_to_keep
            As for ``KerasModel.fit_on_batch``.
        ids : array_like of str, optional
            Sample ids (n,), by which the values of side inputs are looked up; not needed for a list of inputs.

        Returns
        -------
        float
            The loss.

        Raises
        ------
        SideInputError
            If the model has side inputs and neither ids nor their values are given.
        ShapeMismatchError, LabelError, MissingIdError
            See :meth:`default_generator`.
        """
        interval = 2**30 if checkpoint else 0  # steps: only at the end
        if not self._is_input_list(X):
            rows = NumpyDataset(X, y, w, self._ids_for(X, ids))
            options: dict[str, Any] = {"variables": variables, "loss": loss, "callbacks": callbacks}
            found: float = self.fit(rows, 1, max_checkpoints_to_keep, interval, **options)
            return found
        names = network_queries.as_ids(ids, len(X[0]))
        labels, weights = check_labels(np.asarray(y), np.asarray(w), names)
        self._require_labels(labels, weights, names)
        batch: Batch = [np.asarray(part) for part in X], [labels], [weights]
        return self.fit_generator([batch], max_checkpoints_to_keep, interval, False, variables, loss, callbacks)

    def predict_on_batch(self, X: Any, transformers: list[Any] = [], outputs: Any = None, ids: Any = None) -> Any:
        """Predict for one batch.

        Parameters
        ----------
        X, ids
            As for :meth:`fit_on_batch`.
        transformers, outputs
            As for :meth:`predict`.

        Returns
        -------
        ndarray
            As of :meth:`predict`.

        Raises
        ------
        SideInputError, ShapeMismatchError, MissingIdError
            As for :meth:`fit_on_batch`.
        """
        if not self._is_input_list(X):
            return self.predict(NumpyDataset(X, ids=self._ids_for(X, ids)), transformers, outputs)
        batch: Batch = [np.asarray(part) for part in X], [], []
        predicted: Any = self.predict_on_generator(fill_up_last([batch], self.rows_at_once), transformers, outputs)
        predicted = [each[: len(X[0])] for each in predicted] if isinstance(predicted, list) else predicted[: len(X[0])]
        return predicted if outputs is not None else self.calibrated(predicted)

    def predict_uncertainty_on_batch(self, X: Any, masks: int = 50, ids: Any = None) -> Any:
        """Predict with an uncertainty for one batch.

        Parameters
        ----------
        X : ndarray
            One-hot sequences (n, L, A).
        masks : int, default 50
            As for :meth:`predict_uncertainty`.
        ids : array_like of str, optional
            Sample ids (n,), needed if the model has side inputs.

        Returns
        -------
        tuple of ndarray
            As of :meth:`predict_uncertainty`.

        Raises
        ------
        SideInputError, ShapeMismatchError, MissingIdError
            As for :meth:`fit_on_batch`.
        """
        return self.predict_uncertainty(NumpyDataset(X, ids=self._ids_for(X, ids)), masks)

    def _is_input_list(self, X: Any) -> bool:
        """Return whether these are the network's inputs in a list, and not one array of sequences."""
        return bool(self.side_inputs) and isinstance(X, list | tuple) and np.ndim(X[0]) == 3

    def _ids_for(self, X: Any, ids: Any) -> np.ndarray:
        if ids is None and self.side_inputs:
            names = ", ".join(self.side_inputs)
            raise SideInputError(
                f"the values of {names} are looked up by id, and there are no ids; pass ids=..., or the inputs of the "
                f"network in a list: [X, {names}]"
            )
        return network_queries.as_ids(ids, len(X))

    def _require_inputs(self, inputs: Any) -> None:
        """Raise unless a batch has this network's inputs, with values scaled as this model scales them."""
        names = ["the sequences", *self.side_inputs]
        if len(inputs) != len(self.model.inputs):
            raise ShapeMismatchError(
                f"the batch has {len(inputs)} inputs and the network {len(self.model.inputs)}: {', '.join(names)}; "
                "give an array for each, in this order"
            )
        self._require_shape(np.asarray(inputs[0]))
        for (name, own), values, tensor in zip(
            self.side_inputs.items(), inputs[1:], self.model.inputs[1:], strict=False
        ):
            found, wanted = np.shape(values), tuple(tensor.shape[1:])
            shape = found[1:] + (1,) * (len(wanted) + 1 - len(found))  # added to a batch by KerasModel
            fits = len(shape) == len(wanted) and all(n in (each, None) for each, n in zip(shape, wanted, strict=True))
            if not fits or found[0] != len(inputs[0]):
                expected = ", ".join(map(str, (len(inputs[0]), *wanted)))
                raise ShapeMismatchError(
                    f"the values of {name} have the shape {found} and the network takes ({expected}); give the inputs "
                    f"in this order: {', '.join(names)}"
                )
            scaling = getattr(values, "scaling", None)
            if scaling is not None and scaling != own.scaling:
                same = scaling.method == own.scaling.method
                raise SideInputError(
                    f"the values of {name} are scaled by {scaling.method!r} and the model's by {own.scaling.method!r}"
                    f"{', fitted on other rows' if same else ''}; pass side_input=model.side_inputs[{name!r}]"
                )

    def _checked(self, batch: Batch) -> Batch:
        """Return a batch with 0 for missing labels; raise unless inputs, labels and weights are this network's."""
        inputs, labels, weights = batch
        self._require_inputs(inputs)
        if "n_tasks" not in self.arguments:
            return batch
        require_tasks(labels[0], self.get_num_tasks())
        rows = [f"row {row} of the batch" for row in range(len(inputs[0]))]
        y, w = check_labels(np.asarray(labels[0]), np.asarray(weights[0]), rows)
        self._require_labels(y, w, rows)
        return inputs, [y], [w]

    def _require_shape(self, X: np.ndarray) -> None:
        expected = (self.length, len(self.alphabet.letters))
        if X.shape[1:] == expected:
            return
        hint = (
            f"featurize with OneHotNucleotideFeaturizer({self.alphabet.letters!r}, length={self.length})"
            f" or build the model with length={X.shape[1]}"
            if X.ndim == 3 and X.shape[2] == expected[1]
            else f"one column per letter of {self.alphabet.letters}, unknown bases all zero"
            " (DeepChem's own FASTALoader has five columns, in the order A, C, T, G, other)"
        )
        found = ", ".join(str(size) for size in ("N", *X.shape[1:]))
        raise ShapeMismatchError(
            f"{type(self).__name__} takes X of shape (N, {expected[0]}, {expected[1]}), got ({found}); {hint}"
        )

    def _require_labels(self, y: np.ndarray, w: np.ndarray, ids: Iterable[Any]) -> None:
        """Raise LabelError for labels that the network cannot learn: here those of a classifier but 0 and 1."""
        if self.mode == "classification":
            require_classes(y, w, ids)
