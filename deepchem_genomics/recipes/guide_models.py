"""Recipes for siRNA efficacy without the chapter's network, and the blend with it."""

from typing import Any

from deepchem_genomics.recipes.recipe import RECIPES, Fitted, recipe
from deepchem_genomics.recipes.settings import Choice, Range

__all__: list[str] = []

_GUIDE_WEIGHTS = (6.0, 3.0, 1.0)


def _rule(name: str, train: Any) -> Fitted:
    from deepchem_genomics.models import SiRNARuleScore

    return Fitted.of(SiRNARuleScore(name), train)


@recipe("mean", "efficacy", is_baseline=True, uses_seed=False)
def mean(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Predict the mean of the training guides for every guide."""
    from deepchem_genomics.models import AlwaysMean

    return Fitted.of(AlwaysMean(), train)


@recipe("guide-gc-content", "efficacy", is_baseline=True, uses_seed=False)
def guide_gc_content(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Straight line through the number of G and C, and nothing else."""
    from deepchem_genomics.models import GuideGCContent

    return Fitted.of(GuideGCContent(), train)


@recipe("rules-amarzguioui", "efficacy", is_baseline=True, uses_seed=False)
def rules_amarzguioui(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Rules of thumb by Amarzguioui and Prydz (2004), scaled to efficacy."""
    return _rule("amarzguioui", train)


@recipe("rules-chapter", "efficacy", is_baseline=True, uses_seed=False)
def rules_chapter(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Whether the guide begins with A or G, scaled to efficacy."""
    return _rule("chapter", train)


@recipe("rules-reynolds", "efficacy", is_baseline=True, uses_seed=False)
def rules_reynolds(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Rules of thumb of Reynolds and others (2004), scaled to efficacy."""
    return _rule("reynolds", train)


@recipe("rules-ui-tei", "efficacy", is_baseline=True, uses_seed=False)
def rules_ui_tei(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Rules of thumb of Ui-Tei and others (2004), scaled to efficacy."""
    return _rule("ui-tei", train)


@recipe("ridge", "efficacy", is_baseline=True, uses_seed=False)
def ridge(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Ridge regression on the one-hot guide."""
    from deepchem_genomics.models import OneHotRidge

    return Fitted.of(OneHotRidge(), train)


@recipe(
    "support-vectors", "efficacy", is_baseline=True, uses_seed=False,
    defaults={"cost": 0.3, "gamma": 0.8, "tolerance": 0.05},
    space={
        "cost": Range(0.05, 2.0, log=True), "gamma": Range(0.2, 3.0, log=True), "tolerance": Range(0.01, 0.2, log=True)
    },
    grid={"cost": Choice((0.1, 0.3, 1.0)), "gamma": Choice((0.4, 0.8, 1.6))},
)  # fmt: skip
def support_vectors(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Support vector regression on the one-hot guide, k-mer counts and duplex thermodynamics."""
    from deepchem_genomics.models import SiRNASupportVectors

    return Fitted.of(SiRNASupportVectors(**settings), train)


@recipe(
    "sirna-boosting", "efficacy", is_baseline=True,
    defaults={
        "learning_rate": 0.03, "trees": 800, "smallest_leaf": 5, "depth": 6, "row_share": 0.7, "feature_share": 0.05
    },
    space={
        "learning_rate": Range(0.01, 0.1, log=True), "trees": Choice((200, 400, 800, 1200)),
        "smallest_leaf": Choice((2, 5, 10)), "depth": Choice((3, 4, 6, 8)), "row_share": Range(0.5, 1.0),
        "feature_share": Range(0.02, 0.3, log=True),
    },
    grid={"learning_rate": Choice((0.02, 0.03)), "depth": Choice((4, 6)), "trees": Choice((400, 800))},
)  # fmt: skip
def sirna_boosting(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Gradient boosting on the one-hot guide, k-mer counts and duplex thermodynamics."""
    from deepchem_genomics.models import SiRNABoosting

    return Fitted.of(SiRNABoosting(**settings, seed=seed), train)


@recipe("sirna-gaussian-process", "efficacy", uses_seed=False)
def sirna_gaussian_process(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Gaussian process regression on the guide's bases, their pairs, k-mers and nearest-neighbor energies.

    Which of these, and in what shares, was chosen within the book's training guides.
    """
    from deepchem_genomics.models import SiRNAGaussianProcess

    length = int(train.get_shape()[0][1])
    model = SiRNAGaussianProcess(length, **side_inputs)
    model.fit(train)
    return Fitted(model, [], model.n_parameters)


@recipe(
    "sirna-gaussian-process-targets", "efficacy", side_inputs=("targets",), may_take=("contexts",), uses_seed=False
)  # fmt: skip
def sirna_gaussian_process_targets(
    train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any
) -> Fitted:
    """Gaussian process given the mRNA that each guide targets, and the mRNA around each site, if that is known.

    From the latter it takes the folding energy around the site.
    """
    return sirna_gaussian_process(train, valid, side_inputs, settings, seed, progress)


@recipe(
    "sirna-gaussian-process-studies", "efficacy", side_inputs=("studies",), may_take=("targets", "contexts"),
    uses_seed=False,
)  # fmt: skip
def sirna_gaussian_process_studies(
    train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any
) -> Fitted:
    """Gaussian process given the study that measured each guide, and targets and contexts, if they are known.

    What studies differ in is learned apart from what they share.
    """
    return sirna_gaussian_process(train, valid, side_inputs, settings, seed, progress)


@recipe("sirna-blend", "efficacy")
def sirna_blend(train: Any, valid: Any, side_inputs: Any, settings: Any, seed: int, progress: Any) -> Fitted:
    """Average of sirna-gaussian-process, sirna-boosting and sirna-network, six to three to one."""
    from deepchem_genomics.models import Blend

    names = ("sirna-gaussian-process", "sirna-boosting", "sirna-network")
    members = [RECIPES[name](train, valid, None, None, seed, progress) for name in names]
    parameters = sum(member.parameters or 0 for member in members)
    return Fitted(Blend([member.model for member in members], _GUIDE_WEIGHTS), [], parameters)
