"""Training that is reproducible, can be resumed and can be stopped: what ``KerasModel.fit`` is not."""

import contextlib
import functools
import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf
from deepchem.data import Dataset
from deepchem.models import KerasModel

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import ModelFolderError
from deepchem_genomics.models import optimizers
from deepchem_genomics.models.batches import steps_per_epoch
from deepchem_genomics.models.callbacks import CallbackMemory
from deepchem_genomics.runs.progress import progress_bar

__all__ = ["Batch", "ResumableModel", "graph_of"]

Batch = tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]
"""Inputs, labels and weights."""


def graph_of(function: Callable[..., Any], translated: bool = True) -> Any:
    """Compile a function to a graph whose traces TensorFlow counts apart from those of other models.

    It counts those of a method, or of a function inside one, over all models together, and warns of five in ten calls,
    as where several models work on a few batches each. Those of a partial function it counts for that function alone.

    ``translated`` is whether Python's conditions and loops over tensors become part of the graph, and not over plain
    values alone. TensorFlow reads the source of all that is called for it, which takes longer than the rest.
    """
    return tf.function(functools.partial(function), autograph=translated, reduce_retracing=True)


class ResumableModel(KerasModel):
    """A ``KerasModel`` whose training decays, resumes, stops and shows progress.

    Parameters
    ----------
    *args, **kwargs
        As for ``KerasModel``.
    progress : bool, optional
        Whether long work shows a progress bar on stderr; by default on a terminal and in a notebook.

    Attributes
    ----------
    stop_training : bool
        Set by a callback to end the running ``fit`` after the present step.
    n_steps_per_epoch : int or None
        Batches an epoch of the running ``fit``.
    """

    _built: bool  # KerasModel's own attribute

    def __init__(self, *args: Any, progress: bool | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.progress = progress
        self.stop_training = False
        self.n_steps_per_epoch: int | None = None
        # Training step at which the first epoch of the running fit began, also if that was before a restore.
        self._first_step: int | None = None

    def fit(
        self,
        dataset: Dataset,
        nb_epoch: int = 10,
        max_checkpoints_to_keep: int = 5,
        checkpoint_interval: int = 1000,
        deterministic: bool = False,
        restore: bool = False,
        variables: list[Any] | None = None,
        loss: Callable[..., Any] | None = None,
        callbacks: Callable[..., Any] | list[Callable[..., Any]] = [],
        all_losses: list[float] | None = None,
        resume: bool = False,
    ) -> float:
        """Train on a dataset.

        The last batch of an epoch is not padded, so the loss is the mean over real rows.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), y and w (N, T), ids (N,).
        nb_epoch : int, default 10
            How often to go through the data.
        max_checkpoints_to_keep, checkpoint_interval, deterministic, restore, variables, loss, all_losses
            As for ``KerasModel.fit``. A checkpoint is written every ``checkpoint_interval`` steps and at the end; 0
            writes none.
        callbacks : callable or list of callables
            Called as ``callback(model, step)`` after each step. One that has a method ``on_fit_end`` has it called,
            with the model, when training ends, before the last checkpoint is written. What one with the methods
            ``get_state()`` and ``set_state(state)`` remembers, arrays by name, goes into the checkpoints; resuming
            gives it back and calls ``on_resume(model, step)``, which may set ``stop_training``.
        resume : bool, default False
            Go on from the last checkpoint in ``model_dir``, if there is one, until the data were seen ``nb_epoch``
            times in all. With the same seed the result is that of a run that was never interrupted.

        Returns
        -------
        float
            The average loss since it was last logged.

        Raises
        ------
        EmptyInputError, ShapeMismatchError, LabelError, MissingIdError
            See :meth:`default_generator` and :meth:`batch_inputs`.
        ModelFolderError
            If the checkpoint to continue from is of another network.
        """
        require_whole_number("nb_epoch", nb_epoch, lowest=0)
        self.n_steps_per_epoch = steps_per_epoch(dataset, self.batch_size)
        if restore or (resume and tf.train.latest_checkpoint(self.model_dir)):
            self.restore()
        done = self._steps_done() if resume else 0
        memory = CallbackMemory(_listed(callbacks))
        self.stop_training = False
        if done and _recall(memory, tf.train.latest_checkpoint(self.model_dir)):
            memory.resume(self, done)
        self._first_step = self._steps_done() - done
        batches = self.default_generator(dataset, nb_epoch, deterministic=deterministic, pad_batches=False)
        total = nb_epoch * self.n_steps_per_epoch
        remaining = itertools.islice(batches, done, done if self.stop_training else None)
        shown = progress_bar("training", "batch", total, self.progress, of=remaining, done=done)
        self._ensure_built()
        try:
            with _kept_in(self._checkpoint, memory):
                return self.fit_generator(
                    shown, max_checkpoints_to_keep, checkpoint_interval, False, variables, loss, callbacks, all_losses
                )
        finally:
            shown.close()
            self._first_step = None
            self.n_steps_per_epoch = None

    def fit_generator(
        self,
        generator: Iterable[Batch],
        max_checkpoints_to_keep: int = 5,
        checkpoint_interval: int = 1000,
        restore: bool = False,
        variables: list[Any] | None = None,
        loss: Callable[..., Any] | None = None,
        callbacks: Callable[..., Any] | list[Callable[..., Any]] = [],
        all_losses: list[float] | None = None,
    ) -> float:
        """Train on batches from a generator, for instance :func:`~deepchem_genomics.models.generate_batches`.

        Callbacks can end the training: ``KerasModel`` has no way to.

        Parameters
        ----------
        generator : iterable
            Batches (inputs, labels, weights), each a list of arrays.
        max_checkpoints_to_keep, checkpoint_interval, restore, variables, loss, callbacks, all_losses
            See :meth:`fit`.

        Returns
        -------
        float
            The average loss since it was last logged.

        Raises
        ------
        ShapeMismatchError
            If a batch has other inputs or tasks than the network.
        SideInputError
            If the values of a side input are scaled otherwise than the model's.
        """
        every = _listed(callbacks)
        self.stop_training = False
        found: float = super().fit_generator(
            self._until_stopped(generator, every),
            max_checkpoints_to_keep,
            checkpoint_interval,
            restore,
            variables,
            loss,
            every,
            all_losses,
        )
        return found

    def _checked(self, batch: Batch) -> Batch:
        """Return a batch as it is trained on, or raise if it cannot be learned; what a subclass fills in."""
        return batch

    def _until_stopped(self, generator: Iterable[Batch], callbacks: list[Callable[..., Any]]) -> Iterator[Batch]:
        """Pass batches on until a callback asks to stop; then let the callbacks finish.

        KerasModel's loop asks for the next batch after the callbacks of a step, and writes its last checkpoint after
        the last batch: so this is the place between the two.
        """
        for batch in generator:
            yield self._checked(batch)
            if self.stop_training:
                break
        for callback in callbacks:
            if hasattr(callback, "on_fit_end"):
                callback.on_fit_end(self)

    @functools.cached_property
    def _compute_model(self) -> Any:
        return graph_of(functools.partial(self.model, training=False), not self._is_ours)

    @property
    def _is_ours(self) -> bool:
        """Whether the network is one of this package, which have no Python conditions and loops over tensors."""
        return False

    def _create_gradient_fn(self, variables: Any) -> Any:
        """Make the function of a training step, which translates Python for a network or a loss from elsewhere."""
        step = super()._create_gradient_fn(variables).python_function
        translated = graph_of(step)
        own = graph_of(step, translated=False) if self._is_ours else translated

        def step_with(inputs: Any, labels: Any, weights: Any, loss: Any) -> Any:
            return (own if loss is self._loss_fn else translated)(inputs, labels, weights, loss)

        return step_with

    def _prepare_batch(self, batch: Any) -> Any:
        """Make labels and weights of any type float32, but for whole labels, of which a loss may want classes.

        KerasModel multiplies whatever weights it gets with a loss of float32, which fails, and turns all labels into
        the type that the first batch had: fractions become whole numbers if that was one of whole numbers.
        """
        inputs, labels, weights = batch
        self._label_dtypes = [_computed(each) for each in labels or []]
        self._weights_dtypes = [np.float32 for _ in weights or []]
        return super()._prepare_batch((inputs, labels, weights))

    def _ensure_built(self) -> None:
        """Create step counter, optimizer and checkpoint, in which KerasModel does not have the counter."""
        if self._built:
            return
        self._built = True
        self._global_step = tf.Variable(0, trainable=False)
        self._tf_optimizer = optimizers.to_tf_keras(self.optimizer)
        self._checkpoint = tf.train.Checkpoint(
            optimizer=self._tf_optimizer, model=self.model, global_step=self._global_step
        )

    def restore(self, checkpoint: str | None = None, model_dir: str | os.PathLike[str] | None = None) -> None:
        """Read weights, optimizer state and step counter back from a checkpoint.

        Parameters
        ----------
        checkpoint : str, optional
            The checkpoint; the newest of the folder if not given.
        model_dir : str, optional
            The folder; the model's own if not given.

        Raises
        ------
        ModelFolderError
            If there is no checkpoint, or it is of another network: KerasModel is silent there.
        """
        self._ensure_built()
        folder = self.model_dir if model_dir is None else os.fspath(model_dir)
        checkpoint = checkpoint or tf.train.latest_checkpoint(folder)
        if checkpoint is None:
            raise ModelFolderError(f"{folder}: no checkpoint; train with checkpoint_interval > 0, or name another")
        _require_same_network(checkpoint, self.model)
        try:
            # What callbacks remembered may be in it too: see fit.
            self._checkpoint.restore(checkpoint).assert_existing_objects_matched().expect_partial()
        except (AssertionError, ValueError, IndexError, tf.errors.OpError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelFolderError(
                f"{checkpoint}: not a whole checkpoint of this {type(self).__name__} ({reason}); build the model with"
                " the arguments it was trained with"
            ) from error

    def reload(self) -> None:
        """Read back the newest checkpoint of ``model_dir``; DeepChem's name for :meth:`restore`."""
        self.restore()

    def _steps_done(self) -> int:
        return self.get_global_step() if self._built else 0


def _computed(labels: Any) -> Any:
    """Return the type in which TensorFlow gets labels."""
    if tf.is_tensor(labels):
        return labels.dtype
    return labels.dtype.newbyteorder("=") if labels.dtype.kind in "iu" else np.float32


def _listed(callbacks: Callable[..., Any] | list[Callable[..., Any]]) -> list[Callable[..., Any]]:
    return list(callbacks) if isinstance(callbacks, list | tuple) else [callbacks]


class _Stored(tf.train.experimental.PythonState):
    """The state of callbacks as TensorFlow writes it: a checkpoint and the state are one file, there whole or not."""

    def __init__(self, memory: CallbackMemory) -> None:
        self.memory = memory
        self.found: bytes | None = None

    def serialize(self) -> bytes:
        return self.memory.to_bytes()

    def deserialize(self, string_value: bytes) -> None:
        self.found = string_value


def _recall(memory: CallbackMemory, checkpoint: str | None) -> bool:
    """Restore the state of callbacks from a checkpoint; return whether it has any."""
    if checkpoint is None or not memory.callbacks:
        return False
    stored = _Stored(memory)
    tf.train.Checkpoint(callbacks=stored).read(checkpoint).expect_partial()
    if stored.found is None:
        return False
    memory.set_bytes(stored.found)
    return True


@contextlib.contextmanager
def _kept_in(checkpoint: tf.train.Checkpoint, memory: CallbackMemory) -> Iterator[None]:
    """Keep the state in the checkpoint while the block runs; not after, for it would miss this in those without."""
    if not memory.callbacks:
        yield
        return
    checkpoint.callbacks = _Stored(memory)
    try:
        yield
    finally:
        del checkpoint.callbacks


def _require_same_network(checkpoint: str, network: Any) -> None:
    """Check that a checkpoint has as many weights, of the same shapes, as a network."""
    try:
        variables = tf.train.list_variables(checkpoint)
    except (tf.errors.OpError, ValueError) as error:
        raise ModelFolderError(
            f"{checkpoint}: cannot be read as a checkpoint ({str(error).splitlines()[0]})"
        ) from error
    stored = sorted(
        tuple(shape)
        for name, shape in variables
        if name.startswith("model/") and ".OPTIMIZER_SLOT" not in name and name.endswith("VARIABLE_VALUE")
    )
    expected = sorted(tuple(variable.shape) for variable in network.weights)
    if stored != expected:
        raise ModelFolderError(
            f"{checkpoint}: a checkpoint of another network: its {len(stored)} weights are not the {len(expected)} of"
            " this model; build the model with the arguments it was trained with, or name another folder"
        )
