"""Motifs of the filters of a network's first layer."""

import logging
from collections.abc import Iterator
from typing import Any

import numpy as np
import tf_keras as keras
from numpy.typing import NDArray

from deepchem_genomics.arguments import FRACTION_BELOW_1, require_rule
from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.interpret.gradients import require_length
from deepchem_genomics.interpret.rows import known_bases, require_rows
from deepchem_genomics.models import GenomicsModel
from deepchem_genomics.models.strand_layers import StrandConv1D
from deepchem_genomics.motifs import CountMatrix
from deepchem_genomics.typing import OneHot

__all__ = ["filter_motifs"]

logger = logging.getLogger(__name__)


def filter_motifs(
    model: GenomicsModel, X: OneHot, threshold: float = 0.5, layer: str | None = None
) -> list[CountMatrix]:
    """Count the letters of the stretches that each filter of the first convolution responds to.

    A stretch counts for a filter if its activation is above a share of the highest that the filter reaches in X [1]_.
    A filter that is used on both strands is counted on both, the other strand's stretches turned around.

    Parameters
    ----------
    model : GenomicsModel
        A network whose first layers are convolutions of the sequence.
    X : ndarray, (N, L, 4)
        One-hot sequences, such as those that are bound. Only stretches without unknown bases count.
    threshold : float, default 0.5
        Share of the highest activation, from 0 to below 1.
    layer : str, optional
        Name of the layer, if several convolutions read the sequence; the first of them by default.

    Returns
    -------
    list of CountMatrix
        One for each filter that is ever above 0, ``conv1_0`` being filter 0 of layer ``conv1``; counts are numbers of
        stretches. Filters that are not are left out, and their number is logged.

    Raises
    ------
    BadValueError
        If the model is not a network, no convolution reads the sequence, there is no such layer, or the threshold is
        out of range.
    EmptyInputError
        If no filter responds to anything.
    ShapeMismatchError
        If X is not (N, L, 4) with the model's L.

    References
    ----------
    .. [1] Kelley, Snoek and Rinn (2016), Basset: learning the regulatory code of the accessible genome with deep
       convolutional neural networks, Genome Research 26, 990-999, doi:10.1101/gr.200535.115.

    Examples
    --------
    >>> from deepchem_genomics import models, simulate
    >>> motifs = filter_motifs(models.TFBindingModel(seed=1), simulate.simulate_tf_binding(50, seed=1).X)
    >>> motifs[0].accession, motifs[0].width
    ('conv1_0', 10)
    """
    if not isinstance(model, GenomicsModel):
        raise BadValueError(f"a {type(model).__name__} is not a network and has no filters; give one, such as a member")
    require_rule("threshold", threshold, FRACTION_BELOW_1)
    rows = require_rows(X)
    require_length(model, rows)
    first = _first_convolution(model, layer)
    highest = _highest(first, rows, model.rows_at_once)
    counts = _count(first, rows, model.rows_at_once, threshold * highest)
    matrices = [
        CountMatrix(f"{first.name}_{number}", f"{first.name}_{number}", _as_rows(counts[number]))
        for number in np.flatnonzero(highest > 0)
    ]
    if len(matrices) < len(highest):
        logger.info("%d of %d filters respond to nothing and are left out", len(highest) - len(matrices), len(highest))
    if not matrices:
        raise EmptyInputError(f"no filter of {first.name} responds to anything in {len(rows)} sequences; give others")
    return matrices


class _Convolution:
    """A convolution of the sequence: activations of stretches of W bases, (n, L - W + 1, G, strands)."""

    def __init__(self, network: keras.Model, layer: Any) -> None:
        self.name = layer.name
        self.width = layer.kernel_size[0] if isinstance(layer.kernel_size, tuple) else layer.kernel_size
        self.both_strands = isinstance(layer, StrandConv1D)
        padded = self.both_strands or layer.padding == "same"
        self._skipped = (self.width - 1) // 2 if padded else 0  # stretches that begin before the sequence
        self._output = keras.Model(network.inputs[0], layer.output)

    def __call__(self, X: NDArray[Any]) -> NDArray[np.float32]:
        n_stretches = X.shape[1] - self.width + 1
        activations = self._output(X.astype(np.float32), training=False).numpy()
        activations = activations[:, self._skipped : self._skipped + n_stretches]
        known = np.lib.stride_tricks.sliding_window_view(known_bases(X), self.width, axis=1).all(axis=2)
        activations[~known] = -np.inf
        if not self.both_strands:
            found: NDArray[np.float32] = activations[..., None]
            return found
        half = activations.shape[2] // 2
        return np.stack([activations[:, :, :half], activations[:, :, half:][:, :, ::-1]], axis=3)


def _first_convolution(model: GenomicsModel, name: str | None) -> _Convolution:
    sequence = model.model.inputs[0]
    found = {
        layer.name: layer
        for layer in model.model.layers
        if isinstance(layer, keras.layers.Conv1D | StrandConv1D) and layer.input is sequence
    }
    if not found:
        raise BadValueError(f"no convolution of this {type(model).__name__} reads the sequence; it has no filters")
    if name is not None and name not in found:
        raise BadValueError(f"no convolution named {name!r} reads the sequence; choose {' or '.join(found)}")
    layer = found[name] if name is not None else next(iter(found.values()))
    strides, dilation = getattr(layer, "strides", 1), layer.dilation_rate
    if {strides, dilation} - {1, (1,)}:
        raise BadValueError(f"layer {layer.name} has strides {strides} and dilation {dilation}; only 1 is understood")
    return _Convolution(model.model, layer)


def _batches(X: NDArray[Any], batch_size: int) -> Iterator[NDArray[Any]]:
    return (X[start : start + batch_size] for start in range(0, len(X), batch_size))


def _highest(convolution: _Convolution, X: NDArray[Any], batch_size: int) -> NDArray[np.float32]:
    """Return the highest activation of each filter, (G,)."""
    found: NDArray[np.float32] = np.max(
        [convolution(batch).max(axis=(0, 1, 3)) for batch in _batches(X, batch_size)], axis=0
    )
    return found


def _count(
    convolution: _Convolution, X: NDArray[Any], batch_size: int, above: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Count letters in stretches whose activation is above a filter's threshold, (G, W, 4)."""
    width = convolution.width
    counts = np.zeros((len(above), width, 4))
    for batch in _batches(X, batch_size):
        activations = convolution(batch)
        for strand in range(activations.shape[3]):
            counted = (activations[..., strand] > above).reshape(-1, len(above)).astype(np.float32)  # (n x places, G)
            for offset in range(width):
                letters = batch[:, offset : offset + activations.shape[1]].reshape(-1, 4).astype(np.float32)
                found = counted.T @ letters
                if strand == 0:
                    counts[:, offset] += found
                else:
                    counts[:, width - 1 - offset] += found[:, ::-1]
    return counts


def _as_rows(counts: NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in counts.T.tolist())
