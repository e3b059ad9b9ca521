"""Layers that treat both strands the same: what is found on one strand is found on the other, at the mirrored place.

A feature map has 2G channels: G features, then the same G features read from the other strand, in reversed order. With
this order, as with one-hot sequences in the order A, C, G, T, the reverse complement of an input is the input read
backwards along positions *and* channels, ``x[:, ::-1, ::-1]``. A layer is *equivariant* if turning its input around so
turns its output around so; it is *invariant* if the output stays.

References
----------
Shrikumar, Greenside and Kundaje (2017), Reverse-complement parameter sharing improves deep learning models for
genomics, bioRxiv, doi:10.1101/103663.
"""

from typing import Any

import tensorflow as tf
import tf_keras as keras

from deepchem_genomics.errors import BadValueError

__all__ = ["BothStrands", "OtherStrand", "StrandBatchNormalization", "StrandConv1D", "SymmetricMaxPooling1D"]


_EPSILON = 1e-3  # added to variances, as Keras does


class StrandConv1D(keras.layers.Layer):
    """Convolve with each kernel and with its reverse complement: equivariant.

    ``filters`` is G, kernels that are used on both strands, so the output has 2G channels; a bias is the same on both.
    ``kernel_size`` must be odd, else BadValueError: with an even width "same" padding is not symmetric. Initializers
    and activation are as for ``Conv1D``.

    >>> import numpy as np
    >>> from deepchem_genomics.feat import one_hot, reverse_complement
    >>> layer = StrandConv1D(3, 5)
    >>> forward, backward = (
    ...     layer(one_hot([s]).astype("float32")).numpy() for s in ("GATTACA", reverse_complement("GATTACA"))
    ... )
    >>> forward.shape, bool(np.allclose(forward, backward[:, ::-1, ::-1], atol=1e-6))
    ((1, 7, 6), True)
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int,
        dilation_rate: int = 1,
        activation: str | None = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        if kernel_size % 2 == 0:
            raise BadValueError(
                f"kernel_size is {kernel_size}; it must be odd, so that padding is the same at both ends"
            )
        self.filters = filters
        self.kernel_size = kernel_size
        self.dilation_rate = dilation_rate
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)

    def build(self, input_shape: Any) -> None:
        """Make the weights of one strand."""
        shape = (self.kernel_size, int(input_shape[-1]), self.filters)
        self.kernel = self.add_weight("kernel", shape, None, self.kernel_initializer)
        self.bias = self.add_weight("bias", (self.filters,), None, self.bias_initializer) if self.use_bias else None
        super().build(input_shape)

    def call(self, inputs: Any) -> Any:
        """Convolve (n, L, channels) to (n, L, 2G)."""
        kernel = tf.concat([self.kernel, self.kernel[::-1, ::-1, ::-1]], axis=-1)
        outputs = tf.nn.conv1d(inputs, kernel, stride=1, padding="SAME", dilations=self.dilation_rate)
        if self.bias is not None:
            outputs += tf.concat([self.bias, self.bias[::-1]], axis=0)
        return self.activation(outputs)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments, JSON values only."""
        return {
            "name": self.name,
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "dilation_rate": self.dilation_rate,
            "activation": keras.activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
        }


class StrandBatchNormalization(keras.layers.Layer):
    """Normalize batches with one mean and variance for a feature on both strands: equivariant.

    It does what ``BatchNormalization`` does with the two strands of a feature laid end to end, without laying them so:
    TensorFlow takes longer to reverse channels than to convolve. ``momentum`` is how slowly the statistics used in
    prediction follow those of the batches.

    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=(2, 5, 6)).astype("float32")
    >>> layer = StrandBatchNormalization()
    >>> turned = layer(x[:, ::-1, ::-1]).numpy()
    >>> bool(np.allclose(layer(x).numpy(), turned[:, ::-1, ::-1], atol=1e-6))
    True
    """

    def __init__(self, momentum: float = 0.9, name: str | None = None) -> None:
        super().__init__(name=name)
        self.momentum = momentum

    def build(self, input_shape: Any) -> None:
        """Make the weights of one strand, and the statistics for prediction."""
        shape = (int(input_shape[-1]) // 2,)
        self.gamma = self.add_weight("gamma", shape, initializer="ones")
        self.beta = self.add_weight("beta", shape, initializer="zeros")
        self.moving_mean = self.add_weight("moving_mean", shape, initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight("moving_variance", shape, initializer="ones", trainable=False)
        super().build(input_shape)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Normalize (n, L, 2G); in training with the statistics of this batch, which are recorded."""
        inputs, gamma, beta = map(tf.convert_to_tensor, (inputs, self.gamma, self.beta))
        if not training:
            return _scaled(inputs, gamma, beta, self.moving_mean, self.moving_variance)
        outputs, mean, variance = _normalized(inputs, gamma, beta)
        for moving, found in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign_sub((moving - found) * (1 - self.momentum))
        return outputs

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {"name": self.name, "momentum": self.momentum}


@tf.custom_gradient
def _normalized(inputs: Any, gamma: Any, beta: Any) -> Any:
    """Normalize by the batch, and return its mean and variance, (G,), too; their gradients are not passed on."""
    count = tf.cast(2 * tf.shape(inputs)[0] * tf.shape(inputs)[1], inputs.dtype)  # values of a feature
    mean = _sum_of_strands(inputs) / count
    variance = _sum_of_strands(tf.math.squared_difference(inputs, _both(mean))) / count
    inverse = tf.math.rsqrt(variance + _EPSILON)

    def gradient(of_outputs: Any, *_: Any) -> tuple[Any, Any, Any]:
        """Ioffe and Szegedy (2015), arXiv:1502.03167, section 3, with sums over both strands."""
        normalized = (inputs - _both(mean)) * _both(inverse)
        of_gamma, of_beta = _sum_of_strands(of_outputs * normalized), _sum_of_strands(of_outputs)
        centered = of_outputs - normalized * _both(of_gamma / count) - _both(of_beta / count)
        return centered * _both(gamma * inverse), of_gamma, of_beta

    return (_scaled(inputs, gamma, beta, mean, variance), mean, variance), gradient


def _scaled(inputs: Any, gamma: Any, beta: Any, mean: Any, variance: Any) -> Any:
    """Scale and shift each channel, once."""
    scale = gamma * tf.math.rsqrt(variance + _EPSILON)
    return inputs * _both(scale) + _both(beta - mean * scale)


def _both(features: Any) -> Any:
    """Return what belongs to G features for their 2G channels."""
    return tf.concat([features, features[::-1]], axis=0)


def _sum_of_strands(values: Any) -> Any:
    """Sum each feature over rows, positions and strands: (G,). A product with ones is faster than a sum."""
    rows = tf.reshape(values, (-1, values.shape[-1]))
    channels = tf.matmul(tf.ones((1, tf.shape(rows)[0]), rows.dtype), rows)[0]
    features = values.shape[-1] // 2
    return channels[:features] + channels[features:][::-1]


class BothStrands(keras.layers.Layer):
    """Join a feature's values on the two strands by "max" or "mean": invariant, once positions have been pooled.

    >>> BothStrands()([[1.0, 2.0, 5.0, 0.0]]).numpy().tolist()
    [[1.0, 5.0]]
    """

    def __init__(self, how: str = "max", name: str | None = None) -> None:
        super().__init__(name=name)
        if how not in ("max", "mean"):
            raise BadValueError(f"how is {how!r}; choose max or mean")
        self.how = how

    def call(self, inputs: Any) -> Any:
        """Join (n, 2G) to (n, G), or (n, L, 2G) to (n, L, G), where positions are kept and not mirrored."""
        inputs = tf.convert_to_tensor(inputs)
        features = inputs.shape[-1] // 2
        forward, backward = inputs[..., :features], inputs[..., : features - 1 : -1]
        return tf.maximum(forward, backward) if self.how == "max" else (forward + backward) / 2

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {"name": self.name, "how": self.how}


class OtherStrand(keras.layers.Layer):
    """Read a feature map from the other strand: backwards along positions and channels.

    A layer applied to a map and to this, the results averaged, is invariant for any layer.

    >>> OtherStrand()([[[1.0, 2.0], [3.0, 4.0]]]).numpy().tolist()
    [[[4.0, 3.0], [2.0, 1.0]]]
    """

    def call(self, inputs: Any) -> Any:
        """Reverse a map (n, L, 2G)."""
        return tf.convert_to_tensor(inputs)[:, ::-1, ::-1]


class SymmetricMaxPooling1D(keras.layers.Layer):
    """Take the maximum of successive stretches that lie symmetrically in the sequence: equivariant.

    ``MaxPooling1D`` pads one end more than the other, so the stretches on one strand are not those on the other.
    ``pool_size`` must be odd, else BadValueError, so that both ends can be padded equally.

    >>> SymmetricMaxPooling1D(3)([[[1.0], [5.0], [2.0], [0.0], [4.0]]]).numpy().ravel().tolist()
    [1.0, 5.0, 4.0]
    """

    def __init__(self, pool_size: int, name: str | None = None) -> None:
        super().__init__(name=name)
        if pool_size % 2 == 0:
            raise BadValueError(f"pool_size is {pool_size}; it must be odd, so that both ends are padded equally")
        self.pool_size = pool_size

    def call(self, inputs: Any) -> Any:
        """Pool to M positions, the least number of the parity of L for which M stretches hold L positions."""
        inputs = tf.convert_to_tensor(inputs)
        length = inputs.shape[1]
        stretches = -(-length // self.pool_size)
        if (stretches - length) % 2 == 0:  # then "SAME" pads both ends equally, without a copy
            return tf.nn.max_pool1d(inputs, self.pool_size, self.pool_size, "SAME")
        stretches += 1
        margin = (stretches * self.pool_size - length) // 2
        padded = tf.pad(inputs, [[0, 0], [margin, margin], [0, 0]], constant_values=inputs.dtype.min)
        return tf.nn.max_pool1d(padded, self.pool_size, self.pool_size, "VALID")

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {"name": self.name, "pool_size": self.pool_size}
