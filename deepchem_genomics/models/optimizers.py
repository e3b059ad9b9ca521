"""DeepChem's optimizers and learning-rate schedules, built with ``tf_keras`` by name.

``dc.models.optimizers`` builds them with ``tf.keras``, which is Keras 3 unless an environment variable was set before
TensorFlow was first touched, and calls a schedule once, at step 0, so that it never decays (DeepChem issue 3991). Here
the schedule object itself goes to the optimizer, which asks it for the rate at each step it has counted; the count is
in the checkpoint, so the decay continues where it stopped.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras
from deepchem.models import optimizers as dc_optimizers

__all__ = ["from_config", "to_config", "to_tf_keras"]

Config = dict[str, Any]


class _LinearCosineDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Linear times cosine decay, as DeepChem's PyTorch models have it; TensorFlow 2 has no such schedule."""

    def __init__(self, rate: float, decay_steps: int, alpha: float, beta: float, num_periods: float) -> None:
        self.rate = rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.beta = beta
        self.num_periods = num_periods

    def __call__(self, step: Any) -> Any:
        done = tf.minimum(tf.cast(step, tf.float32), self.decay_steps) / self.decay_steps
        cosine = 0.5 * (1 + tf.cos(2 * math.pi * self.num_periods * done))
        return self.rate * ((self.alpha + 1 - done) * cosine + self.beta)

    def get_config(self) -> dict[str, Any]:
        return dict(vars(self))


def _piecewise_constant(schedule: Any) -> Any:
    steps = sorted(schedule.boundaries_and_scales or {})
    rates = [schedule.initial_rate]
    for step in steps:
        rates.append(rates[-1] * schedule.boundaries_and_scales[step])
    return keras.optimizers.schedules.PiecewiseConstantDecay(steps, rates)


_SCHEDULES: dict[str, Callable[[Any], Any]] = {
    "ExponentialDecay": lambda s: keras.optimizers.schedules.ExponentialDecay(
        s.initial_rate, decay_steps=s.decay_steps, decay_rate=s.decay_rate, staircase=s.staircase
    ),
    "PolynomialDecay": lambda s: keras.optimizers.schedules.PolynomialDecay(
        s.initial_rate, decay_steps=s.decay_steps, end_learning_rate=s.final_rate, power=s.power
    ),
    "LinearCosineDecay": lambda s: _LinearCosineDecay(
        s.initial_rate, s.decay_steps, alpha=s.alpha, beta=s.beta, num_periods=s.num_periods
    ),
    "PiecewiseConstantSchedule": _piecewise_constant,
}

_OPTIMIZERS: dict[str, Callable[[Any, Any], Any]] = {
    "Adam": lambda o, rate: keras.optimizers.legacy.Adam(rate, beta_1=o.beta1, beta_2=o.beta2, epsilon=o.epsilon),
    # Decay is multiplied by the learning rate, as in DeepChem's PyTorch models; not so in tensorflow_addons.
    "AdamW": lambda o, rate: keras.optimizers.AdamW(
        rate, weight_decay=o.weight_decay, beta_1=o.beta1, beta_2=o.beta2, epsilon=o.epsilon, amsgrad=o.amsgrad
    ),
    "AdaGrad": lambda o, rate: keras.optimizers.legacy.Adagrad(
        rate, initial_accumulator_value=o.initial_accumulator_value, epsilon=o.epsilon
    ),
    "RMSProp": lambda o, rate: keras.optimizers.legacy.RMSprop(
        rate, momentum=o.momentum, rho=o.decay, epsilon=o.epsilon
    ),
    "GradientDescent": lambda o, rate: keras.optimizers.legacy.SGD(rate),
}


def to_tf_keras(optimizer: dc_optimizers.Optimizer) -> keras.optimizers.legacy.Optimizer:
    """Build the legacy ``tf_keras`` optimizer that a DeepChem optimizer describes.

    Its learning rate is not a variable, so a checkpoint does not overwrite the one that was requested.
    NotImplementedError for another optimizer or schedule than those of DeepChem that can be used, which it names.

    >>> to_tf_keras(dc_optimizers.Adam(learning_rate=0.01)).get_config()["name"]
    'Adam'
    """
    build = _known(_OPTIMIZERS, optimizer, "optimizer")
    return build(optimizer, _learning_rate(optimizer.learning_rate))


def to_config(value: Any) -> Any:
    """Describe a DeepChem optimizer or schedule in JSON, ``{"class": name, **arguments}``; a number or None is kept.

    >>> to_config(dc_optimizers.ExponentialDecay(0.1, 0.5, 100))["class"]
    'ExponentialDecay'
    """
    if value is None or isinstance(value, int | float | np.number):
        return value
    if isinstance(value, dict):  # the boundaries of a piecewise constant schedule; JSON has no integer keys
        return {"pairs": [list(pair) for pair in value.items()]}
    known = {**_OPTIMIZERS, **_SCHEDULES}
    _known(known, value, "optimizer or schedule")
    return {"class": type(value).__name__, **{name: to_config(part) for name, part in vars(value).items()}}


def from_config(config: Any) -> Any:
    """Build what :func:`to_config` described.

    >>> from_config(to_config(dc_optimizers.ExponentialDecay(0.1, 0.5, 100))).decay_steps
    100
    """
    if not isinstance(config, dict):
        return config
    if "pairs" in config:
        return {int(step): scale for step, scale in config["pairs"]}
    name = config["class"]
    if name not in _OPTIMIZERS and name not in _SCHEDULES:
        raise ValueError(f"no optimizer or schedule is named {name!r}; there are {', '.join(_names())}")
    arguments = {key: from_config(part) for key, part in config.items() if key != "class"}
    return getattr(dc_optimizers, name)(**arguments)


def _learning_rate(rate: Any) -> Any:
    if isinstance(rate, dc_optimizers.LearningRateSchedule):
        return _known(_SCHEDULES, rate, "learning-rate schedule")(rate)
    # A callable is not stored in checkpoints: the learning rate given to the constructor stays the one used.
    return lambda: float(rate)


def _known(table: dict[str, Any], value: Any, what: str) -> Any:
    name = type(value).__name__
    if name not in table:
        raise NotImplementedError(f"{name} is not an {what} this package can build; use one of {', '.join(table)}")
    return table[name]


def _names() -> list[str]:
    return [*_OPTIMIZERS, *_SCHEDULES]
