"""``dcgenomics build sequences``."""

from pathlib import Path
from typing import Any

import click

from deepchem_genomics.cli.build.options import building, out_options, out_settings, report

__all__ = ["command"]

LETTERS = {"DNA": "ACGT", "RNA": "ACGU"}


@click.command("sequences", short_help="From a table of sequences, FASTA or FASTQ.")
@click.argument("tables", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="TABLE...")
@click.option("--sequence-column", default="sequence", show_default=True, metavar="NAME", help="Of the sequences.")
@click.option(
    "--label-column",
    "label_columns",
    multiple=True,
    metavar="NAME",
    help="A column of labels or measured values, one task each; can be repeated. [default: no labels]",
)
@click.option("--id-column", metavar="NAME", help="Of the ids. [default: the file's name and the row]")
@click.option("--alphabet", type=click.Choice(list(LETTERS)), default="DNA", show_default=True)
@click.option("--length", type=click.IntRange(min=1), help="Bases. [default: that of the first sequence]")
@click.option(
    "--on-length",
    type=click.Choice(["error", "pad", "crop", "fit"]),
    default="error",
    show_default=True,
    help="Sequences of another length: pad shorter ones, crop longer ones, or both (fit).",
)
@out_options
def command(
    tables: tuple[Path, ...],
    sequence_column: str,
    label_columns: tuple[str, ...],
    id_column: str | None,
    alphabet: str,
    length: int | None,
    on_length: str,
    **options: Any,
) -> None:
    """Make a dataset of the sequences in TABLEs: CSV, TSV, Parquet, FASTA or FASTQ, plain or compressed."""
    if on_length != "error" and length is None:
        raise click.UsageError(f"--on-length {on_length} needs --length")
    with building(options):
        from deepchem_genomics.data import SequenceLoader
        from deepchem_genomics.feat import OneHotNucleotideFeaturizer

        length = _first_length(tables[0], sequence_column) if length is None else length
        featurizer = OneHotNucleotideFeaturizer(LETTERS[alphabet], length, on_length=on_length)
        loader = SequenceLoader(list(label_columns), featurizer, sequence_column, id_column, **out_settings(options))
        loader.create_dataset(list(tables), options["out"], options["shard_size"])
        report(options["out"])


def _first_length(path: Path, sequence_column: str) -> int:
    """Return the length of the first sequence, so that all chunks are held to the same."""
    from deepchem_genomics.data.sequence_files import read_sequence_chunks

    return len(next(read_sequence_chunks(path, 1, sequence_column))["sequence"].iloc[0])
