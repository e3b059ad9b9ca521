"""The eight criteria of Reynolds et al. (2004)."""

import numpy as np

from deepchem_genomics.sirna.hairpins import hairpin_temperature
from deepchem_genomics.sirna.rule_scores import RuleScores
from deepchem_genomics.sirna.strands import PAIRED, bases_at, count_at, passenger_core
from deepchem_genomics.typing import OneHot

__all__ = ["reynolds"]

_LEAST_GC, _MOST_GC = 0.30, 0.52
_FEWEST_AU = 3
_WARMEST_HAIRPIN = 20.0  # Celsius
_PASSING_SCORE = 6


def reynolds(guides: OneHot) -> RuleScores:
    """Judge guides by the eight criteria of Reynolds et al.

    Positions are those of the sense strand, from 1 at its 5' end; position p pairs with guide position 20 - p.

    ======================  ============================================  =====================
    criterion               sense strand, 19 bases                        points
    ======================  ============================================  =====================
    ``medium_GC``           30 to 52 % G or C, that is 6 to 9 of 19       1
    ``AU_at_15_to_19``      three A or U at 15 to 19, or more             1 for each A or U, 0-5
    ``no_internal_repeat``  a hairpin would melt below 20 degrees C       1
    ``A_at_19``             A at 19                                       1
    ``A_at_3``              A at 3                                        1
    ``U_at_10``             U at 10                                       1
    ``no_GC_at_19``         no G or C at 19                               -1 if there is
    ``no_G_at_13``          no G at 13                                    -1 if there is
    ======================  ============================================  =====================

    The paper does not say how it found the hairpin's temperature; other programs leave that criterion out. Here it is
    that of :func:`hairpin_temperature`.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U; L is at least 19.

    Returns
    -------
    RuleScores
        The score is the sum of the points, -2 to 10. ``passes`` is a score of 6 or more.

    Raises
    ------
    ShapeMismatchError
        If ``guides`` has another shape.
    SequenceLengthError
        If the guides have fewer than 19 bases.

    References
    ----------
    .. [1] A. Reynolds et al. Rational siRNA design for RNA interference. *Nature Biotechnology* 22, 326-330, 2004.
       doi:10.1038/nbt936.

    Examples
    --------
    >>> from deepchem_genomics.feat import RNA, one_hot
    >>> scores = reynolds(one_hot(["UUAAUGUCAAGUGACAUUGAA"], RNA))
    >>> scores.score.tolist(), scores.passes.tolist()
    ([9], [True])
    >>> [name for name, met in scores.criteria.items() if not met[0]]
    ['no_internal_repeat']
    """
    sense = passenger_core(guides)
    gc = count_at(sense, 1, PAIRED, "GC") / PAIRED
    au = count_at(sense, 15, 19, "AU")
    criteria = {
        "medium_GC": (gc >= _LEAST_GC) & (gc <= _MOST_GC),
        "AU_at_15_to_19": au >= _FEWEST_AU,
        "no_internal_repeat": ~(hairpin_temperature(sense) >= _WARMEST_HAIRPIN),
        "A_at_19": bases_at(sense, 19, "A"),
        "A_at_3": bases_at(sense, 3, "A"),
        "U_at_10": bases_at(sense, 10, "U"),
        "no_GC_at_19": ~bases_at(sense, 19, "GC"),
        "no_G_at_13": ~bases_at(sense, 13, "G"),
    }
    rewarded = ("medium_GC", "no_internal_repeat", "A_at_19", "A_at_3", "U_at_10")
    penalised = ("no_GC_at_19", "no_G_at_13")
    score = au + sum(criteria[name].astype(np.int64) for name in rewarded)
    score = score - sum((~criteria[name]).astype(np.int64) for name in penalised)
    return RuleScores(score, score >= _PASSING_SCORE, criteria)
