"""Checks of the arguments of a call: names that do not exist, and values that break the rule of their name."""

import difflib
import inspect
import math
import numbers
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, get_args

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.wording import shortened

__all__ = [
    "COUNT_OR_0",
    "FRACTION",
    "FRACTION_ABOVE_0",
    "FRACTION_BELOW_1",
    "FRACTION_BETWEEN",
    "NUMBER_ABOVE_0",
    "NUMBER_OR_0",
    "RULES",
    "Rule",
    "check_call",
    "nearest",
    "require_choice",
    "require_known",
    "require_known_arguments",
    "require_rule",
    "require_whole_number",
    "rule_of_kind",
    "spell_out",
]


class Rule(NamedTuple):
    """What the values of an argument or a setting must be; values of the type ``also`` fit without further checks."""

    kind: Any
    holds: Callable[[Any], bool]
    says: str
    also: Any = ()

    def fits(self, value: Any) -> bool:
        """Return whether a value follows the rule; numbers of NumPy are numbers, True and False are not."""
        if self.also and isinstance(value, self.also):
            return True
        kind = {int: numbers.Integral, float: numbers.Real}.get(self.kind, self.kind)
        if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a number of NumPy
            value = value.item()
        if not isinstance(value, kind) or (isinstance(value, bool) and self.kind in (int, float)):
            return False
        return not (self.kind is float and not math.isfinite(value)) and self.holds(value)


def rule_of_kind(kind: type) -> Rule:
    """Return the rule of values of a kind (bool, int, float, str) of which nothing else is known."""
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
    return Rule(kind, lambda value: True, words[kind])


COUNT_OR_0 = Rule(int, lambda value: value >= 0, "a whole number, 0 or more")
_COUNT = Rule(int, lambda value: value >= 1, "a whole number, 1 or more")
NUMBER_OR_0 = Rule(float, lambda value: value >= 0, "a number, 0 or more")
NUMBER_ABOVE_0 = Rule(float, lambda value: value > 0, "a number above 0")
FRACTION = Rule(float, lambda value: 0 <= value <= 1, "a fraction, from 0 to 1")
FRACTION_ABOVE_0 = Rule(float, lambda value: 0 < value <= 1, "a fraction, above 0 and up to 1")
FRACTION_BELOW_1 = Rule(float, lambda value: 0 <= value < 1, "a fraction, from 0 to below 1")
FRACTION_BETWEEN = Rule(float, lambda value: 0 < value < 1, "a fraction, above 0 and below 1")

RULES: dict[str, Rule] = {
    **dict.fromkeys(("learning_rate", "inverse_penalty", "cost", "gamma", "row_share", "noise"), NUMBER_ABOVE_0),
    "dropout": FRACTION_BELOW_1,
    **dict.fromkeys(("n_tasks", "length", "n_layers", "filters", "kernel_size", "pool_size", "batch_size"), _COUNT),
    **dict.fromkeys(("k", "width", "trees", "smallest_leaf", "depth", "hidden", "log_frequency"), _COUNT),
    "leaves": Rule(int, lambda value: value >= 2, "a whole number, 2 or more"),
    **dict.fromkeys(("n_blocks", "seed"), COUNT_OR_0),
    "feature_share": FRACTION_ABOVE_0,
    **dict.fromkeys(("penalty", "tolerance"), NUMBER_OR_0),
    "model_dir": Rule((str, os.PathLike), lambda value: True, "a path"),
    "progress": rule_of_kind(bool),
    "augmentation": Rule(object, callable, "an Augmentation"),
}
"""Rules of arguments by name; a name means the same wherever it occurs."""


def require_whole_number(name: str, value: Any, lowest: int, highest: float = math.inf, of: str = "") -> int:
    """Return the value as an int, or raise BadValueError; neither 3.0 nor True is a whole number. ``of`` is the unit.

    Examples
    --------
    >>> require_whole_number("length", 3, lowest=1, of="bp")
    3
    """
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not whole or not lowest <= value <= highest:
        limits = f"{lowest} or more" if highest == math.inf else f"from {lowest} to {highest}"
        raise BadValueError(f"{name} is {_short(value)}; it must be a whole number{of and f' of {of}'}, {limits}")
    return int(value)


def require_rule(name: str, value: Any, rule: Rule) -> None:
    """Raise BadValueError for a value that breaks a rule.

    Examples
    --------
    >>> require_rule("max_n", 0.5, FRACTION)
    """
    if not rule.fits(value):
        raise BadValueError(f"{name} is {_short(value)}; it must be {rule.says}")


def require_choice(name: str, value: Any, choices: Iterable[Any]) -> None:
    """Raise BadValueError unless a value is one of some; True is not 1.

    Examples
    --------
    >>> require_choice("at", "middle", ("middle", "summit"))
    """
    choices = list(choices)
    if isinstance(value, bool) or value not in choices:
        hint = nearest(value, filter(None, map(str, choices))) if isinstance(value, str) else ""
        raise BadValueError(f"{name} is {_short(value)}; {hint}it must be one of {', '.join(map(repr, choices))}")


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "did you mean NAME? " if a known name resembles this one, else nothing.

    Examples
    --------
    >>> nearest("n_filters", ["filters", "seed"])
    'did you mean filters? '
    """
    near = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean {near[0]}? " if near else ""


def require_known(where: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Raise TypeError for a name of an argument that is not known, with the known one that is most like it.

    Examples
    --------
    >>> require_known("load", ["sed"], ["seed", "n"])
    Traceback (most recent call last):
    TypeError: load() got an unexpected keyword argument 'sed'; did you mean seed? it takes seed, n
    """
    names = list(known)
    for name in given:
        if name not in names:
            there = f"it takes {', '.join(names)}" if names else "it takes none"
            raise TypeError(f"{where}() got an unexpected keyword argument {name!r}; {nearest(name, names)}{there}")


def require_known_arguments(called: Callable[..., Any], given: Iterable[str]) -> None:
    """Raise TypeError for an argument that a function or a class does not have; see :func:`require_known`."""
    parameters = inspect.signature(called).parameters.values()
    if not any(one.kind is one.VAR_KEYWORD for one in parameters):
        known = (one.name for one in parameters if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY))
        require_known(called.__name__, given, known)


def check_call(called: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], rules: Mapping[str, Rule]) -> None:
    """Check the arguments that a class is called with.

    TypeError for a name that it does not have; BadValueError for a value that breaks the rule of its name or, if there
    is none, is not of the kind of the default. What Python itself finds, such as a missing argument, is left to it.
    """
    require_known_arguments(called, kwargs)
    signature = inspect.signature(called)
    try:
        given = signature.bind_partial(*args, **kwargs).arguments
    except TypeError:
        return
    for name, value in given.items():
        parameter = signature.parameters[name]
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL) or value is parameter.default:
            continue
        _check_value(f"{called.__name__}: {name}", name, value, parameter.default, rules)


def _check_value(where: str, name: str, value: Any, default: Any, rules: Mapping[str, Rule]) -> None:
    if name in rules:
        rule = rules[name]
    elif isinstance(default, bool | int | float):
        rule = rule_of_kind(type(default))
    else:
        return
    if value is None and (default is None or name == "seed"):
        return
    if isinstance(default, tuple):
        fits = hasattr(value, "__len__") and not isinstance(value, str) and all(rule.fits(one) for one in value)
        says = f"a sequence, and each of it {rule.says}"
    else:
        fits, says = rule.fits(value), rule.says
    if not fits:
        raise BadValueError(f"{where} is {_short(value)}; it must be {says}")


def spell_out(cls: type[Any], base: type[Any], defaults: Mapping[str, Any]) -> None:
    """Add the arguments that ``**kwargs`` of a class's constructor stands for to its signature.

    They are those of the next class in the order of resolution that has a constructor, if that is a subclass of
    ``base``. Where ``kwargs`` are annotated as ``Unpack[SomeTypedDict]``, they are those that the dictionary names,
    with the defaults of that class or else ``defaults``.
    """
    init: Any = vars(cls).get("__init__")
    if init is None:
        return
    signature = inspect.signature(init)
    *own, last = signature.parameters.values()
    dictionary = next(iter(get_args(last.annotation)), None)
    names = None if dictionary is None else dictionary.__annotations__
    next_class = next(one for one in cls.__mro__[1:] if "__init__" in vars(one))
    if last.kind is not last.VAR_KEYWORD or not (names or issubclass(next_class, base)):
        return
    if issubclass(next_class, base):
        above = list(inspect.signature(vars(next_class)["__init__"]).parameters.values())[1:]
    else:
        above = [
            inspect.Parameter(name, last.KEYWORD_ONLY, default=defaults[name], annotation=kind)
            for name, kind in (names or {}).items()
        ]
    taken = {one.name for one in own}
    added = [
        one.replace(kind=one.KEYWORD_ONLY)
        for one in above
        if one.name not in taken
        and (one.kind is one.KEYWORD_ONLY or one.default is not one.empty)
        and (names is None or one.name in names)
    ]
    rest = [one for one in above if one.kind is one.VAR_KEYWORD]
    init.__signature__ = signature.replace(parameters=[*own, *added, *rest])


def _short(value: Any) -> str:
    """Return a value as text on one line, of 60 characters at most."""
    return shortened(" ".join(repr(value).split()), 60)
