"""``dcgenomics tune``."""

from pathlib import Path
from typing import Any

import click

from deepchem_genomics.benchmark.problems import PROBLEMS, TUNABLE
from deepchem_genomics.cli.checking import given_inputs
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import (
    allow_pickle_option,
    choice_option,
    execution_options,
    import_deepchem,
    naming_the_output,
    quiet_option,
    results_option,
    seed_option,
    source_option,
)
from deepchem_genomics.experiments.checks import Checks, check_recipe, data_facts, recipe_facts, require_labels
from deepchem_genomics.recipes import RECIPES
from deepchem_genomics.tuning.search_space import DEFAULT_TRIALS, as_toml, read_space

__all__ = ["command"]


def _epilog() -> str:
    """Describe what is searched by default, in a paragraph for each model."""
    paragraphs = [f"Named data sets: {', '.join(TUNABLE)}."]
    for recipe in RECIPES.values():
        if not recipe.space:
            continue
        lines = [f"{recipe.name} searches by default:"]
        lines += [f"  {name} = {as_toml(entry)}" for name, entry in recipe.space.items()]
        fixed = ", ".join(f"{name} = {value}" for name, value in recipe.defaults.items() if name not in recipe.space)
        lines += [f"  not searched: {fixed}"] if fixed else []
        paragraphs.append("\b\n" + "\n".join(lines))
    bare = ", ".join(recipe.name for recipe in RECIPES.values() if not recipe.space)
    paragraphs.append(f"With nothing to search, one trial each: {bare}.")
    return "\n\n".join(paragraphs)


def _data(ctx: click.Context, parameter: click.Parameter, given: str) -> str:
    """Refuse what is neither a data set nor a folder."""
    if given not in PROBLEMS and not Path(given).is_dir():
        raise click.BadParameter(f"{given!r} is not a folder, and not one of {', '.join(TUNABLE)}.", ctx, parameter)
    return given


@click.command("tune", short_help="Search for better settings of a model.", epilog=_epilog())
@click.argument("data", callback=_data, metavar="DATASET|DIR")
@click.option(
    "--model", "recipe", metavar="NAME", help="A recipe; see train --list-models. [default: the chapter's network]"
)
@click.option(
    "--trials", type=click.IntRange(min=1), help=f"Number of trials of --search random. [default: {DEFAULT_TRIALS}]"
)
@choice_option(
    "--search", ["random", "grid"], "random", "Draw settings at random, or go through all combinations of a few."
)
@click.option(
    "--space",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.toml",
    help="Values to search, one parameter per line, that replace the default ones: dropout = {low = 0.1, high = 0.6} "
    "or filters = [15, 30] or n_layers = 3.",
)
@execution_options
@seed_option("Seed for all random choices.")
@source_option
@results_option(
    "Folder for the results. Trials that are finished there are not run again. [default: tuned/DATASET-MODEL]"
)
@allow_pickle_option
@quiet_option
def command(data: str, recipe: str | None, out: Path | None, quiet: bool, allow_pickle: bool, **options: Any) -> None:
    """Search for the settings with which a model scores best on DATASET, or on DIR as dcgenomics build writes it.

    Each trial is trained on training rows and scored on rows held out of them: the data set's valid part, else a tenth
    of its training part. Rows that the benchmark scores are not used. DIR is divided as dcgenomics train does by
    default, and the best model is scored once on its test part. An interrupted search continues with the same command;
    a larger --trials adds to a finished one.

    The best ten trials go to stdout; trials.csv and the folder best (the best model, for dcgenomics predict, with
    best.json and tuning.png) to --out.
    """
    with messages_on_stderr(quiet), naming_the_output(out or Path("tuned")):
        from deepchem_genomics.runs.folder import require_run_folder

        with Checks() as check:
            if out is not None:
                check(require_run_folder, out, "search", given_inputs())
            dataset = check(data_facts, data, allow_pickle)
            if dataset is not None:
                check(require_labels, dataset)
            if recipe is not None:
                kind, side_inputs = recipe_facts(data, dataset)
                check_recipe(check, recipe, kind, side_inputs, {})
                if options["space"] is not None and recipe in RECIPES:
                    check(read_space, options["space"], RECIPES[recipe])
        import_deepchem()
        from deepchem_genomics.benchmark import Reading
        from deepchem_genomics.experiments import Data, tune
        from deepchem_genomics.experiments.scores import format_scores, verdicts
        from deepchem_genomics.runs import Execution
        from deepchem_genomics.tuning import Search

        found = tune(
            Data(data, reading=Reading(options["source"], allow_pickle=allow_pickle)),
            recipe,
            out,
            seed=options["seed"],
            search=Search(options["trials"], options["search"], options["space"]),
            execution=Execution(options["jobs"], options["scheduler"]),
            progress=False if quiet else None,
        )
        click.echo(found.tuned.table)
        if found.scores:
            click.echo("\nThe best model on the test part, which no trial saw:")
            click.echo("\n".join([format_scores(found.scores), *verdicts(found.scores)]))
