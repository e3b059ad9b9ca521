"""``dcgenomics inspect``."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from deepchem_genomics.cli.checking import given_inputs, writing
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import file_option
from deepchem_genomics.experiments.checks import Checks, dataset_facts
from deepchem_genomics.io.outputs import require_file
from deepchem_genomics.wording import counted

__all__ = ["command"]


@click.command("inspect", short_help="Summarize a dataset folder.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@file_option("--plot", "FILE", "Figure of class balance, GC content and unknown bases: PNG, PDF or SVG, by its ending.")
@click.option("--overwrite", is_flag=True, help="Replace FILE if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, including the histograms.")
@click.option(
    "--allow-pickle",
    is_flag=True,
    help="Read old .joblib shards and arrays of Python objects too. These are pickles, which can run any program: only "
    "for folders whose source you trust.",
)
def command(folder: Path, plot: Path | None, overwrite: bool, as_json: bool, allow_pickle: bool) -> None:
    """Summarize DIR, a dataset folder: rows, labels, weights, signals, letters, and where they came from."""
    from deepchem_genomics.data.inspection import inspect_folder

    with messages_on_stderr(quiet=True), writing(*([] if plot is None else [plot])):
        with Checks() as check:
            check(dataset_facts, folder, allow_pickle)
            if plot is not None:
                check(require_file, plot, overwrite, given_inputs())
                check(_figure_format, plot)
        found = inspect_folder(folder, allow_pickle)
        click.echo(json.dumps(found, indent=2) if as_json else "\n".join(_lines(found)))
        for warning in found["warnings"]:
            click.echo(f"dcgenomics: warning: {folder}: {warning}", err=True)
        if plot is not None:
            _draw(found, plot)
            click.echo(f"dcgenomics: drew {plot}", err=True)


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the summary in words, line by line."""
    shape = " x ".join(str(n) for n in found["shape"])
    alphabet = f", letters {found['alphabet']}" if found["alphabet"] else ""
    where = f"{counted(found['rows'], 'row')} in {counted(found['shards'], 'shard')}"
    yield f"{found['folder']}: {where}; X {shape} {found['dtype']}{alphabet}"
    if not found["tasks"]:
        yield "no labels"
    for name, task in found["tasks"].items():
        yield f"task {name}: {_task(task)}"
    letters = found["composition"]
    if letters is not None:
        yield "bases: " + ", ".join(f"{base} {_share(share)}" for base, share in letters["bases"].items())
        if letters["gc_mean"] is not None:
            yield f"GC content: mean {letters['gc_mean']:.1%}, sd {letters['gc_sd']:.1%}"
        yield (
            f"unknown bases: {_share(letters['unknown_share'])} of all; {letters['rows_with_unknown']} rows have some, "
            f"{letters['rows_only_unknown']} nothing else"
        )
    for name, track in found["tracks"].items():
        yield (
            f"signal {name}: mean {track['mean']:.4g}, sd {track['sd']:.4g}, {track['min']:.4g} to {track['max']:.4g}, "
            f"{track['zeros']:.1%} of it 0"
        )
    if found["manifest"] is not None:
        yield from _provenance(found["manifest"])


def _task(task: Mapping[str, Any]) -> str:
    missing = f", {task['missing']} missing" if task["missing"] else ""
    if task["kind"] == "none":
        return f"no label{missing}"
    weights = task["weights"]
    if task["kind"] == "measured":
        return (
            f"{task['labeled']} measured, mean {task['mean']:.4g}, sd {task['sd']:.4g}, {task['min']:.4g} to "
            f"{task['max']:.4g}{missing}; weights {weights['min']:.4g} to {weights['max']:.4g}"
        )
    by_class = weights["mean_by_class"]
    shown = ", ".join(f"{value:.4g} a {name}" for name, value in by_class.items() if value is not None)
    return (
        f"{task['counts']['1']} positive ({task['prevalence']:.3%}), {task['counts']['0']} negative{missing}; "
        f"weights {shown}"
    )


def _provenance(manifest: Mapping[str, Any]) -> Iterator[str]:
    rows = manifest["rows"]
    dropped = ", ".join(f"{count} {reason}" for reason, count in rows["dropped"].items()) or "none"
    yield (
        f"made by {manifest.get('loader', 'an unknown loader')} of deepchem_genomics "
        + manifest["versions"].get("deepchem_genomics", "of unknown version")
        + (f", assembly {manifest['assembly']}" if manifest.get("assembly") else "")
    )
    for file in manifest.get("inputs", []):
        what = f"{file['path']} ({file['bytes']} bytes, sha256 {file['sha256'][:12]})" if "path" in file else "a table"
        yield f"  {file['role']}: {what}"
    yield f"  rows read {rows['read']}, kept {rows['kept']}; dropped: {dropped}"


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.2%}"


def _figure_format(path: Path) -> str:
    """Return the format of a figure, which is the ending of its name; BadValueError if it is none."""
    from matplotlib.backend_bases import FigureCanvasBase

    from deepchem_genomics.errors import BadValueError

    ending = path.suffix[1:].lower()
    if ending not in FigureCanvasBase.filetypes:
        raise BadValueError(f"{path} is to be a figure; name it .png, .pdf or .svg")
    return ending


def _draw(found: Mapping[str, Any], path: Path) -> None:
    """Draw three Axes side by side; what the folder has nothing for is left out."""
    from matplotlib.figure import Figure

    from deepchem_genomics import plots
    from deepchem_genomics.data.inspection import GC_BINS, N_BINS
    from deepchem_genomics.errors import DataFolderError
    from deepchem_genomics.io.outputs import atomic_file

    classes = {name: task for name, task in found["tasks"].items() if task["kind"] == "classes"}
    letters = found["composition"]
    n_axes = bool(classes) + 2 * (letters is not None)
    if not n_axes:
        raise DataFolderError(f"{found['folder']} has neither classes nor letters, so there is nothing to draw")
    figure = Figure(figsize=(5.2 * n_axes, 4.2), layout="constrained")
    axes = iter(figure.subplots(1, n_axes, squeeze=False)[0])
    if classes:
        counts = {name: {**task["counts"], "missing": task["missing"]} for name, task in classes.items()}
        plots.class_balance(counts, next(axes), title="labels")
    if letters is not None:
        if len(classes) == 1:
            histograms = next(iter(classes.values()))["gc_histogram"]
            sets = {"negative": histograms["0"], "positive": histograms["1"]}
        else:
            sets = {"sequences": letters["gc_histogram"]}
        plots.share_histogram(GC_BINS, sets, next(axes), what="GC content", title="GC content")
        unknown = {"sequences": letters["unknown_histogram"]}
        plots.share_histogram(
            N_BINS, unknown, next(axes), what="share of unknown bases", logarithmic=True, title="unknown bases"
        )
    figure.suptitle(f"{Path(found['folder']).name}: {counted(found['rows'], 'row')}")
    with atomic_file(path) as partial:
        figure.savefig(partial, dpi=150, format=_figure_format(path))
