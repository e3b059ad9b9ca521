"""The building blocks of the networks, made with ``tf_keras`` by name.

``KerasModel`` needs Keras 2. ``tf.keras`` is that only if an environment variable was set before TensorFlow was first
touched; the ``tf_keras`` package always is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras

__all__ = ["Dropout", "conv_stack", "dense", "monte_carlo", "seed_stream"]


def seed_stream(seed: int | None) -> Iterator[int]:
    """Yield seeds for the parts of a network, all derived from one.

    Parameters
    ----------
    seed : int or None
        The network's seed; None draws from the operating system.

    Yields
    ------
    int
        Seeds from 0 to 2**31 - 2.

    Examples
    --------
    >>> next(seed_stream(1)) == next(seed_stream(1))
    True
    """
    generator = np.random.default_rng(seed)
    while True:
        yield int(generator.integers(2**31 - 1))


def conv_stack(
    inputs: Any, n_layers: int, filters: int, kernel_size: int, dropout: float, seeds: Iterator[int], name: str = "conv"
) -> Any:
    """Stack convolutions along the sequence, each followed by dropout, and flatten.

    Parameters
    ----------
    inputs : tensor
        One-hot sequences (n, L, A).
    n_layers, filters, kernel_size : int
        Convolutions, filters each, and width in bases. Padding keeps the length, activation is relu.
    dropout : float
        Fraction of units dropped in training.
    seeds : iterator of int
        Where layers take their seeds from.
    name : str, default "conv"
        Prefix of the layers' names.

    Returns
    -------
    tensor
        (n, L * filters).
    """
    hidden = inputs
    for i in range(1, n_layers + 1):
        hidden = keras.layers.Conv1D(
            filters,
            kernel_size,
            padding="same",
            activation="relu",
            kernel_initializer=keras.initializers.GlorotUniform(next(seeds)),
            name=f"{name}{i}",
        )(hidden)
        hidden = Dropout(dropout, next(seeds), name=f"{name}{i}_dropout")(hidden)
    return keras.layers.Flatten(name=f"{name}_flatten")(hidden)


def dense(units: int, seeds: Iterator[int], name: str, activation: str | None = None) -> Any:
    """Make a dense layer whose first weights follow from a seed.

    Parameters
    ----------
    units : int
        Outputs.
    seeds : iterator of int
        Where the layer takes its seed from.
    name : str
        The layer's name.
    activation : str, optional
        Linear if not given.

    Returns
    -------
    tf_keras.layers.Dense
        The layer, to be called on a tensor (n, features).
    """
    initializer = keras.initializers.GlorotUniform(next(seeds))
    return keras.layers.Dense(units, activation=activation, kernel_initializer=initializer, name=name)


class Dropout(keras.layers.Layer):
    """Drop units at random, reproducibly and cheaply.

    Differs from ``tf_keras.layers.Dropout`` in three ways. Masks follow from the seed and a counter of calls that is
    saved in checkpoints, so a resumed training goes on with the masks it would have had. Two or four units share a
    32-bit random number, for drawing them is a third of the time of training a small network on a CPU; the rate is
    thereby rounded to 1/256 where that is exact and to 1/65536 elsewhere, and survivors are scaled by the rounded rate,
    so the expected value is kept. Within :func:`monte_carlo`, units are dropped in prediction too.

    Parameters
    ----------
    rate : float
        Fraction of units dropped, from 0 to less than 1.
    seed : int
        Decides the masks.
    name : str, optional
        The layer's name.

    Examples
    --------
    >>> layer = Dropout(0.5, seed=1)
    >>> sorted(set(layer(np.ones((2, 50), np.float32), training=True).numpy().ravel().tolist()))
    [0.0, 2.0]
    """

    def __init__(self, rate: float, seed: int, name: str | None = None) -> None:
        super().__init__(name=name)
        if not 0 <= rate < 1:
            raise ValueError(f"dropout rate {rate} is outside 0 <= rate < 1")
        self.rate = rate
        self.seed = seed
        self.monte_carlo = False
        self.draws = self.add_weight("draws", (), tf.int64, "zeros", trainable=False)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Drop units if training or within :func:`monte_carlo`.

        Parameters
        ----------
        inputs : tensor
            Any shape.
        training : bool, optional
            Whether this is a training step.

        Returns
        -------
        tensor
            Of the same shape; survivors scaled up so that the expected value stays.
        """
        if self.rate == 0 or not (training or self.monte_carlo):
            return tf.identity(inputs)
        mask, kept = self._mask(tf.shape(inputs))
        return tf.where(tf.reshape(mask, tf.shape(inputs)), inputs * (1 / kept), tf.zeros((), inputs.dtype))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments.

        Returns
        -------
        dict
            ``name``, ``rate`` and ``seed``.
        """
        return {"name": self.name, "rate": self.rate, "seed": self.seed}

    def _mask(self, shape: Any) -> tuple[Any, float]:
        """Draw which units survive (flat), and the share of them that does in the long run."""
        bits, dtype = (8, tf.uint8) if (self.rate * 256).is_integer() else (16, tf.uint16)
        threshold = round(self.rate * 2**bits)
        n_units = tf.reduce_prod(shape)
        per_word = 32 // bits
        words = tf.random.stateless_uniform(
            [(n_units + per_word - 1) // per_word],
            seed=tf.stack([tf.constant(self.seed, tf.int64), self.draws]),
            minval=None,
            maxval=None,
            dtype=tf.int32,
        )
        self.draws.assign_add(1)
        parts = tf.reshape(tf.bitcast(words, dtype), [-1])[:n_units]
        return parts >= tf.constant(threshold, dtype), 1 - threshold / 2**bits


@contextmanager
def monte_carlo(network: Any) -> Iterator[None]:
    """Let a network's :class:`Dropout` layers drop units in prediction, while the block runs.

    Batch normalisation stays as in prediction, which ``training=True`` would not leave it.

    Parameters
    ----------
    network : tf_keras.Model
        The network.
    """
    layers = [layer for layer in network.submodules if isinstance(layer, Dropout)]
    for layer in layers:
        layer.monte_carlo = True
    try:
        yield
    finally:
        for layer in layers:
            layer.monte_carlo = False
