"""A published rule of thumb for siRNAs, on the scale of the labels."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression

from deepchem_genomics.baselines.base import Baseline, Rows
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import GUIDE_RULES

__all__ = ["SiRNARuleScore"]


class SiRNARuleScore(Baseline):
    """Predict efficacy from the score of a published rule of thumb.

    The labels only set the scale: a straight line from score to efficacy is fitted to them. If the score does not
    correlate with the labels, the line is flat. If it correlates negatively, the line slopes down.

    Parameters
    ----------
    rule : {"reynolds", "ui-tei", "amarzguioui", "chapter"}, default "reynolds"
        A key of :data:`deepchem_genomics.feat.GUIDE_RULES`.

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

    mode: ClassVar[str] = "regression"

    def __init__(self, rule: str = "reynolds") -> None:
        super().__init__()
        self.rule = rule
        if rule not in GUIDE_RULES:
            raise BadValueError(f"rule is {rule!r}; it must be one of {', '.join(map(repr, sorted(GUIDE_RULES)))}")

    def learn(self, rows: Rows) -> None:
        """Fit the line from scores to labels.

        Parameters
        ----------
        rows : Rows
            One-hot guides, labels, weights and ids.
        """
        self._line = LinearRegression().fit(self._rule_scores(rows.X), rows.y, sample_weight=rows.w)

    def scores(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.float64]:
        """Return the expected efficacy at each guide's score.

        Parameters
        ----------
        X : ndarray, (n, L, 4)
            One-hot guides, columns A, C, G, U.
        ids : ndarray of object, (n,)
            Their ids.

        Returns
        -------
        ndarray of float64, (n,)
            On the scale of the labels.
        """
        return self._line.predict(self._rule_scores(X))

    def _rule_scores(self, X: NDArray[Any]) -> NDArray[np.float64]:
        return GUIDE_RULES[self.rule](X).score[:, None].astype(np.float64)  # (n, 1)
