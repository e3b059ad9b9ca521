"""Baselines for the same rows: GC content, 5-mers, tracks alone, a motif, constants."""

import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.data.opened_folder import labeled_rows
from deepchem_genomics.errors import GenomicsError, ModelFolderError

if TYPE_CHECKING:
    from deepchem.data import Dataset

    from deepchem_genomics.motifs import CountMatrix

__all__ = ["BASELINES", "Baselines", "fit_baselines", "read_baselines", "write_baselines"]

logger = logging.getLogger(__name__)

MOST_ROWS = 20_000
"""Training rows that baselines are fitted on, drawn if there are more: a fraction of a second each."""
BATCH = 8192
FOLDER = "baselines"

_RECIPES: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {
    "binding": {"GC content": ("gc-content", {}), "5-mers": ("kmers", {"k": 5})},
    "efficacy": {"GC content": ("guide-gc-content", {}), "bases by position": ("ridge", {})},
}
BASELINES = {kind: tuple(recipes) for kind, recipes in _RECIPES.items()}
"""Names of the baselines that are fitted, by kind of data."""


class Baselines(NamedTuple):
    """Fitted baselines.

    Parameters
    ----------
    models : list of dict
        By task: models by name.
    best : list of str or None
        By task: the best on the validation rows; None if that is not known.
    """

    models: list[dict[str, Any]]
    best: list[str | None]

    def predict(self, task: int, dataset: "Dataset") -> Iterator[tuple[str, NDArray[np.float64]]]:
        """Yield the name and the predictions (N,) of each baseline of a task, a batch at a time."""
        for name, model in self.models[task].items():
            batches = dataset.iterbatches(BATCH, deterministic=True, pad_batches=False)
            parts = [model.predict(_rows(X, None, ids))[:, 0] for X, _, _, ids in batches]
            yield name, np.concatenate(parts)


def fit_baselines(train: "Dataset", kind: str, seed: int, motifs: Sequence["CountMatrix"] = ()) -> Baselines:
    """Fit the baselines for a kind of data on training rows, or on 20,000 of them; those that cannot be are logged.

    Of known motifs the one with the largest ROC AUC on these rows is taken.
    """
    from deepchem_genomics.recipes import RECIPES

    y, known = labeled_rows(train)
    models: list[dict[str, Any]] = []
    for task in range(y.shape[1]):
        rows = _drawn(y[:, task], known[:, task], seed)
        chosen = _chosen(train, rows, y[:, task])
        fitted = {}
        for name, (recipe, settings) in _RECIPES[kind].items():
            try:
                fitted[name] = RECIPES[recipe](chosen, settings=settings, seed=seed).model
            except GenomicsError as error:
                logger.warning("no baseline %s of task %d: %s", name, task, error)
        models.append(fitted | _best_motif(chosen, motifs))
    return Baselines(models, [None] * y.shape[1])


def _best_motif(rows: "Dataset", motifs: Sequence["CountMatrix"]) -> dict[str, Any]:
    """Return a model of the motif that ranks rows best, by its name; none if there are none that fit."""
    from deepchem_genomics.metrics.scores import roc_auc_score
    from deepchem_genomics.models import BestMotifScore
    from deepchem_genomics.motifs import best_scores

    length = rows.X.shape[1]
    fitting = [motif for motif in motifs if motif.width <= length]
    n_wide = len(motifs) - len(fitting)
    if n_wide:
        logger.warning("%d of %d motifs are wider than %d bp and are left out", n_wide, len(motifs), length)
    if not fitting:
        return {}
    labels = rows.y[:, 0]
    areas = [roc_auc_score(labels, column) for column in best_scores(rows.X, fitting).T.astype(np.float64)]
    best = fitting[int(np.argmax(areas))]
    name = f"motif {best.name}" if best.name == best.accession else f"motif {best.name} ({best.accession})"
    model = BestMotifScore(best)
    model.fit(rows)
    return {name: model}


def write_baselines(baselines: Baselines, folder: Path) -> None:
    """Save baselines next to a model, in a folder of their own."""
    (folder / FOLDER).mkdir()
    names: list[dict[str, str]] = []
    for task, models in enumerate(baselines.models):
        names.append({name: f"{task}-{number}" for number, name in enumerate(models)})
        for name, model in models.items():
            model.save(folder / FOLDER / names[-1][name])
    record = {"folders": names, "best": baselines.best}
    (folder / FOLDER / "names.json").write_text(json.dumps(record, indent=1) + "\n")


def read_baselines(folder: Path) -> Baselines | None:
    """Load the baselines saved next to a model; None if it was saved without."""
    from deepchem_genomics.models import load

    path = folder / FOLDER / "names.json"
    if not path.exists():
        return None
    try:
        record = json.loads(path.read_text())
        models = [
            {str(name): load(folder / FOLDER / str(where)) for name, where in task.items()}
            for task in record["folders"]
        ]
        best = [None if one is None else str(one) for one in record["best"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelFolderError(
            f"{path} is damaged ({error}); remove {path.parent}, or train the model again"
        ) from error
    return Baselines(models, best)


def _drawn(labels: NDArray[np.float64], known: NDArray[np.bool_], seed: int) -> NDArray[np.int64]:
    """Draw rows with a label, at most so many, half of them positives if there are as many."""
    rows = np.flatnonzero(known)
    if len(rows) <= MOST_ROWS:
        return rows
    rng = np.random.default_rng(seed)
    positive = rows[labels[rows] == 1]
    if not 0 < len(positive) < len(rows) or not np.isin(labels[rows], (0, 1)).all():
        return np.sort(rng.choice(rows, MOST_ROWS, replace=False))
    negative = rows[labels[rows] == 0]
    n_rarer = min(len(positive), len(negative), MOST_ROWS // 2)
    n_positive = n_rarer if len(positive) <= len(negative) else MOST_ROWS - n_rarer
    sizes = ((positive, min(n_positive, len(positive))), (negative, min(MOST_ROWS - n_positive, len(negative))))
    return np.sort(np.concatenate([rng.choice(one, size, replace=False) for one, size in sizes]))


def _chosen(train: "Dataset", rows: NDArray[np.int64], labels: NDArray[np.float64]) -> "Dataset":
    """Load some rows of one task, each with the weight 1, a batch at a time."""
    wanted = np.zeros(len(train), dtype=bool)
    wanted[rows] = True
    parts: list[tuple[NDArray[Any], NDArray[Any]]] = []
    start = 0
    for X, _, _, ids in train.iterbatches(BATCH, deterministic=True, pad_batches=False):
        here = wanted[start : start + len(X)]
        parts.append((X[here], ids[here]))
        start += len(X)
    return _rows(
        np.concatenate([X for X, _ in parts]), labels[rows][:, None], np.concatenate([ids for _, ids in parts])
    )


def _rows(X: NDArray[Any], y: NDArray[Any] | None, ids: NDArray[Any]) -> "Dataset":
    from deepchem.data import NumpyDataset

    return NumpyDataset(X, y, ids=ids)
