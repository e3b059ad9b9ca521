"""What a rule of thumb says of guides."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["RuleScores"]


class RuleScores(NamedTuple):
    """What a rule of thumb says of N guides.

    Parameters
    ----------
    score : ndarray of int64, (N,)
        The higher the better; the range is in the docstring of the rule.
    passes : ndarray of bool, (N,)
        Whether the authors of the rule would try the guide.
    criteria : dict of str to ndarray of bool, (N,)
        Whether each criterion is met, by name.
    """

    score: NDArray[np.int64]
    passes: NDArray[np.bool_]
    criteria: dict[str, NDArray[np.bool_]]
