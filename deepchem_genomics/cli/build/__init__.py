"""``dcgenomics build``: files to datasets; one file a subcommand, and the options they share in ``options``."""

import click

from deepchem_genomics.cli.build import intervals, sequences, tiles

__all__ = ["command"]


@click.group("build", short_help="Make a dataset of intervals, tiles or sequences.")
def command() -> None:
    """Make a dataset folder that dc.data.DiskDataset opens.

    Beside the shards it has manifest.json (inputs with sha256, every option, rows kept and dropped) and, if signals
    were given, side_input.tsv.gz. The folder appears under its name only when whole.
    """


for _subcommand in (intervals.command, tiles.command, sequences.command):
    command.add_command(_subcommand)
