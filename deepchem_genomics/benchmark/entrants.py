"""Who competes: the chapter's networks, and the baselines that say what a score is worth.

DeepChem is not imported here, so that the command line can list the entrants at once.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from deepchem.data import Dataset

    from deepchem_genomics.benchmark.problems import GuideFacts
    from deepchem_genomics.data import SideInput

__all__ = ["ENTRANTS", "Entrant", "Fitted", "entrants_for", "suits"]

Report = Callable[[str], None]


class Fitted(NamedTuple):
    """A model that has learnt.

    Parameters
    ----------
    model : dc.models.Model
        Anything with ``predict(dataset) -> (N, 1)``.
    history : list of dict
        ``epoch`` and ``score`` on held-out rows, in order; empty for what does not learn in epochs.
    parameters : int or None
        Trainable parameters of a network.
    """

    model: Any
    history: list[dict[str, Any]] = []
    parameters: int | None = None


class Entrant(NamedTuple):
    """One who competes.

    Parameters
    ----------
    name : str
        As on the command line and in folders.
    kind : str
        "binding" or "efficacy": the problems it is made for.
    uses_accessibility : bool
        Whether it takes signals beside the sequence; it competes only where there are some.
    is_baseline : bool
        Whether it is no network.
    description : str
        What it does and how it is trained, in a sentence or two.
    fit : callable
        ``(train, dev, facts, seed, report_progress) -> Fitted``: datasets (``dev`` may be None), what is known of the
        rows beside their sequence (raw signals, :class:`GuideFacts` with ``uses_guide_facts``, or None), an int, and a
        function that takes a line of text.
    uses_seed : bool, default True
        Whether the seed changes anything; one seed is enough otherwise.
    only : tuple of str, default ()
        Names of the problems it is made for, where its kind says too little.
    uses_guide_facts : bool, default False
        Whether it takes what is known of siRNA guides beside their sequence.
    """

    name: str
    kind: str
    uses_accessibility: bool
    is_baseline: bool
    description: str
    fit: Callable[["Dataset", "Dataset | None", Any, int, Report], Fitted]
    uses_seed: bool = True
    only: tuple[str, ...] = ()
    uses_guide_facts: bool = False


def entrants_for(kind: str, problem: str, has_accessibility: bool) -> list[Entrant]:
    """List the registered entrants that compete on a problem.

    Parameters
    ----------
    kind : str
        The problem's kind.
    problem : str
        Its name.
    has_accessibility : bool
        Whether its rows have signals.

    Returns
    -------
    list of Entrant
        Baselines first.

    Examples
    --------
    >>> [entrant.name for entrant in entrants_for("efficacy", "sirna-book", False)][-1]
    'sirna-blend'
    """
    return [entrant for entrant in ENTRANTS.values() if suits(entrant, kind, problem, has_accessibility)]


def suits(entrant: Entrant, kind: str, problem: str, has_accessibility: bool) -> bool:
    """Tell whether an entrant can compete on a problem.

    Parameters
    ----------
    entrant : Entrant
        Registered or not.
    kind, problem, has_accessibility
        As for :func:`entrants_for`.

    Returns
    -------
    bool
        Whether kind, signals and the problem's name suit it.
    """
    return (
        entrant.kind == kind
        and (has_accessibility or not entrant.uses_accessibility)
        and (not entrant.only or problem in entrant.only)
    )


def _baseline(
    name: str,
    kind: str,
    description: str,
    uses_accessibility: bool = False,
    uses_seed: bool = False,
    only: tuple[str, ...] = (),
) -> Entrant:
    """Enter a baseline, made by :mod:`fit_baselines`, which is imported when it is fitted."""

    def fit(
        train: "Dataset", dev: "Dataset | None", accessibility: "SideInput | None", seed: int, report: Report
    ) -> Fitted:
        from deepchem_genomics.benchmark import fit_baselines

        return fit_baselines.fit(name, train, accessibility if uses_accessibility else None, seed)

    return Entrant(name, kind, uses_accessibility, True, description, fit, uses_seed, only)


def _gaussian_process(name: str, description: str, with_facts: bool = False, only: tuple[str, ...] = ()) -> Entrant:
    """Enter the Gaussian process on guides, which draws nothing."""

    def fit(train: "Dataset", dev: "Dataset | None", facts: "GuideFacts | None", seed: int, report: Report) -> Fitted:
        from deepchem_genomics.models import SiRNAGaussianProcess

        model = SiRNAGaussianProcess(**facts._asdict()) if with_facts and facts is not None else SiRNAGaussianProcess()
        model.fit(train)
        return Fitted(model, [], model.n_parameters)

    return Entrant(name, "efficacy", False, False, description, fit, False, only, with_facts)


def _network(name: str, kind: str, model: str, schedule: dict[str, Any], about: str, scale: str = "") -> Entrant:
    """Enter a network, which is built and trained by :mod:`fit_networks`."""
    stops = schedule["patience"] < schedule["epochs"]
    early = f", stopping after {schedule['patience']} without a better one" if stops else ""
    text = (
        f"{about} Adam, learning rate 0.001, {schedule['batch_size']} rows a step, {schedule['epochs']} epochs{early}; "
        f"the epoch with the best {schedule['metric']} on held-out rows is taken: the data set's dev part, or "
        "10 % of the training rows, drawn by the seed."
    )

    def fit(
        train: "Dataset", dev: "Dataset | None", accessibility: "SideInput | None", seed: int, report: Report
    ) -> Fitted:
        from deepchem_genomics.benchmark.fit_networks import Schedule, fit_network

        signals = accessibility if scale else None
        return fit_network(model, Schedule(**schedule), scale, train, dev, signals, seed, report)

    return Entrant(name, kind, bool(scale), False, text, fit)


def _strand_model(name: str, recipe: str, about: str, signals: str = "", only: tuple[str, ...] = ()) -> Entrant:
    """Enter what :mod:`fit_blends` trains; ``signals`` is "", "own" or "nearby"."""

    def fit(
        train: "Dataset", dev: "Dataset | None", accessibility: "SideInput | None", seed: int, report: Report
    ) -> Fitted:
        from deepchem_genomics.benchmark import fit_blends

        given = accessibility if signals else None
        if given is not None and signals == "nearby":
            given = fit_blends.nearby(given)
        return getattr(fit_blends, recipe)(train, given, seed, report)

    return Entrant(name, "binding", bool(signals), False, about, fit, only=only or _MEASURED)


def _fit_guide_blend(train: "Dataset", dev: "Dataset | None", facts: Any, seed: int, report: Report) -> Fitted:
    from deepchem_genomics.benchmark.fit_blends import fit_guide_blend

    return fit_guide_blend(train, dev, seed, report)


# Scores on few held-out bound windows (25 of JUND's) jump about: 8 epochs of patience end some runs before they begin.
_WINDOWS = {"epochs": 40, "patience": 15, "batch_size": 1000, "metric": "roc_auc"}
_GUIDES = {"epochs": 200, "patience": 30, "batch_size": 1000, "metric": "pearson"}
_BOUND = (
    "With 2,000 bound training windows or more: 64 filters, 8 epochs, 128 rows a step, shifts and mutations; with "
    "fewer: 16 filters beside 18 JASPAR motifs, 12 epochs over at most 80 unbound windows for each bound one, 200 rows "
    "a step, and boosting sees the motifs too. The rate falls to a hundredth; no rows are held out. Needs the extra "
    "motifs where bound windows are few."
)
_KNOWN_FACTOR = ("jund", "simulated-tf")
_SIMULATED = ("simulated-tf",)
_BALANCED = tuple(f"gue-tf{task}" for task in range(5))
_MEASURED = ("jund", *_BALANCED)

_ALL = (
    _baseline("prevalence", "binding", "Says the share of bound training windows for every window."),
    _baseline(
        "accessibility", "binding", "Logistic regression on log accessibility, and nothing else.",
        uses_accessibility=True,
    ),
    _baseline(
        "motif", "binding",
        "The best score of JASPAR's ATF3 matrix (MA0605.2) on either strand. JUND and ATF3 bind as a pair.",
        only=_KNOWN_FACTOR,
    ),
    _baseline(
        "motif-accessibility", "binding", "Logistic regression on the best ATF3 score and log accessibility.",
        uses_accessibility=True, only=_KNOWN_FACTOR,
    ),
    _baseline(
        "three-motif-boosting", "binding",
        "Gradient boosting on the best scores of two JUND matrices and ATF3's, G+C and CpG.", only=_SIMULATED,
    ),
    _baseline(
        "three-motif-boosting-accessibility", "binding",
        "Gradient boosting on the best scores of two JUND matrices and ATF3's, G+C, CpG and log accessibility.",
        uses_accessibility=True, only=_SIMULATED,
    ),
    _baseline(
        "motif-boosting", "binding",
        "Gradient boosting on the best scores of 18 JASPAR matrices, G+C and CpG. Needs the extra motifs.",
        only=_MEASURED,
    ),
    _baseline(
        "motif-boosting-accessibility", "binding",
        "Gradient boosting on the best scores of 18 JASPAR matrices, G+C, CpG and log accessibility. Needs the extra "
        "motifs.",
        uses_accessibility=True, only=_MEASURED,
    ),
    _baseline("kmers", "binding", "Logistic regression on counts of words of 6 bases, both strands as one."),
    _baseline(
        "gapped-kmers", "binding", "Logistic regression on words of 6 bases with gaps, up to 9 wide, on both strands.",
        only=_BALANCED,
    ),
    _baseline(
        "sequence-boosting", "binding", "Gradient boosting on counts of words of 1 to 6 bases, both strands as one.",
        uses_seed=True, only=_BALANCED,
    ),
    _network(
        "network", "binding", "TFBindingModel", _WINDOWS,
        "The chapter's network on the sequence: three convolutions.",
    ),
    _network(
        "network-accessibility", "binding", "AccessibilityTFBindingModel", _WINDOWS,
        "The same with accessibility as a second input, its logarithm standardised on the rows trained on.",
        "log-standard",
    ),
    _network(
        "network-raw-accessibility", "binding", "AccessibilityTFBindingModel", _WINDOWS,
        "The same with accessibility as it is, the chapter's way.", "none",
    ),
    _strand_model(
        "rc-network", "fit_strand_network",
        f"RCTFBindingModel, alike for both strands. {_BOUND}",
    ),
    _strand_model(
        "rc-network-accessibility", "fit_strand_network",
        f"The same with log accessibility. {_BOUND}", "own", ("jund",),
    ),
    _strand_model(
        "blend", "fit_blend",
        f"rc-network, gradient boosting on words and, with many bound windows, gapped-kmers; logits averaged. {_BOUND}",
    ),
    _strand_model(
        "blend-accessibility", "fit_blend", f"The same with log accessibility. {_BOUND}", "own", ("jund",),
    ),
    _strand_model(
        "blend-nearby-accessibility", "fit_blend",
        f"The same with log accessibility of the window and of the three to either side. {_BOUND}", "nearby", ("jund",),
    ),
    _baseline("mean", "efficacy", "Says the mean of the training guides for every guide."),
    _baseline("rules-amarzguioui", "efficacy", "Rules of thumb by Amarzguioui and Prydz (2004), scaled to efficacy."),
    _baseline("rules-chapter", "efficacy", "Whether the guide begins with A or G, scaled to efficacy."),
    _baseline("rules-reynolds", "efficacy", "Rules of thumb of Reynolds and others (2004), scaled to efficacy."),
    _baseline("rules-ui-tei", "efficacy", "Rules of thumb of Ui-Tei and others (2004), scaled to efficacy."),
    _baseline("ridge", "efficacy", "Ridge regression on the one-hot guide."),
    _baseline(
        "support-vectors", "efficacy",
        "Support vector regression on the one-hot guide, k-mer counts and duplex thermodynamics.",
    ),
    _baseline(
        "sirna-boosting", "efficacy", "Gradient boosting on the same features.", uses_seed=True,
    ),
    _network(
        "sirna-network", "efficacy", "SiRNAEfficacyModel", _GUIDES,
        "The chapter's network on the guide: two convolutions.",
    ),
    _gaussian_process(
        "sirna-gaussian-process",
        "Gaussian process regression on the guide's bases, their pairs, words and nearest-neighbour energies. Which of "
        "these, and in what shares, was chosen within the book's training guides.",
    ),
    Entrant(
        "sirna-blend", "efficacy", False, False,
        "Average of sirna-gaussian-process, sirna-boosting and sirna-network, six to three to one.", _fit_guide_blend,
    ),
    _gaussian_process(
        "sirna-gaussian-process-targets",
        "The same, told which mRNA each training guide targets, and the folding energy of the mRNA around each site.",
        with_facts=True, only=("sirna-gene5",),
    ),
)  # fmt: skip

ENTRANTS: dict[str, Entrant] = {entrant.name: entrant for entrant in _ALL}
"""Entrants by name."""
