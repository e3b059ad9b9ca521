"""Logistic regression on the k-mers of a sequence, with and without gaps.

K-mers with gaps are kept packed: two bytes per k-mer, and no number where a k-mer occurs once. A sparse matrix takes
eight bytes per k-mer, and more while it is multiplied. K-mers of one pattern have numbers of 16 bits, and nine of ten
occur once in their sequence. They become a sparse matrix, some rows of one pattern at a time, when they are multiplied.
"""

from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import LinearOperator
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from deepchem_genomics.feat import kmer_counts
from deepchem_genomics.feat.kmers import gapped_kmer_blocks
from deepchem_genomics.models.baseline import Baseline, TrainingRows, from_arrays, require_two_classes
from deepchem_genomics.typing import OneHot

__all__ = ["GappedKmerRegression", "KmerRegression"]

_MOST_STEPS = 1000
_ROWS_AT_A_TIME = 4096  # of sequences to be packed or scored, so that their counts take a hundred MB at most


class KmerModel(Baseline):
    """Logistic regression on sparse features of sequences, which a subclass computes.

    ``inverse_penalty`` is scikit-learn's ``C``: the larger, the freer the coefficients.
    """

    learned: ClassVar[dict[str, type]] = {"_regression": LogisticRegression}
    tolerance: ClassVar[float]  # of the largest derivative of the mean loss
    ignores_strand = True

    def __init__(self, inverse_penalty: float) -> None:
        super().__init__()
        self.inverse_penalty = inverse_penalty

    def _features(self, X: NDArray[Any]) -> csr_matrix | LinearOperator:
        """Turn sequences into features; what a subclass fills."""
        raise NotImplementedError

    def _learn(self, rows: TrainingRows) -> None:
        """Count the k-mers and fit the regression."""
        require_two_classes(rows)
        penalty = 1 / (self.inverse_penalty * len(rows.y))
        self._regression = _regression(self._features(rows.X), rows, penalty, self.tolerance)

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Predict from the sequences."""
        slope, intercept = self._regression.coef_[0], self._regression.intercept_[0]
        parts = [X[start : start + _ROWS_AT_A_TIME] for start in range(0, len(X), _ROWS_AT_A_TIME)]
        return np.concatenate([expit(self._features(part) @ slope + intercept) for part in parts] or [[]])


class KmerRegression(KmerModel):
    """Logistic regression on how often each k-mer occurs, wherever in the sequence.

    It learns motifs from sequences alone: the baseline of convolutions.

    Parameters
    ----------
    k : int, default 6
        Length of the k-mers, at most that of the sequences.
    canonical : bool, default True
        Whether a k-mer and its reverse complement are one: 2,080 6-mers and not 4,096.
    inverse_penalty : float, default 0.003
        scikit-learn's ``C``: the larger, the freer the coefficients.

    Raises
    ------
    BadValueError
        If the inverse penalty is not a number above 0.

    Notes
    -----
    Rows count by their weights, brought to a mean of 1 for the penalty. Where these make both classes count equally,
    the probabilities are those of data with as many 1 as 0.

    The default penalty was chosen by cross-validation within training rows: 0.01 is a little better on 32,378 balanced
    windows (ROC AUC 0.860, and 0.859 with 0.003), 0.001 on JUND with 253 bound of 82,024 (0.685, and 0.676).

    Examples
    --------
    >>> from deepchem_genomics.simulate import simulated_tf_datasets
    >>> from deepchem_genomics.metrics import roc_auc
    >>> train, valid, _ = simulated_tf_datasets()
    >>> model = KmerRegression(k=4)
    >>> model.fit(train)
    >>> bool(model.evaluate(valid, roc_auc)["roc_auc"] > 0.7)
    True
    """

    tolerance: ClassVar[float] = 1e-4

    def __init__(self, k: int = 6, canonical: bool = True, inverse_penalty: float = 0.003) -> None:
        super().__init__(inverse_penalty)
        self.k = k
        self.canonical = canonical
        self.ignores_strand = canonical

    def _features(self, X: NDArray[Any]) -> csr_matrix:
        """Count the k-mers."""
        return kmer_counts(X, self.k, canonical=self.canonical, sparse=True)


class _Kmers(NamedTuple):
    """K-mers of some rows: numbers, where each row begins and ends among them, and counts of those that repeat."""

    numbers: NDArray[np.uint16]
    ends: NDArray[np.int32]
    counts: NDArray[np.unsignedinteger] | None

    @classmethod
    def of(cls, counts: csr_matrix, kept: NDArray[np.bool_], once: bool) -> "_Kmers":
        """Select some of the k-mers that were counted."""
        ends = np.concatenate([[0], np.cumsum(kept, dtype=np.int32)]).astype(np.int32)[counts.indptr]
        repeats = counts.data[kept]
        size = np.min_scalar_type(int(repeats.max(initial=0)))
        return cls(counts.indices[kept].astype(np.uint16), ends, None if once else repeats.astype(size))

    def logarithms(self, ones: NDArray[np.float64], n_kmers: int) -> csr_matrix:
        """Return the logarithms of one plus the counts, those of k-mers that occur once divided by log(2)."""
        values = ones[: len(self.numbers)] if self.counts is None else np.log1p(self.counts.astype(np.float64))
        return csr_matrix((values, self.numbers.astype(np.int32), self.ends), (len(self.ends) - 1, n_kmers))


class GappedKmers(LinearOperator):
    """Logarithms of one plus the counts of gapped k-mers, each row divided by its length: (N, P * 4**k) for P patterns.

    It can be multiplied with a vector, and so can its transpose ``T``. A sequence of 101 bases takes 13 kB with the
    default width and k.
    """

    def __init__(self, one_hot: OneHot, width: int, k: int) -> None:
        self._n_kmers = 4**k
        self._parts: list[list[tuple[_Kmers, _Kmers]]] = []
        scales = []
        most = 0
        for start in range(0, len(one_hot), _ROWS_AT_A_TIME) if len(one_hot) else [0]:
            part, squares = [], np.zeros(len(one_hot[start : start + _ROWS_AT_A_TIME]))
            for counts in gapped_kmer_blocks(one_hot[start : start + _ROWS_AT_A_TIME], width, k):
                once = counts.data == 1
                part.append((_Kmers.of(counts, once, once=True), _Kmers.of(counts, ~once, once=False)))
                most = max(most, len(part[-1][0].numbers))
                np.log1p(counts.data, out=counts.data)
                squares += np.asarray(counts.multiply(counts).sum(axis=1, dtype=np.float64))[:, 0]
            self._parts.append(part)
            scales.append(1 / np.sqrt(np.where(squares == 0, 1, squares)))
        self._scale = np.concatenate(scales)
        self._ones = np.ones(most)
        super().__init__(np.float64, (len(one_hot), len(self._parts[0]) * self._n_kmers))

    def _matvec(self, vector: NDArray[Any]) -> NDArray[np.float64]:
        weights = np.reshape(vector, (-1, self._n_kmers))  # (P, 4**k)
        sums = [
            sum(
                np.log(2) * (once.logarithms(self._ones, self._n_kmers) @ weight)
                + more.logarithms(self._ones, self._n_kmers) @ weight
                for (once, more), weight in zip(part, weights, strict=True)
            )
            for part in self._parts
        ]
        found: NDArray[np.float64] = self._scale * np.concatenate(sums)
        return found

    def _rmatvec(self, vector: NDArray[Any]) -> NDArray[np.float64]:
        scaled = self._scale * np.ravel(vector)
        found = np.zeros((len(self._parts[0]), self._n_kmers))
        start = 0
        for part in self._parts:
            rows = scaled[start : start + len(part[0][0].ends) - 1]
            start += len(rows)
            for column, (once, more) in zip(found, part, strict=True):
                column += np.log(2) * (once.logarithms(self._ones, self._n_kmers).T @ rows)
                column += more.logarithms(self._ones, self._n_kmers).T @ rows
        return found.ravel()


class GappedKmerRegression(KmerModel):
    """Logistic regression on k-mers with gaps, on both strands: what gapped k-mer support vectors see.

    Parameters
    ----------
    width : int, default 9
        Bases from the first to the last of a k-mer, at most.
    k : int, default 6
        Bases of a k-mer that count.
    inverse_penalty : float, default 1.0
        As for :class:`KmerRegression`, for rows of length 1.

    Raises
    ------
    BadValueError
        As for :class:`KmerRegression`.

    Notes
    -----
    A row is the logarithms of one plus the counts, divided by their length. Rows count by their weights, brought to a
    mean of 1 for the penalty. Training holds all k-mers in memory, packed: 12 kB per sequence of 101 bases.

    Chosen on rows held out of the training rows of two data sets of about 31,000 balanced windows (ROC AUC): widths 6,
    8, 9 and 10 gave 0.869, 0.875, 0.881 and 0.883 on the first; 8, 9 and 10 gave 0.854, 0.855, 0.857 on the second;
    10 takes twice the memory of 9.

    References
    ----------
    Ghandi, Lee, Mohammad-Noori and Beer (2014), Enhanced regulatory sequence prediction using gapped k-mer features,
    PLoS Computational Biology 10, e1003711, doi:10.1371/journal.pcbi.1003711.

    Examples
    --------
    >>> from deepchem_genomics.simulate import simulated_tf_datasets
    >>> from deepchem_genomics.metrics import roc_auc
    >>> train, valid, _ = simulated_tf_datasets()
    >>> model = GappedKmerRegression(width=6, k=4)
    >>> model.fit(train)
    >>> bool(model.evaluate(valid, roc_auc)["roc_auc"] > 0.7)
    True
    """

    tolerance: ClassVar[float] = 1e-5  # rows have length 1, so derivatives are small from the beginning

    def __init__(self, width: int = 9, k: int = 6, inverse_penalty: float = 1.0) -> None:
        super().__init__(inverse_penalty)
        self.width = width
        self.k = k

    def _features(self, X: NDArray[Any]) -> GappedKmers:
        """Count the k-mers, and bring each row to length 1."""
        return GappedKmers(X, self.width, self.k)


def _regression(
    features: csr_matrix | LinearOperator, rows: TrainingRows, penalty: float, tolerance: float
) -> LogisticRegression:
    """Minimize the weighted mean loss as scikit-learn does, which takes no features but arrays and sparse matrices."""
    shares = rows.w / rows.w.sum()

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slope = parameters[:-1]
        logits = features @ slope + parameters[-1]
        errors = shares * (expit(logits) - rows.y)
        value = shares @ (np.logaddexp(0, logits) - rows.y * logits) + penalty / 2 * (slope @ slope)
        return value, np.append(features.T @ errors + penalty * slope, errors.sum())

    start = np.zeros(features.shape[1] + 1)
    limits = {"maxiter": _MOST_STEPS, "maxls": 50, "gtol": tolerance, "ftol": 64 * np.finfo(float).eps}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=limits).x
    learned = {"coef_": found[np.newaxis, :-1], "intercept_": found[-1:], "classes_": np.array([0.0, 1.0])}
    learned["n_features_in_"] = np.asarray(features.shape[1])
    regression: LogisticRegression = from_arrays(LogisticRegression, learned)
    return regression
