"""``dcgenomics build intervals``."""

import logging
from pathlib import Path
from typing import Any

import click

from deepchem_genomics.cli.build.options import building, genome_options, genome_settings, out_options, report

__all__ = ["command"]

logger = logging.getLogger(__name__)


@click.command("intervals", short_help="From BED, narrowPeak or a table of intervals.")
@click.argument("intervals", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--length",
    type=click.IntRange(min=1),
    default=101,
    show_default=True,
    help="Windows of this many bp around each interval.",
)
@click.option("--as-given", is_flag=True, help="Take intervals as they are, all equally long; --length is not used.")
@click.option(
    "--at",
    type=click.Choice(["middle", "summit"]),
    default="middle",
    show_default=True,
    help="What windows are centered on; summit for narrowPeak.",
)
@click.option(
    "--label-column",
    "label_columns",
    multiple=True,
    metavar="NAME",
    help="A column of labels, one task each; can be repeated. Without a header the fourth column is called label. "
    "[default: label, if there is one]",
)
@click.option("--no-labels", is_flag=True, help="Make a dataset without labels.")
@genome_options
@out_options
def command(
    intervals: tuple[Path, ...],
    length: int,
    as_given: bool,
    at: str,
    label_columns: tuple[str, ...],
    no_labels: bool,
    **options: Any,
) -> None:
    """Make a dataset of windows around INTERVALS: BED, narrowPeak, TSV, CSV or Parquet, plain or compressed."""
    if no_labels and label_columns:
        raise click.UsageError("--no-labels and --label-column contradict each other")
    with building(options):
        from deepchem_genomics.data import IntervalLoader

        tasks = [] if no_labels else list(label_columns) or _label_of(intervals[0])
        loader = IntervalLoader(tasks, length=None if as_given else length, at=at, **genome_settings(options))
        loader.create_dataset(list(intervals), options["out"], options["shard_size"])
        report(options["out"])


def _label_of(path: Path) -> list[str]:
    """Return the column called label, if the file has one."""
    from deepchem_genomics.genome import read_interval_chunks

    columns = next(read_interval_chunks(path, 1)).columns
    if "label" in columns:
        return ["label"]
    logger.warning("%s has no column label, so rows get no labels; name one with --label-column", path)
    return []
