"""Calibration and threshold of a trained classifier, learned on held-out rows."""

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from deepchem_genomics.data.opened_folder import labeled_rows
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.models import Threshold
from deepchem_genomics.models.batches import require_tasks
from deepchem_genomics.models.calibration import fit_tasks, platt
from deepchem_genomics.models.threshold import checked_rule
from deepchem_genomics.motifs import CountMatrix, read_motifs

if TYPE_CHECKING:
    from deepchem.data import Dataset

    from deepchem_genomics.models import SequenceModel

__all__ = ["CURVE", "Decided", "Scoring", "calibration_errors", "decide", "motifs_for", "write_curve"]

logger = logging.getLogger(__name__)

Column = NDArray[np.float64]

CURVE = "calibration.png"
_FOLDS = 5
_MOST_DRAWN = 4  # tasks side by side
_CLOSEST = 1e-15  # to 0 and 1 that a probability counts for the log loss, which would be infinite


@dataclass(frozen=True)
class Scoring:
    """How a trained model is scored.

    Parameters
    ----------
    calibrate : bool, default True
        Whether a classifier's probabilities are calibrated on the validation rows.
    rule : str, default "f1"
        Which threshold is kept with a classifier: that of the largest F1, or of the largest recall with a
        "precision=P" or "fdr=Q"; see :meth:`Threshold.choose`.
    motifs : sequence of path-like
        Files of known motifs, as for :func:`~deepchem_genomics.motifs.read_motifs`: the best of them on the training
        rows is one more baseline of binding.

    Raises
    ------
    BadValueError
        If there is no such rule.

    Examples
    --------
    >>> Scoring(rule="fdr=0.2").calibrate
    True
    """

    calibrate: bool = True
    rule: str = "f1"
    motifs: Sequence[str | os.PathLike[str]] = ()

    def __post_init__(self) -> None:
        """Check the rule."""
        checked_rule(self.rule)


class Decided(NamedTuple):
    """What was learned on held-out rows.

    Parameters
    ----------
    record : dict
        For ``training.json``. ``threshold``: by task, what :meth:`Threshold.to_json` gave. ``calibration``, if there is
        one: by task the line, and by part the errors "before" and "after", see :func:`calibration_errors`. On valid,
        "after" is that of lines fitted to four fifths of its rows and scored on the others. Empty for a regression.
    curves : dict of str to (ndarray, dict of str to ndarray)
        By task: the labels of the validation rows, and probabilities by what they are.
    predicted : dict of str to ndarray, (N, T)
        By part, "valid" and "test": what the model now predicts.
    """

    record: dict[str, Any]
    curves: dict[str, tuple[Column, dict[str, Column]]]
    predicted: dict[str, Column]


def motifs_for(kind: str, scoring: Scoring | None) -> list[CountMatrix]:
    """Read the motifs to compare with; BadValueError if the data are not of binding, errors of a file as they are."""
    if scoring is None or not scoring.motifs:
        return []
    if kind != "binding":
        raise BadValueError(f"motifs are for data of binding, and these are of {kind}; leave them out")
    return [motif for path in scoring.motifs for motif in read_motifs(path)]


def decide(
    model: "SequenceModel",
    parts: Mapping[str, "Dataset"],
    tasks: Sequence[str],
    scoring: Scoring | None = None,
) -> Decided:
    """Calibrate a classifier on the validation part, and choose its thresholds there.

    Parameters
    ----------
    model : SequenceModel
        Trained; gets ``calibrations`` and ``thresholds``. One that predicts no probabilities gets thresholds only.
    parts : mapping of str to dc.data.Dataset
        "valid", which the model was not trained on; and "test", if there is one.
    tasks : sequence of str
        Names of the T tasks.
    scoring : Scoring, optional
        What is learned there; both by default. Its motifs are not looked at.

    Returns
    -------
    Decided
        A record, and the curves to draw.
    """
    if model.get_task_type() != "classification":
        return Decided({}, {}, {})
    scoring = scoring or Scoring()
    model.calibrations, model.thresholds = (), ()
    raw = {part: _predicted(model, parts[part]) for part in ("valid", "test") if part in parts}
    able = all(((values >= 0) & (values <= 1)).all() for values in raw.values())
    if scoring.calibrate and able:
        require_tasks(parts["valid"].y, model.get_num_tasks())
        model.calibrations = fit_tasks(raw["valid"], parts["valid"].y, parts["valid"].w)
    elif scoring.calibrate:
        logger.info("a %s predicts scores, not probabilities: it is not calibrated", type(model).__name__)
    likely = {part: model.calibrated(values) for part, values in raw.items()}
    y, known = labeled_rows(parts["valid"])
    decided = Decided({"threshold": {}}, {}, likely)
    model.thresholds = [
        Threshold.choose(likely["valid"][known[:, t], t], y[known[:, t], t], scoring.rule) for t in range(len(tasks))
    ]
    for task, chosen in zip(tasks, model.thresholds, strict=True):
        decided.record["threshold"][task] = chosen.to_json()
        _say(task if len(tasks) > 1 else "", chosen, decided.record["threshold"][task])
    if model.calibrations:
        decided.record["calibration"] = {}
    for t, task in enumerate(tasks if model.calibrations else ()):
        judged = {part: _judged(parts[part], raw[part][:, t], likely[part][:, t], t, part) for part in raw}
        errors = {part: _errors(one, part) for part, one in judged.items()}
        decided.record["calibration"][task] = {**model.calibrations[t].to_json(), "on": "valid", **errors}
        decided.curves[task] = (
            judged["valid"][0],
            {
                "as trained": judged["valid"][1],
                "calibrated (cross-validated)": judged["valid"][2],
            },
        )
    return decided


def write_curve(decided: Decided, folder: Path) -> None:
    """Draw how often the rows of each predicted probability were positive on valid, before and after calibration."""
    if not decided.curves:
        return
    from matplotlib.figure import Figure

    from deepchem_genomics.plots import calibration_curves
    from deepchem_genomics.reports.figures import png_bytes

    shown = list(decided.curves.items())[:_MOST_DRAWN]
    figure = Figure(figsize=(5.2 * len(shown), 4.4), layout="constrained")
    for ax, (task, (labels, columns)) in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
        calibration_curves(labels, columns, ax, title="valid" if len(shown) == 1 else f"{task}, valid")
    (folder / CURVE).write_bytes(png_bytes(figure))


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


def _judged(
    dataset: "Dataset", raw: Column, likely: Column, task: int, part: str
) -> tuple[Column, Column, Column, int]:
    """Return labels, probabilities before and after, and the folds by which those of valid were cross-validated."""
    y, known = labeled_rows(dataset)
    rows = known[:, task]
    labels, before, after = y[rows, task], raw[rows].astype(np.float64), likely[rows].astype(np.float64)
    folds = int(min(_FOLDS, labels.sum(), (1 - labels).sum())) if part == "valid" else 0
    return labels, before, _by_others(before, labels, folds) if folds > 1 else after, folds


def _errors(judged: tuple[Column, Column, Column, int], part: str) -> dict[str, Any]:
    labels, before, after, folds = judged
    about = {"rows": len(labels), "positives": int(labels.sum()), **({"folds": folds} if part == "valid" else {})}
    if not len(labels):
        return about
    return {**about, "before": calibration_errors(labels, before), "after": calibration_errors(labels, after)}


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
