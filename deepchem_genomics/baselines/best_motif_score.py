"""One known motif, and nothing learnt."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.baselines.base import Baseline, Rows
from deepchem_genomics.motifs import CountMatrix, best_scores

__all__ = ["BestMotifScore"]


class BestMotifScore(Baseline):
    """Score a sequence by the best log odds of a motif, over all places on both strands.

    What was known about the factor before any of the data was seen.

    Parameters
    ----------
    motif : CountMatrix
        No wider than the sequences. :mod:`deepchem_genomics.data.jaspar_motifs` has those of JUND and ATF3;
        :func:`deepchem_genomics.motifs.jaspar_motifs` has all of JASPAR.

    Notes
    -----
    The scores are logarithms of probability ratios, not probabilities: they rank.

    Examples
    --------
    >>> from deepchem_genomics.data import simulated_tf_datasets
    >>> from deepchem_genomics.data.jaspar_motifs import ATF3
    >>> from deepchem_genomics.metrics import roc_auc
    >>> train, valid, _ = simulated_tf_datasets()
    >>> model = BestMotifScore(ATF3)
    >>> model.fit(train)
    >>> round(float(model.evaluate(valid, roc_auc)["roc_auc"]), 1)
    0.8
    """

    def __init__(self, motif: CountMatrix) -> None:
        super().__init__()
        self.motif = motif

    def learn(self, rows: Rows) -> None:
        """Learn nothing: the motif is all there is.

        Parameters
        ----------
        rows : Rows
            Not looked at.
        """

    def scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Scan the sequences.

        Parameters
        ----------
        X : ndarray, (n, L, 4)
            One-hot DNA.
        ids : ndarray of object, (n,)
            Not looked at.

        Returns
        -------
        ndarray of float64, (n,)
            Best log odds, natural logarithms.
        """
        return best_scores(X, [self.motif])[:, 0].astype(np.float64)
