"""The end asymmetry and four motifs of Amarzguioui and Prydz (2004)."""

import numpy as np

from deepchem_genomics.sirna.rule_scores import RuleScores
from deepchem_genomics.sirna.strands import bases_at, count_at, passenger_core
from deepchem_genomics.typing import OneHot

__all__ = ["amarzguioui"]

_PASSING_SCORE = 3


def amarzguioui(guides: OneHot) -> RuleScores:
    """Judge guides by the criteria of Amarzguioui and Prydz.

    Positions are those of the sense strand, from 1 at its 5' end; position p pairs with guide position 20 - p.

    =================  =========================================  ===========================
    criterion          sense strand, 19 bases                     points
    =================  =========================================  ===========================
    ``looser_3_end``   more A or U at 17 to 19 than at 1 to 3     the difference, -3 to 3
    ``GC_at_1``        G or C at 1 (S1)                           1
    ``A_at_6``         A at 6 (A6)                                1
    ``AU_at_19``       A or U at 19 (W19)                         1
    ``no_U_at_1``      no U at 1 (U1)                             -1 if there is
    ``no_G_at_19``     no G at 19 (G19)                           -1 if there is
    =================  =========================================  ===========================

    The criteria are the paper's; one point for each and the threshold are as siDirect counts them.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U; L is at least 19.

    Returns
    -------
    RuleScores
        The score is the sum of the points, -5 to 6. ``passes`` is a score of 3 or more.

    Raises
    ------
    ShapeMismatchError
        If ``guides`` has another shape.
    SequenceLengthError
        If the guides have fewer than 19 bases.

    References
    ----------
    .. [1] M. Amarzguioui and H. Prydz. An algorithm for selection of functional siRNA sequences. *Biochemical and
       Biophysical Research Communications* 316, 1050-1058, 2004. doi:10.1016/j.bbrc.2004.02.157.
    .. [2] Y. Naito, J. Yoshimura, S. Morishita and K. Ui-Tei. siDirect 2.0: updated software for designing functional
       siRNA with reduced seed-dependent off-target effect. *BMC Bioinformatics* 10, 392, 2009.

    Examples
    --------
    >>> from deepchem_genomics.feat import RNA, one_hot
    >>> amarzguioui(one_hot(["UUAAUCGAUCGAUCGCGCCAA", "CGCAUCGAUCGAUCGCUUAAA"], RNA)).score.tolist()
    [5, -5]
    """
    sense = passenger_core(guides)
    difference = count_at(sense, 17, 19, "AU") - count_at(sense, 1, 3, "AU")
    criteria = {
        "looser_3_end": difference > 0,
        "GC_at_1": bases_at(sense, 1, "GC"),
        "A_at_6": bases_at(sense, 6, "A"),
        "AU_at_19": bases_at(sense, 19, "AU"),
        "no_U_at_1": ~bases_at(sense, 1, "U"),
        "no_G_at_19": ~bases_at(sense, 19, "G"),
    }
    score = difference + sum(criteria[name].astype(np.int64) for name in ("GC_at_1", "A_at_6", "AU_at_19"))
    score = score - sum((~criteria[name]).astype(np.int64) for name in ("no_U_at_1", "no_G_at_19"))
    return RuleScores(score, score >= _PASSING_SCORE, criteria)
