"""Train a recipe on data, score the model and save it."""

import contextlib
import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from deepchem.data import Dataset

from deepchem_genomics.data.opened_folder import labeled_rows
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.experiments.baselines import Baselines, fit_baselines, write_baselines
from deepchem_genomics.experiments.data import Data, ExperimentData, require_scores
from deepchem_genomics.experiments.decision import Decided, Scoring, decide, motifs_for, write_curve
from deepchem_genomics.experiments.pages import training_page
from deepchem_genomics.experiments.scores import Scored, ScoreTable, choose_best, label_means, score, verdicts
from deepchem_genomics.experiments.seen_rows import write_seen
from deepchem_genomics.io.outputs import Kind, atomic_directory, only_writer, require_folder, temporary_directory
from deepchem_genomics.models import SequenceModel
from deepchem_genomics.models.saving import write_files, write_training
from deepchem_genomics.models.side_inputs import medians
from deepchem_genomics.motifs import CountMatrix
from deepchem_genomics.recipes import RECIPES, Progress, Recipe, auto_recipe, default_recipe, find_recipe

__all__ = ["Trained", "train", "training_record"]

AUTO = "auto"
REPORT = "report.html"
PARTS = "dcgenomics-parts-"
"""How the names of temporary folders begin that hold the parts of a dataset."""

logger = logging.getLogger(__name__)


class Trained(NamedTuple):
    """A model that was trained and scored.

    Parameters
    ----------
    model : SequenceModel
        The model.
    recipe : str
        Name of its recipe.
    scores : ScoreTable
        A dictionary by part ("train", "valid", "test") and task; see
        :func:`~deepchem_genomics.experiments.scores.score`.
    record : dict
        What ``training.json`` has.
    """

    model: Any
    recipe: str
    scores: ScoreTable
    record: dict[str, Any]

    def __repr__(self) -> str:
        return f"{self.model!r} of the recipe {self.recipe}\n{self.scores!r}"

    def _repr_html_(self) -> str:
        return self.scores.as_html(f"{self.model!r} of the recipe {self.recipe}")


def train(
    data: Data | str | os.PathLike[str] | Dataset,
    recipe: str = AUTO,
    out: str | os.PathLike[str] | None = None,
    *,
    settings: Mapping[str, Any] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    scoring: Scoring | None = None,
    overwrite: bool = False,
) -> Trained:
    """Train a recipe on data, score the model on each part, and save it.

    Parameters
    ----------
    data : Data, str, path-like or dc.data.Dataset
        Rows, and perhaps how they are divided: see :class:`Data`. A dataset folder as ``dcgenomics build`` writes it;
        the name of a data set of the benchmark; or a dataset with X (N, L, 4), y and w (N, T) and ids.
    recipe : str, default "auto"
        Name of one of :data:`~deepchem_genomics.recipes.RECIPES`; "auto" chooses by the kind and the number of rows,
        see :func:`~deepchem_genomics.recipes.auto_recipe`.
    out : path-like, optional
        Folder for the model and ``training.json``; it appears only when whole. Nothing is written without.
    settings : mapping of str to value, optional
        Other settings than the recipe's defaults.
    seed : int, default 0
        Decides the division, all that training draws, and the resamples of intervals.
    progress : Progress, optional
        Where to report; where checkpoints go, and whether to continue from them.
    scoring : Scoring, optional
        How the model is scored: calibration, threshold, and motifs to compare with.
    overwrite : bool, default False
        Whether an existing ``out`` is replaced, if this function wrote it and it holds nothing else.

    Returns
    -------
    Trained
        The model, with its side inputs attached, and its scores.

    Raises
    ------
    BadValueError
        If the recipe or a setting does not exist, the recipe is not made for such data, or its model is from another
        package.
    FileExistsError
        If ``out`` exists and is not to be replaced, or there are checkpoints and training is not to continue from them.
    LabelError
        If there is nothing to learn from these labels.
    SideInputError
        If the recipe needs a side input that is not there.
    SplitError
        If the data cannot be divided so.

    Examples
    --------
    >>> from deepchem_genomics import experiments, simulate
    >>> windows, more, tracks = simulate.simulated_tf_datasets()
    >>> trained = experiments.train(experiments.Data(windows, more, side_inputs=tracks), "accessibility")
    >>> type(trained.model).__name__, bool(trained.scores["valid"]["0"]["scores"]["model"]["roc_auc"][0] > 0.7)
    ('AccessibilityAlone', True)
    """
    data = Data.of(data)
    if out is not None:
        read = [each for each in (data.rows, data.valid) if isinstance(each, str | os.PathLike)]
        require_folder(out, Kind.TRAINED_MODEL, overwrite, read)
    progress = progress or Progress()
    _require_checkpoints(progress)
    with only_writer(out) if out is not None else contextlib.nullcontext(), temporary_directory(PARTS) as parts_folder:
        found = data.divided(seed, parts_folder)
        chosen = _chosen(recipe, found)
        require_scores(found)
        motifs = motifs_for(found.kind, scoring)
        checked = chosen.checked_settings(settings or {})
        scaled = f", scaled ({checked['scale']}) on the training rows" if "scale" in checked else ""
        for name in chosen.taken_of(found.side_inputs):
            tracks = getattr(found.side_inputs[name], "names", None)
            if tracks is not None:
                logger.info("side input %s: tracks %s%s", name, ", ".join(tracks), scaled)
        with _naming_checkpoints(progress):
            fitted = chosen(
                found.parts.datasets["train"], found.parts.datasets["valid"], found.side_inputs, checked, seed, progress
            )
        if not isinstance(fitted.model, SequenceModel):
            raise BadValueError(
                f"the recipe {chosen.name!r} made a {type(fitted.model).__name__}; train takes models of this package, "
                "such as a subclass of models.GenomicsModel or models.Baseline; benchmark takes any with predict"
            )
        _report_best(fitted.history)
        decided = decide(fitted.model, found.parts.datasets, found.tasks, scoring)
        means = label_means(found.parts.datasets["train"])
        baselines, scored = score_parts(fitted.model, found, means, seed, motifs, decided.predicted)
        scores = ScoreTable((part, one.records) for part, one in scored.items())
        record = training_record(found, chosen, checked, seed, fitted.history, means, scores) | decided.record
        record["background"] = backgrounds(fitted.model, found.parts.datasets["train"])
        if out is not None:
            page = training_page(record, scored, found.parts.datasets)
            with atomic_directory(out, Kind.TRAINED_MODEL, overwrite) as partial:
                write_trained(fitted.model, partial, record, baselines, decided, found.parts.datasets)
                (partial / REPORT).write_bytes(page.encode())
    return Trained(fitted.model, chosen.name, scores, record)


def score_parts(
    model: Any,
    data: ExperimentData,
    means: list[float],
    seed: int,
    motifs: Sequence[CountMatrix] = (),
    predicted: Mapping[str, Any] | None = None,
) -> tuple[Baselines, dict[str, Scored]]:
    """Score a model on each part next to baselines; the best of these on valid is compared with on all parts.

    ``predicted`` is what the model predicts for parts for which that is known.
    """
    rows, known = data.parts.datasets, predicted or {}
    baselines = fit_baselines(rows["train"], data.kind, seed, motifs)
    scores = {"train": score(model, rows["train"], data.tasks, means, seed, is_training_part=True)}
    for part in ("valid", "test"):
        if part in rows:
            scores[part] = score(model, rows[part], data.tasks, means, seed, baselines, predicted=known.get(part))
            if part == "valid":
                baselines = baselines._replace(best=choose_best(scores[part].records))
    return baselines, scores


def training_record(
    data: ExperimentData,
    recipe: Recipe,
    settings: Mapping[str, Any],
    seed: int,
    history: list[dict[str, Any]],
    means: list[float],
    scores: Mapping[str, Any],
) -> dict[str, Any]:
    """Describe how a model came about."""
    return {
        "tasks": data.tasks,
        "label_means": means,
        "dataset": {"name": data.name, "inputs": data.inputs},
        **data.parts.description,
        "recipe": recipe.name,
        "settings": dict(settings),
        "seed": seed,
        "history": history,
        "scores": dict(scores),
        "verdicts": verdicts(scores) if scores else [],
    }


def backgrounds(model: Any, train: Dataset) -> dict[str, list[float]]:
    """Return the median training value of each track, by side input: what an ordinary window has, for ``explain``."""
    known = {name: one for name, one in model.side_inputs.items() if hasattr(one, "raw")}
    return {name: values.tolist() for name, values in medians(known, train).items()}


def _chosen(name: str, data: ExperimentData) -> Recipe:
    """Find a recipe; "auto" chooses it by the number of rows."""
    train = data.parts.datasets["train"]
    if name == AUTO:
        if len(data.tasks) > 1:
            network = default_recipe(data.kind, data.side_inputs)
            raise BadValueError(
                f"{data.name} has {len(data.tasks)} tasks, such as {data.tasks[0]!r}, and the recipes that {AUTO!r} "
                f"chooses from take one; choose the recipe {network!r}, which takes several, or build data of one task"
            )
        y, known = labeled_rows(train)
        n_bound = int(((y > 0) & known).any(axis=1).sum())
        name = auto_recipe(data.kind, data.side_inputs, len(train), n_bound)
        logger.info("recipe %s, for %d training rows%s", name, len(train),
                    f", {n_bound} of them bound" if data.kind == "binding" else "")  # fmt: skip
    found = RECIPES.get(name)
    if found is not None and found.kind == data.kind:
        found.chosen_side_inputs(data.side_inputs)
    return find_recipe(name, data.kind, data.side_inputs, data.name)


def _require_checkpoints(progress: Progress) -> None:
    if progress.checkpoints is None:
        if progress.resume:
            raise BadValueError("training can continue from checkpoints only; name their folder")
        return
    if not progress.resume and progress.checkpoints.is_dir() and any(progress.checkpoints.glob("*.index")):
        raise FileExistsError(
            f"{progress.checkpoints} has checkpoints; continue from them (resume), or name another folder"
        )
    progress.checkpoints.mkdir(parents=True, exist_ok=True)


@contextlib.contextmanager
def _naming_checkpoints(progress: Progress) -> Iterator[None]:
    """Say, when training is interrupted, that its epochs are kept, if they are."""
    try:
        yield
    except KeyboardInterrupt as error:
        if progress.checkpoints is not None and any(progress.checkpoints.glob("*.index")):
            error.add_note(
                f"{progress.checkpoints} keeps the last epochs; train again and continue from there (resume=True)"
            )
        raise


def _report_best(history: list[dict[str, Any]]) -> None:
    if history:
        best = max(history, key=lambda entry: (entry["score"], -entry["epoch"]))
        logger.info(
            "trained %d epochs; best on valid after %d: %.4f", history[-1]["epoch"], best["epoch"], best["score"]
        )


def write_trained(
    model: Any,
    folder: Path,
    record: dict[str, Any],
    baselines: Baselines,
    decided: Decided,
    parts: dict[str, Dataset],
) -> None:
    """Write the model and how it came about into a folder."""
    write_files(model, folder)
    write_baselines(baselines, folder)
    write_seen(folder, parts)
    write_curve(decided, folder)
    write_training(folder, json.loads(json.dumps(record)))
