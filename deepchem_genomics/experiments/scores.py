"""Scores with their intervals, next to those of trivial baselines; for ``train``, ``evaluate`` and ``tune``."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.data.opened_folder import labelled_rows

if TYPE_CHECKING:
    from deepchem.data import Dataset

    from deepchem_genomics.models import SequenceModel

__all__ = ["METRICS", "format_scores", "label_means", "score"]

METRICS = {"classification": ("roc_auc", "pr_auc"), "regression": ("pearson", "spearman", "rmse")}

Record = dict[str, Any]


def score(
    model: "SequenceModel",
    dataset: "Dataset",
    tasks: Sequence[str],
    means: Sequence[float] | None,
    seed: int,
) -> dict[str, Record]:
    """Score a model on a dataset, and the trivial baselines with it.

    Returns
    -------
    dict
        By task: ``rows``, ``positives`` and ``prevalence`` of a classification, and ``scores`` by what is scored: by
        metric, (estimate, low, high), with None for what is undefined or has no interval.
    """
    predicted = np.asarray(model.predict(dataset)).reshape(len(dataset), -1)
    y, known = labelled_rows(dataset)
    records = {}
    for t, task in enumerate(tasks):
        rows = known[:, t]
        labels = y[rows, t]
        mode = model.get_task_type()
        record: Record = {"rows": int(rows.sum())}
        scores = {"model": _scores(METRICS[mode], labels, predicted[rows, t], seed)}
        if mode == "classification":
            prevalence = float(labels.mean()) if len(labels) else None
            record |= {"positives": int(labels.sum()), "prevalence": prevalence}
            if rows.any():
                for name, column in _tracks(model, np.asarray(dataset.ids)[rows]):
                    scores[f"{name} alone"] = _scores(METRICS[mode], labels, column, seed)
            scores["a coin"] = {"roc_auc": [0.5, None, None], "pr_auc": [prevalence, None, None]}
        elif means is not None:
            scores["mean of the training labels"] = {
                "pearson": [None] * 3,
                "spearman": [None] * 3,
                **_scores(["rmse"], labels, np.full(len(labels), means[t]), seed),
            }
        records[task] = record | {"scores": scores}
    return records


def _scores(
    metrics: Sequence[str], labels: NDArray[np.float64], predicted: NDArray[Any], seed: int
) -> dict[str, list[float | None]]:
    from deepchem_genomics.errors import BadValueError, EmptyInputError
    from deepchem_genomics.metrics import bootstrap_interval

    result: dict[str, list[float | None]] = {}
    for metric in metrics:
        try:
            result[metric] = list(bootstrap_interval(metric, labels, predicted, seed=seed))
        except (BadValueError, EmptyInputError):  # one class only, or a constant: there is no score
            result[metric] = [None, None, None]
    return result


def label_means(dataset: "Dataset") -> list[float]:
    """Return the mean label of each task: what the trivial baseline of a regression predicts."""
    y, known = labelled_rows(dataset)
    return [float(column[mask].mean()) if mask.any() else 0.0 for column, mask in zip(y.T, known.T, strict=True)]


def format_scores(records: Mapping[str, Mapping[str, Record]]) -> str:
    """Lay scores out as a table."""
    rows = list(_rows(records))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(
        [*lines, "In brackets: 95 % bootstrap intervals over rows; neighboring windows are not independent."]
    )


def _tracks(model: "SequenceModel", ids: NDArray[Any]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the name and the values of each track."""
    for side_input in model.side_inputs.values():
        yield from zip(side_input.names, side_input.lookup(ids).T, strict=True)


def _rows(records: Mapping[str, Mapping[str, Record]]) -> Iterator[list[str]]:
    first = next(iter(next(iter(records.values())).values()))
    metrics = list(first["scores"]["model"])
    classes = "positives" in first
    yield ["part", "task", "rows", *(["positive"] if classes else []), "scored", *metrics]
    for part, tasks in records.items():
        for task, record in tasks.items():
            positives = [f"{record['positives']} ({_percent(record['prevalence'])})"] if classes else []
            for what, scores in record["scores"].items():
                yield [part, task, str(record["rows"]), *positives, what, *(_cell(scores[name]) for name in metrics)]


def _cell(values: Sequence[float | None]) -> str:
    estimate, low, high = values
    if estimate is None:
        return "-"
    return f"{estimate:.4f}" + ("" if low is None else f" ({low:.4f} to {high:.4f})")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"
