"""Many known motifs and the composition of the sequence, combined by gradient boosting."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from deepchem_genomics.baselines.base import Baseline, Rows
from deepchem_genomics.baselines.composition import gc_and_cpg_content
from deepchem_genomics.baselines.motif_set import LIVER_MOTIFS
from deepchem_genomics.baselines.two_classes import require_two_classes
from deepchem_genomics.data import SideInput
from deepchem_genomics.motifs import CountMatrix, best_scores, jaspar_motifs

__all__ = ["MotifBoosting"]


class MotifBoosting(Baseline):
    """Gradient boosting on the best scores of many motifs, G+C and CpG content, and the log accessibility if given.

    What knowledge of motifs gives without a network, and without learning a motif: strong where 1 is rare.

    Parameters
    ----------
    motifs : sequence of CountMatrix, optional
        None wider than the sequences. By default the 18 matrices of
        :data:`~deepchem_genomics.baselines.motif_set.LIVER_MOTIFS`, from JASPAR 2024, which needs the extra
        ``motifs``: partners of JUND, factors of the liver, and factors of promoters everywhere.
    accessibility : SideInput, optional
        K tracks, not negative, for the ids of all data sets. The logarithm is taken here, its scaling fitted on the
        training ids; a scaling it already has is replaced.
    seed : int, default 0
        For scikit-learn; with these settings the result does not depend on it.

    Raises
    ------
    MissingExtraError
        If no motifs are given and pyjaspar is not installed; from ``fit``.

    Notes
    -----
    Rows count by their weights. Where these make both classes count alike, the probabilities are those of data with
    as many 1 as 0.

    A hundred trees of one question each, at a learning rate of 0.1: with few 1 to learn from, deeper trees learn them
    by heart. Chosen by cross-validation within JUND's training windows (253 bound ones, 20,444 others), none of which
    is scored: ROC AUC 0.73 from the sequence, where trees of 4, 8 and 31 leaves have 0.72, 0.69 and 0.66.

    Examples
    --------
    >>> from deepchem_genomics.data import simulated_tf_datasets
    >>> from deepchem_genomics.data.jaspar_motifs import JUND_AND_ATF3
    >>> from deepchem_genomics.metrics import roc_auc
    >>> train, valid, accessibility = simulated_tf_datasets()
    >>> model = MotifBoosting(JUND_AND_ATF3, accessibility)
    >>> model.fit(train)
    >>> bool(model.evaluate(valid, roc_auc)["roc_auc"] > 0.9)
    True
    """

    def __init__(
        self,
        motifs: Sequence[CountMatrix] | None = None,
        accessibility: SideInput | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.motifs = motifs
        self.accessibility = accessibility
        self.seed = seed

    def learn(self, rows: Rows) -> None:
        """Scan the sequences and boost.

        Parameters
        ----------
        rows : Rows
            The labelled rows.
        """
        require_two_classes(rows)
        self._motifs = list(self.motifs) if self.motifs is not None else jaspar_motifs(LIVER_MOTIFS)
        self._scaled = self.accessibility.scaled("log-standard", rows.ids) if self.accessibility is not None else None
        self._boosting = HistGradientBoostingClassifier(
            learning_rate=0.1, max_iter=100, max_leaf_nodes=2, early_stopping=False, random_state=self.seed
        )
        self._boosting.fit(self._features(rows.X, rows.ids), rows.y, sample_weight=rows.w)

    def scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict from the sequences, and the accessibility of the ids.

        Parameters
        ----------
        X : ndarray, (n, L, 4)
            One-hot DNA.
        ids : ndarray of object, (n,)
            Each must have an accessibility, if that was given.

        Returns
        -------
        ndarray of float64, (n,)
            Probabilities.
        """
        return self._boosting.predict_proba(self._features(X, ids))[:, 1]

    def _features(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float32]:
        features = [best_scores(X, self._motifs), gc_and_cpg_content(X)]
        if self._scaled is not None:
            features.append(self._scaled.lookup(ids))
        return np.hstack(features)
