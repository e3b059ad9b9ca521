"""What ``train`` does: divide, train, score, save."""

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from deepchem_genomics.cli.fitting import build_model, count_tasks, fit, guess_model
from deepchem_genomics.cli.folders import open_dataset, open_manifest, open_side_input, task_names
from deepchem_genomics.cli.scores import labelled_rows, print_scores, score
from deepchem_genomics.cli.splitting import Parts, guess_split, split_dataset, warn_of_neighbours
from deepchem_genomics.cli.trained import TRAINING

if TYPE_CHECKING:
    from deepchem.data import DiskDataset

    from deepchem_genomics.data import SideInput
    from deepchem_genomics.models import GenomicsModel

__all__ = ["train"]

logger = logging.getLogger(__name__)

Options = dict[str, Any]


def train(dataset: "DiskDataset", folder: Path, out: Path, parts_folder: Path, options: Options) -> None:
    """Divide a dataset, train a model, score it, save it; print the scores.

    Parameters
    ----------
    dataset : dc.data.DiskDataset
        The data.
    folder : Path
        Where they are.
    out : Path
        Where the model goes; it appears only when whole.
    parts_folder : Path
        Where the parts' shards go.
    options : dict
        Of the command.

    Raises
    ------
    LabelError
        If there is nothing to learn from these labels, or no model for them.
    SplitError
        If the dataset cannot be divided so.
    """
    manifest = open_manifest(folder)
    tasks = task_names(dataset, count_tasks(dataset, folder))
    kind = options["kind"] or guess_model(dataset, folder, manifest)
    parts = _parts(dataset, parts_folder, options, kind)
    side = None if options["no_accessibility"] or kind == "sirna" else open_side_input(folder)
    if side is not None and options["valid"]:
        side = _joined(side, open_side_input(options["valid"]), options["valid"])
    model = build_model(kind, parts, len(tasks), side, options)
    history = fit(model, parts, options)
    y, known = labelled_rows(parts.datasets["train"])
    means = [float(column[mask].mean()) if mask.any() else 0.0 for column, mask in zip(y.T, known.T, strict=True)]
    records = {
        part: score(model, data, tasks, getattr(model, "accessibility", None), means, options["seed"])
        for part, data in parts.datasets.items()
    }
    record = {
        "tasks": tasks,
        "label_means": means,
        "dataset": {"folder": str(folder), "inputs": (manifest or {}).get("inputs")},
        **parts.description,
        "options": {name: str(value) if isinstance(value, Path) else value for name, value in options.items()},
        "history": history,
        "scores": records,
    }
    _save(model, out, record, options["overwrite"])
    print_scores(records)
    click.echo(f"{out}\t{type(model).__name__}")


def _parts(dataset: "DiskDataset", parts_folder: Path, options: Options, kind: str) -> Parts:
    if options["valid"] is not None:
        valid = open_dataset(options["valid"], options["trust"])
        warn_of_neighbours(dataset.ids, valid.ids, "valid")
        rows = {"train": len(dataset), "valid": len(valid)}
        return Parts({"train": dataset, "valid": valid}, {"split": f"none: {options['valid']}", "rows": rows})
    named = options["valid_chroms"] or options["test_chroms"]
    split = options["split"] or (
        "chromosome" if named else "block" if options["block_size"] else guess_split(dataset.ids)
    )
    parts = split_dataset(
        dataset,
        split,
        options["fractions"],
        options["seed"],
        parts_folder,
        valid_chroms=options["valid_chroms"],
        test_chroms=options["test_chroms"],
        block_size=options["block_size"],
        rna=kind == "sirna",
    )
    counts = ", ".join(f"{rows} {part}" for part, rows in parts.description["rows"].items())
    logger.info("split by %s: rows %s", split, counts)
    if "valid" not in parts.datasets:
        raise click.UsageError("there is no validation part; give VALID a fraction above 0, or --valid-chrom")
    return parts


def _joined(side: "SideInput", other: "SideInput | None", folder: Path) -> "SideInput":
    """Join the signals of two folders, each id once."""
    from deepchem_genomics.data import SideInput
    from deepchem_genomics.errors import DataFolderError

    if other is None or other.names != side.names:
        there = "none" if other is None else ", ".join(other.names)
        raise DataFolderError(
            f"{folder} has other signals than the training data: {there} instead of {', '.join(side.names)}; build "
            "both alike, or use the sequence alone (--no-accessibility)"
        )
    new = np.array([name for name in other.ids if name not in side], dtype=object)
    if not len(new):
        return side
    values = np.concatenate([side.values, other.subset(new).values])
    return SideInput(np.concatenate([side.ids, new]), values, side.names)


def _save(model: "GenomicsModel", out: Path, record: dict[str, Any], overwrite: bool) -> None:
    """Save the model and how it came about in one step."""
    from deepchem_genomics.files import atomic_directory

    with atomic_directory(out, overwrite) as partial:
        model.save(partial / "model")
        for file in (partial / "model").iterdir():
            file.rename(partial / file.name)
        (partial / "model").rmdir()
        (partial / TRAINING).write_text(json.dumps(record, indent=2) + "\n")
