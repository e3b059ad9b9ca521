"""``dcgenomics evaluate``."""

import json
from pathlib import Path

import click

from deepchem_genomics.cli.folders import open_dataset, open_manifest, open_side_input, task_names
from deepchem_genomics.cli.messages import messages_on_stderr

__all__ = ["command"]


@click.command("evaluate", short_help="Score a model on a dataset folder.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--model", "-m", "model_folder", required=True, type=click.Path(path_type=Path), metavar="MODEL")
@click.option(
    "--accessibility",
    type=click.Path(path_type=Path),
    metavar="TABLE",
    help="Signals by id, TSV, CSV or Parquet. [default: those of DIR]",
)
@click.option("--batch-size", type=click.IntRange(min=1), help="[default: that of the training]")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the bootstrap.")
@click.option("--json", "as_json", is_flag=True, help="Print scores and intervals as JSON.")
@click.option("--trust", is_flag=True, help="Read pickles (old .joblib shards), which can run any program.")
@click.option("--quiet", is_flag=True, help="Show results, warnings and errors only.")
def command(
    folder: Path,
    model_folder: Path,
    accessibility: Path | None,
    batch_size: int | None,
    seed: int,
    as_json: bool,
    trust: bool,
    quiet: bool,
) -> None:
    """Score MODEL on DIR, with 95 % bootstrap intervals, and the trivial baselines beside it.

    Rows that MODEL was trained on make its score too good: give data that it has not seen.
    """
    with messages_on_stderr(quiet):
        dataset = open_dataset(folder, trust)

        from deepchem_genomics.cli.scores import print_scores, score
        from deepchem_genomics.cli.trained import fitting_side_input, load_model, read_training, require_match
        from deepchem_genomics.data import SideInput
        from deepchem_genomics.errors import LabelError, ShapeMismatchError

        model = load_model(model_folder, batch_size=batch_size)
        training = read_training(model_folder)
        X, y, _, _ = dataset.get_shard(0)
        require_match(model, model_folder, folder, open_manifest(folder), X.shape[1:])
        if y is None or not y.size:
            raise LabelError(f"{folder} has no labels to score against; use dcgenomics predict")
        n_tasks = y.reshape(len(y), -1).shape[1]
        if n_tasks != model.get_num_tasks():
            raise ShapeMismatchError(f"{folder} has {n_tasks} tasks and {model_folder} {model.get_num_tasks()}")
        given = open_side_input(folder) if accessibility is None else SideInput.from_file(accessibility)
        side = fitting_side_input(model, given, str(accessibility or folder))
        if side is not None:
            model.accessibility = side
        tasks = task_names(dataset, n_tasks)
        scores = score(model, dataset, tasks, side, training.get("label_means"), seed)
        if as_json:
            click.echo(json.dumps({"folder": str(folder), "model": str(model_folder), "scores": scores}, indent=2))
        else:
            print_scores({folder.name: scores})
