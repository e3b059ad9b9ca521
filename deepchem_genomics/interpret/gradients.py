"""Derivatives of a prediction with respect to what the network is fed."""

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from deepchem_genomics.errors import ShapeMismatchError
from deepchem_genomics.interpret.contributions import Contributions
from deepchem_genomics.interpret.logits import NetworkOutput, network_inputs, network_outputs
from deepchem_genomics.interpret.rows import require_ids, require_rows, require_task
from deepchem_genomics.typing import Ids, OneHot

__all__ = ["input_gradients", "output_gradients", "require_length"]


def input_gradients(
    model: Any, X: OneHot, ids: Ids | None = None, task: int = 0, scale: str | None = None
) -> Contributions:
    """Differentiate a prediction with respect to every input of the network.

    Parameters
    ----------
    model : GenomicsModel or Ensemble
        A network, or several; of these the gradients are averaged.
    X : ndarray, (N, L, 4)
        One-hot sequences.
    ids : sequence of str, (N,), optional
        Sample ids; needed if the network has side inputs.
    task : int, default 0
        Whose prediction.
    scale : {"logit", "prediction"}, optional
        What is differentiated: by default the logit where the network ends in a sigmoid, else the prediction. Neither
        is calibrated.

    Returns
    -------
    Contributions
        ``sequence`` holds derivatives (N, L, 4), ``side_inputs`` those with respect to each side input after its
        scaling (N, K); ``hypothetical`` and ``per_base`` as explained there.

    Raises
    ------
    BadValueError
        If the model is not a network, there is no such task or logit, or ids are missing.
    ShapeMismatchError
        If X is not (N, L, 4) with the model's L, or there are more or fewer ids than sequences.

    Examples
    --------
    >>> from deepchem_genomics import feat, models
    >>> model = models.TFBindingModel(length=21, seed=1)
    >>> gradients = input_gradients(model, feat.one_hot(["ACGTACGTACGTACGTACGTA"]))
    >>> gradients.sequence.shape, gradients.side_inputs, gradients.scale
    ((1, 21, 4), {}, 'logit')
    """
    rows = require_rows(X)
    outputs = network_outputs(model, scale)
    names = require_ids(ids, len(rows), model)
    require_length(model, rows)
    totals: list[NDArray[np.float32]] = []
    for output in outputs:
        parts = []
        for start in range(0, len(rows), output.model.batch_size):
            part = slice(start, start + output.model.batch_size)
            parts.append(output_gradients(output, network_inputs(output.model, rows[part], names[part]), task)[1])
        found = [np.concatenate(pieces) for pieces in zip(*parts, strict=True)]
        totals = [a + b for a, b in zip(totals, found, strict=True)] if totals else found
    means = [total / np.float32(len(outputs)) for total in totals]
    hypothetical = means[0] - means[0].mean(axis=2, keepdims=True)
    per_base = (rows * hypothetical).sum(axis=2, dtype=np.float32)
    side_inputs = dict(zip(outputs[0].model.side_inputs, means[1:], strict=True))
    return Contributions(means[0], side_inputs, hypothetical, per_base, None, outputs[0].scale)


def output_gradients(
    output: NetworkOutput, inputs: list[NDArray[np.float32]], task: int
) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
    """Compute an output and its derivatives for a batch.

    Parameters
    ----------
    output : NetworkOutput
        What is differentiated.
    inputs : list of ndarray of float32
        One for each input of the network, n rows each.
    task : int
        Which column.

    Returns
    -------
    values : ndarray of float32, (n,)
        The output.
    gradients : list of ndarray of float32
        Its derivatives, each shaped as the input.

    Raises
    ------
    BadValueError
        If there is no such task.
    """
    tensors = [tf.convert_to_tensor(values) for values in inputs]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(tensors)
        values = output(tensors)
        # Rows do not depend on each other in prediction, so the gradient of the sum holds every row's own.
        column = values[:, require_task(task, values.shape[1])]
        total = tf.reduce_sum(column)
    gradients = tape.gradient(total, tensors, unconnected_gradients="zero")
    return column.numpy(), [gradient.numpy() for gradient in gradients]


def require_length(model: Any, X: NDArray[Any]) -> None:
    """Raise an error unless sequences are as long as a model's.

    Parameters
    ----------
    model : GenomicsModel or Ensemble
        The model.
    X : ndarray, (N, L, 4)
        One-hot sequences.

    Raises
    ------
    ShapeMismatchError
        If they are not.
    """
    length = model.length
    if X.shape[1] != length:
        raise ShapeMismatchError(
            f"the sequences have {X.shape[1]} bases; this {type(model).__name__} takes {length}: cut or extend them"
        )
