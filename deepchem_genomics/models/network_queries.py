"""What a network is asked but for its predictions: uncertainty by dropout, inner outputs, derivatives by input."""

import threading
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras
from deepchem.data import Dataset
from deepchem.trans import undo_transforms

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import BadValueError, ShapeMismatchError
from deepchem_genomics.models.batches import fill_up_last, steps_per_epoch
from deepchem_genomics.models.layers import DropsUnits
from deepchem_genomics.runs.progress import progress_bar

__all__ = ["as_ids", "compute_saliency", "inner_outputs", "predict_uncertainty"]


_ONE_AT_A_TIME = threading.RLock()  # of networks that several threads ask, whose masks are counted in the network


def predict_uncertainty(model: Any, dataset: Dataset, masks: int) -> Any:
    """Run a network with ``masks`` different dropout masks; see :meth:`GenomicsModel.predict_uncertainty`."""
    require_whole_number("masks", masks, lowest=1)
    with _ONE_AT_A_TIME:
        return _uncertainty(model, dataset, masks)


def _uncertainty(model: Any, dataset: Dataset, masks: int) -> Any:
    drops = [layer for layer in model.model.submodules if isinstance(layer, DropsUnits) and layer.rate > 0]
    variance_outputs = model._variance_outputs or []
    if not drops and not variance_outputs:
        raise ValueError(
            "the network has neither dropout nor a variance output, so its uncertainty would be 0 everywhere"
        )
    draws = [layer.draws.numpy() for layer in drops]
    # Far from the counts that training reaches, so that the masks are not those of a training step.
    for layer in drops:
        layer.draws.assign(2**40)
    try:
        batches = model.default_generator(dataset, mode="uncertainty", pad_batches=False)
        total = steps_per_epoch(dataset, model.rows_at_once)
        with progress_bar("predicting", "batch", total, model.progress, of=batches) as shown:
            moments = [
                _batch_moments(model, inputs, masks, variance_outputs)
                for inputs, _, _ in fill_up_last(shown, model.rows_at_once)
            ]
    finally:
        for layer, count in zip(drops, draws, strict=True):
            layer.draws.assign(count)
    results = [
        tuple(np.concatenate(parts)[: len(dataset)] for parts in zip(*batch, strict=True))
        for batch in zip(*moments, strict=True)
    ]
    return results[0] if len(results) == 1 else results


def _batch_moments(
    model: Any, inputs: list[np.ndarray], masks: int, variance_outputs: list[int]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return mean and standard deviation over the runs, for each prediction output."""
    model._create_inputs(inputs)
    prepared, _, _ = model._prepare_batch((inputs, None, None))
    runs: list[list[np.ndarray]] = []
    for _ in range(masks):
        outputs = model._compute_with_dropout(prepared if len(prepared) > 1 else prepared[0])
        runs.append([t.numpy() for t in ([outputs] if tf.is_tensor(outputs) else outputs)])
    which = model._prediction_outputs if model._prediction_outputs is not None else range(len(runs[0]))
    result = []
    for order, output in enumerate(which):
        values = model.calibrated(np.stack([run[output] for run in runs]).astype(np.float64))
        variance = values.var(axis=0)
        if variance_outputs:
            variance += np.mean([run[variance_outputs[order]] for run in runs], axis=0)
        result.append((values.mean(axis=0).astype(np.float32), np.sqrt(variance).astype(np.float32)))
    return result


def inner_outputs(model: Any, batches: Iterable[Any], wanted: list[Any], transformers: Sequence[Any]) -> Any:
    """Compute tensors within a network: an array for one, else a list of arrays.

    ``KerasModel`` computes them all and returns those whose places in the list are those of the predictions among the
    network's outputs, so of several only the first; and it asks ``tf.keras`` for the function.
    """
    if transformers and len(wanted) > 1:
        raise BadValueError(f"{len(wanted)} outputs, and transformers; transformations are undone of one output only")
    key = tuple(tensor.ref() for tensor in wanted)
    if key not in model._output_functions:
        model._output_functions[key] = keras.backend.function(model.model.inputs, wanted)
    found = []
    for inputs, _, _ in batches:
        model._create_inputs(inputs)
        prepared, _, _ = model._prepare_batch((inputs, None, None))
        computed = model._output_functions[key](prepared if len(prepared) > 1 else prepared[0])
        found.append([undo_transforms(values, list(transformers)) for values in computed])
    arrays = [np.concatenate(parts) for parts in zip(*found, strict=True)]
    return arrays[0] if len(arrays) == 1 else arrays


def compute_saliency(model: Any, X: np.ndarray, ids: Any = None) -> Any:
    """Differentiate each output with respect to each input; see :meth:`GenomicsModel.compute_saliency`.

    X is one sample (L, A) or a batch (N, L, A). ``KerasModel.compute_saliency`` takes one sample and one input, and
    computes a gradient for each output element in turn; here a gradient is computed for each task, over all samples at
    once.
    """
    single = X.ndim == 2
    batch = X[np.newaxis] if single else X
    model._require_shape(batch)
    names = as_ids(ids, len(batch))
    parts = [
        _jacobians(model, batch[start : start + model.rows_at_once], names[start : start + model.rows_at_once])
        for start in range(0, len(batch), model.rows_at_once)
    ]
    result = [
        [np.concatenate([part[o][i] for part in parts]) for i in range(len(parts[0][o]))] for o in range(len(parts[0]))
    ]
    if single:
        result = [[jacobian[0] for jacobian in by_input] for by_input in result]
    by_output = [by_input[0] if len(by_input) == 1 else by_input for by_input in result]
    return by_output[0] if len(by_output) == 1 else by_output


def as_ids(ids: Any, n_samples: int) -> np.ndarray:
    """Return ids as an array (n,), numbers if there are none; ShapeMismatchError unless there is one per sample."""
    if ids is None:
        return np.arange(n_samples).astype(str)
    names = np.atleast_1d(np.asarray(ids))
    if len(names) != n_samples:
        raise ShapeMismatchError(f"{n_samples} samples but {len(names)} ids; give one id per sample, in the same order")
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
