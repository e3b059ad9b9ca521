"""Scores with their intervals, beside what scores the same without a network; for ``train`` and ``evaluate``."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from deepchem.data import Dataset

    from deepchem_genomics.data import SideInput
    from deepchem_genomics.models import GenomicsModel

__all__ = ["METRICS", "is_classification", "labelled_rows", "print_scores", "score"]

METRICS = {"classification": ("roc_auc", "pr_auc"), "regression": ("pearson", "spearman", "rmse")}

Record = dict[str, Any]


def is_classification(dataset: "Dataset") -> bool:
    """Tell whether all labels that count are 0 or 1.

    Parameters
    ----------
    dataset : dc.data.Dataset
        The data.

    Returns
    -------
    bool
        Whether they are.
    """
    known = np.asarray(dataset.w) != 0
    return bool(np.isin(np.asarray(dataset.y)[known], (0, 1)).all())


def labelled_rows(dataset: "Dataset") -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return labels, and which of them count.

    Parameters
    ----------
    dataset : dc.data.Dataset
        y and w (N, T).

    Returns
    -------
    ndarray, (N, T)
        Labels.
    ndarray of bool, (N, T)
        Where the weight is not 0, DeepChem's sign for a missing label.
    """
    y = np.asarray(dataset.y, dtype=np.float64).reshape(len(dataset), -1)
    w = np.broadcast_to(np.asarray(dataset.w).reshape(len(dataset), -1), y.shape)
    return y, (w != 0) & ~np.isnan(y)


def score(
    model: "GenomicsModel",
    dataset: "Dataset",
    tasks: Sequence[str],
    side: "SideInput | None",
    means: Sequence[float] | None,
    seed: int,
) -> dict[str, Record]:
    """Score a model on a dataset, and the trivial baselines with it.

    Parameters
    ----------
    model : GenomicsModel
        The model.
    dataset : dc.data.Dataset
        The data.
    tasks : sequence of str
        Names of the T tasks.
    side : SideInput, optional
        Signals: each by itself is a baseline.
    means : sequence of float, optional
        Mean training label of each task: the baseline of a regression.
    seed : int
        Chooses the resamples of the bootstrap.

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
            if side is not None and rows.any():
                values = side.lookup(np.asarray(dataset.ids)[rows])
                for name, column in zip(side.names, values.T, strict=True):
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
    metrics: Sequence[str], labels: NDArray[np.float64], predicted: NDArray, seed: int
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


def print_scores(records: Mapping[str, Mapping[str, Record]]) -> None:
    """Print a table on stdout.

    Parameters
    ----------
    records : mapping
        By part of the data ("train", "valid"), what :func:`score` returned.
    """
    rows = list(_rows(records))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    click.echo("In brackets: 95 % bootstrap intervals over rows; neighbouring windows are not independent.")


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
