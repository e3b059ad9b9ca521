"""The efficacy of an siRNA from its guide sequence."""

from typing import Any, ClassVar

import tensorflow as tf
import tf_keras as keras
from deepchem.models.losses import L2Loss

from deepchem_genomics.models.genomics_model import GenomicsModel
from deepchem_genomics.models.layers import conv_stack, dense, seed_stream

__all__ = ["SiRNAEfficacyModel"]


class SiRNAEfficacyModel(GenomicsModel):
    """Predict the efficacy of an siRNA from its guide (antisense) strand, read 5' to 3'.

    The network of the chapter: two convolutions of 10 filters, 10 bases wide, each with relu and dropout 0.3; then one
    dense layer with a sigmoid; squared error. 1,631 trainable parameters for 21 nt. The sigmoid keeps predictions
    between 0 and 1, although 134 of the 2,431 efficacies measured by Huesken et al. are above 1.

    Parameters
    ----------
    n_tasks : int, default 1
        T: efficacies predicted at once.
    length : int, default 21
        L: guide length in nt.
    n_layers, filters, kernel_size : int
        Convolutions (2), filters each (10), and width in nt (10).
    dropout : float, default 0.3
        Fraction of units dropped after each convolution, in training.
    variance : bool, default False
        Whether the network also predicts how far off it expects to be, trained with the Gaussian likelihood instead of
        the squared error. ``predict_uncertainty`` then has an aleatoric part. Adds ``T`` outputs to the dense layer.
    seed : int, optional
        Decides first weights, dropout and the order of batches.
    **kwargs
        See :class:`GenomicsModel`: ``batch_size``, ``learning_rate``, ``optimizer``, ``model_dir``, ``progress``.

    References
    ----------
    Ramsundar, Eastman, Walters and Pande (2019), Deep Learning for the Life Sciences, O'Reilly, chapter 6.
    Huesken et al. (2005), Design of a genome-wide siRNA library using an artificial neural network, Nature
    Biotechnology 23, 995-1001.

    Examples
    --------
    >>> import numpy as np
    >>> model = SiRNAEfficacyModel(seed=1)
    >>> sum(int(np.prod(v.shape)) for v in model.model.trainable_variables)
    1631
    >>> model.predict_sequences(["UUAUCAAUGGUGAUCAUGGCU"]).shape
    (1, 1)
    """

    mode: ClassVar[str] = "regression"

    def __init__(
        self,
        n_tasks: int = 1,
        length: int = 21,
        n_layers: int = 2,
        filters: int = 10,
        kernel_size: int = 10,
        dropout: float = 0.3,
        variance: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        arguments = {
            "n_tasks": n_tasks,
            "length": length,
            "n_layers": n_layers,
            "filters": filters,
            "kernel_size": kernel_size,
            "dropout": dropout,
            "variance": variance,
        }
        seeds = seed_stream(seed)
        guide = keras.layers.Input((length, 4), name="guide")
        hidden = conv_stack(guide, n_layers, filters, kernel_size, dropout, seeds)
        efficacy = dense(n_tasks, seeds, name="efficacy", activation="sigmoid")(hidden)
        outputs, output_types, loss = efficacy, ["prediction"], L2Loss()
        if variance:
            log_variance = dense(n_tasks, seeds, name="log_variance")(hidden)
            exponential = keras.layers.Activation("exponential", name="variance")(log_variance)
            outputs = [efficacy, exponential, efficacy, log_variance]
            output_types, loss = ["prediction", "variance", "loss", "loss"], _gaussian_loss
        super().__init__(
            keras.Model(guide, outputs),
            loss,
            arguments,
            length=length,
            alphabet="ACGU",
            output_types=output_types,
            seed=seed,
            **kwargs,
        )


def _gaussian_loss(outputs: list[Any], labels: list[Any], weights: list[Any]) -> Any:
    """Return the mean negative log likelihood of labels under a normal distribution, without its constant."""
    mean, log_variance = outputs
    label = tf.reshape(tf.cast(labels[0], mean.dtype), tf.shape(mean))
    weight = tf.cast(weights[0], mean.dtype)
    weight = tf.reshape(weight, (-1, 1)) if weight.shape.rank == 1 else weight
    losses = 0.5 * (log_variance + tf.square(label - mean) * tf.exp(-log_variance))
    return tf.reduce_mean(losses * weight)
