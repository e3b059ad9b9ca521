"""The state of callbacks, kept in the checkpoints of a training, so that it resumes as if never interrupted."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from deepchem_genomics.io.npz import read_arrays, write_arrays

__all__ = ["CallbackMemory"]


class CallbackMemory:
    """The state of those callbacks that have one: methods ``get_state``, ``set_state`` and ``on_resume``.

    Parameters
    ----------
    callbacks : sequence of callables
        All callbacks of a ``fit``.
    """

    def __init__(self, callbacks: Sequence[Callable]) -> None:
        self.callbacks: list[Any] = [callback for callback in callbacks if hasattr(callback, "get_state")]

    def to_bytes(self) -> bytes:
        """Return the state of all callbacks.

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

    def set_bytes(self, content: bytes) -> None:
        """Give callbacks their state back.

        Parameters
        ----------
        content : bytes
            See :meth:`to_bytes`.
        """
        found: dict[str, np.ndarray] = read_arrays(io.BytesIO(content))
        for i, callback in enumerate(self.callbacks):
            state = {name.removeprefix(f"{i}/"): value for name, value in found.items() if name.startswith(f"{i}/")}
            if state:
                callback.set_state(state)

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
