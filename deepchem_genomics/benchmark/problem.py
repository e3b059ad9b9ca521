"""The problems of a benchmark, and their data."""

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from deepchem_genomics.errors import LabelError

if TYPE_CHECKING:
    from deepchem.data import Dataset

__all__ = ["BINDING", "EFFICACY", "Fold", "Problem", "ProblemData", "PublishedScore", "Reading", "Source"]

logger = logging.getLogger(__name__)

Source = str | os.PathLike[str] | None


@dataclass(frozen=True)
class Reading:
    """Where the files of data sets are, and what may be read.

    Parameters
    ----------
    source : path-like, optional
        Local folder with the published files of named data sets; they are downloaded otherwise, unless the environment
        variable ``DEEPCHEM_GENOMICS_SOURCE`` names one.
    data_dir : str, optional
        Where downloads, and what is made of them, are kept; DeepChem's data folder by default.
    allow_pickle : bool, default False
        Whether pickles of a dataset folder (old ``.joblib`` shards) may be read, which can run any program.
    """

    source: Source = None
    data_dir: str | None = None
    allow_pickle: bool = False


BINDING = ("roc_auc", "pr_auc")
"""Scores of problems of binding."""

EFFICACY = ("pearson", "spearman", "rmse")
"""Scores of problems of siRNA efficacy."""


class PublishedScore(NamedTuple):
    """A figure that others have reported.

    Parameters
    ----------
    model : str
        What was scored.
    metric : str
        Name of the score, as in :class:`Problem`.
    value : float
        The score; the Matthews correlation as a fraction.
    source : str
        Where it is reported.
    note : str, default ""
        What to know before comparing.
    """

    model: str
    metric: str
    value: float
    source: str
    note: str = ""


class Fold(NamedTuple):
    """One division of the data.

    Parameters
    ----------
    train : dc.data.Dataset
        What models learn from.
    valid : dc.data.Dataset or None
        What the authors of the data set meant for choosing models, if they did.
    test : dc.data.Dataset
        What is scored.
    """

    train: "Dataset"
    valid: "Dataset | None"
    test: "Dataset"


class ProblemData(NamedTuple):
    """The data of a problem.

    Parameters
    ----------
    folds : list of Fold
        One; or those of a cross-validation, in which each row is in ``test`` exactly once.
    side_inputs : mapping of str to SideInput or to dict of str to str
        By name: raw values of all rows, which recipes scale on the rows trained on; or text by id, such as the mRNA
        that a guide targets.
    """

    folds: list[Fold]
    side_inputs: Mapping[str, Any] = {}


class Problem(NamedTuple):
    """What is to be predicted.

    Parameters
    ----------
    name : str
        As on the command line and in folders.
    kind : str
        "binding" or "efficacy".
    title : str
        For headings.
    metrics : tuple of str
        Scores; models are ranked by the first. Of "roc_auc", "pr_auc", "mcc", "pearson", "spearman", "rmse".
    scored : str
        What is learned from and what is scored, in a sentence or two.
    leak : str
        Known leaks from training to scored rows, in a sentence.
    published : tuple of Published
        What others have reported.
    read : callable
        ``(source, data_dir, seed) -> ProblemData``; called by :meth:`load`.
    side_inputs : tuple of str, default ()
        Names of the side inputs that the rows have.
    stands_for : str, default ""
        Name of the data sets that recipes are chosen for, where it is another: "own" for a folder of the user's own.
    """

    name: str
    kind: str
    title: str
    metrics: tuple[str, ...]
    scored: str
    leak: str
    published: tuple[PublishedScore, ...]
    read: Callable[[Source, str | None, int], ProblemData]
    side_inputs: tuple[str, ...] = ()
    stands_for: str = ""

    @property
    def group(self) -> str:
        """What recipes that are made for some data sets only go by."""
        return self.stands_for or self.name

    def load(self, source: Source = None, data_dir: str | None = None, seed: int = 0) -> ProblemData:
        """Read the data, and leave out rows of weight 0, which have no label.

        Parameters
        ----------
        source, data_dir
            See :class:`Reading`.
        seed : int, default 0
            Decides simulated data and the folds of a cross-validation. A benchmark takes 0 for all seeds of the
            models, so that they are compared on the same rows.

        Returns
        -------
        ProblemData
            In memory.

        Raises
        ------
        LabelError
            If no row of a part has a label.
        """
        data = self.read(source, data_dir, seed)
        return data._replace(folds=[Fold(*(_labeled(part, self.name) for part in fold)) for fold in data.folds])


def _labeled(part: Any, name: str) -> Any:
    """Leave out rows without a label; return the same dataset if all have one."""
    import numpy as np  # late: the command line lists problems without it

    if part is None or not len(part):
        return part
    rows = np.flatnonzero(np.asarray(part.w).reshape(len(part), -1).any(axis=1))
    if len(rows) == len(part):
        return part
    if not len(rows):
        raise LabelError(f"{name}: none of {len(part)} rows of a part has a label; give data with more labels")
    from deepchem_genomics.recipes.training import rows_of

    logger.info("%s: %d of %d rows of a part have no label and are left out", name, len(part) - len(rows), len(part))
    return rows_of(part, rows)
