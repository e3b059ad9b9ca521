"""Which cells a benchmark lacks: those that failed, and those that others of the same folder suggest."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.recipes import RECIPES

if TYPE_CHECKING:
    from deepchem_genomics.benchmark.cells import Cell

__all__ = ["failed_cells", "missing_cells"]

Name = tuple[str, str, int]
"""Problem, recipe and seed."""

FAILURES = "failures.json"


def failed_cells(out: str | os.PathLike[str]) -> dict[Name, str]:
    """Read which cells failed in the last run.

    Parameters
    ----------
    out : path-like
        Folder of the run.

    Returns
    -------
    dict of (str, str, int) to str
        The reason, in one line, by problem, recipe and seed; none if there is no such file or it is damaged.
    """
    try:
        records = json.loads((Path(out) / FAILURES).read_text())
        return {(record["problem"], record["recipe"], record["seed"]): record["message"] for record in records}
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return {}


def missing_cells(cells: "Sequence[Cell]", failed: dict[Name, str]) -> list[str]:
    """Name the cells that failed, and those that are not there though others of the same folder suggest them.

    Each recipe that is seen anywhere is expected on each problem that is seen and that it suits: once for each seed
    seen, or once if seeds change nothing.

    Parameters
    ----------
    cells : sequence of Cell
        Finished cells.
    failed : dict of (str, str, int) to str
        From :func:`failed_cells`.

    Returns
    -------
    list of str
        As "jund / network / seed 2: not finished".
    """
    present = {_name(cell) for cell in cells}
    lines = {name: f"failed: {reason}" for name, reason in failed.items()}
    for name in _expected(cells) - present:
        lines.setdefault(name, "not finished, or not asked for")
    for name in present & set(failed):
        lines[name] += " (the report shows an earlier result)"
    return [f"{problem} / {recipe} / seed {seed}: {why}" for (problem, recipe, seed), why in sorted(lines.items())]


def _expected(cells: "Sequence[Cell]") -> set[Name]:
    uses_seed = {cell.record["recipe"]: cell.record.get("uses_seed", True) for cell in cells}
    pairs = {(cell.record["problem"], cell.record["recipe"]) for cell in cells}
    for problem in {problem for problem, _ in pairs} & set(PROBLEMS):
        known = PROBLEMS[problem]
        pairs |= {
            (problem, name)
            for name in set(uses_seed) & set(RECIPES)
            if RECIPES[name].suits(known.kind, known.side_inputs, problem)
        }
    seeds = sorted({cell.record["seed"] for cell in cells})
    once = {(cell.record["problem"], cell.record["recipe"]): cell.record["seed"] for cell in cells}
    return {
        (problem, recipe, seed)
        for problem, recipe in pairs
        for seed in (seeds if uses_seed[recipe] else [once.get((problem, recipe), seeds[0])])
    }


def _name(cell: "Cell") -> Name:
    return cell.record["problem"], cell.record["recipe"], cell.record["seed"]
