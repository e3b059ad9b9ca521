"""What a parameter may be: one of some values, or anything within a range."""

import math
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import numpy as np  # the command line lists ranges without it

__all__ = ["Choice", "Range", "Space", "Value"]

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
