"""``dcgenomics evaluate``."""

import json
from pathlib import Path

import click

from deepchem_genomics.cli.folders import import_deepchem, parse_tracks
from deepchem_genomics.cli.messages import messages_on_stderr

__all__ = ["command"]


@click.command("evaluate", short_help="Score a model on a dataset folder.")
@click.argument("data", metavar="DIR")
@click.option("--model", "-m", "model_folder", required=True, type=click.Path(path_type=Path), metavar="MODEL")
@click.option(
    "--track",
    "tracks",
    multiple=True,
    metavar="[NAME=]FILE",
    help="Side input of the model: a table of values by id, or a bigWig; repeat. [default: those of DIR]",
)
@click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Local copy of a named data set's published files, instead of downloading them.",
)
@click.option("--batch-size", type=click.IntRange(min=1), help="[default: that of the training]")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the bootstrap.")
@click.option("--json", "as_json", is_flag=True, help="Print scores and intervals as JSON.")
@click.option("--trust", is_flag=True, help="Read pickles (old .joblib shards), which can run any program.")
@click.option("--quiet", is_flag=True, help="Show results, warnings and errors only.")
def command(
    data: str,
    model_folder: Path,
    tracks: tuple[str, ...],
    source: Path | None,
    batch_size: int | None,
    seed: int,
    as_json: bool,
    trust: bool,
    quiet: bool,
) -> None:
    """Score MODEL on DIR, with 95 % bootstrap intervals, and the trivial baselines beside it.

    DIR may also be the name of a data set of the benchmark: then its published test part is scored.
    Rows that MODEL was trained on make its score too good: give data that it has not seen.
    """
    with messages_on_stderr(quiet):
        import_deepchem()
        from deepchem_genomics.experiments import evaluate
        from deepchem_genomics.experiments.scores import format_scores

        scores = evaluate(
            model_folder,
            data,
            side_inputs=parse_tracks(tracks),
            seed=seed,
            batch_size=batch_size,
            allow_pickle=trust,
            source=source,
        )
        if as_json:
            click.echo(json.dumps({"folder": data, "model": str(model_folder), "scores": scores}, indent=2))
        else:
            click.echo(format_scores({Path(data).name: scores}))
