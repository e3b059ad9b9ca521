"""The three networks of the genomics chapter: binding, binding with accessibility, and efficacy of an siRNA."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Unpack

import numpy as np
import tensorflow as tf
import tf_keras as keras
from deepchem.models.losses import L2Loss, SigmoidCrossEntropy

from deepchem_genomics.models.batches import require_efficacies
from deepchem_genomics.models.genomics_model import GenomicsModel
from deepchem_genomics.models.layers import conv_stack, dense, seed_stream
from deepchem_genomics.models.sequence_model import Training, TrainingByBatches
from deepchem_genomics.models.side_inputs import as_lookup

if TYPE_CHECKING:
    from deepchem_genomics.data import SideInput

__all__ = ["AccessibilityTFBindingModel", "SiRNAEfficacyModel", "TFBindingModel"]


class _Stack(NamedTuple):
    """The convolutions of a network of the chapter; its fields are arguments of the constructor."""

    n_tasks: int
    length: int
    n_layers: int
    filters: int
    kernel_size: int
    dropout: float

    def of(self, inputs: Any, seeds: Iterator[int]) -> Any:
        """Stack convolutions on one-hot sequences and flatten, (n, L * filters)."""
        return conv_stack(inputs, self.n_layers, self.filters, self.kernel_size, self.dropout, seeds)


class TFBindingModel(GenomicsModel):
    """Predict the probability that a transcription factor binds a window of DNA.

    The network of the chapter: three convolutions of 15 filters, 10 bases wide, each with relu and dropout 0.5; then
    one dense layer to a logit for each task. 6,661 trainable parameters for 101 bp and one task.

    Parameters
    ----------
    n_tasks : int, default 1
        T: transcription factors predicted at once.
    length : int, default 101
        L: window length in bp.
    n_layers, filters, kernel_size : int
        Convolutions (3), filters each (15), and width in bp (10).
    dropout : float, default 0.5
        Fraction of units dropped after each convolution, in training.
    seed : int, optional
        Decides first weights, dropout and the order of batches.
    batch_size, learning_rate, optimizer, model_dir, progress, augmentation, tensorboard, log_frequency, wandb_logger
        See :class:`GenomicsModel`.

    References
    ----------
    Ramsundar, Eastman, Walters and Pande (2019), Deep Learning for the Life Sciences, O'Reilly, chapter 6.

    Examples
    --------
    >>> import numpy as np
    >>> model = TFBindingModel(seed=1)
    >>> sum(int(np.prod(v.shape)) for v in model.model.trainable_variables)
    6661
    >>> model.predict_sequences(["ACGTN" * 20 + "A"]).shape
    (1, 1)
    """

    mode: ClassVar[str] = "classification"

    def __init__(
        self,
        n_tasks: int = 1,
        length: int = 101,
        n_layers: int = 3,
        filters: int = 15,
        kernel_size: int = 10,
        dropout: float = 0.5,
        seed: int | None = None,
        **kwargs: Unpack[TrainingByBatches],
    ) -> None:
        stack = _Stack(n_tasks, length, n_layers, filters, kernel_size, dropout)
        seeds = seed_stream(seed)
        sequence = keras.layers.Input((length, 4), name="sequence")
        hidden = stack.of(sequence, seeds)
        super().__init__(
            keras.Model(sequence, _probability_and_logits(hidden, n_tasks, seeds)),
            SigmoidCrossEntropy(),
            stack._asdict(),
            length=length,
            output_types=["prediction", "loss"],
            seed=seed,
            **kwargs,
        )


class AccessibilityTFBindingModel(GenomicsModel):
    """Predict binding from the sequence and from signals of the same window, such as chromatin accessibility.

    The network of the chapter: that of :class:`TFBindingModel`, with the signals concatenated to the flattened
    convolutions. 6,662 trainable parameters for 101 bp, one task and one track. Signals are looked up by sample id for
    each batch, so ``fit``, ``predict`` and ``evaluate`` take an ordinary dataset.

    Parameters
    ----------
    accessibility : SideInput or dict
        K signals by sample id, for every sample the model will see; a dict maps each id to its value or K values. Raw
        DNase values are a hundred times smaller than the sequence's activations and hardly seen; give
        ``side_input.scaled("log-standard", train.ids)``.
    n_tasks, length, n_layers, filters, kernel_size, dropout, seed
        As for :class:`TFBindingModel`.
    batch_size, learning_rate, optimizer, model_dir, progress, augmentation, tensorboard, log_frequency, wandb_logger
        See :class:`GenomicsModel`.

    Examples
    --------
    >>> import numpy as np
    >>> from deepchem_genomics.data import SideInput
    >>> model = AccessibilityTFBindingModel(SideInput.from_dict({"chr22:0-101": 0.003}), seed=1)
    >>> sum(int(np.prod(v.shape)) for v in model.model.trainable_variables)
    6662
    >>> model.predict_sequences(["ACGTN" * 20 + "A"], ids=["chr22:0-101"]).shape
    (1, 1)
    """

    mode: ClassVar[str] = "classification"

    def __init__(
        self,
        accessibility: "SideInput | Mapping[str, Any]",
        n_tasks: int = 1,
        length: int = 101,
        n_layers: int = 3,
        filters: int = 15,
        kernel_size: int = 10,
        dropout: float = 0.5,
        seed: int | None = None,
        **kwargs: Unpack[TrainingByBatches],
    ) -> None:
        table = as_lookup("accessibility", accessibility)
        stack = _Stack(n_tasks, length, n_layers, filters, kernel_size, dropout)
        seeds = seed_stream(seed)
        sequence = keras.layers.Input((length, 4), name="sequence")
        signals = keras.layers.Input((table.n_tracks,), name="accessibility")
        hidden = stack.of(sequence, seeds)
        joined = keras.layers.Concatenate(name="sequence_and_accessibility")([hidden, signals])
        super().__init__(
            keras.Model([sequence, signals], _probability_and_logits(joined, n_tasks, seeds)),
            SigmoidCrossEntropy(),
            stack._asdict(),
            length=length,
            side_inputs={"accessibility": table},
            output_types=["prediction", "loss"],
            seed=seed,
            **kwargs,
        )


def _probability_and_logits(hidden: Any, n_tasks: int, seeds: Any) -> list[Any]:
    logits = dense(n_tasks, seeds, name="logits")(hidden)
    return [keras.layers.Activation("sigmoid", name="probability")(logits), logits]


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
        As for :class:`TFBindingModel`.
    batch_size : int, default 100
        Rows per batch, as in the chapter.
    learning_rate, optimizer, model_dir, progress, augmentation, tensorboard, log_frequency, wandb_logger
        See :class:`GenomicsModel`.

    References
    ----------
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
        batch_size: int = 100,
        **kwargs: Unpack[Training],
    ) -> None:
        stack = _Stack(n_tasks, length, n_layers, filters, kernel_size, dropout)
        seeds = seed_stream(seed)
        guide = keras.layers.Input((length, 4), name="guide")
        hidden = stack.of(guide, seeds)
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
            {**stack._asdict(), "variance": variance},
            length=length,
            alphabet="ACGU",
            output_types=output_types,
            seed=seed,
            batch_size=batch_size,
            **kwargs,
        )

    def _require_labels(self, y: np.ndarray, w: np.ndarray, ids: Iterable[Any]) -> None:
        """Raise LabelError for efficacies that are far from what a sigmoid can predict."""
        require_efficacies(y, w, ids, lowest=-1)


def _gaussian_loss(outputs: list[Any], labels: list[Any], weights: list[Any]) -> Any:
    """Return the mean negative log likelihood of labels under a normal distribution, without its constant."""
    mean, log_variance = outputs
    label = tf.reshape(tf.cast(labels[0], mean.dtype), tf.shape(mean))
    weight = tf.cast(weights[0], mean.dtype)
    weight = tf.reshape(weight, (-1, 1)) if weight.shape.rank == 1 else weight
    losses = 0.5 * (log_variance + tf.square(label - mean) * tf.exp(-log_variance))
    return tf.reduce_mean(losses * weight)
