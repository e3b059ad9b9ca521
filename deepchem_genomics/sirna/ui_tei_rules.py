"""The four conditions of Ui-Tei et al. (2004)."""

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.sirna.rule_scores import RuleScores
from deepchem_genomics.sirna.strands import bases_at, count_at, guide_core, passenger_core
from deepchem_genomics.typing import OneHot

__all__ = ["ui_tei"]

_FIRST_THIRD = 7
_FEWEST_AU = 5
_LONGEST_GC = 9


def ui_tei(guides: OneHot) -> RuleScores:
    """Judge guides by the four conditions of Ui-Tei et al.

    ===================  ===============================================  =========================
    criterion            strand and position, from 1 at its 5' end        paper
    ===================  ===============================================  =========================
    ``guide_starts_AU``  guide 1 is A or U                                condition i
    ``sense_starts_GC``  sense 1 (it pairs with guide 19) is G or C       condition ii
    ``AU_rich_seed``     guide 1 to 7: five A or U, or more               iii, "one third" of 21
    ``no_long_GC``       the 19 pairs have no run of ten G or C, or more  iv, "more than 9 nt"
    ===================  ===============================================  =========================

    siDirect, by the same authors, later asked for four A or U.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U; L is at least 19.

    Returns
    -------
    RuleScores
        The score is the number of conditions met, 0 to 4; the paper has no score. ``passes`` is all four.

    Raises
    ------
    ShapeMismatchError
        If ``guides`` has another shape.
    SequenceLengthError
        If the guides have fewer than 19 bases.

    References
    ----------
    .. [1] K. Ui-Tei et al. Guidelines for the selection of highly effective siRNA sequences for mammalian and chick
       RNA interference. *Nucleic Acids Research* 32, 936-948, 2004. doi:10.1093/nar/gkh247.

    Examples
    --------
    >>> from deepchem_genomics.feat import RNA, one_hot
    >>> scores = ui_tei(one_hot(["UUAAUCGAUCGAUCGCGCCAA", "GGCGCGCGCGCCAUAUUAAAA"], RNA))
    >>> scores.score.tolist(), scores.passes.tolist(), scores.criteria["no_long_GC"].tolist()
    ([4, 0], [True, False], [True, False])
    """
    guide, sense = guide_core(guides), passenger_core(guides)
    criteria = {
        "guide_starts_AU": bases_at(guide, 1, "AU"),
        "sense_starts_GC": bases_at(sense, 1, "GC"),
        "AU_rich_seed": count_at(guide, 1, _FIRST_THIRD, "AU") >= _FEWEST_AU,
        "no_long_GC": _longest_run(guide, "GC") <= _LONGEST_GC,
    }
    score = np.array(list(criteria.values())).sum(axis=0)
    return RuleScores(score, score == len(criteria), criteria)


def _longest_run(strands: OneHot, letters: str) -> NDArray[np.int64]:
    longest = run = np.zeros(len(strands), dtype=np.int64)
    for position in range(1, strands.shape[1] + 1):
        run = np.where(bases_at(strands, position, letters), run + 1, 0)
        longest = np.maximum(longest, run)
    return longest
