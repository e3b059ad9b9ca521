"""The output of a network before its sigmoid."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.interpret.rows import differentiable
from deepchem_genomics.models import GenomicsModel

__all__ = ["NetworkOutput", "network_inputs", "network_outputs", "networks_of", "prediction_tensor"]

Inputs = Sequence[Any]


def networks_of(model: Any) -> list[GenomicsModel]:
    """List the networks behind a model: itself, or the members of an ensemble.

    Parameters
    ----------
    model : GenomicsModel or Ensemble
        The model.

    Returns
    -------
    list of GenomicsModel
        One or more.

    Raises
    ------
    BadValueError
        If the model is not a network.
    """
    if differentiable(model):
        return list(model.parts())
    raise BadValueError(
        f"a {type(model).__name__} is not a network that could be differentiated; "
        "use saturation_mutagenesis with scale='prediction', which takes any model"
    )


class NetworkOutput:
    """The prediction of a network, or its logit, as a function of the network's inputs.

    Parameters
    ----------
    model : GenomicsModel
        The network. Its statistics for batch normalization are used, and left as they are.
    scale : {"logit", "prediction"}, optional
        By default the logit where the network ends in a sigmoid, and else the prediction.

    Attributes
    ----------
    scale : str
        The scale in use.

    Raises
    ------
    BadValueError
        If the scale is unknown, or the logit of a network without a sigmoid is asked for.
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
        """Compute the output.

        Parameters
        ----------
        inputs : sequence of tensor
            One for each input of the network.

        Returns
        -------
        tensor
            (n, T).
        """
        given = list(inputs) if len(inputs) > 1 else inputs[0]
        inner = self._network(given, training=False)
        return inner if self._last is None else tf.linalg.matmul(inner, self._last.kernel) + self._last.bias


def network_outputs(model: Any, scale: str | None = None) -> list[NetworkOutput]:
    """Return the outputs of all networks behind a model.

    Parameters
    ----------
    model : GenomicsModel or Ensemble
        The model.
    scale : {"logit", "prediction"}, optional
        See :class:`NetworkOutput`.

    Returns
    -------
    list of NetworkOutput
        One for each network.
    """
    return [NetworkOutput(network, scale) for network in networks_of(model)]


def network_inputs(model: GenomicsModel, X: NDArray[Any], ids: NDArray[Any]) -> list[NDArray[np.float32]]:
    """Return what a network is fed for some rows, as float32: X, and its side inputs.

    Parameters
    ----------
    model : GenomicsModel
        The network.
    X : ndarray, (n, L, A)
        One-hot sequences.
    ids : ndarray of str, (n,)
        Their ids.

    Returns
    -------
    list of ndarray
        One for each input of the network.
    """
    return [np.asarray(values, dtype=np.float32) for values in model.batch_inputs(X, ids)]


def prediction_tensor(model: GenomicsModel) -> Any:
    """Return the first output of a network that is a prediction.

    Parameters
    ----------
    model : GenomicsModel
        The network.

    Returns
    -------
    KerasTensor
        Symbolic, (n, T).
    """
    chosen = model._prediction_outputs
    return model.model.outputs[chosen[0] if chosen else 0]
