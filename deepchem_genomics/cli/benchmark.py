"""``dcgenomics benchmark``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.cli.checking import given_inputs
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import (
    allow_pickle_option,
    execution_options,
    import_deepchem,
    listing_option,
    naming_the_output,
    number_option,
    quiet_option,
    results_option,
    source_option,
)
from deepchem_genomics.experiments.checks import Checks, data_facts, require_labels
from deepchem_genomics.recipes import RECIPES

__all__ = ["command"]


def _listing() -> Iterator[str]:
    """Describe what there is, a line each."""
    width = max(map(len, (*PROBLEMS, *RECIPES)))
    yield "Data sets:"
    for problem in PROBLEMS.values():
        models = sum(one.suits(problem.kind, problem.side_inputs, problem.name) for one in RECIPES.values())
        yield f"  {problem.name:{width}}  {problem.title} ({problem.kind}, {models} models)"
    yield "Models:"
    for recipe in RECIPES.values():
        yield f"  {recipe.name:{width}}  {recipe.kind}: {recipe.summary.rstrip('.')}"


def _names(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> list[str]:
    """Split names at commas, and refuse unknown ones."""
    names = [name.strip() for part in given for name in part.split(",") if name.strip()]
    for name in names:
        if name not in RECIPES:
            raise click.BadParameter(f"{name!r} is not one of {', '.join(RECIPES)}.", ctx, parameter)
    return names


def _datasets(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what is neither a data set nor a folder."""
    for name in given:
        if name not in PROBLEMS and not Path(name).is_dir():
            raise click.BadParameter(f"{name!r} is not a folder, and not one of {', '.join(PROBLEMS)}.", ctx, parameter)
    return given


@click.command("benchmark", short_help="Compare models and baselines on named data sets; write a report.")
@click.argument("datasets", nargs=-1, callback=_datasets, metavar="[DATASET|DIR]...")
@click.option(
    "--models",
    multiple=True,
    callback=_names,
    metavar="NAME,...",
    help="Models to compare. [default: all that fit the data]",
)
@number_option("--seeds", 3, "Number of seeds, from 0. Models without randomness run once.")
@execution_options
@source_option
@results_option(
    "Folder for the results and the report. Runs that are finished there are not run again.", default="benchmark"
)
@listing_option("--list", "List data and models.", _listing)
@allow_pickle_option
@quiet_option
def command(datasets: tuple[str, ...], quiet: bool, out: Path, **options: Any) -> None:
    """Train each model on each DATASET with each seed, score it, and compare.

    DIR is a dataset folder as dcgenomics build writes it, divided as by dcgenomics train; its test part is scored.
    Without a DATASET the simulated ones are used, which need no download. Each result is kept in --out as soon as it is
    there: after an interruption, the same command continues. Tables go to stdout, the whole report to report.html,
    report.md, report.csv and report.json in --out. The exit status is 1 if a model failed on a data set; the others are
    still reported.
    """
    with messages_on_stderr(quiet), naming_the_output(out):
        from deepchem_genomics.runs.folder import require_run_folder

        with Checks() as check:
            check(require_run_folder, out, "benchmark", given_inputs())
            for name in datasets:
                dataset = check(data_facts, name, options["allow_pickle"])
                if dataset is not None:
                    check(require_labels, dataset)
            for name in options["models"]:
                check(RECIPES[name].require_extras)
        import_deepchem()
        from deepchem_genomics.benchmark.problem import Reading
        from deepchem_genomics.benchmark.report import format_tables
        from deepchem_genomics.experiments import benchmark
        from deepchem_genomics.runs import Execution

        summary = benchmark(
            datasets or None,
            options["models"] or None,
            options["seeds"],
            out,
            execution=Execution(options["jobs"], options["scheduler"]),
            reading=Reading(options["source"], allow_pickle=options["allow_pickle"]),
            progress=False if quiet else None,
        )
        if summary.report is not None:
            click.echo(format_tables(out))
        click.echo(_said(summary), err=True)
    for run, reason in summary.failed.items():
        click.echo(f"dcgenomics: failed: {run}: {reason}", err=True)
    if summary.failed:
        raise click.exceptions.Exit(1)


def _said(summary: Any) -> str:
    counts = f"{len(summary.ran)} run, {len(summary.kept)} there already, {len(summary.failed)} failed"
    return f"dcgenomics: {counts}; " + ("nothing to report" if summary.report is None else f"see {summary.report}")
