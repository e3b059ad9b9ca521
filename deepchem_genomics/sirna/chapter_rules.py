"""The rule of thumb that the genomics chapter of *Deep Learning for the Life Sciences* begins its list with."""

from deepchem_genomics.sirna.rule_scores import RuleScores
from deepchem_genomics.sirna.strands import bases_at, guide_core
from deepchem_genomics.typing import OneHot

__all__ = ["chapter"]


def chapter(guides: OneHot) -> RuleScores:
    """Judge guides by their first base alone: A or G.

    The chapter lists what others had found before it trains a network. We could establish no more of its list than
    this, and not from the book itself: take it for the least that a rule of thumb can say. Of Huesken's guides those
    that begin with U do best and those that begin with G worst, so it should not be used to choose any.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U; L is at least 19.

    Returns
    -------
    RuleScores
        The score is 1 where the first base is A or G, else 0; ``passes`` is the same.

    Raises
    ------
    ShapeMismatchError
        If ``guides`` has another shape.
    SequenceLengthError
        If the guides have fewer than 19 bases.

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
