"""The pages of a training and of an evaluation: verdict, scores next to baselines, curves, split, provenance."""

import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics import plots
from deepchem_genomics.data.dividing import NEAR, count_neighbors
from deepchem_genomics.errors import IntervalError
from deepchem_genomics.experiments.scores import Scored, table_rows, verdicts
from deepchem_genomics.io.ids import each_id
from deepchem_genomics.io.provenance import versions
from deepchem_genomics.reports.blocks import (
    Block,
    Column,
    Entry,
    Facts,
    Figure,
    Figures,
    Notice,
    Page,
    Row,
    Section,
    Table,
    Text,
)
from deepchem_genomics.reports.figures import svg_figure
from deepchem_genomics.reports.page import render_page
from deepchem_genomics.splits.positions import read_interval_ids

if TYPE_CHECKING:
    from deepchem.data import Dataset

__all__ = ["evaluation_page", "score_table", "training_page"]

_HEADINGS = {
    "roc_auc": "ROC AUC",
    "pr_auc": "PR AUC",
    "pearson": "Pearson r",
    "spearman": "Spearman r",
    "rmse": "RMSE",
}
_ERRORS = {"log_loss": "log loss", "brier": "Brier score", "ece": "calibration error"}
_PACKAGES = ("deepchem", "tensorflow", "tf-keras", "numpy", "scikit-learn")
_INTERVALS = (
    "In brackets: 95% intervals. Rows are assumed to be independent; neighboring windows are not, and their true "
    "intervals are wider."
)


def training_page(record: Mapping[str, Any], scored: Mapping[str, Scored], parts: "Mapping[str, Dataset]") -> str:
    """Return the page of a training, as HTML.

    Parameters
    ----------
    record : mapping
        What ``training.json`` has.
    scored : mapping
        By part, what was scored.
    parts : mapping of str to Dataset
        The rows of each part.

    Returns
    -------
    str
        One document, with its figures and style in it.
    """
    records = {part: one.records for part, one in scored.items()}
    sections = [
        Section("scores", "Scores", [score_table(records)]),
        *_curve_sections(scored),
        *_decision(record),
        *_epochs(record["history"], scored["valid"]),
        Section("split", "Split", list(_split(record, parts))),
    ]
    facts = [("Recipe", str(record["recipe"])), ("Data", str(record["dataset"]["name"])), ("Rows", _counts(record))]
    settings = ", ".join(f"{name}={value}" for name, value in record["settings"].items()) or "none"
    provenance = [("Settings", settings), ("Seed", str(record["seed"])), *_inputs(record["dataset"]["inputs"])]
    return _page("Training", records, facts, sections, provenance)


def evaluation_page(scored: Scored, data: str, model: str) -> str:
    """Return the page of an evaluation, as HTML.

    Parameters
    ----------
    scored : Scored
        What was scored.
    data, model : str
        What they are called.

    Returns
    -------
    str
        One document.
    """
    name = Path(data).name
    records = {name: scored.records}
    sections = [Section("scores", "Scores", [score_table(records)]), *_curve_sections({name: scored})]
    return _page("Evaluation", records, [("Model", model), ("Data", data)], sections, [])


def _page(
    title: str,
    records: Mapping[str, Any],
    facts: list[tuple[str, str]],
    sections: list[Section],
    provenance: list[tuple[str, str]],
) -> str:
    head: list[Block] = [Notice(verdicts(records), kind="verdict"), Facts(facts)]
    known = ", ".join(f"{name} {version}" for name, version in versions(*_PACKAGES).items())
    return render_page(Page(title, head, sections, [("Command", _command()), *provenance, ("Versions", known)]))


def _command() -> str:
    """Return the command line; the call from Python has none."""
    name = Path(sys.argv[0]).name
    is_ours = name == "dcgenomics" or "deepchem_genomics" in sys.argv[0]
    return shlex.join(["dcgenomics", *sys.argv[1:]]) if is_ours else "called from Python"


def score_table(records: Mapping[str, Any]) -> Table:
    """Return the table of the scores of some parts: what ``training.json`` has as ``scores``."""
    heading, *rows = table_rows(records)
    counts = [name for name in ("rows", "positive") if name in heading]
    metrics = [name for name in heading if name not in ("scored", "part", "task", *counts)]
    shown = ["scored", "part", "task", *metrics, *counts]  # what a phone shows without scrolling comes first
    kinds = {"scored": "name", "part": "text", "task": "text"}
    columns = [Column(_HEADINGS.get(name, name), kinds.get(name, "number")) for name in shown]
    cells = [dict(zip(heading, row, strict=True)) for row in rows]
    entries = [[_with_interval(row[name]) if name in metrics else row[name] for name in shown] for row in cells]
    notes = [
        f"{part.capitalize()}: {record['no_interval']}."
        for part, tasks in records.items() for record in tasks.values() if "no_interval" in record
    ]  # fmt: skip
    return Table(
        "Scores of the model and its baselines",
        columns,
        [
            Row(entry, "model" if row["scored"] == "model" else "baseline")
            for entry, row in zip(entries, cells, strict=True)
        ],
        " ".join([*dict.fromkeys(notes), _INTERVALS]),
    )


def _with_interval(score: str) -> Entry:
    """Set the interval of a score below it."""
    estimate, _, interval = score.partition(" (")
    return Entry(estimate, f"({interval}" if interval else "")


def _curve_sections(scored: Mapping[str, Scored]) -> Iterator[Section]:
    """Yield the curves of each task, on the part that decides and on valid."""
    parts = [part for part in scored if part != "train"]
    for number, task in enumerate(scored[parts[0]].records):
        figures = [figure for part in reversed(parts) for figure in _figures(scored[part], part, task)]
        if figures:
            name = "Curves" if len(scored[parts[0]].records) == 1 else f"Curves: {task}"
            yield Section(f"curves-{number}", name, [Figures(figures)])


def _figures(scored: Scored, part: str, task: str) -> Iterator[Figure]:
    labels, columns = scored.labels[task], scored.columns[task]
    if "positives" not in scored.records[task]:
        if len(labels):
            ax = plots.predicted_against_measured(labels, columns["model"], title=f"Measured values, {part}")
            yield svg_figure(ax, f"Predicted against measured, {part}", f"Predicted against measured values on {part}.")
        return
    if set(np.unique(labels)) != {0.0, 1.0}:
        return
    shown = {name: column for name, column in columns.items() if np.ptp(column) > 0}
    caption = f"The model and its baselines on {part}: {len(labels):,} rows, {int(labels.sum()):,} of them positive."
    if shown:
        yield svg_figure(plots.roc_curves(labels, shown, title=f"ROC, {part}"), f"ROC curves on {part}", caption)
        ax = plots.precision_recall_curves(labels, shown, title=f"Precision and recall, {part}")
        yield svg_figure(ax, f"Precision and recall on {part}", caption)
    model = columns["model"]
    if ((model >= 0) & (model <= 1)).all():
        ax = plots.calibration_curves(labels, {"model": model}, title=f"Calibration, {part}")
        caption = f"Predicted probabilities against the share of positives on {part}, in groups of equal size."
        yield svg_figure(ax, f"Calibration on {part}", caption)


def _decision(record: Mapping[str, Any]) -> Iterator[Section]:
    """Yield what the probabilities were worth before and after calibration, and from which on a row is called."""
    rows = [
        Row([task, part, when, *(f"{errors[when][name]:.4f}" for name in _ERRORS)])
        for task, found in record.get("calibration", {}).items()
        for part, errors in found.items()
        if part in ("valid", "test")
        for when in ("before", "after")
        if when in errors
    ]
    blocks: list[Block] = []
    if rows:
        columns = [Column("task", "name"), Column("part"), Column("calibration")]
        columns += [Column(name, "number") for name in _ERRORS.values()]
        note = "After calibration, errors on valid are cross-validated."
        blocks.append(Table("Errors of the probabilities, before and after calibration", columns, rows, note))
    for task, found in record.get("threshold", {}).items():
        text = (
            f"Threshold for {task}: {found['value']:.4g}, chosen on {found['on']} by the rule {found['rule']}; "
            "rows with this prediction or a higher one are called."
        )
        blocks.append(Text(text, soft=True))
    if blocks:
        yield Section("decision", "Calibration and threshold", blocks)


def _epochs(history: list[dict[str, Any]], valid: Scored) -> Iterator[Section]:
    if not history:
        return
    metric = _HEADINGS[next(iter(next(iter(valid.records.values()))["scores"]["model"]))]
    epochs, scores = ([entry[name] for entry in history] for name in ("epoch", "score"))
    ax = plots.scores_by_epoch({"model": [(epochs, scores)]}, score=f"{metric} on valid", title="Training")
    best = epochs[int(np.argmax(scores))]
    caption = (
        f"{metric} on valid after each epoch; the weights are of epoch {best}, so that score is slightly too high."
    )
    yield Section("epochs", "Epochs", [svg_figure(ax, f"{metric} on valid by epoch", caption)])


def _split(record: Mapping[str, Any], parts: "Mapping[str, Dataset]") -> Iterator[Block]:
    """Yield how the rows were divided, and a map of it."""
    yield Text(f"Split by {record['split']}: {_counts(record)}.", soft=True)
    held_out = [part for part in ("valid", "test") if part in parts]
    counts = count_neighbors(parts["train"], *(parts[part] for part in held_out))
    for part, (same, close) in zip(held_out, counts, strict=True):
        leaks = f"Rows of {part} that are also in train: {same:,}; within {NEAR:,} bp of a training window: {close:,}"
        yield Text(f"{leaks}. The score on {part} is too optimistic." if same or close else f"{leaks}.", soft=True)
    try:
        places = {part: _places(rows) for part, rows in parts.items()}
    except IntervalError:
        return  # sequences without a place
    caption = "Windows by part, along the chromosomes."
    yield svg_figure(plots.split_map(places, title="Split"), "Where the windows of each part lie", caption)


def _places(rows: "Dataset") -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the chromosome and the middle of each window, (N,)."""
    windows = read_interval_ids(each_id(rows))
    return np.array(windows.names, dtype=object)[windows.chromosome], (windows.start + windows.end) // 2


def _counts(record: Mapping[str, Any]) -> str:
    return ", ".join(f"{rows:,} {part}" for part, rows in record["rows"].items())


def _inputs(inputs: Any) -> Iterator[tuple[str, str]]:
    """Yield the files that the data were made from, as the manifest has them."""
    for name, file in inputs.items() if isinstance(inputs, Mapping) else ():
        known = file if isinstance(file, Mapping) else {"": file}
        yield f"Input: {name}", ", ".join(f"{key} {value}".strip() for key, value in known.items())
