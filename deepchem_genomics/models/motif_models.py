"""Binding predicted from known motifs: the best score of one, one with a side input, or many by gradient boosting."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier

from deepchem_genomics.data import SideInput
from deepchem_genomics.models.baseline import Baseline, Rows, require_two_classes
from deepchem_genomics.models.standardized_regression import StandardizedRegression
from deepchem_genomics.models.trees import Trees
from deepchem_genomics.motifs import CountMatrix, best_scores, jaspar_motifs

__all__ = ["LIVER_MOTIFS", "BestMotifScore", "MotifAccessibilityRegression", "MotifBoosting", "gc_and_cpg_content"]

LIVER_MOTIFS = (
    "MA0491.3",  # JUND
    "MA0492.2",  # JUND, the CRE-like site
    "MA0099.4",  # FOS::JUN
    "MA0605.3",  # ATF3
    "MA0018.5",  # CREB1
    "MA1632.2",  # ATF2
    "MA0833.3",  # ATF4
    "MA0150.3",  # Nfe2l2
    "MA0466.4",  # CEBPB
    "MA0114.5",  # HNF4A
    "MA0148.5",  # FOXA1
    "MA0046.3",  # HNF1A
    "MA0139.2",  # CTCF
    "MA0079.5",  # SP1
    "MA0506.3",  # Nrf1
    "MA0062.4",  # GABPA
    "MA0060.4",  # NFYA
    "MA0093.4",  # USF1
)
"""JASPAR 2024 accessions. The basic leucine zippers that JUND pairs or competes with at TGA(C)GTCA: AP-1 (JUND,
FOS::JUN), CREB and ATF (CREB1, ATF2, ATF3, ATF4), NFE2L2 and CEBPB. What opens the chromatin of liver cells such as
HepG2: HNF4A, FOXA1, HNF1A. What marks promoters and insulators in any cell: CTCF, SP1, NRF1, GABPA (ETS), NFYA, USF1.
"""


class BestMotifScore(Baseline):
    """Score a sequence by the best log odds of a motif, over all places on both strands.

    What was known about the factor before any of the data was seen.

    Parameters
    ----------
    motif : CountMatrix
        No wider than the sequences. :mod:`deepchem_genomics.motifs.jaspar` has those of JUND and ATF3;
        :func:`deepchem_genomics.motifs.jaspar_motifs` has all of JASPAR.

    Notes
    -----
    The scores are logarithms of probability ratios, not probabilities: they rank.

    Examples
    --------
    >>> from deepchem_genomics.simulate import simulated_tf_datasets
    >>> from deepchem_genomics.motifs.jaspar import ATF3
    >>> from deepchem_genomics.metrics import roc_auc
    >>> train, valid, _ = simulated_tf_datasets()
    >>> model = BestMotifScore(ATF3)
    >>> model.fit(train)
    >>> round(float(model.evaluate(valid, roc_auc)["roc_auc"]), 1)
    0.8
    """

    ignores_strand = True

    def __init__(self, motif: CountMatrix) -> None:
        super().__init__()
        self.motif = motif

    def _learn(self, rows: Rows) -> None:
        """Learn nothing: the motif is all there is."""

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Scan the sequences."""
        return best_scores(X, [self.motif])[:, 0].astype(np.float64)


class MotifAccessibilityRegression(Baseline):
    """Logistic regression on the best score of one motif, the log accessibility, and their product.

    The product lets a site count for more where it can be reached.

    Parameters
    ----------
    motif : CountMatrix
        No wider than the sequences.
    accessibility : SideInput
        K tracks, not negative, for the ids of all data sets. The logarithm is taken here, its scaling fitted on the
        training ids; a scaling it already has is replaced.

    Notes
    -----
    Rows count by their weights. Where these make both classes count alike, the probabilities are those of data with
    as many 1 as 0.

    Examples
    --------
    >>> from deepchem_genomics.simulate import simulated_tf_datasets
    >>> from deepchem_genomics.motifs.jaspar import ATF3
    >>> from deepchem_genomics.metrics import roc_auc
    >>> train, valid, accessibility = simulated_tf_datasets()
    >>> model = MotifAccessibilityRegression(ATF3, accessibility)
    >>> model.fit(train)
    >>> bool(model.evaluate(valid, roc_auc)["roc_auc"] > 0.85)
    True
    """

    learned: ClassVar[dict[str, type]] = {"_mean": float, "_sd": float, "_regression": StandardizedRegression}
    takes: ClassVar[tuple[str, ...]] = ("accessibility",)
    ignores_strand = True

    def __init__(self, motif: CountMatrix, accessibility: SideInput) -> None:
        super().__init__(accessibility=accessibility)
        self.motif = motif

    def _learn(self, rows: Rows) -> None:
        """Scale score and tracks, and fit the regression."""
        self.scale_side_inputs(rows)
        best = best_scores(rows.X, [self.motif])
        self._mean, self._sd = float(best.mean()), float(best.std()) or 1.0
        self._regression = StandardizedRegression.fit(self._features(rows.X, rows.ids), rows)

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict from the sequences and the accessibility of the ids."""
        return self._regression(self._features(X, ids))

    def _features(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float32]:
        best = (best_scores(X, [self.motif]) - self._mean) / self._sd  # (n, 1)
        tracks = self.side_inputs["accessibility"].lookup(ids)  # (n, K)
        return np.hstack([best, tracks, best * tracks])


class MotifBoosting(Baseline):
    """Gradient boosting on the best scores of many motifs, G+C and CpG content, and the log accessibility if given.

    What knowledge of motifs gives without a network, and without learning a motif: strong where 1 is rare.

    Parameters
    ----------
    motifs : sequence of CountMatrix, optional
        None wider than the sequences. By default the 18 matrices of
        :data:`~deepchem_genomics.models.motif_models.LIVER_MOTIFS`, from JASPAR 2024, which needs the extra
        ``motifs``: partners of JUND, factors of the liver, and factors of promoters everywhere.
    accessibility : SideInput, optional
        K tracks, not negative, for the ids of all data sets. The logarithm is taken here, its scaling fitted on the
        training ids; a scaling it already has is replaced.
    trees, learning_rate, leaves
        scikit-learn's ``max_iter`` (default 100), ``learning_rate`` (0.1) and ``max_leaf_nodes`` (2).
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
    >>> from deepchem_genomics.simulate import simulated_tf_datasets
    >>> from deepchem_genomics.motifs.jaspar import JUND_AND_ATF3
    >>> from deepchem_genomics.metrics import roc_auc
    >>> train, valid, accessibility = simulated_tf_datasets()
    >>> model = MotifBoosting(JUND_AND_ATF3, accessibility)
    >>> model.fit(train)
    >>> bool(model.evaluate(valid, roc_auc)["roc_auc"] > 0.9)
    True
    """

    learned: ClassVar[dict[str, type]] = {"_trees": Trees}
    takes: ClassVar[tuple[str, ...]] = ("accessibility",)
    ignores_strand = True

    def __init__(
        self,
        motifs: Sequence[CountMatrix] | None = None,
        accessibility: SideInput | None = None,
        trees: int = 100,
        learning_rate: float = 0.1,
        leaves: int = 2,
        seed: int = 0,
    ) -> None:
        super().__init__(accessibility=accessibility)
        self.motifs = motifs
        self.trees = trees
        self.learning_rate = learning_rate
        self.leaves = leaves
        self.seed = seed
        self._motifs: list[CountMatrix] | None = None

    @property
    def arguments(self) -> dict[str, Any]:  # type: ignore[override]
        """The constructor's arguments but side inputs; the motifs that were used, also where those are the default.

        Returns
        -------
        dict
            By name.
        """
        return {**super().arguments, "motifs": self._motifs or self.motifs}

    def _learn(self, rows: Rows) -> None:
        """Scan the sequences and boost."""
        require_two_classes(rows)
        self._motifs = list(self.motifs) if self.motifs is not None else jaspar_motifs(LIVER_MOTIFS)
        self.scale_side_inputs(rows)
        boosting = HistGradientBoostingClassifier(
            learning_rate=self.learning_rate,
            max_iter=self.trees,
            max_leaf_nodes=self.leaves,
            early_stopping=False,
            random_state=self.seed,
        )
        boosting.fit(self._features(rows.X, rows.ids), rows.y, sample_weight=rows.w)
        self._trees = Trees.of_classifier(boosting)

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict from the sequences, and the accessibility of the ids."""
        return expit(self._trees(self._features(X, ids)))

    def _features(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float32]:
        tracks = [one.lookup(ids) for one in self.side_inputs.values()]
        return np.hstack([best_scores(X, self._motifs or self.motifs or ()), gc_and_cpg_content(X), *tracks])


def gc_and_cpg_content(X: NDArray[Any]) -> NDArray[np.float32]:
    """Return how much of each sequence is G or C, and how much of it CpG.

    Many promoters lie in CpG islands and are bound by many factors, so both say something about any of them.

    Parameters
    ----------
    X : ndarray, (N, L, 4)
        One-hot DNA, columns A, C, G, T; L of 2 or more.

    Returns
    -------
    ndarray of float32, (N, 2)
        Share of G and C among the L bases; CpG steps as a share of the L - 1. An unknown base is neither.

    Examples
    --------
    >>> from deepchem_genomics.feat import one_hot
    >>> gc_and_cpg_content(one_hot(["ACGT", "GCAA"])).round(2).tolist()[1]
    [0.5, 0.0]
    """
    gc = X[:, :, 1:3].sum(axis=(1, 2)) / X.shape[1]
    cpg = (X[:, :-1, 1] * X[:, 1:, 2]).sum(axis=1) / (X.shape[1] - 1)
    return np.stack([gc, cpg], axis=1).astype(np.float32)
