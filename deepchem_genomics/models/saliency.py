"""Derivatives of a model's outputs with respect to its inputs, for a batch and for every input."""

from typing import Any

import numpy as np
import tensorflow as tf

from deepchem_genomics.errors import ShapeMismatchError

__all__ = ["compute_saliency"]


def compute_saliency(model: Any, X: np.ndarray, ids: Any = None) -> Any:
    """Differentiate each output with respect to each input.

    ``KerasModel.compute_saliency`` takes one sample and one input, and computes a gradient for each output element in
    turn; here a gradient is computed for each task, over all samples at once.

    Parameters
    ----------
    model : GenomicsModel
        The model.
    X : ndarray
        One sample (L, A), or a batch (N, L, A).
    ids : str or array_like of str, optional
        Its id, or theirs (N,); needed if the model has side inputs.

    Returns
    -------
    ndarray or list
        See :meth:`GenomicsModel.compute_saliency`.

    Raises
    ------
    ShapeMismatchError
        If X does not have the model's shape, or there are not as many ids as samples.
    """
    single = X.ndim == 2
    batch = X[np.newaxis] if single else X
    model._require_shape(batch)
    names = _as_ids(ids, len(batch))
    parts = [
        _jacobians(model, batch[start : start + model.batch_size], names[start : start + model.batch_size])
        for start in range(0, len(batch), model.batch_size)
    ]
    result = [
        [np.concatenate([part[o][i] for part in parts]) for i in range(len(parts[0][o]))] for o in range(len(parts[0]))
    ]
    if single:
        result = [[jacobian[0] for jacobian in by_input] for by_input in result]
    by_output = [by_input[0] if len(by_input) == 1 else by_input for by_input in result]
    return by_output[0] if len(by_output) == 1 else by_output


def _as_ids(ids: Any, n_samples: int) -> np.ndarray:
    if ids is None:
        return np.arange(n_samples).astype(str)
    names = np.atleast_1d(np.asarray(ids))
    if len(names) != n_samples:
        raise ShapeMismatchError(f"{n_samples} samples but {len(names)} ids; give one id a sample, in the same order")
    return names


def _jacobians(model: Any, X: np.ndarray, ids: np.ndarray) -> list[list[np.ndarray]]:
    """Return for each output and each input of the network (n, T, *input shape)."""
    inputs = [tf.convert_to_tensor(values.astype(np.float32)) for values in model.batch_inputs(X, ids)]
    with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        outputs = model._compute_model(inputs if len(inputs) > 1 else inputs[0])
        outputs = [outputs] if tf.is_tensor(outputs) else list(outputs)
        # Rows do not depend on each other in prediction, so the gradient of a column's sum holds every row's own.
        columns = [[tf.reduce_sum(output[:, task]) for task in range(output.shape[1])] for output in outputs]
    result = []
    for sums in columns:
        by_task = [tape.gradient(column, inputs, unconnected_gradients="zero") for column in sums]
        result.append([np.stack([task[i].numpy() for task in by_task], axis=1) for i in range(len(inputs))])
    return result
