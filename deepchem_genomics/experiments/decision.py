"""What a trained classifier's probabilities are worth, and from which on a row is called: learned on held-out rows."""

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from deepchem_genomics.data.opened_folder import labelled_rows
from deepchem_genomics.models import Threshold
from deepchem_genomics.models.calibration import platt

if TYPE_CHECKING:
    from deepchem.data import Dataset

    from deepchem_genomics.models import SequenceModel

__all__ = ["calibration_errors", "decide"]

logger = logging.getLogger(__name__)

Column = NDArray[np.float64]

_FOLDS = 5
_CLOSEST = 1e-15  # to 0 and 1 that a probability counts for the log loss, which would be infinite


def decide(
    model: "SequenceModel",
    parts: Mapping[str, "Dataset"],
    tasks: Sequence[str],
    calibrate: bool = True,
    rule: str = "f1",
) -> dict[str, Any]:
    """Calibrate a classifier on the validation part, and choose its thresholds there.

    Parameters
    ----------
    model : SequenceModel
        Trained; gets ``calibrations`` and ``thresholds``. One that predicts no probabilities gets thresholds only.
    parts : mapping of str to dc.data.Dataset
        "valid", which the model was not trained on; and "test", if there is one.
    tasks : sequence of str
        Names of the T tasks.
    calibrate : bool, default True
        Whether it is calibrated.
    rule : str, default "f1"
        Of the threshold; see :meth:`Threshold.choose`.

    Returns
    -------
    dict
        Empty for a regression. ``threshold``: by task, what :meth:`Threshold.to_json` gave. ``calibration``, if there
        is one: by task the line, and by part the errors "before" and "after", see :func:`calibration_errors`. On valid,
        "after" is that of lines fitted to four fifths of its rows and scored on the others.
    """
    if model.get_task_type() != "classification":
        return {}
    model.calibrations, model.thresholds = (), ()
    raw = {part: _predicted(model, parts[part]) for part in ("valid", "test") if part in parts}
    able = all(((values >= 0) & (values <= 1)).all() for values in raw.values())
    if calibrate and able:
        model.calibrate(parts["valid"])
    elif calibrate:
        logger.info("a %s predicts scores, not probabilities: it is not calibrated", type(model).__name__)
    likely = {part: model.calibrated(values) for part, values in raw.items()}
    y, known = labelled_rows(parts["valid"])
    record: dict[str, Any] = {"threshold": {}}
    model.thresholds = [
        Threshold.choose(likely["valid"][known[:, t], t], y[known[:, t], t], rule) for t in range(len(tasks))
    ]
    for task, chosen in zip(tasks, model.thresholds, strict=True):
        record["threshold"][task] = chosen.to_json()
        _say(task if len(tasks) > 1 else "", chosen, record["threshold"][task])
    if model.calibrations:
        record["calibration"] = {
            task: {
                **model.calibrations[t].to_json(),
                "on": "valid",
                **{part: _compared(parts[part], raw[part][:, t], likely[part][:, t], t, part) for part in raw},
            }
            for t, task in enumerate(tasks)
        }
    return record


def calibration_errors(labels: Column, probabilities: Column, n_groups: int = 10) -> dict[str, float]:
    """Measure how far probabilities are from what happened.

    Parameters
    ----------
    labels, probabilities : ndarray, (N,)
        0 or 1, and predictions from 0 to 1.
    n_groups : int, default 10
        Of equal size by prediction, for the expected calibration error.

    Returns
    -------
    dict of str to float
        ``log_loss``; ``brier``, the mean squared difference; ``ece``, the expected calibration error: the mean over
        groups, by their size, of the difference between mean prediction and share of positives.

    References
    ----------
    M. Naeini, G. Cooper and M. Hauskrecht. Obtaining well calibrated probabilities using Bayesian binning. *AAAI*,
    2015.

    Examples
    --------
    >>> calibration_errors(np.array([0.0, 1.0]), np.array([0.5, 0.5]))["brier"]
    0.25
    """
    from deepchem_genomics.plots import reliability

    p = np.clip(probabilities, _CLOSEST, 1 - _CLOSEST)
    groups = reliability(labels, probabilities, n_groups)
    return {
        "log_loss": float(-(xlogy(labels, p) + xlogy(1 - labels, 1 - p)).mean()),
        "brier": float(((probabilities - labels) ** 2).mean()),
        "ece": float(np.average(np.abs(groups.predicted - groups.observed), weights=groups.counts)),
    }


def _compared(dataset: "Dataset", raw: Column, likely: Column, task: int, part: str) -> dict[str, Any]:
    """Return the errors before and after on one part; within valid, which was learned from, by cross-validation."""
    y, known = labelled_rows(dataset)
    rows = known[:, task]
    labels, before, after = y[rows, task], raw[rows].astype(np.float64), likely[rows].astype(np.float64)
    if not len(labels):
        return {}
    result: dict[str, Any] = {"rows": len(labels), "positives": int(labels.sum())}
    if part == "valid":
        result["folds"] = int(min(_FOLDS, labels.sum(), (1 - labels).sum()))
        after = _by_others(before, labels, result["folds"]) if result["folds"] > 1 else after
    return {**result, "before": calibration_errors(labels, before), "after": calibration_errors(labels, after)}


def _by_others(raw: Column, labels: Column, folds: int) -> Column:
    """Calibrate each fold, a run of neighbors of each class, by a line fitted to the others."""
    from sklearn.model_selection import StratifiedKFold

    found = np.empty(len(raw))
    for others, fold in StratifiedKFold(folds).split(raw, labels):
        line, _ = platt(raw[others], labels[others] == 1)
        found[fold] = line.apply(raw[fold])
    return found


def _predicted(model: "SequenceModel", dataset: "Dataset") -> Column:
    return np.asarray(model.predict(dataset)).reshape(len(dataset), -1)


def _say(task: str, chosen: Threshold, record: Mapping[str, Any]) -> None:
    intervals = [record[f"{name}_interval"] for name in ("precision", "recall")]
    (low, high), (least, most) = intervals
    logger.info(
        "%sthreshold %.4g (%s on valid, %d positives of %d): precision %.3f (%.3f to %.3f), recall %.3f (%.3f to %.3f)",
        f"{task}: " if task else "", chosen.value, chosen.rule, chosen.positives, chosen.rows, chosen.precision, low,
        high, chosen.recall, least, most,
    )  # fmt: skip
