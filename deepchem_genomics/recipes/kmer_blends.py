"""Recipes that average models of k-mers: for few bound windows, in seconds, with nothing but the sequences.

Members and weights were chosen on the valid rows of GUE's tasks tf0 and tf1, with 100, 500 and 2,000 bound training
windows drawn and three unbound ones for each, and on the validation parts of block splits of JUND's 399 bound windows.
docs/models.md has the figures.
"""

from collections.abc import Mapping
from typing import Any

from deepchem_genomics.recipes.recipe import Fitted, recipe

__all__: list[str] = []

_MOST_ROWS = 30_000
"""Training rows beyond which unbound ones are drawn: a fit takes a minute or two."""

_TREES: dict[str, Any] = {
    "k": (1, 2, 3, 4), "trees": 150, "learning_rate": 0.05, "leaves": 6, "penalty": 10.0, "feature_share": 0.3,
}  # fmt: skip


@recipe("kmer-blend", "binding", fewest_positives=2)
def kmer_blend(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Average of kmers (k = 5), gapped-kmers and small trees on k-mers of 1 to 4 bases.

    Logits are averaged. Of more than 30,000 rows all bound ones are kept, and unbound ones are drawn.
    """
    return _blend(train, side_inputs, seed, progress)


@recipe("kmer-blend-accessibility", "binding", side_inputs=("accessibility",), fewest_positives=2)
def kmer_blend_accessibility(
    train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any
) -> Fitted:
    """Average like kmer-blend, with log accessibility given to the trees and, alone, to a fourth member."""
    return _blend(train, side_inputs, seed, progress)


def _blend(train: Any, side_inputs: Mapping[str, Any], seed: int, progress: Any) -> Fitted:
    from deepchem_genomics.models import (
        AccessibilityAlone,
        Blend,
        GappedKmerRegression,
        KmerRegression,
        SequenceBoosting,
    )
    from deepchem_genomics.recipes.training import n_bound, thinned, unweighted

    for_each_bound = max(3, _MOST_ROWS // max(1, n_bound(train)))
    rows = unweighted(thinned(train, for_each_bound, seed) if len(train) > _MOST_ROWS else train)
    smallest_leaf = min(30, max(5, len(rows) // 60))
    members = [
        KmerRegression(k=5),
        GappedKmerRegression(),
        SequenceBoosting(smallest_leaf=smallest_leaf, seed=seed, **_TREES, **side_inputs),
        *([AccessibilityAlone(**side_inputs)] if side_inputs else []),
    ]
    for member in members:
        progress(f"training {type(member).__name__}")
        member.fit(rows)
    return Fitted(Blend(members))
