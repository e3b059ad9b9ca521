"""Gradient boosting: of binding on k-mers, known motifs and side inputs; of siRNA efficacy on features of guides."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from scipy.special import expit
from sklearn.ensemble import GradientBoostingRegressor

from deepchem_genomics.data import SideInput
from deepchem_genomics.errors import EmptyInputError, LabelError
from deepchem_genomics.feat import kmer_counts
from deepchem_genomics.feat.guide_blocks import guide_blocks
from deepchem_genomics.models.baseline import Baseline, TrainingRows, require_two_classes
from deepchem_genomics.models.similar_windows import SimilarWindows
from deepchem_genomics.models.trees import Trees
from deepchem_genomics.motifs import CountMatrix, best_scores, jaspar_motifs

__all__ = ["LIVER_MOTIFS", "MotifBoosting", "SequenceBoosting", "SiRNABoosting", "gc_and_cpg_content"]

_ROWS_AT_A_TIME = 2048  # of sequences to be scored: their 5,460 counts of k-mers take 90 MB
_ALWAYS: dict[str, Any] = {
    "objective": "binary",
    "deterministic": True,
    # One thread for the same bits on every machine; threads that wait for each other on a busy one take longer.
    "num_threads": 1,
    "force_row_wise": True,  # else it measures which is faster
    "verbose": -1,
}


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


class _Growth(TypedDict, total=False):
    """Arguments of :class:`SequenceBoosting` that concern the trees."""

    trees: int
    learning_rate: float
    leaves: int
    smallest_leaf: int
    penalty: float
    feature_share: float
    seed: int


class _BindingTrees(Baseline):
    """Gradient boosting for binding; a subclass computes features of sequences and side inputs."""

    learned: ClassVar[dict[str, type]] = {"_trees": Trees}
    takes: ClassVar[tuple[str, ...]] = ("accessibility",)
    ignores_strand = True

    def __init__(
        self,
        accessibility: SideInput | Mapping[str, Any] | None,
        *,
        trees: int = 1000,
        learning_rate: float = 0.06,
        leaves: int = 15,
        smallest_leaf: int = 20,
        penalty: float = 5.0,
        feature_share: float = 0.1,
        seed: int = 0,
    ) -> None:
        super().__init__(accessibility=accessibility)
        self.trees = trees
        self.learning_rate = learning_rate
        self.leaves = leaves
        self.smallest_leaf = smallest_leaf
        self.penalty = penalty
        self.feature_share = feature_share
        self.seed = seed

    def _learn(self, rows: TrainingRows) -> None:
        """Scale side inputs and grow trees."""
        import lightgbm  # late: only training needs it

        require_two_classes(rows)
        self.scale_side_inputs(rows)
        parameters = {
            **_ALWAYS,
            "learning_rate": self.learning_rate,
            "num_leaves": self.leaves,
            "min_data_in_leaf": self.smallest_leaf,
            "lambda_l2": self.penalty,
            "feature_fraction_bynode": self.feature_share,
            "seed": self.seed,
        }
        features = self._features(rows.X, rows.ids)
        data = lightgbm.Dataset(features, rows.y, weight=rows.w, params=parameters)
        self._trees = Trees.of_booster(lightgbm.train(parameters, data, self.trees))

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict from the sequences, and the side inputs of the ids."""
        parts = [slice(start, start + _ROWS_AT_A_TIME) for start in range(0, len(X), _ROWS_AT_A_TIME)]
        return np.concatenate(
            [expit(self._trees(self._features(X[part], ids[part]).toarray())) for part in parts] or [[]]
        )

    def _features(self, X: NDArray[Any], ids: NDArray[np.object_]) -> csr_matrix:
        raise NotImplementedError


class SequenceBoosting(_BindingTrees):
    """Gradient boosting on counts of k-mers, best scores of motifs, and signals: strong, and quick to fit.

    Unlike a linear model of k-mers it sees which k-mers go together, and at what number of them it matters.

    Parameters
    ----------
    k : sequence of int, default (1, 2, 3, 4, 5, 6)
        Lengths of the k-mers counted, a k-mer and its reverse complement as one; none to leave k-mers out.
    motifs : sequence of CountMatrix, default ()
        Known motifs; none wider than the sequences.
    accessibility : SideInput or dict, optional
        K signals, not negative, for the ids of all data sets; a dict maps each id to its value or K values. Any scaling
        it has is replaced by the logarithm, fitted on the training ids.
    similar : bool, default False
        Whether to learn also from how those training windows are labeled that share 11-mers, spread over 19,
        with a window: repeats, and sites of one family. A training window that has more than three quarters of the
        k-mers counts as the window itself, and is not asked. The model then holds its training windows.
    trees, learning_rate, leaves, smallest_leaf, penalty, feature_share
        How many trees (default 1,000), and LightGBM's ``learning_rate`` (0.06), ``num_leaves`` (15),
        ``min_data_in_leaf`` (20), ``lambda_l2`` (5) and ``feature_fraction_bynode`` (0.1). The defaults were chosen for
        some ten thousand sequences of either class; with a few hundred of one, take shallower and fewer trees.
    seed : int, default 0
        Decides which features each question of a tree may be about.

    Raises
    ------
    EmptyInputError
        If there is nothing to learn from: no k-mers, no motifs and no signals.

    Notes
    -----
    Rows count by their weights. Where these make both classes count equally, the probabilities are those of data with
    as many 1 as 0.

    On 4,000 rows held out of the training rows of GUE's tasks tf0 and tf1 (26,000 to 28,000 balanced windows are left)
    this is the best single model of this package: ROC AUC 0.883 and 0.867, with ``similar`` 0.893 and 0.878, where
    gapped k-mer regression has 0.868 and 0.855 and a network 0.870 and 0.856. Features take 3 kB per sequence in
    training.

    Examples
    --------
    >>> from deepchem_genomics.simulate import simulated_tf_datasets
    >>> from deepchem_genomics.metrics import roc_auc
    >>> train, valid, accessibility = simulated_tf_datasets()
    >>> model = SequenceBoosting(k=(1, 2, 3), accessibility=accessibility, trees=50)
    >>> model.fit(train)
    >>> bool(model.evaluate(valid, roc_auc)["roc_auc"] > 0.8)
    True
    """

    learned: ClassVar[dict[str, type]] = {"_trees": Trees, "_windows": SimilarWindows}

    def __init__(
        self,
        k: Sequence[int] = (1, 2, 3, 4, 5, 6),
        motifs: Sequence[CountMatrix] = (),
        accessibility: SideInput | Mapping[str, Any] | None = None,
        similar: bool = False,
        **kwargs: Unpack[_Growth],
    ) -> None:
        super().__init__(accessibility, **kwargs)
        if not (len(k) or len(motifs) or accessibility is not None):
            raise EmptyInputError("no k-mers, no motifs and no signals: nothing to learn from; give one of them")
        self.k = tuple(k)
        self.motifs = list(motifs)
        self.similar = similar

    def _learn(self, rows: TrainingRows) -> None:
        """Count, scan and boost."""
        asked = slice(None if self.similar else 0)
        self._windows = SimilarWindows.of(rows.X[asked], rows.y[asked])
        super()._learn(rows)

    def _features(self, X: NDArray[Any], ids: NDArray[np.object_]) -> csr_matrix:
        features = []
        if self.k:
            features.append(kmer_counts(X, self.k, canonical=True, sparse=True))
        if self.motifs:
            features.append(best_scores(X, self.motifs))
        if self.similar:
            features.append(self._windows.features(X))
        features += [one.lookup(ids) for one in self.side_inputs.values()]
        return hstack([csr_matrix(each) for each in features], format="csr")


class MotifBoosting(_BindingTrees):
    """Gradient boosting on the best scores of many motifs, G+C and CpG content, and the log accessibility if given.

    What knowledge of motifs gives without a network, and without learning a motif: strong where 1 is rare.

    Parameters
    ----------
    motifs : sequence of CountMatrix, optional
        None wider than the sequences. By default the 18 matrices of
        :data:`~deepchem_genomics.models.boosting.LIVER_MOTIFS`, from JASPAR 2024, which needs the extra
        ``motifs``: partners of JUND, factors of the liver, and factors of promoters everywhere.
    accessibility : SideInput or dict, optional
        As for :class:`SequenceBoosting`.
    trees, learning_rate, leaves
        How many trees (default 100), and LightGBM's ``learning_rate`` (0.1) and ``num_leaves`` (2).
    seed : int, default 0
        For LightGBM; with these settings the result does not depend on it.

    Raises
    ------
    MissingExtraError
        If no motifs are given and pyjaspar is not installed; from ``fit``.

    Notes
    -----
    Rows count by their weights, as for :class:`SequenceBoosting`.

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

    def __init__(
        self,
        motifs: Sequence[CountMatrix] | None = None,
        accessibility: SideInput | Mapping[str, Any] | None = None,
        trees: int = 100,
        learning_rate: float = 0.1,
        leaves: int = 2,
        seed: int = 0,
    ) -> None:
        super().__init__(
            accessibility,
            trees=trees,
            learning_rate=learning_rate,
            leaves=leaves,
            penalty=0.0,
            feature_share=1.0,
            seed=seed,
        )
        self.motifs = motifs
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

    def _learn(self, rows: TrainingRows) -> None:
        """Scan the sequences and boost."""
        self._motifs = list(self.motifs) if self.motifs is not None else jaspar_motifs(LIVER_MOTIFS)
        super()._learn(rows)

    def _features(self, X: NDArray[Any], ids: NDArray[np.object_]) -> csr_matrix:
        tracks = [one.lookup(ids) for one in self.side_inputs.values()]
        return csr_matrix(
            np.hstack([best_scores(X, self._motifs or self.motifs or ()), gc_and_cpg_content(X), *tracks])
        )


def gc_and_cpg_content(X: NDArray[Any]) -> NDArray[np.float32]:
    """Return the share (N, 2) of G and C among the L bases, and of CpG among the L - 1 steps, of DNA (N, L, 4).

    Many promoters lie in CpG islands and are bound by many factors, so both are informative for any of them. An unknown
    base counts as neither.

    >>> from deepchem_genomics.feat import one_hot
    >>> gc_and_cpg_content(one_hot(["ACGT", "GCAA"])).round(2).tolist()[1]
    [0.5, 0.0]
    """
    gc = X[:, :, 1:3].sum(axis=(1, 2), dtype=np.float64) / X.shape[1]
    cpg = (X[:, :-1, 1] * X[:, 1:, 2]).sum(axis=1, dtype=np.float64) / (X.shape[1] - 1)
    return np.stack([gc, cpg], axis=1).astype(np.float32)


class SiRNABoosting(Baseline):
    """Predict efficacy by gradient boosted trees on bases, k-mers and pairing energies.

    The features are those of :class:`SiRNASupportVectors`, not scaled.

    Parameters
    ----------
    trees, learning_rate, depth, feature_share, row_share, smallest_leaf
        scikit-learn's ``n_estimators`` (default 800), ``learning_rate`` (0.03), ``max_depth`` (6), ``max_features``
        (0.05), ``subsample`` (0.7) and ``min_samples_leaf`` (5).
    seed : int, default 0
        Chooses the rows and columns that each tree sees.

    Raises
    ------
    LabelError
        If so few guides have a label that a tree sees none; from ``fit``.

    Notes
    -----
    The defaults were chosen by five-fold cross-validation inside the book's 2,187 training
    guides; no guide outside had a say. The correlation was 0.70 over random folds and 0.61 over folds of whole genes.

    Examples
    --------
    >>> import deepchem as dc
    >>> from deepchem_genomics.simulate import simulate_sirna
    >>> train, test = simulate_sirna(300, seed=0), simulate_sirna(200, seed=1)
    >>> model = SiRNABoosting()
    >>> model.fit(dc.data.NumpyDataset(train.X, train.y))
    >>> predicted = model.predict(dc.data.NumpyDataset(test.X, test.y))
    >>> bool(np.corrcoef(predicted[:, 0], test.y[:, 0])[0, 1] > 0.4)
    True
    """

    learned: ClassVar[dict[str, type]] = {"_trees": Trees}
    mode: ClassVar[str] = "regression"

    def __init__(
        self,
        trees: int = 800,
        learning_rate: float = 0.03,
        depth: int = 6,
        feature_share: float = 0.05,
        row_share: float = 0.7,
        smallest_leaf: int = 5,
        seed: int = 0,
    ) -> None:
        super().__init__("ACGU")
        self.trees = trees
        self.learning_rate = learning_rate
        self.depth = depth
        self.feature_share = feature_share
        self.row_share = row_share
        self.smallest_leaf = smallest_leaf
        self.seed = seed

    def _learn(self, rows: TrainingRows) -> None:
        """Grow the trees."""
        if not int(self.row_share * len(rows.y)):
            raise LabelError(
                f"a tree sees {self.row_share:.0%} of the guides with a label, and of {len(rows.y)} that is none; add "
                "guides"
            )
        boosting = GradientBoostingRegressor(
            learning_rate=self.learning_rate,
            n_estimators=self.trees,
            max_depth=self.depth,
            max_features=self.feature_share,
            subsample=self.row_share,
            min_samples_leaf=self.smallest_leaf,
            random_state=self.seed,
        )
        boosting.fit(_guide_features(rows.X), rows.y, sample_weight=rows.w)
        self._trees = Trees.of_regressor(boosting)

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return the expected efficacy of guides."""
        return self._trees(_guide_features(X).astype(np.float32))  # as scikit-learn rounds them


def _guide_features(guides: NDArray[Any]) -> NDArray[np.float64]:
    return np.hstack(list(guide_blocks(guides).values()))
