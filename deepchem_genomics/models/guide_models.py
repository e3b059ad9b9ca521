"""siRNA efficacy predicted from guides without a network: rules of thumb, ridge regression, support vectors."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression, RidgeCV
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVR

from deepchem_genomics.arguments import require_choice
from deepchem_genomics.feat import GUIDE_RULES
from deepchem_genomics.models.baseline import Baseline, TrainingRows
from deepchem_genomics.models.guide_features import ScaledBlocks

__all__ = ["GuideGCContent", "OneHotRidge", "SiRNARuleScore", "SiRNASupportVectors"]

_ALPHAS = np.logspace(-1, 3, 17)
_WEIGHTS = {"bases": 1.0, "kmers": 1.0, "long_kmers": 0.7, "pairing": 0.5}
_ROWS_AT_A_TIME = 2048  # of guides to be scored


class SiRNARuleScore(Baseline):
    """Predict efficacy from the score of a published rule of thumb.

    The labels do no more than set the scale: one line, efficacy against score, is fitted to them. Should the score be
    of no use there, or point the wrong way, the predictions say so too.

    Parameters
    ----------
    rule : {"reynolds", "ui-tei", "amarzguioui", "chapter"}, default "reynolds"
        A name in :data:`deepchem_genomics.feat.GUIDE_RULES`.

    Raises
    ------
    BadValueError
        If there is no such rule.

    Examples
    --------
    >>> import deepchem as dc
    >>> from deepchem_genomics.feat import RNA, one_hot
    >>> guides = one_hot(["UUAAUGUCAAGUGACAUUGAA", "CGCAUCGAUCGAUCGCUUAAA"], RNA)
    >>> dataset = dc.data.NumpyDataset(guides, np.array([[0.9], [0.3]]))
    >>> model = SiRNARuleScore("ui-tei")
    >>> model.fit(dataset)
    >>> model.predict(dataset).round(2).tolist()
    [[0.9], [0.3]]
    """

    learned: ClassVar[dict[str, type]] = {"_line": LinearRegression}
    mode: ClassVar[str] = "regression"

    def __init__(self, rule: str = "reynolds") -> None:
        super().__init__("ACGU")
        self.rule = rule
        require_choice("rule", rule, sorted(GUIDE_RULES))

    def _learn(self, rows: TrainingRows) -> None:
        """Fit the line from scores to labels."""
        self._line = LinearRegression().fit(self._rule_scores(rows.X), rows.y, sample_weight=rows.w)

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return the expected efficacy at each guide's score."""
        found: NDArray[np.float64] = self._line.predict(self._rule_scores(X))
        return found

    def _rule_scores(self, X: NDArray[Any]) -> NDArray[np.float64]:
        return GUIDE_RULES[self.rule](X).score[:, None].astype(np.float64)  # (n, 1)


class GuideGCContent(Baseline):
    """Predict efficacy from the number of G and C in the guide, by a straight line.

    Guides with fewer G and C silence better in most studies: this alone reached a Pearson r of 0.59 on one with 702
    guides. A model that is not better has learned nothing else.

    Examples
    --------
    >>> import deepchem as dc
    >>> from deepchem_genomics.feat import RNA, one_hot
    >>> dataset = dc.data.NumpyDataset(one_hot(["AAAU", "GCAU", "GCGC"], RNA), np.array([[0.8], [0.6], [0.4]]))
    >>> model = GuideGCContent()
    >>> model.fit(dataset)
    >>> model.predict(dataset).round(2).tolist()
    [[0.8], [0.6], [0.4]]
    """

    learned: ClassVar[dict[str, type]] = {"_line": LinearRegression}
    mode: ClassVar[str] = "regression"

    def __init__(self) -> None:
        super().__init__("ACGU")

    def _learn(self, rows: TrainingRows) -> None:
        """Fit the line."""
        self._line = LinearRegression().fit(_n_gc(rows.X), rows.y, sample_weight=rows.w)

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Read the line off at each guide's content."""
        found: NDArray[np.float64] = self._line.predict(_n_gc(X))
        return found


class OneHotRidge(Baseline):
    """Add up what each base at each position contributes: ridge regression on one-hot sequences.

    The penalty is the one of 17 from 0.1 to 1,000 with the least leave-one-out error on the rows learned from. After
    Vert et al., whose weights for guides [1]_ are the same model.

    Parameters
    ----------
    alphabet : {"ACGU", "ACGT"}, default "ACGU"
        The letters of the sequences.

    References
    ----------
    .. [1] J.-P. Vert, N. Foveau, C. Lajaunie and Y. Vandenbrouck. An accurate and interpretable model for siRNA
       efficacy prediction. *BMC Bioinformatics* 7, 520, 2006. doi:10.1186/1471-2105-7-520.

    Examples
    --------
    >>> import deepchem as dc
    >>> from deepchem_genomics.simulate import simulate_sirna
    >>> train, test = simulate_sirna(500, seed=0), simulate_sirna(200, seed=1)
    >>> model = OneHotRidge()
    >>> model.fit(dc.data.NumpyDataset(train.X, train.y))
    >>> predicted = model.predict(dc.data.NumpyDataset(test.X, test.y))
    >>> bool(np.corrcoef(predicted[:, 0], test.y[:, 0])[0, 1] > 0.4)
    True
    """

    learned: ClassVar[dict[str, type]] = {"_ridge": RidgeCV}
    mode: ClassVar[str] = "regression"

    def __init__(self, alphabet: str = "ACGU") -> None:
        super().__init__(alphabet)

    def _learn(self, rows: TrainingRows) -> None:
        """Choose the penalty, and fit the weights."""
        self._ridge = RidgeCV(_ALPHAS).fit(_flat(rows.X), rows.y, sample_weight=rows.w)

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Add up the weights of each row's bases."""
        found: NDArray[np.float64] = self._ridge.predict(_flat(X))
        return found

    @property
    def alpha(self) -> float:
        """The penalty that was chosen in :meth:`fit`."""
        return float(self._ridge.alpha_)


class SiRNASupportVectors(Baseline):
    """Predict efficacy from that of guides with similar bases, k-mers and pairing energies.

    Support vector regression with a Gaussian kernel, on which base stands where, how often each k-mer of 1 to 5 bases
    occurs, and nearest-neighbor energies.

    Parameters
    ----------
    cost, gamma, tolerance : float
        scikit-learn's ``C`` (default 0.3), ``gamma`` (0.8) and ``epsilon`` (0.05).

    Notes
    -----
    The defaults were chosen by five-fold cross-validation inside the book's 2,187 training guides, with
    folds drawn at random and folds of whole genes; no guide outside had a say.

    K-mers of 5 bases raise the correlation over random folds from 0.69 to 0.70, and lower the tolerance from there to
    0.71, for guides that overlap another on the same transcript; over whole genes neither changes it, 0.64.

    Examples
    --------
    >>> import deepchem as dc
    >>> from deepchem_genomics.simulate import simulate_sirna
    >>> train, test = simulate_sirna(500, seed=0), simulate_sirna(200, seed=1)
    >>> model = SiRNASupportVectors()
    >>> model.fit(dc.data.NumpyDataset(train.X, train.y))
    >>> predicted = model.predict(dc.data.NumpyDataset(test.X, test.y))
    >>> bool(np.corrcoef(predicted[:, 0], test.y[:, 0])[0, 1] > 0.4)
    True
    """

    learned: ClassVar[dict[str, type]] = {
        "_features": ScaledBlocks,
        "_vectors": np.ndarray,
        "_weights": np.ndarray,
        "_offset": float,
    }
    mode: ClassVar[str] = "regression"

    def __init__(self, cost: float = 0.3, gamma: float = 0.8, tolerance: float = 0.05) -> None:
        super().__init__("ACGU")
        self.cost = cost
        self.gamma = gamma
        self.tolerance = tolerance

    def _learn(self, rows: TrainingRows) -> None:
        """Scale the features, and fit the regression."""
        self._features = ScaledBlocks.of(rows.X, _WEIGHTS)
        regression = SVR(C=self.cost, gamma=self.gamma, epsilon=self.tolerance)
        regression.random_state = 0  # of no effect here, but without it fit draws from NumPy's generator
        regression.fit(self._features(rows.X), rows.y, sample_weight=rows.w)
        self._vectors, self._weights = regression.support_vectors_, regression.dual_coef_[0]
        self._offset = float(regression.intercept_[0])

    def _scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return the expected efficacy of guides."""
        if not len(self._vectors):  # no label is farther from the others than the tolerance
            return np.full(len(X), self._offset)
        parts = [X[start : start + _ROWS_AT_A_TIME] for start in range(0, len(X), _ROWS_AT_A_TIME)]
        kernels = (rbf_kernel(self._features(part), self._vectors, gamma=self.gamma) for part in parts)
        return np.concatenate([kernel @ self._weights + self._offset for kernel in kernels])


def _n_gc(X: NDArray[Any]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.asarray(X)[:, :, 1:3].sum(axis=(1, 2), dtype=np.float64)
    return found[:, None]


def _flat(X: NDArray[Any]) -> NDArray[np.float64]:
    return X.reshape(len(X), -1).astype(np.float64)
