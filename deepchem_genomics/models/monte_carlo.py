"""Predictions of a network with an uncertainty, by Monte-Carlo dropout."""

from typing import Any

import numpy as np
import tensorflow as tf
from deepchem.data import Dataset
from tqdm import tqdm

from deepchem_genomics.models.batches import filled_up, steps_per_epoch
from deepchem_genomics.models.dropout import DropsUnits

__all__ = ["predict_uncertainty"]


def predict_uncertainty(model: Any, dataset: Dataset, masks: int) -> Any:
    """Run a network with ``masks`` different dropout masks; see :meth:`GenomicsModel.predict_uncertainty`.

    Parameters
    ----------
    model : GenomicsModel
        The network.
    dataset : dc.data.Dataset
        X (N, L, A), and ids if the model has a second input.
    masks : int
        Number of runs.

    Returns
    -------
    tuple of ndarray, or list of such
        Mean and standard deviation, each (N, T).

    Raises
    ------
    ValueError
        If the network has neither dropout nor a variance output.
    """
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
        total = steps_per_epoch(dataset, model.batch_size)
        with tqdm(batches, "predicting", total, unit="batch", disable=model._hide_progress()) as shown:
            moments = [_batch_moments(model, inputs, masks, variance_outputs) for inputs, _, _ in map(filled_up, shown)]
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
        values = np.stack([run[output] for run in runs]).astype(np.float64)
        variance = values.var(axis=0)
        if variance_outputs:
            variance += np.mean([run[variance_outputs[order]] for run in runs], axis=0)
        result.append((values.mean(axis=0).astype(np.float32), np.sqrt(variance).astype(np.float32)))
    return result
