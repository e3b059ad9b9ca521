"""Spaces as users write them, checked; and the settings of each trial.

A space is a TOML file, or a dict of the same form. Each line replaces what is searched by default::

    learning_rate = {low = 1e-4, high = 1e-2, log = true}
    dropout = {low = 0.1, high = 0.6}
    kernel_size = {low = 6, high = 20, points = 4}     # points: of a grid
    filters = [15, 30, 60]
    n_layers = 3                                       # not searched
"""

import itertools
import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.recipes import Choice, Range, Recipe
from deepchem_genomics.recipes.settings import ORDER, Space, Value, checked_value, rule_of

__all__ = ["as_toml", "full_space", "parse_space", "read_space", "searched", "settings_of_trials"]

DEFAULT_TRIALS = 20


def read_space(path: str | os.PathLike[str], recipe: Recipe) -> Space:
    """Read a space from a TOML file.

    Parameters
    ----------
    path : path-like
        The file; see :mod:`deepchem_genomics.tuning.search_space` for what it may say.
    recipe : Recipe
        Whose settings they are.

    Returns
    -------
    dict of str to Choice or Range
        What the file has; parameters that it does not name are not in it.

    Raises
    ------
    BadValueError
        If it is not TOML, or a line is not what it should be: which, and what it should be.
    """
    try:
        given = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadValueError(f"{path} is not TOML: {error}; write lines such as filters = [15, 30]") from error
    return parse_space(given, recipe, str(path))


def parse_space(given: Mapping[str, Any], recipe: Recipe, where: str = "space") -> Space:
    """Check a space.

    Examples
    --------
    >>> from deepchem_genomics.recipes import RECIPES
    >>> parse_space({"dropout": {"low": 0, "high": 0.5}, "filters": 15}, RECIPES["network"])
    {'dropout': Range(low=0.0, high=0.5, log=False, integer=False, points=3), 'filters': Choice(values=(15,))}
    """
    space: Space = {}
    for name, entry in given.items():
        recipe.require_setting(name, where)
        default = recipe.defaults[name]
        if isinstance(entry, Choice):
            entry = list(entry.values)
        elif isinstance(entry, Range):
            entry = entry.to_json()
        if isinstance(entry, Mapping):
            space[name] = _range(name, entry, default, where)
        else:
            space[name] = _choice(name, entry, default, where)
    return space


def full_space(recipe: Recipe, search: str, given: Space) -> Space:
    """Describe the values of each parameter: as given, else as searched by default, else its default."""
    usual = recipe.space if search == "random" else recipe.grid
    values: Space = {name: Choice((value,)) for name, value in recipe.defaults.items()}
    space = {**values, **usual, **given}
    return {name: space[name] for name in dict.fromkeys([*ORDER, *space]) if name in space}


def as_toml(entry: Choice | Range) -> str:
    """Write what a parameter may be as a file has it.

    Examples
    --------
    >>> as_toml(Range(1e-4, 1e-2, log=True)), as_toml(Choice(("standard", "none")))
    ('{low = 0.0001, high = 0.01, log = true}', '["standard", "none"]')
    """
    value = entry.to_json()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {json.dumps(number)}" for key, number in value.items()) + "}"
    return json.dumps(value)


def searched(space: Space) -> list[str]:
    """Name the parameters that have more than one value."""
    return [name for name, entry in space.items() if not (isinstance(entry, Choice) and len(entry.values) == 1)]


def settings_of_trials(
    space: Space, recipe: Recipe, search: str, trials: int | None, seed: int
) -> list[dict[str, Value]]:
    """Return the settings of each trial.

    Those of a random search do not depend on how many there are: more trials begin with the same ones. The first has
    the recipe's defaults where they are not given otherwise, and no two are alike.

    Examples
    --------
    >>> from deepchem_genomics.recipes import RECIPES
    >>> recipe = RECIPES["sirna-network"]
    >>> settings = settings_of_trials(full_space(recipe, "random", {}), recipe, "random", 3, seed=0)
    >>> [trial["filters"] for trial in settings]
    [10, 5, 20]
    """
    if search == "grid":
        combinations = itertools.product(*(entry.grid() for entry in space.values()))
        return [dict(zip(space, values, strict=True)) for values in combinations]
    return list(itertools.islice(_drawn(space, recipe, seed), DEFAULT_TRIALS if trials is None else trials))


_ENOUGH = 1000  # draws in a row that were there already: the space is used up


def _drawn(space: Space, recipe: Recipe, seed: int) -> Iterator[dict[str, Value]]:
    import numpy as np  # not needed to list a space

    rng = np.random.default_rng(seed)
    varied = searched(space)
    first = {name: recipe.defaults[name] if name in varied else space[name].grid()[0] for name in space}
    known = {tuple(first.values())}
    yield first
    failures = 0
    while failures < _ENOUGH:
        settings = {name: entry.draw(rng) for name, entry in space.items()}
        key = tuple(settings.values())
        if key in known:
            failures += 1
            continue
        failures = 0
        known.add(key)
        yield settings


def _choice(name: str, entry: Any, default: Value, where: str) -> Choice:
    values = tuple(
        checked_value(name, value, default, where) for value in (entry if isinstance(entry, list | tuple) else [entry])
    )
    if not values:
        raise BadValueError(f"{where}: {name} is an empty list; name one value or more, or leave the line out")
    if len(set(values)) < len(values):
        raise BadValueError(f"{where}: {name} is {list(entry)!r}, which has a value twice; name each once")
    return Choice(values)


def _range(name: str, entry: Mapping[str, Any], default: Value, where: str) -> Range:
    rule = rule_of(name, default)
    example = f"{name} = {{low = ..., high = ...}}, and log = true or points = 3 if need be"
    unknown = [key for key in entry if key not in ("low", "high", "log", "points")]
    missing = [key for key in ("low", "high") if key not in entry]
    if unknown or missing:
        what = f"has {unknown[0]!r}" if unknown else f"lacks {missing[0]!r}"
        raise BadValueError(f"{where}: the range of {name} {what}; write {example}")
    if rule.kind in (str, bool):
        raise BadValueError(f"{where}: {name} has no range, for it is not a number; it must be {rule.says}")
    log, points = entry.get("log", False), entry.get("points", Range._field_defaults["points"])
    low, high = (checked_value(name, entry[key], default, where, f"{name}.{key}") for key in ("low", "high"))
    if not isinstance(log, bool):
        raise BadValueError(f"{where}: {name}.log is {log!r}; it must be true or false")
    require_whole_number(f"{where}: {name}.points", points, lowest=2)
    if not low < high:  # type: ignore[operator]
        raise BadValueError(
            f"{where}: {name} ranges from {low} to {high}; low must be below high; for one value write {name} = {low}"
        )
    if log and low == 0:
        raise BadValueError(f"{where}: {name}.low is 0, which has no logarithm; begin above 0, or leave log out")
    return Range(low, high, log, rule.kind is int, points)  # type: ignore[arg-type]
