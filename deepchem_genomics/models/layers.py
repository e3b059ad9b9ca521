"""The building blocks of the networks: dropout that is reproducible and cheap, and convolutions that drop units.

Layers are made with ``tf_keras`` by name: ``KerasModel`` needs Keras 2, which ``tf.keras`` is only if an environment
variable was set before TensorFlow was first imported.

Masks follow from a seed and a counter of calls that is saved in checkpoints, so a resumed training continues with the
masks it would have had. Drawing them is a third of the time of training a small network on a CPU, so units share a
32-bit random number: 32 of them at a rate of 0.5, four where the rate is a multiple of 1/256, otherwise two. The rate
is thereby rounded to 1/65536 at most, and survivors are scaled by the rounded rate, so the expected value is kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras

from deepchem_genomics.arguments import FRACTION_BELOW_1, require_rule

__all__ = ["Dropout", "DroppingConv1D", "DropsUnits", "conv_stack", "dense", "monte_carlo", "seed_stream"]

_MONTE_CARLO: ContextVar[bool] = ContextVar("monte_carlo", default=False)
_EACH_BIT = 1 << np.arange(8, dtype=np.uint8)[:, None]


class DropsUnits(keras.layers.Layer):
    """Base of layers that drop units: a rate (0 to less than 1), seeded masks, and dropping in prediction too.

    The variable ``draws`` counts the masks drawn so far.
    """

    def __init__(self, rate: float, seed: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        require_rule("rate", rate, FRACTION_BELOW_1)
        self.rate = rate
        self.seed = seed
        self.draws = self.add_weight("draws", (), tf.int64, "zeros", trainable=False)

    @property
    def kept(self) -> float:
        """Share of the units that survives in the long run: 1 minus the rounded rate."""
        bits = self._bits()
        found: float = 1 - round(self.rate * 2**bits) / 2**bits
        return found

    def drops_now(self, training: bool | None) -> bool:
        """Return whether this call drops units: in training and within :func:`monte_carlo`, unless the rate is 0."""
        return self.rate > 0 and bool(training or _MONTE_CARLO.get())

    def draw_mask(self, shape: Any, dtype: Any) -> Any:
        """Draw a mask: 1 where a unit survives, else 0.

        Not booleans: TensorFlow multiplies four times as fast as it selects.
        """
        bits, n_units = self._bits(), tf.reduce_prod(shape)
        words = tf.random.stateless_uniform(
            [(n_units * bits + 31) // 32],
            seed=tf.stack([tf.constant(self.seed, tf.int64), self.draws]),
            minval=None,
            maxval=None,
            dtype=tf.int32,
        )
        self.draws.assign_add(1)
        if bits == 1:
            survives = tf.not_equal(
                tf.bitwise.bitwise_and(tf.reshape(tf.bitcast(words, tf.uint8), (1, -1)), _EACH_BIT), 0
            )
        else:
            unsigned = tf.uint8 if bits == 8 else tf.uint16
            survives = tf.bitcast(words, unsigned) >= tf.constant(round(self.rate * 2**bits), unsigned)
        return tf.cast(tf.reshape(tf.reshape(survives, (-1,))[:n_units], shape), dtype)

    def _bits(self) -> int:
        """Return how many random bits decide over a unit."""
        if self.rate == 0.5:
            return 1
        return 8 if (self.rate * 256).is_integer() else 16


class Dropout(DropsUnits):
    """Drop units at random, reproducibly and cheaply; within :func:`monte_carlo` in prediction too.

    >>> layer = Dropout(0.5, seed=1)
    >>> sorted(set(layer(np.ones((2, 50), np.float32), training=True).numpy().ravel().tolist()))
    [0.0, 2.0]
    """

    def __init__(self, rate: float, seed: int, name: str | None = None) -> None:
        super().__init__(rate, seed, name=name)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Drop units if training or within :func:`monte_carlo`; survivors are scaled up to keep the expected value."""
        if not self.drops_now(training):
            return tf.identity(inputs)
        return inputs * (self.draw_mask(tf.shape(inputs), inputs.dtype) * (1 / self.kept))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {"name": self.name, "rate": self.rate, "seed": self.seed}


@contextmanager
def monte_carlo() -> Iterator[None]:
    """Drop units in prediction too while the block runs, of networks that are called in this thread.

    Batch normalization stays as in prediction, unlike with ``training=True``.
    """
    token = _MONTE_CARLO.set(True)
    try:
        yield
    finally:
        _MONTE_CARLO.reset(token)


def seed_stream(seed: int | None) -> Iterator[int]:
    """Yield seeds from 0 to 2**31 - 2, all derived from one; None draws that one from the operating system.

    >>> next(seed_stream(1)) == next(seed_stream(1))
    True
    """
    generator = np.random.default_rng(seed)
    while True:
        yield int(generator.integers(2**31 - 1))


def conv_stack(
    inputs: Any, n_layers: int, filters: int, kernel_size: int, dropout: float, seeds: Iterator[int], name: str = "conv"
) -> Any:
    """Stack convolutions along one-hot sequences (n, L, A), each followed by dropout; return (n, L * filters).

    Padding keeps the length, activation is relu; ``name`` is the prefix of the layers' names.
    """
    hidden = inputs
    for i in range(1, n_layers + 1):
        initializer = keras.initializers.GlorotUniform(next(seeds))
        hidden = DroppingConv1D(filters, kernel_size, dropout, next(seeds), initializer, name=f"{name}{i}")(hidden)
    return keras.layers.Flatten(name=f"{name}_flatten")(hidden)


def dense(units: int, seeds: Iterator[int], name: str, activation: str | None = None) -> Any:
    """Make a dense layer whose first weights follow from a seed; linear if no activation is given."""
    initializer = keras.initializers.GlorotUniform(next(seeds))
    return keras.layers.Dense(units, activation=activation, kernel_initializer=initializer, name=name)


class DroppingConv1D(DropsUnits, keras.layers.Conv1D):
    """Convolve with "same" padding, apply relu, and drop units in training.

    The mathematics is that of ``Conv1D(activation="relu", padding="same")`` followed by
    :class:`~deepchem_genomics.models.layers.Dropout`. On a CPU a small network spends as much time reading its
    activations as on convolving, so they are read as rarely as possible: survivors are scaled by scaling the kernel,
    which is small; what relu and dropout let through is derived from the output alone; and the convolution has four
    dimensions inside, because only then TensorFlow fuses it with bias and relu.

    >>> layer = DroppingConv1D(3, 5, rate=0.5, seed=1)
    >>> output = layer(np.ones((2, 20, 4), np.float32), training=True)
    >>> output.shape, bool((output.numpy() >= 0).all())
    (TensorShape([2, 20, 3]), True)
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int,
        rate: float,
        seed: int,
        kernel_initializer: Any = "glorot_uniform",
        name: str | None = None,
    ) -> None:
        super().__init__(
            rate,
            seed,
            filters=filters,
            kernel_size=kernel_size,
            padding="same",
            activation="relu",
            kernel_initializer=kernel_initializer,
            name=name,
        )

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Convolve (n, L, channels) to (n, L, filters); drop units if training or within ``monte_carlo``."""
        if not self.drops_now(training):
            return tf.squeeze(tf.nn.relu(self._convolve(inputs, self.kernel, self.bias)), axis=1)
        scale = 1 / self.kept  # relu(scale x) = scale relu(x)
        outputs = self._convolve(inputs, self.kernel * scale, self.bias * scale)
        return tf.squeeze(_masked_relu(outputs, self.draw_mask(tf.shape(outputs), outputs.dtype)), axis=1)

    def _convolve(self, inputs: Any, kernel: Any, bias: Any) -> Any:
        return tf.nn.bias_add(tf.nn.conv2d(inputs[:, None], kernel[None], strides=1, padding="SAME"), bias)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, JSON values only."""
        return {
            "name": self.name,
            "filters": self.filters,
            "kernel_size": self.kernel_size[0],
            "rate": self.rate,
            "seed": self.seed,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }


@tf.custom_gradient
def _masked_relu(values: Any, mask: Any) -> Any:
    """Return relu(values) * mask, whose derivative is 1 just where the result is positive."""
    outputs = tf.nn.relu(values) * mask

    def gradient(upstream: Any) -> tuple[Any, None]:
        return tf.raw_ops.ReluGrad(gradients=upstream, features=outputs), None

    return outputs, gradient
