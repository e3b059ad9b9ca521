"""Settings of recipes: what values they may have, the ranges that are searched, and how they are read from text."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from deepchem_genomics.arguments import COUNT_OR_0, RULES, Rule, rule_of_kind
from deepchem_genomics.errors import BadValueError

if TYPE_CHECKING:
    import numpy as np  # the command line lists ranges without it

__all__ = ["ORDER", "TRAINING", "Choice", "Range", "Space", "Value", "checked_value", "parse_settings", "rule_of"]

Value: TypeAlias = int | float | str | bool

_DIGITS = 3  # significant ones of a drawn number: more say nothing, and make tables hard to read


class Choice(NamedTuple):
    """One of some values; of one, if it is not to be searched.

    Parameters
    ----------
    values : tuple
        Numbers or words.

    Examples
    --------
    >>> import numpy as np
    >>> Choice((15, 30)).draw(np.random.default_rng(0))
    30
    """

    values: tuple[Value, ...]

    def draw(self, rng: "np.random.Generator") -> Value:
        """Draw one, each as likely.

        Parameters
        ----------
        rng : numpy.random.Generator
            Where chance comes from.

        Returns
        -------
        int, float or str
            One of the values.
        """
        return self.values[int(rng.integers(len(self.values)))]

    def grid(self) -> tuple[Value, ...]:
        """Return what a grid goes through.

        Returns
        -------
        tuple
            All values.
        """
        return self.values

    def to_json(self) -> Any:
        """Return what a TOML file has in its place.

        Returns
        -------
        int, float, str or list
            The value itself if there is one.
        """
        return self.values[0] if len(self.values) == 1 else list(self.values)


class Range(NamedTuple):
    """A number within a range, rounded to three significant digits.

    Parameters
    ----------
    low, high : int or float
        Both ends can be drawn.
    log : bool, default False
        Whether numbers are drawn evenly in their logarithm: as many from 0.001 to 0.01 as from 0.01 to 0.1.
    integer : bool, default False
        Whether numbers are whole.
    points : int, default 3
        How many a grid has.

    Examples
    --------
    >>> Range(1e-4, 1e-2, log=True).grid()
    (0.0001, 0.001, 0.01)
    >>> import numpy as np
    >>> Range(6, 20, integer=True).draw(np.random.default_rng(0))
    18
    """

    low: float
    high: float
    log: bool = False
    integer: bool = False
    points: int = 3

    def draw(self, rng: "np.random.Generator") -> Value:
        """Draw a number.

        Parameters
        ----------
        rng : numpy.random.Generator
            Where chance comes from.

        Returns
        -------
        int or float
            Between low and high.
        """
        if self.log:
            return self._rounded(math.exp(rng.uniform(math.log(self.low), math.log(self.high))))
        if self.integer:
            return int(rng.integers(int(self.low), int(self.high) + 1))
        return self._rounded(float(rng.uniform(self.low, self.high)))

    def grid(self) -> tuple[Value, ...]:
        """Return what a grid goes through.

        Returns
        -------
        tuple
            ``points`` numbers from low to high, or fewer where whole numbers fall together.
        """
        import numpy as np

        spaced = (np.geomspace if self.log else np.linspace)(self.low, self.high, self.points)
        return tuple(dict.fromkeys(self._rounded(float(number)) for number in spaced))

    def to_json(self) -> dict[str, Any]:
        """Return what a TOML file has in its place.

        Returns
        -------
        dict
            ``low``, ``high`` and, where they differ from what is usual, ``log`` and ``points``.
        """
        table: dict[str, Any] = {"low": self.low, "high": self.high}
        if self.log:
            table["log"] = True
        if self.points != Range._field_defaults["points"]:
            table["points"] = self.points
        return table

    def _rounded(self, number: float) -> Value:
        if self.integer:
            return int(min(max(round(number), self.low), self.high))
        return float(min(max(float(f"{number:.{_DIGITS}g}"), self.low), self.high))


Space: TypeAlias = dict[str, Choice | Range]
"""What each parameter may be, by name."""


TRAINING: dict[str, Value] = {
    "epochs": 40,
    "patience": 15,
    "batch_size": 0,
    "learning_rate": 0.001,
    "decay": 1.0,
    "balance": False,
    "thin": 0,
    "shift": 0,
    "mutation": 0.0,
    "refit_bias": False,
}
"""Settings of :func:`~deepchem_genomics.recipes.training.train_network`, with usual values.

A recipe's ``defaults`` may have all of them or some.

``epochs``
    Passes through the training rows, at most.
``patience``
    Epochs without a better score on held-out rows after which training stops and the best weights are taken; 0 trains
    all epochs on all rows and takes the last.
``batch_size``
    Rows per step; 0 chooses a power of two, from 32 to 512, or 1,000, that gives 50 steps an epoch or more.
``learning_rate``, ``decay``
    Adam's rate; it falls in a straight line to a ``decay``-th in the last step.
``balance``
    Whether both classes count equally, regardless of the weights of the rows.
``thin``
    Unbound rows for each bound one, at most; 0 for no limit.
``shift``, ``mutation``
    See :class:`~deepchem_genomics.models.Augmentation`.
``refit_bias``
    Whether the last bias is fitted again on the rows trained on; see
    :meth:`~deepchem_genomics.models.RCTFBindingModel.refit_bias`.
"""


def _choice(*words: str) -> Rule:
    return Rule(str, lambda value: value in words, " or ".join(map(repr, words)))


_RULES = {
    **{name: RULES[name] for name in ("learning_rate", "dropout", "n_layers", "filters", "kernel_size")},
    "batch_size": COUNT_OR_0,
    "epochs": Rule(int, lambda value: value >= 1, "a whole number, 1 or more"),
    "patience": COUNT_OR_0,
    "scale": _choice("log-standard", "standard", "none"),
    "decay": Rule(float, lambda value: value >= 1, "a number, 1 or more"),
    "thin": COUNT_OR_0,
    "shift": COUNT_OR_0,
    "mutation": RULES["dropout"],
    "start": _choice("auto", "scratch", "motifs"),
    **{name: RULES[name] for name in ("k", "width", "trees", "leaves", "smallest_leaf", "depth", "hidden")},
    **{name: RULES[name] for name in ("inverse_penalty", "cost", "gamma", "row_share")},
    **{name: RULES[name] for name in ("feature_share", "penalty", "tolerance")},
}

ORDER = tuple(_RULES)
"""The order in which a search draws settings, regardless of their order in a file; others follow as in the recipe."""


def rule_of(name: str, default: Value) -> Rule:
    """Return the rule for a setting's values; settings of one name mean the same in all recipes.

    For a name that is not known, values are of the default's kind, and 0 is allowed only if the default is 0.
    """
    if name not in _RULES:
        return rule_of_kind(type(default))
    rule = _RULES[name]
    if rule.kind is not str and default == 0 and not rule.holds(0):
        return Rule(rule.kind, lambda value: value == 0 or rule.holds(value), f"{rule.says}; or 0, for the usual one")
    return rule


def checked_value(name: str, value: Any, default: Value, where: str, called: str | None = None) -> Value:
    """Return a value (a number, text, or text of a number) as the kind that a setting has.

    BadValueError, which says where it is from and what it is called there, if it breaks the setting's rule.
    """
    rule = rule_of(name, default)
    read = _read(value, rule.kind)
    if not rule.fits(read):
        raise BadValueError(f"{where}: {called or name} is {value!r}; it must be {rule.says}")
    found: Value = rule.kind(read)
    return found


def parse_settings(texts: Iterable[str], where: str = "--set") -> dict[str, str]:
    """Split settings of the form KEY=VALUE.

    Parameters
    ----------
    texts : iterable of str
        As on the command line.
    where : str, default "--set"
        The option, for the message.

    Returns
    -------
    dict of str to str
        For :meth:`Recipe.checked_settings`.

    Raises
    ------
    BadValueError
        If one is not of that form, or a key is given twice.

    Examples
    --------
    >>> parse_settings(["epochs=20", "dropout=0.3"])
    {'epochs': '20', 'dropout': '0.3'}
    """
    settings: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise BadValueError(f"{where} {text!r} is not of the form KEY=VALUE, such as epochs=20")
        if name in settings:
            raise BadValueError(f"{where} {name} is given twice; give it once")
        settings[name] = value
    return settings


def _read(value: Any, kind: type) -> Any:
    """Read text as a kind of value; leave it as it is if it cannot be."""
    if hasattr(value, "item"):  # a NumPy number
        return value.item()
    if not isinstance(value, str) or kind is str:
        return value
    if kind is bool:
        return {"true": True, "false": False}.get(value.lower(), value)
    try:
        return kind(value)
    except ValueError:
        return value
