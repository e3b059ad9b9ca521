"""Scores with their intervals, next to those of baselines on the same rows, and a verdict; for all that scores."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.data.opened_folder import labeled_rows
from deepchem_genomics.errors import BadValueError, EmptyInputError, GenomicsError
from deepchem_genomics.io.ids import id_chunks
from deepchem_genomics.metrics import score_difference, score_interval, why_no_interval
from deepchem_genomics.reports.page import render_scores

if TYPE_CHECKING:
    from deepchem.data import Dataset

    from deepchem_genomics.experiments.baselines import Baselines
    from deepchem_genomics.models import SequenceModel

__all__ = [
    "METRICS",
    "Evaluated",
    "ScoreTable",
    "Scored",
    "choose_best",
    "format_scores",
    "label_means",
    "score",
    "table_rows",
    "verdicts",
]

METRICS = {"classification": ("roc_auc", "pr_auc"), "regression": ("pearson", "spearman", "rmse")}

Record = dict[str, Any]
Column = NDArray[np.float64]


class ScoreTable(dict[str, dict[str, Record]]):
    """Scores by part and task: a dictionary that prints as a table, and is drawn as one in a notebook."""

    def __repr__(self) -> str:
        return "\n".join([format_scores(self), *verdicts(self)]) if self else "{}"

    def _repr_html_(self) -> str:
        return self.as_html()

    def as_html(self, *before: str) -> str:
        """Return the table as HTML, with paragraphs before it.

        Returns
        -------
        str
            The table, what a reader of it must know, and the verdicts.
        """
        if not self:
            return "{}"
        heading, *rows = table_rows(self)
        return render_scores(heading, rows, before, [*footnotes(self), *verdicts(self)])


class Evaluated(dict[str, Record]):
    """Scores of one part by task: a dictionary that prints as a table, and is drawn as one in a notebook."""

    def __repr__(self) -> str:
        return repr(ScoreTable(scored=self)) if self else "{}"

    def _repr_html_(self) -> str:
        return ScoreTable(scored=self)._repr_html_() if self else "{}"


class Scored(NamedTuple):
    """Scores of some rows, and what they are of.

    Parameters
    ----------
    records : dict
        By task: ``rows``; of a classification ``positives`` and ``prevalence``; ``scores`` by what is scored: by
        metric, (estimate, low, high), with None for what is undefined or has no interval; ``no_interval``, why there
        is none; ``best_baseline``, the one compared with, and ``difference``, by metric how much better the model is,
        with its interval.
    labels : dict of str to ndarray, (n,)
        By task, of the n rows that have one.
    columns : dict of str to dict of str to ndarray, (n,)
        By task, the predictions for these rows by name: "model", then the baselines.
    """

    records: dict[str, Record]
    labels: dict[str, Column]
    columns: dict[str, dict[str, Column]]


_WORDS = {"roc_auc": "ROC AUC", "pearson": "Pearson r"}
_MEAN, _COIN = "mean of the training labels", "a coin"


def score(
    model: "SequenceModel",
    dataset: "Dataset",
    tasks: Sequence[str],
    means: Sequence[float] | None,
    seed: int,
    baselines: "Baselines | None" = None,
    is_training_part: bool = False,
    predicted: Column | None = None,
) -> Scored:
    """Score a model on a dataset, and baselines on the same rows.

    Parameters
    ----------
    model : SequenceModel
        The model.
    dataset : dc.data.Dataset
        X (N, L, 4), y and w (N, T) and ids.
    tasks : sequence of str
        Names of the T tasks.
    means : sequence of float, optional
        Mean training label of each task.
    seed : int
        Of the bootstrap of a regression's scores.
    baselines : Baselines, optional
        Fitted on the model's training rows.
    is_training_part : bool, default False
        Whether the model was trained on these rows: then there are no intervals and no baselines, which would say
        nothing about other rows.
    predicted : ndarray, (N, T), optional
        What the model predicts for these rows, if that is known.

    Returns
    -------
    Scored
        The scores of each task.
    """
    predicted = np.asarray(model.predict(dataset) if predicted is None else predicted).reshape(len(dataset), -1)
    y, known = labeled_rows(dataset)
    mode = model.get_task_type()
    found = Scored({}, {}, {})
    for t, task in enumerate(tasks):
        rows = known[:, t]
        labels, columns = y[rows, t], {"model": predicted[rows, t].astype(np.float64)}
        record: Record = {"rows": int(rows.sum())}
        if mode == "classification":
            record |= {"positives": int(labels.sum()), "prevalence": float(labels.mean()) if len(labels) else None}
        if not is_training_part and rows.any():
            columns |= {name: column[rows] for name, column in (baselines.predict(t, dataset) if baselines else ())}
            columns |= dict(_tracks(model, dataset, rows))
        reason = (
            "trained on, so there are no intervals" if is_training_part else why_no_interval(METRICS[mode][0], labels)
        )
        if reason is not None:
            record["no_interval"] = reason
        scores = {
            name: _scores(METRICS[mode], labels, column, seed, reason is None) for name, column in columns.items()
        }
        if not is_training_part:
            scores |= _constants(mode, labels, None if means is None else means[t], record.get("prevalence"))
            record |= _compared(scores, columns, labels, METRICS[mode], seed, baselines.best[t] if baselines else None)
        found.records[task] = record | {"scores": scores}
        found.labels[task], found.columns[task] = labels, columns
    return found


def choose_best(records: Mapping[str, Record]) -> list[str | None]:
    """Return the best baseline of each task on the rows that were scored."""
    return [record.get("best_baseline") for record in records.values()]


def verdicts(records: Mapping[str, Mapping[str, Record]]) -> list[str]:
    """State in one sentence for each task whether the model is better than the best baseline on the rows that decide.

    Parameters
    ----------
    records : mapping
        By part and task: what :func:`score` returned. The test part decides; without one valid, or the only part.

    Returns
    -------
    list of str
        One sentence per task, and more where the model is not better than the best baseline on valid either, or ranks
        rows the wrong way around.
    """
    decisive = next((part for part in ("test", "valid") if part in records), next(iter(records)))
    sentences = []
    for task, record in records[decisive].items():
        name = f"Task {task}: the" if len(records[decisive]) > 1 else "The"
        if n_seen := record.get("seen", {}).get("train", 0):
            sentences.append(f"{name} model was trained on {n_seen} of these rows: they say nothing about others.")
            continue
        sentence = f"{name} model {_sentence(record, decisive)}"
        chosen_on = records.get("valid", {}).get(task, {})
        if decisive != "valid" and _is_below(chosen_on):
            sentence += f" On valid it is not better than {chosen_on['best_baseline']} either."
        sentences.append(sentence + _exchanged(record))
    return sentences


def _exchanged(record: Record) -> str:
    """Return what to say of predictions that are high where labels are low."""
    for metric, by_chance in (("roc_auc", 0.5), ("pearson", 0.0)):
        _, _, high = record["scores"]["model"].get(metric, [None] * 3)
        if high is not None and high < by_chance:
            what = "1 and 0" if metric == "roc_auc" else "efficacy and what is left of the mRNA"
            return f" Its predictions are high where labels are low: are {what} exchanged in the labels?"
    return ""


def label_means(dataset: "Dataset") -> list[float]:
    """Return the mean label of each task: what the trivial baseline of a regression predicts."""
    y, known = labeled_rows(dataset)
    return [float(column[mask].mean()) if mask.any() else 0.0 for column, mask in zip(y.T, known.T, strict=True)]


def format_scores(records: Mapping[str, Mapping[str, Record]]) -> str:
    """Lay scores out as a table; rows of small parts are marked."""
    rows = list(table_rows(records))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, *footnotes(records)])


def footnotes(records: Mapping[str, Mapping[str, Record]]) -> list[str]:
    """Return what a reader of the table must know: which parts are small, and what is in brackets."""
    small = [f"* {part}: {record['no_interval']}" for part, _, record in _each(records) if _is_small(record)]
    return [*dict.fromkeys(small), "In brackets: 95% intervals; neighboring windows are not independent."]


def _scores(
    metrics: Sequence[str], labels: Column, predicted: Column, seed: int, with_interval: bool
) -> dict[str, list[float | None]]:
    result: dict[str, list[float | None]] = {}
    for metric in metrics:
        try:
            found = score_interval(metric, labels, predicted, 1000 if with_interval else 1, seed)
            result[metric] = list(found) if with_interval else [found.estimate, None, None]
        except (BadValueError, EmptyInputError):  # one class only, or a constant: there is no score
            result[metric] = [None, None, None]
    return result


def _constants(mode: str, labels: Column, mean: float | None, prevalence: float | None) -> dict[str, Any]:
    """Return the scores of predictors that say the same for every row."""
    if mode == "classification":
        return {_COIN: {"roc_auc": [0.5, None, None], "pr_auc": [prevalence, None, None]}}
    if mean is None:
        return {}
    off = float(np.sqrt(((labels - mean) ** 2).mean())) if len(labels) else None
    return {_MEAN: {"pearson": [None] * 3, "spearman": [None] * 3, "rmse": [off, None, None]}}


def _compared(
    scores: Mapping[str, Any],
    columns: Mapping[str, Column],
    labels: Column,
    metrics: Sequence[str],
    seed: int,
    best: str | None,
) -> Record:
    """Name the best baseline, unless it is known, and how much better the model is."""
    main = metrics[0]
    there = {name: scores[name][main][0] for name in columns if name != "model" and scores[name][main][0] is not None}
    if best not in there:
        best = max(there, key=lambda name: there[name]) if there else None
    if best is None or scores["model"][main][0] is None:
        return {}
    difference: dict[str, list[float | None]] = {}
    with_interval = scores["model"][main][1] is not None
    for metric in metrics:
        try:
            resamples = 1000 if with_interval else 1
            found = score_difference(metric, labels, columns["model"], columns[best], resamples, seed)
        except GenomicsError:
            continue
        difference[metric] = list(found) if with_interval else [found.estimate, None, None]
    return {"best_baseline": best, "difference": difference}


def _tracks(model: "SequenceModel", dataset: "Dataset", rows: NDArray[np.bool_]) -> Iterator[tuple[str, Column]]:
    """Yield the name of each track and its values for some rows."""
    for side_input in model.side_inputs.values():
        found, start = [], 0
        for ids in id_chunks(dataset):
            here = rows[start : start + len(ids)]
            if here.any():
                found.append(side_input.lookup(ids[here]))
            start += len(ids)
        for name, values in zip(getattr(side_input, "names", ()), np.concatenate(found).T, strict=True):
            yield f"{name} alone", values.astype(np.float64)


def _sentence(record: Record, part: str) -> str:
    best, difference = record.get("best_baseline"), record.get("difference", {})
    metric = next(iter(record["scores"]["model"]))
    if best is None or metric not in difference:
        return f"has no baseline to compare with on {part}."
    ours, theirs = (record["scores"][name][metric][0] for name in ("model", best))
    apart, low, high = difference[metric]
    figures = f"{_WORDS[metric]} {ours:.3f} on {part} against {theirs:.3f}, a difference of {apart:+.3f}"
    if low is None:
        return f"is not shown to beat the best baseline, {best}: {figures}; {record['no_interval']}."
    figures += f" ({low:+.3f} to {high:+.3f})"
    if low > 0:
        return f"beats the best baseline, {best}: {figures}."
    if high < 0:
        return f"is worse than the best baseline, {best}: {figures}."
    return f"is not shown to beat the best baseline, {best}: {figures}, which includes 0."


def _is_below(record: Record) -> bool:
    """Return whether the estimate of a model is not above that of its best baseline."""
    difference = record.get("difference", {})
    return bool(difference) and next(iter(difference.values()))[0] <= 0


def _is_small(record: Record) -> bool:
    return "no_interval" in record and len(record["scores"]) > 1


def _each(records: Mapping[str, Mapping[str, Record]]) -> Iterator[tuple[str, str, Record]]:
    for part, tasks in records.items():
        for task, record in tasks.items():
            yield part, task, record


def table_rows(records: Mapping[str, Mapping[str, Record]]) -> Iterator[list[str]]:
    """Yield the heading and the rows of the table of scores."""
    first = next(iter(next(iter(records.values())).values()))
    metrics = list(first["scores"]["model"])
    classes = "positives" in first
    yield ["part", "task", "rows", *(["positive"] if classes else []), "scored", *metrics]
    for part, task, record in _each(records):
        mark = " *" if _is_small(record) else ""
        positives = [f"{record['positives']} ({_percent(record['prevalence'])}){mark}"] if classes else []
        rows = f"{record['rows']}" + ("" if classes else mark)
        for what, scores in record["scores"].items():
            yield [part, task, rows, *positives, what, *(_cell(scores[name]) for name in metrics)]


def _cell(values: Sequence[float | None]) -> str:
    estimate, low, high = values
    if estimate is None:
        return "-"
    return f"{estimate:.4f}" + ("" if low is None else f" ({low:.4f} to {high:.4f})")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"
