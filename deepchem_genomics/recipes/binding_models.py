"""Recipes for binding without a network.

The blends of k-mers are for few bound windows: they take seconds, and nothing but the sequences. Members and weights
were chosen on the valid rows of GUE's tasks tf0 and tf1, with 100, 500 and 2,000 bound training windows drawn and three
unbound ones for each, and on the validation parts of block splits of JUND's 399 bound windows. docs/models.md has the
figures.
"""

from collections.abc import Mapping
from typing import Any

from deepchem_genomics.recipes.recipe import BALANCED, KNOWN_FACTOR, MEASURED, SIMULATED, Fitted, recipe
from deepchem_genomics.recipes.settings import Choice, Range, Space, Value

__all__: list[str] = []

_MOTIF_TREES: dict[str, Value] = {"learning_rate": 0.1, "trees": 100, "leaves": 2}
_MOTIF_TREES_SPACE: Space = {
    "learning_rate": Range(0.02, 0.3, log=True),
    "trees": Choice((50, 100, 200, 400)),
    "leaves": Choice((2, 3, 4, 8)),
}
_MOTIF_TREES_GRID: Space = {"learning_rate": Choice((0.05, 0.1)), "trees": Choice((100, 200))}

_BLENDED_TREES: dict[str, Any] = {
    "k": (1, 2, 3, 4), "trees": 150, "learning_rate": 0.05, "leaves": 6, "penalty": 10.0, "feature_share": 0.3,
}  # fmt: skip
_MOST_BLENDED_ROWS = 30_000
"""Training rows beyond which unbound ones are drawn: a fit takes a minute or two."""


@recipe("prevalence", "binding", is_baseline=True, uses_seed=False)
def prevalence(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Predict the share of bound training windows for every window."""
    from deepchem_genomics.models import AlwaysPrevalence

    return Fitted.of(AlwaysPrevalence(), train)


@recipe("gc-content", "binding", is_baseline=True, uses_seed=False)
def gc_content(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Logistic regression on the share of G and C, and nothing else."""
    from deepchem_genomics.models import GCContentRegression

    return Fitted.of(GCContentRegression(), train)


@recipe("accessibility", "binding", side_inputs=("accessibility",), is_baseline=True, uses_seed=False)
def accessibility(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Logistic regression on log accessibility, and nothing else."""
    from deepchem_genomics.models import AccessibilityAlone

    return Fitted.of(AccessibilityAlone(**side_inputs), train)


@recipe("motif", "binding", is_baseline=True, uses_seed=False, only=KNOWN_FACTOR)
def motif(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Best score of JASPAR's ATF3 matrix (MA0605.2) on either strand. JUND and ATF3 bind as a pair."""
    from deepchem_genomics.models import BestMotifScore
    from deepchem_genomics.motifs.jaspar import ATF3

    return Fitted.of(BestMotifScore(ATF3), train)


@recipe(
    "motif-accessibility", "binding", side_inputs=("accessibility",), is_baseline=True, uses_seed=False,
    only=KNOWN_FACTOR,
)  # fmt: skip
def motif_accessibility(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Logistic regression on the best ATF3 score and log accessibility."""
    from deepchem_genomics.models import MotifAccessibilityRegression
    from deepchem_genomics.motifs.jaspar import ATF3

    return Fitted.of(MotifAccessibilityRegression(ATF3, **side_inputs), train)


@recipe("three-motif-boosting", "binding", is_baseline=True, uses_seed=False, only=SIMULATED)
def three_motif_boosting(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Gradient boosting on the best scores of two JUND matrices and ATF3's, G+C and CpG."""
    from deepchem_genomics.models import MotifBoosting
    from deepchem_genomics.motifs.jaspar import JUND_AND_ATF3

    return Fitted.of(MotifBoosting(JUND_AND_ATF3, **side_inputs), train)


@recipe(
    "three-motif-boosting-accessibility", "binding", side_inputs=("accessibility",), is_baseline=True, uses_seed=False,
    only=SIMULATED,
)  # fmt: skip
def three_motif_boosting_accessibility(
    train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any
) -> Fitted:
    """Gradient boosting on the best scores of two JUND matrices and ATF3's, G+C, CpG and log accessibility."""
    return three_motif_boosting(train, valid, side_inputs, settings, seed, progress)


@recipe(
    "motif-boosting", "binding", extras=("motifs",), is_baseline=True, uses_seed=False, defaults=_MOTIF_TREES,
    space=_MOTIF_TREES_SPACE, grid=_MOTIF_TREES_GRID, only=MEASURED,
)  # fmt: skip
def motif_boosting(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Gradient boosting on the best scores of 18 JASPAR matrices, G+C and CpG. Needs the extra motifs."""
    from deepchem_genomics.models import MotifBoosting

    return Fitted.of(MotifBoosting(**side_inputs, **settings), train)


@recipe(
    "motif-boosting-accessibility", "binding", side_inputs=("accessibility",), extras=("motifs",), is_baseline=True,
    uses_seed=False, defaults=_MOTIF_TREES, space=_MOTIF_TREES_SPACE, grid=_MOTIF_TREES_GRID, only=MEASURED,
)  # fmt: skip
def motif_boosting_accessibility(
    train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any
) -> Fitted:
    """Gradient boosting on the best scores of 18 JASPAR matrices, G+C, CpG and log accessibility.

    Needs the extra motifs.
    """
    return motif_boosting(train, valid, side_inputs, settings, seed, progress)


@recipe(
    "kmers", "binding", is_baseline=True, uses_seed=False,
    defaults={"k": 6, "inverse_penalty": 0.003},
    space={"k": Choice((4, 5, 6, 7)), "inverse_penalty": Range(1e-4, 1.0, log=True)},
    grid={"k": Choice((5, 6)), "inverse_penalty": Choice((0.001, 0.003, 0.01))},
)  # fmt: skip
def kmers(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Logistic regression on counts of 6-mers, both strands as one."""
    from deepchem_genomics.models import KmerRegression

    return Fitted.of(KmerRegression(**settings), train)


@recipe(
    "gapped-kmers", "binding", is_baseline=True, uses_seed=False, only=BALANCED,
    defaults={"k": 6, "width": 9, "inverse_penalty": 1.0},
    space={"width": Choice((7, 8, 9, 10)), "inverse_penalty": Range(0.1, 10.0, log=True)},
    grid={"width": Choice((8, 9)), "inverse_penalty": Choice((0.3, 1.0, 3.0))},
)  # fmt: skip
def gapped_kmers(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Logistic regression on 6-mers with gaps, up to 9 bases wide, on both strands."""
    from deepchem_genomics.models import GappedKmerRegression

    return Fitted.of(GappedKmerRegression(**settings), train)


@recipe(
    "sequence-boosting", "binding", is_baseline=True, fewest_positives=2, only=BALANCED,
    defaults={
        "learning_rate": 0.06, "k": 6, "similar": True, "trees": 1000, "leaves": 15, "smallest_leaf": 20,
        "feature_share": 0.1, "penalty": 5.0,
    },
    space={
        "learning_rate": Range(0.02, 0.2, log=True), "k": Choice((4, 5, 6)), "similar": Choice((True, False)),
        "trees": Choice((200, 500, 1000)),
        "leaves": Choice((4, 8, 15, 31)), "smallest_leaf": Choice((10, 20, 50)), "feature_share": Range(0.05, 0.5),
        "penalty": Range(0.1, 20.0, log=True),
    },
    grid={"learning_rate": Choice((0.03, 0.06)), "leaves": Choice((8, 15)), "trees": Choice((500, 1000))},
)  # fmt: skip
def sequence_boosting(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Gradient boosting on counts of k-mers of 1 to 6 bases, and on the labels of training windows that share k-mers.

    Both strands count as one. A window's own label, and that of nearly the same windows, is left out.
    """
    from deepchem_genomics.models import SequenceBoosting

    lengths = tuple(range(1, settings["k"] + 1))
    return Fitted.of(SequenceBoosting(**{**settings, "k": lengths}, seed=seed), train)


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

    for_each_bound = max(3, _MOST_BLENDED_ROWS // max(1, n_bound(train)))
    rows = unweighted(thinned(train, for_each_bound, seed) if len(train) > _MOST_BLENDED_ROWS else train)
    smallest_leaf = min(30, max(5, len(rows) // 60))
    members = [
        KmerRegression(k=5),
        GappedKmerRegression(),
        SequenceBoosting(smallest_leaf=smallest_leaf, seed=seed, **_BLENDED_TREES, **side_inputs),
        *([AccessibilityAlone(**side_inputs)] if side_inputs else []),
    ]
    # Those with side inputs first: a negative value, which has no logarithm, ends the training at once.
    for member in sorted(members, key=lambda one: not one.side_inputs):
        progress(f"training {type(member).__name__}")
        member.fit(rows)
    return Fitted(Blend(members))
