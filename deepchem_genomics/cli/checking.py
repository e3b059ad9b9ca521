"""Checks of the commands' parameters, before DeepChem is imported."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from deepchem_genomics.cli.options import naming_the_output, parse_tracks
from deepchem_genomics.experiments.checks import (
    Checks,
    IntervalReading,
    ModelFacts,
    check_windows,
    dataset_facts,
    genome_sizes,
    model_facts,
    require_alphabet,
    require_match_of_dataset,
    require_readable,
    require_sample,
    require_sequences,
    require_side_inputs_of_model,
    require_signal,
    require_table,
    require_windows_of_model,
)
from deepchem_genomics.io.outputs import only_writer, unchanged

__all__ = [
    "check_alphabet_of_model",
    "check_haplotypes",
    "check_measured_guides",
    "check_mrnas",
    "check_rows",
    "check_tracks",
    "given_inputs",
    "writing",
]

OUTPUTS = {"out", "outs", "report", "plot", "skipped", "checkpoints"}
"""Parameters that name what is written; all other paths are read."""


def given_inputs() -> list[Path]:
    """Return the files and folders that the parameters of the current command name, but for its outputs.

    Text may be a path, or end in one, as NAME=FILE does; what names nothing that exists is not among them.
    """
    context = click.get_current_context()
    named = (one for name in _parameters(context.command) for one in _each(context.params.get(name)) if str(one))
    found = (one if isinstance(one, Path) else Path(one.partition("=")[2] or one) for one in named)
    return [path for path in found if _exists(path)]


@contextmanager
def writing(*outs: Path) -> Iterator[None]:
    """Keep other processes from writing the same outputs, from the checks to the end, and name the first in errors.

    If an input of the current command changes meanwhile, that is an error, and the outputs do not get their names.
    """
    with ExitStack() as opened:
        if outs:
            opened.enter_context(naming_the_output(outs[0]))
        for out in outs:
            if str(out) != "-":
                opened.enter_context(only_writer(out))
        opened.enter_context(unchanged(given_inputs()))
        yield


def check_mrnas(check: Checks, path: Path) -> None:
    """Check the first record of a FASTA file of mRNAs."""
    from deepchem_genomics.sirna.transcripts import transcript_records

    check(require_table, path, lambda file: next(iter(transcript_records(file))))


def _parameters(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if parameter.name not in OUTPUTS and isinstance(parameter.type, click.Path | click.types.StringParamType):
            yield str(parameter.name)


def _each(value: Any) -> Iterator[str | Path]:
    for one in value if isinstance(value, tuple | list) else [value]:
        if isinstance(one, str | Path):
            yield one


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # text that cannot be a name
        return False


def check_rows(check: Checks, source: Path, model_folder: Path, options: Mapping[str, Any]) -> None:
    """Check a model, and what it is to predict for: a dataset folder, sequences, or intervals of a genome."""
    model, genome = check(model_facts, model_folder), options["genome"]
    sizes, dataset = None, None
    if genome is not None:
        sizes = check(genome_sizes, genome)
        if model is not None and sizes:
            check(
                require_windows_of_model,
                model,
                source,
                genome,
                options["at"],
                options["out_of_bounds"],
                options["one_based"],
            )
        else:
            check_windows(check, [source], sizes, genome, IntervalReading(one_based=options["one_based"]))
    elif source.is_dir():
        dataset = check(dataset_facts, source, options["allow_pickle"])
        if model is not None and dataset is not None:
            check(require_match_of_dataset, model, dataset)
    elif model is not None:
        names = ("sequence_column", "id_column", "on_length")
        read = {name: options[name] for name in names}
        check(require_sequences, source, model.alphabet, model.length, **read)
    else:
        check(require_readable, source)
    has_table = source.is_dir() and (dataset is None or dataset.has_side_input)
    check_tracks(check, model, options, has_table, bool(sizes))


def check_alphabet_of_model(check: Checks, model_folder: Path, alphabet: str, what: str) -> None:
    """Check a model, and that its sequences are DNA or RNA, as ``what`` it is to read."""
    model = check(model_facts, model_folder)
    if model is not None:
        check(require_alphabet, model, alphabet, what)


def check_haplotypes(check: Checks, model_folder: Path, options: Mapping[str, Any]) -> None:
    """Check the file of ``--haplotypes`` and the ``--sample``, if there is one."""
    if options["haplotypes"] is not None:
        check_alphabet_of_model(check, model_folder, "DNA", "a genome is")
        check(require_sample, options["haplotypes"], options["sample"])


def check_tracks(
    check: Checks,
    model: ModelFacts | None,
    options: Mapping[str, Any],
    has_table: bool = False,
    has_genome: bool = False,
) -> None:
    """Check the files of ``--track``, and whether the model takes them."""
    from deepchem_genomics.models.side_inputs import is_bigwig

    given = parse_tracks(options["tracks"])
    files = [] if given is None else [given] if isinstance(given, Path) else list(given.values())
    for path in files:
        if is_bigwig(path):
            check(require_signal, path, options["genome"] if has_genome and options["check_assembly"] else None)
        else:
            check(require_readable, path)
    if model is not None:
        check(require_side_inputs_of_model, model, given, has_table)


def check_measured_guides(check: Checks, model_folder: Path, table: Path | None) -> None:
    """Check a table of measured guides that a model is to be adapted to, if there is one."""
    if table is not None:
        from deepchem_genomics.data.measured_guides import read_measured_guides

        check_alphabet_of_model(check, model_folder, "RNA", "measured guides are")
        check(require_table, table, read_measured_guides)
