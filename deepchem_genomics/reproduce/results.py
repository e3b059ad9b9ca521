"""The output of a run: a folder for each experiment, with its model, its figure and its record.

They appear together, and are replaced together. ``results.json`` is the record:

``experiment``, ``metric``, ``samples``
    Which experiment; "roc_auc" or "pearson"; what a row is.
``source``, ``simulated``, ``n_train``, ``n_valid``, ``label_mean``
    The data. For windows the mean label is the prevalence.
``epochs``, ``train``, ``valid``
    Three lists of equal length: when the network was scored, and what it scored. null where undefined.
``valid_ci``
    The 95% bootstrap interval of the last of ``valid``: of the network after the last epoch, which is the one saved.
``best_valid``, ``best_epoch``
    The highest of ``valid``, and when. Chosen on the data it is scored on, so it promises too much.
``second``
    Another score of the network after the last epoch: "pr_auc" or "rmse", with ``train``, ``valid``, ``valid_ci``.
``baselines``
    Predictors without a network, scored the same way: ``accessibility_alone``, ``coin``, ``always_mean``. See
    :func:`deepchem_genomics.reproduce.scoring.baselines`.
``published``
    What the chapter reports, on its own data.
``seed``, ``batch_size``, ``scale``, ``command``, ``versions``, ``seconds``
    What it takes to run it again, and how long it took.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.io.outputs import Kind, atomic_directory, only_writer, require_folder, require_place
from deepchem_genomics.models.saving import write_files
from deepchem_genomics.plots import learning_curves
from deepchem_genomics.reproduce.experiments import EXPERIMENTS, SCORE_NAMES, Experiment

if TYPE_CHECKING:
    from deepchem_genomics.models import SequenceModel

__all__ = ["format_table", "require_own", "write"]

RESULTS, FIGURE = "results.json", "learning_curves.png"


def require_own(folder: Path, experiments: Iterable[Experiment]) -> None:
    """Raise unless a folder can be written to, and what would be replaced in it is of an earlier run."""
    require_place(folder / RESULTS)
    if folder.is_dir():
        foreign = sorted(path.name for path in folder.iterdir() if path.name not in EXPERIMENTS and path.name[0] != ".")
        if foreign:
            raise DataFolderError(f"{folder} holds {foreign[0]}, not written by reproduce; write to another folder")
    for experiment in experiments:
        require_folder(folder / experiment.name, Kind.EXPERIMENT, overwrite=True)


def write(folder: Path, record: dict[str, Any], model: "SequenceModel") -> None:
    """Write the model, the figure and the record of an experiment as one folder, in place of that of an earlier run."""
    made = folder / record["experiment"]
    with only_writer(made), atomic_directory(made, Kind.EXPERIMENT, overwrite=True) as partial:
        write_files(model, partial)
        _draw(record).savefig(partial / FIGURE, dpi=150)
        (partial / RESULTS).write_text(json.dumps(record, indent=2, allow_nan=False) + "\n")


def _draw(record: dict[str, Any]) -> Figure:
    """Draw the scores of an experiment against epochs, as the chapter does."""
    published = record["published"]
    called = "published, on the book's data" if record["simulated"] else "published"
    levels: dict[str, Any] = {called: (published["train"], published["valid"])}
    levels |= {
        f"{name.replace('_', ' ')}, validation": baseline["valid"]
        for name, baseline in record["baselines"].items()
        if baseline["valid"] is not None and name != "coin"  # which would only stretch the axis
    }
    curves = {part: [float("nan") if value is None else value for value in record[part]] for part in ("train", "valid")}
    origin = "SIMULATED data" if record["simulated"] else f"data in {Path(record['source']).name}"
    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    learning_curves(
        record["epochs"],
        curves["train"],
        curves["valid"],
        figure.subplots(),
        score=SCORE_NAMES[record["metric"]],
        valid_interval=record["valid_ci"] and tuple(record["valid_ci"]),
        levels=levels,
        title=f"{record['experiment']}: {origin}, {record['n_train']:,} training and {record['n_valid']:,} validation "
        f"{record['samples']}",
    )
    return figure


Row = tuple[str, str, str, str]
"""Label, training score, validation score, and the validation score's interval or a remark."""

_LABELS = {
    "accessibility_alone": "accessibility alone, no network",
    "coin": "a coin",
    "always_mean": "always the training mean",
}


def format_table(record: dict[str, Any]) -> str:
    """Lay out an experiment's scores next to the published ones and the baselines.

    Parameters
    ----------
    record : dict
        What :func:`~deepchem_genomics.reproduce.run` returns for an experiment.

    Returns
    -------
    str
        Several lines, the last without a line end.
    """
    first, second = SCORE_NAMES[record["metric"]], SCORE_NAMES[record["second"]["metric"]]
    rows: list[Row] = [
        (first, "train", "valid", "valid, 95% interval"),
        *_rows_of_the_network(record),
        *_rows_of_baselines(record["baselines"]),
        (second, "", "", ""),
        _scored("the network, after the last epoch", record["second"]),
        *(_scored(_label(name), baseline["second"]) for name, baseline in record["baselines"].items()),
    ]
    width = max(len(label) for label, *_ in rows)
    table = [f"{label:{width}}  {train:>6}  {valid:>6}  {note}".rstrip() for label, train, valid, note in rows]
    return "\n".join([*_title(record), *table])


def _title(record: dict[str, Any]) -> list[str]:
    origin = "SIMULATED data" if record["simulated"] else f"data in {record['source']}"
    means = record["label_mean"]
    labels = (
        f"{means['train']:.2%} and {means['valid']:.2%} bound"
        if record["metric"] == "roc_auc"
        else f"mean efficacy {means['train']:.3f} and {means['valid']:.3f}"
    )
    scaling = f"; accessibility scaled: {record['scale']}" if record["scale"] else ""
    return [
        f"{record['experiment']}: {origin}",
        f"{record['n_train']:,} training and {record['n_valid']:,} validation {record['samples']}, {labels}; "
        f"{record['epochs'][-1]} epochs; seed {record['seed']}{scaling}",
    ]


def _rows_of_the_network(record: dict[str, Any]) -> list[Row]:
    last = {"train": record["train"][-1], "valid": record["valid"][-1], "valid_ci": record["valid_ci"]}
    remark = f"the best of {len(record['valid'])} on these very rows: optimistic"
    published = record["published"]
    train, valid = ("-" if published[part] is None else f"{published[part]:.2f}" for part in ("train", "valid"))
    return [
        _scored("the network, after the last epoch", last),
        (f"the network at its best, epoch {record['best_epoch']}", "-", _number(record["best_valid"]), remark),
        ("published", train, valid, _remark_on_published(record)),
    ]


def _remark_on_published(record: dict[str, Any]) -> str:
    """Describe what the chapter trained on, where that differs from what was trained on here."""
    if record["simulated"]:
        return "on the book's data, not these"
    trained_on = record["published"]["n_train"]
    return "" if trained_on == record["n_train"] else f"trained on {trained_on:,} {record['samples']}"


def _rows_of_baselines(baselines: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for name, baseline in baselines.items():
        rows.append(_scored(_label(name), baseline))
        if baseline["valid"] is None:
            rows[-1] = (*rows[-1][:3], "undefined: a constant has no correlation")
        if "network_minus_this" in baseline:
            ends = baseline["network_minus_this_ci"]
            difference = f"{baseline['network_minus_this']:+.3f}"
            interval = "" if ends is None else f"{ends[0]:+.3f} to {ends[1]:+.3f}"
            rows.append(("  the network after the last epoch, minus that", "", difference, interval))
    return rows


def _label(name: str) -> str:
    return _LABELS.get(name, name.replace("_", " "))


def _scored(label: str, scores: dict[str, Any]) -> Row:
    ends = scores["valid_ci"]
    interval = "" if ends is None else f"{ends[0]:.3f} to {ends[1]:.3f}"
    return label, _number(scores["train"]), _number(scores["valid"]), interval


def _number(score: float | None) -> str:
    return "-" if score is None else f"{score:.3f}"
