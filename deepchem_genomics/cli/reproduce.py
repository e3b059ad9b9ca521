"""``dcgenomics reproduce``."""

from pathlib import Path

import click

from deepchem_genomics.cli.checking import writing
from deepchem_genomics.cli.messages import messages_on_stderr
from deepchem_genomics.cli.options import (
    choice_option,
    import_deepchem,
    quiet_option,
    results_option,
    seed_option,
)
from deepchem_genomics.experiments.checks import Checks
from deepchem_genomics.reproduce.experiments import EXPERIMENTS

__all__ = ["command"]


def _default_schedules() -> str:
    """Describe how long each experiment trains by default."""
    lines = [
        f"  {name}: {e.simulated.epochs} on simulated data, {e.folder.epochs} on a folder; "
        f"scored every {e.simulated.every} and {e.folder.every}"
        for name, e in EXPERIMENTS.items()
    ]
    return "\b\nDefault epochs:\n" + "\n".join(lines)


@click.command(
    "reproduce",
    short_help="Train the book chapter's networks; compare with what it reports.",
    epilog=_default_schedules(),
)
@click.argument("experiments", nargs=-1, type=click.Choice(list(EXPERIMENTS)), metavar="[EXPERIMENT]...")
@click.option(
    "--source",
    default="simulated",
    show_default=True,
    metavar="simulated|DIR",
    help="Simulated data, or a folder laid out like Chapter06 of the book's repository: train_dataset, valid_dataset, "
    "accessibility.txt, train_siRNA, valid_siRNA, as far as the experiments need them. Reading such a folder "
    "loads Python pickles, which can run any program: use only a folder that you trust.",
)
@click.option("--epochs", type=click.IntRange(min=1), help="Passes through the training data. [default: see below]")
@click.option("--every", type=click.IntRange(min=1), help="Epochs between scores. [default: see below]")
@choice_option(
    "--scale",
    ["none", "standard", "log-standard"],
    "log-standard",
    "How accessibility is scaled for the network. The chapter does not scale it (none), and its network hardly uses "
    "values of about 0.004.",
)
@seed_option("Seed for initial weights, dropout, the order of batches, intervals, and simulated data.")
@results_option(
    "Folder in which each experiment gets a folder with its model, figure and results.json. That of an earlier run of "
    "the same experiment is replaced; others are kept.",
    default="reproduced",
)
@quiet_option
def command(
    experiments: tuple[str, ...],
    source: str,
    epochs: int | None,
    every: int | None,
    scale: str,
    seed: int,
    out: Path,
    quiet: bool,
) -> None:
    """Run the genomics chapter of Deep Learning for the Life Sciences.

    Train its networks, score them as they learn, and compare the scores with those in the chapter and with baselines
    that need no network.

    EXPERIMENT is tf-binding (from the sequence), chromatin (with accessibility) or rnai (siRNA efficacy); all three if
    none is given. A table for each goes to stdout.
    """
    from deepchem_genomics.reproduce.results import require_own
    from deepchem_genomics.reproduce.sources import FolderSource

    with messages_on_stderr(quiet), writing(out):
        chosen = experiments or tuple(EXPERIMENTS)
        with Checks() as check:
            check(require_own, out, [EXPERIMENTS[name] for name in chosen])
            if source != "simulated":
                folder = check(FolderSource, source)
                if folder is not None:
                    check(folder.require, [EXPERIMENTS[name] for name in chosen])
        import_deepchem()
        from deepchem_genomics.experiments import reproduce
        from deepchem_genomics.reproduce import format_table

        reproduce(
            chosen,
            source,
            epochs=epochs,
            every=every,
            scale=scale,  # type: ignore[arg-type]
            seed=seed,
            out=out,
            on_result=lambda record: click.echo(format_table(record) + "\n"),
        )
