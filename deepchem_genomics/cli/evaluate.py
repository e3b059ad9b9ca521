"""``dcgenomics evaluate``."""

import json
from pathlib import Path
from typing import Any

import click

from deepchem_genomics.cli.checking import check_tracks, given_inputs, writing
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import (
    allow_pickle_option,
    batch_size_option,
    file_option,
    import_deepchem,
    model_option,
    parse_tracks,
    quiet_option,
    seed_option,
    source_option,
    study_option,
)
from deepchem_genomics.experiments.checks import (
    Checks,
    data_facts,
    model_facts,
    require_labels,
    require_match_of_dataset,
)
from deepchem_genomics.io.outputs import require_file

__all__ = ["command"]


@click.command("evaluate", short_help="Score a model on a dataset folder.")
@click.argument("data", metavar="DIR")
@model_option
@click.option(
    "--track",
    "tracks",
    multiple=True,
    metavar="[NAME=]FILE",
    help="Side input of the model: a table of values by id, or a bigWig; can be repeated. [default: those of DIR]",
)
@study_option
@source_option
@batch_size_option
@seed_option("Seed for the bootstrap intervals.")
@file_option("--report", "FILE.html", "HTML page to write.")
@click.option("--overwrite", is_flag=True, help="Replace the page if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print scores and intervals as JSON.")
@allow_pickle_option
@quiet_option
def command(data: str, model_folder: Path, as_json: bool, quiet: bool, **options: Any) -> None:
    """Score MODEL on DIR, with 95% intervals, next to its baselines, and say whether it beats them.

    DIR may also be the name of a data set of the benchmark: then the rows that the benchmark scores are scored.
    Rows that MODEL was trained on are counted in a warning, because they make its score too good.
    """
    report = options["report"]
    with messages_on_stderr(quiet), writing(*([] if report is None else [report])):
        with Checks() as check:
            if report is not None:
                check(require_file, report, options["overwrite"], given_inputs())
            model, dataset = check(model_facts, model_folder), check(data_facts, data, options["allow_pickle"])
            check_tracks(check, model, options, dataset is None or dataset.has_side_input)
            if dataset is not None:
                check(require_labels, dataset)
                if model is not None:
                    check(require_match_of_dataset, model, dataset)
        import_deepchem()
        from deepchem_genomics.benchmark import Reading
        from deepchem_genomics.experiments import evaluate
        from deepchem_genomics.experiments.scores import format_scores, verdicts

        scores = evaluate(
            model_folder,
            data,
            side_inputs=parse_tracks(options["tracks"]),
            study=options["study"],
            seed=options["seed"],
            batch_size=options["batch_size"],
            report=report,
            reading=Reading(options["source"], allow_pickle=options["allow_pickle"]),
        )
        if as_json:
            click.echo(json.dumps({"folder": data, "model": str(model_folder), "scores": scores}, indent=2))
        else:
            named = {Path(data).name: scores}
            click.echo("\n".join([format_scores(named), *verdicts(named)]))
