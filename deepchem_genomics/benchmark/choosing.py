"""Which run stands for a recipe, and which recipe for the baselines."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.benchmark.intervals import LOWER_IS_BETTER
from deepchem_genomics.benchmark.pairing import matched

if TYPE_CHECKING:
    from deepchem_genomics.benchmark.cells import Cell, Predictions

__all__ = ["best_baseline", "median_run", "on_the_same_rows"]


def median_run(runs: "Sequence[Cell]", metric: str) -> "Cell":
    """Choose the run with the median score, of two in the middle that with the lower number.

    Parameters
    ----------
    runs : sequence of Cell
        Runs of a recipe on a problem.
    metric : str
        The score.

    Returns
    -------
    Cell
        The first where no run has that score.
    """
    scored = [cell for cell in runs if cell.record["scores"].get(metric) is not None]
    ranked = sorted(scored, key=lambda cell: cell.record["scores"][metric])
    return ranked[(len(ranked) - 1) // 2] if ranked else runs[0]


def best_baseline(by_recipe: "Mapping[str, Sequence[Cell]]", metric: str) -> str | None:
    """Choose the baseline with the best mean over seeds.

    Parameters
    ----------
    by_recipe : mapping of str to sequence of Cell
        Runs on a problem.
    metric : str
        The score.

    Returns
    -------
    str or None
        Its name; None where no baseline has that score.
    """
    means = {}
    for name, runs in by_recipe.items():
        values = [value for cell in runs if (value := cell.record["scores"].get(metric)) is not None]
        if values and runs[0].record["is_baseline"]:
            means[name] = float(np.mean(values))
    pick = min if metric in LOWER_IS_BETTER else max
    return pick(means, key=means.__getitem__) if means else None


def on_the_same_rows(
    predictions: "Predictions", own: "Cell", rivals: "Sequence[Cell]", metric: str
) -> NDArray[np.float64] | None:
    """Return a rival's predictions for the rows of a run: of its median run, or of that with the same seed.

    Parameters
    ----------
    predictions : Predictions
        Of the run that is compared.
    own : Cell
        That run.
    rivals : sequence of Cell
        Runs of the rival.
    metric : str
        The score that tells the median run.

    Returns
    -------
    ndarray of float64, (N,), or None
        None where the rival was scored on other rows.
    """
    same_seed = [cell for cell in rivals if cell.record["seed"] == own.record["seed"]]
    for rival in [median_run(rivals, metric), *same_seed]:
        found = matched(predictions, rival.predictions())
        if found is not None:
            return found
    return None
