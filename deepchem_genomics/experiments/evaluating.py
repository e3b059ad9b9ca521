"""Score a model on labeled data."""

import logging
import os
from pathlib import Path
from typing import Any

import numpy as np
from deepchem.data import Dataset

from deepchem_genomics.benchmark.problem import Reading
from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.data.opened_folder import open_folder, task_names
from deepchem_genomics.errors import LabelError, ShapeMismatchError
from deepchem_genomics.experiments.baselines import read_baselines
from deepchem_genomics.experiments.data import Data
from deepchem_genomics.experiments.pages import evaluation_page
from deepchem_genomics.experiments.scores import Evaluated, score
from deepchem_genomics.experiments.seen_rows import count_seen
from deepchem_genomics.io.outputs import atomic_file, only_writer, require_file
from deepchem_genomics.models import load
from deepchem_genomics.models.adapting import for_study
from deepchem_genomics.models.saving import read_training, require_match
from deepchem_genomics.models.shipped import model_folder
from deepchem_genomics.models.side_inputs import Sources, attach, require_side_inputs

__all__ = ["evaluate"]

logger = logging.getLogger(__name__)


def evaluate(
    model: Any,
    data: str | os.PathLike[str] | Dataset,
    *,
    side_inputs: Sources | None = None,
    study: str | None = None,
    seed: int = 0,
    batch_size: int | None = None,
    report: str | os.PathLike[str] | None = None,
    reading: Reading | None = None,
) -> Evaluated:
    """Score a model on labeled data, with intervals, next to trivial baselines.

    Parameters
    ----------
    model : SequenceModel or path-like
        The model, or the folder of a saved one, or the name of one that comes with the package.
    data : str, path-like or dc.data.Dataset
        A dataset folder; the name of a data set of the benchmark, whose published test part is scored; or a dataset
        with X (N, L, 4), y and w (N, T) and ids.
    side_inputs : SideInput, path-like or mapping, optional
        Values of the model's side inputs; by default those of the data, or those that the model has.
    study : str, optional
        The study that measured the data, of those that a model of guides was given to learn from.
    seed : int, default 0
        Of the bootstrap.
    batch_size : int, optional
        Rows that a saved network takes at once; by default those with 101,000 bases, or those of the training if more.
    report : path-like, optional
        A page to write, HTML, with the scores and curves; an existing one is replaced.
    reading : Reading, optional
        Where published files are, and whether pickles may be read.

    Returns
    -------
    Evaluated
        A dictionary by task of what :func:`~deepchem_genomics.experiments.scores.score` returned: rows, scores with
        intervals of the model and, if it was trained with :func:`train`, of its baselines, and how much better it is
        than the best; ``seen``, the rows that the model was trained on ("train") or its epoch was chosen on ("valid").

    Raises
    ------
    BadValueError
        If a named data set is a cross-validation and has no test part, or the model does not know the study.
    LabelError
        If the data have no labels.
    ShapeMismatchError
        If the data have another number of tasks than the model, or sequences of another length.
    AlphabetMismatchError
        If one is DNA and the other RNA.
    SideInputError
        If a track of the model is missing.

    Examples
    --------
    >>> from deepchem_genomics import experiments, models, simulate
    >>> train, valid, _ = simulate.simulated_tf_datasets(n_train=2000, n_valid=500, prevalence=0.06)
    >>> model = models.KmerRegression(k=4)
    >>> model.fit(train)
    >>> experiments.evaluate(model, valid)["0"]["rows"]
    500
    """
    if report is not None:
        read = [each for each in (model, data) if isinstance(each, str | os.PathLike)]
        require_file(report, overwrite=True, inputs=read)
    folder = None
    if isinstance(model, str | os.PathLike):
        folder = model_folder(model)
        running: dict[str, Any] = {"progress": False} if batch_size is None else {"batch_size": batch_size}
        model = load(folder, **running)
    if study is not None:
        model = for_study(model, study)
    where, model_name = "the dataset", type(model).__name__ if folder is None else os.fspath(folder)
    manifest: Any = None
    own: Any = None
    if isinstance(data, str) and data in PROBLEMS:
        named = Data(data, reading=reading or Reading()).divided(seed)
        where, dataset = f"the test part of {data}", named.parts.datasets["test"]
        manifest = {"alphabet": "ACGU" if named.kind == "efficacy" else "ACGT"}
        own = {name: one for name, one in named.side_inputs.items() if name in model.side_inputs} or None
    elif not isinstance(data, Dataset):
        opened = open_folder(data, reading is not None and reading.allow_pickle)
        where, manifest, own, dataset = os.fspath(data), opened.manifest, opened.side_input, opened.dataset
    else:
        dataset = data
    require_match(model, folder or Path(type(model).__name__), Path(where), manifest, dataset.get_shape()[0][1:])
    n_tasks = _n_tasks(dataset, where)
    if n_tasks != model.get_num_tasks():
        raise ShapeMismatchError(f"{where} has {n_tasks} tasks and the model {model.get_num_tasks()}")
    if side_inputs is not None:
        attach(model, side_inputs)
    elif own is not None and model.side_inputs:
        attach(model, own, where=where)
    require_side_inputs(model, where, "pass a table or bigWig files (side_inputs=...)")
    means = None if folder is None else read_training(folder).get("label_means")
    baselines = None if folder is None else read_baselines(folder)
    seen = {} if folder is None else count_seen(folder, dataset)
    if any(seen.values()):
        logger.warning(
            "of the %d rows of %s the model was trained on %d, and its epoch was chosen on %d, so the scores are too "
            "good; give rows that it has not seen", len(dataset), where, seen["train"], seen["valid"],
        )  # fmt: skip
    scored = score(model, dataset, task_names(dataset, n_tasks), means, seed, baselines)
    records = Evaluated((task, {**record, "seen": seen} if seen else record) for task, record in scored.records.items())
    if report is not None:
        with only_writer(report), atomic_file(report) as partial:
            partial.write_text(evaluation_page(scored._replace(records=records), where, model_name), encoding="utf-8")
    return records


def _n_tasks(dataset: Dataset, where: str) -> int:
    y = dataset.y if not hasattr(dataset, "get_shard") else dataset.get_shard(0)[1]
    if y is None or not np.size(y):
        raise LabelError(f"{where} has no labels to score against; use dcgenomics predict")
    return int(np.asarray(y).reshape(len(y), -1).shape[1])
