"""What a cell was made of, in two short numbers: whoever has the same need not run it again."""

import hashlib
import json
from typing import Any

import numpy as np

from deepchem_genomics._version import __version__
from deepchem_genomics.benchmark.cells import FORMAT
from deepchem_genomics.benchmark.entrants import Entrant
from deepchem_genomics.benchmark.problems import Problem, ProblemData

__all__ = ["fingerprint_of_data", "fingerprint_of_settings"]


def fingerprint_of_data(data: ProblemData) -> str:
    """Return a number that changes with any row, label, weight, id, signal or fold.

    Parameters
    ----------
    data : ProblemData
        In memory.

    Returns
    -------
    str
        A sha256.
    """
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
    if data.accessibility is not None:  # of all ids: some models look at those beside
        digest.update("\n".join(data.accessibility.ids.tolist()).encode())
        digest.update(data.accessibility.values.tobytes())
    if data.guides is not None:
        digest.update(json.dumps(data.guides, sort_keys=True).encode())
    return digest.hexdigest()


def fingerprint_of_settings(problem: Problem, entrant: Entrant, seed: int) -> str:
    """Return a number that changes with what is run: scores, model, its description, seed, and this package's version.

    Versions of other packages are in the cell's record, but do not make it stale.

    Parameters
    ----------
    problem : Problem
        What is predicted.
    entrant : Entrant
        Who predicts.
    seed : int
        With what seed.

    Returns
    -------
    str
        A sha256.
    """
    settings: dict[str, Any] = {
        "format": FORMAT,
        "version": __version__,
        "problem": problem.name,
        "metrics": list(problem.metrics),
        "entrant": entrant.name,
        "description": entrant.description,
        "seed": seed,
    }
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
