"""Published rules of thumb that score siRNA guides by their sequence."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import SequenceLengthError, ShapeMismatchError
from deepchem_genomics.feat.alphabet import RNA
from deepchem_genomics.feat.duplex import hairpin_temperature
from deepchem_genomics.feat.guides import PAIRED
from deepchem_genomics.feat.strand import reverse_complement_one_hot
from deepchem_genomics.typing import OneHot

__all__ = [
    "GUIDE_RULES",
    "RuleScores",
    "amarzguioui",
    "bases_at",
    "chapter",
    "count_at",
    "guide_core",
    "longest_stretch",
    "passenger_core",
    "reynolds",
    "ui_tei",
]

_UI_TEI_SEED = 7  # bases
_UI_TEI_FEWEST_AU = 5
_UI_TEI_LONGEST_GC = 9

_REYNOLDS_LOWEST_GC, _REYNOLDS_HIGHEST_GC = 0.30, 0.52
_REYNOLDS_FEWEST_AU = 3
_REYNOLDS_HOTTEST_HAIRPIN = 20.0  # degrees Celsius
_REYNOLDS_PASSING_SCORE = 6

_AMARZGUIOUI_PASSING_SCORE = 3


class RuleScores(NamedTuple):
    """What a rule of thumb says about N guides.

    Parameters
    ----------
    score : ndarray of int64, (N,)
        Higher is better. Each rule's docstring gives its range.
    passes : ndarray of bool, (N,)
        Whether the rule accepts the guide. Each rule's docstring says when it does.
    criteria : dict of str to ndarray of bool, (N,)
        Whether each criterion is met, by name.
    """

    score: NDArray[np.int64]
    passes: NDArray[np.bool_]
    criteria: dict[str, NDArray[np.bool_]]


def ui_tei(guides: OneHot) -> RuleScores:
    """Score guides by the four conditions of Ui-Tei et al. (2004).

    ===================  ================================================  =========================
    criterion            strand and position, counted from 1 at 5' end     in the paper
    ===================  ================================================  =========================
    ``guide_starts_AU``  guide 1 is A or U                                 condition i
    ``sense_starts_GC``  sense 1, which pairs with guide 19, is G or C     condition ii
    ``AU_rich_seed``     five or more A or U at guide 1 to 7               iii, "one third" of 21
    ``no_long_GC``       the 19 pairs have no run of ten or more G or C    iv, "more than 9 nt"
    ===================  ================================================  =========================

    siDirect, by the same authors, later required four A or U instead of five.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U. L is at least 19.

    Returns
    -------
    RuleScores
        The score is the number of conditions met, 0 to 4; the paper defines no score. A guide passes if it meets all
        four.

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
    gc = np.stack([bases_at(guide, position, "GC") for position in range(1, PAIRED + 1)], axis=1)  # (N, 19)
    criteria = {
        "guide_starts_AU": bases_at(guide, 1, "AU"),
        "sense_starts_GC": bases_at(sense, 1, "GC"),
        "AU_rich_seed": count_at(guide, 1, _UI_TEI_SEED, "AU") >= _UI_TEI_FEWEST_AU,
        "no_long_GC": longest_stretch(gc) <= _UI_TEI_LONGEST_GC,
    }
    score = np.array(list(criteria.values())).sum(axis=0)
    return RuleScores(score, score == len(criteria), criteria)


def longest_stretch(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the length of the longest stretch of True in each row, (N,)."""
    run = np.zeros(len(mask), dtype=np.int64)
    longest = run.copy()
    for column in mask.T:
        run = np.where(column, run + 1, 0)
        np.maximum(longest, run, out=longest)
    return longest


def reynolds(guides: OneHot) -> RuleScores:
    """Score guides by the eight criteria of Reynolds et al. (2004).

    Positions are on the sense strand, counted from 1 at its 5' end. Position p pairs with guide position 20 - p.

    ======================  ============================================  =====================
    criterion               sense strand, 19 bases                        points
    ======================  ============================================  =====================
    ``medium_GC``           30 to 52% G or C, which is 6 to 9 of 19       1
    ``AU_at_15_to_19``      three or more A or U at 15 to 19              1 for each A or U, 0-5
    ``no_internal_repeat``  no hairpin melts at 20 degrees C or more      1
    ``A_at_19``             A at 19                                       1
    ``A_at_3``              A at 3                                        1
    ``U_at_10``             U at 10                                       1
    ``no_GC_at_19``         no G or C at 19                               -1 if there is one
    ``no_G_at_13``          no G at 13                                    -1 if there is one
    ======================  ============================================  =====================

    The paper does not say how the melting temperature of a hairpin was computed, and other programs omit that
    criterion. This function uses :func:`hairpin_temperature`.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U. L is at least 19.

    Returns
    -------
    RuleScores
        The score is the sum of the points, -2 to 10. A guide passes with a score of 6 or more.

    Raises
    ------
    ShapeMismatchError, SequenceLengthError
        As for :func:`ui_tei`.

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
        "medium_GC": (gc >= _REYNOLDS_LOWEST_GC) & (gc <= _REYNOLDS_HIGHEST_GC),
        "AU_at_15_to_19": au >= _REYNOLDS_FEWEST_AU,
        "no_internal_repeat": ~(hairpin_temperature(sense) >= _REYNOLDS_HOTTEST_HAIRPIN),
        "A_at_19": bases_at(sense, 19, "A"),
        "A_at_3": bases_at(sense, 3, "A"),
        "U_at_10": bases_at(sense, 10, "U"),
        "no_GC_at_19": ~bases_at(sense, 19, "GC"),
        "no_G_at_13": ~bases_at(sense, 13, "G"),
    }
    rewarded = ("medium_GC", "no_internal_repeat", "A_at_19", "A_at_3", "U_at_10")
    penalized = ("no_GC_at_19", "no_G_at_13")
    score = au + sum(criteria[name].astype(np.int64) for name in rewarded)
    score = score - sum((~criteria[name]).astype(np.int64) for name in penalized)
    return RuleScores(score, score >= _REYNOLDS_PASSING_SCORE, criteria)


def amarzguioui(guides: OneHot) -> RuleScores:
    """Score guides by the criteria of Amarzguioui and Prydz (2004).

    Positions are on the sense strand, counted from 1 at its 5' end. Position p pairs with guide position 20 - p.

    =================  =========================================  ===========================
    criterion          sense strand, 19 bases                     points
    =================  =========================================  ===========================
    ``looser_3_end``   more A or U at 17 to 19 than at 1 to 3     the difference, -3 to 3
    ``GC_at_1``        G or C at 1 (S1)                           1
    ``A_at_6``         A at 6 (A6)                                1
    ``AU_at_19``       A or U at 19 (W19)                         1
    ``no_U_at_1``      no U at 1 (U1)                             -1 if there is one
    ``no_G_at_19``     no G at 19 (G19)                           -1 if there is one
    =================  =========================================  ===========================

    The criteria come from the paper [1]_. The points and the passing score are those of siDirect [2]_.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U. L is at least 19.

    Returns
    -------
    RuleScores
        The score is the sum of the points, -5 to 6. A guide passes with a score of 3 or more.

    Raises
    ------
    ShapeMismatchError, SequenceLengthError
        As for :func:`ui_tei`.

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
    return RuleScores(score, score >= _AMARZGUIOUI_PASSING_SCORE, criteria)


def chapter(guides: OneHot) -> RuleScores:
    """Score guides by whether their first base is A or G.

    This is the first rule in the list that the genomics chapter of *Deep Learning for the Life Sciences* gives before
    it trains a network. It is the only one that could be confirmed, and not from the book itself. Do not choose guides
    by it: among Huesken's guides, those that start with U do best and those that start with G do worst.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U. L is at least 19.

    Returns
    -------
    RuleScores
        The score is 1 if the first base is A or G, else 0. A guide passes with a score of 1.

    Raises
    ------
    ShapeMismatchError, SequenceLengthError
        As for :func:`ui_tei`.

    References
    ----------
    .. [1] B. Ramsundar, P. Eastman, P. Walters and V. Pande. Deep Learning for the Life Sciences. O'Reilly, 2019,
       chapter 6.

    Examples
    --------
    >>> from deepchem_genomics.feat import RNA, one_hot
    >>> chapter(one_hot(["AUAAUCGAUCGAUCGCGCCAA", "UGCGCGCGCGCCAUAUUAAAA"], RNA)).score.tolist()
    [1, 0]
    """
    first = bases_at(guide_core(guides), 1, "AG")
    return RuleScores(first.astype(int), first, {"guide_starts_AG": first})


GUIDE_RULES: dict[str, Callable[[OneHot], RuleScores]] = {
    "amarzguioui": amarzguioui,
    "chapter": chapter,
    "reynolds": reynolds,
    "ui-tei": ui_tei,
}
"""The rules of thumb by name. Each is a function from (N, L, 4) guides to :class:`RuleScores`."""


def guide_core(guides: OneHot) -> OneHot:
    """Return a view of the first 19 bases of guides, (N, 19, 4), which pair with the passenger strand."""
    if np.ndim(guides) != 3 or np.shape(guides)[2] != 4:
        raise ShapeMismatchError(
            f"guides has shape {np.shape(guides)}; it must be (N, L, 4); encode them with feat.one_hot(guides, RNA)"
        )
    if np.shape(guides)[1] < PAIRED:
        raise SequenceLengthError(
            f"the guides have {np.shape(guides)[1]} bases; the rules are about {PAIRED} base pairs; give guides of 21 "
            "bases, or of 19 without the overhang"
        )
    return guides[:, :PAIRED]


def passenger_core(guides: OneHot) -> OneHot:
    """Return the 19 bases of the passenger strands that pair with guides.

    The passenger (sense) strand has the sequence of the target, as RNA.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U. L is at least 19. The overhang is ignored.

    Returns
    -------
    ndarray, (N, 19, 4)
        Passenger strands 5' to 3'. Base i, counted from 0, pairs with base 18 - i of the guide.

    Raises
    ------
    ShapeMismatchError, SequenceLengthError
        As for :func:`ui_tei`.

    Examples
    --------
    >>> from deepchem_genomics.feat import RNA, decode, one_hot
    >>> decode(passenger_core(one_hot(["UUAAUCGAUCGAUCGCGCCAA"], RNA)), RNA)
    ['GGCGCGAUCGAUCGAUUAA']
    """
    return reverse_complement_one_hot(guide_core(guides))


def bases_at(strands: OneHot, position: int, letters: str) -> NDArray[np.bool_]:
    """Return whether strands have one of the letters at a position, counted from 1 at the 5' end; not where unknown."""
    found: NDArray[np.bool_] = count_at(strands, position, position, letters) == 1
    return found


def count_at(strands: OneHot, first: int, last: int, letters: str) -> NDArray[np.int64]:
    """Count the given letters between two positions, both included and counted from 1 at the 5' end."""
    columns = [RNA.letters.index(letter) for letter in letters]
    found: NDArray[np.int64] = (strands[:, first - 1 : last, columns] == 1).sum(axis=(1, 2))
    return found
