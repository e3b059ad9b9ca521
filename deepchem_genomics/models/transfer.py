"""Weights of one network put into another: ``load_from_pretrained``."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, ShapeMismatchError

__all__ = ["assignments", "copy_weights", "present_values"]


def assignments(source: Any, target: Any, include_top: bool) -> dict[Any, Any]:
    """Map references of a network's weights to those of another network; see ``GenomicsModel.load_from_pretrained``.

    Weights are matched by name if the target has all names of the source, else by their order. Statistics of batch
    normalization are weights, counts of random draws are not. ShapeMismatchError if two do not have the same shape.
    """
    from_source, to_target = (_weights(network, include_top) for network in (source, target))
    by_name = {variable.name: variable for variable in to_target}
    if {variable.name for variable in from_source} <= set(by_name):
        pairs = [(variable, by_name[variable.name]) for variable in from_source]
    elif len(from_source) == len(to_target):
        pairs = list(zip(from_source, to_target, strict=True))
    else:
        raise ShapeMismatchError(
            f"the source has {len(from_source)} weights with other names than the {len(to_target)} of this network; "
            "build both with the same layers, or pass an assignment_map"
        )
    wrong = [(here, there) for there, here in pairs if here.shape != there.shape]
    if wrong:
        here, there = wrong[0]
        top = {variable.ref() for variable in _top(target)} if include_top else set()
        remedy = "include_top=False, which leaves the last layer as it is" if here.ref() in top else "an assignment_map"
        raise ShapeMismatchError(
            f"{here.name} has the shape {tuple(here.shape)} and {there.name} of the source {tuple(there.shape)}; pass "
            f"{remedy}"
        )
    return {there.ref(): here for there, here in pairs}


def present_values(network: Any) -> dict[Any, NDArray[Any]]:
    """Return the values of a network's weights by their references."""
    return {variable.ref(): variable.numpy() for variable in network.weights}


def copy_weights(assignment_map: Mapping[Any, Any], value_map: Mapping[Any, Any]) -> None:
    """Assign values, after all of them were checked."""
    for there, here in assignment_map.items():
        if there not in value_map:
            raise BadValueError(f"value_map has no value of {there.deref().name}, which assignment_map names")
        if np.shape(value_map[there]) != tuple(here.shape):
            raise ShapeMismatchError(
                f"{here.name} has the shape {tuple(here.shape)} and the value of {there.deref().name} "
                f"{np.shape(value_map[there])}; map weights of the same shape"
            )
    for there, here in assignment_map.items():
        here.assign(value_map[there])


def _weights(network: Any, include_top: bool) -> list[Any]:
    left_out = set() if include_top else {variable.ref() for variable in _top(network)}
    return [one for one in network.weights if one.dtype.is_floating and one.ref() not in left_out]


def _top(network: Any) -> list[Any]:
    """Return kernel and bias of the last layer, as DeepChem counts them."""
    return list(network.trainable_variables[-2:])
