"""Baselines for networks: the same answer for every row, side inputs alone, the score of a known motif."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from deepchem_genomics.data import SideInput
from deepchem_genomics.models.baseline import (
    Baseline,
    TrainingRows,
    from_arrays,
    require_two_classes,
    to_arrays,
)
from deepchem_genomics.models.boosting import gc_and_cpg_content
from deepchem_genomics.motifs import CountMatrix, best_scores

__all__ = [
    "AccessibilityAlone",
    "AlwaysMean",
    "AlwaysPrevalence",
    "BestMotifScore",
    "GCContentRegression",
    "MotifAccessibilityRegression",
    "StandardizedRegression",
]


class AlwaysMean(Baseline):
    """Predict the weighted mean of the labels learned from, for every row.

    Its root mean squared error is the standard deviation of the labels; its correlation with them is not defined, 0 or
    NaN by the taste of the metric.

    Parameters
    ----------
    alphabet : {"ACGU", "ACGT"}, default "ACGU"
        The letters of the sequences.

    Examples
    --------
    >>> import deepchem as dc
    >>> dataset = dc.data.NumpyDataset(np.zeros((3, 21, 4)), np.array([[0.2], [0.5], [0.8]]))
    >>> model = AlwaysMean()
    >>> model.fit(dataset)
    >>> model.predict(dataset).tolist()
    [[0.5], [0.5], [0.5]]
    """

    learned: ClassVar[dict[str, type]] = {"_mean": float}
    mode: ClassVar[str] = "regression"

    def __init__(self, alphabet: str = "ACGU") -> None:
        super().__init__(alphabet)

    def _learn(self, rows: TrainingRows) -> None:
        """Learn the mean of the labels."""
        self._mean = float(np.average(rows.y, weights=rows.w))

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return the mean for each row."""
        return np.full(len(X), self._mean)


class AlwaysPrevalence(Baseline):
    """Predict the share of 1 among the training labels, regardless of the sequence.

    Its ROC AUC is 0.5 and its PR AUC the prevalence; both are what chance gives. The labels are counted, not weighed:
    weights often make both classes count equally, which would hide how rare one is.

    Examples
    --------
    >>> from deepchem_genomics.simulate import simulated_tf_datasets
    >>> train, valid, _ = simulated_tf_datasets(n_train=1000, n_valid=2)
    >>> model = AlwaysPrevalence()
    >>> model.fit(train)
    >>> model.predict(valid).tolist(), int(train.y.sum())
    ([[0.007], [0.007]], 7)
    """

    learned: ClassVar[dict[str, type]] = {"_prevalence": float}
    ignores_strand = True

    def __init__(self) -> None:
        super().__init__()

    def _learn(self, rows: TrainingRows) -> None:
        """Count the labels."""
        self._prevalence = float(rows.y.mean())

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return the same probability for each row."""
        return np.full(len(X), self._prevalence)


class StandardizedRegression:
    """Logistic regression on features that are standardized first."""

    def __init__(self, scaler: StandardScaler, regression: LogisticRegression) -> None:
        self._steps = make_pipeline(scaler, regression)

    @classmethod
    def fit(cls, features: NDArray[np.floating], rows: TrainingRows) -> "StandardizedRegression":
        """Fit a weighted regression of labels 0 and 1 on features (n, F); LabelError unless both classes occur."""
        require_two_classes(rows)
        made = cls(StandardScaler(), LogisticRegression(max_iter=1000))
        made._steps.fit(features, rows.y, logisticregression__sample_weight=rows.w)
        return made

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "StandardizedRegression":
        """Build it from what :meth:`arrays` returned."""

        def of(prefix: str) -> dict[str, NDArray[Any]]:
            return {name.removeprefix(prefix): one for name, one in arrays.items() if name.startswith(prefix)}

        scaler = from_arrays(StandardScaler, of("scaler "))
        return cls(scaler, from_arrays(LogisticRegression, of("regression ")))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what was learned, by name."""
        named = {"scaler": self._steps[0], "regression": self._steps[1]}
        return {f"{step} {name}": one for step, each in named.items() for name, one in to_arrays(each).items()}

    def __call__(self, features: NDArray[np.floating]) -> NDArray[np.float64]:
        """Predict the probability (n,) of a 1 from features (n, F)."""
        found: NDArray[np.float64] = self._steps.predict_proba(features)[:, 1]
        return found


class AccessibilityAlone(Baseline):
    """Logistic regression on the logarithm of the accessibility; the sequence is not looked at.

    What a network with the accessibility as a second input must beat before its reading of the sequence is worth
    anything. With one track, the order of the scores is that of the accessibility.

    Parameters
    ----------
    accessibility : SideInput or dict
        K tracks, not negative, for the ids of all data sets; a dict maps each id to its value or K values. The
        logarithm is taken here, its scaling fitted on the training ids; a scaling it already has is replaced.

    Notes
    -----
    Rows count by their weights. Where these make both classes count equally, the probabilities are those of data with
    as many 1 as 0.

    Examples
    --------
    >>> from deepchem_genomics.simulate import simulated_tf_datasets
    >>> from deepchem_genomics.metrics import roc_auc
    >>> train, valid, accessibility = simulated_tf_datasets()
    >>> model = AccessibilityAlone(accessibility)
    >>> model.fit(train)
    >>> round(float(model.evaluate(valid, roc_auc)["roc_auc"]), 1)
    0.8
    """

    learned: ClassVar[dict[str, type]] = {"_regression": StandardizedRegression}
    takes: ClassVar[tuple[str, ...]] = ("accessibility",)
    ignores_strand = True

    def __init__(self, accessibility: SideInput | Mapping[str, Any]) -> None:
        super().__init__(accessibility=accessibility)

    def _learn(self, rows: TrainingRows) -> None:
        """Scale the tracks and fit the regression."""
        self.scale_side_inputs(rows)
        self._regression = StandardizedRegression.fit(self._tracks(rows.ids), rows)

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict from the accessibility of the ids."""
        return self._regression(self._tracks(ids))

    def _tracks(self, ids: NDArray[np.object_]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = self.side_inputs["accessibility"].lookup(ids)
        return found


class GCContentRegression(Baseline):
    """Logistic regression on the share of G and C and its square.

    Peaks often have more G and C than the rest of a genome, and a network learns that first. A network that is not
    better than this has learned nothing else.

    Notes
    -----
    Rows count by their weights. Unknown bases count as neither.

    Examples
    --------
    >>> from deepchem_genomics.simulate import simulated_tf_datasets
    >>> train, valid, _ = simulated_tf_datasets(n_train=2000, n_valid=100, prevalence=0.06)
    >>> model = GCContentRegression()
    >>> model.fit(train)
    >>> model.predict(valid).shape
    (100, 1)
    """

    learned: ClassVar[dict[str, type]] = {"_regression": StandardizedRegression}
    ignores_strand = True

    def __init__(self) -> None:
        super().__init__()

    def _learn(self, rows: TrainingRows) -> None:
        """Fit the regression."""
        self._regression = StandardizedRegression.fit(_gc_and_square(rows.X), rows)

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict from the content."""
        return self._regression(_gc_and_square(X))


def _gc_and_square(X: NDArray[Any]) -> NDArray[np.float64]:
    share = gc_and_cpg_content(X)[:, 0].astype(np.float64)
    return np.stack([share, share**2], axis=1)


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

    def _learn(self, rows: TrainingRows) -> None:
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
    accessibility : SideInput or dict
        As for :class:`AccessibilityAlone`.

    Notes
    -----
    Rows count by their weights, as for :class:`AccessibilityAlone`.

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

    def __init__(self, motif: CountMatrix, accessibility: SideInput | Mapping[str, Any]) -> None:
        super().__init__(accessibility=accessibility)
        self.motif = motif

    def _learn(self, rows: TrainingRows) -> None:
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
