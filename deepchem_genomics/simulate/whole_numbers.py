"""The check that a size or a seed is a whole number."""

import operator

from deepchem_genomics.errors import BadValueError

__all__ = ["require_whole_number"]


def require_whole_number(name: str, value: int, lowest: int) -> int:
    """Return the value as an int, or raise BadValueError; 3.0 is not a whole number.

    Examples
    --------
    >>> require_whole_number("n", 3, lowest=1)
    3
    """
    try:
        number = operator.index(value)
    except TypeError:
        raise BadValueError(f"{name} is {value!r}; it must be a whole number") from None
    if number < lowest:
        raise BadValueError(f"{name} is {number}; it must be {lowest} or more")
    return number
