"""One trial: train a recipe with some settings, score it on held-out rows, save it."""

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deepchem_genomics import metrics
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.recipes import Recipe
from deepchem_genomics.recipes.ranges import Value
from deepchem_genomics.tuning.tuning_data import METRICS, TuningData

__all__ = ["run_trial"]

Outcome = tuple[dict[str, Any], dict[str, bytes]]


def run_trial(data: TuningData, recipe: Recipe, settings: Mapping[str, Value], seed: int) -> Outcome:
    """Train and score a recipe.

    Returns
    -------
    measured : dict
        ``score`` (on dev; of a network, of the epoch whose weights are kept), ``best_epoch`` and ``epochs`` (trained;
        0 for what is not trained in epochs), ``weights`` (how many are trained; None without), ``history`` (dev score
        of each epoch), ``seconds``.
    files : dict of str to bytes
        The saved model: files by path, for :func:`deepchem_genomics.models.load`.
    """
    started = time.perf_counter()
    fitted = recipe(data.train, data.dev, data.side_inputs, settings, seed)
    metric = {metric.name: metric for metric in (metrics.roc_auc, metrics.pearson)}[METRICS[data.kind]]
    score = float(fitted.model.evaluate(data.dev, [metric])[metric.name])
    if score != score:
        raise BadValueError(f"{metric.name} is NaN: the predictions do not vary")
    best = max(fitted.history, key=lambda entry: (entry["score"], -entry["epoch"]), default={"epoch": 0})
    measured = {
        "score": score,
        "best_epoch": best["epoch"],
        "epochs": len(fitted.history),
        "weights": fitted.parameters,
        "history": [entry["score"] for entry in fitted.history],
        "seconds": round(time.perf_counter() - started, 3),
    }
    with tempfile.TemporaryDirectory(prefix="dcgenomics-") as folder:
        saved = Path(folder) / "model"
        fitted.model.save(saved)
        files = (path for path in sorted(saved.rglob("*")) if path.is_file())
        return measured, {file.relative_to(saved).as_posix(): file.read_bytes() for file in files}
