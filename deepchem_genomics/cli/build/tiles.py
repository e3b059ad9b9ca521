"""``dcgenomics build tiles``."""

from pathlib import Path
from typing import Any

import click

from deepchem_genomics.cli.build.options import building, genome_options, genome_settings, out_options, report

__all__ = ["command"]


class _Overlap(click.ParamType):  # type: ignore[type-arg]  # older releases of click have no such argument
    """Bases, or a fraction: told apart by the point."""

    name = "bases|fraction"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | float:
        try:
            return value if not isinstance(value, str) else float(value) if "." in value else int(value)
        except ValueError:
            self.fail(f"{value!r} is neither a whole number of bases, such as 51, nor a fraction, such as 0.5", param)


@click.command("tiles", short_help="From whole chromosomes, labelled by peaks.")
@click.option(
    "--peaks",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="BED or narrowPeak; one task a file; can be repeated.",
)
@click.option("--task", "tasks", multiple=True, metavar="NAME", help="Name of each task. [default: the files' names]")
@click.option("--length", type=click.IntRange(min=1), default=101, show_default=True, help="Of a window, in bp.")
@click.option("--stride", type=click.IntRange(min=1), help="From one start to the next, in bp. [default: the length]")
@click.option(
    "--min-overlap",
    type=_Overlap(),
    default=0.5,
    show_default=True,
    help="What a window must share with one peak to be labelled 1: bases (51), or a fraction of it (0.5).",
)
@click.option("--chroms", multiple=True, metavar="NAME", help="Chromosomes to cut; can be repeated. [default: all]")
@genome_options
@out_options
def command(
    peaks: tuple[Path, ...],
    tasks: tuple[str, ...],
    length: int,
    stride: int | None,
    min_overlap: int | float,
    chroms: tuple[str, ...],
    **options: Any,
) -> None:
    """Make a dataset of the windows that chromosomes are cut into, labelled by their overlap with peaks."""
    with building(options):
        from deepchem_genomics.data import TileLoader

        loader = TileLoader(
            length=length,
            stride=stride,
            min_overlap=min_overlap,
            chroms=list(chroms) or None,
            tasks=list(tasks) or None,
            **genome_settings(options),
        )
        loader.create_dataset(list(peaks), options["out"], options["shard_size"])
        report(options["out"])
