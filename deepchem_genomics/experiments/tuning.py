"""Search for better settings of a recipe on any data, and score the best once on rows that no trial saw."""

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from deepchem.data import Dataset, NumpyDataset

from deepchem_genomics import models
from deepchem_genomics.data.dividing import Parts
from deepchem_genomics.experiments.data import Data, ExperimentData
from deepchem_genomics.experiments.decision import Scoring, decide, motifs_for
from deepchem_genomics.experiments.scores import Record, ScoreTable, label_means
from deepchem_genomics.experiments.training import backgrounds, score_parts, training_record, write_trained
from deepchem_genomics.motifs import CountMatrix
from deepchem_genomics.recipes import RECIPES
from deepchem_genomics.tuning import Tuned, TuningData
from deepchem_genomics.tuning import tune as search_for
from deepchem_genomics.tuning.tuning_data import restricted

__all__ = ["TunedAndScored", "tune"]

logger = logging.getLogger(__name__)


class TunedAndScored(NamedTuple):
    """What a search found, and what the best model scores on rows that no trial saw.

    Parameters
    ----------
    tuned : Tuned
        The trials and the best of them.
    scores : ScoreTable
        "test" and what :func:`~deepchem_genomics.experiments.scores.score` returned; empty for a named data set, whose
        scored rows are for :func:`~deepchem_genomics.experiments.benchmark`, and where there is no test part.
    """

    tuned: Tuned
    scores: ScoreTable

    def __repr__(self) -> str:
        return f"{self.tuned!r}\n{self.scores!r}" if self.scores else repr(self.tuned)

    def _repr_html_(self) -> str:
        return self.tuned._repr_html_() + (self.scores._repr_html_() if self.scores else "")


def tune(
    data: Data | str | os.PathLike[str] | Dataset,
    recipe: str | None = None,
    out: str | os.PathLike[str] | None = None,
    *,
    seed: int = 0,
    scoring: Scoring | None = None,
    **options: Any,
) -> TunedAndScored:
    """Search for the settings with which a recipe scores best on held-out training rows.

    Parameters
    ----------
    data : Data, str, path-like or dc.data.Dataset
        A dataset folder or a dataset, which are divided: trials are scored on the validation part, and the best model
        once on the test part. Or the name of a data set of the benchmark, whose scored rows are left alone.
    recipe : str, optional
        Name of one of :data:`~deepchem_genomics.recipes.RECIPES`; by default the chapter's network for such data.
    out : path-like, optional
        Folder for the trials and the best model; see :func:`deepchem_genomics.tuning.tune`.
    seed : int, default 0
        Decides all that is drawn.
    scoring : Scoring, optional
        How the best model is scored: calibration, threshold, and motifs to compare with.
    **options
        ``search``, ``execution`` and ``progress``: see :func:`deepchem_genomics.tuning.tune`.

    Returns
    -------
    TunedAndScored
        The best settings, all trials, where the model is, and its scores.

    Raises
    ------
    BadValueError
        If a name is unknown, a number out of its range, or the space is not what it should be.
    LabelError, SplitError
        If there is nothing to learn from or to score.

    Examples
    --------
    >>> from deepchem_genomics import experiments, tuning
    >>> found = experiments.tune("jund", "kmers", "tuned", search=tuning.Search(trials=8))  # doctest: +SKIP
    >>> found.best["parameters"]["k"]  # doctest: +SKIP
    6
    """
    given = Data.of(data)
    if isinstance(given.rows, str) and given.is_named:
        tuned = search_for(given.rows, recipe, out=out, seed=seed, reading=given.reading, **options)
        return TunedAndScored(tuned, ScoreTable())
    found = given.divided(seed)
    motifs = motifs_for(found.kind, scoring)  # read before the trials, which take long
    loaded = {part: _in_memory(rows) for part, rows in found.parts.datasets.items()}
    found = found._replace(parts=Parts(loaded, found.parts.description))
    sides = restricted(found.side_inputs, [*loaded["train"].ids, *loaded["valid"].ids])
    about = f"the validation part of a split by {found.parts.description['split']}, seed {seed}"
    scores = ScoreTable()

    def write_best(trained: Path, folder: Path, best: Mapping[str, Any]) -> None:
        scores.update(_write_scored((trained, folder), best, found, seed, scoring, motifs))

    trials = TuningData(found.name, found.kind, loaded["train"], loaded["valid"], sides, about, write_best)
    return TunedAndScored(search_for(trials, recipe, out=out, seed=seed, **options), scores)


def _write_scored(
    folders: tuple[Path, Path],
    best: Mapping[str, Any],
    data: ExperimentData,
    seed: int,
    scoring: Scoring | None,
    motifs: Sequence[CountMatrix],
) -> dict[str, dict[str, Record]]:
    """Score the best model on the test part; write it and how it came about to the second folder, for predict."""
    trained, folder = folders
    model = models.load(trained, progress=False)
    if model.side_inputs:
        model.attach({name: one for name, one in data.side_inputs.items() if name in model.side_inputs})
    decided = decide(model, data.parts.datasets, data.tasks, scoring)
    means = label_means(data.parts.datasets["train"])
    baselines, every = score_parts(model, data, means, seed, motifs, decided.predicted)
    scores = {part: one.records for part, one in every.items() if part == "test"}
    recipe = RECIPES[best["model"]]
    record = training_record(data, recipe, best["parameters"], seed, [], means, scores) | decided.record
    record["background"] = backgrounds(model, data.parts.datasets["train"])
    write_trained(model, folder, record, baselines, decided, data.parts.datasets)  # calibrated now
    return scores


def _in_memory(dataset: Dataset) -> Dataset:
    return NumpyDataset(*(np.asarray(column) for column in (dataset.X, dataset.y, dataset.w, dataset.ids)))
