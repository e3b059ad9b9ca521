"""The base of all models: particular about its input, and with DeepChem's whole interface in working order.

What ``KerasModel`` does otherwise, and is mended once for all models, is written at each method.
"""

import functools
import math
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Unpack

import numpy as np
import tensorflow as tf
import tf_keras as keras
from deepchem.data import Dataset
from deepchem.models import KerasModel

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import Alphabet
from deepchem_genomics.models import layers, network_queries, optimizers, saving, transfer
from deepchem_genomics.models.batches import (
    Augmentation,
    check_labels,
    fill_up_last,
    iterate_batches,
    steps_per_epoch,
)
from deepchem_genomics.models.explicit_batches import ExplicitBatches
from deepchem_genomics.models.sequence_model import TRAINING, TrainingByBatches
from deepchem_genomics.models.side_inputs import Lookup
from deepchem_genomics.models.training import Batch, graph_of
from deepchem_genomics.runs.progress import progress_bar

__all__ = ["GenomicsModel"]

_BASES_AT_ONCE = 101_000  # in a prediction: 1,000 windows of the book's
_CHANGES = 1  # part of the seed of augmentation, so that its random numbers are not those of anything else


class GenomicsModel(ExplicitBatches):
    """A network over one-hot sequences (N, L, A), as a DeepChem model.

    A subclass builds its network with ``tf_keras`` and passes it to this constructor, together with its own arguments
    and its side inputs. It takes each side input by name in its own constructor, since :func:`load` calls that.

    Parameters
    ----------
    network : tf_keras.Model
        Its first input is the sequence, (n, L, A); the others are the side inputs, (n, K) each, in their order.
    loss : dc.models.losses.Loss or callable
        As for ``KerasModel``.
    arguments : dict
        The subclass's own constructor arguments, JSON only: what ``load`` needs to build the network again.
    length : int
        L, in bases.
    alphabet : str, default "ACGT"
        The letters, in column order: "ACGT" or "ACGU".
    side_inputs : mapping of str to SideInput, optional
        Where the values of each further input of the network are looked up by sample id, by the name of the
        constructor's argument.
    output_types : list of str, optional
        As for ``KerasModel``: "prediction", "loss", "variance" or a name, for each output of the network.
    seed : int, optional
        Decides the order of batches (the subclass: first weights and dropout). Two runs with one seed agree to the bit
        on one machine.
    batch_size : int, default 1000
        Rows per batch in training, and at least in prediction, where batches are larger if sequences are short.
    learning_rate : float or dc.models.optimizers.LearningRateSchedule, default 0.001
        Schedules decay with the training steps, also across a restore.
    optimizer : dc.models.optimizers.Optimizer, optional
        Adam with the learning rate if not given.
    model_dir : str, optional
        Where checkpoints go; a temporary folder, deleted with the model, if not given.
    progress : bool, optional
        Whether ``fit`` and ``predict`` show a progress bar on stderr; by default on a terminal and in a notebook.
    augmentation : Augmentation, optional
        How training sequences are changed, again in each epoch; see :class:`Augmentation`. Decided by the seed and the
        training step, so a resumed training sees the same changes.
    tensorboard, log_frequency, wandb_logger
        As for ``KerasModel``, whose defaults they have.
    """

    mode: ClassVar[str] = "regression"
    is_network: ClassVar[bool] = True
    has_uncertainty: ClassVar[bool] = True

    def __init__(
        self,
        network: keras.Model,
        loss: Any,
        arguments: dict[str, Any],
        *,
        length: int,
        alphabet: str = "ACGT",
        side_inputs: Mapping[str, Lookup] | None = None,
        output_types: list[str] | None = None,
        seed: int | None = None,
        **kwargs: Unpack[TrainingByBatches],
    ) -> None:
        running: dict[str, Any] = {**TRAINING, **kwargs}
        augmentation, model_dir = (running.pop(name) for name in ("augmentation", "model_dir"))
        model_dir = None if model_dir is None else os.fspath(model_dir)
        super().__init__(network, loss, output_types=output_types, model_dir=model_dir, **running)
        self.arguments = arguments
        self.length = length
        self.alphabet: Alphabet = Alphabet.of(alphabet)
        self.side_inputs = dict(side_inputs or {})
        self.seed = seed
        self.asked_rows: int | None = None
        self.augmentation: Augmentation | None = augmentation

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Refuse to be copied or pickled: what TensorFlow compiled cannot be, and its errors do not say so."""
        raise BadValueError(
            f"a {type(self).__name__} is a network, which cannot be copied or pickled; save(folder) writes it, and "
            "models.load(folder) makes another that predicts the same"
        )

    @property
    def rows_at_once(self) -> int:
        """Rows that the network takes at once, except in training.

        The ``batch_size`` given to :func:`load`; else as many rows as have 101,000 bases, or the training's batch size
        if that is larger. In batches as small as 32 rows, as some networks are trained, prediction takes twice as long.
        """
        return self.asked_rows or max(self.batch_size, _BASES_AT_ONCE // self.length)

    def batch_inputs(self, X: np.ndarray, ids: np.ndarray) -> list[np.ndarray]:
        """Turn rows and their ids into the inputs of the network: sequences, and the values of the side inputs.

        Parameters
        ----------
        X : ndarray
            One-hot sequences (n, L, A).
        ids : ndarray
            Sample ids (n,).

        Returns
        -------
        list of ndarray
            One array for each input of the network: X, and (n, K) float32 for each side input, scaled.

        Raises
        ------
        MissingIdError
            If an id has no values, naming it.
        """
        return [X, *(side_input.lookup(ids) for side_input in self.side_inputs.values())]

    def default_generator(
        self,
        dataset: Dataset,
        epochs: int = 1,
        mode: str = "fit",
        deterministic: bool = True,
        pad_batches: bool = True,
    ) -> Iterator[Batch]:
        """Yield batches of network inputs, labels and weights.

        The order follows from the model's seed and the training step, not from NumPy's global generator.

        Parameters
        ----------
        dataset, epochs
            As for :func:`~deepchem_genomics.models.generate_batches`.
        mode : {"fit", "predict", "uncertainty"}
            Labels are checked in "fit" only.
        deterministic : bool, default True
            Whether rows come in the order of the dataset.
        pad_batches : bool, default True
            Whether the last batch is filled up with rows of weight 0.

        Yields
        ------
        tuple of lists
            Inputs, labels, weights.

        Raises
        ------
        ShapeMismatchError
            If X is not (N, L, A) with this model's L and A.
        LabelError
            In mode "fit", if a label is not finite and its weight not 0, or the model cannot learn it, or a weight is
            negative or not finite.
        EmptyInputError
            If the dataset has no rows.
        """
        first_step = self._steps_done() if self._first_step is None else self._first_step
        size = self.batch_size if mode == "fit" else self.rows_at_once
        rows = iterate_batches(dataset, size, epochs, deterministic, self.seed, first_step, pad_batches)
        for step, (X, y, w, ids) in enumerate(rows, start=first_step):
            self._require_shape(X)
            if mode == "fit":
                y, w = check_labels(y, w, ids)
                self._require_labels(y, w, ids)
            if mode == "fit" and self.augmentation is not None:
                X = self.augmentation(X, self._step_generator(step))
            yield self.batch_inputs(X, ids), [y], [w]

    def _step_generator(self, step: int) -> np.random.Generator:
        """Return the random numbers of a training step, apart from those that order the batches."""
        return np.random.default_rng() if self.seed is None else np.random.default_rng([self.seed, step, _CHANGES])

    def predict(
        self,
        dataset: Dataset,
        transformers: list[Any] = [],
        outputs: Any = None,
        output_types: list[str] | None = None,
    ) -> Any:
        """Predict for each row of a dataset.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), and ids if the model has side inputs.
        transformers, outputs, output_types
            As for ``KerasModel.predict``.

        Returns
        -------
        ndarray
            (N, T), or a list of arrays if the network has several predictions. Calibrated after
            :meth:`~SequenceModel.calibrate`, unless other outputs of the network are requested.
        """
        batches = self.default_generator(dataset, mode="predict", pad_batches=False)
        total = steps_per_epoch(dataset, self.rows_at_once)
        with progress_bar("predicting", "batch", total, self.progress, of=batches) as shown:
            predicted: Any = self.predict_on_generator(
                fill_up_last(shown, self.rows_at_once), transformers, outputs, output_types
            )
        n_rows = len(dataset)
        predicted = [each[:n_rows] for each in predicted] if isinstance(predicted, list) else predicted[:n_rows]
        return predicted if outputs is not None or output_types is not None else self.calibrated(predicted)

    def _predict(self, generator: Any, transformers: Any, outputs: Any, uncertainty: bool, other: Any) -> Any:
        """Predict from checked batches; for inner outputs see :func:`network_queries.inner_outputs`."""

        def checked() -> Iterator[Any]:
            for batch in generator:
                self._require_inputs(batch[0])
                yield batch

        if outputs is not None and other is None:
            wanted = outputs if isinstance(outputs, list | tuple) else [outputs]
            return network_queries.inner_outputs(self, checked(), list(wanted), transformers)
        return super()._predict(checked(), transformers, outputs, uncertainty, other)

    def predict_uncertainty(self, dataset: Dataset, masks: int = 50) -> Any:
        """Predict with an uncertainty, by Monte-Carlo dropout.

        Units are dropped at random in prediction and the network is run ``masks`` times; of a calibrated model, each
        run is calibrated. The standard deviation has the spread of those runs (epistemic) and, if the network has a
        variance output, its mean (aleatoric).
        ``KerasModel`` runs the network without dropout, so its spread is always 0. Training is not disturbed: the
        masks follow from the seed alone.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), and ids if the model has side inputs.
        masks : int, default 50
            Number of runs.

        Returns
        -------
        tuple of ndarray
            Mean and standard deviation, each (N, T); a list of such tuples if there are several predictions.

        Raises
        ------
        ValueError
            If the network has neither dropout nor a variance output, or the number of runs is below 1.

        References
        ----------
        Kendall and Gal (2017), What uncertainties do we need in Bayesian deep learning for computer vision?,
        https://arxiv.org/abs/1703.04977
        """
        return network_queries.predict_uncertainty(self, dataset, masks)

    @functools.cached_property
    def _compute_with_dropout(self) -> Any:
        return graph_of(functools.partial(_with_dropout, self.model), not self._is_ours)

    @property
    def _is_ours(self) -> bool:
        """Whether the network was built by a class of this package."""
        return type(self) is not GenomicsModel and type(self).__module__.startswith("deepchem_genomics.")

    def compute_saliency(self, X: np.ndarray, ids: Any = None) -> Any:
        """Differentiate each output with respect to each input, for one sample or a batch.

        Parameters
        ----------
        X : ndarray
            One sample (L, A), or a batch (N, L, A).
        ids : str or array_like of str, optional
            Its id, or theirs (N,), needed if the model has side inputs.

        Returns
        -------
        ndarray or list
            Derivatives, (T, L, A) for one sample or (N, T, L, A) for a batch. A list over outputs if the network has
            several, as DeepChem returns. Where the network has several inputs, each of these is itself a list over
            inputs: the second is (T, K) or (N, T, K), with respect to the values after scaling.

        Raises
        ------
        ShapeMismatchError
            If X has another length or number of letters.
        """
        return network_queries.compute_saliency(self, np.asarray(X), ids)

    def load_from_pretrained(
        self,
        source_model: Any,
        assignment_map: dict[Any, Any] | None = None,
        value_map: dict[Any, Any] | None = None,
        checkpoint: str | None = None,
        model_dir: str | None = None,
        include_top: bool = True,
        inputs: Any = None,
        **kwargs: Any,
    ) -> None:
        """Copy weights from another network, statistics of batch normalization too, which ``KerasModel`` leaves out.

        Parameters
        ----------
        source_model : dc.models.KerasModel
            Its last checkpoint is copied, or its present weights if it has none, as after :func:`load`.
        assignment_map, value_map
            As for ``KerasModel``. By default, weights are matched by the names of layers if this network has all of the
            source's, else by their order.
        checkpoint, model_dir : str, optional
            The checkpoint, or the folder whose newest checkpoint is copied.
        include_top : bool, default True
            Whether the last layer is copied, too. It cannot be between networks that differ in tasks or side inputs,
            such as from :class:`TFBindingModel` to :class:`AccessibilityTFBindingModel`.
        inputs, **kwargs
            As for ``KerasModel``.

        Raises
        ------
        ShapeMismatchError
            If weights do not have the same shape; nothing is copied.
        BadValueError
            If the source is not a network.
        """
        if not isinstance(source_model, KerasModel):
            raise BadValueError(f"the source is a {type(source_model).__name__}; weights are copied from networks only")
        if inputs is not None:  # of networks that are not functional, to make their weights
            source_model.model(inputs)
            self.model(inputs)
        if assignment_map is None:
            assignment_map = transfer.assignments(source_model.model, self.model, include_top)
        if value_map is None:
            folder = model_dir or source_model.model_dir
            if checkpoint or model_dir or tf.train.latest_checkpoint(folder):
                source_model.restore(checkpoint, folder)
            value_map = transfer.present_values(source_model.model)
        transfer.copy_weights(assignment_map, value_map)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the weights.

        Returns
        -------
        dict of str to ndarray
            In the order of the network's variables; names begin with their number.
        """
        names = [f"{i:03d} {variable.name}" for i, variable in enumerate(self.model.weights)]
        return dict(zip(names, self.model.get_weights(), strict=True))

    def set_arrays(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Set the weights.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            As :meth:`arrays` returns them.
        """
        self.model.set_weights(list(arrays.values()))

    def training_record(self) -> dict[str, Any]:
        """Describe how the network is trained.

        Returns
        -------
        dict
            ``batch_size``, ``optimizer``, ``seed`` and ``steps`` done.
        """
        return {
            "batch_size": self.batch_size,
            "optimizer": optimizers.to_config(self.optimizer),
            "seed": self.seed,
            "steps": self._steps_done(),
        }

    @classmethod
    def from_saved(cls, saved: saving.Saved, running: Mapping[str, Any]) -> "GenomicsModel":
        """Build a network from what was saved.

        Parameters
        ----------
        saved : Saved
            Arguments, declared side inputs and weights.
        running : mapping of str to object
            Arguments of the constructor that replace those of the training.

        Returns
        -------
        GenomicsModel
            Without optimizer state.
        """
        settings = {name: saved.training[name] for name in ("batch_size", "seed")}
        if "learning_rate" not in running:
            settings["optimizer"] = optimizers.from_config(saved.training["optimizer"])
        with _no_larger_than(sum(values.size for values in saved.arrays.values())):
            model = cls(**{**saved.side_inputs, **saved.arguments, **settings, **running})
        model.set_arrays(saved.arrays)
        model.asked_rows = running.get("batch_size")
        return model

    def get_num_tasks(self) -> int:
        """Return T.

        Returns
        -------
        int
            Number of tasks.
        """
        return int(self.arguments.get("n_tasks", 1))

    def get_task_type(self) -> str:
        """Return what the labels are.

        Returns
        -------
        str
            "classification" or "regression".
        """
        return self.mode


def _with_dropout(network: Any, inputs: Any) -> Any:
    with layers.monte_carlo():
        return network(inputs, training=False)


@contextmanager
def _no_larger_than(n_weights: int) -> Iterator[None]:
    """Raise before variables are made that have far more numbers than the weights that are to be put into them."""
    most, made = 2 * n_weights + 1_000_000, 0  # a network may have variables that are not saved

    def create(next_creator: Callable[..., Any], **arguments: Any) -> Any:
        nonlocal made
        shape = arguments.get("shape")
        made += 1 if shape is None else math.prod(shape)
        if made > most:
            raise ValueError(f"the arguments make a network of {made:,} weights or more, and {n_weights:,} are saved")
        return next_creator(**arguments)

    with tf.variable_creator_scope(create):
        yield
