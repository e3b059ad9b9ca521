"""From a probability to a yes or no: the prediction from which on a row is called, chosen on rows held out."""

import logging
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logit

from deepchem_genomics.arguments import FRACTION_BETWEEN, require_rule
from deepchem_genomics.errors import BadValueError, LabelError, ShapeMismatchError

__all__ = ["Threshold", "checked_rule", "wanted_precision"]

logger = logging.getLogger(__name__)

_LARGEST_F1 = "f1"
_WANTED = ("precision", "fdr")


class Threshold(NamedTuple):
    """The least prediction that is called, of one task, and what it gave on the rows it was chosen on.

    Precision and recall are a little too good: the threshold is the best for just these rows.

    Parameters
    ----------
    value : float
        Rows with this prediction or more are called.
    rule : str
        "f1", "precision=0.8", "fdr=0.2" and such; see :meth:`choose`.
    precision : float
        Share of positives among the called rows.
    recall : float
        Share of called rows among the positives.
    rows, positives : int
        How many it was chosen on.
    on : str, default "valid"
        Which rows these are.

    Examples
    --------
    >>> chosen = Threshold.choose([0.1, 0.2, 0.6, 0.7, 0.9], [0, 0, 1, 0, 1])
    >>> round(chosen.value, 3), round(chosen.precision, 3), chosen.recall
    (0.4, 0.667, 1.0)
    """

    value: float
    rule: str
    precision: float
    recall: float
    rows: int
    positives: int
    on: str = "valid"

    @classmethod
    def choose(cls, predicted: ArrayLike, labels: ArrayLike, rule: str = _LARGEST_F1) -> "Threshold":
        """Choose the threshold that is best by a rule.

        It lies in the middle between the last prediction that is called and the next, so that another rounding calls
        the same rows.

        Parameters
        ----------
        predicted : array_like of float, (N,)
            The higher the likelier.
        labels : array_like, (N,)
            0 or 1.
        rule : str, default "f1"
            "f1": the largest F1, the harmonic mean of precision and recall; of several, the highest. "precision=P": the
            largest recall with a precision of at least P; "fdr=Q": the same for 1 - Q, since the false discovery rate
            is what precision lacks to 1. If none has that precision, the one with the largest, and a warning is logged.

        Returns
        -------
        Threshold
            With its precision and recall on these rows.

        Raises
        ------
        BadValueError
            If there is no such rule, or a prediction is not a finite number.
        ShapeMismatchError
            If there are not as many labels as predictions.
        LabelError
            If labels are other than 0 and 1, or none is 1.
        """
        checked_rule(rule)
        scores, happened = np.asarray(predicted, dtype=np.float64).ravel(), np.asarray(labels).ravel()
        if len(scores) != len(happened):
            raise ShapeMismatchError(
                f"{len(scores)} predictions and {len(happened)} labels; give one label per prediction"
            )
        if not np.isfinite(scores).all():
            raise BadValueError("a prediction is not a finite number; a threshold is chosen among numbers")
        if not set(np.unique(happened)) <= {0, 1} or not (happened == 1).any():
            raise LabelError("labels must be 0 and 1, with some 1: a threshold cannot be chosen without positives")
        order = np.argsort(-scores, kind="stable")
        scores, positive = scores[order], happened[order] == 1
        last = np.flatnonzero(np.append(np.diff(scores) != 0, True))  # of rows with one prediction: all or none
        found = np.cumsum(positive)[last]
        n_positive = int(positive.sum())
        precision, recall = found / (last + 1), found / n_positive
        best = _best(precision, recall, 2 * found / (last + 1 + n_positive), rule)
        lowest = float(scores[last[best]])
        below = float(scores[last[best] + 1]) if best + 1 < len(last) else lowest
        middle = (lowest + below) / 2
        value = middle if middle > below else lowest  # no number lies between neighbors
        return cls(value, rule, float(precision[best]), float(recall[best]), len(scores), n_positive)

    def shift_to(self, prevalence: float) -> float:
        """Return what is added to the log-odds of a calibrated prediction where positives are rarer, or more frequent.

        If rows of each class look as they did, the log-odds are the evidence plus those of the prevalence.

        Parameters
        ----------
        prevalence : float
            Share of positives there, between 0 and 1.

        Returns
        -------
        float
            The log-odds of that prevalence minus those of the rows that the threshold was chosen on.

        Raises
        ------
        BadValueError
            If a prevalence, there or here, is not between 0 and 1.

        References
        ----------
        M. Saerens, P. Latinne and C. Decaestecker. Adjusting the outputs of a classifier to new a priori
        probabilities: a simple procedure. *Neural Computation* 14, 2002.

        Examples
        --------
        >>> chosen = Threshold(0.4, "f1", 0.8, 0.8, rows=400, positives=200)
        >>> round(chosen.shift_to(0.001), 2)
        -6.91
        """
        for name, share in (("prevalence", prevalence), ("prevalence on valid", self.positives / self.rows)):
            require_rule(name, share, FRACTION_BETWEEN)
        return float(logit(prevalence) - logit(self.positives / self.rows))

    def to_json(self) -> dict[str, Any]:
        """Return what :meth:`from_json` takes.

        Returns
        -------
        dict
            The fields, and the 95% intervals (Wilson's) of precision and recall, which are wide for few positives.
        """
        from scipy.stats import binomtest

        found = round(self.recall * self.positives)
        trials = {"precision": round(found / self.precision) if found else 1, "recall": self.positives}
        intervals = {
            f"{name}_interval": list(binomtest(found, n).proportion_ci(method="wilson")) for name, n in trials.items()
        }
        return {**self._asdict(), **intervals}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Threshold":
        """Make a threshold from what :meth:`to_json` gave.

        Parameters
        ----------
        record : mapping
            As it came out of JSON.

        Returns
        -------
        Threshold
            The same.

        Raises
        ------
        BadValueError
            If it is none.
        """
        try:
            made = cls(**{name: record[name] for name in cls._fields})
            numbers = (made.value, made.precision, made.recall)
            whole = all(map(math.isfinite, numbers)) and 0 < int(made.positives) <= int(made.rows)
        except (TypeError, ValueError, KeyError):
            whole = False
        if not whole:
            raise BadValueError(f"{record!r} is not a threshold; it has {', '.join(cls._fields)}")
        return made


def checked_rule(rule: str) -> str:
    """Return a rule of :meth:`Threshold.choose`; BadValueError if there is no such rule."""
    if rule != _LARGEST_F1:
        name, _, text = rule.partition("=")
        try:
            fits = name in _WANTED and (0 < float(text) <= 1 if name == "precision" else 0 <= float(text) < 1)
        except ValueError:
            fits = False
        if not fits:
            raise BadValueError(f"the rule is {rule!r}; give f1, or precision=P or fdr=Q with a share, such as fdr=0.2")
    return rule


def wanted_precision(rule: str) -> float | None:
    """Return the least precision of a rule; None for the largest F1."""
    name, _, text = rule.partition("=")
    return None if name == _LARGEST_F1 else float(text) if name == "precision" else 1 - float(text)


def _best(precision: NDArray[np.float64], recall: NDArray[np.float64], f1: NDArray[np.float64], rule: str) -> int:
    """Return the number of the best cut, by falling prediction."""
    least = wanted_precision(rule)
    if least is None:
        return int(np.argmax(f1))
    reached = np.flatnonzero(precision >= least - 1e-12)
    if len(reached):
        return int(reached[np.argmax(recall[reached])])  # the first of equals: the highest
    most = np.flatnonzero(precision == precision.max())
    best = int(most[np.argmax(recall[most])])
    logger.warning(
        "no threshold has a precision of %.3g (%s) on the held-out rows; the largest that can be had is %.3g, with a "
        "recall of %.3g, and that threshold is kept", least, rule, precision[best], recall[best],
    )  # fmt: skip
    return best
