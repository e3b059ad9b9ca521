"""Transcription-factor binding from the sequence of a window, alone or with chromatin accessibility."""

from typing import TYPE_CHECKING, Any, ClassVar

import tf_keras as keras
from deepchem.models.losses import SigmoidCrossEntropy

from deepchem_genomics.models.genomics_model import GenomicsModel
from deepchem_genomics.models.layers import conv_stack, dense, seed_stream

if TYPE_CHECKING:
    from deepchem_genomics.data import SideInput

__all__ = ["AccessibilityTFBindingModel", "TFBindingModel"]


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
    **kwargs
        See :class:`GenomicsModel`: ``batch_size``, ``learning_rate``, ``optimizer``, ``model_dir``, ``progress``.

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
        **kwargs: Any,
    ) -> None:
        arguments = {
            "n_tasks": n_tasks,
            "length": length,
            "n_layers": n_layers,
            "filters": filters,
            "kernel_size": kernel_size,
            "dropout": dropout,
        }
        seeds = seed_stream(seed)
        sequence = keras.layers.Input((length, 4), name="sequence")
        hidden = conv_stack(sequence, n_layers, filters, kernel_size, dropout, seeds)
        super().__init__(
            keras.Model(sequence, _probability_and_logits(hidden, n_tasks, seeds)),
            SigmoidCrossEntropy(),
            arguments,
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
    accessibility : SideInput
        K signals by sample id, for every sample the model will see. Raw DNase values are a hundred times smaller than
        the sequence's activations and hardly seen; give ``side_input.scaled("log-standard", train.ids)``.
    n_tasks, length, n_layers, filters, kernel_size, dropout, seed, **kwargs
        As for :class:`TFBindingModel`.

    References
    ----------
    Ramsundar, Eastman, Walters and Pande (2019), Deep Learning for the Life Sciences, O'Reilly, chapter 6.

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
        accessibility: "SideInput",
        n_tasks: int = 1,
        length: int = 101,
        n_layers: int = 3,
        filters: int = 15,
        kernel_size: int = 10,
        dropout: float = 0.5,
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
        }
        seeds = seed_stream(seed)
        sequence = keras.layers.Input((length, 4), name="sequence")
        signals = keras.layers.Input((accessibility.n_tracks,), name="accessibility")
        hidden = conv_stack(sequence, n_layers, filters, kernel_size, dropout, seeds)
        joined = keras.layers.Concatenate(name="sequence_and_accessibility")([hidden, signals])
        super().__init__(
            keras.Model([sequence, signals], _probability_and_logits(joined, n_tasks, seeds)),
            SigmoidCrossEntropy(),
            arguments,
            length=length,
            side_inputs={"accessibility": accessibility},
            output_types=["prediction", "loss"],
            seed=seed,
            **kwargs,
        )


def _probability_and_logits(hidden: Any, n_tasks: int, seeds: Any) -> list[Any]:
    logits = dense(n_tasks, seeds, name="logits")(hidden)
    return [keras.layers.Activation("sigmoid", name="probability")(logits), logits]
