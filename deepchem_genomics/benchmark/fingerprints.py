"""What a cell was made of, in two short numbers: whoever has the same need not run it again."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from deepchem_genomics._version import __version__
from deepchem_genomics.benchmark.cells import FORMAT
from deepchem_genomics.benchmark.problem import Problem, ProblemData
from deepchem_genomics.recipes import Recipe

__all__ = ["fingerprint_of_data", "fingerprint_of_settings"]


def fingerprint_of_data(data: ProblemData) -> str:
    """Return a number that changes with any row, label, weight, id, signal or fold."""
    digest = hashlib.sha256()
    for fold in data.folds:
        for part in fold:
            digest.update(b"part")
            if part is None:
                continue
            ids = np.asarray(part.ids).astype(str)
            for column in (part.X, part.y, part.w):
                array = np.asarray(column)
                digest.update(f"{array.dtype}{array.shape}".encode())
                digest.update(array.tobytes())
            digest.update("\n".join(ids.tolist()).encode())
    for name, one in data.side_inputs.items():  # of all ids: some recipes look at neighboring windows
        digest.update(name.encode())
        if isinstance(one, Mapping):
            digest.update(json.dumps(one, sort_keys=True).encode())
        else:
            digest.update("\n".join([*one.names, *one.ids.tolist()]).encode())
            digest.update(one.values.tobytes())
    return digest.hexdigest()


def fingerprint_of_settings(problem: Problem, recipe: Recipe, seed: int) -> str:
    """Return a number that changes with what is run: scores, model, its description, seed, and this package's version.

    Versions of other packages are in the cell's record, but do not make it stale.
    """
    settings: dict[str, Any] = {
        "format": FORMAT,
        "version": __version__,
        "problem": problem.name,
        "metrics": list(problem.metrics),
        "recipe": recipe.name,
        "description": recipe.description,
        "settings": dict(recipe.defaults),
        "seed": seed,
    }
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
