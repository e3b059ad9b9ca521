"""The chapter's three experiments, and the scores that it reports.

Nothing is imported here, so that the command line can list them at once.
"""

from typing import Any, NamedTuple

__all__ = ["EXPERIMENTS", "SCORE_NAMES", "ChapterScores", "Experiment", "Schedule"]

SCORE_NAMES = {"roc_auc": "ROC AUC", "pr_auc": "PR AUC", "pearson": "Pearson r", "rmse": "RMSE"}
"""How the scores of :mod:`deepchem_genomics.metrics` are called in tables and figures."""

CHAPTER = "Ramsundar, Eastman, Walters and Pande (2019), Deep Learning for the Life Sciences, O'Reilly, chapter 6"


class ChapterScores(NamedTuple):
    """What the chapter reports in its text: two digits, no interval, one run.

    Parameters
    ----------
    train : float or None
        Score on the training data; None where the chapter gives none.
    valid : float
        Score on the validation data.
    n_train, n_valid : int
        Rows of the data that the chapter used.
    source : str
        Where it is published.
    """

    train: float | None
    valid: float
    n_train: int
    n_valid: int
    source: str = CHAPTER


class Schedule(NamedTuple):
    """How to train by default.

    Parameters
    ----------
    epochs : int
        Passes through the training data.
    every : int
        Epochs between scores.
    batch_size : int, default 1000
        Rows a training step; the default is the chapter's for windows.
    """

    epochs: int
    every: int
    batch_size: int = 1000


class Experiment(NamedTuple):
    """One of the chapter's experiments.

    Parameters
    ----------
    name : str
        As on the command line.
    recipe : str
        Name in :data:`deepchem_genomics.recipes.RECIPES`.
    metric : str
        The score that the chapter reports: "roc_auc" or "pearson".
    second_metric : str
        A score that shows what the first one hides: "pr_auc" where hardly any window is bound, "rmse" where a
        correlation says nothing about how far off the predictions are.
    samples : str
        What a row is.
    train : str
        Folder of the training data in a folder laid out like the book's.
    valid : str
        Folder of the validation data.
    uses_accessibility : bool
        Whether the network has accessibility as a second input.
    published : ChapterScores
        What the chapter reports.
    simulated : Schedule
        How long to train on simulated data.
    folder : Schedule
        How long to train on the book's data.
    """

    name: str
    recipe: str
    metric: str
    second_metric: str
    samples: str
    train: str
    valid: str
    uses_accessibility: bool
    published: ChapterScores
    simulated: Schedule
    folder: Schedule


_WINDOWS: dict[str, Any] = {
    "metric": "roc_auc",
    "second_metric": "pr_auc",
    "samples": "windows",
    "train": "train_dataset",
    "valid": "valid_dataset",
    "simulated": Schedule(epochs=12, every=2, batch_size=500),
    "folder": Schedule(epochs=40, every=2),
}
_OF_WINDOWS: dict[str, Any] = {"n_train": 276_216, "n_valid": 34_527}

EXPERIMENTS = {
    experiment.name: experiment
    for experiment in (
        Experiment(
            name="tf-binding",
            recipe="network",
            uses_accessibility=False,
            published=ChapterScores(train=0.87, valid=0.75, **_OF_WINDOWS),
            **_WINDOWS,
        ),
        Experiment(
            name="chromatin",
            recipe="network-accessibility",
            uses_accessibility=True,
            published=ChapterScores(train=0.91, valid=0.80, **_OF_WINDOWS),
            **_WINDOWS,
        ),
        Experiment(
            name="rnai",
            recipe="sirna-network",
            metric="pearson",
            second_metric="rmse",
            samples="siRNAs",
            train="train_siRNA",
            valid="valid_siRNA",
            uses_accessibility=False,
            published=ChapterScores(train=None, valid=0.65, n_train=2_187, n_valid=244),
            simulated=Schedule(epochs=200, every=10, batch_size=100),
            folder=Schedule(epochs=200, every=10, batch_size=100),
        ),
    )
}
"""The chapter's experiments, in its order."""
