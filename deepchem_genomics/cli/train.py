"""``dcgenomics train``."""

from pathlib import Path
from typing import Any

import click

from deepchem_genomics.cli.folders import PARTS, naming_a_full_disk, open_dataset
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.files import temporary_directory

__all__ = ["command"]

Options = dict[str, Any]


@click.command("train", short_help="Train a model on a dataset folder.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--out", "-o", required=True, type=click.Path(path_type=Path), metavar="MODEL", help="Folder to write.")
@click.option("--valid", type=click.Path(path_type=Path), metavar="DIR", help="Validate on this dataset; no split.")
@click.option(
    "--split",
    type=click.Choice(["block", "chromosome", "similarity", "random"]),
    help="How DIR is divided. random leaks between neighbouring windows. [default: chromosome for windows on three "
    "chromosomes or more, block for others, similarity for sequences without a place]",
)
@click.option(
    "--fractions",
    nargs=3,
    type=click.FloatRange(0, 1),
    default=(0.8, 0.1, 0.1),
    show_default=True,
    metavar="TRAIN VALID TEST",
)
@click.option(
    "--block-size",
    type=click.IntRange(min=1),
    metavar="BP",
    help="With --split block: share out blocks of this length by seed. [default: three stretches of each chromosome]",
)
@click.option("--valid-chrom", "valid_chroms", multiple=True, metavar="NAME", help="With --split chromosome; repeat.")
@click.option("--test-chrom", "test_chroms", multiple=True, metavar="NAME", help="With --split chromosome; repeat.")
@click.option(
    "--model",
    "kind",
    type=click.Choice(["tf-binding", "sirna"]),
    help="[default: tf-binding for DNA with classes, sirna for RNA with measured values]",
)
@click.option("--epochs", type=click.IntRange(min=1), default=50, show_default=True, help="At most.")
@click.option("--batch-size", type=click.IntRange(min=1), default=1000, show_default=True)
@click.option("--learning-rate", type=click.FloatRange(0, min_open=True), default=0.001, show_default=True)
@click.option(
    "--patience",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Stop after this many epochs without a better validation score; the best weights are kept.",
)
@click.option(
    "--scale",
    type=click.Choice(["log-standard", "standard", "none"]),
    default="log-standard",
    show_default=True,
    help="What is done to signals before the network sees them; fitted on training rows only.",
)
@click.option("--no-accessibility", is_flag=True, help="Use the sequence alone, though DIR has signals.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Decides all that is drawn.")
@click.option(
    "--checkpoints", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Keep one an epoch here."
)
@click.option("--resume", is_flag=True, help="Go on from the newest checkpoint, if there is one.")
@click.option("--overwrite", is_flag=True, help="Replace MODEL if it exists.")
@click.option("--trust", is_flag=True, help="Read pickles (old .joblib shards), which can run any program.")
@click.option("--quiet", is_flag=True, help="Show results, warnings and errors only.")
def command(folder: Path, out: Path, **options: Any) -> None:
    """Train a model on DIR, as dcgenomics build writes it, and score it on data it has not seen.

    If DIR has signals, such as accessibility, the model takes them as a second input. Training stops early by the
    score on the validation part, which is therefore a little too good: the test part tells what to expect.
    """
    _require_options(options)
    with messages_on_stderr(options["quiet"]), naming_a_full_disk(out):
        if out.exists() and not options["overwrite"]:
            raise FileExistsError(f"{out} exists; choose another name, or replace it with --overwrite")
        dataset = open_dataset(folder, options["trust"])
        with temporary_directory(PARTS) as parts_folder:
            from deepchem_genomics.cli.training import train

            train(dataset, folder, out, parts_folder, options)


def _require_options(options: Options) -> None:
    if options["valid"] and any(options[name] for name in ("split", "valid_chroms", "test_chroms", "block_size")):
        raise click.UsageError("--valid and a split contradict each other")
    if (options["valid_chroms"] or options["test_chroms"]) and options["split"] not in (None, "chromosome"):
        raise click.UsageError("--valid-chrom and --test-chrom go with --split chromosome")
    if options["block_size"] and options["split"] not in (None, "block"):
        raise click.UsageError("--block-size goes with --split block")
    if options["resume"] and options["checkpoints"] is None:
        raise click.UsageError("--resume needs --checkpoints DIR")
