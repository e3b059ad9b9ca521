"""Dropout that is reproducible, resumes, and costs little.

Masks follow from a seed and a counter of calls that is saved in checkpoints, so a resumed training goes on with the
masks it would have had. Drawing them is a third of the time of training a small network on a CPU, so units share a
32-bit random number: 32 of them at a rate of 0.5, four where the rate is a multiple of 1/256, otherwise two. The rate
is thereby rounded to 1/65536 at most, and survivors are scaled by the rounded rate, so the expected value is kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras

__all__ = ["Dropout", "DropsUnits", "monte_carlo"]

_EACH_BIT = 1 << np.arange(8, dtype=np.uint8)[:, None]


class DropsUnits(keras.layers.Layer):
    """What layers that drop units have in common: a rate, masks, and whether to drop units in prediction too.

    Parameters
    ----------
    rate : float
        Fraction of units dropped, from 0 to less than 1.
    seed : int
        Decides the masks.
    **kwargs
        For the layer that this is mixed into.

    Attributes
    ----------
    draws : tf.Variable
        Number of masks drawn so far.
    monte_carlo : bool
        Whether units are dropped in prediction too; see :func:`monte_carlo`.

    Raises
    ------
    ValueError
        If the rate is out of range.
    """

    def __init__(self, rate: float, seed: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"dropout rate {rate} is outside 0 <= rate < 1")
        self.rate = rate
        self.seed = seed
        self.monte_carlo = False
        self.draws = self.add_weight("draws", (), tf.int64, "zeros", trainable=False)

    @property
    def kept(self) -> float:
        """Share of the units that survives in the long run.

        Returns
        -------
        float
            1 minus the rounded rate.
        """
        bits = self._bits()
        return 1 - round(self.rate * 2**bits) / 2**bits

    def drops_now(self, training: bool | None) -> bool:
        """Tell whether this call drops units.

        Parameters
        ----------
        training : bool or None
            Whether this is a training step.

        Returns
        -------
        bool
            True in training and within :func:`monte_carlo`, unless the rate is 0.
        """
        return self.rate > 0 and bool(training or self.monte_carlo)

    def draw_mask(self, shape: Any, dtype: Any) -> Any:
        """Draw which units survive.

        Parameters
        ----------
        shape : tensor
            Of the mask.
        dtype : tf.DType
            Of the mask.

        Returns
        -------
        tensor
            1 where a unit survives, else 0. Not booleans: TensorFlow multiplies four times as fast as it selects.
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
        super().__init__(rate, seed, name=name)

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
        if not self.drops_now(training):
            return tf.identity(inputs)
        return inputs * (self.draw_mask(tf.shape(inputs), inputs.dtype) * (1 / self.kept))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments.

        Returns
        -------
        dict
            ``name``, ``rate`` and ``seed``.
        """
        return {"name": self.name, "rate": self.rate, "seed": self.seed}


@contextmanager
def monte_carlo(network: Any) -> Iterator[None]:
    """Let a network's layers that drop units do so in prediction, while the block runs.

    Batch normalization stays as in prediction, which ``training=True`` would not leave it.

    Parameters
    ----------
    network : tf_keras.Model
        The network.
    """
    layers = [layer for layer in network.submodules if isinstance(layer, DropsUnits)]
    for layer in layers:
        layer.monte_carlo = True
    try:
        yield
    finally:
        for layer in layers:
            layer.monte_carlo = False
