"""Derivatives of a network's prediction, or of its output before the sigmoid, and contributions averaged from them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.data import SideInput
from deepchem_genomics.errors import BadValueError, ShapeMismatchError
from deepchem_genomics.interpret.rows import (
    Contributions,
    differentiable,
    require_ids,
    require_rows,
    require_side_baselines,
    require_task,
    shuffled_backgrounds,
)
from deepchem_genomics.models import GenomicsModel
from deepchem_genomics.typing import Ids, OneHot

__all__ = [
    "NetworkOutput",
    "Shuffled",
    "input_gradients",
    "integrated_gradients",
    "network_inputs",
    "network_outputs",
    "networks_of",
    "output_gradients",
    "prediction_tensor",
    "require_length",
]

Inputs = Sequence[Any]


def networks_of(model: Any) -> list[GenomicsModel]:
    """List the networks behind a model, itself or the members of an ensemble; BadValueError for other models."""
    if differentiable(model):
        return list(model.parts())
    raise BadValueError(
        f"a {type(model).__name__} is not a network that could be differentiated; "
        "use saturation_mutagenesis with scale='prediction', which takes any model"
    )


class NetworkOutput:
    """The prediction of a network, or its logit, as a function of the network's inputs.

    By default the logit where the network ends in a sigmoid, else the prediction; BadValueError for the logit of
    another network. Statistics of batch normalization are used, and left as they are.
    """

    def __init__(self, model: GenomicsModel, scale: str | None = None) -> None:
        if scale not in (None, "logit", "prediction"):
            raise BadValueError(f"scale is {scale!r}; choose 'logit' or 'prediction'")
        output = prediction_tensor(model)
        layer = output._keras_history.layer
        has_sigmoid = getattr(layer, "activation", None) is keras.activations.sigmoid
        if scale == "logit" and not has_sigmoid:
            raise BadValueError(
                f"the {type(model).__name__} does not end in a sigmoid and has no logit; use scale='prediction'"
            )
        self.model = model
        self.scale = scale or ("logit" if has_sigmoid else "prediction")
        self._last = layer if self.scale == "logit" and isinstance(layer, keras.layers.Dense) else None
        inner = layer.input if self.scale == "logit" else output
        self._network = keras.Model(model.model.inputs, inner)

    def __call__(self, inputs: Inputs) -> Any:
        """Compute the output (n, T) from one tensor for each input of the network."""
        given = list(inputs) if len(inputs) > 1 else inputs[0]
        inner = self._network(given, training=False)
        return inner if self._last is None else tf.linalg.matmul(inner, self._last.kernel) + self._last.bias


def network_outputs(model: Any, scale: str | None = None) -> list[NetworkOutput]:
    """Return a :class:`NetworkOutput` for each network behind a model."""
    return [NetworkOutput(network, scale) for network in networks_of(model)]


def network_inputs(model: GenomicsModel, X: NDArray[Any], ids: NDArray[Any]) -> list[NDArray[np.float32]]:
    """Return X and side inputs of some rows as float32, one array for each input of the network."""
    return [np.asarray(values, dtype=np.float32) for values in model.batch_inputs(X, ids)]


def prediction_tensor(model: GenomicsModel) -> Any:
    """Return the symbolic tensor (n, T) of the first output of a network that is a prediction."""
    chosen = model._prediction_outputs
    return model.model.outputs[chosen[0] if chosen else 0]


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
        for start in range(0, len(rows), output.model.rows_at_once):
            part = slice(start, start + output.model.rows_at_once)
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
    """Compute a task's output (n,) and its derivatives, each shaped as its input, for a batch."""
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
    """Raise ShapeMismatchError unless sequences are as long as a model's."""
    length = model.length
    if X.shape[1] != length:
        raise ShapeMismatchError(
            f"the sequences have {X.shape[1]} bases; this {type(model).__name__} takes {length}: cut or extend them"
        )


@dataclass(frozen=True)
class Shuffled:
    """Dinucleotide shuffles of each sequence, as the baseline of :func:`integrated_gradients`.

    Parameters
    ----------
    n : int, default 5
        How many of each sequence; contributions are averaged over them.
    seed : int, optional
        Decides the shuffles.
    """

    n: int = 5
    seed: int | None = 0


def integrated_gradients(
    model: Any,
    X: OneHot,
    ids: Ids | None = None,
    baseline: str | Shuffled | NDArray[Any] = "zeros",
    n_steps: int = 50,
    task: int = 0,
    scale: str | None = None,
    side_baselines: Mapping[str, ArrayLike] | None = None,
) -> Contributions:
    """Share a prediction out among all inputs of the network, by integrated gradients.

    The method is that of [1]_. All inputs go together, in a straight line, from the baseline to what they are. The mean
    gradient on the way, times the way, is each one's contribution; together they are the difference between the two
    outputs (completeness).

    Parameters
    ----------
    model : GenomicsModel or Ensemble
        A network, or several; then contributions are those to the mean of their outputs.
    X : ndarray, (N, L, 4)
        One-hot sequences.
    ids : sequence of str, (N,), optional
        Sample ids; needed if the network has side inputs.
    baseline : "zeros", Shuffled or ndarray, (L, 4) or (N, L, 4), default "zeros"
        Where the sequence starts from: all zero, as if every base were unknown; dinucleotide shuffles of each sequence;
        or as given, such as the letters' frequencies.
    n_steps : int, default 50
        Points on the way at which gradients are taken: the middles of as many equal stretches. Double them if
        ``completeness_gap`` is too large.
    task : int, default 0
        Whose prediction.
    scale : {"logit", "prediction"}, optional
        What is shared out: by default the logit where the network ends in a sigmoid, else the prediction. Neither is
        calibrated.
    side_baselines : mapping of str to array_like of float, (K,), optional
        Where each side input starts from, before its scaling, by its name; by default the mean of the scaled values of
        the whole table that the model looks up, so that only what differs from an average window counts.

    Returns
    -------
    Contributions
        With ``completeness_gap`` (N,).

    Raises
    ------
    BadValueError
        If the model is not a network, there is no such task, logit or baseline, ids are missing, or a number of steps
        or shuffles is below 1; or a baseline is given for a side input that the network does not have.
    ShapeMismatchError
        If X is not (N, L, 4) with the model's L, a baseline has another shape, or there are more or fewer ids than
        sequences.

    References
    ----------
    .. [1] Sundararajan, Taly and Yan (2017), Axiomatic attribution for deep networks, ICML, arXiv:1703.01365.

    Examples
    --------
    >>> from deepchem_genomics import feat, models
    >>> model = models.TFBindingModel(length=21, seed=1)
    >>> found = integrated_gradients(model, feat.one_hot(["ACGTACGTACGTACGTACGTA"]), n_steps=200)
    >>> bool(abs(found.completeness_gap[0]) < 0.01 * abs(found.sequence.sum()))
    True
    """
    rows = require_rows(X)
    outputs = network_outputs(model, scale)
    names = require_ids(ids, len(rows), model)
    require_length(model, rows)
    require_whole_number("n_steps", n_steps, lowest=1)
    starts = _sequence_baselines(outputs[0].model, rows, baseline)  # (S, N or 1, L, 4)
    parts = []
    at_once = max(1, min(output.model.rows_at_once for output in outputs) // n_steps)
    for first in range(0, len(rows), at_once):
        part = slice(first, first + at_once)
        own = starts[:, part] if starts.shape[1] > 1 else starts
        parts.append(_share_out(outputs, rows[part], names[part], own, n_steps, task, side_baselines or {}))
    sequence, hypothetical, gap = (np.concatenate([part[i] for part in parts]) for i in (0, 1, 3))
    side_inputs = {name: np.concatenate([part[2][name] for part in parts]) for name in parts[0][2]}
    per_base = (rows * hypothetical).sum(axis=2, dtype=np.float32)
    return Contributions(sequence, side_inputs, hypothetical, per_base, gap, outputs[0].scale)


def _share_out(
    outputs: list[NetworkOutput],
    X: NDArray[Any],
    ids: NDArray[np.object_],
    starts: NDArray[np.float32],
    n_steps: int,
    task: int,
    side_baselines: Mapping[str, ArrayLike],
) -> tuple[NDArray[np.float32], NDArray[np.float32], dict[str, NDArray[np.float32]], NDArray[np.float64]]:
    """Return contributions of a few sequences (the sequence's, hypothetical, side inputs') and the gap."""
    sequence = np.zeros(X.shape)
    hypothetical = np.zeros(X.shape)
    side = {name: np.zeros((len(X), one.n_tracks)) for name, one in outputs[0].model.side_inputs.items()}
    gap = np.zeros(len(X))
    for output in outputs:
        inputs = network_inputs(output.model, X, ids)
        ends = _side_baselines(output.model, side_baselines)
        for start in starts:
            baselines = [np.broadcast_to(values, at.shape) for values, at in zip([start, *ends], inputs, strict=True)]
            ways = [at - base for at, base in zip(inputs, baselines, strict=True)]
            gradients = _mean_gradients(output, baselines, ways, n_steps, task)
            shares = [way * gradient for way, gradient in zip(ways, gradients, strict=True)]
            sequence += shares[0]
            # If letter b were there, the way would be its one-hot row minus the baseline.
            hypothetical += gradients[0] - (baselines[0] * gradients[0]).sum(axis=2, keepdims=True)
            gap += sum(share.reshape(len(X), -1).sum(axis=1, dtype=np.float64) for share in shares)
            gap -= _values(output, inputs, task) - _values(output, baselines, task)
            for name, share in zip(side, shares[1:], strict=True):
                side[name] += share
    n = len(outputs) * len(starts)
    mean_side = {name: (share / n).astype(np.float32) for name, share in side.items()}
    return (sequence / n).astype(np.float32), (hypothetical / n).astype(np.float32), mean_side, gap / n


def _mean_gradients(
    output: NetworkOutput,
    baselines: list[NDArray[np.float32]],
    ways: list[NDArray[np.float32]],
    n_steps: int,
    task: int,
) -> list[NDArray[np.float64]]:
    """Average the gradients at the middles of ``n_steps`` equal stretches of the way."""
    totals = [np.zeros(way.shape) for way in ways]
    for fractions in _fractions(n_steps, max(1, output.model.rows_at_once // len(ways[0]))):
        points = [
            np.concatenate([base + np.float32(fraction) * way for fraction in fractions])
            for base, way in zip(baselines, ways, strict=True)
        ]
        _, gradients = output_gradients(output, points, task)
        for total, gradient, way in zip(totals, gradients, ways, strict=True):
            total += gradient.reshape(len(fractions), *way.shape).sum(axis=0, dtype=np.float64)
    return [total / n_steps for total in totals]


def _fractions(n_steps: int, at_once: int) -> Iterator[NDArray[np.float64]]:
    middles = (np.arange(n_steps) + 0.5) / n_steps
    for first in range(0, n_steps, at_once):
        yield middles[first : first + at_once]


def _values(output: NetworkOutput, inputs: list[NDArray[np.float32]], task: int) -> NDArray[np.float64]:
    found: NDArray[np.float64] = output(inputs).numpy()[:, task].astype(np.float64)
    return found


def _sequence_baselines(
    model: GenomicsModel, X: NDArray[Any], baseline: str | Shuffled | NDArray[Any]
) -> NDArray[np.float32]:
    """Return baselines (S, N, L, 4), or (S, 1, L, 4) where all sequences have the same."""
    n, length = X.shape[:2]
    if isinstance(baseline, Shuffled):
        shuffled = shuffled_backgrounds(X, baseline.n, baseline.seed, model.alphabet)
        return shuffled.reshape(n, baseline.n, length, 4).swapaxes(0, 1).astype(np.float32)
    if not isinstance(baseline, str):
        given = np.asarray(baseline, dtype=np.float32)
        if given.shape not in ((length, 4), X.shape):
            raise ShapeMismatchError(f"baseline has shape {given.shape}; give ({length}, 4) or {X.shape}")
        return given.reshape(1, -1, length, 4)
    if baseline != "zeros":
        raise BadValueError(f"baseline is {baseline!r}; choose 'zeros', or give a Shuffled or an array")
    return np.zeros((1, 1, length, 4), dtype=np.float32)


def _side_baselines(model: Any, given: Mapping[str, ArrayLike]) -> list[NDArray[np.float32]]:
    """Return each side input's baseline as the network sees it, (K,)."""
    raw = require_side_baselines(given, model)
    baselines = []
    for name, table in model.side_inputs.items():
        if name not in raw:
            if not isinstance(table, SideInput):
                raise BadValueError(f"the side input {name} is not a table; give its baseline (side_baselines)")
            scaled = table.scaling.apply(table.values).mean(axis=0, dtype=np.float64)
        else:
            scaled = table.scaling.apply(raw[name][None])[0]
        baselines.append(np.asarray(scaled, dtype=np.float32))
    return baselines
