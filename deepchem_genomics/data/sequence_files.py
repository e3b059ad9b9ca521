"""Tables and files of sequences, read some rows at a time."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from deepchem_genomics.data.parts import label_values
from deepchem_genomics.errors import DataFolderError, EmptyInputError, LabelError
from deepchem_genomics.io.fasta import read_record_blocks
from deepchem_genomics.io.opening import ending, opened
from deepchem_genomics.io.tables import column_positions, is_parquet, require_file, table_chunks

__all__ = ["checked_sequences", "is_fastx", "read_sequence_chunks"]

FASTX = (".fa", ".fasta", ".fna", ".ffn", ".frn", ".fas", ".fq", ".fastq")
TABLES = (".csv", ".tsv", ".tab", ".txt")


def read_sequence_chunks(
    path: str | os.PathLike[str],
    chunk_size: int,
    sequence_column: str = "sequence",
    label_columns: Sequence[str] = (),
    id_column: str | None = None,
) -> Iterator[pd.DataFrame]:
    r"""Read sequences with their ids and labels, ``chunk_size`` at a time.

    By its name a file is FASTA, FASTQ, Parquet, or a table with a header (see :func:`table_chunks`); under any other
    name, FASTA and FASTQ are recognized by the first byte. FASTA and FASTQ have no labels, and the id of a record is
    the first word of its header. The id of a row of a table is that of its ``id_column``, else ``<file name>:<row>``,
    counted from 1 without the header.

    Yields
    ------
    DataFrame
        Columns sequence and id (text), then the labels (float64, NaN where one is missing). The index says where each
        row is from, for messages.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "guides.csv"
    >>> _ = path.write_text("sequence,efficacy\nACGU,0.5\n")
    >>> next(read_sequence_chunks(path, 10, label_columns=["efficacy"])).to_dict("records")
    [{'sequence': 'ACGU', 'id': 'guides.csv:1', 'efficacy': 0.5}]
    """
    path = Path(path)
    require_file(path, "sequences")
    if is_fastx(path):
        if label_columns:
            raise DataFolderError(f"{path} is FASTA or FASTQ, which has no labels; give a table, or no label columns")
        chunks = _fastx_chunks(path, chunk_size)
    else:
        wanted = list(dict.fromkeys([sequence_column, *label_columns, *([] if id_column is None else [id_column])]))
        tables = table_chunks(path, chunk_size, wanted)
        chunks = (checked_sequences(table, str(path), sequence_column, label_columns, id_column) for table in tables)
    empty = True
    for chunk in chunks:
        empty = False
        yield chunk
    if empty:
        raise EmptyInputError(f"{path} has no rows; expected sequences")


def is_fastx(path: str | os.PathLike[str]) -> bool:
    """Return whether a file is FASTA or FASTQ, whose records have names of their own, by its name or its first byte."""
    if ending(path) in FASTX:
        return True
    return ending(path) not in TABLES and not is_parquet(path) and _begins_like_fastx(Path(path))


def _begins_like_fastx(path: Path) -> bool:
    with opened(path) as file:
        return file.peek(1)[:1] in (b">", b"@")


def checked_sequences(
    table: pd.DataFrame, path: str, sequence: str, labels: Sequence[str], ids: str | None
) -> pd.DataFrame:
    """Return the columns of a table, whose index counts rows from 1, as :func:`read_sequence_chunks` yields them."""
    column_positions(path, list(map(str, table.columns)), [sequence, *labels, *([] if ids is None else [ids])])
    result = pd.DataFrame({"sequence": table[sequence].astype(object).to_numpy()})
    names = [f"{Path(path).name}:{row}" for row in table.index] if ids is None else table[ids].astype(str).to_numpy()
    result["id"] = np.asarray(names, dtype=object)
    for column, values in (("sequence", result["sequence"]), ("id", result["id"])):
        blank = [i for i, text in enumerate(values) if not isinstance(text, str) or not text]
        if blank:
            raise EmptyInputError(f"{path}: row {table.index[blank[0]]} has no {column}; fill it in or remove the row")
    for column in labels:
        result[column], wrong = label_values(table[column])
        if len(wrong):
            text = str(table[column].iloc[wrong[0]])
            raise LabelError(
                f"{path}: row {table.index[wrong[0]]} has {text!r} as {column}; a label is a number, or missing "
                "(empty, '.', NA); correct it"
            )
    result.index = pd.Index([f"{path}: row {row}" for row in table.index])
    return result


def _fastx_chunks(path: Path, chunk_size: int) -> Iterator[pd.DataFrame]:
    names: list[str] = []
    sequences: list[str] = []
    for block in read_record_blocks(path):
        names += block.names
        sequences += block.sequences
        if not all(block.sequences):
            empty = block.sequences.index("") - len(block.sequences)
            raise EmptyInputError(f"{path}:{block.lines[empty]}: record {names[empty]!r} has no sequence; remove it")
        while len(names) >= chunk_size:
            yield _fastx_table(names[:chunk_size], sequences[:chunk_size], str(path))
            del names[:chunk_size], sequences[:chunk_size]
    if names:
        yield _fastx_table(names, sequences, str(path))


def _fastx_table(names: list[str], sequences: list[str], path: str) -> pd.DataFrame:
    index = pd.Index([f"{path}: record {name!r}" for name in names])
    return pd.DataFrame({"sequence": sequences, "id": names}, index=index, dtype=object)
