"""``report.csv``: a row for each problem and recipe, published figures included.

Columns
-------
``problem``, ``kind``, ``simulated``
    What was predicted; "binding" or "efficacy"; 1 or 0.
``recipe``, ``group``, ``side_inputs``
    What predicted; "model", "baseline" or "published"; names, with spaces between.
``n_runs``, ``seeds``, ``median_seed``
    Finished runs, their seeds with spaces between, and the seed that intervals and differences are of.
``n_train``, ``n_scored``, ``prevalence``, ``label_mean``, ``label_sd``
    Rows, and labels of the scored ones.
``parameters``, ``seconds_fit``, ``peak_memory_mb``
    Numbers that training changes; wall time, mean over seeds; the most over seeds.
``best_baseline``
    Name of the best baseline of the problem by its first metric.
``<metric>``, ``<metric>_sd``, ``<metric>_low``, ``<metric>_high``
    Mean and standard deviation over seeds; ends of the median seed's 95 % interval. For each of ``roc_auc``,
    ``pr_auc``, ``mcc``, ``pearson``, ``spearman``, ``rmse``; empty where the problem has no such metric.
``<metric>_difference``, ``<metric>_difference_low``, ``<metric>_difference_high``
    Median seed minus that of the best baseline, paired, and the ends of its 95 % interval.
``source``
    Of a published figure.
"""

import csv
import io
from collections.abc import Sequence
from typing import Any

from deepchem_genomics.benchmark.intervals import SCORE_NAMES
from deepchem_genomics.benchmark.problem import Published
from deepchem_genomics.benchmark.summary import ProblemSummary, RecipeSummary, Score

__all__ = ["COLUMNS", "format_csv"]

FACTS = ("n_train", "n_scored", "prevalence", "label_mean", "label_sd")

_OF_A_SCORE = ("", "_sd", "_low", "_high", "_difference", "_difference_low", "_difference_high")

COLUMNS = (
    *("problem", "kind", "simulated", "recipe", "group", "side_inputs", "n_runs", "seeds", "median_seed"),
    *FACTS,
    *("parameters", "seconds_fit", "peak_memory_mb", "best_baseline"),
    *(f"{metric}{part}" for metric in SCORE_NAMES for part in _OF_A_SCORE),
    "source",
)
"""Names of the columns, in order."""


def format_csv(problems: Sequence[ProblemSummary]) -> str:
    """Write all problems as one table.

    Parameters
    ----------
    problems : sequence of ProblemSummary
        What was scored.

    Returns
    -------
    str
        CSV with a line of column names; what does not apply is empty.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for problem in problems:
        shared = {"problem": problem.name, "kind": problem.kind, "simulated": int(problem.simulated)}
        writer.writerows(shared | _recipe(problem, recipe) for recipe in problem.recipes)
        writer.writerows(shared | _published(figure) for figure in problem.published)
    return text.getvalue()


def _recipe(problem: ProblemSummary, recipe: RecipeSummary) -> dict[str, Any]:
    row: dict[str, Any] = {
        "recipe": recipe.name,
        "group": recipe.group,
        "side_inputs": " ".join(recipe.side_inputs),
        "n_runs": len(recipe.cells),
        "seeds": " ".join(str(cell.record["seed"]) for cell in recipe.cells),
        "median_seed": recipe.median.record["seed"],
        **{name: problem.facts[name] for name in FACTS if name in problem.facts},
        "parameters": recipe.parameters,
        "seconds_fit": recipe.seconds_fit,
        "peak_memory_mb": recipe.peak_memory_mb,
        "best_baseline": problem.best_baseline,
    }
    for metric, score in recipe.scores.items():
        row |= _score(metric, score)
    return row


def _score(metric: str, score: Score) -> dict[str, Any]:
    if metric not in SCORE_NAMES:
        return {}
    row: dict[str, Any] = {metric: score.mean, f"{metric}_sd": score.sd}
    if score.interval is not None:
        row |= {f"{metric}_low": score.interval.low, f"{metric}_high": score.interval.high}
    if score.difference is not None:
        row[f"{metric}_difference"] = score.difference.estimate
        row[f"{metric}_difference_low"] = score.difference.low
        row[f"{metric}_difference_high"] = score.difference.high
    return row


def _published(figure: Published) -> dict[str, Any]:
    note = f" ({figure.note})" if figure.note else ""
    return {
        "recipe": figure.model,
        "group": "published",
        figure.metric: figure.value,
        "source": f"{figure.source}{note}",
    }
