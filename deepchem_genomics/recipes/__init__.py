"""Recipes: named ways to build and train a model, in one registry.

:data:`RECIPES` has all of them by name: the chapter's networks, networks that read both strands, boosting, k-mers,
known motifs, blends, models of siRNA efficacy, and baselines. Each has a kind of data, a description, settings with
defaults, and a space to search. ``dcgenomics train --model NAME``, ``tune``, ``benchmark`` and ``reproduce`` all take
recipes from here; :func:`recipe` registers one of your own.

A recipe is called with datasets and returns a :class:`Fitted` model::

    fitted = recipes.RECIPES["kmers"](train, settings={"k": 5})
    fitted.model.predict(valid)

Every network is trained by :func:`~deepchem_genomics.recipes.training.train_network`.
"""

# In the order of lists: baselines first.
from deepchem_genomics.recipes import (  # noqa: F401, I001
    binding_models,
    chapter_networks,
    strand_networks,
    guide_models,
)
from deepchem_genomics.recipes.settings import Choice, Range
from deepchem_genomics.recipes.recipe import (
    KINDS,
    RECIPES,
    Fitted,
    Progress,
    Recipe,
    auto_recipe,
    default_recipe,
    find_recipe,
    recipe,
)
from deepchem_genomics.recipes.settings import TRAINING, parse_settings

__all__ = [
    "KINDS",
    "RECIPES",
    "TRAINING",
    "Choice",
    "Fitted",
    "Progress",
    "Range",
    "Recipe",
    "auto_recipe",
    "default_recipe",
    "find_recipe",
    "parse_settings",
    "recipe",
    "train_network",
]


def __getattr__(name: str) -> object:
    """Import what needs DeepChem when it is requested."""
    if name == "train_network":
        from deepchem_genomics.recipes.training import train_network

        return train_network
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
