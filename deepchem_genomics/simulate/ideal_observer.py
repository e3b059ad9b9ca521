"""The best that can be done on simulated windows: scores of an observer who knows the model that made them.

A network trained on :func:`~deepchem_genomics.simulate.tf_binding.simulate_tf_binding` can come close to these scores
and, on average, not pass them. In round numbers the ROC AUC is 0.80 from accessibility alone, 0.90 from the sequence
alone and 0.95 from both.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from deepchem_genomics.motifs.jaspar import JUND_AND_ATF3
from deepchem_genomics.motifs.matrices import CountMatrix
from deepchem_genomics.simulate.tf_binding import (
    CLOSED_MEDIAN,
    LOG_SD,
    MOTIF_SHARES,
    OPEN_SHARE,
    OPENING,
    P_BOUND,
    PLACE_SD,
    SimulatedTFBinding,
    site_share,
)

__all__ = ["IdealScores", "ideal_tf_scores"]

_ROWS_AT_A_TIME = 8192


class IdealScores(NamedTuple):
    """Probabilities of binding, by what the observer is shown.

    Parameters
    ----------
    sequence : ndarray of float64, (N,)
        Given the sequence alone.
    accessibility : ndarray of float64, (N,)
        Given the accessibility alone.
    both : ndarray of float64, (N,)
        Given both.
    """

    sequence: NDArray[np.float64]
    accessibility: NDArray[np.float64]
    both: NDArray[np.float64]


def ideal_tf_scores(simulated: SimulatedTFBinding, prevalence: float = 0.01) -> IdealScores:
    """Score simulated windows as someone who knows the generating model, not the truth about each window.

    The only simplification: the observer takes letters outside sites for independent, where the model depletes CpG.

    Examples
    --------
    >>> from deepchem_genomics.simulate.tf_binding import simulate_tf_binding
    >>> scores = ideal_tf_scores(simulate_tf_binding(n=100))
    >>> scores.both.shape, bool((scores.both <= 0.5).all())
    ((100,), True)
    """
    share = site_share(prevalence)
    has_site = _posterior(share, _site_likelihood_ratio(simulated.X))
    is_open = _posterior(OPEN_SHARE, _open_likelihood_ratio(simulated.accessibility))
    return IdealScores(
        sequence=_p_bound(has_site, np.full(len(has_site), OPEN_SHARE)),
        accessibility=_p_bound(np.full(len(is_open), share), is_open),
        both=_p_bound(has_site, is_open),
    )


def _posterior(prior: float, likelihood_ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bayes' rule for two possibilities."""
    return prior * likelihood_ratio / (prior * likelihood_ratio + 1 - prior)


def _p_bound(has_site: NDArray[np.float64], is_open: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average the probability of binding over what the observer is unsure of."""
    at_site = is_open * P_BOUND["site", "open"] + (1 - is_open) * P_BOUND["site", "closed"]
    elsewhere = is_open * P_BOUND["no site", "open"] + (1 - is_open) * P_BOUND["no site", "closed"]
    return has_site * at_site + (1 - has_site) * elsewhere


def _open_likelihood_ratio(accessibility: NDArray[np.float32]) -> NDArray[np.float64]:
    """Density of an accessibility in open over that in closed chromatin."""
    log_fold = np.log(accessibility.astype(np.float64) / CLOSED_MEDIAN)
    found: NDArray[np.float64] = np.exp((log_fold**2 - (log_fold - np.log(OPENING)) ** 2) / (2 * LOG_SD**2))
    return found


def _site_likelihood_ratio(X: NDArray[np.int8]) -> NDArray[np.float64]:
    """Likelihood of a sequence with one site, at any place on either strand, over that with none."""
    n, length = X.shape[:2]
    letters = X.reshape(-1, 4).mean(axis=0)
    background = (letters + letters[::-1]) / 2
    scorers = [_scores_at_every_place(motif, background, length) for motif in JUND_AND_ATF3]
    places = [np.tile(_share_of_sites_at_places(length - motif.width), 2) / 2 for motif in JUND_AND_ATF3]
    ratio = np.zeros(n)
    for start in range(0, n, _ROWS_AT_A_TIME):
        flat = X[start : start + _ROWS_AT_A_TIME].reshape(-1, length * 4).astype(np.float32)
        for scorer, place, share in zip(scorers, places, MOTIF_SHARES, strict=True):
            ratio[start : start + len(flat)] += share * (np.exp(flat @ scorer) @ place)
    return ratio


def _share_of_sites_at_places(last: int) -> NDArray[np.float64]:
    """Return (last + 1,) the share of sites that start at each base; those that would lie beyond count at the ends."""
    upper = norm.cdf(np.arange(last + 1) + 0.5, loc=last / 2, scale=PLACE_SD)
    upper[-1] = 1.0
    return np.diff(upper, prepend=0.0)


def _scores_at_every_place(motif: CountMatrix, background: NDArray[np.float64], length: int) -> NDArray[np.float32]:
    """Return (L x 4, places x 2 strands): a flat window times this is its log-odds score at each place."""
    forward = motif.log_odds(background)
    places = length - motif.width + 1
    scorer = np.zeros((2, places, length, 4), dtype=np.float32)
    for place in range(places):
        scorer[0, place, place : place + motif.width] = forward
        scorer[1, place, place : place + motif.width] = forward[::-1, ::-1]
    return np.ascontiguousarray(scorer.reshape(2 * places, length * 4).T)
