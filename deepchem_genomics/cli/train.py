"""``dcgenomics train``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from deepchem_genomics.cli.checking import given_inputs, writing
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import (
    allow_pickle_option,
    import_deepchem,
    listing_option,
    quiet_option,
    seed_option,
    source_option,
)
from deepchem_genomics.experiments.checks import (
    Checks,
    check_recipe,
    data_facts,
    dataset_facts,
    recipe_facts,
    require_efficacy,
    require_labels,
)
from deepchem_genomics.io.outputs import Kind, require_folder, require_place
from deepchem_genomics.recipes import RECIPES, parse_settings

__all__ = ["command"]


def _listing() -> Iterator[str]:
    """Describe the recipes, a line each."""
    width = max(map(len, RECIPES))
    for recipe in RECIPES.values():
        needs = f" Takes {', '.join(recipe.side_inputs)}." if recipe.side_inputs else ""
        yield f"{recipe.name:{width}}  {recipe.kind:8}  {recipe.summary}{needs}"


@click.command("train", short_help="Train a model on a dataset folder.")
@click.argument("data", metavar="DIR")
@click.option("--out", "-o", required=True, type=click.Path(path_type=Path), metavar="MODEL", help="Folder to write.")
@click.option(
    "--model",
    "recipe",
    metavar="NAME",
    default="auto",
    show_default=True,
    help="A recipe; see --list-models. auto chooses by the kind and the number of rows; the chapter's networks are "
    "network, network-accessibility and sirna-network.",
)
@listing_option("--list-models", "List recipes: name, kind of data, what they are.", _listing)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="A setting of the recipe, such as epochs=20; can be repeated.",
)
@click.option(
    "--valid", type=click.Path(path_type=Path), metavar="DIR", help="Validate on this dataset instead of splitting."
)
@click.option(
    "--split",
    type=click.Choice(["block", "chromosome", "similarity", "random"]),
    help="How DIR is divided. random leaks between neighboring windows. [default: chromosome for windows on three "
    "chromosomes or more, block for others, similarity for sequences without a place]",
)
@click.option(
    "--fractions",
    nargs=3,
    type=click.FloatRange(0, 1),
    default=(0.8, 0.1, 0.1),
    show_default=True,
    metavar="TRAIN VALID TEST",
    help="Fractions of the rows to train, validate and test on.",
)
@click.option(
    "--block-size",
    type=click.IntRange(min=1),
    metavar="BP",
    help="With --split block: length of a block. [default: a hundredth of the stretches with windows, at least 20,000]",
)
@click.option(
    "--valid-chrom",
    "valid_chroms",
    multiple=True,
    metavar="NAME",
    help="Chromosome to validate on, with --split chromosome; can be repeated.",
)
@click.option(
    "--test-chrom",
    "test_chroms",
    multiple=True,
    metavar="NAME",
    help="Chromosome to test on, with --split chromosome; can be repeated.",
)
@click.option(
    "--calibrate/--no-calibrate",
    default=True,
    show_default=True,
    help="Calibrate probabilities on the validation part.",
)
@click.option(
    "--threshold-rule",
    default="f1",
    show_default=True,
    metavar="RULE",
    help="Rule for the threshold that predict --call and scan use: f1, precision=P or fdr=Q on the validation part.",
)
@click.option(
    "--motif",
    "motifs",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Known motifs (JASPAR or MEME); the one that is best on the training part is a baseline. Can be repeated.",
)
@click.option(
    "--guides",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="TABLE",
    help="What is known about siRNA guides besides their sequence: the column id, and one or more of study, target "
    "(the mRNA) and context (the site with the mRNA on either side).",
)
@seed_option("Seed for all random choices.")
@click.option(
    "--checkpoints",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for a network's checkpoints, one per epoch.",
)
@click.option("--resume", is_flag=True, help="Continue from the newest checkpoint, if there is one.")
@source_option
@click.option("--overwrite", is_flag=True, help="Replace MODEL if it exists.")
@allow_pickle_option
@quiet_option
def command(data: str, out: Path, recipe: str, settings: tuple[str, ...], quiet: bool, **options: Any) -> None:
    """Train a model on DIR, as dcgenomics build writes it, and score it on data it has not seen.

    DIR may also be the name of a data set of the benchmark. Networks stop early by the score on the validation part,
    which is therefore a little too good: the test part shows what to expect.
    """
    if options["valid"] and any(options[name] for name in ("split", "valid_chroms", "test_chroms", "block_size")):
        raise click.UsageError("--valid and a split contradict each other")
    if (options["valid_chroms"] or options["test_chroms"]) and options["split"] not in (None, "chromosome"):
        raise click.UsageError("--valid-chrom and --test-chrom go with --split chromosome")
    if options["block_size"] and options["split"] not in (None, "block"):
        raise click.UsageError("--block-size goes with --split block")
    if options["resume"] and options["checkpoints"] is None:
        raise click.UsageError("--resume needs --checkpoints DIR")
    with messages_on_stderr(quiet), writing(out):
        from deepchem_genomics.data.measured_guides import read_guide_notes
        from deepchem_genomics.models.threshold import checked_rule

        with Checks() as check:
            check(require_folder, out, Kind.TRAINED_MODEL, options["overwrite"], given_inputs())
            dataset = check(data_facts, data, options["allow_pickle"])
            if dataset is not None:
                check(require_labels, dataset)
            if options["valid"] is not None:
                check(dataset_facts, options["valid"], options["allow_pickle"])
            kind, side_inputs = recipe_facts(data, dataset)
            if options["guides"] is not None:
                check(require_efficacy, options["guides"], kind, data)
                side_inputs = [*side_inputs, *(check(read_guide_notes, options["guides"]) or ())]
            check_recipe(check, recipe, kind, side_inputs, check(parse_settings, settings) or {})
            check(checked_rule, options["threshold_rule"])
            if options["checkpoints"] is not None:
                check(require_place, options["checkpoints"])
        import_deepchem()
        from deepchem_genomics.benchmark import Reading
        from deepchem_genomics.data.dividing import Division
        from deepchem_genomics.experiments import Data, Scoring, train
        from deepchem_genomics.experiments.scores import format_scores
        from deepchem_genomics.recipes import Progress

        names = ("split", "fractions", "valid_chroms", "test_chroms", "block_size")
        division = Division(**{name: options[name] for name in names})
        reading = Reading(options["source"], allow_pickle=options["allow_pickle"])
        trained = train(
            Data(data, options["valid"], division, guides=options["guides"], reading=reading),
            recipe,
            out,
            settings=parse_settings(settings),
            seed=options["seed"],
            progress=Progress(checkpoints=options["checkpoints"], resume=options["resume"]),
            scoring=Scoring(options["calibrate"], options["threshold_rule"], options["motifs"]),
            overwrite=options["overwrite"],
        )
        click.echo(format_scores(trained.scores))
        click.echo(f"{out}\t{trained.recipe}\t{type(trained.model).__name__}")
        click.echo("\n".join(trained.record["verdicts"]))
