"""What callbacks remember, kept in the checkpoints of a training, so that it resumes as if never interrupted."""

import contextlib
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from deepchem_genomics.npz import read_arrays, write_arrays

__all__ = ["CallbackMemory"]


class CallbackMemory(tf.train.experimental.PythonState):
    """The memory of those callbacks that have one: methods ``get_state``, ``set_state`` and ``on_resume``.

    A checkpoint and the memory are one file that is there whole or not: beside it, they could be of different steps.

    Parameters
    ----------
    callbacks : sequence of callables
        All callbacks of a ``fit``.
    """

    def __init__(self, callbacks: Sequence[Callable]) -> None:
        self.callbacks: list[Any] = [callback for callback in callbacks if hasattr(callback, "get_state")]
        self._found: dict[str, np.ndarray] | None = None

    def serialize(self) -> bytes:
        """Return what is remembered, for TensorFlow to write.

        Returns
        -------
        bytes
            An ``npz`` file; entries are named by the callback's number and their own name.
        """
        buffer = io.BytesIO()
        states = [callback.get_state() for callback in self.callbacks]
        arrays = {f"{i}/{name}": value for i, state in enumerate(states) for name, value in state.items()}
        write_arrays(buffer, arrays, compress=False)
        return buffer.getvalue()

    def deserialize(self, string_value: bytes) -> None:
        """Take what TensorFlow has read.

        Parameters
        ----------
        string_value : bytes
            See :meth:`serialize`.
        """
        self._found = read_arrays(io.BytesIO(string_value))

    def recall(self, checkpoint: str | None) -> bool:
        """Give callbacks back what a checkpoint remembers of them.

        Parameters
        ----------
        checkpoint : str or None
            Prefix of the checkpoint's files.

        Returns
        -------
        bool
            Whether it remembers anything: not if it was written without such callbacks.
        """
        if checkpoint is None or not self.callbacks:
            return False
        tf.train.Checkpoint(callbacks=self).read(checkpoint).expect_partial()
        if self._found is None:
            return False
        for i, callback in enumerate(self.callbacks):
            state = {
                name.removeprefix(f"{i}/"): value for name, value in self._found.items() if name.startswith(f"{i}/")
            }
            if state:
                callback.set_state(state)
        return True

    def resume(self, model: Any, step: int) -> None:
        """Tell callbacks that training goes on.

        Parameters
        ----------
        model : ResumableModel
            The model, as the checkpoint had it.
        step : int
            Training steps done.
        """
        for callback in self.callbacks:
            callback.on_resume(model, step)

    @contextlib.contextmanager
    def kept_in(self, checkpoint: tf.train.Checkpoint) -> Iterator[None]:
        """Have a checkpoint remember while the block runs; not after, for it would miss this in those without.

        Parameters
        ----------
        checkpoint : tf.train.Checkpoint
            Is written in the block.

        Yields
        ------
        None
            Nothing.
        """
        if not self.callbacks:
            yield
            return
        checkpoint.callbacks = self
        try:
            yield
        finally:
            del checkpoint.callbacks
