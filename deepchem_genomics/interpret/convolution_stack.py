"""Mutants of a stack of convolutions, computed only where a changed base can have an effect.

A base is seen by as many outputs of the first layer as the filters are wide; these by a few more of the next; and so
on. The rest of a mutant's feature maps is that of the reference, so what is carried from layer to layer is differences
to it, over a stretch that grows. fastISM [1]_ does so for networks in general; here it is networks of the chapter's
kind, and NumPy, place after place for some sequences together, so that each step is one small matrix product whose
operands stay near the processor.

References
----------
.. [1] Nair, Shrikumar, Schreiber and Kundaje (2022), fastISM: performant in silico saturation mutagenesis for
   convolutional neural networks, Bioinformatics 38, 2397-2403, doi:10.1093/bioinformatics/btac135.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import tf_keras as keras
from numpy.typing import NDArray
from threadpoolctl import threadpool_info, threadpool_limits  # type: ignore[import-untyped]

from deepchem_genomics.interpret.gradients import prediction_tensor
from deepchem_genomics.models import GenomicsModel
from deepchem_genomics.models.layers import Dropout, DroppingConv1D

__all__ = ["ConvolutionStack"]

Float = NDArray[np.float32]

_ROWS_AT_ONCE = 48  # sequences, whose maps of 28 positions x 15 filters x 3 mutants are then a quarter of a megabyte


class _Convolution(NamedTuple):
    kernel: Float  # (W, channels in, channels out)
    bias: Float
    relu: bool

    @property
    def left(self) -> int:
        """Positions before its own that an output sees, as TensorFlow pads."""
        return (len(self.kernel) - 1) // 2

    def reach(self, start: int, stop: int, length: int) -> tuple[int, int]:
        """Return which outputs see any of the inputs ``start`` to ``stop``."""
        return max(0, start + self.left - len(self.kernel) + 1), min(length, stop + self.left)


class ConvolutionStack:
    """Convolutions of the sequence, each followed by relu or nothing, and one dense layer on their output.

    ``weights`` (L x channels, T) is the part of the dense layer that reads the convolutions; ``has_sigmoid`` says
    whether a sigmoid follows.
    """

    def __init__(self, layers: list[_Convolution], weights: Float, has_sigmoid: bool) -> None:
        self.layers = layers
        self.weights = weights
        self.has_sigmoid = has_sigmoid
        self._bands: dict[tuple[int, int, int, int], Float] = {}

    @classmethod
    def of(cls, model: Any) -> "ConvolutionStack | None":
        """Split a network into its layers; None unless it is such a stack, whose dense layer has one or two inputs."""
        if not isinstance(model, GenomicsModel):
            return None
        layer = prediction_tensor(model)._keras_history.layer
        has_sigmoid = getattr(layer, "activation", None) is keras.activations.sigmoid
        if type(layer) is keras.layers.Activation and has_sigmoid:
            layer = layer.input._keras_history.layer
        is_last = type(layer) is keras.layers.Dense and layer.use_bias
        if not is_last or layer.activation not in (keras.activations.linear, keras.activations.sigmoid):
            return None
        before = layer.input._keras_history.layer
        if type(before) is keras.layers.Concatenate:  # the second input comes after the sequence
            before = before.input[0]._keras_history.layer
        layers = _convolutions(before, model.model.inputs[0])
        if layers is None:
            return None
        n_features = model.length * layers[-1].kernel.shape[2]
        return cls(layers, layer.kernel.numpy()[:n_features], has_sigmoid)

    def changes(self, X: NDArray[Any], task: int) -> Float:
        """Compute what each mutant of X (N, L, 4) adds to the logit, or to the prediction of a stack without a sigmoid.

        0 at the letters that are there; meaningless at unknown bases.
        """
        found = np.zeros(X.shape, dtype=np.float32)
        n_parts = -(-len(X) // _ROWS_AT_ONCE)
        rows = np.array_split(np.arange(len(X)), n_parts)
        weights = np.ascontiguousarray(self.weights[:, task])
        threads = max((pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"), default=1)
        # A product this small is not worth sharing out among threads; the sequences are.
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(threads) as pool:
            parts = pool.map(lambda part: self._of_part(np.asarray(X[part], dtype=np.float32), weights), rows)
            for part, changes in zip(rows, parts, strict=True):
                found[part] = changes
        return found

    def _of_part(self, X: Float, weights: Float) -> Float:
        found = np.zeros(X.shape, dtype=np.float32)
        n, length = X.shape[:2]
        below = list(self._below(X))
        letters = X.argmax(axis=2)  # (n, L)
        numbers = np.arange(n)[:, None]
        first = self.layers[0]
        by_letter = np.ascontiguousarray(first.kernel[::-1].transpose(1, 0, 2))  # (4, W, channels), outputs ascending
        for position in range(length):
            others = (letters[:, position, None] + np.arange(1, 4)) % 4  # (n, 3)
            start, stop = first.reach(position, position + 1, length)
            skipped = start - (position + first.left - len(first.kernel) + 1)
            seen = by_letter[:, skipped : skipped + stop - start]
            added = seen[others] - seen[letters[:, position]][:, None]  # (n, 3, w, channels)
            for number, floor in enumerate(below):
                if number:
                    added, start, stop = self._carry(number, added, start, stop, length)
                if self.layers[number].relu:
                    # relu(b + d) - relu(b) = max(d, -b) - max(0, -b), for a reference b and a difference d to it
                    np.maximum(added, floor[:, None, start:stop], out=added)
                    added -= np.maximum(floor[:, start:stop], 0)[:, None]
            channels = added.shape[3]
            changes = added.reshape(3 * n, -1) @ weights[start * channels : stop * channels]
            found[numbers, position, others] = changes.reshape(n, 3)
        return found

    def _below(self, X: Float) -> Iterator[Float]:
        """Yield the negative of what each layer computes for the reference before its activation, (n, L, channels)."""
        for layer in self.layers:
            width, channels = len(layer.kernel), layer.kernel.shape[2]
            padded = np.pad(X, ((0, 0), (layer.left, width - 1 - layer.left), (0, 0)))
            windows = np.lib.stride_tricks.sliding_window_view(padded, width, axis=1).swapaxes(2, 3)  # (n, L, W, in)
            values = windows.reshape(*X.shape[:2], -1) @ layer.kernel.reshape(-1, channels) + layer.bias
            X = np.maximum(values, 0) if layer.relu else values
            yield -values

    def _carry(self, number: int, added: Float, start: int, stop: int, length: int) -> tuple[Float, int, int]:
        """Convolve differences at positions ``start`` to ``stop``; return those of the outputs and where they are."""
        layer = self.layers[number]
        n, mutants, _, channels = added.shape
        out_start, out_stop = layer.reach(start, stop, length)
        width, out_channels = len(layer.kernel), layer.kernel.shape[2]
        given = added.reshape(n * mutants, -1)
        pieces = [(first, min(first + width, stop)) for first in range(start, stop, width)]
        if len(pieces) == 1:
            found = given @ self._band(number, stop - start, out_start - start, out_stop - start)
            return found.reshape(n, mutants, -1, out_channels), out_start, out_stop
        found = np.zeros((n * mutants, (out_stop - out_start) * out_channels), dtype=np.float32)
        for first, last in pieces:  # since the matrix of a long stretch is mostly zeros
            low, high = layer.reach(first, last, length)
            band = self._band(number, last - first, low - first, high - first)
            piece = given[:, (first - start) * channels : (last - start) * channels]
            found[:, (low - out_start) * out_channels : (high - out_start) * out_channels] += piece @ band
        return found.reshape(n, mutants, -1, out_channels), out_start, out_stop

    def _band(self, number: int, n_inputs: int, low: int, high: int) -> Float:
        """Write a convolution of ``n_inputs`` positions as a matrix, for outputs ``low`` to ``high`` of the first."""
        key = (number, n_inputs, low, high)
        if key not in self._bands:
            layer = self.layers[number]
            width, channels, out_channels = layer.kernel.shape
            band = np.zeros((n_inputs, channels, high - low, out_channels), dtype=np.float32)
            for i in range(n_inputs):
                for output in range(low, high):
                    tap = i - output + layer.left
                    if 0 <= tap < width:
                        band[i, :, output - low] = layer.kernel[tap]
            self._bands[key] = band.reshape(n_inputs * channels, -1)
        return self._bands[key]


def _convolutions(layer: Any, sequence: Any) -> list[_Convolution] | None:
    """Return the convolutions between the sequence and a layer that flattens them, if there is nothing else."""
    if type(layer) is not keras.layers.Flatten:
        return None
    found: list[_Convolution] = []
    tensor = layer.input
    while tensor is not sequence:
        layer = tensor._keras_history.layer
        if type(layer) in (keras.layers.Conv1D, DroppingConv1D):
            plain = layer.strides == (1,) and layer.dilation_rate == (1,) and layer.groups == 1
            known = layer.activation in (keras.activations.relu, keras.activations.linear)
            if not (plain and known and layer.padding == "same" and layer.use_bias):
                return None
            is_relu = layer.activation is keras.activations.relu
            found.insert(0, _Convolution(layer.kernel.numpy(), layer.bias.numpy(), is_relu))
        elif not isinstance(layer, Dropout | keras.layers.Dropout):
            return None
        tensor = layer.input
        if isinstance(tensor, list):
            return None
    return found or None
