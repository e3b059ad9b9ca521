"""The named problems: what is predicted, known leaks, and published scores.

DeepChem is not imported here, so that the command line can list the problems at once; the data are read by
:mod:`deepchem_genomics.benchmark.problem_data`, when they are requested.
"""

import functools
import logging
from pathlib import Path

from deepchem_genomics.benchmark.problem import BINDING, EFFICACY, Problem, ProblemData, PublishedScore, Source

__all__ = ["PROBLEMS", "problem_named"]

logger = logging.getLogger(__name__)

CHAPTER = "Ramsundar, Eastman, Walters and Pande (2019), Deep Learning for the Life Sciences, O'Reilly, chapter 6"
FOUNDATION = (
    "Benchmarking DNA foundation models for genomic and genetic tasks, Nature Communications (2025), "
    "doi:10.1038/s41467-025-65823-8, table 1"
)
DNABERT2 = "Zhou et al. (2024), DNABERT-2, ICLR, arXiv:2306.15006"
VQDNA = "Li et al. (2024), VQDNA, ICML, arXiv:2405.10812"
HUESKEN = "Huesken et al. (2005), Nature Biotechnology 23, 995-1001"
DSIR = "Vert, Foveau, Lajaunie and Vandenbrouck (2006), BMC Bioinformatics 7, 520"


def _read_jund(source: Source, data_dir: str | None, seed: int) -> ProblemData:
    from deepchem_genomics.benchmark.problem_data import jund

    return jund(source, data_dir)


def _read_sirna_split(source: Source, data_dir: str | None, seed: int, split: str) -> ProblemData:
    from deepchem_genomics.benchmark.problem_data import sirna_split

    return sirna_split(source, data_dir, split)


def _read_sirna_folds(source: Source, data_dir: str | None, seed: int, k: int, by_gene: bool = False) -> ProblemData:
    from deepchem_genomics.benchmark.problem_data import sirna_folds

    return sirna_folds(source, data_dir, seed, k, by_gene)


def _read_gue_tf(source: Source, data_dir: str | None, seed: int, task: int) -> ProblemData:
    from deepchem_genomics.benchmark.problem_data import gue_tf

    return gue_tf(source, data_dir, task)


def _read_simulated_tf(source: Source, data_dir: str | None, seed: int) -> ProblemData:
    from deepchem_genomics.benchmark.problem_data import simulated_tf

    return simulated_tf(data_dir, seed)


def _read_simulated_sirna(source: Source, data_dir: str | None, seed: int) -> ProblemData:
    from deepchem_genomics.benchmark.problem_data import simulated_sirna

    return simulated_sirna(data_dir, seed)


_OVERLAP = "Guides against one mRNA overlap, and near copies of scored guides are trained on"

# ROC AUC of mean-pooled embeddings without fine-tuning, table 1, "Human TFBS 1" to "5": Caduceus-Ph, DNABERT-2.
_FROZEN = ((0.8796, 0.8382), (0.8687, 0.8210), (0.8249, 0.7896), (0.7725, 0.7260), (0.9294, 0.9204))
# Matthews correlation after fine-tuning, tasks 0 to 4: DNABERT-2, VQDNA.
_TUNED = ((0.720, 0.725), (0.761, 0.764), (0.665, 0.669), (0.585, 0.589), (0.774, 0.781))


def _gue(task: int) -> Problem:
    frozen = "mean-pooled embeddings, not fine-tuned; taken to be this task by its place in the table"
    unchecked = "figure not checked in the paper"
    published = (
        PublishedScore("Caduceus-Ph", "roc_auc", _FROZEN[task][0], FOUNDATION, frozen),
        PublishedScore("DNABERT-2", "roc_auc", _FROZEN[task][1], FOUNDATION, frozen),
        PublishedScore(
            "DNABERT-2, fine-tuned", "mcc", _TUNED[task][0], DNABERT2, f"117 million parameters; {unchecked}"
        ),
        PublishedScore("VQDNA, fine-tuned", "mcc", _TUNED[task][1], VQDNA, unchecked),
    )
    return Problem(
        name=f"gue-tf{task}",
        kind="binding",
        title=f"Transcription factor binding, GUE human task {task}",
        metrics=(*BINDING, "mcc"),
        scored="The 1,000 windows of 101 bp of GUE's test part; the epoch of a network is chosen on GUE's dev part. "
        "Training windows that are also in valid or test are left out.",
        leak="The places of the windows were not published, so neighbors are unknown; GUE's dev part was drawn like "
        "its train part, but its test part was not, so scores on valid are lower than on test.",
        published=published,
        read=functools.partial(_read_gue_tf, task=task),
    )


_guides = functools.partial(Problem, kind="efficacy", metrics=EFFICACY, side_inputs=("targets", "contexts"))

_ALL = (
    Problem(
        name="jund",
        kind="binding",
        title="JUND binding in HepG2 cells, chromosome 22",
        metrics=BINDING,
        scored="The book's 34,527 valid windows of 101 bp, 146 of them bound. Trained on 82,024 windows (253 "
        "bound): the 47,496 of the 276,216 published training windows that are available, and the book's test windows, "
        "which are training data here; weights are balanced again.",
        leak="The book's split is random: 124 of the 146 bound windows scored have a bound neighbor in the published "
        "training set, so models that see the sequence score too high.",
        published=(
            PublishedScore(
                "the chapter's network", "roc_auc", 0.75, CHAPTER, "trained on all 276,216 windows; two digits"
            ),
            PublishedScore(
                "the chapter's network with accessibility", "roc_auc", 0.80, CHAPTER,
                "trained on all 276,216 windows; two digits; accessibility alone scores 0.809",
            ),
        ),
        read=_read_jund,
        side_inputs=("accessibility",),
    ),
    _guides(
        name="sirna-book",
        title="siRNA efficacy, the book's split",
        scored="The book's 244 valid guides; trained on its 2,187 training guides.",
        leak=f"{_OVERLAP}: 114 of the 244 share a 19-mer with a training guide.",
        published=(PublishedScore("the chapter's network", "pearson", 0.65, CHAPTER, "one run; two digits"),),
        read=functools.partial(_read_sirna_split, split="book"),
    ),
    _guides(
        name="sirna-huesken",
        title="siRNA efficacy, Huesken's split",
        scored="Huesken's 249 test guides; trained on the other 2,182.",
        leak=f"{_OVERLAP}.",
        published=(
            PublishedScore("BIOPREDsi", "pearson", 0.66, HUESKEN, "neural network; two digits"),
            PublishedScore("DSIR", "pearson", 0.67, DSIR, "LASSO on bases and short motifs; two digits"),
            PublishedScore(
                "random forest", "pearson", 0.668, "reported on these 249 guides; first source not confirmed"
            ),
        ),
        read=functools.partial(_read_sirna_split, split="huesken"),
    ),
    _guides(
        name="sirna-cv10",
        title="siRNA efficacy, 10-fold cross-validation",
        scored="All 2,431 guides, each predicted once, by a model of the other nine of ten random folds; the "
        "predictions are pooled.",
        leak=f"{_OVERLAP}, as folds are random.",
        published=(
            PublishedScore(
                "support vector machine", "pearson", 0.711, "reported for 10-fold cross-validation of these guides; "
                "first source not confirmed", "other folds",
            ),
        ),
        read=functools.partial(_read_sirna_folds, k=10),
    ),
    _guides(
        name="sirna-gene5",
        title="siRNA efficacy against mRNAs not seen in training",
        scored="All 2,431 guides, each predicted once, by a model that saw no guide against the same mRNA: five folds "
        "of whole mRNAs (30 of them), pooled.",
        leak="None known: no mRNA is on both sides.",
        published=(),
        read=functools.partial(_read_sirna_folds, k=5, by_gene=True),
    ),
    *(_gue(task) for task in range(5)),
    Problem(
        name="simulated-tf",
        kind="binding",
        title="Simulated transcription factor binding",
        metrics=BINDING,
        scored="2,000 simulated windows of 101 bp, about 5% bound; trained on 16,000; epochs chosen on 2,000.",
        leak="None: windows are drawn independently.",
        published=(),
        read=_read_simulated_tf,
        side_inputs=("accessibility",),
    ),
    Problem(
        name="simulated-sirna",
        kind="efficacy",
        title="Simulated siRNA efficacy",
        metrics=EFFICACY,
        scored="244 simulated guides; trained on 1,944; epochs chosen on 243.",
        leak="None: guides are drawn independently.",
        published=(),
        read=_read_simulated_sirna,
    ),
)  # fmt: skip

PROBLEMS: dict[str, Problem] = {problem.name: problem for problem in _ALL}
"""Problems by name."""

_EVERY_ROW_IS_SCORED = ("sirna-cv10", "sirna-gene5")

TUNABLE = tuple(name for name in PROBLEMS if name not in _EVERY_ROW_IS_SCORED)
"""Names of the problems that have rows to tune on: a cross-validation scores all."""


def problem_named(name: str) -> Problem:
    """Return a problem by its name; say so if a folder has that name too."""
    if Path(name).is_dir():
        logger.warning("%s is the data set of that name; for the folder write ./%s", name, name)
    return PROBLEMS[name]
