"""The building blocks of the networks, made with ``tf_keras`` by name.

``KerasModel`` needs Keras 2. ``tf.keras`` is that only if an environment variable was set before TensorFlow was first
touched; the ``tf_keras`` package always is.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras

from deepchem_genomics.models.dropout import DropsUnits

__all__ = ["DroppingConv1D", "conv_stack", "dense", "seed_stream"]


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
        initializer = keras.initializers.GlorotUniform(next(seeds))
        hidden = DroppingConv1D(filters, kernel_size, dropout, next(seeds), initializer, name=f"{name}{i}")(hidden)
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


class DroppingConv1D(DropsUnits, keras.layers.Conv1D):
    """Convolve with "same" padding, take the positive part, and drop units in training.

    The mathematics is that of ``Conv1D(activation="relu", padding="same")`` followed by
    :class:`~deepchem_genomics.models.dropout.Dropout`. On a CPU a small network spends as long on going through its
    activations as on convolving, so they are gone through as rarely as can be: survivors are scaled by scaling the
    kernel, which is small; what relu and dropout let through is told from the output alone; and the convolution has
    four dimensions inside, for only there TensorFlow joins it with bias and relu.

    Parameters
    ----------
    filters, kernel_size : int
        As for ``Conv1D``.
    rate : float
        Fraction of units dropped, from 0 to less than 1.
    seed : int
        Decides the masks.
    kernel_initializer : optional
        As for ``Conv1D``.
    name : str, optional
        The layer's name.

    Examples
    --------
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
        """Convolve; drop units if training or within ``monte_carlo``.

        Parameters
        ----------
        inputs : tensor
            (n, L, channels).
        training : bool, optional
            Whether this is a training step.

        Returns
        -------
        tensor
            (n, L, filters).
        """
        if not self.drops_now(training):
            return tf.squeeze(tf.nn.relu(self._convolve(inputs, self.kernel, self.bias)), axis=1)
        scale = 1 / self.kept  # relu(scale x) = scale relu(x)
        outputs = self._convolve(inputs, self.kernel * scale, self.bias * scale)
        return tf.squeeze(_masked_relu(outputs, self.draw_mask(tf.shape(outputs), outputs.dtype)), axis=1)

    def _convolve(self, inputs: Any, kernel: Any, bias: Any) -> Any:
        return tf.nn.bias_add(tf.nn.conv2d(inputs[:, None], kernel[None], strides=1, padding="SAME"), bias)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments.

        Returns
        -------
        dict
            JSON values only.
        """
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
