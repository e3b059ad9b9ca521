"""The code of recipes that are not of this package, so that results of other code are not taken for theirs."""

import ast
import hashlib
import inspect
from pathlib import Path

from deepchem_genomics.recipes.recipe import Recipe

__all__ = ["code_of"]

_PACKAGE = Path(__file__).parents[1]


def code_of(recipe: Recipe) -> str | None:
    """Return a number that changes with the file that a recipe is written in, apart from comments and blanks.

    It is None for the recipes of this package, which have its version, and for those of a notebook or of the script
    that runs, where other lines change all the time.
    """
    if getattr(recipe.fit, "__module__", None) == "__main__":
        return None
    try:
        file = Path(inspect.getsourcefile(inspect.unwrap(recipe.fit)) or "").resolve()
        if _PACKAGE in file.parents:
            return None
        tree = ast.dump(ast.parse(file.read_bytes()))
    except (TypeError, ValueError, OSError, SyntaxError):
        return None
    return hashlib.sha256(tree.encode()).hexdigest()
